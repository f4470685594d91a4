/* zetaview_size.c: the table of sizes, linear and logarithmic, held against itself and the head. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/zetaview_reading.h"

#include <math.h>
#include <string.h>

enum column { COLUMN_SIZE, COLUMN_NUMBER, COLUMN_PER_CM3, COLUMN_VOLUME, COLUMN_AREA, COLUMNS };

static const char *const beginnings[COLUMNS] = {
    [COLUMN_SIZE] = "Size / nm",
    [COLUMN_NUMBER] = "Number",
    [COLUMN_PER_CM3] = "Concentration / cm",
    [COLUMN_VOLUME] = "Volume / nm",
    [COLUMN_AREA] = "Area / nm",
};

enum { DIGITS = 4 };         /* of every number in the table */
#define RATIO_ROUNDING 2e-3  /* of neighbouring sizes with four digits */
#define COUNT_LIMIT 0.005    /* relative, of concentration against number over volume */
#define MEDIAN_LIMIT_NM 0.01 /* medians are printed to a millionth */
#define MOST 1e30

static const double pi = 3.14159265358979323846;

struct columns {
    size_t count;
    size_t place[COLUMNS]; /* from 1; 0 where there is none */
};

static bool columns_read(struct zetaview_reading *reading, struct columns *columns)
{
    const struct delimited_row *row = &reading->row;
    columns->count = row->count;
    for (size_t i = 0; i < row->count; i++) {
        for (enum column column = 0; column < COLUMNS; column++) {
            if (!delimited_begins(&row->cells[i], beginnings[column]))
                continue;
            if (columns->place[column])
                return delimited_refuse(reading->fault, &row->cells[i],
                                        "the column \"%s\" stands twice.", beginnings[column]);
            columns->place[column] = i + 1;
        }
    }
    for (enum column column = 0; column <= COLUMN_PER_CM3; column++)
        if (!columns->place[column])
            return delimited_refuse(reading->fault, &row->cells[0],
                                    "the table has no column \"%s\".", beginnings[column]);
    return true;
}

static bool row_read(struct zetaview_reading *reading, const struct columns *columns,
                     double values[COLUMNS])
{
    const struct delimited_row *row = &reading->row;
    if (row->count != columns->count)
        return delimited_refuse(reading->fault, &row->cells[row->count - 1],
                                "the row has %zu cells, but its heading has %zu.", row->count,
                                columns->count);
    for (enum column column = 0; column < COLUMNS; column++) {
        values[column] = NAN;
        if (!columns->place[column])
            continue;
        const struct delimited_cell *cell = &row->cells[columns->place[column] - 1];
        if (!zetaview_value(reading, cell, -1, MOST, &values[column]))
            return false;
        /* The separating row alone is negative. */
        if (values[column] < 0 && values[COLUMN_SIZE] >= 0)
            return delimited_refuse(reading->fault, cell, "%g is negative.", values[column]);
    }
    return true;
}

static bool is_separator(const double values[COLUMNS])
{
    return values[COLUMN_SIZE] == -1 && values[COLUMN_NUMBER] == -1 && values[COLUMN_PER_CM3] == -1;
}

static void bins_open(struct arena *arena, size_t room, struct zetaview_bins *bins)
{
    bins->centres_nm = arena_take(arena, room * sizeof(double));
    bins->numbers = arena_take(arena, room * sizeof(double));
    bins->per_cm3 = arena_take(arena, room * sizeof(double));
    bins->volumes_nm3 = arena_take(arena, room * sizeof(double));
    bins->areas_nm2 = arena_take(arena, room * sizeof(double));
}

static void bins_add(struct zetaview_bins *bins, const double values[COLUMNS])
{
    size_t at = bins->count++;
    bins->centres_nm[at] = values[COLUMN_SIZE];
    bins->numbers[at] = values[COLUMN_NUMBER];
    bins->per_cm3[at] = values[COLUMN_PER_CM3];
    bins->volumes_nm3[at] = values[COLUMN_VOLUME];
    bins->areas_nm2[at] = values[COLUMN_AREA];
}

static bool refuse_size(struct zetaview_reading *reading, const struct columns *columns,
                        double expected_nm)
{
    const struct delimited_cell *cell = &reading->row.cells[columns->place[COLUMN_SIZE] - 1];
    char quote[DELIMITED_QUOTE_BYTES];
    delimited_quote(&reading->text, cell, quote);
    return delimited_refuse(reading->fault, cell,
                            "\"%s\" stands where the bin of %.4g nm is expected; rows are missing, "
                            "repeated or out of order.",
                            quote, expected_nm);
}

