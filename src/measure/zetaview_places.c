/* zetaview_places.c: the positions in the cell, which of them count, and whether means follow. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/zetaview_reading.h"

#include <math.h>
#include <string.h>

#define HALF_TENTH 0.05 /* figures are printed to a tenth, concentrations to two digits */
#define COUNT_LIMIT 0.005
#define EMPTY_X50_NM 5000.0 /* the last bin, 5997.5, stands where there is no size */

enum { COLUMN_USE, COLUMN_REMOVAL, COLUMN_FIGURES, COLUMNS = COLUMN_FIGURES + ZETAVIEW_FIGURES };

static const struct {
    const char *beginning; /* what follows holds letters that encodings write differently */
    bool needed;
    double high;
} columns[COLUMNS] = {
    [COLUMN_USE] = {"Use", true, 0},
    [COLUMN_REMOVAL] = {"Removal", false, 0},
    [COLUMN_FIGURES + ZETAVIEW_POSITION] = {"Position", true, 10},
    [COLUMN_FIGURES + ZETAVIEW_INTENSITY] = {"Mean Int", false, 1e6},
    [COLUMN_FIGURES + ZETAVIEW_PARTICLES] = {"Av. No", true, 1e9},
    [COLUMN_FIGURES + ZETAVIEW_PER_ML] = {"Conc.", true, 1e30},
    [COLUMN_FIGURES + ZETAVIEW_ORIGINAL_PER_ML] = {"Orig. Conc.", false, 1e30},
    [COLUMN_FIGURES + ZETAVIEW_TRACES] = {"No. of Traces", true, 1e9},
    [COLUMN_FIGURES + ZETAVIEW_X50_NM] = {"X50", true, 1e6},
    [COLUMN_FIGURES + ZETAVIEW_PEAK_NM] = {"Peak", false, 1e6},
    [COLUMN_FIGURES + ZETAVIEW_SPAN] = {"Span", false, 1e6},
    [COLUMN_FIGURES + ZETAVIEW_DRIFT_UM_PER_S] = {"Drift", false, 1e6},
};

static const char *const figure_names[ZETAVIEW_FIGURES] = {
    [ZETAVIEW_POSITION] = "position",
    [ZETAVIEW_INTENSITY] = "mean intensity",
    [ZETAVIEW_PARTICLES] = "number of particles",
    [ZETAVIEW_PER_ML] = "concentration",
    [ZETAVIEW_ORIGINAL_PER_ML] = "original concentration",
    [ZETAVIEW_TRACES] = "number of traces",
    [ZETAVIEW_X50_NM] = "X50",
    [ZETAVIEW_PEAK_NM] = "peak",
    [ZETAVIEW_SPAN] = "span",
    [ZETAVIEW_DRIFT_UM_PER_S] = "drift",
};

struct table {
    struct zetaview_reading *reading;
    size_t count;
    size_t place[COLUMNS]; /* from 1; 0 where there is none */
};

static bool columns_read(struct table *table)
{
    struct zetaview_reading *reading = table->reading;
    const struct delimited_row *row = &reading->row;
    table->count = row->count;
    for (size_t i = 0; i < row->count; i++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            if (!delimited_begins(&row->cells[i], columns[column].beginning))
                continue;
            if (table->place[column])
                return delimited_refuse(reading->fault, &row->cells[i],
                                        "the column \"%s\" stands twice.",
                                        columns[column].beginning);
            table->place[column] = i + 1;
        }
    }
    for (size_t column = 0; column < COLUMNS; column++)
        if (columns[column].needed && !table->place[column])
            return delimited_refuse(reading->fault, zetaview_first(reading),
                                    "the table has no column \"%s\".", columns[column].beginning);
    return true;
}

static const struct delimited_cell *cell_of(const struct table *table, size_t column)
{
    return table->place[column] ? &table->reading->row.cells[table->place[column] - 1] : NULL;
}

/* Figures from the one given on; the others of the row are words. */
static bool figures_read(struct table *table, enum zetaview_figure first, double high_factor,
                         double figures[ZETAVIEW_FIGURES])
{
    for (enum zetaview_figure figure = 0; figure < ZETAVIEW_FIGURES; figure++) {
        size_t column = COLUMN_FIGURES + (size_t)figure;
        const struct delimited_cell *cell = cell_of(table, column);
        figures[figure] = NAN;
        if (!cell || figure < first)
            continue;
        if (!zetaview_perhaps(table->reading, cell, 0, high_factor * columns[column].high,
                              &figures[figure]))
            return false;
    }
    return true;
}

