/* detect_plain.c: spots of frames as a textbook would find and fit them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Usage: detect_plain FILE REPEATS
 *
 * Reads what inside_detect made: width, height and frames in 64 bits each, frames in bytes. The
 * median of all frames by sorting; three Gaussians, each less a wide one, by sums over rows and
 * columns; local maxima above 5.2 standard deviations that no stronger one is near to; and a
 * Gaussian of free width by Fisher scoring on 15 x 15 pixels for each. Prints the same words as
 * inside_detect, where it has such a stage. */

#define SCALES 4
#define RADIUS_MOST 24
#define SPOTS_MOST 100000
#define HALF 7
#define UNKNOWNS 5

static const double sds[SCALES] = {1.4, 2.4, 4, 8};
static const double gain = 0.25;
static const double read_dn = 0.58;

static size_t width;
static size_t height;
static size_t frames;
static unsigned char *video;
static float *level;
static float *residual;
static float *white;
static float *passing;
static float *blurred[SCALES];
static double noises[SCALES];

struct spot {
    size_t x;
    size_t y;
    int scale;
    double strength;
    double fit[UNKNOWNS]; /* x, y, sd, light, level */
};

static struct spot *spots;
static size_t spot_count;

static void must(int worked, const char *sentence)
{
    if (worked)
        return;
    fprintf(stderr, "detect_plain: %s\n", sentence);
    exit(1);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_byte(const void *a, const void *b)
{
    return *(const unsigned char *)a - *(const unsigned char *)b;
}

static void learn(void)
{
    unsigned char *values = malloc(frames);
    size_t high = frames / 2;
    size_t low = (frames - 1) / 2;
    must(values != NULL, "no memory");
    for (size_t i = 0; i < width * height; i++) {
        for (size_t f = 0; f < frames; f++)
            values[f] = video[f * width * height + i];
        qsort(values, frames, 1, by_byte);
        level[i] = (float)(values[high] + values[low]) / 2;
    }
    free(values);
}

static void subtract(const unsigned char *frame)
{
    for (size_t i = 0; i < width * height; i++)
        residual[i] = (float)frame[i] - level[i];
}

static int taps_make(double sd, float *taps)
{
    int radius = (int)ceil(3 * sd);
    double sum = 0;
    for (int k = -radius; k <= radius; k++)
        sum += exp(-(double)k * k / (2 * sd * sd));
    for (int k = -radius; k <= radius; k++)
        taps[k + radius] = (float)(exp(-(double)k * k / (2 * sd * sd)) / sum);
    return radius;
}

static void add_row(float *restrict to, const float *restrict from, float tap, size_t first,
                    size_t last)
{
    for (size_t x = first; x < last; x++)
        to[x] += tap * from[x];
}

static void blur_down(const float *in, const float *taps, int radius)
{
    memset(passing, 0, width * height * sizeof *passing);
    for (size_t y = 0; y < height; y++)
        for (int k = -radius; k <= radius; k++) {
            ptrdiff_t row = (ptrdiff_t)y + k;
            if (row >= 0 && row < (ptrdiff_t)height)
                add_row(passing + y * width, in + row * (ptrdiff_t)width, taps[k + radius], 0,
                        width);
        }
}

static void blur_across(float *out, const float *taps, int radius)
{
    memset(out, 0, width * height * sizeof *out);
    for (size_t y = 0; y < height; y++)
        for (int k = -radius; k <= radius; k++)
            add_row(out + y * width, passing + y * width + k, taps[k + radius],
                    k < 0 ? (size_t)-k : 0, k > 0 ? width - (size_t)k : width);
}

static void blur(const float *in, float *out, double sd)
{
    float taps[2 * RADIUS_MOST + 1] = {0};
    int radius = taps_make(sd, taps);
    blur_down(in, taps, radius);
    blur_across(out, taps, radius);
}

static void filter(void)
{
    for (size_t i = 0; i < width * height; i++)
        white[i] = residual[i] / (float)sqrt(read_dn * read_dn + gain * (double)level[i]);
    for (int s = 0; s < SCALES; s++)
        blur(white, blurred[s], sds[s]);
    for (int s = 0; s + 1 < SCALES; s++) {
        double a = sds[s] * sds[s];
        double b = sds[SCALES - 1] * sds[SCALES - 1];
        noises[s] = sqrt((1 / (4 * a) + 1 / (4 * b) - 1 / (a + b)) / M_PI);
        for (size_t i = 0; i < width * height; i++)
            blurred[s][i] = (blurred[s][i] - blurred[SCALES - 1][i]) / (float)noises[s];
    }
}

static int by_strength(const void *a, const void *b)
{
    const struct spot *left = a;
    const struct spot *right = b;
    return (left->strength < right->strength) - (left->strength > right->strength);
}

static int is_highest(const float *picture, size_t x, size_t y)
{
    float middle = picture[y * width + x];
    for (size_t v = y - 1; v <= y + 1; v++)
        for (size_t u = x - 1; u <= x + 1; u++)
            if (picture[v * width + u] > middle)
                return 0;
    return 1;
}

static void find_in(int scale)
{
    const float *picture = blurred[scale];
    for (size_t y = HALF; y + HALF < height; y++)
        for (size_t x = HALF; x + HALF < width; x++) {
            float strength = picture[y * width + x];
            if (strength > 5.2F && is_highest(picture, x, y) && spot_count < SPOTS_MOST)
                spots[spot_count++] =
                    (struct spot){.x = x, .y = y, .scale = scale, .strength = (double)strength};
        }
}

static void find(void)
{
    spot_count = 0;
    for (int s = 0; s + 1 < SCALES; s++)
        find_in(s);
    qsort(spots, spot_count, sizeof *spots, by_strength);
    size_t kept = 0;
    for (size_t i = 0; i < spot_count; i++) {
        int own = 1;
        for (size_t j = 0; j < kept && own; j++)
            own = hypot((double)spots[i].x - (double)spots[j].x,
                        (double)spots[i].y - (double)spots[j].y) > 2 * sds[spots[j].scale];
        if (own)
            spots[kept++] = spots[i];
    }
    spot_count = kept;
}

/* Light on one pixel, and what it changes by. */
static double model(const double *fit, double x, double y, double *slopes)
{
    double narrow = 1 / (M_SQRT2 * fit[2]);
    double density = 1 / (fit[2] * sqrt(2 * M_PI));
    double u[2] = {x - 0.5 - fit[0], x + 0.5 - fit[0]};
    double v[2] = {y - 0.5 - fit[1], y + 0.5 - fit[1]};
    double across = (erf(u[1] * narrow) - erf(u[0] * narrow)) / 2;
    double along = (erf(v[1] * narrow) - erf(v[0] * narrow)) / 2;
    double g[4];
    for (int i = 0; i < 2; i++) {
        g[i] = density * exp(-u[i] * u[i] * narrow * narrow);
        g[2 + i] = density * exp(-v[i] * v[i] * narrow * narrow);
    }
    slopes[0] = fit[3] * (g[0] - g[1]) * along;
    slopes[1] = fit[3] * (g[2] - g[3]) * across;
    slopes[2] = fit[3] / fit[2] *
                ((u[0] * g[0] - u[1] * g[1]) * along + (v[0] * g[2] - v[1] * g[3]) * across);
    slopes[3] = across * along;
    slopes[4] = 1;
    return fit[3] * slopes[3] + fit[4];
}

static void solve(double matrix[UNKNOWNS][UNKNOWNS], double *right)
{
    for (int i = 0; i < UNKNOWNS; i++)
        for (int j = i + 1; j < UNKNOWNS; j++) {
            double factor = matrix[j][i] / matrix[i][i];
            for (int k = i; k < UNKNOWNS; k++)
                matrix[j][k] -= factor * matrix[i][k];
            right[j] -= factor * right[i];
        }
    for (int i = UNKNOWNS; i-- > 0;) {
        for (int k = i + 1; k < UNKNOWNS; k++)
            right[i] -= matrix[i][k] * right[k];
        right[i] /= matrix[i][i];
    }
}

static double limited(double value, double most)
{
    return value > most ? most : value < -most ? -most : value;
}

/* One step; answers how far the place moved. */
static double step(struct spot *spot)
{
    double matrix[UNKNOWNS][UNKNOWNS] = {{0}};
    double right[UNKNOWNS] = {0};
    for (size_t y = spot->y - HALF; y <= spot->y + HALF; y++)
        for (size_t x = spot->x - HALF; x <= spot->x + HALF; x++) {
            double slopes[UNKNOWNS];
            double light = model(spot->fit, (double)x, (double)y, slopes);
            double dark = read_dn * read_dn + gain * (double)level[y * width + x];
            double variance = fmax(dark + gain * light, dark / 4);
            double missing = (double)residual[y * width + x] - light;
            for (int i = 0; i < UNKNOWNS; i++) {
                right[i] += slopes[i] * missing / variance;
                for (int j = 0; j < UNKNOWNS; j++)
                    matrix[i][j] += slopes[i] * slopes[j] / variance;
            }
        }
    solve(matrix, right);
    spot->fit[0] += limited(right[0], 1);
    spot->fit[1] += limited(right[1], 1);
    spot->fit[2] = fmin(fmax(spot->fit[2] + limited(right[2], 0.5), 0.5), 12);
    spot->fit[3] = fmax(spot->fit[3] + limited(right[3], spot->fit[3] / 2), 1);
    spot->fit[4] += limited(right[4], 10);
    return fabs(right[0]) + fabs(right[1]);
}

static void locate(void)
{
    for (size_t i = 0; i < spot_count; i++) {
        struct spot *spot = &spots[i];
        double sd = sds[spot->scale];
        double dark = read_dn * read_dn + gain * (double)level[spot->y * width + spot->x];
        double fit[UNKNOWNS] = {(double)spot->x, (double)spot->y, sd,
                                spot->strength * sqrt(dark) * 2 * sd * sqrt(M_PI), 0};
        memcpy(spot->fit, fit, sizeof fit);
        for (int s = 0; s < 20 && step(spot) > 0.003; s++)
            ;
    }
}

static void *room(size_t bytes)
{
    void *memory = calloc(bytes, 1);
    must(memory != NULL, "no memory");
    return memory;
}

static void read_video(const char *path)
{
    uint64_t size[3];
    FILE *file = fopen(path, "rb");
    must(file && fread(size, sizeof size, 1, file) == 1, "the file is short");
    width = size[0];
    height = size[1];
    frames = size[2];
    video = room(width * height * frames);
    must(fread(video, width * height, frames, file) == frames, "the file is short");
    fclose(file);
    level = room(width * height * sizeof(float));
    residual = room(width * height * sizeof(float));
    white = room(width * height * sizeof(float));
    passing = room(width * height * sizeof(float));
    for (int s = 0; s < SCALES; s++)
        blurred[s] = room(width * height * sizeof(float));
    spots = room(SPOTS_MOST * sizeof *spots);
}

int main(int argc, char **argv)
{
    must(argc == 3, "called as: FILE REPEATS");
    read_video(argv[1]);
    for (long r = strtol(argv[2], NULL, 10); r > 0; r--) {
        double spent[4] = {0};
        size_t found = 0;
        double began = now_s();
        learn();
        double learned = now_s() - began;
        for (size_t f = 0; f < frames; f++) {
            double times[5] = {now_s()};
            subtract(video + f * width * height);
            times[1] = now_s();
            filter();
            times[2] = now_s();
            find();
            times[3] = now_s();
            locate();
            times[4] = now_s();
            for (int t = 0; t < 4; t++)
                spent[t] += (times[t + 1] - times[t]) / (double)frames;
            found += spot_count;
        }
        double ns = 1e9 / (double)(width * height);
        printf("learn_ms %.1f background_ns %.3f filter_ns %.3f find_ns %.3f spots %.1f "
               "frames_per_s %.1f\n",
               1e3 * learned, spent[0] * ns, spent[1] * ns, (spent[1] + spent[2] + spent[3]) * ns,
               (double)found / (double)frames, 1 / (spent[0] + spent[1] + spent[2] + spent[3]));
    }
    return 0;
}
