/* shipment_rules.c: what may leave the maker, and what may enter a clinic's stock. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/shipment.h"

#include "supply/box.h"

#include <string.h>

const struct rule shipment_rules[SHIPMENT_RULES] = {
    {"RL-01.released/1", "Is the lot released?", "ロットは出荷判定に合格しているか。",
     "GCTP Art. 13; GMP Art. 12"},
    {"RL-01.hold/1", "Is nothing on hold, neither the lot nor anything that it came from?",
     "ロットとその由来のいずれも保留されていないか。", "ASRM Rule Art. 107"},
    {"RL-08.expiry/1", "Is the lot packed on or before its last usable day?",
     "梱包日は使用期限以前か。", "ASRM Rule Art. 99"},
    {"CC-01.boxes/1", "Do the boxes hold every shipped vial exactly once?",
     "箱は出荷する全バイアルを重複も漏れもなく収めているか。", "ASRM Rule Art. 99, 111"},
    {"CC-03.packing/1",
     "Are the shipper, the time until which it is qualified, the coolant and its mass recorded?",
     "輸送容器、その性能保証期限、冷却材とその質量が記録されているか。", "GDP practice"},
    {"CC-03.logger/1", "Does a logger travel along that is calibrated on the day of packing?",
     "梱包日に校正期限内の温度記録計が同梱されているか。", "GDP practice"},
    {"CC-04.accept/1",
     "Are seal and appearance intact, is coolant left, was the logger read, and is the time out of "
     "range over the life of every vial within the signed minutes?",
     "封印と外観は無傷で、冷却材が残り、温度記録計が読まれ、各バイアルの累積逸脱時間は署名済みの"
     "分数以内か。",
     "GDP 5.4, as signed"},
    {"CC-05.receiver/1",
     "Was no minute on the way out of range, so that the receiver may accept alone?",
     "輸送中の逸脱が一分もなく、受領者だけで受け入れてよいか。", "GDP, as signed"},
    {"CC-05.decision/1", "Does the quality unit of the maker decide, and not the clinic?",
     "使用可否を決めるのは受領施設ではなく製造者の品質部門か。", "GDP, as signed"},
    {"CC-05.minutes/1",
     "Is the time out of range over the life of the accepted vials within the signed minutes?",
     "使用可とするバイアルの累積逸脱時間は署名済みの分数以内か。", "stability data, as signed"},
    {"CC-10.unbroken/1",
     "Did the quality unit of the maker prove unbroken storage before vials that came back are "
     "stock again?",
     "返品を在庫へ戻す前に、途切れない保管を製造者の品質部門が証明したか。", "GDP ch. 6"},
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

static enum verdict judge_boxes(const struct sending_facts *facts)
{
    return verdict_of(facts->boxes != NULL,
                      text_equals(facts->boxes, box_whole) || text_equals(facts->boxes, "unboxed"));
}

static enum verdict judge_packing(const struct sending_facts *facts)
{
    bool known = facts->shipper && facts->packed_at.usec && facts->qualified_until.usec &&
                 facts->coolant && facts->coolant_g.known;
    return verdict_of(known, facts->qualified_until.usec > facts->packed_at.usec &&
                                 facts->coolant_g.value > 0);
}

static enum verdict judge_logger(const struct sending_facts *facts)
{
    bool known = facts->logger && facts->calibrated_until.text && facts->packed_on.text;
    return verdict_of(known,
                      known && strcmp(facts->packed_on.text, facts->calibrated_until.text) <= 0);
}

/* Vials that go back to their maker leave no matter how: a held or expired vial must be able to. */
void shipment_judge_sending(struct arena *arena, const struct sending_facts *facts,
                            struct rows *findings)
{
    struct findings list = findings_open(arena);
    if (!facts->returned) {
        findings_add(&list, "RL-01.released/1", shipment_lot_released(facts->lot_status),
                     "released", "the lot is %s", finding_word(facts->lot_status));
        findings_add(&list, "RL-01.hold/1", shipment_lot_free(facts->holds), "no hold",
                     "on hold: %s", finding_word(facts->holds));
        findings_add(&list, "RL-08.expiry/1",
                     shipment_lot_lasts(facts->expires_on, facts->packed_on),
                     facts->expires_on.text, "packed on %s", finding_word(facts->packed_on.text));
    }
    findings_add(&list, "CC-01.boxes/1", judge_boxes(facts), "every vial once", "%s",
                 finding_word(facts->boxes));
    if (!facts->returned) {
        findings_add(&list, "CC-03.packing/1", judge_packing(facts),
                     "a shipper qualified beyond packing, and coolant", "shipper %s, coolant %s",
                     finding_word(facts->shipper), finding_word(facts->coolant));
        findings_add(&list, "CC-03.logger/1", judge_logger(facts),
                     finding_word(facts->packed_on.text), "logger %s, calibrated until %s",
                     finding_word(facts->logger), finding_word(facts->calibrated_until.text));
    }
    *findings = list.rows;
}

