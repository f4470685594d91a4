/* nanosight_example.h: what would NTA write for particles that we know? All values are invented;
 * the figures come from unrounded bins, as the instrument's do. */
#ifndef SUPPORT_NANOSIGHT_EXAMPLE_H
#define SUPPORT_NANOSIGHT_EXAMPLE_H

#include "base/arena.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { EXAMPLE_BINS = 1000, EXAMPLE_VIDEOS = 70, EXAMPLE_BYTES = 8 << 20 };

struct example {
    size_t videos;
    bool left_edge;       /* as NTA 3.2 prints percentiles, its version and its rows */
    bool crlf;            /* line ends of Windows */
    bool padded;          /* every row filled with commas to the same width */
    bool without_average; /* no columns Average and Standard Error */
    bool leaves_empty;    /* the averages leave empty videos out */
    size_t empty;         /* this many of the first videos hold nothing */
    size_t tables;        /* weightings listed and written, at least the one by number */
    const char *dilution; /* NULL stands for "Not recorded" */
    const char *remark;
    const char *noise; /* of the first video; NULL stands for "No" */
    const char *count; /* the instrument's word on the particles per frame of the first video */
};

struct example_figures {
    double sum, mean, mode, sd;
    double percentiles[101];
};

struct example_text {
    char *bytes;
    size_t size;
    const struct example *example;
    double bins[EXAMPLE_VIDEOS][EXAMPLE_BINS];
    struct example_figures figures[EXAMPLE_VIDEOS];
};

static inline void example_put(struct example_text *text, const char *format, ...)
    PRINTF_LIKE(2, 3);

static inline void example_put(struct example_text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    text->size +=
        (size_t)vsnprintf(text->bytes + text->size, EXAMPLE_BYTES - text->size, format, list);
    va_end(list);
}

/* Ends a row; commas counts those that it has so far. */
static inline void example_end(struct example_text *text, size_t commas)
{
    for (size_t i = commas; text->example->padded && i < text->example->videos + 4; i++)
        example_put(text, ",");
    example_put(text, "%s%s", text->example->padded ? "" : ",",
                text->example->crlf ? "\r\n" : "\n");
}

static inline void example_line(struct example_text *text, const char *label, const char *value)
{
    example_put(text, "%s,%s", label, value);
    example_end(text, 1);
}

/* One text for every video, another one for the first. */
static inline void example_row(struct example_text *text, const char *label, const char *first,
                               const char *others)
{
    example_put(text, "%s", label);
    for (size_t i = 0; i < text->example->videos; i++)
        example_put(text, ",%s", i ? others : first);
    example_end(text, text->example->videos);
}

/* Two log-normal peaks whose size and height differ a little from video to video. */
static inline void example_fill(struct example_text *text, size_t video)
{
    struct example_figures *figures = &text->figures[video];
    double *bins = text->bins[video];
    double shift = 1 + 0.01 * (double)(video % 5);
    double squares = 0;
    for (size_t i = 0; i < EXAMPLE_BINS && video >= text->example->empty; i++) {
        double size = (double)i + 0.5;
        double narrow = log(size / (96 * shift)) / 0.11;
        double wide = log(size / 180) / 0.16;
        bins[i] = 2.1e7 * shift * exp(-narrow * narrow / 2) + 1.3e6 * exp(-wide * wide / 2);
        figures->sum += bins[i];
        figures->mean += bins[i] * size;
    }
    if (figures->sum <= 0)
        return;
    figures->mean /= figures->sum;
    double before = 0;
    size_t top = 1;
    size_t done = 0;
    for (size_t i = 0; i < EXAMPLE_BINS; i++) {
        double distance = (double)i + 0.5 - figures->mean;
        squares += bins[i] * distance * distance;
        top = bins[i] > bins[top] ? i : top;
        for (; bins[i] > 0 && done < 101 && before + bins[i] >= (double)done / 100 * figures->sum;
             done++)
            figures->percentiles[done] =
                (double)i + ((double)done / 100 * figures->sum - before) / bins[i];
        before += bins[i];
    }
    for (; done < 101; done++)
        figures->percentiles[done] = EXAMPLE_BINS;
    double bend = bins[top - 1] - 2 * bins[top] + bins[top + 1];
    figures->sd = sqrt(squares / figures->sum);
    figures->mode = (double)top + 0.5 + (bins[top - 1] - bins[top + 1]) / (2 * bend);
    for (size_t i = 0; i < 101; i++)
        figures->percentiles[i] -= text->example->left_edge ? 1 : 0;
    figures->percentiles[0] = fmax(0, figures->percentiles[0]);
}

