/* member.h: how is a JSON object written member by member?
 *
 * A comma comes before whatever does not stand first in its object or list. A name of NULL: an
 * element of a list. */
#ifndef BASE_MEMBER_H
#define BASE_MEMBER_H

#include "base/text.h"

/* bracket: "{", "[", or a word such as "null"; whoever opens a bracket closes it. */
void member_begin(struct text *out, const char *name, const char *bracket);
void member_words(struct text *out, const char *name, const char *words);
/* One that is not finite is null. */
void member_number(struct text *out, const char *name, double number);
void member_count(struct text *out, const char *name, size_t count);
void member_flag(struct text *out, const char *name, bool flag);

#endif
