/* test_video_assay.c: does a measurement count only as far as it may, and can it be taken back? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/video_assay.h"

#include "production.h"
#include "quality/reported.h"
#include "quality/video.h"
#include "report_example.h"

#include <inttypes.h>
#include <math.h>
#include <sodium.h>

/* Calibrated on counted beads for the month of June, where the demonstration's clock stands. */
static int64_t ready(struct demo *demo)
{
    production_make(demo, STAGE_LOT);
    production_witnessed(
        demo, "MD1", "QM1", "ruleset.approve",
        "{\"code\": \"RS-9\", \"settings\": ["
        "{\"key\": \"calibration_size_most_percent\", \"value\": \"5\", \"basis\": \"example\"},"
        "{\"key\": \"calibration_number_most_percent\", \"value\": \"25\", \"basis\": "
        "\"example\"}]}");
    production_do(demo, "OP2", "equipment.register",
                  "{\"code\": \"NTA-01\", \"kind\": \"nta\", \"calibrated_on\": \"2025-01-06\","
                  "\"calibrated_until\": \"2026-01-05\", \"maintained_on\": \"2025-01-06\","
                  "\"maintained_until\": \"2026-01-05\"}");
    struct demo_answer calibration = production_do(
        demo, "QC1", "equipment.calibrate",
        "{\"code\": \"CAL-1\", \"equipment\": \"NTA-01\", \"material\": \"polystyrene\","
        "\"bead_lot\": \"B-1\", \"beads_expire_on\": \"2025-12-31\", \"nominal_nm\": \"100\","
        "\"nominal_uncertainty_nm\": \"2\", \"certified_per_ml\": \"1e10\","
        "\"certified_uncertainty_per_ml\": \"1e9\", \"measured_nm\": \"101\","
        "\"measured_uncertainty_nm\": \"2\", \"measured_per_ml\": \"1.05e10\","
        "\"measured_uncertainty_per_ml\": \"1e9\", \"done_on\": \"2025-06-02\","
        "\"valid_until\": \"2025-06-30\"}");
    assert_non_null(strstr(calibration.text, "\"passed\":true"));
    return production_seq(&calibration);
}

static const char *measure_input(struct demo *demo, const char *code,
                                 const struct report_example *example)
{
    const char *report = report_example(demo->arena, example, NULL);
    const size_t room = sodium_base64_ENCODED_LEN(strlen(report), sodium_base64_VARIANT_ORIGINAL);
    char *base64 = arena_take(demo->arena, room);
    sodium_bin2base64(base64, room, (const unsigned char *)report, strlen(report),
                      sodium_base64_VARIANT_ORIGINAL);
    return arena_print(demo->arena,
                       "{\"lot\": \"L-1\", \"code\": \"%s\", \"equipment\": \"NTA-01\","
                       "\"measured_on\": \"2025-06-20\", \"dilution\": \"%g\", \"report\":"
                       "{\"name\": \"report.json\", \"base64\": \"%s\"}}",
                       code, example->dilution, base64);
}

static const char *result(const struct demo_answer *answer, size_t index, const char *member)
{
    const struct json *results = json_member(json_member(answer->json, "body"), "results");
    return json_as_text(json_member(json_element(results, index), member));
}

/* 9.34e8 per ml in the cell, diluted so that the lot holds 1e10. */
static const struct report_example inside = {.seed = 1, .dilution = 10.7};

static void a_measurement_carries_what_the_report_says(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    struct demo_answer good =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &inside));
    assert_string_equal(result(&good, 0, "attribute"), "particles_per_ml");
    assert_string_equal(result(&good, 0, "verdict"), "met");
    assert_string_equal(result(&good, 0, "standing"), "standing");
    assert_string_equal(result(&good, 0, "measured_by"), "video");
    assert_non_null(result(&good, 0, "uncertainty"));
    assert_string_equal(result(&good, 1, "attribute"), "median_nm");
    assert_string_equal(production_text(&good, NULL, "calibration"), "CAL-1");
    assert_string_equal(production_text(&good, "measured", "program"), PROGRAM_VERSION);
    assert_string_equal(production_text(&good, "measured", "exposure_ms"), "32.5");
}

