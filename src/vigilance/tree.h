/* tree.h: the same trace as a picture in text: what came of what, branch by branch. */
#ifndef VIGILANCE_TREE_H
#define VIGILANCE_TREE_H

#include "contract/operation.h"

/* One line of the picture; a thing that stands above already is named again, not repeated. */
struct tree_row {
    const char *line; /* branches and name, ready to print */
    const char *kind;
    const char *code;
    int64_t depth;
    const char *detail; /* NULL where the list says no more */
};

extern const struct operation tree_operations[];
enum { TREE_OPERATIONS = 2 };

#endif
