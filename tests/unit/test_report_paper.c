/* test_report_paper.c: does the printed report hold everything, whole, and each word for itself? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/random.h"
#include "measure/report_paper.h"
#include "measure/simulate.h"
#include "test.h"

#include <math.h>

enum { BOXES = 8192 };

/* What is measured, and what is said of it. */
struct trial {
    const char *what;
    size_t videos;
    size_t empty; /* number of a video without particles, from 1; 0: none */
    size_t replicates;
    bool counted;
    bool limited;  /* with a threshold, so that the efficiency is known */
    bool pictured; /* videos and no tables */
    bool doubted;  /* every flag is raised */
    const char *name;
    size_t pages;
};

#define LONG_NAME                                                                                                    \
    "とても長い名前の測定ファイル_2026年11月22日_希釈1000倍_カメラレベル14_試料ABC-123_" \
    "a_name_without_end_a_name_without_end_a_name_without_end_第五回目.avi"

static const struct trial trials[] = {
    {.what = "plain", .videos = 1, .name = "tracks.csv", .pages = 1},
    {.what = "all",
     .videos = 3,
     .replicates = 4,
     .counted = true,
     .limited = true,
     .pictured = true,
     .name = LONG_NAME,
     .pages = 1},
    {.what = "doubted",
     .videos = 2,
     .replicates = 2,
     .counted = true,
     .limited = true,
     .doubted = true,
     .name = "b\ra\tn\xe2\x80\xae.csv",
     .pages = 2},
    {.what = "empty", .videos = 6, .empty = 2, .counted = true, .name = LONG_NAME, .pages = 1},
    {.what = "many", .videos = 12, .counted = true, .limited = true, .name = LONG_NAME, .pages = 2},
    {.what = "most", .videos = 64, .doubted = true, .name = LONG_NAME, .pages = 2},
    {.what = "beyond", .videos = 256, .name = "v.csv", .pages = 2},
};

struct given {
    struct arena *arena;
    struct track_table table;
    struct counting_settings counting;
    double edges[13];
    struct measurement_settings settings;
    struct measurement measurement;
    struct report report;
};

/* One simulated video, over and over: what is tested is the page and not the numbers. */
static void tables_make(struct given *given, const struct trial *trial)
{
    struct fault fault = {0};
    struct simulated simulated;
    struct scene scene = scene_default();
    scene.frames = trial->videos > 20 ? 12 : 60;
    scene.concentration_per_ml /= trial->videos > 20 ? 4 : 1;
    scene.populations[0].ln_sd = 0.3;
    assert_true(simulate_tracks(given->arena, &fault, &scene, 7, &simulated));
    size_t *frames = arena_take(given->arena, trial->videos * sizeof *frames);
    struct observations all = {.videos = trial->videos, .frames = frames};
    all.rows =
        arena_take(given->arena, trial->videos * simulated.observation_count * sizeof *all.rows);
    for (size_t v = 0; v < trial->videos; v++) {
        frames[v] = (size_t)scene.frames;
        for (size_t i = 0; i < simulated.observation_count && v + 1 != trial->empty; i++) {
            all.rows[all.count] = simulated.observations[i];
            all.rows[all.count++].video = (uint32_t)v;
        }
    }
    assert_true(track_table_make(given->arena, &fault, &all, &given->table));
}

static void settings_make(struct given *given, const struct trial *trial)
{
    double *temperatures_c = arena_take(given->arena, trial->videos * sizeof *temperatures_c);
    for (size_t v = 0; v < trial->videos; v++)
        temperatures_c[v] = 25;
    given->counting =
        (struct counting_settings){.view = {-0.07, -0.07, 89.53, 71.61, 1},
                                   .classes = {NULL, 1, trial->limited ? 300 : 0},
                                   .sheet = {.fixed_um = 5},
                                   .factors = {.dilution = 1e12, .dilution_sd = 0.02}};
    given->settings = (struct measurement_settings){
        .timing = {0.04, 0.0325},
        .medium = {.temperature_c = 25, .viscosity_mpa_s = 0.89},
        .positions_least = 5,
        .missed_frame_allowed = true,
        .temperatures_c = trial->counted ? temperatures_c : NULL,
        .exposure = trial->counted ? EXPOSURE_RECORDED : EXPOSURE_ASSUMED,
        .counting = trial->counted ? &given->counting : NULL,
        .replicates = trial->replicates,
        .seed = 1,
        .threads = 1};
}

