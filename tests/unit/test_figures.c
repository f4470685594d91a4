/* test_figures.c: do mean, mode, percentiles and peaks say what the cells hold? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>

enum { CELLS = 240 };

static const struct measure_sizes grid = {.low_nm = 10, .high_nm = 2000, .count = CELLS};

static void assert_close(double value, double expected, double relative)
{
    if (fabs(value / expected - 1) > relative)
        fail_msg("%.9g is not %.9g", value, expected);
}

/* Lognormal content of each cell, exact. */
static void fill_lognormal(double median_nm, double sd_ln, double share, double shares[CELLS])
{
    for (size_t i = 0; i < CELLS; i++) {
        double low = log(measure_size_edge_nm(&grid, i) / median_nm) / sd_ln;
        double high = log(measure_size_edge_nm(&grid, i + 1) / median_nm) / sd_ln;
        shares[i] += share * (erfc(-high / sqrt(2)) - erfc(-low / sqrt(2))) / 2;
    }
}

static void the_default_grid_reaches_from_10_to_2000_nm(void **state)
{
    (void)state;
    struct measure_sizes sizes = measure_sizes_default();
    assert_int_equal(sizes.count, CELLS);
    assert_close(measure_size_edge_nm(&sizes, 0), 10, 1e-12);
    assert_close(measure_size_edge_nm(&sizes, CELLS), 2000, 1e-12);
    for (size_t i = 0; i < CELLS; i++)
        assert_close(measure_size_centre_nm(&sizes, i) / measure_size_edge_nm(&sizes, i),
                     measure_size_edge_nm(&sizes, i + 1) / measure_size_centre_nm(&sizes, i),
                     1e-12);
}

static void a_sample_in_one_cell_reads_the_centre_of_the_cell(void **state)
{
    (void)state;
    double shares[CELLS] = {0};
    shares[100] = 3;
    struct measure_figures figures = {0};
    double centre = measure_size_centre_nm(&grid, 100);
    assert_int_equal(measure_figures(&grid, shares, &figures), MEASURED);
    assert_close(figures.mean_nm, centre, 1e-12);
    assert_close(figures.mode_nm, centre, 1e-12);
    assert_close(figures.d50_nm, centre, 1e-12);
    assert_true(figures.d10_nm > measure_size_edge_nm(&grid, 100));
    assert_true(figures.d90_nm < measure_size_edge_nm(&grid, 101));
    assert_true(figures.sd_ln == 0);
}

/* Cells of 2.2 % against a lognormal of 40 %: the mean over a cell differs from its centre by
 * 0.022^2/24 and less, the straight line within a cell from the curve by even less. */
static void the_figures_of_a_lognormal_are_its_own(void **state)
{
    (void)state;
    double shares[CELLS] = {0}, percentile = 0;
    fill_lognormal(90, 0.4, 1, shares);
    struct measure_figures figures = {0};
    assert_int_equal(measure_figures(&grid, shares, &figures), MEASURED);
    assert_close(figures.d50_nm, 90, 1e-4);
    assert_close(figures.d10_nm, 90 * exp(-0.4 * 1.2815515655), 3e-4);
    assert_close(figures.d90_nm, 90 * exp(0.4 * 1.2815515655), 3e-4);
    assert_close(figures.mean_nm, 90 * exp(0.08), 1e-4);
    assert_close(figures.sd_ln, 0.4, 1e-3);
    assert_close(figures.span, (figures.d90_nm - figures.d10_nm) / figures.d50_nm, 1e-12);
    assert_close(figures.mode_nm, 90, 1e-3); /* in ln(size), as the cells are */
    assert_int_equal(measure_percentile_nm(&grid, shares, 0.5, &percentile), MEASURED);
    assert_true(percentile == figures.d50_nm);
}

/* Hatch and Choate: the median by volume of a lognormal lies exp(3 sd^2) higher. */
static void shares_by_volume_follow_hatch_and_choate(void **state)
{
    (void)state;
    double shares[CELLS] = {0}, volume[CELLS];
    fill_lognormal(90, 0.4, 1, shares);
    struct measure_figures figures = {0};
    assert_int_equal(measure_shares_by_volume(&grid, shares, volume), MEASURED);
    assert_int_equal(measure_figures(&grid, volume, &figures), MEASURED);
    assert_close(figures.d50_nm, 90 * exp(3 * 0.16), 1e-3);
    assert_close(figures.sd_ln, 0.4, 1e-3);
}

static void sizes_that_grow_by_a_factor_move_every_figure_by_it(void **state)
{
    (void)state;
    struct measure_sizes larger = {.low_nm = 23, .high_nm = 4600, .count = CELLS};
    double shares[CELLS] = {0};
    fill_lognormal(90, 0.4, 0.7, shares);
    fill_lognormal(300, 0.1, 0.3, shares);
    struct measure_figures one = {0}, other = {0};
    assert_int_equal(measure_figures(&grid, shares, &one), MEASURED);
    assert_int_equal(measure_figures(&larger, shares, &other), MEASURED);
    assert_close(other.mean_nm, 2.3 * one.mean_nm, 1e-12);
    assert_close(other.mode_nm, 2.3 * one.mode_nm, 1e-12);
    assert_close(other.d10_nm, 2.3 * one.d10_nm, 1e-12);
    assert_close(other.d50_nm, 2.3 * one.d50_nm, 1e-12);
    assert_close(other.d90_nm, 2.3 * one.d90_nm, 1e-12);
    assert_close(other.span, one.span, 1e-12);
}

