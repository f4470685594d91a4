/* reported.c: from the numbers of a report to the texts of a record. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/reported.h"

#include <math.h>

static const struct field value_fields[] = {
    FIELD(struct reported_value, name, .help = "What the number is"),
    FIELD(struct reported_value, value, .help = "Value"),
    FIELD(struct reported_value, low, .help = "Lower end of the interval of 95 %"),
    FIELD(struct reported_value, high, .help = "Upper end"),
    FIELD(struct reported_value, uncertainty, .help = "Expanded uncertainty"),
    FIELD(struct reported_value, unit, .help = "Unit of them"),
};
const struct schema measured_sample_value_schema =
    SCHEMA("measured_sample_value", struct reported_value, value_fields);

struct measured_flag {
    const char *flag;
    const char *state;
    struct real value;
    struct real limit;
    const char *unit;
    int64_t video;
    const char *effect;
};
static const struct field flag_fields[] = {
    FIELD(struct measured_flag, flag, .help = "What a reader of the numbers must know"),
    FIELD(struct measured_flag, state, .help = "fine, warn, fail, or unknown: not looked at"),
    FIELD(struct measured_flag, value, .help = "What was seen"),
    FIELD(struct measured_flag, limit, .help = "The limit that it is held against"),
    FIELD(struct measured_flag, unit, .help = "Unit of both"),
    FIELD(struct measured_flag, video, .help = "Video that it belongs to, from 1; 0: all of them"),
    FIELD(struct measured_flag, effect, .longest = 400, .help = "What it does to the result"),
};
static const struct schema flag_schema = SCHEMA("measured_flag", struct measured_flag, flag_fields);

static const struct field measured_fields[] = {
    FIELD(struct measured_sample, assay, .help = "Code of the assay"),
    FIELD(struct measured_sample, lot, .help = "Lot"),
    FIELD(struct measured_sample, program, .help = "Program that measured, with its version"),
    FIELD(struct measured_sample, frame_ms, .unit = "ms", .help = "From one frame to the next"),
    FIELD(struct measured_sample, exposure_ms, .unit = "ms",
          .help = "How long each exposure lasted"),
    FIELD(struct measured_sample, exposure_assumed, .help = "Nobody recorded the exposure"),
    FIELD(struct measured_sample, temperature_c, .unit = "C", .help = "Temperature of the sample"),
    FIELD(struct measured_sample, temperature_assumed, .help = "Nobody measured the temperature"),
    FIELD(struct measured_sample, viscosity_mpa_s, .unit = "mPa s",
          .help = "Viscosity of the medium"),
    FIELD(struct measured_sample, viscosity_of_water, .help = "That of water at this temperature"),
    FIELD(struct measured_sample, medium, .help = "Medium, as it was named"),
    FIELD(struct measured_sample, pixel_nm, .unit = "nm", .help = "Size of a pixel in the sample"),
    FIELD(struct measured_sample, depth_um, .unit = "um",
          .help = "Depth in view, where it is known"),
    FIELD(struct measured_sample, dilution,
          .help = "Dilution that the concentration was computed with"),
    FIELD(struct measured_sample, min_positions,
          .help = "Positions of the shortest track with a size"),
    FIELD(struct measured_sample, bootstraps, .help = "Resamplings for the intervals"),
    FIELD(struct measured_sample, seed, .help = "What they were drawn from"),
    FIELD(struct measured_sample, tracks, .help = "Tracks that the sizes come from"),
    FIELD(struct measured_sample, worst_flag, .help = "Worst state of a flag: fine, warn or fail"),
    FIELD(struct measured_sample, figures, .of = &measured_sample_value_schema,
          .help = "Results with their uncertainty"),
    FIELD(struct measured_sample, flags, .of = &flag_schema, .help = "What to doubt in them"),
};
const struct schema measured_sample_schema =
    SCHEMA("measured_sample", struct measured_sample, measured_fields);
const struct table measured_sample_table = {"measured_sample", &measured_sample_schema, "assay",
                                            "lot", TABLE_VIEW};

bool reported_read(struct work *work, const struct file *report, struct report_reading *reading)
{
    return report_read(work->arena, &work->fault, report->bytes, report->size,
                       work->record->catalogue->program, reading);
}

static struct real real_from(struct arena *arena, const struct reported_number *number)
{
    return number->known ? real_of(arena, number->value) : (struct real){0};
}

static void add_value(struct rows *values, const struct reported_value *value)
{
    if (value->value.text)
        ROWS(*values, struct reported_value)[values->count++] = *value;
}

/* The wider side of a resampled interval stands for the expanded uncertainty. */
static void add_figure(struct arena *arena, struct rows *values, const char *name, const char *unit,
                       const struct reported_figure *figure)
{
    struct reported_value value = {.name = name,
                                   .value = real_from(arena, &figure->value),
                                   .low = real_from(arena, &figure->low),
                                   .high = real_from(arena, &figure->high),
                                   .unit = unit};
    const double middle = figure->value.value;
    if (figure->low.known)
        value.uncertainty =
            real_of(arena, fmax(middle - figure->low.value, figure->high.value - middle));
    add_value(values, &value);
}

