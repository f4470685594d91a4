/* assignment.h: which tracks and which spots belong together, and how sure is that?
 *
 * A pair costs what it is less likely than that its track ends and its spot begins another one
 * (both stay alone, at no cost); so only pairs below zero are ever made. */
#ifndef MEASURE_ASSIGNMENT_H
#define MEASURE_ASSIGNMENT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* The pairs that may be, by row; the caller's. A column stands once at most in a row. */
struct assignment_problem {
    size_t rows;
    size_t columns;
    const size_t *first; /* [rows + 1]: where the pairs of a row begin */
    const int32_t *column;
    const double *cost; /* finite */
};

struct assigned {
    const int32_t *row_column; /* below zero: alone */
    const int32_t *column_row;
    const double *odds; /* of each pair, by row: what the best way costs more in which its row or
                           its column is paired otherwise, or odds_least where that is more. 0 where
                           it was too much work to find out. */
    size_t largest;     /* rows and columns of the largest part that hangs together */
    bool undecided;     /* some parts were too much work; their rows have no odds */
};

/* What is kept between calls; it grows with the largest problem. */
struct assignment;

struct assignment *assignment_open(struct arena *arena);

/* The pairs of the least cost, by shortest augmenting paths on the pairs alone (Jonker and
 * Volgenant 1987). The result lives until the next call.
 *
 * Work is bounded by a multiple of the pairs. A part that hangs together and needs more than that
 * is given up: what was paired in it before stays, its odds are 0. */
struct assigned assignment_solve(struct assignment *assignment,
                                 const struct assignment_problem *problem, double odds_least);

#endif
