/* video_assay.c: every number of a measurement is read from the program's own report. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/video_assay.h"

#include "quality/assay.h"
#include "quality/calibration.h"
#include "quality/kept.h"
#include "quality/reported.h"
#include "quality/stability.h"
#include "quality/video.h"

const struct rule video_assay_rules[VIDEO_ASSAY_RULES] = {
    {"QC-13.flags/1", "Did no flag of the measurement fail?",
     "測定の警告フラグに「不合格」がないか。", "MISEV, NTA practice"},
    {"QC-13.exposure/1", "Was the exposure recorded, and not assumed?",
     "露光時間は仮定でなく記録されたものか。", "MISEV, NTA practice"},
    {"QC-13.concentration/1", "Does the report hold a concentration with its dilution?",
     "報告書に希釈倍率を反映した個数濃度があるか。", "MISEV, NTA practice"},
    {"QC-13.dilution_agrees/1",
     "Is the dilution that the report was computed with the one that the sample had?",
     "報告書の計算に用いた希釈倍率は試料の実際の希釈倍率と一致するか。", "MISEV, NTA practice"},
};

static const struct field facts_fields[] = {
    FIELD(struct video_facts, worst_flag, .help = "Worst state of a flag"),
    FIELD(struct video_facts, failed, .help = "Flags that failed, or none"),
    FIELD(struct video_facts, exposure_known, .help = "The exposure was recorded"),
    FIELD(struct video_facts, demand, .help = "What the limits demand of the measurement"),
    FIELD(struct video_facts, demand_met, .help = "It was measured so"),
};
const struct schema video_facts_schema = SCHEMA("video_facts", struct video_facts, facts_fields);

struct measuring {
    const char *code;
    const char *lot;
    int64_t pull;
    int64_t first_vial;
    int64_t last_vial;
    struct file report;
    const char *equipment;
    struct date measured_on;
    struct real dilution;
    const char *dilution_note;
    struct rows places; /* struct video_place */
    const char *method;
    const char *calibration;
    struct rows videos; /* struct video */
    struct measured_sample measured;
    struct video_facts facts;
    struct rows findings;
    struct rows results; /* struct assay_result */
    struct rows parts;
};
#define MEASURING_FIELDS                                                                           \
    FIELD(struct measuring, code, .required = true, .code = true, .longest = 24,                   \
          .help = "Code of the assay"),                                                            \
        FIELD(struct measuring, lot, .required = true, .code = true, .longest = 24,                \
              .help = "Lot"),                                                                      \
        FIELD(struct measuring, pull, .low = 0, .high = 1000,                                      \
              .help = "Number of the stability pull, 0 for a test of the lot"),                    \
        FIELD(struct measuring, first_vial, .low = 0, .high = 1e7,                                 \
              .help = "First vial that was used, 0 for none"),                                     \
        FIELD(struct measuring, last_vial, .low = 0, .high = 1e7,                                  \
              .help = "Last vial that was used"),                                                  \
        FIELD(struct measuring, report, .required = true,                                          \
              .help = "What exoledger measure --json wrote, kept as it is"),                       \
        FIELD(struct measuring, equipment, .required = true, .code = true, .longest = 24,          \
              .help = "Code of the particle counter whose videos these are"),                      \
        FIELD(struct measuring, measured_on, .required = true,                                     \
              .help = "Day on which the videos were taken"),                                       \
        FIELD(struct measuring, dilution, .required = true, .low = 1, .high = 1e12,                \
              .help = "Dilution of the sample by the laboratory's notes; the report must agree"),  \
        FIELD(struct measuring, dilution_note, .longest = 400,                                     \
              .help = "Where the dilution is written"),                                            \
        FIELD(struct measuring, places, .of = &video_place_schema, .longest = 256,                 \
              .help = "Where the videos lie")