static bool place_read(struct table *table, struct zetaview_places *places)
{
    struct zetaview_reading *reading = table->reading;
    const struct delimited_cell *use = cell_of(table, COLUMN_USE);
    const struct delimited_cell *removal = cell_of(table, COLUMN_REMOVAL);
    struct zetaview_place *place = &places->places[places->count];
    if (places->count == ZETAVIEW_POSITIONS)
        return delimited_refuse(reading->fault, use, "the table has more than %d positions.",
                                ZETAVIEW_POSITIONS);
    if (places->mean_printed || places->sd_printed)
        return delimited_refuse(reading->fault, use, "a position stands behind the means.");
    place->used = delimited_equals(use, "X") || delimited_equals(use, "x");
    if (!place->used && !delimited_blank(use)) {
        char quote[DELIMITED_QUOTE_BYTES];
        delimited_quote(&reading->text, use, quote);
        return delimited_refuse(reading->fault, use, "\"%s\" is neither X nor blank.", quote);
    }
    place->removal = removal ? delimited_text(reading->arena, &reading->text, removal) : "";
    if (!figures_read(table, 0, 1, place->figures))
        return false;
    if (isnan(place->figures[ZETAVIEW_POSITION]))
        return delimited_refuse(reading->fault, cell_of(table, COLUMN_FIGURES + ZETAVIEW_POSITION),
                                "the row names no position.");
    if (places->count && place->figures[ZETAVIEW_POSITION] <=
                             places->places[places->count - 1].figures[ZETAVIEW_POSITION])
        return delimited_refuse(reading->fault, cell_of(table, COLUMN_FIGURES + ZETAVIEW_POSITION),
                                "position %g does not follow the one before; rows are repeated or "
                                "out of order.",
                                place->figures[ZETAVIEW_POSITION]);
    places->used += place->used;
    places->count++;
    return true;
}

static bool row_read(struct table *table, struct zetaview_places *places)
{
    struct zetaview_reading *reading = table->reading;
    const struct delimited_row *row = &reading->row;
    if (row->count != table->count)
        return delimited_refuse(reading->fault, &row->cells[row->count - 1],
                                "the row has %zu cells, but its heading has %zu.", row->count,
                                table->count);
    const struct delimited_cell *what = cell_of(table, COLUMN_FIGURES + ZETAVIEW_POSITION);
    bool mean = delimited_equals(what, "Mean");
    bool sd = delimited_equals(what, "St.Dev.");
    double relative[ZETAVIEW_FIGURES]; /* follows from the others, and is read to be refused */
    if ((mean && places->mean_printed) || (sd && places->sd_printed))
        return delimited_refuse(reading->fault, what, "this row stands a second time.");
    if (mean) {
        places->mean_printed = true;
        return figures_read(table, ZETAVIEW_INTENSITY, 1, places->mean);
    }
    if (sd) {
        places->sd_printed = true;
        return figures_read(table, ZETAVIEW_INTENSITY, 1, places->sd);
    }
    if (delimited_equals(what, "Rel.St.Dev."))
        return figures_read(table, ZETAVIEW_INTENSITY, 1e6, relative);
    return place_read(table, places);
}

bool zetaview_places_read(struct zetaview_reading *reading, struct zetaview *result)
{
    struct table table = {.reading = reading};
    if (!zetaview_row(reading) || !columns_read(&table))
        return false;
    for (;;) {
        if (!zetaview_row(reading))
            return false;
        if (!reading->found)
            break;
        if (!row_read(&table, &result->places))
            return false;
    }
    result->places.read = true;
    return result->places.count > 0 || zetaview_refuse_end(reading, "the table holds no position.");
}

static bool is_concentration(enum zetaview_figure figure)
{
    return figure == ZETAVIEW_PER_ML || figure == ZETAVIEW_ORIGINAL_PER_ML;
}

static double rounding_of(enum zetaview_figure figure, double printed)
{
    return is_concentration(figure) ? zetaview_half_digit(printed, 2) : HALF_TENTH;
}

/* Mean and standard deviation of a figure over the positions used, with what rounding leaves open
 * of either. A figure that is missing somewhere has none. */
