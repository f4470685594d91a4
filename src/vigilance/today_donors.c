/* today_donors.c: which donors and banks wait for a question, a sample, a result or a signature? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/view.h"
#include "donation/collection.h"
#include "donation/donor.h"
#include "donation/eligibility.h"
#include "donation/specimen.h"
#include "donation/window.h"
#include "manufacture/bank.h"
#include "vigilance/today_finding.h"

#include <string.h>

static bool add_examination(struct today *today, const struct donor *donor)
{
    struct waiting waiting = {.kind = "donor_examination",
                              .subject_kind = "donor",
                              .code = donor->code,
                              .operation = "donor.examine",
                              .waiting = "Interview and examination are not recorded."};
    if (donor->history && donor->examination)
        return true;
    return today_since(today, donor->entry, &waiting.since) && today_add(today, &waiting);
}

static bool find_microbes(struct today *today, const struct donor *donor)
{
    struct rows tissues;
    if (!view_list(today->work, &collection_table, "donor", value_text(donor->code), &tissues))
        return false;
    for (size_t i = 0; i < tissues.count; i++) {
        const struct collection *tissue = &ROWS(tissues, const struct collection)[i];
        struct waiting waiting = {.kind = "tissue_microbes",
                                  .subject_kind = "tissue",
                                  .code = tissue->code,
                                  .operation = "microbe.record",
                                  .beside = today_print(today, "donor:%s", donor->code),
                                  .waiting = "The microbial test is not recorded."};
        if (tissue->microbes)
            continue;
        if (!today_since(today, tissue->entry, &waiting.since) || !today_add(today, &waiting))
            return false;
    }
    return true;
}

/* Whether a sample was drawn on the first day of a second test or later. */
static bool find_drawn(struct today *today, const struct donor *donor, struct date from,
                       bool *drawn)
{
    struct rows specimens;
    *drawn = false;
    if (!view_list(today->work, &specimen_table, "donor", value_text(donor->code), &specimens))
        return false;
    for (size_t i = 0; i < specimens.count; i++) {
        const struct specimen *specimen = &ROWS(specimens, const struct specimen)[i];
        *drawn = *drawn || (!specimen->annulled && from.text && specimen->drawn_on.text &&
                            strcmp(specimen->drawn_on.text, from.text) >= 0);
    }
    return true;
}

static int64_t count_unmet(const struct rows *findings)
{
    int64_t unmet = 0;
    for (size_t i = 0; i < findings->count; i++)
        unmet += !text_equals(ROWS(*findings, const struct finding)[i].verdict, "met");
    return unmet;
}

static bool add_agreement(struct today *today, const struct donor *donor)
{
    struct waiting waiting = {.kind = "donor_agreement",
                              .subject_kind = "donor",
                              .code = donor->code,
                              .operation = "agreement.record",
                              .waiting = "No agreement of the donor stands."};
    return today_since(today, donor->entry, &waiting.since) && today_add(today, &waiting);
}

static bool add_retest(struct today *today, const struct donor *donor, struct date from)
{
    struct waiting waiting = {.kind = "donor_retest",
                              .subject_kind = "donor",
                              .code = donor->code,
                              .operation = "specimen.draw",
                              .due_on = from};
    waiting.waiting = today_print(
        today, "A second sample can close the window from %s on, and none was drawn.", from.text);
    return today_since(today, donor->entry, &waiting.since) && today_add(today, &waiting);
}

static bool add_decision(struct today *today, const struct donor *donor,
                         const struct eligibility_facts *facts)
{
    struct rows findings;
    struct waiting waiting = {.kind = "donor_decision",
                              .subject_kind = "donor",
                              .code = donor->code,
                              .operation = "donor.decide"};
    eligibility_judge(today->work->arena, facts, &findings);
    waiting.amount = (struct count){true, count_unmet(&findings)};
    waiting.unit = "criteria";
    waiting.waiting =
        facts->reactive        ? today_print(today, "A result is reactive: %s.",
                                      facts->reactive_agents ? facts->reactive_agents : "-")
        : waiting.amount.value ? today_print(today, "%lld of %zu criteria are not met.",
                                             (long long)waiting.amount.value, findings.count)
                               : today_print(today, "All %zu criteria are met.", findings.count);
    return today_since(today, donor->entry, &waiting.since) && today_add(today, &waiting);
}