/* Ten times too many and too few tracks: the doubt does not take the number away. */
static void a_doubtful_number_outside_of_its_limit_is_investigated(void **state)
{
    static const struct report_example outside = {.seed = 2, .few = true, .dilution = 107};
    struct demo *demo = *state;
    ready(demo);
    struct demo_answer bad =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &outside));
    assert_string_equal(production_text(&bad, "facts", "failed"), "tracks");
    assert_string_equal(result(&bad, 0, "verdict"), "not_met");
    assert_string_equal(result(&bad, 0, "standing"), "standing");
    assert_non_null(strstr(bad.text, "\"operation\":\"oos.open/1\""));
    const struct demo_request annul = {
        .operation = "entry.annul",
        .input = arena_print(demo->arena, "{\"seq\": %" PRId64 ", \"why\": \"a try\"}",
                             production_seq(&bad))};
    production_refused(demo, "QR1", &annul, FAULT_RULE, "QC-22.first_value/1");
}

static void what_was_only_assumed_waits_for_a_better_measurement(void **state)
{
    static const struct report_example assumed = {
        .seed = 1, .exposure_assumed = true, .dilution = 10.7};
    struct demo *demo = *state;
    ready(demo);
    struct demo_answer first =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &assumed));
    assert_string_equal(result(&first, 0, "verdict"), "unknown");
    assert_string_equal(result(&first, 0, "standing"), "interim");
    assert_string_equal(result(&first, 0, "reason"), "QC-13.exposure/1");
    struct demo_answer second =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-2", &inside));
    assert_string_equal(result(&second, 0, "standing"), "standing");
}

static size_t count_rows(struct demo *demo, const struct table *table)
{
    struct rows rows;
    assert_true(view_list(&demo->work, table, NULL, value_text(NULL), &rows));
    return rows.count;
}

static const char *annulment(struct demo *demo, int64_t seq)
{
    return arena_print(demo->arena, "{\"seq\": %" PRId64 ", \"why\": \"wrong lot\"}", seq);
}

/* Measured, annulled, measured again under another code: as if the first had never been. */
static void an_annulled_measurement_gives_back_its_videos(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    struct demo_answer first =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &inside));
    assert_int_equal(count_rows(demo, &video_table), 2);
    assert_int_equal(count_rows(demo, &measured_sample_table), 1);
    production_do(demo, "QR1", "entry.annul", annulment(demo, production_seq(&first)));
    assert_int_equal(count_rows(demo, &video_table), 0);
    assert_int_equal(count_rows(demo, &measured_sample_table), 0);
    struct demo_answer second =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-2", &inside));
    assert_string_equal(result(&second, 0, "value"), result(&first, 0, "value"));
    assert_string_equal(result(&second, 0, "standing"), "standing");
    demo_rebuild(demo);
    demo_verify(demo);
}

static void a_calibration_stays_while_a_measurement_rests_on_it(void **state)
{
    struct demo *demo = *state;
    const int64_t calibration = ready(demo);
    struct demo_answer first =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &inside));
    const struct demo_request annul = {.operation = "entry.annul",
                                       .input = annulment(demo, calibration)};
    production_refused(demo, "QR1", &annul, FAULT_RULE, "QC-26.calibrated/1");
    production_do(demo, "QR1", "entry.annul", annulment(demo, production_seq(&first)));
    demo->work.now_usec += INT64_C(61) * 1000000;
    production_do(demo, "QR1", "entry.annul", annul.input);
    const struct demo_request again = {.operation = "assay.measure",
                                       .input = measure_input(demo, "V-2", &inside)};
    production_refused(demo, "QC1", &again, FAULT_RULE, "QC-26.calibrated/1");
}

static struct demo_answer reads_row(struct demo *demo, const char *operation, const char *input)
{
    demo_sign_in(demo, "QC1", NULL);
    return demo_do(demo, operation, input);
}

static const struct json *row_of(const struct demo_answer *answer, size_t index)
{
    return json_element(json_member(answer->json, "rows"), index);
}

/* Two videos of 120 frames, told in 60 parts each. */
static void counts_over_time_come_from_the_kept_report(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &inside));
    const struct demo_answer told =
        reads_row(demo, "assay.counts", "{\"lot\": \"L-1\", \"code\": \"V-1\"}");
    assert_int_equal(json_count(json_member(told.json, "rows")), 120);
    const struct json *last = row_of(&told, 119);
    assert_int_equal(json_as_integer(json_member(last, "video")), 2);
    assert_int_equal(json_as_integer(json_member(last, "part")), 60);
    assert_string_equal(json_as_text(json_member(last, "until_s")), "4.8");
    assert_non_null(json_as_text(json_member(last, "particles_per_frame")));
}

