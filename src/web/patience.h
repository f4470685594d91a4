/* patience.h: how long is waited for somebody who sends or reads slowly? */
#ifndef WEB_PATIENCE_H
#define WEB_PATIENCE_H

#include "base/fault.h"

#include <stdint.h>

/* The library hangs up on who keeps silent. Who sends a byte now and then could hold a place for
 * ever; so a thread of its own closes what is overdue, once a second. */
struct patience;

/* One connection. */
struct visitor;

/* Where so many visitors as crowd are present, they are waited for less. */
MUST_USE bool patience_open(struct arena *arena, struct fault *fault, size_t most, size_t crowd,
                            struct patience **patience);
void patience_close(struct patience *patience);

/* NULL where there are more visitors than was said; those are not watched. */
struct visitor *patience_meet(struct patience *patience, int socket);
/* The socket is not touched any more. */
void patience_part(struct patience *patience, struct visitor *visitor);

/* From now on the next step is waited for, and longer by the time that so many bytes may take. */
void patience_begin(struct patience *patience, struct visitor *visitor, size_t bytes);
/* So many bytes came: the step may take that much longer. */
void patience_extend(struct patience *patience, struct visitor *visitor, size_t bytes);
/* Nothing is waited for: it is the server's turn. */
void patience_rest(struct patience *patience, struct visitor *visitor);

#endif