static bool find_donor(struct today *today, const struct donor *donor)
{
    struct eligibility_facts facts;
    struct rows used;
    bool drawn = false;
    if (!eligibility_gather(today->work, donor->code, &facts, &used))
        return false;
    const char *status = eligibility_status(&facts, donor->decision);
    bool open = text_equals(status, "screening_1_passed_window_open");
    const struct date from = open ? window_retest_from(&facts.windows) : (struct date){0};
    if (text_equals(status, "withdrawn"))
        return true;
    if (!add_examination(today, donor) || !find_microbes(today, donor) ||
        !find_drawn(today, donor, from, &drawn))
        return false;
    if (!facts.agreement && !add_agreement(today, donor))
        return false;
    if (today_is_near(today, from) && !drawn && !add_retest(today, donor, from))
        return false;
    return !(text_equals(status, "reactive") || text_equals(status, "window_can_close")) ||
           add_decision(today, donor, &facts);
}

/* Donors who were decided on wait for nothing; what turns up later holds what came from them. */
bool today_find_donors(struct today *today)
{
    struct rows donors;
    if (!today_may(today, "donor.examine") && !today_may(today, "specimen.draw") &&
        !today_may(today, "microbe.record") && !today_may(today, "donor.decide"))
        return true;
    if (!view_list(today->work, &donor_table, "decided_entry", value_integer(0), &donors))
        return false;
    for (size_t i = 0; i < donors.count; i++) {
        const struct donor *donor = &ROWS(donors, const struct donor)[i];
        if (text_equals(donor->site, today->site) && !find_donor(today, donor))
            return false;
    }
    return true;
}

static bool add_laboratory(struct today *today, const struct specimen *specimen)
{
    struct waiting waiting = {.kind = "donor_laboratory",
                              .subject_kind = "donor",
                              .code = specimen->donor,
                              .operation = "screening.record",
                              .beside = today_print(today, "specimen:%s", specimen->code)};
    waiting.waiting = today_print(today, "No results are recorded for the sample of %s.",
                                  specimen->drawn_on.text ? specimen->drawn_on.text : "-");
    return today_since(today, specimen->entry, &waiting.since) && today_add(today, &waiting);
}

/* Of results, whose sample it was: columns of the same table. */
struct answered_sample {
    const char *sample;
    bool annulled;
};
static const struct field answered_fields[] = {
    FIELD(struct answered_sample, sample, .help = "Specimen"),
    FIELD(struct answered_sample, annulled, .help = "It counts no more"),
};
static const struct schema answered_schema =
    SCHEMA("screening", struct answered_sample, answered_fields);
static const struct table answered_table = {"screening", &answered_schema, "sample", "donor",
                                            TABLE_VIEW};

/* Samples of every donor, the decided ones too. Both lists come in the order of the sample, so that
 * they are read beside each other. */
bool today_find_samples(struct today *today)
{
    struct rows specimens;
    struct rows answered;
    size_t at = 0;
    if (!today_may(today, "screening.record"))
        return true;
    if (!view_list(today->work, &specimen_table, NULL, value_text(NULL), &specimens) ||
        !view_list(today->work, &answered_table, NULL, value_text(NULL), &answered))
        return false;
    const struct answered_sample *answers = answered.items;
    for (size_t i = 0; i < specimens.count; i++) {
        const struct specimen *specimen = &ROWS(specimens, const struct specimen)[i];
        while (at < answered.count && strcmp(answers[at].sample, specimen->code) < 0)
            at++;
        bool answer = at < answered.count && text_equals(answers[at].sample, specimen->code) &&
                      !answers[at].annulled;
        if (answer || specimen->annulled || !text_equals(specimen->site, today->site))
            continue;
        if (!add_laboratory(today, specimen))
            return false;
    }
    return true;
}

bool today_find_banks(struct today *today)
{
    struct rows banks;
    if (!today_may(today, "bank.close_tests"))
        return true;
    if (!view_list(today->work, &bank_table, "tests", value_text("open"), &banks))
        return false;
    for (size_t i = 0; i < banks.count; i++) {
        const struct bank *bank = &ROWS(banks, const struct bank)[i];
        struct waiting waiting = {.kind = "bank_tests",
                                  .subject_kind = "bank",
                                  .code = bank->code,
                                  .operation = "bank.close_tests",
                                  .waiting = "The tests of the bank are open."};
        if (!text_equals(bank->site, today->site))
            continue;
        if (!today_since(today, bank->entry, &waiting.since) || !today_add(today, &waiting))
            return false;
    }
    return true;
}
