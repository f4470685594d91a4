/* link_plain.c: spots linked as a textbook does it, by the whole matrix or by the nearest. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */

/* link_plain matrix|nearest FILE
 *
 * FILE is one that inside_link made. matrix: the least sum of squared distances over all tracks and
 * spots of a frame (the Hungarian method, n^2 m), a track or a spot alone at the square of the
 * gate; nearest: each track takes the nearest spot that is free, nearest pairs first. Both remember
 * a track for one frame without a spot, and neither knows a drift. Prints seconds, frames, links
 * and how many of them are wrong. */
#include "plain.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct spot {
    int64_t frame;
    int64_t particle;
    double x_um;
    double y_um;
    double light;
};

struct track {
    int64_t last; /* index of its spot */
    int64_t frame;
};

static const double gate_um2 = 8; /* ten times 4 D dt for 100 nm: 2.8 um */

static void *take(size_t count, size_t size)
{
    void *taken = calloc(count + 1, size);
    must(taken != NULL, "no memory");
    return taken;
}

static double square_um2(const struct spot *one, const struct spot *other)
{
    double x_um = one->x_um - other->x_um, y_um = one->y_um - other->y_um;
    return x_um * x_um + y_um * y_um;
}

/* ---- The whole matrix. ---- */

/* Rows and columns count from 1; column 0 stands for the row that looks for a place. */
struct matrix {
    const double *cost;
    size_t columns;
    double *u; /* of rows */
    double *v; /* of columns */
    double *least;
    size_t *way;
    char *used;
    size_t *column_row; /* 0: free */
};

/* The nearest column that is not yet on the way. */
static size_t nearest_column(const struct matrix *matrix, size_t at, double *shortest)
{
    size_t row = matrix->column_row[at], nearest = 0;
    *shortest = INFINITY;
    for (size_t j = 1; j <= matrix->columns; j++) {
        if (matrix->used[j])
            continue;
        double reduced =
            matrix->cost[(row - 1) * matrix->columns + j - 1] - matrix->u[row] - matrix->v[j];
        if (reduced < matrix->least[j]) {
            matrix->least[j] = reduced;
            matrix->way[j] = at;
        }
        if (matrix->least[j] < *shortest) {
            *shortest = matrix->least[j];
            nearest = j;
        }
    }
    return nearest;
}

static void shift_prices(const struct matrix *matrix, double shortest)
{
    for (size_t j = 0; j <= matrix->columns; j++) {
        if (matrix->used[j]) {
            matrix->u[matrix->column_row[j]] += shortest;
            matrix->v[j] -= shortest;
        } else {
            matrix->least[j] -= shortest;
        }
    }
}

static void place(const struct matrix *matrix, size_t row)
{
    size_t at = 0;
    matrix->column_row[0] = row;
    memset(matrix->used, 0, matrix->columns + 1);
    for (size_t j = 0; j <= matrix->columns; j++)
        matrix->least[j] = INFINITY;
    do {
        double shortest = 0;
        matrix->used[at] = 1;
        size_t next = nearest_column(matrix, at, &shortest);
        shift_prices(matrix, shortest);
        at = next;
    } while (matrix->column_row[at] != 0);
    while (at != 0) {
        size_t before = matrix->way[at];
        matrix->column_row[at] = matrix->column_row[before];
        at = before;
    }
}

/* rows no more than columns; column_row[j] becomes the row of column j. */
static void match(const double *cost, size_t rows, size_t columns, size_t *column_row)
{
    struct matrix matrix = {.cost = cost,
                            .columns = columns,
                            .u = take(rows + 1, sizeof(double)),
                            .v = take(columns + 1, sizeof(double)),
                            .least = take(columns + 1, sizeof(double)),
                            .way = take(columns + 1, sizeof(size_t)),
                            .used = take(columns + 1, 1),
                            .column_row = column_row};
    for (size_t row = 1; row <= rows; row++)
        place(&matrix, row);
    free(matrix.u);
    free(matrix.v);
    free(matrix.least);
    free(matrix.way);
    free(matrix.used);
}

/* taker[j]: the track of spot j, or -1. Behind the spots, each track has a column of its own for
 * being alone. */
