/* test_tracking.c: do frames that several threads look at become the same tracks? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/random.h"
#include "measure/tracking_stream.h"

#include "test.h"

#include <math.h>

enum { WIDTH = 160, HEIGHT = 128, PIXELS = WIDTH * HEIGHT, LEVEL = 40, SPOTS = 6 };

/* A video in memory, and what is told of it. */
struct film {
    int32_t frames;
    int32_t lost;      /* a number that is left out; below zero: none */
    int32_t backwards; /* the frame whose number is that of the one before; below zero: none */
    int32_t broken;    /* the frame that cannot be read; below zero: none */
    int32_t next;
    struct text told;
};

static const struct film plain = {.frames = 50, .lost = -1, .backwards = -1, .broken = -1};

static void add_spot(double *light, double x, double y)
{
    for (int i = 0; i < PIXELS; i++) {
        double across = i % WIDTH - x, along = (double)(i / WIDTH) - y;
        light[i] += 60 * exp(-(across * across + along * along) / 6);
    }
}

/* Spots go their ways on noise. */
static void film_paint(const struct film *film, uint16_t *pixels)
{
    double light[PIXELS] = {0};
    struct random random = random_stream(7, (uint64_t)film->next);
    for (int s = 0; s < SPOTS; s++)
        add_spot(light, 20 + 22 * s + 3 * sin(film->next * 0.7 + s),
                 20 + 15 * s + 3 * cos(film->next * 0.9 * s));
    for (int i = 0; i < PIXELS; i++) {
        double value = LEVEL + light[i] + 2 * random_normal(&random);
        pixels[i] = (uint16_t)fmin(fmax(value, 0), 255);
    }
}

static bool film_read(void *context, struct fault *fault, uint16_t *pixels, struct frame *frame,
                      bool *more)
{
    struct film *film = context;
    if (film->next == film->broken)
        return fail(fault, FAULT_INPUT, "file", "Frame %d is damaged.", (int)film->next + 1);
    *more = film->next < film->frames;
    if (!*more)
        return true;
    film_paint(film, pixels);
    int32_t number = film->next - (film->next == film->backwards);
    number += film->lost >= 0 && number >= film->lost;
    *frame = (struct frame){number, NAN, pixels};
    film->next++;
    return true;
}

static bool film_tell(void *context, struct fault *fault, int32_t frame,
                      const struct located *spots, const int64_t *particles, size_t count)
{
    struct film *film = context;
    (void)fault;
    tracking_stream_frame(&film->told, frame, spots, particles, count);
    return true;
}

struct showing {
    struct arena *arena;
    struct fault fault;
    struct film film;
    struct tracking_facts facts;
    bool shown;
};

static struct showing showing_of(const struct film *film, unsigned threads)
{
    struct showing showing = {.arena = arena_open(512 << 20), .film = *film};
    struct tracking_settings settings = tracking_settings_default();
    settings.shape = (struct frame_shape){WIDTH, HEIGHT, 8};
    settings.pixel_um = 0.14;
    settings.frame_s = 0.04;
    settings.diffusion_most_um2_per_s = 10;
    settings.threads = threads;
    showing.film.told = text_open(showing.arena);
    const struct tracking_ends ends = {film_read, film_tell, &showing.film};
    showing.shown = tracking_run(showing.arena, &showing.fault, &settings, &ends, &showing.facts);
    return showing;
}

static void any_number_of_threads_tells_the_same(void **state)
{
    static const unsigned threads[] = {0, 2, 3, 5, 1000};
    (void)state;
    struct showing alone = showing_of(&plain, 1);
    assert_true(alone.shown);
    assert_int_equal(alone.facts.frames, 50);
    assert_true(alone.facts.spots > (size_t)40 * SPOTS);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        struct showing crew = showing_of(&plain, threads[i]);
        assert_true(crew.shown);
        assert_string_equal(crew.film.told.bytes, alone.film.told.bytes);
        assert_memory_equal(&crew.facts.linking, &alone.facts.linking, sizeof alone.facts.linking);
        arena_close(crew.arena);
    }
    arena_close(alone.arena);
}

static void a_few_frames_are_a_video(void **state)
{
    (void)state;
    for (int32_t frames = 2; frames < 70; frames += 15) {
        struct film film = plain;
        film.frames = frames;
        struct showing showing = showing_of(&film, 2);
        assert_true(showing.shown);
        assert_int_equal(showing.facts.frames, frames);
        arena_close(showing.arena);
    }
}

static void lost_frames_are_counted(void **state)
{
    (void)state;
    struct film film = plain;
    film.lost = 20;
    struct showing showing = showing_of(&film, 2);
    assert_true(showing.shown);
    assert_int_equal(showing.facts.frames, 50);
    assert_int_equal(showing.facts.frames_lost, 1);
    arena_close(showing.arena);
}

static void what_cannot_be_read_ends_all_threads(void **state)
{
    static const struct {
        int32_t frames;
        int32_t broken;
        int32_t backwards;
        const char *sentence;
    } rows[] = {
        {0, -1, -1, "The video holds no frame."},
        {50, 0, -1, "Frame 1 is damaged."},
        {50, 10, -1, "Frame 11 is damaged."},
        {50, 40, -1, "Frame 41 is damaged."},
        {50, -1, 45, "Frame 46 of the video lies before"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned threads = 1; threads < 4; threads++) {
            struct film film = plain;
            film.frames = rows[i].frames;
            film.broken = rows[i].broken;
            film.backwards = rows[i].backwards;
            struct showing showing = showing_of(&film, threads);
            assert_false(showing.shown);
            assert_int_equal(showing.fault.kind, FAULT_INPUT);
            assert_true(text_starts(showing.fault.text, rows[i].sentence));
            arena_close(showing.arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_tells_the_same),
        cmocka_unit_test(a_few_frames_are_a_video),
        cmocka_unit_test(lost_frames_are_counted),
        cmocka_unit_test(what_cannot_be_read_ends_all_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
