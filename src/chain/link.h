/* link.h: what came from what? Ancestry between things that are not vials, with amounts. */
#ifndef CHAIN_LINK_H
#define CHAIN_LINK_H

#include "chain/view.h"

/* One parent of one child; codes are unique over all kinds because each is kind:code. */
struct link {
    const char *child; /* as lot:L-25-001 */
    const char *parent;
    int64_t amount; /* of the parent that went into the child, in unit; 0 when not an amount */
    const char *unit;
    int64_t entry; /* seq of the entry that tied them */
};

extern const struct table link_table;
extern const struct schema link_node_schema;

/* kind:code in the arena. */
const char *link_name(struct arena *arena, const char *kind, const char *code);

MUST_USE bool link_tie(struct work *work, const struct link *link);

enum link_direction { LINK_FORWARD, LINK_BACKWARD };

struct link_node {
    const char *name;
    int64_t depth; /* steps from the start, which is 0 */
};
/* Everything reached from a name, itself included, each once, nearest first. */
MUST_USE bool link_reach(struct work *work, const char *from, enum link_direction direction,
                         struct rows *nodes);
/* The direct ties on one side of a name. */
MUST_USE bool link_ties(struct work *work, const char *name, enum link_direction direction,
                        struct rows *links);

#endif
