/* test_track_file.c: is the table of any tracker read as it was written, or refused in words? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/track_file.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NANOSIGHT "../shared/data/synthetic/formats/nanosight_synth_AllTracks.csv"

struct reading {
    struct arena *arena;
    struct fault fault;
    struct track_file file;
    struct observations seen;
    bool read;
};

static struct reading reading_of(const char *table, double pixel_um)
{
    struct reading reading = {.arena = arena_open(64 << 20)};
    struct text bytes = text_open(reading.arena);
    text_add(&bytes, table);
    reading.read = track_file_read(reading.arena, &reading.fault, &bytes, pixel_um, &reading.file,
                                   &reading.seen);
    return reading;
}

static void assert_row(const struct reading *reading, size_t index, const struct observation *row)
{
    const struct observation *seen = &reading->seen.rows[index];
    assert_int_equal(seen->frame, row->frame);
    assert_int_equal(seen->particle, row->particle);
    assert_true(fabs(seen->x_um - row->x_um) < 1e-12);
    assert_true(fabs(seen->y_um - row->y_um) < 1e-12);
    assert_true(isnan(row->brightness) ? isnan(seen->brightness)
                                       : fabs(seen->brightness - row->brightness) < 1e-9);
}

static void three_trackers_say_the_same(void **state)
{
    static const struct {
        const char *table;
        enum track_file_kind kind;
        const char *unused;
    } rows[] = {
        {"frame,particle,x_px,y_px,photons\n0,7,10,20,150\n1,7,11.5,-19,150\n", TRACK_FILE_PLAIN,
         ""},
        {"particle,y_um,x_um,frame,Brightness,note\r\n7,2.8,1.4,0,150,a\r\n7,-2.66,1.61,1,150,"
         "b\r\n",
         TRACK_FILE_PLAIN, "note"},
        {",y,x,mass,size,ecc,frame,particle\n0,20,10,150,2,0.1,0,7.0\n1,-19,11.5,150,2,0.1,1.0,7\n",
         TRACK_FILE_TRACKPY, "size, ecc"},
        {"Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Frame,X/pixels,Y/pixels,"
         "Ln(Adjusted intensity)/AU,Included in distribution?\n"
         "7,100,4907000,0,10,20,5.010635294096256,True\n"
         "7,100,4907000,1,11.5,-19,5.010635294096256,True\n",
         TRACK_FILE_NANOSIGHT,
         "Size/nm, Diffusion coefficient/nm^2 s^-1, Included in distribution?"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading reading = reading_of(rows[i].table, 0.14);
        if (!reading.read)
            fail_msg("%s", reading.fault.text);
        assert_int_equal(reading.file.kind, rows[i].kind);
        assert_string_equal(reading.file.unused, rows[i].unused);
        assert_int_equal(reading.seen.count, 2);
        assert_row(&reading, 0, &(struct observation){0, 0, 7, 1.4, 2.8, 150, 0});
        assert_row(&reading, 1, &(struct observation){0, 1, 7, 1.61, -2.66, 150, 0});
        arena_close(reading.arena);
    }
}

static void without_brightness_none_is_made_up(void **state)
{
    struct reading reading = reading_of("frame,particle,x_um,y_um\n3,-2,1,2\n", 0);
    (void)state;
    assert_true(reading.read);
    assert_false(reading.file.has_brightness);
    assert_row(&reading, 0, &(struct observation){0, 3, -2, 1, 2, NAN, 0});
    arena_close(reading.arena);
}

static void one_table_holds_several_videos_and_frames_in_which_nothing_was_seen(void **state)
{
    struct reading reading = reading_of("video,frame,particle,x_um,y_um,brightness\n"
                                        "3,4,7,1,2,9\n1,0,7,3,4,\n1,19,,,,\n2,29,,,,\n",
                                        0);
    (void)state;
    assert_true(reading.read);
    assert_int_equal(reading.file.videos, 3);
    assert_int_equal(reading.seen.videos, 3);
    assert_int_equal(reading.seen.count, 2);
    assert_int_equal(reading.file.rows, 2);
    assert_row(&reading, 0, &(struct observation){2, 4, 7, 1, 2, 9, 0});
    assert_row(&reading, 1, &(struct observation){0, 0, 7, 3, 4, NAN, 0});
    assert_int_equal(reading.seen.rows[0].video, 2);
    assert_int_equal(reading.seen.rows[1].video, 0);
    assert_int_equal(reading.seen.frames[0], 20);
    assert_int_equal(reading.seen.frames[1], 30);
    assert_int_equal(reading.seen.frames[2], 5);
    arena_close(reading.arena);
}

static void what_is_no_table_of_tracks_is_refused_in_words(void **state)
{
    static const struct {
        const char *table;
        const char *field;
        const char *words; /* that the sentence must hold */
    } rows[] = {
        {"", "file", "is empty"},
        {"\n\n  \n", "file", "is empty"},
        {"frame,particle,x_um,y_um\n", "file", "no position"},
        {"frame,x_um,y_um\n0,1,2\n", "file", "no column particle"},
        {"particle,x_um,y_um\n0,1,2\n", "file", "no column frame"},
        {"frame,particle,x_um\n0,1,2\n", "file", "pair of columns"},
        {"frame,particle,x_um,y_px\n0,1,2,3\n", "file", "pair of columns"},
        {"frame,particle,x_um,y_um,x,y\n0,1,2,3,4,5\n", "file", "in pixels and in micrometres"},
        {"frame,particle,x_px,y_px\n0,1,2,3\n", "pixel_nm", "--pixel-nm 140"},
        {"frame,frame,particle,x_um,y_um\n0,0,1,2,3\n", "file", "columns 1 and 2"},
        {"frame,particle,x_um,y_um\n0,1,2\n", "file", "Line 2"},
        {"frame,particle,x_um,y_um\n0,1,2,3,4\n", "file", "the row has 5 cells"},
        {"video,frame,particle,x_um,y_um\n0,0,1,2,3\n", "file", "\"0\" is not a number"},
        {"video,frame,particle,x_um,y_um\n257,0,1,2,3\n", "file", "from 1 to 256"},
        {"video,frame,particle,x_um,y_um\n1.5,0,1,2,3\n", "file", "not a whole number"},
        {"video,frame,particle,x_um,y_um\n1,0,,2,3\n", "file", "\"\" is not a number"},
        {"video,frame,particle,x_um,y_um\n1,0,,,\n", "file", "no position"},
        {"frame,particle,x_um,y_um\n0,,,\n", "file", "\"\" is not a number"},
        {"frame,particle,x_um,y_um\n0,1,2,3", "file", "may have been cut"},
        {"frame,particle,x_um,y_um\n0,1,nan,3\n", "file", "\"nan\" is not a number"},
        {"frame,particle,x_um,y_um\n0,1,inf,3\n", "file", "\"inf\""},
        {"frame,particle,x_um,y_um\n0,1,0x10,3\n", "file", "\"0x10\""},
        {"frame,particle,x_um,y_um\n0,1,,3\n", "file", "column 3"},
        {"frame,particle,x_um,y_um\n-1,1,2,3\n", "file", "\"-1\""},
        {"frame,particle,x_um,y_um\n0.5,1,2,3\n", "file", "not a whole number"},
        {"frame,particle,x_um,y_um\n10000000,1,2,3\n", "file", "\"10000000\""},
        {"frame,particle,x_um,y_um\n0,1,1e300,3\n", "file", "\"1e300\""},
        {"frame,particle,x_um,y_um,photons\n0,1,2,3,-5\n", "file", "\"-5\""},
        {"frame;particle;x_um;y_um\n0;1;2;3\n", "file", "no column frame"},
        {"frame,particle,x_um,y_um\n0,1,2,3\n\"0,1,2,3\n", "file", "Line 3"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading reading = reading_of(rows[i].table, 0);
        assert_false(reading.read);
        assert_string_equal(reading.fault.field, rows[i].field);
        if (!strstr(reading.fault.text, rows[i].words))
            fail_msg("row %zu: \"%s\" does not hold \"%s\"", i, reading.fault.text, rows[i].words);
        arena_close(reading.arena);
    }
}

