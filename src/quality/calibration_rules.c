/* calibration_rules.c: the rules of a calibration with counted beads: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/calibration.h"

#include "base/time.h"

#include <math.h>
#include <string.h>

const struct rule calibration_rules[CALIBRATION_RULES] = {
    {"QC-26.beads/1", "Were the counted beads in date on the day of the calibration?",
     "校正に用いた計数済みビーズは校正日に有効期限内か。", "ASRM Rule Art. 100; good practice"},
    {"QC-26.size/1", "Is the size of the beads found within the signed tolerance?",
     "ビーズの粒径は署名済みの許容差以内で測定されたか。", "ASRM Rule Art. 100; NTA practice"},
    {"QC-26.number/1", "Is the number of the beads found within the signed tolerance?",
     "ビーズの個数濃度は署名済みの許容差以内で測定されたか。", "ASRM Rule Art. 100; NTA practice"},
    {"QC-26.calibrated/1",
     "Did the instrument pass its newest calibration with counted beads, and is that in date on "
     "the day of the measurement?",
     "測定日において、機器の直近の計数済みビーズによる校正は合格かつ有効期限内か。",
     "ASRM Rule Art. 99, 100"},
};

static const struct field facts_fields[] = {
    FIELD(struct calibration_facts, done_on, .help = "Day of the calibration"),
    FIELD(struct calibration_facts, beads_expire_on, .help = "Last usable day of the beads"),
    FIELD(struct calibration_facts, nominal_nm, .unit = "nm", .help = "Certified size"),
    FIELD(struct calibration_facts, nominal_uncertainty_nm, .unit = "nm",
          .help = "Its expanded uncertainty"),
    FIELD(struct calibration_facts, measured_nm, .unit = "nm", .help = "Measured median size"),
    FIELD(struct calibration_facts, measured_uncertainty_nm, .unit = "nm",
          .help = "Its expanded uncertainty"),
    FIELD(struct calibration_facts, size_most_percent, .unit = "%", .help = "Tolerance, as signed"),
    FIELD(struct calibration_facts, certified_per_ml, .unit = "1/ml", .help = "Certified number"),
    FIELD(struct calibration_facts, certified_uncertainty_per_ml, .unit = "1/ml",
          .help = "Its expanded uncertainty"),
    FIELD(struct calibration_facts, measured_per_ml, .unit = "1/ml", .help = "Measured number"),
    FIELD(struct calibration_facts, measured_uncertainty_per_ml, .unit = "1/ml",
          .help = "Its expanded uncertainty"),
    FIELD(struct calibration_facts, number_most_percent, .unit = "%",
          .help = "Tolerance, as signed"),
};
const struct schema calibration_facts_schema =
    SCHEMA("calibration_facts", struct calibration_facts, facts_fields);

static void judge_beads(struct findings *list, const struct calibration_facts *facts)
{
    int64_t done = 0;
    int64_t last = 0;
    const bool known = facts->done_on.text && facts->beads_expire_on.text &&
                       date_parse(facts->done_on.text, &done) &&
                       date_parse(facts->beads_expire_on.text, &last);
    findings_add(list, "QC-26.beads/1", verdict_of(known, done <= last),
                 arena_print(list->arena, "in date on %s", finding_word(facts->done_on.text)),
                 "beads until %s", finding_word(facts->beads_expire_on.text));
}

struct comparison {
    const struct real *certified;
    const struct real *certified_uncertainty;
    const struct real *measured;
    const struct real *measured_uncertainty;
    const struct real *most_percent;
};

static struct comparison compare_sizes(const struct calibration_facts *facts)
{
    return (struct comparison){&facts->nominal_nm, &facts->nominal_uncertainty_nm,
                               &facts->measured_nm, &facts->measured_uncertainty_nm,
                               &facts->size_most_percent};
}

static struct comparison compare_numbers(const struct calibration_facts *facts)
{
    return (struct comparison){&facts->certified_per_ml, &facts->certified_uncertainty_per_ml,
                               &facts->measured_per_ml, &facts->measured_uncertainty_per_ml,
                               &facts->number_most_percent};
}

static struct calibration_bias bias_of(const struct comparison *of)
{
    const bool said = of->certified->text && of->certified_uncertainty->text &&
                      of->measured->text && of->measured_uncertainty->text;
    if (!said || of->certified->value <= 0)
        return (struct calibration_bias){.known = false};
    const double ratio = of->measured->value / of->certified->value;
    return (struct calibration_bias){
        .known = true,
        .percent = 100 * (of->measured->value - of->certified->value) / of->certified->value,
        .uncertainty_percent =
            100 * hypot(of->measured_uncertainty->value, ratio * of->certified_uncertainty->value) /
            of->certified->value,
    };
}

struct calibration_bias calibration_size_bias(const struct calibration_facts *facts)
{
    const struct comparison of = compare_sizes(facts);
    return bias_of(&of);
}

struct calibration_bias calibration_number_bias(const struct calibration_facts *facts)
{
    const struct comparison of = compare_numbers(facts);
    return bias_of(&of);
}

/* A comparison that is itself less certain than the tolerance shows nothing. */
static void judge_bias(struct findings *list, const char *rule, const struct comparison *of)
{
    const struct calibration_bias bias = bias_of(of);
    const char *limit = of->most_percent->text
                            ? arena_print(list->arena, "at most %s %%", of->most_percent->text)
                            : "no signed tolerance";
    if (!bias.known) {
        findings_add(list, rule, VERDICT_UNKNOWN, limit, "not known");
        return;
    }
    findings_add(
        list, rule,
        verdict_of(of->most_percent->text && bias.uncertainty_percent <= of->most_percent->value,
                   fabs(bias.percent) <= of->most_percent->value),
        limit, "bias %+.2f %%, uncertain by %.2f %%", bias.percent, bias.uncertainty_percent);
}

void calibration_judge(struct arena *arena, const struct calibration_facts *facts,
                       struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct comparison size = compare_sizes(facts);
    const struct comparison number = compare_numbers(facts);
    judge_beads(&list, facts);
    judge_bias(&list, "QC-26.size/1", &size);
    judge_bias(&list, "QC-26.number/1", &number);
    *findings = list.rows;
}

static bool is_newer(const struct calibration *one, const struct calibration *other)
{
    const int order = strcmp(one->done_on.text, other->done_on.text);
    return order > 0 || (order == 0 && one->entry > other->entry);
}

const struct calibration *calibration_newest(const struct rows *calibrations, struct date day)
{
    const struct calibration *newest = NULL;
    for (size_t i = 0; i < calibrations->count; i++) {
        const struct calibration *row = &ROWS(*calibrations, const struct calibration)[i];
        if (strcmp(row->done_on.text, day.text) <= 0 && (!newest || is_newer(row, newest)))
            newest = row;
    }
    return newest;
}
