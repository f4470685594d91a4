/* test_import_particles.c: are particles and their positions read as they were printed? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"
#include "measure/import_particles.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdio.h>

enum { ARENA_BYTES = 1 << 30, MANY = 50500 };

#define PARTICLES                                                                                  \
    "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Ln(Adjusted intensity)/AU,Start "         \
    "frame,Tracklength,Included in distribution?\n"
#define TRACKS                                                                                     \
    "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Frame,X/pixels,Y/pixels,Ln(Adjusted "     \
    "intensity)/AU,Included in distribution?\n"

static const char particles_text[] = PARTICLES "0,100.0,4907000,8.1,5,2,True\n"
                                               "1,200.0,2453500,8.2,6,3,True\n"
                                               "2,50.0,9814000,8.3,7,1,False\n"
                                               "3,121.0,4055372,8.4,7,1,True\n";
static const char tracks_text[] = TRACKS "0,100.0,4907000,5,1.5,2.5,8.0,True\n"
                                         "0,100.0,4907000,6,1.6,2.6,8.2,True\n"
                                         "1,200.0,2453500,6,9.0,9.0,8.2,True\n"
                                         "1,200.0,2453500,7,9.1,9.1,8.2,True\n"
                                         "1,200.0,2453500,9,9.2,9.2,8.2,True\n"
                                         "2,50.0,9814000,7,4.0,4.0,8.3,False\n"
                                         "3,121.0,4055372,7,5.0,5.0,8.4,True\n";

struct place {
    struct arena *arena;
    struct fault fault;
    struct particles result;
};

static int place_make(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct place *place = arena_take(arena, sizeof *place);
    place->arena = arena;
    *state = place;
    return 0;
}

static int place_leave(void **state)
{
    struct place *place = *state;
    arena_close(place->arena);
    return 0;
}

static void begin(struct place *place)
{
    place->fault = (struct fault){.kind = FAULT_NONE};
    place->result = (struct particles){.flags.count = 0};
}

static bool read(struct place *place, const char *text)
{
    return particles_read(place->arena, &place->fault, (const unsigned char *)text, strlen(text),
                          &place->result);
}

static void imports(struct place *place, const char *text, const char *other)
{
    begin(place);
    if (!read(place, text) || (other && !read(place, other)) ||
        !particles_settle(place->arena, &place->fault, &place->result))
        fail_msg("%s", place->fault.text);
}

static const char *flagged(const struct place *place, const char *id)
{
    const struct import_flag *flag = import_flag_named(&place->result.flags, id);
    return flag ? flag->value : NULL;
}

static char *changed(struct place *place, const char *text, const char *from, const char *to)
{
    const char *found = strstr(text, from);
    if (!found)
        fail_msg("the example has no \"%s\"", from);
    return arena_print(place->arena, "%.*s%s%s", (int)(found - text), text, to,
                       found + strlen(from));
}

static void refuses(struct place *place, const char *text, const char *words)
{
    begin(place);
    if (read(place, text))
        fail_msg("accepted, which should be refused with \"%s\"", words);
    assert_int_equal(place->fault.kind, FAULT_INPUT);
    assert_string_equal(place->fault.field, "file");
    assert_memory_equal(place->fault.text, "Line ", 5);
    assert_false(place->result.particles.read || place->result.tracks.read);
    if (!strstr(place->fault.text, words))
        fail_msg("\"%s\" does not say \"%s\"", place->fault.text, words);
}

static void figures_are_those_of_the_sorted_sizes(void **state)
{
    struct place *place = *state;
    imports(place, particles_text, NULL);
    const struct particles *result = &place->result;
    assert_int_equal(result->included.count, 3);
    assert_int_equal(result->all.count, 4);
    /* 100, 121, 200: places 0.2, 1 and 1.8. */
    assert_true(fabs(result->included.figures.d10_nm - 104.2) < 1e-9);
    assert_true(fabs(result->included.figures.d50_nm - 121) < 1e-9);
    assert_true(fabs(result->included.figures.d90_nm - 184.2) < 1e-9);
    assert_true(fabs(result->included.figures.mean_nm - 421.0 / 3) < 1e-9);
    assert_true(fabs(result->all.figures.mean_nm - 471.0 / 4) < 1e-9);
    assert_true(fabs(result->included.figures.mode_nm - 102.5) < 1e-9);
    assert_int_equal(result->included.bin_count, 41);
    assert_int_equal(result->included.bins[40], 1);
    assert_true(fabs(result->mobility_nm3_per_s / 4.907e8 - 1) < 1e-6);
    assert_non_null(flagged(place, "unvalidated"));
    assert_non_null(flagged(place, "no_concentration"));
    assert_string_equal(flagged(place, "particles_excluded"), "1 of 4 particles are not included");
    assert_int_equal(result->flags.count, 3);
}

