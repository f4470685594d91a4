/* csv.h: how does a row become a line that a spreadsheet opens without doing what it says? */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/schema.h"

/* UTF-8 with its mark, RFC 4180 with a line of member names. What is unknown is an empty cell,
 * lists and records are JSON. A cell that a spreadsheet would take for a formula begins with an
 * apostrophe; a number does not. */
void csv_write_head(struct text *out, const struct schema *schema);
void csv_write_row(struct text *out, const struct schema *schema, const void *row);

#endif
