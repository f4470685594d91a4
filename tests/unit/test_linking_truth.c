/* test_linking_truth.c: positions of another simulator, linked without its numbers. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/link_score.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Two short scenes of simulate_nta.py in EXOLEDGER_SYNTHETIC, or in ../shared/data/synthetic; where
 * they are not there, each test is skipped and says so. 640 x 512 pixels with some 43 particles are
 * as crowded as 170 in 1280 x 1024, where 2 % of the links may be wrong. */
enum { FRAMES = 120, OBSERVATIONS_MOST = 20000, ARENA_BYTES = 1 << 28 };

static const double pixel_um = 0.14;

struct scene_file {
    FILE *lines;
    pid_t child; /* that unpacks it */
};

static struct scene_file unpack(const char *path)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execlp("gzip", "gzip", "-dc", path, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return (struct scene_file){fdopen(ends[0], "r"), child};
}

/* frame,id,x_px,y_px,z_um,d_nm,photons; those with fewer photons are left out. */
static size_t read_truth(const char *path, double photons_least, struct observation *rows)
{
    struct scene_file file = unpack(path);
    char line[256];
    size_t count = 0;
    int status = -1;
    assert_non_null(file.lines);
    while (fgets(line, sizeof line, file.lines)) {
        struct observation row = {0};
        char *at = line;
        row.frame = (int32_t)strtol(at, &at, 10);
        if (at == line)
            continue; /* the names of the columns */
        row.particle = strtoll(at + 1, &at, 10);
        row.x_um = pixel_um * strtod(at + 1, &at);
        row.y_um = pixel_um * strtod(at + 1, &at);
        (void)strtod(at + 1, &at);
        (void)strtod(at + 1, &at);
        row.brightness = strtod(at + 1, &at);
        assert_true(count < OBSERVATIONS_MOST);
        if (row.brightness > photons_least)
            rows[count++] = row;
    }
    fclose(file.lines);
    assert_int_equal(waitpid(file.child, &status, 0), file.child);
    assert_int_equal(status, 0);
    return count;
}

static const char *truth_of(const char *name, char *path, size_t size)
{
    const char *place = getenv("EXOLEDGER_SYNTHETIC");
    assert_true(snprintf(path, size, "%s/%s_truth.csv.gz",
                         place ? place : "../shared/data/synthetic", name) < (int)size);
    if (access(path, R_OK) != 0) {
        print_message("skipped: there is no %s\n", path);
        skip();
    }
    return path;
}

static struct link_score score(struct arena *arena, const char *path, double photons_least)
{
    struct fault fault = {0};
    struct link_score made;
    struct observation *rows = arena_take(arena, OBSERVATIONS_MOST * sizeof *rows);
    struct link_scene links = {.settings = linking_settings_default(),
                               .observations = rows,
                               .observation_count = read_truth(path, photons_least, rows),
                               .frames = FRAMES};
    links.settings.shape = (struct frame_shape){640, 512, 8};
    links.settings.pixel_um = pixel_um;
    links.settings.frame_s = 0.04;
    assert_true(link_score_make(arena, &fault, &links, &made));
    assert_true(made.links_all > 1500);
    return made;
}

static void bar_is_met(const struct link_score *made)
{
    assert_true((double)made->wrong < 0.01 * (double)made->links);
    assert_true(made->lost_share < 0.02);
}

/* Drift is known to the scatter of the steps, 4 px, over the square root of those of a second,
 * 25 x 17 at least: 0.2 px, of which three are allowed. */
static void beads_of_another_simulator_are_told_apart(void **state)
{
    char file[4096];
    const char *path = truth_of("mono100", file, sizeof file);
    struct arena *arena = arena_open(ARENA_BYTES);
    (void)state;
    for (double photons = 0; photons < 400; photons += 300) {
        struct link_score made = score(arena, path, photons);
        bar_is_met(&made);
        assert_true(hypot(made.facts.drift_x_px, made.facts.drift_y_px) < 0.6);
    }
    arena_close(arena);
}

static void drifting_vesicles_of_another_simulator_are_told_apart(void **state)
{
    char file[4096];
    const char *path = truth_of("ev_drift", file, sizeof file);
    struct arena *arena = arena_open(ARENA_BYTES);
    (void)state;
    for (double photons = 0; photons < 400; photons += 300) {
        struct link_score made = score(arena, path, photons);
        bar_is_met(&made);
        assert_true(hypot(made.facts.drift_x_px - 2.857, made.facts.drift_y_px) < 0.6);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beads_of_another_simulator_are_told_apart),
        cmocka_unit_test(drifting_vesicles_of_another_simulator_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