static void an_instrument_shows_its_bias_and_what_it_measured(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &inside));
    demo_sign_in(demo, "OP1", NULL);
    const struct demo_answer biases = demo_do(demo, "equipment.biases", "{\"code\": \"NTA-01\"}");
    const struct json *bias = row_of(&biases, 0);
    assert_string_equal(json_as_text(json_member(bias, "code")), "CAL-1");
    assert_string_equal(json_as_text(json_member(bias, "size_bias_percent")), "1");
    assert_string_equal(json_as_text(json_member(bias, "number_bias_percent")), "5");
    assert_string_equal(json_as_text(json_member(bias, "size_most_percent")), "5");
    const struct demo_answer assays = reads_row(demo, "equipment.assays", "{\"code\": \"NTA-01\"}");
    assert_int_equal(json_count(json_member(assays.json, "rows")), 1);
    assert_string_equal(json_as_text(json_member(row_of(&assays, 0), "code")), "V-1");
}

#define TEST_ON(name, engine) cmocka_unit_test_setup_teardown(name, demo_open_##engine, demo_close)

static double number(const struct json *object, const char *name)
{
    double value = -1;
    const char *text = json_as_text(json_member(object, name));
    assert_non_null(text);
    assert_true(real_parse(text, &value));
    return value;
}

static void the_distribution_comes_from_the_kept_report(void **state)
{
    static const struct report_example resampled = {.seed = 1, .dilution = 10.7, .replicates = 20};
    struct demo *demo = *state;
    double sum = 0;
    ready(demo);
    struct demo_answer good =
        production_do(demo, "QC1", "assay.measure", measure_input(demo, "V-1", &resampled));
    struct demo_answer shown =
        production_do(demo, "QC1", "assay.distribution", "{\"lot\": \"L-1\", \"code\": \"V-1\"}");
    const struct json *row = json_member(shown.json, "row");
    const struct json *sets = json_member(row, "sets");
    assert_string_equal(json_as_text(json_member(row, "source")), "measurement_report");
    assert_string_equal(json_as_text(json_member(row, "interval")), "resampled_tracks");
    assert_int_equal(json_count(sets), 1);
    const struct json *bins = json_member(json_element(sets, 0), "bins");
    assert_true(json_count(bins) > 100);
    for (size_t i = 0; i < json_count(bins); i++) {
        const struct json *bin = json_element(bins, i);
        assert_true(number(bin, "low_nm") < number(bin, "high_nm"));
        assert_true(number(bin, "low_per_ml") <= number(bin, "high_per_ml"));
        sum += number(bin, "per_ml");
    }
    double counted = 0;
    assert_true(real_parse(result(&good, 0, "value"), &counted));
    assert_true(fabs(sum / counted - 1) < 1e-6);
}

static void no_distribution_is_shown_of_what_kept_none(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    production_do(demo, "QC1", "assay.record",
                  "{\"lot\": \"L-1\", \"code\": \"A-9\", \"attribute\": \"particles_per_ml\","
                  "\"value\": \"1e10\", \"unit\": \"1/ml\", \"method\": \"NTA\"}");
    production_refused(demo, "QC1",
                       &(struct demo_request){.operation = "assay.distribution",
                                              .input = "{\"lot\": \"L-1\", \"code\": \"A-9\"}"},
                       FAULT_MISSING, "");
}

#define TESTS(engine)                                                                              \
    {                                                                                              \
        TEST_ON(a_measurement_carries_what_the_report_says, engine),                               \
            TEST_ON(a_doubtful_number_outside_of_its_limit_is_investigated, engine),               \
            TEST_ON(what_was_only_assumed_waits_for_a_better_measurement, engine),                 \
            TEST_ON(an_annulled_measurement_gives_back_its_videos, engine),                        \
            TEST_ON(a_calibration_stays_while_a_measurement_rests_on_it, engine),                  \
            TEST_ON(the_distribution_comes_from_the_kept_report, engine),                          \
            TEST_ON(no_distribution_is_shown_of_what_kept_none, engine),                           \
            TEST_ON(counts_over_time_come_from_the_kept_report, engine),                           \
            TEST_ON(an_instrument_shows_its_bias_and_what_it_measured, engine),                    \
    }

int main(void)
{
    const struct CMUnitTest on_sqlite[] = TESTS(sqlite);
    const struct CMUnitTest on_postgres[] = TESTS(postgres);
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (demo_server())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