/* Bins of one width, from zero. */
static bool linear_expected(struct zetaview_reading *reading, const struct columns *columns,
                            const struct zetaview_bins *bins, double size_nm)
{
    double width_nm = bins->count ? 2 * bins->centres_nm[0] : 2 * size_nm;
    double expected_nm = ((double)bins->count + 0.5) * width_nm;
    double doubt_nm = zetaview_half_digit(expected_nm, DIGITS) * (1 + 1e-9);
    return (size_nm > 0 && fabs(size_nm - expected_nm) <= doubt_nm) ||
           refuse_size(reading, columns, expected_nm);
}

/* Bins of one ratio. */
static bool ratio_expected(struct zetaview_reading *reading, const struct columns *columns,
                           const struct zetaview_bins *bins, double size_nm)
{
    const double *centres_nm = bins->centres_nm;
    size_t count = bins->count;
    if (count < 2)
        return (size_nm > 0 && (count == 0 || size_nm > centres_nm[0])) ||
               refuse_size(reading, columns, count ? 1.0367 * centres_nm[0] : 4.683);
    double expected_nm = centres_nm[count - 1] * centres_nm[1] / centres_nm[0];
    return fabs(size_nm / expected_nm - 1) <= RATIO_ROUNDING ||
           refuse_size(reading, columns, expected_nm);
}

/* The linear rows up to the separating one. */
static bool linear_read(struct zetaview_reading *reading, const struct columns *columns,
                        struct zetaview_bins *bins)
{
    for (;;) {
        double values[COLUMNS] = {0};
        if (!zetaview_row(reading))
            return false;
        if (!reading->found)
            return zetaview_refuse_end(reading, "the file ends before the row of -1 that separates "
                                                "linear from logarithmic sizes; export it again.");
        if (!row_read(reading, columns, values))
            return false;
        if (is_separator(values))
            return true;
        if (!linear_expected(reading, columns, bins, values[COLUMN_SIZE]))
            return false;
        bins_add(bins, values);
    }
}

static bool logarithmic_read(struct zetaview_reading *reading, const struct columns *columns,
                             struct zetaview_bins *bins)
{
    for (;;) {
        double values[COLUMNS] = {0};
        if (!zetaview_row(reading))
            return false;
        if (!reading->found)
            return true;
        if (!row_read(reading, columns, values) ||
            !ratio_expected(reading, columns, bins, values[COLUMN_SIZE]))
            return false;
        bins_add(bins, values);
    }
}

/* A file whose logarithmic part does not reach as far as its linear one has been cut. */
static bool reach_check(struct zetaview_reading *reading, const struct zetaview_size *size,
                        const struct zetaview_head *head)
{
    size_t linear = size->linear.count;
    size_t logarithmic = size->logarithmic.count;
    if (linear == 0 && head->traces.known && head->traces.value > 0)
        return zetaview_refuse_end(reading, "the head tells of traces, but the table is empty; "
                                            "export the file again.");
    if (linear > 0 && (logarithmic < 2 || size->logarithmic.centres_nm[logarithmic - 1] <
                                              size->linear.centres_nm[linear - 1]))
        return zetaview_refuse_end(reading, "the logarithmic part ends below the last linear size, "
                                            "so that the file has been cut; export it again.");
    return true;
}

bool zetaview_size_read(struct zetaview_reading *reading, struct zetaview *result)
{
    struct columns columns = {.count = 0};
    struct zetaview_size *size = &result->size;
    size_t room = 1;
    for (size_t i = reading->text.at; i < reading->text.size; i++)
        room += reading->text.bytes[i] == '\n';
    bins_open(reading->arena, room, &size->linear);
    bins_open(reading->arena, room, &size->logarithmic);
    if (!columns_read(reading, &columns) || !linear_read(reading, &columns, &size->linear) ||
        !logarithmic_read(reading, &columns, &size->logarithmic) ||
        !reach_check(reading, size, &result->head))
        return false;
    size->read = true;
    return true;
}

static double sum_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static double rounding_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += zetaview_half_digit(values[i], DIGITS);
    return sum;
}

/* Whole numbers up to 9999 are exact in four digits. */
static double number_rounding(const double *numbers, size_t count)
{
    double sum = 0.01;
    for (size_t i = 0; i < count; i++)
        sum += numbers[i] > 9999 ? zetaview_half_digit(numbers[i], DIGITS) : 0;
    return sum;
}

