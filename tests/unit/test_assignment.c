/* test_assignment.c: are the pairs the cheapest there are, and is the next best way found? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/assignment.h"
#include "measure/random.h"
#include "test.h"

#include <math.h>

enum { SIDE = 6, ARENA_BYTES = 1 << 26 };

static const double odds_least = 2;

/* A small problem as a whole matrix; NAN: no pair. */
struct matrix {
    int rows;
    int columns;
    double cost[SIDE][SIDE];
};

struct sparse {
    size_t first[SIDE + 1];
    int32_t column[SIDE * SIDE];
    double cost[SIDE * SIDE];
    struct assignment_problem problem;
};

static void matrix_draw(struct matrix *matrix, struct random *random)
{
    matrix->rows = 1 + (int)random_below(random, SIDE);
    matrix->columns = 1 + (int)random_below(random, SIDE);
    for (int row = 0; row < matrix->rows; row++)
        for (int column = 0; column < matrix->columns; column++) {
            bool none = random_uniform(random) < 0.4;
            matrix->cost[row][column] = none ? NAN : 6 * random_uniform(random) - 4;
        }
}

static void sparse_fill(struct sparse *sparse, const struct matrix *matrix)
{
    size_t used = 0;
    for (int row = 0; row < matrix->rows; row++) {
        sparse->first[row] = used;
        for (int column = 0; column < matrix->columns; column++)
            if (!isnan(matrix->cost[row][column])) {
                sparse->column[used] = column;
                sparse->cost[used++] = matrix->cost[row][column];
            }
    }
    sparse->first[matrix->rows] = used;
    sparse->problem = (struct assignment_problem){.rows = (size_t)matrix->rows,
                                                  .columns = (size_t)matrix->columns,
                                                  .first = sparse->first,
                                                  .column = sparse->column,
                                                  .cost = sparse->cost};
}

/* Every way there is. row and column, where not below zero, must not be paired with each other, and
 * at least one of them must be paired otherwise. */
struct trial {
    const struct matrix *matrix;
    int row;
    int column;
    double best;
    int chosen[SIDE];
};

static bool differs(const struct trial *trial)
{
    if (trial->row < 0)
        return true;
    bool paired = trial->chosen[trial->row] >= 0;
    for (int row = 0; row < trial->matrix->rows; row++)
        paired = paired || trial->chosen[row] == trial->column;
    return paired && trial->chosen[trial->row] != trial->column;
}

static void try_row(struct trial *trial, int row, unsigned taken, double cost)
{
    if (row == trial->matrix->rows) {
        if (differs(trial))
            trial->best = fmin(trial->best, cost);
        return;
    }
    trial->chosen[row] = -1;
    try_row(trial, row + 1, taken, cost);
    for (int column = 0; column < trial->matrix->columns; column++) {
        double pair = trial->matrix->cost[row][column];
        if (isnan(pair) || (taken & 1U << column))
            continue;
        trial->chosen[row] = column;
        try_row(trial, row + 1, taken | 1U << column, cost + pair);
    }
    trial->chosen[row] = -1;
}

static double least_cost(const struct matrix *matrix, int row, int column)
{
    struct trial trial = {.matrix = matrix, .row = row, .column = column, .best = INFINITY};
    try_row(&trial, 0, 0, 0);
    return trial.best;
}

static double cost_of(const struct matrix *matrix, const struct assigned *assigned)
{
    double cost = 0;
    for (int row = 0; row < matrix->rows; row++) {
        int32_t column = assigned->row_column[row];
        if (column < 0)
            continue;
        assert_int_equal(assigned->column_row[column], row);
        assert_true(!isnan(matrix->cost[row][column]));
        cost += matrix->cost[row][column];
    }
    return cost;
}

/* Sums of at most six costs in another order: 1e-9 is far beyond their rounding. */
static void pairs_and_odds_are_those_of_every_way_tried_out(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct assignment *assignment = assignment_open(arena);
    struct random random = random_stream(1, 1);
    size_t paired = 0, close = 0;
    (void)state;
    for (int run = 0; run < 3000; run++) {
        struct matrix matrix;
        struct sparse sparse;
        matrix_draw(&matrix, &random);
        sparse_fill(&sparse, &matrix);
        struct assigned assigned = assignment_solve(assignment, &sparse.problem, odds_least);
        double best = least_cost(&matrix, -1, -1);
        assert_false(assigned.undecided);
        assert_true(fabs(cost_of(&matrix, &assigned) - best) < 1e-9);
        for (int row = 0; row < matrix.rows; row++) {
            if (assigned.row_column[row] < 0)
                continue;
            double next = least_cost(&matrix, row, assigned.row_column[row]) - best;
            assert_true(fabs(assigned.odds[row] - fmin(next, odds_least)) < 1e-9);
            paired++;
            close += next < odds_least;
        }
    }
    assert_true(paired > 3000 && close > 1000);
    arena_close(arena);
}

static void nothing_to_pair_is_no_trouble(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct assignment *assignment = assignment_open(arena);
    size_t first[3] = {0};
    (void)state;
    struct assignment_problem problem = {.first = first};
    for (problem.rows = 0; problem.rows < 3; problem.rows++)
        for (problem.columns = 0; problem.columns < 3; problem.columns++) {
            struct assigned assigned = assignment_solve(assignment, &problem, odds_least);
            assert_int_equal(assigned.largest, problem.rows + problem.columns > 0 ? 1 : 0);
            for (size_t row = 0; row < problem.rows; row++)
                assert_true(assigned.row_column[row] < 0);
        }
    arena_close(arena);
}

/* 600 rows that want the same 600 columns, at costs that are all but the same: the searches of such
 * a knot would look at 10^8 pairs, and 16 times the pairs are 6 x 10^6. */
static void a_knot_that_is_too_much_work_is_given_up(void **state)
{
    enum { CROWD = 600 };
    struct arena *arena = arena_open(ARENA_BYTES);
    struct random random = random_stream(2, 1);
    size_t *first = arena_take(arena, (CROWD + 1) * sizeof *first);
    int32_t *column = arena_take(arena, (size_t)CROWD * CROWD * sizeof *column);
    double *cost = arena_take(arena, (size_t)CROWD * CROWD * sizeof *cost);
    (void)state;
    for (size_t i = 0; i < (size_t)CROWD * CROWD; i++) {
        column[i] = (int32_t)(i % CROWD);
        cost[i] = -8 - 1e-3 * random_uniform(&random) - 1e-2 * (double)(i % CROWD);
    }
    for (size_t row = 0; row <= CROWD; row++)
        first[row] = row * CROWD;
    struct assignment_problem problem = {CROWD, CROWD, first, column, cost};
    struct assigned assigned = assignment_solve(assignment_open(arena), &problem, odds_least);
    assert_int_equal(assigned.largest, 2 * CROWD);
    assert_true(assigned.undecided);
    for (size_t row = 0; row < CROWD; row++)
        assert_true(assigned.odds[row] <= 0);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_and_odds_are_those_of_every_way_tried_out),
        cmocka_unit_test(nothing_to_pair_is_no_trouble),
        cmocka_unit_test(a_knot_that_is_too_much_work_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
