/* delimited.h: what stands in the next row of a text with commas or tabs between, and where? */
#ifndef MEASURE_DELIMITED_H
#define MEASURE_DELIMITED_H

#include "base/arena.h"
#include "base/fault.h"

enum {
    DELIMITED_CELLS = 256,       /* in one row */
    DELIMITED_CELL_BYTES = 4096, /* in one cell */
    DELIMITED_QUOTE_BYTES = 96,  /* room for a cell quoted in a sentence */
};

/* Where a cell stands, and its bytes inside the caller's text, without the quotes around them. */
struct delimited_cell {
    const unsigned char *bytes;
    size_t size;
    size_t line;      /* from 1 */
    size_t column;    /* number of the cell in its row, from 1 */
    size_t character; /* number of its first character in the line, from 1 */
    bool quoted;
};

struct delimited_row {
    size_t count;
    bool ended; /* a line end follows; without one the row may have been cut */
    struct delimited_cell cells[DELIMITED_CELLS];
};

/* A cursor over bytes that the caller keeps. */
struct delimited {
    const unsigned char *bytes;
    size_t size;
    size_t at;
    size_t line;
    size_t character;
    bool utf8; /* otherwise ISO-8859-1, read as its superset Windows-1252 */
    unsigned char separator;
};

enum delimited_number {
    NUMBER_MALFORMED, /* anything but digits, one point and an exponent, "inf" and "0x" included */
    NUMBER_BEYOND,    /* a number that a double cannot hold */
    NUMBER_READ,
};

/* Settles the encoding and refuses bytes that no text holds. */
MUST_USE bool delimited_open(struct delimited *text, struct fault *fault,
                             const unsigned char *bytes, size_t size);

/* The same for cells between tabs, in which quotation marks are text. */
MUST_USE bool delimited_open_tabbed(struct delimited *text, struct fault *fault,
                                    const unsigned char *bytes, size_t size);

/* Reads one row; *found is false at the end. */
MUST_USE bool delimited_next(struct delimited *text, struct fault *fault, struct delimited_row *row,
                             bool *found);

/* Refuses with FAULT_INPUT, field "file", and the place of the cell before the sentence. */
bool delimited_refuse(struct fault *fault, const struct delimited_cell *cell, const char *format,
                      ...) PRINTF_LIKE(3, 4);

/* Blanks and tabs around a cell never count. */
bool delimited_blank(const struct delimited_cell *cell);
bool delimited_equals(const struct delimited_cell *cell, const char *text);
bool delimited_begins(const struct delimited_cell *cell, const char *text);
bool delimited_row_blank(const struct delimited_row *row);
/* delimited_next, but for rows in which nothing stands. */
MUST_USE bool delimited_next_filled(struct delimited *text, struct fault *fault,
                                    struct delimited_row *row, bool *found);

/* The whole cell as a decimal number, whatever the locale of the program. */
enum delimited_number delimited_number(const struct delimited_cell *cell, double *number);

/* The cell in UTF-8; quotation marks written twice become one. */
char *delimited_text(struct arena *arena, const struct delimited *text,
                     const struct delimited_cell *cell);

/* The same, shortened for a sentence. */
void delimited_quote(const struct delimited *text, const struct delimited_cell *cell,
                     char quote[DELIMITED_QUOTE_BYTES]);

#endif
