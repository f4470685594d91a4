/* rulebook.h: what the program says about itself: rules, and who may do what. */
#ifndef RULEBOOK_H
#define RULEBOOK_H

#include "catalogue.h"

/* Markdown: every rule with its id, question, basis. */
void rulebook_write(const struct catalogue *catalogue, FILE *out);

/* The shipped roles against every operation, as a table or as JSON. */
MUST_USE bool rulebook_permissions(struct work *work, bool json, FILE *out);

#endif
