/* wording.h: what are the words of the closed lists called on paper, in Japanese and English? */
#ifndef QUALITY_WORDING_H
#define QUALITY_WORDING_H

#include "base/arena.h"

enum wording_language { WORDING_JA, WORDING_EN };

/* The printed name of a product class, tissue, route or attribute. A word that is in no list is
 * printed as it is recorded, with blanks for underscores. NULL stays NULL. */
const char *wording_of(struct arena *arena, const char *word, enum wording_language language);

/* Words separated by blanks, each printed, with the language's own comma between. */
const char *wording_list(struct arena *arena, const char *words, enum wording_language language);

/* Its place in the order of printing; behind all others where it has no name of its own. */
int wording_rank(const char *word);

#endif
