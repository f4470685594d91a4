/* spots_echo.c: which spots does the detector find in a raw video?
 *
 * Called as: spots_echo FILE WIDTH HEIGHT BITS GAIN OFFSET READ FALSE [dark]; GAIN (DN per
 * electron), OFFSET and READ noise (DN) may be nan. Prints the noise and then a line for each spot:
 * frame, x, y, sd, light, peak, error, strength, saturated, joint. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/background.h"
#include "measure/detection.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_BYTES = 1 << 30 };

struct echo {
    struct arena *arena;
    FILE *file;
    struct frame_shape shape;
    struct background *background;
    struct detector *detector;
    float *residual;
    size_t pixels;
    int frames;
};

/* False behind the last whole frame. */
static bool read_frame(const struct echo *echo, uint16_t *pixels)
{
    size_t bytes = echo->shape.bits > 8 ? 2 : 1;
    unsigned char *raw = (unsigned char *)pixels;
    if (fread(raw, bytes, echo->pixels, echo->file) != echo->pixels)
        return false;
    if (bytes == 1)
        for (size_t i = echo->pixels; i-- > 0;)
            pixels[i] = raw[i];
    return true;
}

static void tell(struct echo *echo, const uint16_t *pixels)
{
    struct frame frame = {.number = echo->frames++, .time_s = NAN, .pixels = pixels};
    struct detected detected;
    background_take(echo->background, &frame, echo->residual);
    detector_find(echo->detector, &frame, echo->residual, &detected);
    if (detected.too_many)
        printf("# frame %d: too many, %zu maxima\n", (int)frame.number, detected.centres);
    for (size_t i = 0; i < detected.count; i++) {
        const struct located *spot = &detected.spots[i];
        printf("%d %.4f %.4f %.3f %.2f %.2f %.4f %.2f %d %d\n", (int)frame.number, spot->x_px,
               spot->y_px, spot->sd_px, spot->light_dn, spot->peak_dn, spot->error_px,
               spot->strength, spot->saturated, spot->joint);
    }
}

static bool begin(struct echo *echo, struct fault *fault,
                  const struct background_settings *settings, double false_per_frame)
{
    struct frame first[BACKGROUND_FRAMES] = {0};
    size_t count = 0;
    for (; count < BACKGROUND_FRAMES; count++) {
        uint16_t *pixels = arena_take(echo->arena, echo->pixels * sizeof *pixels);
        first[count].pixels = pixels;
        if (!read_frame(echo, pixels))
            break;
    }
    if (count == 0 ||
        !background_learn(echo->arena, fault, settings, first, count, &echo->background))
        return false;
    struct detection_settings detection = {.shape = echo->shape,
                                           .noise = *background_noise(echo->background),
                                           .false_per_frame = false_per_frame,
                                           .dark_spots = settings->dark_spots};
    echo->detector = detector_open(echo->arena, &detection);
    printf("# gain %.5f offset %.4f read %.4f level %.4f threshold %.4f\n",
           detection.noise.gain_dn_per_e, detection.noise.offset_dn, detection.noise.read_dn,
           background_level_dn(echo->background), detector_threshold(echo->detector));
    for (size_t f = 0; f < count; f++)
        tell(echo, first[f].pixels);
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 9)
        return 2;
    struct fault fault = {.kind = FAULT_NONE};
    struct echo echo = {.arena = arena_open(ROOM_BYTES), .file = fopen(argv[1], "rb")};
    echo.shape = (struct frame_shape){.width_px = (int32_t)strtol(argv[2], NULL, 10),
                                      .height_px = (int32_t)strtol(argv[3], NULL, 10),
                                      .bits = (int32_t)strtol(argv[4], NULL, 10)};
    struct background_settings settings = {.shape = echo.shape,
                                           .camera = {.gain_dn_per_e = strtod(argv[5], NULL),
                                                      .offset_dn = strtod(argv[6], NULL),
                                                      .read_dn = strtod(argv[7], NULL)},
                                           .dark_spots = argc > 9};
    echo.pixels = (size_t)echo.shape.width_px * (size_t)echo.shape.height_px;
    echo.residual = arena_take(echo.arena, echo.pixels * sizeof *echo.residual);
    uint16_t *pixels = arena_take(echo.arena, echo.pixels * sizeof *pixels);
    bool worked = echo.file && begin(&echo, &fault, &settings, strtod(argv[8], NULL));
    if (!worked)
        fprintf(stderr, "spots_echo: %s\n", echo.file ? fault.text : "no such file");
    while (worked && read_frame(&echo, pixels))
        tell(&echo, pixels);
    if (echo.file)
        fclose(echo.file);
    arena_close(echo.arena);
    return worked ? 0 : 1;
}