static void tables_of_one_video_agree(void **state)
{
    struct place *place = *state;
    imports(place, particles_text, tracks_text);
    assert_int_equal(place->result.flags.count, 3);
    assert_int_equal(place->result.tracks.rows, 7);
    assert_int_equal(place->result.tracks.items[1].length, 3);
    assert_int_equal(place->result.tracks.items[1].start_frame, 6);
    assert_true(fabs(place->result.tracks.items[0].ln_intensity - 8.1) < 1e-12);
    imports(place, tracks_text, particles_text);
    assert_int_equal(place->result.flags.count, 3);
    imports(place, tracks_text, NULL);
    assert_true(fabs(place->result.included.figures.d50_nm - 121) < 1e-9);
}

static void positions_may_stand_in_the_order_of_their_frames(void **state)
{
    struct place *place = *state;
    imports(place, particles_text,
            TRACKS "0,100.0,4907000,5,1.5,2.5,8.0,True\n0,100.0,4907000,6,1.6,2.6,8.2,True\n"
                   "1,200.0,2453500,6,9.0,9.0,8.2,True\n2,50.0,9814000,7,4.0,4.0,8.3,False\n"
                   "1,200.0,2453500,7,9.1,9.1,8.2,True\n3,121.0,4055372,7,5.0,5.0,8.4,True\n"
                   "1,200.0,2453500,9,9.2,9.2,8.2,True\n");
    assert_int_equal(place->result.flags.count, 3);
    assert_int_equal(place->result.tracks.items[1].length, 3);
}

static void what_does_not_agree_is_flagged(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        const char *id;
    } rows[] = {
        {"8.2,6,3,True", "8.2,6,4,True", "track_length_disagrees"},
        {"8.2,6,3,True", "8.2,5,3,True", "start_frame_disagrees"},
        {"8.2,6,3,True", "8.2,6,3,False", "inclusion_disagrees"},
        {"1,200.0,2453500", "7,200.0,2453500", "particles_disagree"},
        {"1,200.0,2453500", "1,200.1,2453500", "values_disagree"},
        {"2,50.0,9814000", "2,60.0,9814000", "size_disagrees_with_diffusion"},
        {"2,50.0,9814000", "2,NaN,9814000", "size_missing"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        imports(place, changed(place, particles_text, rows[i].from, rows[i].to), tracks_text);
        if (!flagged(place, rows[i].id))
            fail_msg("%s for %s does not raise %s", rows[i].to, rows[i].from, rows[i].id);
    }
    imports(place, changed(place, tracks_text, "6,1.6,2.6,8.2,True", "6,1.6,2.6,8.2,False"), NULL);
    assert_string_equal(flagged(place, "rows_disagree"), "particle 0 in line 3");
    imports(place, PARTICLES "5,100.0,4907000,8.1,5,2,False\n", NULL);
    assert_non_null(flagged(place, "nothing_included"));
    assert_false(place->result.included.figures.known);
    assert_true(place->result.all.figures.known);
}

static void encodings_line_ends_and_columns_may_vary(void **state)
{
    struct place *place = *state;
    imports(
        place,
        "\xEF\xBB\xBFtracklength,Size/nm,particle id,Note \xC2\xB2,INCLUDED IN DISTRIBUTION?\r\n"
        "2,100.0,0,x,TRUE\r\n3,200,1.0,y,true\r\n",
        NULL);
    assert_int_equal(place->result.included.count, 2);
    assert_string_equal(place->result.particles.unused, "Note \xC2\xB2");
    assert_int_equal(place->result.particles.items[0].start_frame, -1);
    assert_true(isnan(place->result.mobility_nm3_per_s));
    imports(place, "Size/nm,Particle ID,Note \xB2,Included in distribution?\n100.0,0,x,True\n",
            NULL);
    assert_string_equal(place->result.particles.unused, "Note \xC2\xB2");
}