static void the_look_alike_of_an_instrument_is_read_whole(void **state)
{
    FILE *from = fopen(NANOSIGHT, "rb");
    (void)state;
    if (!from)
        print_message("skipped: %s is not here\n", NANOSIGHT);
    if (!from)
        return;
    struct reading reading = {.arena = arena_open(64 << 20)};
    struct text bytes = text_open(reading.arena);
    char part[4096];
    for (size_t size = 0; (size = fread(part, 1, sizeof part, from)) > 0;)
        text_add_bytes(&bytes, part, size);
    fclose(from);
    assert_true(
        track_file_read(reading.arena, &reading.fault, &bytes, 0.14, &reading.file, &reading.seen));
    assert_int_equal(reading.file.kind, TRACK_FILE_NANOSIGHT);
    size_t lines = 0;
    for (size_t i = 0; i < bytes.length; i++)
        lines += bytes.bytes[i] == '\n';
    assert_int_equal(reading.seen.count, lines - 1);
    assert_row(&reading, 0,
               &(struct observation){0, 25, 0, 0.14 * 418.5, 0.14 * 328.853, exp(8.196), 0});
    arena_close(reading.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_trackers_say_the_same),
        cmocka_unit_test(without_brightness_none_is_made_up),
        cmocka_unit_test(one_table_holds_several_videos_and_frames_in_which_nothing_was_seen),
        cmocka_unit_test(what_is_no_table_of_tracks_is_refused_in_words),
        cmocka_unit_test(the_look_alike_of_an_instrument_is_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