static const struct field given_fields[] = {MEASURING_FIELDS};
static const struct schema given_schema = SCHEMA("assay_measure", struct measuring, given_fields);
static const struct field body_fields[] = {
    MEASURING_FIELDS,
    FIELD(struct measuring, method, .help = "How the numbers came about"),
    FIELD(struct measuring, calibration, .help = "Calibration of the instrument on that day"),
    FIELD(struct measuring, videos, .of = &video_body_schema, .help = "What was measured"),
    FIELD(struct measuring, measured, .of = &measured_sample_schema,
          .help = "Settings, results and flags, as the report has them"),
    FIELD(struct measuring, facts, .of = &video_facts_schema,
          .help = "What the measurement shows beside its values"),
    FIELD(struct measuring, findings, .of = &finding_schema, .help = "One per rule that applies"),
    FIELD(struct measuring, results, .of = &assay_result_body_schema, .help = "Results, judged"),
    FIELD(struct measuring, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema body_schema = SCHEMA("assay_measured", struct measuring, body_fields);

void video_assay_judge(struct arena *arena, const struct video_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const bool known = facts->worst_flag && facts->failed;
    findings_add(&list, "QC-13.flags/1",
                 verdict_of(known, !text_equals(facts->worst_flag, "fail") &&
                                       text_equals(facts->failed, "none")),
                 "no flag failed", "worst %s, failed: %s", finding_word(facts->worst_flag),
                 finding_word(facts->failed));
    findings_add(&list, "QC-13.exposure/1", verdict_of(true, facts->exposure_known),
                 "a recorded exposure", "exposure %s",
                 facts->exposure_known ? "recorded" : "assumed");
    if (facts->demand)
        findings_add(&list, "QC-13.measured_by/1", verdict_of(true, facts->demand_met),
                     facts->demand, "video, worst flag %s", finding_word(facts->worst_flag));
    *findings = list.rows;
}

/* Without a number of the sample itself there is no result that could be judged. */
static bool check_concentration(struct work *work, const struct measuring *given,
                                const struct report_reading *reading)
{
    const struct reported_concentration *found = &reading->concentration;
    if (!reading->concentration_known)
        return refuse(&work->fault, FAULT_RULE, "report", "QC-13.concentration/1",
                      "The report holds no concentration; measure again with the view, the depth "
                      "and --dilution.");
    if (found->upper_limit || !(found->per_ml.value > 0))
        return refuse(&work->fault, FAULT_RULE, "report", "QC-21.counted/1",
                      "The videos show nothing beyond blank and chance; that is no count of zero. "
                      "Measure again, less diluted.");
    const double off = found->dilution.value - given->dilution.value;
    const double slack = 1e-9 * given->dilution.value;
    return (off <= slack && -off <= slack) ||
           refuse(&work->fault, FAULT_RULE, "dilution", "QC-13.dilution_agrees/1",
                  "The report was computed with a dilution of %g and the sample had %s; measure "
                  "again with the right one.",
                  found->dilution.value, given->dilution.text);
}

static struct video sample_of(const struct measuring *given, int64_t entry)
{
    return (struct video){.assay = given->code,
                          .lot = given->lot,
                          .pull = given->pull,
                          .first_vial = given->first_vial,
                          .last_vial = given->last_vial,
                          .entry = entry};
}

/* The median of a lot is limited under that name, whatever instrument finds it. */
static const char *value_name(const char *attribute)
{
    return text_equals(attribute, "median_nm") ? "d50_nm" : attribute;
}

static bool judge_result(struct work *work, const struct lot *lot, struct measuring *body,
                         const char *attribute)
{
    const struct reported_value *value =
        measured_sample_value(&body->measured, value_name(attribute));
    struct assay_result *result = &ROWS(body->results, struct assay_result)[body->results.count];
    if (!value)
        return true;
    body->results.count++;
    *result = (struct assay_result){.attribute = attribute,
                                    .value = value->value,
                                    .uncertainty = value->uncertainty,
                                    .unit = value->unit,
                                    .measured_by = "video",
                                    .worst_flag = body->measured.worst_flag,
                                    .read_on = body->measured_on,
                                    .pull = body->pull};
    if (!assay_result_judge(work, lot, result))
        return false;
    if (result->limit.measured_by) {
        const struct reading reading = {.measured_by = result->measured_by,
                                        .worst_flag = result->worst_flag};
        const bool so = limit_is_measured_so(&result->limit, &reading);
        body->facts.demand_met = so && (body->facts.demand_met || !body->facts.demand);
        if (!body->facts.demand || !so)
            body->facts.demand = specification_limit_demand(work->arena, &result->limit);
    }
    return true;
}

/* Number and median are results of the lot whether or not the specification limits them; of the
 * other figures those are that it limits. */
static bool judge_results(struct work *work, const struct lot *lot, struct measuring *body)
{
    struct rows limits;
    if (!view_list(work, &specification_limit_table, "specification",
                   value_text(lot->specification), &limits))
        return false;
    const size_t room = limits.count + 2;
    body->results = (struct rows){0, arena_take(work->arena, room * sizeof(struct assay_result))};
    if (!judge_result(work, lot, body, "particles_per_ml") ||
        !judge_result(work, lot, body, "median_nm"))
        return false;
    for (size_t i = 0; i < limits.count; i++) {
        const char *attribute = ROWS(limits, const struct specification_limit)[i].attribute;
        if (!text_equals(attribute, "particles_per_ml") && !text_equals(attribute, "median_nm") &&
            !judge_result(work, lot, body, attribute))
            return false;
    }
    return true;
}

/* A doubtful measurement takes away what would pass; what fails its limit fails all the same. */
static void settle_standing(struct arena *arena, struct measuring *body)
{
    struct assay_result *result = body->results.items;
    video_assay_judge(arena, &body->facts, &body->findings);
    if (findings_all_met(&body->findings))
        return;
    for (size_t i = 0; i < body->results.count; i++) {
        result[i].verdict = assay_verdict(result[i].verdict, &body->findings);
        if (text_equals(result[i].verdict, "not_met") || body->pull)
            continue;
        result[i].standing = "interim";
        result[i].reason = findings_unmet(arena, &body->findings);
    }
}

static bool measure_judge(struct work *work, const void *input, void *output)
{
    const struct measuring *given = input;
    struct measuring *body = output;
    const struct sample vials = {"particles_per_ml", given->first_vial, given->last_vial,
                                 given->pull};
    const struct video sample = sample_of(given, 0);
    struct lot lot = {0};
    struct report_reading *reading = arena_take(work->arena, sizeof *reading);
    *body = *given;
    body->measured = (struct measured_sample){.assay = given->code, .lot = given->lot};
    if (!assay_begin(work, given->code, given->lot, &lot) ||
        !assay_day(work, "measured_on", &given->measured_on, &lot, NULL) ||
        !stability_check(work, given->lot, &vials) ||
        !kept_already(work, "report", &given->report) ||
        !reported_read(work, &given->report, reading) ||
        !check_concentration(work, given, reading) ||
        !calibration_need(work, "equipment", given->equipment, given->measured_on,
                          &body->calibration) ||
        !videos_take(work, reading, &given->places, &sample, &body->videos))
        return false;
    measured_sample_fill(work->arena, reading, &body->measured);
    body->method = arena_print(work->arena, "particle tracking of videos, %s", reading->program);
    body->facts = (struct video_facts){
        .worst_flag = body->measured.worst_flag,
        .failed = measured_sample_failed(work->arena, &body->measured),
        .exposure_known = !body->measured.exposure_assumed,
    };
    if (!judge_results(work, &lot, body))
        return false;
    settle_standing(work->arena, body);
    return sample_take(work, &lot, &vials, &body->parts);
}

static struct assay assay_of(const struct entry *entry, const struct measuring *body)
{
    return (struct assay){.code = body->code,
                          .site = entry->site,
                          .lot = body->lot,
                          .method = body->method,
                          .sha256 = body->report.sha256,
                          .equipment = body->equipment,
                          .calibration = body->calibration,
                          .first_vial = body->first_vial,
                          .last_vial = body->last_vial,
                          .entry = entry->seq};
}

static bool measure_apply(struct work *work, const struct entry *entry, const void *input)
{
    const struct measuring *body = input;
    const struct assay assay = assay_of(entry, body);
    const struct video sample = sample_of(body, entry->seq);
    return assay_put(work, &assay, &body->results) && videos_put(work, &sample, &body->videos) &&
           view_put(work, &measured_sample_table, &body->measured) &&
           sample_mark(work, &body->parts, entry->seq);
}

static bool measure_retract(struct work *work, const struct entry *entry, const void *input)
{
    const struct measuring *body = input;
    struct assay assay = assay_of(entry, body);
    assay.annulled = true;
    return videos_give_back(work, body->code, &body->videos) &&
           view_remove(work, &measured_sample_table, VALUES(value_text(body->code))) &&
           assay_take_back(work, &assay, &body->results, &body->parts);
}

static bool measure_again(struct work *work, const void *input, struct rows *findings)
{
    const struct measuring *body = input;
    video_assay_judge(work->arena, &body->facts, findings);
    return true;
}

const struct operation video_assay_operations[VIDEO_ASSAY_OPERATIONS] = {
    {.name = "assay.measure",
     .method = "POST",
     .path = "/lots/{lot}/measurements",
     .summary = "Record what exoledger measure found in videos of a sample, read from its report.",
     .permission = PERMIT_ASSAY_WRITE,
     .kept_by = "QC-22.first_value/1",
     .effect = RECORDS,
     .input = &given_schema,
     .output = &body_schema,
     .subject = "code",
     .judge = measure_judge,
     .apply = measure_apply,
     .judge_again = measure_again,
     .retract = measure_retract},
};
