/* tracing.h: what one trace has found so far, and how it is sent. */
#ifndef VIGILANCE_TRACING_H
#define VIGILANCE_TRACING_H

#include "manufacture/vial.h"
#include "vigilance/trace.h"

/* Names that may come more than once; sorting leaves each once. */
struct names {
    struct arena *arena;
    const char **items;
    size_t count;
    size_t room;
};

enum { TRACING_KINDS = 32 }; /* more than there are */

struct tracing {
    struct work *work;
    struct stream *stream;
    enum link_direction direction;
    bool only_counts; /* the sums at the end are all that is sent */
    struct vial_range *ranges;
    size_t range_count;
    size_t range_room;
    struct names things; /* kind:code that links tie; where the closure begins */
    struct names lots;
    struct names boxes, shipments, sites, doses, patients, events;
    struct {
        const char *kind;
        int64_t count;
    } counts[TRACING_KINDS]; /* of what was sent, in order of coming */
    size_t kinds;
    int64_t begun; /* entry of the shipment that the trace begins with, or 0 */
    int64_t depth; /* of the next rows */
    int64_t given; /* vials */
};

struct tracing tracing_open(struct work *work, struct stream *stream,
                            enum link_direction direction);
void tracing_add(struct names *names, const char *name); /* NULL adds nothing */
void tracing_sort(struct names *names);
bool tracing_has(const struct names *names, const char *name); /* after sorting */

/* Notes vials and where they were; forward, also who received them. */
void tracing_vials(struct tracing *to, const struct vial_range *range);
/* Notes the shipments and boxes in which the vials travelled, each transport of theirs. */
MUST_USE bool tracing_boxes(struct tracing *to);
/* Notes the events of the patients that were found, about these doses or about no named one. */
MUST_USE bool tracing_events(struct tracing *to);
/* Sends everything that the things reach, with amounts, and notes their lots. */
MUST_USE bool tracing_things(struct tracing *to);
/* Sends what was noted, in the order of the trace. */
MUST_USE bool tracing_send(struct tracing *to);
/* Sends how many of each kind there were. */
MUST_USE bool tracing_counts(struct tracing *to);

#endif