static double moments_of(const struct zetaview_places *places, enum zetaview_figure figure,
                         double *mean, double *sd)
{
    double sum = 0;
    double squares = 0;
    double rounding = 0;
    double count = (double)places->used;
    for (size_t i = 0; i < places->count; i++) {
        double value = places->places[i].figures[figure];
        sum += places->places[i].used ? value : 0;
        if (places->places[i].used)
            rounding = fmax(rounding, rounding_of(figure, value));
    }
    *mean = places->used ? sum / count : NAN;
    for (size_t i = 0; i < places->count; i++) {
        double distance = places->places[i].figures[figure] - *mean;
        squares += places->places[i].used ? distance * distance : 0;
    }
    *sd = places->used > 1 ? sqrt(squares / (count - 1)) : NAN;
    return rounding;
}

static void mean_compare(const char *what, enum zetaview_figure figure, double printed, double own,
                         double doubt, struct remarks *findings)
{
    if (isnan(printed) || isnan(own) ||
        fabs(printed - own) <= (doubt + rounding_of(figure, printed)) * (1 + 1e-6))
        return;
    remarks_add(findings, "%s of %s is printed as %g, recomputed %.4g", what, figure_names[figure],
                printed, own);
}

static void means_settle(struct arena *arena, struct zetaview *result)
{
    struct zetaview_places *places = &result->places;
    struct remarks disagree = {.count = 0};
    struct remarks missing = {.count = 0};
    if (!places->mean_printed || !places->sd_printed)
        remarks_add(&missing, "%s%s%s", places->mean_printed ? "" : "Mean",
                    places->mean_printed || places->sd_printed ? "" : " and ",
                    places->sd_printed ? "" : "St.Dev.");
    for (enum zetaview_figure figure = ZETAVIEW_INTENSITY; figure < ZETAVIEW_FIGURES; figure++) {
        double rounding =
            moments_of(places, figure, &places->own_mean[figure], &places->own_sd[figure]);
        if (places->mean_printed)
            mean_compare("the mean", figure, places->mean[figure], places->own_mean[figure],
                         rounding, &disagree);
        /* Shifts of at most r each move a standard deviation by at most r sqrt(n/(n - 1)). */
        if (places->sd_printed)
            mean_compare("the deviation", figure, places->sd[figure], places->own_sd[figure],
                         1.5 * rounding, &disagree);
    }
    import_flag_raise(arena, &result->flags, IMPORT_MEANS_MISSING, &missing);
    import_flag_raise(arena, &result->flags, IMPORT_MEANS_DISAGREE, &disagree);
}

static void removals_settle(struct arena *arena, struct zetaview *result)
{
    const struct zetaview_places *places = &result->places;
    struct remarks removed = {.count = 0};
    struct remarks unclear = {.count = 0};
    struct remarks empty = {.count = 0};
    struct remarks none = {.count = 0};
    for (size_t i = 0; i < places->count; i++) {
        const struct zetaview_place *place = &places->places[i];
        const double *figures = place->figures;
        bool reason = *place->removal != '\0';
        if (!place->used)
            remarks_add(&removed, "%.2f: %s", figures[ZETAVIEW_POSITION],
                        reason ? place->removal : "no reason");
        if (place->used == reason)
            remarks_add(&unclear, "%.2f is %s", figures[ZETAVIEW_POSITION],
                        place->used ? "used and removed" : "left out without a reason");
        if (figures[ZETAVIEW_TRACES] == 0 || figures[ZETAVIEW_X50_NM] > EMPTY_X50_NM)
            remarks_add(&empty, "%.2f with %g traces, X50 %g nm", figures[ZETAVIEW_POSITION],
                        figures[ZETAVIEW_TRACES], figures[ZETAVIEW_X50_NM]);
    }
    if (places->used == 0)
        remarks_add(&none, "0 of %zu positions", places->count);
    import_flag_raise(arena, &result->flags, IMPORT_POSITIONS_REMOVED, &removed);
    import_flag_raise(arena, &result->flags, IMPORT_REMOVAL_UNCLEAR, &unclear);
    import_flag_raise(arena, &result->flags, IMPORT_POSITION_EMPTY, &empty);
    import_flag_raise(arena, &result->flags, IMPORT_NO_POSITION_USED, &none);
}

