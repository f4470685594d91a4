/* rulebook.h: what the program says about itself: rules, and who may do what. */
#ifndef RULEBOOK_H
#define RULEBOOK_H

#include "catalogue.h"

/* Markdown: every rule with its id, question, basis; then every requirement of
 * data/requirements.tsv with the rules and operations that build it, or why it is not built.
 * FAULT_INPUT where the table names what does not exist, or leaves a requirement without an answer.
 */
MUST_USE bool rulebook_write(struct work *work, const struct catalogue *catalogue, FILE *out);

/* The shipped roles against every operation, as a table or as JSON. */
MUST_USE bool rulebook_permissions(struct work *work, bool json, FILE *out);

#endif