static void add_concentration(struct arena *arena, struct rows *values,
                              const struct report_reading *reading)
{
    const struct reported_concentration *found = &reading->concentration;
    struct reported_value value = {.name = "particles_per_ml",
                                   .value = real_from(arena, &found->per_ml),
                                   .low = real_from(arena, &found->low_per_ml),
                                   .high = real_from(arena, &found->high_per_ml),
                                   .unit = "1/ml"};
    if (!reading->concentration_known)
        return;
    if (found->expanded_k2.known)
        value.uncertainty = real_of(arena, found->expanded_k2.value * found->per_ml.value);
    add_value(values, &value);
}

static void add_limit(struct arena *arena, struct rows *values,
                      const struct report_reading *reading)
{
    const struct reported_limit *limit = &reading->limit;
    const struct {
        const char *name;
        const struct reported_number *number;
        const char *unit;
    } rows[] = {{"detection_d50_nm", &limit->d50_nm, "nm"},
                {"detection_d95_nm", &limit->d95_nm, "nm"},
                {"particles_at_or_above_d95_per_ml", &limit->at_or_above_d95_per_ml, "1/ml"},
                {"share_at_or_above_d95", &limit->share_at_or_above_d95, NULL}};
    for (size_t i = 0; reading->limit_known && i < sizeof rows / sizeof *rows; i++)
        add_value(values, &(struct reported_value){.name = rows[i].name,
                                                   .value = real_from(arena, rows[i].number),
                                                   .unit = rows[i].unit});
}

static void fill_values(struct arena *arena, const struct report_reading *reading,
                        struct rows *values)
{
    enum { MOST = 12 };
    const struct reported_sizes *sizes = &reading->sizes;
    *values = (struct rows){0, arena_take(arena, MOST * sizeof(struct reported_value))};
    add_concentration(arena, values, reading);
    add_figure(arena, values, "mean_nm", "nm", &sizes->mean_nm);
    add_figure(arena, values, "mode_nm", "nm", &sizes->mode_nm);
    add_figure(arena, values, "d10_nm", "nm", &sizes->d10_nm);
    add_figure(arena, values, "d50_nm", "nm", &sizes->d50_nm);
    add_figure(arena, values, "d90_nm", "nm", &sizes->d90_nm);
    add_figure(arena, values, "span", NULL, &sizes->span);
    add_limit(arena, values, reading);
}

static void fill_flags(struct arena *arena, const struct report_reading *reading,
                       struct rows *flags)
{
    struct measured_flag *items = arena_take(arena, FLAGS * sizeof *items);
    *flags = (struct rows){FLAGS, items};
    for (size_t i = 0; i < FLAGS; i++) {
        const struct reported_flag *flag = &reading->flags[i];
        const struct flag_meaning *meaning = flag_meaning(flag->kind);
        items[i] = (struct measured_flag){
            .flag = meaning->name,
            .state = flag_state_name(flag->state),
            .value = real_from(arena, &flag->value),
            .limit = real_from(arena, &flag->limit),
            .unit = *meaning->unit ? meaning->unit : NULL,
            .video = flag->video,
            .effect = flag->state > FLAG_FINE ? meaning->effect : NULL,
        };
    }
}

void measured_sample_fill(struct arena *arena, const struct report_reading *reading,
                          struct measured_sample *measured)
{
    const struct reported_settings *settings = &reading->settings;
    *measured = (struct measured_sample){
        .assay = measured->assay,
        .lot = measured->lot,
        .program = reading->program,
        .frame_ms = real_from(arena, &settings->frame_ms),
        .exposure_ms = real_from(arena, &settings->exposure_ms),
        .exposure_assumed = settings->exposure_assumed,
        .temperature_c = real_from(arena, &settings->temperature_c),
        .temperature_assumed = settings->temperature_assumed,
        .viscosity_mpa_s = real_from(arena, &settings->viscosity_mpa_s),
        .viscosity_of_water = settings->viscosity_of_water,
        .medium = *settings->medium ? settings->medium : NULL,
        .pixel_nm = real_from(arena, &settings->pixel_nm),
        .depth_um = real_from(arena, &settings->depth_um),
        .dilution = real_from(arena, &reading->concentration.dilution),
        .min_positions = settings->min_positions,
        .bootstraps = settings->bootstraps,
        .seed = settings->seed,
        .tracks = reading->tracks_used,
        .worst_flag = flag_state_name(reading->worst),
    };
    fill_values(arena, reading, &measured->figures);
    fill_flags(arena, reading, &measured->flags);
}

const struct reported_value *measured_sample_value(const struct measured_sample *measured,
                                                   const char *name)
{
    for (size_t i = 0; i < measured->figures.count; i++) {
        const struct reported_value *value =
            &ROWS(measured->figures, const struct reported_value)[i];
        if (text_equals(value->name, name))
            return value;
    }
    return NULL;
}

const char *measured_sample_failed(struct arena *arena, const struct measured_sample *measured)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < measured->flags.count; i++) {
        const struct measured_flag *flag = &ROWS(measured->flags, const struct measured_flag)[i];
        if (text_equals(flag->state, flag_state_name(FLAG_FAIL)))
            text_print(&text, "%s%s", text.length ? " " : "", flag->flag);
    }
    return text.length ? text.bytes : "none";
}