static void peaks_are_parted_by_a_valley_and_hold_all(void **state)
{
    (void)state;
    double shares[CELLS] = {0};
    fill_lognormal(60, 0.08, 0.90, shares);
    fill_lognormal(200, 0.08, 0.09, shares);
    fill_lognormal(700, 0.08, 0.01, shares);
    struct measure_peak peaks[4];
    size_t count = 0;
    assert_int_equal(measure_peaks(&grid, shares, 0, peaks, 4, &count), MEASURED);
    assert_int_equal(count, 3);
    assert_close(peaks[0].size_nm, 60, 2e-3);
    assert_close(peaks[1].size_nm, 200, 2e-3);
    assert_close(peaks[2].size_nm, 700, 2e-3);
    assert_close(peaks[0].share, 0.90, 1e-6);
    assert_close(peaks[2].share, 0.01, 1e-6);
    assert_int_equal(measure_peaks(&grid, shares, 0.05, peaks, 4, &count), MEASURED);
    assert_int_equal(count, 2);
    assert_close(peaks[1].share, 0.10, 1e-6);
    assert_int_equal(measure_peaks(&grid, shares, 0, peaks, 1, &count), MEASURED);
    assert_int_equal(count, 1);
    assert_close(peaks[0].share, 1, 1e-9);
}

static void a_shoulder_is_no_peak(void **state)
{
    (void)state;
    double shares[CELLS] = {0};
    fill_lognormal(90, 0.3, 0.7, shares);
    fill_lognormal(140, 0.3, 0.3, shares);
    struct measure_peak peaks[4];
    size_t count = 0;
    assert_int_equal(measure_peaks(&grid, shares, 0, peaks, 4, &count), MEASURED);
    assert_int_equal(count, 1);
}

static void what_the_tracker_keeps_is_divided_out(void **state)
{
    (void)state;
    double shares[3] = {0.2, 0.3, 0.5};
    static const double divisors[3] = {0.5, 1, 2};
    assert_int_equal(measure_shares_divide(divisors, 3, shares), MEASURED);
    assert_close(shares[0], 0.4 / 0.95, 1e-12);
    assert_close(shares[1], 0.3 / 0.95, 1e-12);
    assert_close(shares[2], 0.25 / 0.95, 1e-12);
    static const double wrong[3] = {0.5, 0, 2};
    assert_int_equal(measure_shares_divide(wrong, 3, shares), MEASURED_MALFORMED);
    assert_close(shares[0], 0.4 / 0.95, 1e-12);
}

static void the_raw_histogram_counts_each_size_in_its_cell(void **state)
{
    (void)state;
    double centre = measure_size_centre_nm(&grid, 70), outside = 0, shares[CELLS];
    const double sizes_nm[5] = {centre, 5, INFINITY, centre, 1999};
    static const double weights[5] = {1, 2, 3, 4, 10};
    assert_int_equal(measure_raw_shares(&grid, sizes_nm, weights, 5, shares, &outside), MEASURED);
    assert_close(shares[70], 0.25, 1e-12);
    assert_close(shares[CELLS - 1], 0.5, 1e-12);
    assert_close(outside, 0.25, 1e-12);
    assert_int_equal(measure_raw_shares(&grid, sizes_nm, NULL, 5, shares, &outside), MEASURED);
    assert_close(shares[70], 0.4, 1e-12);
    const double wrong[1] = {NAN};
    assert_int_equal(measure_raw_shares(&grid, wrong, NULL, 1, shares, &outside),
                     MEASURED_MALFORMED);
    assert_int_equal(measure_raw_shares(&grid, wrong, NULL, 0, shares, &outside), MEASURED_NOT);
}

static void shares_that_are_none_are_refused(void **state)
{
    (void)state;
    double shares[CELLS] = {0}, volume[CELLS];
    struct measure_figures figures = {0};
    struct measure_peak peak;
    size_t count = 0;
    assert_int_equal(measure_figures(&grid, shares, &figures), MEASURED_NOT);
    assert_int_equal(measure_peaks(&grid, shares, 0, &peak, 1, &count), MEASURED_NOT);
    static const double wrong[] = {NAN, INFINITY, -0.1};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        shares[3] = wrong[i];
        assert_int_equal(measure_figures(&grid, shares, &figures), MEASURED_MALFORMED);
        assert_int_equal(measure_shares_by_volume(&grid, shares, volume), MEASURED_MALFORMED);
        assert_int_equal(measure_peaks(&grid, shares, 0, &peak, 1, &count), MEASURED_MALFORMED);
    }
    struct measure_sizes none = {.low_nm = 100, .high_nm = 100, .count = 5};
    assert_int_equal(measure_figures(&none, shares, &figures), MEASURED_OUTSIDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_grid_reaches_from_10_to_2000_nm),
        cmocka_unit_test(a_sample_in_one_cell_reads_the_centre_of_the_cell),
        cmocka_unit_test(the_figures_of_a_lognormal_are_its_own),
        cmocka_unit_test(shares_by_volume_follow_hatch_and_choate),
        cmocka_unit_test(sizes_that_grow_by_a_factor_move_every_figure_by_it),
        cmocka_unit_test(peaks_are_parted_by_a_valley_and_hold_all),
        cmocka_unit_test(a_shoulder_is_no_peak),
        cmocka_unit_test(what_the_tracker_keeps_is_divided_out),
        cmocka_unit_test(the_raw_histogram_counts_each_size_in_its_cell),
        cmocka_unit_test(shares_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
