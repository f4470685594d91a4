/* fact.h: tables of facts as signed data: which ones are in force, and what a row of them says. */
#ifndef CONTRACT_FACT_H
#define CONTRACT_FACT_H

#include "contract/operation.h"

/* One row of a table in force. */
struct fact {
    const char *table;
    const char *code;    /* its first cell */
    const char *cells;   /* all of them, with tabs between */
    const char *columns; /* names of the columns, with tabs between */
    int64_t entry;       /* that signed it */
};

/* A table as a rule set brings it: a file on the way in, its rows in the entry. */
struct fact_line {
    const char *code;
    const char *cells;
};
struct fact_sheet {
    const char *name;
    struct file file;
    const char *columns;
    struct rows lines; /* struct fact_line, in the order of the file */
};

enum { FACT_SHEETS = 64, FACT_COLUMNS = 64, FACT_ROWS = 20000, FACT_CELL_BYTES = 4096 };

extern const struct table fact_table, fact_row_table;
extern const struct operation fact_operations[];
enum { FACT_OPERATIONS = 3 };
extern const struct schema fact_file_schema;  /* of a rule set's input: name and file */
extern const struct schema fact_sheet_schema; /* of its entry: columns and lines as well */

/* Strict: UTF-8, a header line and at least one row, as many cells in each line, tabs between and
 * a line feed behind each, no quoting, a first column that is a code and unique. */
MUST_USE bool fact_parse(struct arena *arena, struct fault *fault, struct fact_sheet *sheet);

/* For the judge of a rule set: reads the files of struct fact_sheet into columns and lines. */
MUST_USE bool fact_judge(struct work *work, const struct rows *given, struct rows *sheets);
/* For its apply: each sheet replaces the table of its name. */
MUST_USE bool fact_apply(struct work *work, const char *rule_set, int64_t entry,
                         const struct rows *sheets);

/* The row of a table in force; not found when no signed rule set brought it. */
MUST_USE bool fact_find(struct work *work, const char *table, const char *code, struct fact *fact,
                        bool *found);

/* The cell under a column, or NULL: an empty cell says nothing, and so does an unknown column. */
const char *fact_cell(struct arena *arena, const struct fact *fact, const char *column);

#endif