static void report_make(struct given *given, const struct trial *trial)
{
    struct report_file *files = arena_take(given->arena, trial->videos * sizeof *files);
    struct report_video *videos = arena_take(given->arena, trial->videos * sizeof *videos);
    for (size_t v = 0; v < trial->videos; v++) {
        files[v] = (struct report_file){
            .name = trial->name,
            .sha256 = "4b5da27f93c3060c922e4b510a80191db501b7eaece05d3fccd9a91fdac5a957",
            .number = v % 2,
            .file = {.kind = TRACK_FILE_PLAIN, .rows = 1234567, .videos = 1, .unused = "size"}};
        videos[v] = (struct report_video){
            .frames = 1498,
            .frames_lost = v,
            .lossy = true,
            .shape = {1280, 1024, 12},
            .noise = {.gain_dn_per_e = 0.41, .offset_dn = NAN, .read_dn = 2.345},
            .threshold_sd = 5.1,
            .spots_per_frame = 53.2,
            .centres_per_frame = 61.7};
    }
    given->report = (struct report){.program = "exoledger 10.20.30",
                                    .files = files,
                                    .file_count = trial->videos,
                                    .videos = trial->pictured ? videos : NULL,
                                    .settings = &given->settings,
                                    .measurement = &given->measurement,
                                    .pixel_um = 0.14,
                                    .viscosity_of_water = trial->counted,
                                    .medium = trial->counted ? "" : "スクロース 20 % in PBS"};
}

static void given_open(struct given *given, const struct trial *trial)
{
    struct fault fault = {0};
    *given = (struct given){.arena = arena_open((size_t)4 << 30)};
    tables_make(given, trial);
    settings_make(given, trial);
    if (!measurement_make(given->arena, &fault, &given->table, &given->settings,
                          &given->measurement))
        fail_msg("%s: %s", trial->what, fault.text);
    for (size_t i = 0; trial->doubted && i < FLAGS; i++)
        given->measurement.flags[i] = (struct flag){.kind = (enum flag_kind)(i + 1),
                                                    .state = i % 2 ? FLAG_WARN : FLAG_FAIL,
                                                    .value_known = true,
                                                    .value = 123456.789,
                                                    .limit = 0.000123,
                                                    .video = 64};
    report_make(given, trial);
}

struct seen {
    struct paper_box boxes[BOXES];
    const char *texts[BOXES];
    size_t count;
    struct arena *arena;
};

static void see(void *context, const struct paper_box *box, const char *text)
{
    struct seen *seen = context;
    if (seen->count == BOXES)
        fail_msg("the page has more than %d parts", BOXES);
    seen->boxes[seen->count] = *box;
    seen->texts[seen->count++] = text ? arena_copy(seen->arena, text) : NULL;
}

static void demand_within(const struct seen *seen, const struct trial *trial)
{
    const double margin = 8;
    for (size_t i = 0; i < seen->count; i++) {
        const struct paper_box *box = &seen->boxes[i];
        if (box->left < margin || box->right > REPORT_PAPER_WIDTH - margin || box->top < margin ||
            box->bottom > REPORT_PAPER_HEIGHT - 4)
            fail_msg("%s: \"%s\" leaves the page: %g to %g, %g to %g", trial->what,
                     seen->texts[i] ? seen->texts[i] : "a drawing", box->left, box->right, box->top,
                     box->bottom);
    }
}