static void what_is_no_table_of_particles_is_refused(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        const char *words;
    } rows[] = {
        {"0,100.0", "0,\"100,0\"", "is not a number"},
        {"0,100.0", "0,100,0", "has 8 cells"},
        {"0,100.0", "0,1e400", "is not a number"},
        {"0,100.0", "0,NaN", "above zero, although"},
        {"0,100.0", "0,-100.0", "is not a number"},
        {"0,100.0", "0.5,100.0", "not a whole number"},
        {"1,200.0", "0,200.0", "particle 0 stands a second time"},
        {"5,2,True", "5,-2,True", "is not a number"},
        {"5,2,True", "5,2,yes", "True or False"},
        {"Size/nm", "Length/nm", "do not include \"Size/nm\""},
        {"Tracklength", "Size/nm", "stands twice"},
        {"\n0,", "\n0\x01,", "does not belong in a text"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuses(place, changed(place, particles_text, rows[i].from, rows[i].to), rows[i].words);
    refuses(place, PARTICLES, "holds no row");
    refuses(place, "", "is empty");
    refuses(place, changed(place, tracks_text, ",6,1.6", ",5,1.6"), "does not follow its frame 5");
    refuses(place, changed(place, tracks_text, "6,1.6", "6,1;6"), "is not a number");
    refuses(place, changed(place, tracks_text, ",Frame,", ",Time,"), "do not include \"Frame\"");
    begin(place);
    assert_true(read(place, tracks_text));
    assert_false(read(place, tracks_text));
    assert_non_null(strstr(place->fault.text, "second AllTracks"));
}

static void a_table_cut_inside_a_row_is_refused(void **state)
{
    struct place *place = *state;
    size_t accepted = 0;
    size_t whole = 0;
    for (size_t size = 0; size < sizeof tracks_text - 1; size++) {
        begin(place);
        bool read = particles_read(place->arena, &place->fault, (const unsigned char *)tracks_text,
                                   size, &place->result);
        accepted += read;
        whole += read && tracks_text[size - 1] == '\n';
    }
    assert_int_equal(accepted, 6);
    assert_int_equal(whole, 6);
}

/* Ids that follow a pattern must not crowd in one part of the index, which would take hours. */
static void many_particles_are_read(void **state)
{
    static const int64_t strides[] = {1, 7, (int64_t)1 << 20, (int64_t)1 << 32};
    struct place *place = *state;
    for (size_t stride = 0; stride < sizeof strides / sizeof *strides; stride++) {
        struct text text = text_open(place->arena);
        text_add(&text, "Particle ID,Size/nm,Included in distribution?\n");
        for (int i = 0; i < MANY; i++) {
            text_add_integer(&text, i * strides[stride]);
            text_add(&text, ",");
            text_add_integer(&text, 50 + i % 101);
            text_add(&text, ",True\n");
        }
        imports(place, text.bytes, NULL);
        assert_int_equal(place->result.included.count, MANY);
        assert_true(place->result.included.figures.d50_nm == 100);
        text_add(&text, "0,100,True\n");
        refuses(place, text.bytes, "particle 0 stands a second time");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_the_sorted_sizes),
        cmocka_unit_test(tables_of_one_video_agree),
        cmocka_unit_test(positions_may_stand_in_the_order_of_their_frames),
        cmocka_unit_test(what_does_not_agree_is_flagged),
        cmocka_unit_test(encodings_line_ends_and_columns_may_vary),
        cmocka_unit_test(what_is_no_table_of_particles_is_refused),
        cmocka_unit_test(a_table_cut_inside_a_row_is_refused),
        cmocka_unit_test(many_particles_are_read),
    };
    return cmocka_run_group_tests(tests, place_make, place_leave);
}