static void traces_check(const struct zetaview *result, struct remarks *findings)
{
    const struct zetaview_bins *linear = &result->size.linear;
    const struct zetaview_bins *logarithmic = &result->size.logarithmic;
    const struct zetaview_number *traces = &result->head.traces;
    double number = result->size.number;
    double other = sum_of(logarithmic->numbers, logarithmic->count);
    double doubt = number_rounding(linear->numbers, linear->count);
    if (traces->known && fabs(number - traces->value) > doubt)
        remarks_add(findings, "%g traces printed, %g in the linear part", traces->value, number);
    if (fabs(number - other) > doubt + number_rounding(logarithmic->numbers, logarithmic->count))
        remarks_add(findings, "%g in the linear part, %g in the logarithmic one", number, other);
}

static void moments_check(const struct zetaview_bins *bins, const char *part,
                          struct remarks *findings)
{
    for (size_t i = 0; i < bins->count; i++) {
        double size_nm = bins->centres_nm[i];
        double doubt = (3 * zetaview_half_digit(size_nm, DIGITS) / size_nm) * (1 + 1e-3);
        double volume = bins->numbers[i] * pi * pow(size_nm, 3) / 6;
        double area = bins->numbers[i] * pi * size_nm * size_nm / 4;
        bool wrong =
            fabs(bins->volumes_nm3[i] - volume) >
                volume * doubt + zetaview_half_digit(bins->volumes_nm3[i], DIGITS) * (1 + 1e-9) ||
            fabs(bins->areas_nm2[i] - area) >
                area * doubt + zetaview_half_digit(bins->areas_nm2[i], DIGITS) * (1 + 1e-9);
        if (wrong)
            remarks_add(findings, "%s bin of %.4g nm", part, size_nm);
    }
}

/* Which basis makes the sum of the concentrations the mean number over the counting volume. */
static void basis_settle(struct arena *arena, struct zetaview *result)
{
    struct zetaview_size *size = &result->size;
    const struct zetaview_head *head = &result->head;
    struct remarks in_cell = {.count = 0};
    struct remarks multiplied = {.count = 0};
    struct remarks disagrees = {.count = 0};
    double dilution = head->dilution.known ? head->dilution.value : 0;
    double expected = head->particles.value / ZETAVIEW_VOLUME_CM3;
    double rounding = rounding_of(size->linear.per_cm3, size->linear.count);
    if (!head->particles.known) {
        remarks_add(&disagrees, "the mean number of particles is not known");
    } else if (fabs(size->per_ml - expected) <= COUNT_LIMIT * expected + rounding) {
        size->basis = ZETAVIEW_IN_CELL;
        if (dilution > 0)
            remarks_add(&in_cell, "the file prints a dilution of %g", dilution);
        else
            remarks_add(&in_cell, "the file prints no dilution");
    } else if (dilution > 1 && fabs(size->per_ml - expected * dilution) <=
                                   COUNT_LIMIT * expected * dilution + rounding) {
        size->basis = ZETAVIEW_MULTIPLIED;
        remarks_add(&multiplied, "by %g", dilution);
    } else {
        remarks_add(&disagrees, "%.4g per ml in the table, %.4g by the mean number", size->per_ml,
                    expected);
    }
    import_flag_raise(arena, &result->flags, IMPORT_CONCENTRATION_IN_CELL, &in_cell);
    import_flag_raise(arena, &result->flags, IMPORT_CONCENTRATION_MULTIPLIED, &multiplied);
    import_flag_raise(arena, &result->flags, IMPORT_CONCENTRATION_DISAGREES, &disagrees);
}

/* The median at the right edges: between two sizes where bins between are empty. */
struct median {
    double low_nm;
    double high_nm;
};

static struct median median_of(const double *weights, size_t count, double width_nm)
{
    struct histogram histogram = {weights, count};
    double half = histogram_sum(&histogram) / 2;
    return (struct median){width_nm * histogram_size_below(&histogram, half * (1 - 1e-9)),
                           width_nm * histogram_size_below(&histogram, half * (1 + 1e-9))};
}

static bool agrees(double printed_nm, struct median median, double shift_nm)
{
    return printed_nm >= median.low_nm + shift_nm - MEDIAN_LIMIT_NM &&
           printed_nm <= median.high_nm + shift_nm + MEDIAN_LIMIT_NM;
}