/* Ink of two texts may come as near as a tenth of a millimetre, and not nearer. */
static void demand_apart(const struct seen *seen, const struct trial *trial)
{
    for (size_t i = 0; i < seen->count; i++)
        for (size_t j = i + 1; j < seen->count && seen->texts[i]; j++) {
            const struct paper_box *one = &seen->boxes[i], *other = &seen->boxes[j];
            if (!seen->texts[j] || one->page != other->page)
                continue;
            double across = fmin(one->right, other->right) - fmax(one->left, other->left);
            double down = fmin(one->bottom, other->bottom) - fmax(one->top, other->top);
            if (across > 0.1 && down > 0.1)
                fail_msg("%s: \"%s\" lies over \"%s\" by %g and %g mm", trial->what, seen->texts[i],
                         seen->texts[j], across, down);
        }
}

static void nothing_leaves_the_page_and_no_text_lies_over_another(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof trials / sizeof *trials; t++) {
        struct given given;
        given_open(&given, &trials[t]);
        for (enum report_language language = 0; language < REPORT_LANGUAGES; language++) {
            struct fault fault = {0};
            struct paper *paper = NULL;
            struct seen *seen = arena_take(given.arena, sizeof *seen);
            seen->arena = given.arena;
            const struct paper_about about = {.title = "",
                                              .width = REPORT_PAPER_WIDTH,
                                              .height = REPORT_PAPER_HEIGHT,
                                              .inked = see,
                                              .context = seen};
            given.report.language = language;
            assert_true(paper_open(given.arena, &fault, &about, &paper));
            size_t pages = report_draw(given.arena, paper, &given.report, trials[t].pages);
            if (pages != trials[t].pages)
                fail_msg("%s takes %zu pages", trials[t].what, pages);
            assert_true(seen->count > 100);
            demand_within(seen, &trials[t]);
            demand_apart(seen, &trials[t]);
        }
        arena_close(given.arena);
    }
}

static uint32_t big_endian(const char *bytes)
{
    uint32_t number = 0;
    for (size_t i = 0; i < 4; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

static bool holds(const struct text *text, const char *words)
{
    return memmem(text->bytes, text->length, words, strlen(words)) != NULL;
}

static void the_same_report_is_the_same_bytes_and_tells_no_time(void **state)
{
    (void)state;
    const struct trial *trial = &trials[2];
    struct given given;
    struct fault fault = {0};
    given_open(&given, trial);
    given.report.language = REPORT_JA;
    struct text pdf[2], png[2];
    for (size_t i = 0; i < 2; i++) {
        pdf[i] = text_open(given.arena);
        png[i] = text_open(given.arena);
        assert_true(report_pdf(given.arena, &fault, &given.report, &pdf[i]));
        assert_true(report_png(given.arena, &fault, &given.report, &png[i]));
    }
    assert_int_equal(pdf[0].length, pdf[1].length);
    assert_memory_equal(pdf[0].bytes, pdf[1].bytes, pdf[0].length);
    assert_int_equal(png[0].length, png[1].length);
    assert_memory_equal(png[0].bytes, png[1].bytes, png[0].length);
    assert_false(holds(&pdf[0], "/CreationDate"));
    assert_false(holds(&png[0], "tIME"));
    assert_memory_equal(png[0].bytes, "\x89PNG\r\n\x1a\n", 8);
    const double dots_per_mm = REPORT_DOTS_PER_INCH / 25.4;
    assert_int_equal(big_endian(png[0].bytes + 16), lround(REPORT_PAPER_WIDTH * dots_per_mm));
    assert_int_equal(big_endian(png[0].bytes + 20),
                     lround(REPORT_PAPER_HEIGHT * dots_per_mm * (double)trial->pages));
    arena_close(given.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_the_page_and_no_text_lies_over_another),
        cmocka_unit_test(the_same_report_is_the_same_bytes_and_tells_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