/* One dilution explains all pairs of concentrations, each rounded to two digits. */
static void original_check(struct zetaview *result, struct remarks *findings)
{
    struct zetaview_places *places = &result->places;
    const struct zetaview_number *dilution = &result->head.dilution;
    places->dilution_low = 0;
    places->dilution_high = INFINITY;
    for (size_t i = 0; i < places->count; i++) {
        double cell = places->places[i].figures[ZETAVIEW_PER_ML];
        double original = places->places[i].figures[ZETAVIEW_ORIGINAL_PER_ML];
        if (!(cell > 0) || !(original > 0))
            continue;
        double cell_doubt = zetaview_half_digit(cell, 2);
        double doubt = zetaview_half_digit(original, 2);
        places->dilution_low = fmax(places->dilution_low, (original - doubt) / (cell + cell_doubt));
        places->dilution_high =
            fmin(places->dilution_high, (original + doubt) / (cell - cell_doubt));
    }
    if (isinf(places->dilution_high))
        places->dilution_low = places->dilution_high = NAN;
    if (places->dilution_low > places->dilution_high)
        remarks_add(findings, "no dilution explains all positions");
    else if (result->size.read && dilution->known &&
             (dilution->value < places->dilution_low || dilution->value > places->dilution_high))
        remarks_add(findings, "a dilution of %.4g to %.4g, the head has %g", places->dilution_low,
                    places->dilution_high, dilution->value);
}

static void counts_check(struct zetaview_places *places, struct remarks *findings)
{
    size_t checked = 0;
    for (size_t i = 0; i < places->count; i++) {
        double per_ml = places->places[i].figures[ZETAVIEW_PER_ML];
        double number = places->places[i].figures[ZETAVIEW_PARTICLES];
        double expected = number / ZETAVIEW_VOLUME_CM3;
        if (isnan(per_ml) || isnan(number))
            continue;
        checked++;
        if (fabs(per_ml - expected) > zetaview_half_digit(per_ml, 2) + COUNT_LIMIT * expected +
                                          HALF_TENTH / ZETAVIEW_VOLUME_CM3)
            remarks_add(findings, "%.2g per ml at %.2f, %.2g by the number of particles", per_ml,
                        places->places[i].figures[ZETAVIEW_POSITION], expected);
    }
    places->in_cell = checked > 0 && findings->count == 0;
}

/* Size distribution and positions of one measurement add up. */
static void pair_check(const struct zetaview *result, struct remarks *findings)
{
    const struct zetaview_head *head = &result->head;
    const struct zetaview_places *places = &result->places;
    double traces = 0;
    for (size_t i = 0; i < places->count; i++)
        traces += places->places[i].used ? places->places[i].figures[ZETAVIEW_TRACES] : 0;
    if (head->positions.known && head->positions.value != (double)places->count)
        remarks_add(findings, "%g positions in the head, %zu rows", head->positions.value,
                    places->count);
    if (head->traces.known && head->traces.value != traces)
        remarks_add(findings, "%g traces in the head, %g at the positions used", head->traces.value,
                    traces);
    double number = places->used ? places->own_mean[ZETAVIEW_PARTICLES] : 0;
    if (head->particles.known && fabs(head->particles.value - number) > HALF_TENTH * (1 + 1e-6))
        remarks_add(findings, "%g particles in the head, %.4g at the positions used",
                    head->particles.value, number);
}

void zetaview_places_settle(struct arena *arena, struct zetaview *result)
{
    struct remarks original = {.count = 0};
    struct remarks counts = {.count = 0};
    struct remarks pair = {.count = 0};
    struct remarks in_cell = {.count = 0};
    means_settle(arena, result);
    removals_settle(arena, result);
    original_check(result, &original);
    counts_check(&result->places, &counts);
    import_flag_raise(arena, &result->flags, IMPORT_ORIGINAL_DISAGREES, &original);
    if (result->size.read) {
        pair_check(result, &pair);
        import_flag_raise(arena, &result->flags, IMPORT_POSITIONS_DISAGREE, &pair);
        return;
    }
    if (result->places.in_cell)
        remarks_add(&in_cell, "the column Conc.; Orig. Conc. is multiplied");
    import_flag_raise(arena, &result->flags, IMPORT_CONCENTRATION_IN_CELL, &in_cell);
    import_flag_raise(arena, &result->flags, IMPORT_CONCENTRATION_DISAGREES, &counts);
}
