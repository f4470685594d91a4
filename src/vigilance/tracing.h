/* tracing.h: what one trace has found so far, and how it is sent. */
#ifndef VIGILANCE_TRACING_H
#define VIGILANCE_TRACING_H

#include "manufacture/vial.h"
#include "vigilance/names.h"
#include "vigilance/trace.h"

/* Vials first..last of a lot, wherever they are; all of them where last is WHOLE_LOT. */
#define WHOLE_LOT INT64_MAX
struct span {
    const char *lot;
    int64_t first;
    int64_t last;
};

enum {
    TRACING_KINDS = 32,      /* more than there are */
    MOST_PATIENTS = 4000000, /* that one answer holds in memory */
};

struct tracing {
    struct work *work;
    struct stream *stream;
    enum link_direction direction;
    bool only_counts;   /* the sums at the end are all that is sent */
    struct arena *kept; /* memory of the whole trace */
    struct span *spans; /* in the order in which they were found */
    struct span *by_lot;
    size_t span_count;
    size_t span_room;
    struct text code, detail; /* of the row that is sent */
    bool told_doses;
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
/* Notes what a trace of that kind:code begins with; backward, also the lots of vials. In trace.c.
 */
MUST_USE bool trace_begin(struct tracing *to, const char *name);
/* Notes vials that were found. */
void tracing_span(struct tracing *to, const char *lot, int64_t first, int64_t last);
/* Sends one row and counts it. */
MUST_USE bool tracing_row(struct tracing *to, const struct trace_row *row);
/* Sends everything that the things reach, with amounts, and notes their lots. */
MUST_USE bool tracing_things(struct tracing *to);
/* Sends the vials and what was noted, in the order of the trace, with the shipments and boxes in
 * which the vials travelled, each transport of theirs; forward, also who received them, in which
 * doses, and the events of theirs that are about these doses or about no named one. */
MUST_USE bool tracing_send(struct tracing *to);
/* Sends how many of each kind there were. */
MUST_USE bool tracing_counts(struct tracing *to);

#endif
