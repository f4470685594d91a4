/* test_view_edge.c: where do tracks end for being too near to the edge of the view? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measurement.h"
#include "measure/simulate.h"
#include "test.h"

enum { ARENA_BYTES = 1 << 28 };

static struct scene scene_of(double particles, int32_t frames)
{
    struct scene scene = scene_default();
    scene.concentration_per_ml *= particles / 50;
    scene.frames = frames;
    return scene;
}

static struct measure_view view_of(const struct scene *scene)
{
    double pixel_um = scene->pixel_nm / 1000;
    return (struct measure_view){.left_um = -0.5 * pixel_um,
                                 .top_um = -0.5 * pixel_um,
                                 .right_um = (scene->width_px - 0.5) * pixel_um,
                                 .bottom_um = (scene->height_px - 0.5) * pixel_um};
}

/* As a tracker that takes nothing within margin_um of the edge. */
static struct track_table table_make(struct arena *arena, const struct scene *scene,
                                     double margin_um)
{
    struct fault fault = {0};
    struct simulated simulated;
    struct track_table table;
    struct measure_view view = view_of(scene);
    size_t frames = (size_t)scene->frames;
    struct observations seen = {.videos = 1, .frames = &frames};
    assert_true(simulate_tracks(arena, &fault, scene, 3001, &simulated));
    seen.rows = simulated.observations;
    for (size_t i = 0; i < simulated.observation_count; i++) {
        struct observation row = simulated.observations[i];
        if (row.x_um - view.left_um > margin_um && view.right_um - row.x_um > margin_um &&
            row.y_um - view.top_um > margin_um && view.bottom_um - row.y_um > margin_um)
            seen.rows[seen.count++] = row;
    }
    assert_true(track_table_make(arena, &fault, &seen, &table));
    return table;
}

static struct measurement measure(struct arena *arena, const struct track_table *table,
                                  struct measure_view view)
{
    struct fault fault = {0};
    struct measurement made;
    struct measurement_settings settings = {.timing = {0.04, 0.0325},
                                            .medium = {25, 0.89},
                                            .positions_least = 5,
                                            .missed_frame_allowed = true,
                                            .view = view,
                                            .threads = 1};
    if (!measurement_make(arena, &fault, table, &settings, &made))
        fail_msg("%s", fault.text);
    return made;
}

/* Two particles leave wide borders of the view unseen, where nothing is to be cut off. */
static void a_known_view_keeps_what_is_far_from_its_edge(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct scene scene = scene_of(2, 150);
    struct track_table table = table_make(arena, &scene, 0);
    struct measurement unknown = measure(arena, &table, (struct measure_view){0});
    struct measurement known = measure(arena, &table, view_of(&scene));
    (void)state;
    assert_true(known.edge_um > 0);
    assert_true(known.edge_positions < unknown.edge_positions);
    assert_true(known.pooled.steps > unknown.pooled.steps);
    arena_close(arena);
}

/* Of 50 particles the outermost are as near to the edge as the tracker lets them, and that is where
 * their steps are cut off. */
static void a_margin_that_the_tracker_leaves_is_no_part_of_the_view(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct scene scene = scene_of(50, 300);
    struct track_table table = table_make(arena, &scene, 1.5);
    struct measurement unknown = measure(arena, &table, (struct measure_view){0});
    struct measurement known = measure(arena, &table, view_of(&scene));
    (void)state;
    assert_true(known.edge_um > 0);
    assert_int_equal(known.edge_positions, unknown.edge_positions);
    assert_int_equal(known.pooled.steps, unknown.pooled.steps);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_view_keeps_what_is_far_from_its_edge),
        cmocka_unit_test(a_margin_that_the_tracker_leaves_is_no_part_of_the_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