static void medians_settle(struct arena *arena, struct zetaview *result)
{
    const struct zetaview_size *size = &result->size;
    const struct zetaview_head *head = &result->head;
    size_t count = size->linear.count;
    double *volumes = arena_take(arena, count * sizeof *volumes);
    for (size_t i = 0; i < count; i++)
        volumes[i] = size->linear.numbers[i] * pow((double)i + 0.5, 3);
    const struct {
        const char *name;
        const struct zetaview_number *printed;
        struct median median;
    } medians[] = {
        {"Number", &head->median_number_nm, median_of(size->linear.numbers, count, size->width_nm)},
        {"Concentration", &head->median_concentration_nm,
         median_of(size->linear.numbers, count, size->width_nm)},
        {"Volume", &head->median_volume_nm, median_of(volumes, count, size->width_nm)},
    };
    struct remarks centre = {.count = 0};
    struct remarks disagrees = {.count = 0};
    for (size_t i = 0; i < sizeof medians / sizeof *medians; i++) {
        double printed_nm = medians[i].printed->value;
        if (!medians[i].printed->known || agrees(printed_nm, medians[i].median, 0))
            continue;
        bool shifted = agrees(printed_nm, medians[i].median, -size->width_nm / 2);
        remarks_add(shifted ? &centre : &disagrees, "Median %s is printed as %.6f, recomputed %.6f",
                    medians[i].name, printed_nm,
                    (medians[i].median.low_nm + medians[i].median.high_nm) / 2);
    }
    import_flag_raise(arena, &result->flags, IMPORT_MEDIAN_AT_CENTRE, &centre);
    import_flag_raise(arena, &result->flags, IMPORT_MEDIAN_DISAGREES, &disagrees);
}

static void figures_settle(struct zetaview_size *size)
{
    struct histogram histogram = {size->linear.numbers, size->linear.count};
    struct histogram_figures *figures = &size->figures;
    *figures = histogram_describe(&histogram);
    figures->mean_nm *= size->width_nm;
    figures->sd_nm *= size->width_nm;
    figures->mode_nm *= size->width_nm;
    figures->mode_vertex_nm *= size->width_nm;
    figures->d10_nm *= size->width_nm;
    figures->d50_nm *= size->width_nm;
    figures->d90_nm *= size->width_nm;
}

static void table_check(struct arena *arena, struct zetaview *result)
{
    const struct zetaview_bins *linear = &result->size.linear;
    struct remarks traces = {.count = 0};
    struct remarks moments = {.count = 0};
    struct remarks beyond = {.count = 0};
    struct remarks no_concentrations = {.count = 0};
    traces_check(result, &traces);
    moments_check(linear, "linear", &moments);
    moments_check(&result->size.logarithmic, "logarithmic", &moments);
    if (linear->count && linear->numbers[linear->count - 1] > 0)
        remarks_add(&beyond, "%g in the last bin", linear->numbers[linear->count - 1]);
    if (linear->count && (!isnan(linear->volumes_nm3[0]) || !isnan(linear->areas_nm2[0])))
        remarks_add(&no_concentrations, "%s",
                    moments.count ? "but not in all rows" : "in every row");
    import_flag_raise(arena, &result->flags, IMPORT_TRACES_DISAGREE, &traces);
    import_flag_raise(arena, &result->flags, IMPORT_MOMENTS_DISAGREE, &moments);
    import_flag_raise(arena, &result->flags, IMPORT_RANGE_EXCEEDED, &beyond);
    import_flag_raise(arena, &result->flags, IMPORT_NOT_CONCENTRATIONS, &no_concentrations);
}

void zetaview_size_settle(struct arena *arena, struct zetaview *result)
{
    struct zetaview_size *size = &result->size;
    const struct zetaview_number *factor = &result->head.correction_factor;
    struct remarks empty = {.count = 0};
    struct remarks corrected = {.count = 0};
    /* Sizes are printed to four digits; those of a half-open grid from zero are known exactly. */
    size->width_nm = size->linear.count ? 2 * size->linear.centres_nm[0] : NAN;
    size->number = sum_of(size->linear.numbers, size->linear.count);
    figures_settle(size);
    size->empty = !size->figures.known;
    size->per_ml = size->empty ? NAN : sum_of(size->linear.per_cm3, size->linear.count);
    if (factor->known && factor->value != 1)
        remarks_add(&corrected, "%g", factor->value);
    import_flag_raise(arena, &result->flags, IMPORT_CORRECTION_FACTOR, &corrected);
    table_check(arena, result);
    if (size->empty) {
        remarks_add(&empty, "no particle in the table");
        import_flag_raise(arena, &result->flags, IMPORT_EMPTY_RESULT, &empty);
        return;
    }
    basis_settle(arena, result);
    medians_settle(arena, result);
}
