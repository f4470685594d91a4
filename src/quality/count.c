/* count.c: a particle count is computed from the file that is kept, never typed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/count.h"

#include "base/time.h"
#include "measure/import_nanosight.h"
#include "quality/assay.h"
#include "quality/calibration.h"
#include "quality/kept.h"
#include "quality/sample.h"
#include "quality/stability.h"

static const char percentile_definition[] =
    "number-weighted, cumulative sum at the right edge of 1 nm bins, interpolated linearly";
static const char particles_formula[] =
    "particles_per_ml/1: mean of the videos that hold particles, times the dilution that the "
    "file has not applied";

const struct rule count_rules[COUNT_RULES] = {
    {"QC-13.dilution/1", "Is the dilution known, from one source alone?",
     "希釈倍率が一つの出典から明らかか。", "MISEV, NTA practice"},
    {"QC-21.counted/1", "Does the file hold particles at all?",
     "ファイルに粒子が計数されているか。", "MISEV2023 commentary: below the limit is never zero"},
};

struct flag {
    const char *flag;
    const char *value;
    const char *effect;
};
static const struct field flag_fields[] = {
    FIELD(struct flag, flag, .help = "What a reader of the numbers must know"),
    FIELD(struct flag, value, .help = "What was seen"),
    FIELD(struct flag, effect, .help = "What it does"),
};
static const struct schema flag_schema = SCHEMA("count_flag", struct flag, flag_fields);

struct counting {
    const char *code;
    const char *lot;
    int64_t pull;
    int64_t first_vial;
    int64_t last_vial;
    struct file file;
    struct real dilution; /* as given */
    const char *dilution_note;
    const char *equipment;
    struct date measured_on; /* by the file, or today where it does not say */
    const char *calibration;
    const char *method;
    const char *software;
    const char *instrument;
    const char *captured_at; /* as the file prints it, without a zone */
    int64_t videos;
    int64_t videos_with_particles;
    const char *dilution_basis;
    struct real dilution_used; /* whichever way it came in */
    struct real particles_per_ml;
    const char *particles_formula;
    struct real standard_error_per_ml; /* between videos */
    struct real mean_nm;
    struct real mode_nm;
    struct real d10_nm;
    struct real d50_nm;
    struct real d90_nm;
    struct real span;
    const char *percentile_definition;
    struct rows flags;
    struct rows results; /* struct assay_result */
    struct rows parts;
};
static const struct field counting_fields[] = {
    FIELD(struct counting, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the assay"),
    FIELD(struct counting, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct counting, pull, .low = 0, .high = 1000,
          .help = "Number of the stability pull, 0 for a test of the lot"),
    FIELD(struct counting, first_vial, .low = 0, .high = 1e7,
          .help = "First vial that was used, 0 for none"),
    FIELD(struct counting, last_vial, .low = 0, .high = 1e7, .help = "Last vial that was used"),
    FIELD(struct counting, file, .required = true,
          .help = "Experiment summary that the instrument wrote"),
    FIELD(struct counting, dilution, .low = 1, .high = 1e9,
          .help = "Dilution of the sample, only where the file has recorded none"),
    FIELD(struct counting, dilution_note, .longest = 400, .help = "Where the dilution is written"),
    FIELD(struct counting, equipment, .code = true, .longest = 24,
          .help = "Code of the particle counter, whose calibration is then asked for"),
};
static const struct schema counting_input = SCHEMA("assay_count", struct counting, counting_fields);
static const struct field counted_fields[] = {
    FIELD(struct counting, code, .help = "Code of the assay"),
    FIELD(struct counting, lot, .help = "Lot"),
    FIELD(struct counting, pull, .help = "Number of the stability pull, or 0"),
    FIELD(struct counting, first_vial, .help = "First vial that was used, or 0"),
    FIELD(struct counting, last_vial, .help = "Last vial that was used, or 0"),
    FIELD(struct counting, file, .help = "Experiment summary, kept as it is"),
    FIELD(struct counting, dilution, .help = "Dilution that was given"),
    FIELD(struct counting, dilution_note, .help = "Where the dilution is written"),
    FIELD(struct counting, equipment, .help = "Code of the particle counter"),
    FIELD(struct counting, measured_on, .help = "Day by which its calibration was judged"),
    FIELD(struct counting, calibration, .help = "Calibration of it on that day"),
    FIELD(struct counting, method, .help = "How the numbers came about"),
    FIELD(struct counting, software, .help = "Software that wrote the file, with its version"),
    FIELD(struct counting, instrument, .help = "Camera and laser"),
    FIELD(struct counting, captured_at, .help = "Time in the file, without a zone"),
    FIELD(struct counting, videos, .help = "Videos in the file"),
    FIELD(struct counting, videos_with_particles, .help = "Videos that hold particles"),
    FIELD(struct counting, dilution_basis, .help = "What the file's concentrations stand for"),
    FIELD(struct counting, dilution_used, .help = "Dilution of the sample"),
    FIELD(struct counting, particles_per_ml, .unit = "1/ml", .help = "Particles in the product"),
    FIELD(struct counting, particles_formula, .help = "How that was computed"),
    FIELD(struct counting, standard_error_per_ml, .unit = "1/ml",
          .help = "Standard error of the mean, between videos"),
    FIELD(struct counting, mean_nm, .unit = "nm", .help = "Mean size"),
    FIELD(struct counting, mode_nm, .unit = "nm", .help = "Mode"),
    FIELD(struct counting, d10_nm, .unit = "nm", .help = "D10"),
    FIELD(struct counting, d50_nm, .unit = "nm", .help = "D50, the median"),
    FIELD(struct counting, d90_nm, .unit = "nm", .help = "D90"),
    FIELD(struct counting, span, .help = "(D90 - D10) / D50"),
    FIELD(struct counting, percentile_definition, .help = "What D10, D50 and D90 mean"),
    FIELD(struct counting, flags, .of = &flag_schema, .help = "What a reader must know"),
    FIELD(struct counting, results, .of = &assay_result_body_schema, .help = "Results, judged"),
    FIELD(struct counting, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema counted_schema =
    SCHEMA("assay_counted", struct counting, counted_fields);

static bool refuse_dilution(struct work *work, const char *why)
{
    return refuse(&work->fault, FAULT_RULE, "dilution", "QC-13.dilution/1", "%s", why);
}

/* The factor is in the file or given, never both and never neither. */
static bool settle_dilution(struct work *work, const struct nanosight *file, struct counting *body,
                            double *factor)
{
    bool given = body->dilution.text != NULL;
    *factor = given ? body->dilution.value : 1;
    if (nanosight_flag(file, "dilution_differs"))
        return refuse_dilution(work, "The videos of the file carry different dilutions; export one "
                                     "measurement at a time.");
    switch (file->basis) {
    case BASIS_AS_MEASURED:
        body->dilution_basis = "as_measured";
        body->dilution_used = body->dilution;
        return given || refuse_dilution(work, "The file has recorded no dilution; give the one "
                                              "that the sample had.");
    case BASIS_DILUTION_APPLIED:
        body->dilution_basis = "applied_by_file";
        body->dilution_used = real_of(work->arena, file->videos[0].dilution_factor.value);
        return !given || refuse_dilution(work, "The file has applied a dilution already; leave "
                                               "dilution out, or it is not clear which holds.");
    case BASIS_UNKNOWN:
        break;
    }
    return refuse_dilution(work, "What the concentrations of the file stand for cannot be told; "
                                 "export it again.");
}

static void fill_flags(struct work *work, const struct nanosight *file, struct rows *flags)
{
    struct flag *items = arena_take(work->arena, (file->flag_count + 1) * sizeof *items);
    *flags = (struct rows){file->flag_count, items};
    for (size_t i = 0; i < file->flag_count; i++)
        items[i] = (struct flag){file->flags[i].id, file->flags[i].value, file->flags[i].effect};
}

static void fill_method(struct work *work, const struct nanosight *file, struct counting *body)
{
    const struct nanosight_video *video = &file->videos[0];
    body->method = nanosight_method(work->arena, file);
    body->software = file->software;
    body->instrument = arena_print(work->arena, "camera %s, laser %s", video->camera, video->laser);
    body->captured_at = text_is_empty(file->time_captured_text) ? NULL : file->time_captured_text;
    body->videos = (int64_t)file->video_count;
    body->videos_with_particles = (int64_t)file->between.videos;
    body->percentile_definition = percentile_definition;
    body->particles_formula = particles_formula;
    fill_flags(work, file, &body->flags);
}

static bool fill_figures(struct work *work, const struct nanosight *file, struct counting *body)
{
    const struct histogram_figures *figures = &file->pooled;
    double factor = 1;
    if (!file->between.mean_known || !figures->known)
        return refuse(&work->fault, FAULT_RULE, "file", "QC-21.counted/1",
                      "No video of the file holds a particle; that is no count of zero. Measure "
                      "again.");
    if (!settle_dilution(work, file, body, &factor))
        return false;
    body->particles_per_ml = real_of(work->arena, file->between.mean_per_ml * factor);
    if (file->between.spread_known)
        body->standard_error_per_ml =
            real_of(work->arena, file->between.standard_error_per_ml * factor);
    body->mean_nm = real_of(work->arena, figures->mean_nm);
    body->mode_nm = real_of(work->arena, figures->mode_nm);
    body->d10_nm = real_of(work->arena, figures->d10_nm);
    body->d50_nm = real_of(work->arena, figures->d50_nm);
    body->d90_nm = real_of(work->arena, figures->d90_nm);
    body->span = real_of(work->arena, figures->span);
    return true;
}

/* An attribute is a result of the lot whether or not the specification limits it. */
static bool judge_results(struct work *work, const struct lot *lot, struct counting *body)
{
    struct assay_result *results = arena_take(work->arena, 2 * sizeof *results);
    const char *by = body->calibration ? "calibrated_instrument" : NULL;
    results[0] = (struct assay_result){.attribute = "particles_per_ml",
                                       .value = body->particles_per_ml,
                                       .unit = "1/ml",
                                       .measured_by = by,
                                       .pull = body->pull};
    results[1] = (struct assay_result){.attribute = "median_nm",
                                       .value = body->d50_nm,
                                       .unit = "nm",
                                       .measured_by = by,
                                       .pull = body->pull};
    body->results = (struct rows){2, results};
    return assay_result_judge(work, lot, &results[0]) && assay_result_judge(work, lot, &results[1]);
}

/* The file names the day, if not its zone; a file without one is judged by today. */
static bool settle_equipment(struct work *work, const struct lot *lot,
                             const struct nanosight_time *time, struct counting *body)
{
    if (!body->equipment)
        return true;
    body->measured_on.text =
        time->known ? arena_print(work->arena, "%04d-%02d-%02d", time->year, time->month, time->day)
                    : date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes));
    return assay_day(work, "file", &body->measured_on, lot, NULL) &&
           calibration_need(work, "equipment", body->equipment, body->measured_on,
                            &body->calibration);
}

static bool count_judge(struct work *work, const void *input, void *body)
{
    const struct counting *given = input;
    struct counting *counted = body;
    const struct sample sample = {"particles_per_ml", given->first_vial, given->last_vial,
                                  given->pull};
    struct lot lot = {0};
    struct nanosight *file = arena_take(work->arena, sizeof *file);
    *counted = *given;
    if (!assay_begin(work, given->code, given->lot, &lot) ||
        !stability_check(work, given->lot, &sample) || !kept_already(work, "file", &given->file) ||
        !nanosight_import(work->arena, &work->fault, given->file.bytes, given->file.size, file) ||
        !settle_equipment(work, &lot, &file->time_captured, counted))
        return false;
    fill_method(work, file, counted);
    return fill_figures(work, file, counted) && judge_results(work, &lot, counted) &&
           sample_take(work, &lot, &sample, &counted->parts);
}

static struct assay assay_of(const struct entry *entry, const struct counting *given)
{
    return (struct assay){.code = given->code,
                          .site = entry->site,
                          .lot = given->lot,
                          .method = given->method,
                          .sha256 = given->file.sha256,
                          .equipment = given->equipment,
                          .calibration = given->calibration,
                          .first_vial = given->first_vial,
                          .last_vial = given->last_vial,
                          .entry = entry->seq};
}

static bool count_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct counting *given = body;
    const struct assay assay = assay_of(entry, given);
    return assay_put(work, &assay, &given->results) && sample_mark(work, &given->parts, entry->seq);
}

static bool count_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct counting *given = body;
    struct assay assay = assay_of(entry, given);
    assay.annulled = true;
    return assay_take_back(work, &assay, &given->results, &given->parts);
}

const struct operation count_operations[COUNT_OPERATIONS] = {
    {.name = "assay.count",
     .method = "POST",
     .path = "/lots/{lot}/counts",
     .summary = "Import a particle count; number and sizes are computed from the file.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &counting_input,
     .output = &counted_schema,
     .subject = "code",
     .judge = count_judge,
     .apply = count_apply,
     .retract = count_retract},
};
