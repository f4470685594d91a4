/* shipment_rules.c: what may leave the maker, and what may enter a clinic's stock. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/shipment.h"

#include <string.h>

const struct rule shipment_rules[SHIPMENT_RULES] = {
    {"RL-01.released/1", "Is the lot released?", "ロットは出荷判定に合格しているか。",
     "GCTP Art. 13; GMP Art. 12"},
    {"RL-01.hold/1", "Is nothing on hold, neither the lot nor anything that it came from?",
     "ロットとその由来のいずれも保留されていないか。", "ASRM Rule Art. 107"},
    {"RL-08.expiry/1", "Is the lot packed on or before its last usable day?",
     "梱包日は使用期限以前か。", "ASRM Rule Art. 99"},
    {"CC-04.accept/1",
     "Was the seal intact, the highest temperature read, and the time out of range within the "
     "signed minutes?",
     "封印は無傷で、最高温度が読まれ、逸脱時間は署名済みの分数以内か。", "GDP 5.4, as signed"},
    {"CC-05.decision/1", "Does the quality unit of the maker decide, and not the clinic?",
     "使用可否を決めるのは受領施設ではなく製造者の品質部門か。", "GDP, as signed"},
    {"CC-05.minutes/1", "Is the time out of range of the accepted vials within the signed minutes?",
     "使用可とするバイアルの逸脱時間は署名済みの分数以内か。", "stability data, as signed"},
};

enum verdict shipment_lot_released(const char *lot_status)
{
    return verdict_of(lot_status != NULL, text_equals(lot_status, "released"));
}

enum verdict shipment_lot_free(const char *holds)
{
    return verdict_of(holds != NULL, text_equals(holds, "none"));
}

/* The named day is the last usable one; YYYY-MM-DD texts compare as dates do. */
enum verdict shipment_lot_lasts(struct date expires_on, struct date day)
{
    bool known = expires_on.text && day.text;
    return verdict_of(known, known && strcmp(day.text, expires_on.text) <= 0);
}

static const char *word(const char *text)
{
    return text ? text : "not known";
}

void shipment_judge_sending(struct arena *arena, const struct sending_facts *facts,
                            struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "RL-01.released/1", shipment_lot_released(facts->lot_status), "released",
                 "the lot is %s", word(facts->lot_status));
    findings_add(&list, "RL-01.hold/1", shipment_lot_free(facts->holds), "no hold", "on hold: %s",
                 word(facts->holds));
    findings_add(&list, "RL-08.expiry/1", shipment_lot_lasts(facts->expires_on, facts->packed_on),
                 facts->expires_on.text, "packed on %s", word(facts->packed_on.text));
    *findings = list.rows;
}

static enum verdict judge_minutes(const struct arrival_facts *facts)
{
    return verdict_of(facts->minutes_out.known && facts->minutes_most.known,
                      facts->minutes_out.value <= facts->minutes_most.value);
}

static enum verdict judge_accept(const struct arrival_facts *facts)
{
    enum verdict minutes = judge_minutes(facts);
    if (!facts->seal_intact || minutes == VERDICT_NOT_MET)
        return VERDICT_NOT_MET;
    return facts->maximum_c.text ? minutes : VERDICT_UNKNOWN;
}

static const char *minutes(struct arena *arena, struct count count)
{
    return count.known ? arena_print(arena, "%lld min", (long long)count.value) : "not known";
}

void shipment_judge_arrival(struct arena *arena, const struct arrival_facts *facts,
                            struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "CC-04.accept/1", judge_accept(facts),
                 arena_print(arena, "seal intact, at most %s", minutes(arena, facts->minutes_most)),
                 "seal %s, maximum %s C, %s out of range",
                 facts->seal_intact ? "intact" : "not intact", word(facts->maximum_c.text),
                 minutes(arena, facts->minutes_out));
    *findings = list.rows;
}

void shipment_judge_decision(struct arena *arena, const struct arrival_facts *facts,
                             struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "CC-05.minutes/1", judge_minutes(facts),
                 minutes(arena, facts->minutes_most), "%s out of range",
                 minutes(arena, facts->minutes_out));
    *findings = list.rows;
}
