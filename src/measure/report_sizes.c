/* report_sizes.c: the lists of a report, each as long as the others and none below zero. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_sizes.h"

#include "base/json.h"
#include "measure/curve.h"
#include "measure/sizes.h"

#include <math.h>

struct reader {
    struct arena *arena;
    struct fault *fault;
    const struct json *size;
};

static bool refuse_list(const struct reader *reader, const char *name)
{
    return fail(reader->fault, FAULT_INPUT, "report",
                "The member size.%s of the report must be a list of numbers that can be; measure "
                "again.",
                name);
}

static bool read_list(const struct reader *reader, const char *name, size_t count, double **list)
{
    const struct json *from = json_member(reader->size, name);
    if (json_kind(from) != JSON_IS_LIST || json_count(from) != count)
        return refuse_list(reader, name);
    *list = arena_take(reader->arena, count * sizeof(**list));
    for (size_t i = 0; i < count; i++) {
        const struct json *number = json_element(from, i);
        const enum json_kind kind = json_kind(number);
        (*list)[i] = json_as_number(number);
        if ((kind != JSON_IS_REAL && kind != JSON_IS_INTEGER) || !isfinite((*list)[i]) ||
            (*list)[i] < 0)
            return refuse_list(reader, name);
    }
    return true;
}

static bool holds(const struct reader *reader, const char *name)
{
    return json_count(json_member(reader->size, name)) > 0;
}

/* The grid must be the one that the curve is drawn on: cells of equal width in ln(size). */
static bool check_edges(const struct reader *reader, const double *edges_nm,
                        const struct measure_sizes *grid)
{
    static const double slack = 1e-6;
    if (!sizes_are_usable(grid))
        return refuse_list(reader, "edges_nm");
    for (size_t i = 0; i <= grid->count; i++)
        if (fabs(edges_nm[i] / measure_size_edge_nm(grid, i) - 1) > slack)
            return refuse_list(reader, "edges_nm");
    return true;
}

static bool read_shares(const struct reader *reader, const struct measure_sizes *grid,
                        struct report_sizes *sizes)
{
    double *fitted = NULL;
    if (holds(reader, "curve"))
        return read_list(reader, "curve", sizes->count, &sizes->shares) &&
               (!holds(reader, "curve_high") ||
                (read_list(reader, "curve_low", sizes->count, &sizes->low) &&
                 read_list(reader, "curve_high", sizes->count, &sizes->high)));
    if (!read_list(reader, "shares", sizes->count, &fitted))
        return false;
    sizes->shares = arena_take(reader->arena, sizes->count * sizeof *sizes->shares);
    curve_smooth(grid, fitted, sizes->shares);
    return true;
}

bool report_sizes_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                       size_t size, struct report_sizes *sizes)
{
    const struct json *whole = NULL;
    struct reader reader = {arena, fault, NULL};
    *sizes = (struct report_sizes){0};
    if (!json_parse(arena, fault, (const char *)bytes, size, &whole))
        return false;
    reader.size = json_member(whole, "size");
    sizes->count = json_count(json_member(reader.size, "shares"));
    if (!sizes->count || !holds(&reader, "edges_nm"))
        return fail(fault, FAULT_MISSING, "code",
                    "The kept report holds figures alone and no distribution; measure again to "
                    "see one.");
    if (!read_list(&reader, "edges_nm", sizes->count + 1, &sizes->edges_nm))
        return false;
    const struct measure_sizes grid = {sizes->edges_nm[0], sizes->edges_nm[sizes->count],
                                       sizes->count};
    return check_edges(&reader, sizes->edges_nm, &grid) && read_shares(&reader, &grid, sizes);
}
