/* qualify.h: which bar was a condition held against, and what came out? */
#ifndef MEASURE_QUALIFY_H
#define MEASURE_QUALIFY_H

#include <stdbool.h>
#include <stddef.h>

/* One row of the table of a qualification. What was not measured is NAN. */
struct qualified {
    const char *condition; /* "100 nm, 1000 tracks" */
    const char *quantity;  /* "D50" */
    const char *unit;      /* of truth, value, low and high: "nm", "%" */
    double truth;
    double value;    /* mean over the runs */
    double bias;     /* (value - truth) / truth */
    double spread;   /* standard deviation over the runs, relative to the truth */
    double coverage; /* part of the runs whose 95 % interval holds the truth */
    size_t runs;
    const char *bar; /* what low and high bound: "bias", "spread", "coverage", "value" */
    double low;
    double high;
    bool met;
};

enum { QUALIFIED_ROWS = 256 };

/* Rows in the order in which they were measured. */
struct qualification {
    struct qualified rows[QUALIFIED_ROWS];
    size_t count;
    size_t lost;                                /* rows for which there was no room */
    void (*added)(void *context, size_t count); /* called behind each row; NULL is allowed */
    void *context;
};

/* Which seeds are used: those below 100 chose the settings, so that a score begins at 1000. */
struct qualify_seeds {
    unsigned long first;
    unsigned long count;
};

/* Sets met by what bar names, and adds the row. */
void qualification_add(struct qualification *qualification, struct qualified row);

#endif
