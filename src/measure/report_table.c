/* report_table.c: positions and sizes of tracks as comma-separated text. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The fewest digits that give the same number back. */
static void add_exact(struct text *out, double number)
{
    char digits[32];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    text_add(out, digits);
}

/* A frame behind which a video ends, and in which no particle was tracked. */
static void add_last_frame(const struct track_table *table, size_t video, int64_t seen,
                           struct text *out)
{
    if ((int64_t)table->video_frames[video] > seen + 1)
        text_print(out, "%zu,%zu,,,,\n", video + 1, table->video_frames[video] - 1);
}

void report_tracks(const struct report *report, struct text *out)
{
    const struct track_table *table = report->measurement->table;
    size_t next = 0;
    text_add(out, "video,frame,particle,x_um,y_um,brightness\n");
    for (size_t video = 0; video < table->videos; video++) {
        int64_t last = -1;
        for (; next < table->observation_count; next++) {
            const struct observation *seen = &table->observations[next];
            if (seen->video != video)
                break;
            last = seen->frame > last ? seen->frame : last;
            text_print(out, "%zu,%d,%lld,", video + 1, (int)seen->frame, (long long)seen->particle);
            add_exact(out, seen->x_um);
            text_add(out, ",");
            add_exact(out, seen->y_um);
            text_add(out, ",");
            if (isfinite(seen->brightness))
                add_exact(out, seen->brightness);
            text_add(out, "\n");
        }
        add_last_frame(table, video, last, out);
    }
}

static void add_number(struct text *out, double number)
{
    text_add(out, ",");
    if (isfinite(number))
        text_print(out, "%.6g", number);
}

static double size_of(const struct report *report, double diffusion_um2_per_s)
{
    double size_nm = NAN;
    return measure_diameter_nm(diffusion_um2_per_s, &report->settings->medium, &size_nm) == MEASURED
               ? size_nm
               : NAN;
}

/* Of an object that diffuses so fast: a fast one is small. */
static void add_sizes(const struct report *report, const struct measure_diffusion *found,
                      struct text *out)
{
    add_number(out, found->diffusion_um2_per_s);
    add_number(out, found->low_um2_per_s);
    add_number(out, found->high_um2_per_s);
    add_number(out, size_of(report, found->diffusion_um2_per_s));
    add_number(out, size_of(report, found->high_um2_per_s));
    add_number(out, size_of(report, found->low_um2_per_s));
}

void report_sizes(const struct report *report, struct text *out)
{
    const struct measurement *measurement = report->measurement;
    const struct track_table *table = measurement->table;
    text_add(out, "video,particle,first_frame,last_frame,positions,brightness,brightness_class,"
                  "noise_nm,diffusion_um2_per_s,diffusion_low,diffusion_high,size_nm,size_low_nm,"
                  "size_high_nm,deviation_sd\n");
    for (size_t i = 0; i < measurement->sized_count; i++) {
        const struct measurement_track *sized = &measurement->sized[i];
        const struct measure_track *track = &measurement->tracks[sized->track];
        size_t source = measurement->source[sized->track];
        text_print(out, "%u,%lld,%d,%d,%zu", track->video + 1,
                   (long long)table->observations[table->first[source]].particle,
                   (int)track->frames[0], (int)track->frames[track->positions - 1],
                   track->positions);
        add_number(out, exp(table->brightness[source]));
        text_print(out, ",%u", track->brightness + 1);
        add_number(out, sqrt(fmax(0, track->noise_um2)) * 1e3);
        add_sizes(report, &sized->diffusion, out);
        add_number(out, sized->deviation);
        text_add(out, "\n");
    }
}