static enum verdict judge_minutes(struct count minutes, struct count most)
{
    return verdict_of(minutes.known && most.known, minutes.value <= most.value);
}

static const char *minutes(struct arena *arena, struct count count)
{
    return count.known ? arena_print(arena, "%lld min", (long long)count.value) : "not known";
}

/* What is known to be bad is told, whatever else is unknown. */
static enum verdict judge_accept(const struct arrival_facts *facts)
{
    enum verdict life = judge_minutes(facts->minutes_life, facts->minutes_most);
    bool damaged = facts->appearance && !text_equals(facts->appearance, "intact");
    bool dry = facts->coolant_left_g.known && facts->coolant_left_g.value <= 0;
    if (!facts->seal_intact || damaged || dry || life == VERDICT_NOT_MET)
        return VERDICT_NOT_MET;
    bool known = facts->appearance && facts->coolant_left_g.known && facts->logger_read &&
                 facts->maximum_c.text;
    return known ? life : VERDICT_UNKNOWN;
}

void shipment_judge_arrival(struct arena *arena, const struct arrival_facts *facts,
                            struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "CC-04.accept/1", judge_accept(facts),
                 arena_print(arena, "intact, coolant left, logger read, at most %s",
                             minutes(arena, facts->minutes_most)),
                 "seal %s, appearance %s, coolant %s, logger %s, maximum %s C, %s over the life",
                 facts->seal_intact ? "intact" : "not intact", finding_word(facts->appearance),
                 facts->coolant_left_g.known
                     ? arena_print(arena, "%lld g", (long long)facts->coolant_left_g.value)
                     : "not known",
                 facts->logger_read ? "read" : "not read", finding_word(facts->maximum_c.text),
                 minutes(arena, facts->minutes_life));
    findings_add(&list, "CC-05.receiver/1",
                 verdict_of(facts->minutes_out.known, facts->minutes_out.value == 0), "0 min",
                 "%s out of range on the way", minutes(arena, facts->minutes_out));
    if (facts->returned)
        findings_add(&list, "CC-10.unbroken/1", VERDICT_NOT_MET,
                     "a decision of the quality unit with its proof",
                     "the vials came back to their maker");
    *findings = list.rows;
}

void shipment_judge_decision(struct arena *arena, const struct decision_facts *facts,
                             struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "CC-05.minutes/1", judge_minutes(facts->minutes_life, facts->minutes_most),
                 minutes(arena, facts->minutes_most), "%s out of range over the life of %s",
                 minutes(arena, facts->minutes_life),
                 facts->accepted ? "the accepted vials" : "the vials");
    if (facts->returned)
        findings_add(&list, "CC-10.unbroken/1", verdict_of(facts->proof != NULL, true),
                     "a proof of unbroken storage", "%s", facts->proof ? facts->proof : "no proof");
    *findings = list.rows;
}
