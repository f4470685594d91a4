/* test_scene.c: a scene is read to the last bit, and what cannot be simulated is refused by name.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "measure/scene.h"

#include <stdio.h>

static bool read_text(struct arena *arena, struct fault *fault, const char *json,
                      struct scene *scene)
{
    *fault = (struct fault){.kind = FAULT_NONE};
    return scene_read(arena, fault, json, strlen(json), scene);
}

static void assert_same(struct arena *arena, const struct scene *one, const struct scene *other)
{
    struct text text_one = text_open(arena);
    struct text text_other = text_open(arena);
    scene_write(&text_one, one);
    scene_write(&text_other, other);
    assert_string_equal(text_one.bytes, text_other.bytes);
}

/* The words of the sentence, and that it is one. */
static void assert_refused(const char *json, const char *word)
{
    struct arena *arena = arena_open(1 << 20);
    struct fault fault;
    struct scene scene;
    if (read_text(arena, &fault, json, &scene))
        fail_msg("%s is taken for a scene.", json);
    if (!strstr(fault.text, word) || fault.text[strlen(fault.text) - 1] != '.')
        fail_msg("%s is refused with: %s", json, fault.text);
    arena_close(arena);
}

static void an_empty_object_is_the_default(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 20);
    struct fault fault;
    struct scene scene;
    struct scene expected = scene_default();
    assert_true(read_text(arena, &fault, "{}", &scene));
    assert_same(arena, &scene, &expected);
    arena_close(arena);
}

static void members_and_populations_are_read(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 20);
    struct fault fault;
    struct scene scene;
    assert_true(read_text(arena, &fault,
                          "{\"frames\": 7, \"pixel_nm\": 100.5, \"offset_dn\": 12, "
                          "\"populations\": [{\"median_nm\": 80}, "
                          "{\"share\": 3, \"median_nm\": 150, \"ln_sd\": 0.25}]}",
                          &scene));
    assert_int_equal(scene.frames, 7);
    assert_true(scene.pixel_nm == 100.5 && scene.offset_dn == 12);
    assert_int_equal(scene.population_count, 2);
    assert_true(scene.populations[0].share == 1 && scene.populations[0].median_nm == 80);
    assert_true(scene.populations[0].ln_sd == 0 && scene.populations[1].share == 3);
    assert_true(scene.populations[1].median_nm == 150 && scene.populations[1].ln_sd == 0.25);
    arena_close(arena);
}

static void a_scene_may_begin_with_one_that_is_built_in(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 20);
    struct fault fault;
    struct scene scene;
    assert_true(read_text(arena, &fault, "{\"frames\": 9, \"scene\": \"ev_drift\"}", &scene));
    assert_int_equal(scene.frames, 9);
    assert_true(scene.drift_x_um_per_s == 10 && scene.sheet_um == 3);
    arena_close(arena);
    assert_refused("{\"scene\": \"none\"}", "mono100");
    assert_refused("{\"scene\": 5}", "member scene");
}

static void what_is_written_reads_back_to_the_last_bit(void **state)
{
    (void)state;
    struct arena *arena = arena_open(4 << 20);
    for (const struct scene_name *at = scene_names; at->name; at++) {
        struct fault fault = {.kind = FAULT_NONE};
        struct scene scene;
        struct scene again;
        struct text text = text_open(arena);
        if (!scene_named(arena, &fault, at->name, &scene))
            fail_msg("%s: %s", at->name, fault.text);
        scene.pixel_nm *= 1 + 1e-15;
        scene.frame_s = 1.0 / 24.9825;
        scene.exposure_ms = 1e-7;
        scene_write(&text, &scene);
        if (!scene_read(arena, &fault, text.bytes, text.length, &again))
            fail_msg("%s: %s", at->name, fault.text);
        assert_same(arena, &scene, &again);
        assert_true(scene.pixel_nm == again.pixel_nm && scene.frame_s == again.frame_s);
        assert_true(scene.exposure_ms == again.exposure_ms && scene.frames == again.frames);
    }
    arena_close(arena);
}

