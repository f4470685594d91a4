/* assignment.c: shortest augmenting paths over sparse pairs, and the next best way for each pair.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/assignment.h"

#include <math.h>

/* Beyond these, a part of a frame that no one can tell apart is given up. */
enum {
    WORK_PER_PAIR = 16,
    WORK_AT_LEAST = 1 << 16,
    WORK_PER_ODDS = 1 << 12,
};

enum { ALONE = -1, UNREACHED = -1, SETTLED = -2 };

/* One search for the shortest way. Its nodes are the columns and, behind them, the hub: staying
 * alone, which costs nothing and is never taken up. */
struct search {
    double *distance; /* [columns + 1] */
    int32_t *before;  /* row from which a node was reached; ALONE: from the hub */
    int32_t *place;   /* in the heap, or UNREACHED or SETTLED */
    int32_t *heap;
    int32_t *touched;
    int32_t *settled;
    size_t heaped;
    size_t touched_count;
    size_t settled_count;
    size_t work; /* pairs that were looked at */
};

struct assignment {
    struct arena *arena;
    struct assignment_problem problem;
    size_t row_room;
    size_t column_room;
    double *row_price; /* reduced costs, cost - row_price - column_price, are never below zero */
    double *column_price;
    int32_t *row_column;
    int32_t *column_row;
    double *odds;
    double *from_hub; /* of columns */
    double *by_row;
    int32_t *knot;      /* of rows, then of columns: the next one on the way to a root */
    int32_t *size;      /* of the knots of roots */
    int32_t *contested; /* rows that do not get at once what they like best */
    bool *given_up;     /* of the knots of roots */
    struct search search;
};

struct assignment *assignment_open(struct arena *arena)
{
    struct assignment *assignment = arena_take(arena, sizeof *assignment);
    assignment->arena = arena;
    return assignment;
}

static void make_room(struct assignment *assignment, size_t rows, size_t columns)
{
    struct arena *arena = assignment->arena;
    if (rows > assignment->row_room || columns > assignment->column_room) {
        rows = rows > assignment->row_room ? 2 * rows : assignment->row_room;
        columns = columns > assignment->column_room ? 2 * columns : assignment->column_room;
        size_t nodes = columns + 1;
        assignment->row_room = rows;
        assignment->column_room = columns;
        assignment->row_price = arena_take(arena, rows * sizeof(double));
        assignment->column_price = arena_take(arena, nodes * sizeof(double));
        assignment->row_column = arena_take(arena, rows * sizeof(int32_t));
        assignment->column_row = arena_take(arena, nodes * sizeof(int32_t));
        assignment->from_hub = arena_take(arena, nodes * sizeof(double));
        assignment->by_row = arena_take(arena, nodes * sizeof(double));
        assignment->odds = arena_take(arena, rows * sizeof(double));
        assignment->knot = arena_take(arena, (rows + nodes) * sizeof(int32_t));
        assignment->size = arena_take(arena, (rows + nodes) * sizeof(int32_t));
        assignment->contested = arena_take(arena, rows * sizeof(int32_t));
        assignment->given_up = arena_take(arena, (rows + nodes) * sizeof(bool));
        assignment->search = (struct search){.distance = arena_take(arena, nodes * sizeof(double)),
                                             .before = arena_take(arena, nodes * sizeof(int32_t)),
                                             .place = arena_take(arena, nodes * sizeof(int32_t)),
                                             .heap = arena_take(arena, nodes * sizeof(int32_t)),
                                             .touched = arena_take(arena, nodes * sizeof(int32_t)),
                                             .settled = arena_take(arena, nodes * sizeof(int32_t))};
        for (size_t i = 0; i < nodes; i++)
            assignment->search.place[i] = UNREACHED;
    }
}

/* ---- A heap of nodes by distance; among equals the lower number is first, on every machine. ----
 */

static bool is_before(const struct search *search, int32_t one, int32_t other)
{
    double nearer = search->distance[one], farther = search->distance[other];
    return nearer < farther || (nearer <= farther && one < other);
}

