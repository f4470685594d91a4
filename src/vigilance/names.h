/* names.h: a set of names, each kept once, that millions may be added to. */
#ifndef VIGILANCE_NAMES_H
#define VIGILANCE_NAMES_H

#include "base/text.h"

struct names {
    struct arena *arena; /* of the set alone, or not wound back while the set is in use */
    const char **items;  /* copies, in the order in which they came, or sorted */
    size_t count;
    size_t room;
    uint32_t *slots; /* place in items and one, open addressing; twice as many as room */
};

/* NULL adds nothing. */
void names_add(struct names *names, const char *name);
/* Its place in items, which sorting changes; count when it is not in the set. */
size_t names_find(const struct names *names, const char *name);
bool names_hold(const struct names *names, const char *name);
void names_sort(struct names *names);

#endif