static void every_member_is_refused_by_name_outside_of_its_range(void **state)
{
    (void)state;
    char json[128];
    for (size_t i = 0; i < SCENE_MEMBERS; i++) {
        const struct scene_member *member = &scene_members[i];
        snprintf(json, sizeof json, "{\"%s\": %.17g}", member->name, member->low - 1);
        assert_refused(json, member->name);
        snprintf(json, sizeof json, "{\"%s\": %.17g}", member->name, member->high * 1.01 + 1);
        assert_refused(json, member->name);
        snprintf(json, sizeof json, "{\"%s\": \"7\"}", member->name);
        assert_refused(json, "must be a number");
        snprintf(json, sizeof json, "{\"%s\": %.17g}", member->name, member->high - 0.5);
        if (member->whole)
            assert_refused(json, "must be a whole number");
    }
}

static void what_is_no_scene_is_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "broken"},
        {"[]", "must be a JSON object"},
        {"{\"frame\": 5}", "no member frame"},
        {"{\"fr\\u0007\": 5}", "no member with control characters"},
        {"{\"frames\": 5, \"frames\": 6}", "duplicate"},
        {"{\"populations\": 5}", "populations"},
        {"{\"populations\": []}", "1 to 8"},
        {"{\"populations\": [5]}", "list of objects"},
        {"{\"populations\": [{}]}", "median_nm"},
        {"{\"populations\": [{\"median_nm\": 0}]}", "median_nm"},
        {"{\"populations\": [{\"median_nm\": 80, \"ln_sd\": 2}]}", "number 1"},
        {"{\"populations\": [{\"median_nm\": \"80\"}]}", "median_nm"},
        {"{\"populations\": [{\"median\": 80}]}", "no member median"},
        {"{\"populations\": [{\"median_nm\":80},{\"median_nm\":80},{\"median_nm\":80},"
         "{\"median_nm\":80},{\"median_nm\":80},{\"median_nm\":80},{\"median_nm\":80},"
         "{\"median_nm\":80},{\"median_nm\":80}]}",
         "1 to 8"},
        {"{\"exposure_ms\": 41}", "exposure_ms"},
        {"{\"temperature_rise_k\": -30}", "temperature_rise_k"},
        {"{\"box_depth_um\": 14}", "box_depth_um"},
        {"{\"sheet_um\": 3}", "box_depth_um"},
        {"{\"margin_um\": 0.5}", "margin_um"},
        {"{\"psf_um\": 5}", "psf_um"},
        {"{\"concentration_per_ml\": 1e13, \"depth_um\": 100, \"box_depth_um\": 400}",
         "concentration_per_ml"},
        {"{\"frames\": 1000000}", "frames"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_refused(rows[i][0], rows[i][1]);
}

static void a_scene_made_in_c_is_checked_as_well(void **state)
{
    (void)state;
    struct scene scene = scene_default();
    struct fault fault = {.kind = FAULT_NONE};
    assert_true(scene_check(&fault, &scene));
    scene.noise_nm = -1;
    assert_false(scene_check(&fault, &scene));
    assert_string_equal(fault.field, "noise_nm");
    scene = scene_default();
    scene.population_count = 0;
    fault = (struct fault){.kind = FAULT_NONE};
    assert_false(scene_check(&fault, &scene));
    assert_string_equal(fault.field, "populations");
}

int main(void)
{
    json_begin();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_object_is_the_default),
        cmocka_unit_test(members_and_populations_are_read),
        cmocka_unit_test(a_scene_may_begin_with_one_that_is_built_in),
        cmocka_unit_test(what_is_written_reads_back_to_the_last_bit),
        cmocka_unit_test(every_member_is_refused_by_name_outside_of_its_range),
        cmocka_unit_test(what_is_no_scene_is_refused),
        cmocka_unit_test(a_scene_made_in_c_is_checked_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