static void heap_set(struct search *search, size_t place, int32_t node)
{
    search->heap[place] = node;
    search->place[node] = (int32_t)place;
}

static void heap_raise(struct search *search, size_t place)
{
    int32_t node = search->heap[place];
    while (place > 0 && is_before(search, node, search->heap[(place - 1) / 2])) {
        heap_set(search, place, search->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    heap_set(search, place, node);
}

static void heap_lower(struct search *search, size_t place)
{
    int32_t node = search->heap[place];
    for (size_t child = 2 * place + 1; child < search->heaped; child = 2 * place + 1) {
        if (child + 1 < search->heaped &&
            is_before(search, search->heap[child + 1], search->heap[child]))
            child++;
        if (!is_before(search, search->heap[child], node))
            break;
        heap_set(search, place, search->heap[child]);
        place = child;
    }
    heap_set(search, place, node);
}

/* False: no node is left. */
static bool heap_take(struct search *search, int32_t *node)
{
    if (search->heaped == 0)
        return false;
    *node = search->heap[0];
    int32_t last = search->heap[--search->heaped];
    if (search->heaped > 0) {
        heap_set(search, 0, last);
        heap_lower(search, 0);
    }
    search->place[*node] = SETTLED;
    search->settled[search->settled_count++] = *node;
    return true;
}

static void search_clear(struct search *search)
{
    for (size_t i = 0; i < search->touched_count; i++)
        search->place[search->touched[i]] = UNREACHED;
    search->touched_count = 0;
    search->settled_count = 0;
    search->heaped = 0;
}

static void reach(struct search *search, int32_t node, double distance, int32_t before)
{
    int32_t place = search->place[node];
    if (place == SETTLED || (place != UNREACHED && !(distance < search->distance[node])))
        return;
    search->distance[node] = distance;
    search->before[node] = before;
    if (place == UNREACHED) {
        search->touched[search->touched_count++] = node;
        place = (int32_t)search->heaped;
        heap_set(search, search->heaped++, node);
    }
    heap_raise(search, (size_t)place);
}

/* ---- Shortest augmenting paths. ---- */

static int32_t hub_of(const struct assignment *assignment)
{
    return (int32_t)assignment->problem.columns;
}

/* All columns that a row may have, but for one. */
static void reach_columns(struct assignment *assignment, int32_t row, double distance,
                          int32_t except)
{
    const struct assignment_problem *problem = &assignment->problem;
    for (size_t i = problem->first[row]; i < problem->first[row + 1]; i++) {
        int32_t column = problem->column[i];
        double reduced =
            problem->cost[i] - assignment->row_price[row] - assignment->column_price[column];
        if (column != except)
            reach(&assignment->search, column, distance + reduced, row);
    }
    assignment->search.work += problem->first[row + 1] - problem->first[row];
}

/* To stay alone costs 0. */
static void reach_hub(struct assignment *assignment, int32_t row, double distance)
{
    reach(&assignment->search, hub_of(assignment), distance - assignment->row_price[row], row);
}

static void adjust_prices(struct assignment *assignment, int32_t row, double shortest)
{
    struct search *search = &assignment->search;
    for (size_t i = 0; i + 1 < search->settled_count; i++) {
        int32_t column = search->settled[i];
        double change = shortest - search->distance[column];
        assignment->column_price[column] -= change;
        assignment->row_price[assignment->column_row[column]] += change;
    }
    assignment->row_price[row] += shortest;
}

/* Everyone on the way takes the next place; the last one is free. */
static void move_along(struct assignment *assignment, int32_t row, int32_t node)
{
    for (;;) {
        int32_t mover = assignment->search.before[node];
        int32_t left = assignment->row_column[mover];
        assignment->row_column[mover] = node == hub_of(assignment) ? ALONE : node;
        if (node != hub_of(assignment))
            assignment->column_row[node] = mover;
        if (mover == row)
            return;
        node = left;
    }
}

/* False: more work than allowed; then nothing has changed. */
static bool place_row(struct assignment *assignment, int32_t row, size_t work_most)
{
    struct search *search = &assignment->search;
    int32_t node = ALONE;
    search_clear(search);
    reach_columns(assignment, row, 0, ALONE);
    reach_hub(assignment, row, 0);
    while (heap_take(search, &node)) {
        if (node == hub_of(assignment) || assignment->column_row[node] == ALONE) {
            adjust_prices(assignment, row, search->distance[node]);
            move_along(assignment, row, node);
            return true;
        }
        if (search->work > work_most)
            return false;
        int32_t next = assignment->column_row[node];
        reach_columns(assignment, next, search->distance[node], ALONE);
        reach_hub(assignment, next, search->distance[node]);
    }
    return false;
}

/* Each row takes what it likes best, if it is still free. */
static bool place_at_once(struct assignment *assignment, int32_t row)
{
    const struct assignment_problem *problem = &assignment->problem;
    int32_t best = ALONE;
    double least = 0;
    for (size_t i = problem->first[row]; i < problem->first[row + 1]; i++)
        if (problem->cost[i] < least) {
            least = problem->cost[i];
            best = problem->column[i];
        }
    assignment->row_price[row] = least;
    if (best != ALONE && assignment->column_row[best] != ALONE)
        return false;
    assignment->row_column[row] = best;
    if (best != ALONE)
        assignment->column_row[best] = row;
    return true;
}

/* ---- Parts that hang together. ---- */

static int32_t root_of(struct assignment *assignment, int32_t member)
{
    int32_t *knot = assignment->knot;
    while (knot[member] != member) {
        knot[member] = knot[knot[member]];
        member = knot[member];
    }
    return member;
}

static int32_t column_member(const struct assignment *assignment, int32_t column)
{
    return (int32_t)assignment->problem.rows + column;
}

static size_t tie_knots(struct assignment *assignment)
{
    const struct assignment_problem *problem = &assignment->problem;
    int32_t members = (int32_t)(problem->rows + problem->columns);
    int32_t largest = 0;
    for (int32_t i = 0; i < members; i++) {
        assignment->knot[i] = i;
        assignment->size[i] = 0;
        assignment->given_up[i] = false;
    }
    for (int32_t row = 0; row < (int32_t)problem->rows; row++)
        for (size_t i = problem->first[row]; i < problem->first[row + 1]; i++) {
            int32_t one = root_of(assignment, row);
            int32_t other = root_of(assignment, column_member(assignment, problem->column[i]));
            assignment->knot[one > other ? one : other] = one > other ? other : one;
        }
    for (int32_t i = 0; i < members; i++) {
        int32_t size = ++assignment->size[root_of(assignment, i)];
        largest = size > largest ? size : largest;
    }
    return (size_t)largest;
}

/* ---- The next best way. ---- */

/* What it costs, for each column, that one track more is to be placed because somebody else stays
 * alone: from_hub where the column may then stay alone itself, by_row where another row has to take
 * it. Once for all; what is limit or more is told as limit. */
static void leave_hub(struct assignment *assignment, double limit)
{
    struct search *search = &assignment->search;
    int32_t node = ALONE;
    search_clear(search);
    for (int32_t column = 0; column < hub_of(assignment); column++) {
        assignment->from_hub[column] = assignment->by_row[column] = limit;
        if (assignment->column_row[column] != ALONE)
            reach(search, column, -assignment->column_price[column], ALONE);
    }
    for (int32_t row = 0; row < (int32_t)assignment->problem.rows; row++)
        if (assignment->row_column[row] == ALONE)
            reach_columns(assignment, row, 0, ALONE);
    while (heap_take(search, &node) && search->distance[node] < limit) {
        assignment->from_hub[node] = search->distance[node];
        if (assignment->column_row[node] != ALONE)
            reach_columns(assignment, assignment->column_row[node], search->distance[node], ALONE);
    }
}

static void come_by_rows(struct assignment *assignment)
{
    const struct assignment_problem *problem = &assignment->problem;
    for (int32_t row = 0; row < (int32_t)problem->rows; row++) {
        int32_t own = assignment->row_column[row];
        double distance = own == ALONE ? 0 : assignment->from_hub[own];
        for (size_t i = problem->first[row]; i < problem->first[row + 1]; i++) {
            int32_t column = problem->column[i];
            double reduced =
                problem->cost[i] - assignment->row_price[row] - assignment->column_price[column];
            if (column != own)
                assignment->by_row[column] = fmin(assignment->by_row[column], distance + reduced);
        }
    }
}

/* Length of the shortest way from a row round to its own column, below limit, else limit: the row
 * stays alone and another one takes its column, or it takes another column and so on, until someone
 * takes its own or someone stays alone. */
static double way_round(struct assignment *assignment, int32_t row, double limit, size_t work_most)
{
    struct search *search = &assignment->search;
    int32_t own = assignment->row_column[row], node = ALONE;
    size_t most = search->work + WORK_PER_ODDS;
    double best = fmin(limit, assignment->by_row[own] - assignment->row_price[row]);
    search_clear(search);
    reach_columns(assignment, row, 0, own);
    while (heap_take(search, &node) && search->distance[node] < best) {
        double distance = search->distance[node];
        if (node == own)
            return distance;
        if (search->work > most || search->work > work_most)
            return 0;
        int32_t next = assignment->column_row[node];
        double price = next == ALONE ? 0 : assignment->row_price[next];
        best = fmin(best, distance - price + assignment->from_hub[own]);
        if (next != ALONE)
            reach_columns(assignment, next, distance, ALONE);
    }
    return best;
}

/* ---- All of it. ---- */

/* A row that was given up stays alone. */
static void give_up(struct assignment *assignment, int32_t row)
{
    assignment->row_column[row] = ALONE;
    assignment->given_up[root_of(assignment, row)] = true;
}

static bool place_rows(struct assignment *assignment, size_t work_most)
{
    const struct assignment_problem *problem = &assignment->problem;
    int32_t contested = 0;
    bool decided = true;
    assignment->search.work = 0;
    for (int32_t row = 0; row < (int32_t)problem->rows; row++)
        if (!place_at_once(assignment, row))
            assignment->contested[contested++] = row;
    for (int32_t i = 0; i < contested; i++)
        if (!place_row(assignment, assignment->contested[i], work_most)) {
            give_up(assignment, assignment->contested[i]);
            decided = false;
        }
    return decided;
}

/* A row and a column that hang together with nothing else need no search. */
static double odds_found(struct assignment *assignment, int32_t row, double odds_least,
                         size_t work_most)
{
    int32_t root = root_of(assignment, row);
    if (assignment->given_up[root])
        return 0;
    if (assignment->row_column[row] == ALONE || assignment->size[root] == 2)
        return odds_least;
    return way_round(assignment, row, odds_least, work_most);
}

static void start(struct assignment *assignment, const struct assignment_problem *problem)
{
    make_room(assignment, problem->rows, problem->columns);
    search_clear(&assignment->search);
    assignment->problem = *problem;
    for (size_t i = 0; i < problem->rows; i++)
        assignment->row_column[i] = ALONE;
    for (size_t i = 0; i < problem->columns; i++) {
        assignment->column_row[i] = ALONE;
        assignment->column_price[i] = 0;
    }
}

struct assigned assignment_solve(struct assignment *assignment,
                                 const struct assignment_problem *problem, double odds_least)
{
    start(assignment, problem);
    size_t largest = tie_knots(assignment);
    size_t work_most = WORK_PER_PAIR * problem->first[problem->rows] + WORK_AT_LEAST;
    bool decided = place_rows(assignment, work_most);
    leave_hub(assignment, odds_least);
    come_by_rows(assignment);
    assignment->search.work = 0;
    for (int32_t row = 0; row < (int32_t)problem->rows; row++)
        assignment->odds[row] = odds_found(assignment, row, odds_least, work_most);
    return (struct assigned){.row_column = assignment->row_column,
                             .column_row = assignment->column_row,
                             .odds = assignment->odds,
                             .largest = largest,
                             .undecided = !decided};
}