static void by_matrix(const struct spot *all, const struct track *tracks, size_t track_count,
                      const struct spot *spots, size_t count, int64_t *taker)
{
    size_t columns = count + track_count;
    double *cost = take(track_count * columns, sizeof *cost);
    size_t *column_row = take(columns + 1, sizeof *column_row);
    for (size_t i = 0; i < track_count; i++)
        for (size_t j = 0; j < columns; j++) {
            double square = j < count ? square_um2(&all[tracks[i].last], &spots[j]) : gate_um2;
            cost[i * columns + j] = square < gate_um2 ? square : gate_um2;
        }
    match(cost, track_count, columns, column_row);
    for (size_t j = 0; j < count; j++) {
        size_t row = column_row[j + 1];
        int linked = row > 0 && cost[(row - 1) * columns + j] < gate_um2;
        taker[j] = linked ? (int64_t)row - 1 : -1;
    }
    free(cost);
    free(column_row);
}

/* ---- The nearest first. ---- */

struct pair {
    double square_um2;
    size_t track;
    size_t spot;
};

static int compare(const void *one, const void *other)
{
    const struct pair *left = one, *right = other;
    return (left->square_um2 > right->square_um2) - (left->square_um2 < right->square_um2);
}

static void by_nearest(const struct spot *all, const struct track *tracks, size_t track_count,
                       const struct spot *spots, size_t count, int64_t *taker)
{
    size_t used = 0, room = 1024;
    struct pair *pairs = take(room, sizeof *pairs);
    char *taken = take(track_count, 1);
    for (size_t i = 0; i < track_count; i++)
        for (size_t j = 0; j < count; j++) {
            double square = square_um2(&all[tracks[i].last], &spots[j]);
            if (square >= gate_um2)
                continue;
            if (used == room) {
                struct pair *larger = realloc(pairs, (room *= 2) * sizeof *pairs);
                must(larger != NULL, "no memory");
                pairs = larger;
            }
            pairs[used++] = (struct pair){square, i, j};
        }
    qsort(pairs, used, sizeof *pairs, compare);
    for (size_t j = 0; j < count; j++)
        taker[j] = -1;
    for (size_t i = 0; i < used; i++)
        if (!taken[pairs[i].track] && taker[pairs[i].spot] < 0) {
            taken[pairs[i].track] = 1;
            taker[pairs[i].spot] = (int64_t)pairs[i].track;
        }
    free(pairs);
    free(taken);
}

/* ---- A video. ---- */

struct video {
    const struct spot *spots;
    size_t count;
    struct track *tracks;
    size_t track_count;
    size_t links;
    size_t wrong;
};

static void take_frame(struct video *video, size_t begin, size_t count, int whole, int64_t *taker)
{
    const struct spot *spots = video->spots + begin;
    size_t kept = 0;
    for (size_t i = 0; i < video->track_count; i++)
        if (spots->frame - video->tracks[i].frame <= 2)
            video->tracks[kept++] = video->tracks[i];
    video->track_count = kept;
    (whole ? by_matrix : by_nearest)(video->spots, video->tracks, kept, spots, count, taker);
    for (size_t j = 0; j < count; j++) {
        struct track seen = {(int64_t)(begin + j), spots->frame};
        if (taker[j] < 0) {
            video->tracks[video->track_count++] = seen;
            continue;
        }
        struct track *track = &video->tracks[taker[j]];
        video->links++;
        video->wrong += video->spots[track->last].particle != spots[j].particle;
        *track = seen;
    }
}

int main(int count, char **words)
{
    uint64_t all = 0;
    must(count == 3, "usage: matrix|nearest FILE");
    FILE *file = fopen(words[2], "rb");
    must(file && fread(&all, sizeof all, 1, file) == 1, "the file is short");
    struct spot *spots = take(all, sizeof *spots);
    must(fread(spots, sizeof *spots, all, file) == all && fclose(file) == 0, "the file is short");
    int64_t *taker = take(all, sizeof *taker);
    struct video video = {spots, all, take(3 * all, sizeof *video.tracks), 0, 0, 0};
    size_t frames = 0;
    double began_s = now_s();
    for (size_t begin = 0, end = 0; begin < all; begin = end, frames++) {
        while (end < all && spots[end].frame == spots[begin].frame)
            end++;
        take_frame(&video, begin, end - begin, strcmp(words[1], "matrix") == 0, taker);
    }
    printf("%.6f %zu %zu %zu\n", now_s() - began_s, frames, video.links, video.wrong);
    free(taker);
    free(spots);
    free(video.tracks);
    return 0;
}