/* The columns Average and Standard Error over a row of values. */
static inline void example_average(const struct example_text *text, const double *values,
                                   double *mean, double *error)
{
    const struct example *example = text->example;
    size_t first = example->leaves_empty ? example->empty : 0;
    double count = (double)(example->videos - first);
    double squares = 0;
    *mean = 0;
    for (size_t i = first; i < example->videos; i++)
        *mean += values[i] / count;
    for (size_t i = first; i < example->videos; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *error = count > 1 ? sqrt(squares / (count - 1) / count) : 0;
}

static inline void example_numbers(struct example_text *text, const char *label,
                                   const double *values, int digits)
{
    const struct example *example = text->example;
    double both[2];
    example_average(text, values, &both[0], &both[1]);
    example_put(text, "%s", label);
    for (size_t i = 0; i < example->videos + (example->without_average ? 0 : 2); i++) {
        double value = i < example->videos ? values[i] : both[i - example->videos];
        if (digits < 0)
            example_put(text, ",%.*e", -digits, value);
        else
            example_put(text, ",%.*f", digits, value);
    }
    example_end(text, example->videos + (example->without_average ? 0 : 2));
}

static inline void example_head(struct example_text *text)
{
    const struct example *example = text->example;
    const char *program = example->left_edge ? "NTA 3.2 Dev Build 3.2.16" : "NTA 3.4 Build 3.4.003";
    example_put(text, "NTA Experiment Summary File");
    example_end(text, 0);
    example_put(text, "Created with %s", program);
    example_end(text, 0);
    example_line(text, "", "");
    example_line(text, "[Experiment Details]", "");
    example_line(text, "Software Version", example->left_edge ? "Unknown" : program);
    example_line(text, "Experiment Name", "invented.nano");
    example_line(text, example->left_edge ? "Sample Name" : "Sample Description", "lot L-0007");
    example_line(text, "Time Captured", "09:08:07  29/02/2024");
    example_line(text, "Diluent", "PBS");
    example_line(text, "Remarks", example->remark ? example->remark : "\"two peaks, invented\"");
    example_put(text, "Filename:");
    for (size_t i = 0; i < example->videos; i++)
        example_put(text, ",lot_%02zu", i);
    example_end(text, example->videos);
    if (!example->left_edge)
        example_row(text, "Processed", "Yes", "Yes");
    example_line(text, "[Conditions]", "");
    example_put(text, "Temperature/C");
    for (size_t i = 0; i < example->videos; i++)
        example_put(text, ",24.9%02zu", i);
    example_end(text, example->videos);
    example_row(text, "Viscosity/cP", "0.890", "0.890");
    example_row(text, "Camera Type", "sCMOS", "sCMOS");
    example_row(text, "Laser Type", "Blue488", "Blue488");
    example_row(text, "Camera Level", "13", "13");
    example_row(text, "Slider Shutter", "1232", "1232");
    example_row(text, "Slider Gain", "219", "219");
    example_row(text, "Shutter/ms", "30.8", "30.8");
    example_row(text, "Frame rate/fps", "25", "25");
    example_row(text, "Syringe Pump Speed/AU", "50", "50");
    example_line(text, "[Settings]", "");
    example_row(text, "Detection Threshold", "5", "5");
    example_row(text, "Blur", "Auto", "Auto");
    example_row(text, "Min Track Length", "Auto", "Auto");
    example_row(text, "Total frames analysed", "1500", "1500");
}

static inline void example_results(struct example_text *text)
{
    const struct example *example = text->example;
    double sums[EXAMPLE_VIDEOS] = {0};
    double counts[EXAMPLE_VIDEOS] = {0};
    for (size_t i = 0; i < example->videos; i++) {
        sums[i] = text->figures[i].sum;
        counts[i] = sums[i] / 1e7;
    }
    example_put(text, "[Results]");
    for (size_t i = 0; i < example->videos; i++)
        example_put(text, ",");
    if (!example->without_average)
        example_put(text, ",Average,Standard Error");
    example_end(text, example->videos + (example->without_average ? 0 : 2));
    const char *dilution = example->dilution ? example->dilution : "Not recorded";
    example_row(text, "Dilution factor (concentrations adjusted for this factor)", dilution,
                dilution);
    example_numbers(text, "Concentration (Particles / ml)", sums, -2);
    example_numbers(text, "Particles per frame", counts, 1);
    example_numbers(text, "Centres per frame", counts, 1);
    example_row(text, "Completed tracks", "4100", "4200");
    example_row(text, "X-Drift (pix/frame)", "-3.8", "-3.9");
    example_row(text, "Y-Drift (pix/frame)", "-0.0", "0.1");
    example_line(text, "[Concentration Warnings]", "");
    example_row(text, "Validity of concentration measurement", "OK", "OK");
    example_row(text, "Particles per frame", example->count ? example->count : "OK", "OK");
    example_row(text, "Noise level", example->noise ? example->noise : "No", "No");
    example_line(text, "[Information]", "");
    example_row(text, "Concentration", "OK", "OK");
    example_row(text, "Noise level", "No", "No");
    example_row(text, "Vibration detected", "No", "No");
    example_row(text, "Vibration correction applied", "Yes", "Yes");
    example_row(text, "Errors (1)", "", "");
}

static inline void example_sizes(struct example_text *text)
{
    static const char *const labels[] = {"Mean", "Mode", "SD", "D10", "D50", "D90"};
    const struct example *example = text->example;
    example_line(text, "[Size Data]", "");
    example_line(text, "Analysis Method", "FTLA");
    example_line(text, "Weighting", "Number");
    example_put(text, "Filename");
    for (size_t i = 0; i < example->videos; i++)
        example_put(text, ",lot_%02zu", i);
    if (!example->without_average)
        example_put(text, ",Average,Standard Error");
    example_end(text, example->videos + (example->without_average ? 0 : 2));
    for (size_t figure = 0; figure < 6; figure++) {
        double values[EXAMPLE_VIDEOS] = {0};
        for (size_t i = 0; i < example->videos; i++) {
            const struct example_figures *f = &text->figures[i];
            const double all[] = {
                f->mean,           f->mode, f->sd, f->percentiles[10], f->percentiles[50],
                f->percentiles[90]};
            values[i] = all[figure];
        }
        example_numbers(text, labels[figure], values, 1);
    }
    example_row(text, "Valid Tracks", "1800.0", "1900.0");
    example_line(text, "Graph Data", "");
}

static inline void example_tables(struct example_text *text)
{
    const struct example *example = text->example;
    example_put(text, "Bin centre (nm)");
    for (size_t i = 0; i < example->videos; i++)
        example_put(text, ",%sConcentration (particles / ml)", i ? "" : " ");
    if (!example->without_average)
        example_put(text, ",Concentration average,Standard Error");
    example_end(text, example->videos + (example->without_average ? 0 : 2));
    for (size_t bin = 0; bin < EXAMPLE_BINS; bin++) {
        double values[EXAMPLE_VIDEOS] = {0};
        char label[16];
        for (size_t i = 0; i < example->videos; i++)
            values[i] = text->bins[i][bin];
        snprintf(label, sizeof label, "%zu.5", bin);
        example_numbers(text, label, values, 0);
    }
    example_line(text, "", "");
    example_row(text, "Percentile", "Size (nm)", "Size (nm)");
    for (size_t i = 0; i < 101; i++) {
        example_put(text, "%zu", i);
        for (size_t video = 0; video < example->videos; video++)
            example_put(text, ",%.1f", text->figures[video].percentiles[i]);
        example_end(text, example->videos);
    }
    for (size_t table = 1; table < example->tables; table++) {
        example_line(text, "", "");
        example_line(text, "Weighting", table == 1 ? "Surface Area" : "Volume");
        example_row(text, "0.5", "0", "0");
        example_row(text, "Percentile", "Size (nm)", "Size (nm)");
        example_row(text, "0", "1.0", "1.0");
        example_row(text, "100", "999.0", "999.0");
    }
}

/* The whole file; it lives in the arena. */
static inline struct example_text *example_write(struct arena *arena, const struct example *example)
{
    static const char *const weightings[] = {"Number", "Surface area", "Volume"};
    struct example_text *text = arena_take(arena, sizeof *text);
    text->bytes = arena_take(arena, EXAMPLE_BYTES);
    text->example = example;
    for (size_t i = 0; i < example->videos; i++)
        example_fill(text, i);
    example_head(text);
    example_results(text);
    example_line(text, "[Data Included]", "");
    for (size_t i = 0; i < (example->tables ? example->tables : 1) && i < 3; i++) {
        example_put(text, "Size distribution - %s weighting - With Percentiles", weightings[i]);
        example_end(text, 0);
    }
    example_sizes(text);
    example_tables(text);
    return text;
}

/* The file with the first occurrence of one text replaced by another, or NULL where it has none. */
static inline const char *example_changed(struct arena *arena, const struct example *example,
                                          const char *from, const char *to)
{
    const struct example_text *text = example_write(arena, example);
    const char *found = strstr(text->bytes, from);
    if (!found)
        return NULL;
    return arena_print(arena, "%.*s%s%s", (int)(found - text->bytes), text->bytes, to,
                       found + strlen(from));
}

#endif
