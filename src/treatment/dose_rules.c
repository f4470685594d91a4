/* dose_rules.c: every stop before a vial goes into a person: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose.h"

#include "supply/shipment.h"
#include "treatment/plan.h"

#include <string.h>

const struct rule dose_rules[DOSE_RULES] = {
    {"PT-09.patient/1", "Is the plan's patient a patient of this site?",
     "計画の患者は当施設の患者か。", "ASRM Rule Art. 34"},
    {"CN-07.consent/1",
     "Is a consent valid for this product, source tissue and route at this instant?",
     "この製品・由来組織・経路に対する同意が、この時点で有効か。", "ASRM Rule Art. 13"},
    {"CN-07.binding/1",
     "Are specification, source tissue, maker, route, protocol and price list as they were "
     "consented to?",
     "製品規格・由来組織・製造者・経路・実施計画・料金表は同意時と同じか。", "site's design"},
    {"CN-04.cooling/1", "Have the signed hours passed between the consent and the dose?",
     "同意から投与まで、署名済みの時間が経過したか。", "ASRM Rule Art. 13; site, as signed"},
    {"PT-07.same_day/1",
     "Is the temperature at most the signed one, the pregnancy question answered with no, the "
     "weight known, and the patient not acutely unwell?",
     "体温は署名済みの値以下で、妊娠の質問に「いいえ」の答えがあり、体重が分かり、急な体調不良はな"
     "いか。",
     "practice, as signed"},
    {"PT-07.valid/1", "Does the same-day check lie within the signed hours before the start?",
     "当日確認は開始前の署名済みの時間内か。", "practice, as signed"},
    {"CO-04.stop/1", "Is the plan not stopped?", "計画は中止されていないか。", "stop rules"},
    {"AD-02.product/1", "Is the lot of the specification that was ordered?",
     "ロットは指示された製品規格のものか。", "composite"},
    {"AD-02.lot/1", "Is the lot released?", "ロットは出荷判定に合格しているか。",
     "ASRM Rule Art. 10"},
    {"AD-02.place/1", "Are the vials in the accepted stock of this site?",
     "バイアルは当施設の受入済み在庫にあるか。", "GDP 5.4"},
    {"AD-02.expiry/1", "Is the day of use on or before the last usable day?",
     "使用日は使用期限以前か。", "composite"},
    {"AD-04.single/1", "Has no vial been given to anybody, or opened for somebody else?",
     "どのバイアルも誰にも投与されず、他の患者のために開封されていないか。",
     "one vial, one patient"},
    {"AD-04.balance/1",
     "Do product given, product left in the bag and waste add up to what the vials hold?",
     "投与量・残液・廃棄量の合計はバイアルの内容量と一致するか。", "one vial, one patient"},
    {"AD-07.endotoxin/1",
     "Is the endotoxin of a drip, product and diluent together, at most the signed EU per kg and "
     "hour?",
     "点滴のエンドトキシン(製剤と希釈液の合計)は、署名済みの EU/kg/時 以下か。",
     "USP <85> K, as quoted; as signed"},
    {"CC-05.life/1", "Were the vials out of range for at most the signed minutes of their life?",
     "バイアルの生涯の温度逸脱時間は署名済みの分数以内か。", "site stability data, as signed"},
    {"RL-09.confirmed/1", "Does the clinic confirm that the product was made to its specification?",
     "当施設は、製剤が規格どおりに製造されたことを確認したか。", "ASRM Rule Art. 10"},
    {"AD-06.thaw/1", "Is the time from thaw to start within the signed minutes?",
     "融解から開始までの時間は署名済みの分数以内か。", "requirement CC-07, as signed"},
    {"AD-09.emergency/1",
     "Are emergency equipment, adrenaline in date, a doctor on site and a hospital named for a "
     "drip?",
     "点滴の場合、救急用品、期限内のアドレナリン、院内の医師、搬送先病院が整っているか。",
     "ASRM Rule Art. 6"},
    {"CO-02.reason/1", "Is the reason recorded where the day is not the planned one?",
     "予定日と異なる場合、理由が記録されているか。", "the plan"},
    {"CO-02.interval/1", "Have the ordered days passed since any other dose by this route?",
     "同じ経路の他の投与から、指示された日数が空いているか。", "the plan"},
    {"CO-03.amount/1", "Are no more doses and vials given than ordered?",
     "投与回数とバイアル数は指示以内か。", "the plan"},
};

static enum verdict is_word(const char *found, const char *asked)
{
    return verdict_of(found != NULL, text_equals(found, asked));
}

static enum verdict is_same(const char *one, const char *other)
{
    return verdict_of(one && other && *one && *other, text_equals(one, other));
}

static enum verdict is_at_most(struct count found, struct count most)
{
    return verdict_of(found.known && most.known, found.value <= most.value);
}

static enum verdict judge_same_day(const struct dose_facts *facts)
{
    enum verdict temperature = verdict_of(facts->temperature_c.text && facts->fever_c.text,
                                          facts->temperature_c.value <= facts->fever_c.value);
    enum verdict pregnancy =
        verdict_of(facts->pregnant != NULL, text_equals(facts->pregnant, "no") ||
                                                text_equals(facts->pregnant, "not_applicable"));
    enum verdict weight = verdict_of(facts->weight_kg.text != NULL, facts->weight_kg.value > 0);
    return verdict_both(verdict_both(verdict_both(temperature, pregnancy), weight),
                        is_word(facts->unwell, "no"));
}

static enum verdict judge_check_age(const struct dose_facts *facts)
{
    const int64_t minutes_per_hour = 60;
    bool known = facts->check_minutes.known && facts->same_day_hours.known;
    return verdict_of(known, facts->check_minutes.value >= 0 &&
                                 facts->check_minutes.value <=
                                     facts->same_day_hours.value * minutes_per_hour);
}

static enum verdict judge_single(const struct dose_facts *facts)
{
    return verdict_both(is_word(facts->given_to, "none"), is_word(facts->opened_for, "none"));
}

/* Before it is given nobody knows what will be left. */
static enum verdict judge_balance(const struct dose_facts *facts)
{
    if (facts->before)
        return VERDICT_MET;
    return verdict_of(facts->content_ul.known && facts->accounted_ul.known,
                      facts->content_ul.value == facts->accounted_ul.value);
}

/* Local routes have a limit of the lot instead. */
static enum verdict judge_endotoxin(const struct dose_facts *facts)
{
    if (facts->route && !text_equals(facts->route, "iv"))
        return VERDICT_MET;
    return verdict_of(facts->route && facts->eu_per_kg_hour.text && facts->eu_per_kg_hour_most.text,
                      facts->eu_per_kg_hour.value <= facts->eu_per_kg_hour_most.value);
}

/* A plan without planned days has none to miss. */
static enum verdict judge_reason(const struct dose_facts *facts)
{
    bool off = facts->planned_on.text &&
               (!facts->deviation_days.known || facts->deviation_days.value != 0);
    if (!facts->session.known)
        return VERDICT_UNKNOWN;
    return verdict_of(true, facts->before || !off || facts->deviation_told);
}

static enum verdict judge_place(const struct dose_facts *facts)
{
    return verdict_both(is_word(facts->vial_state, "in_stock"),
                        is_same(facts->vial_site, facts->site));
}

/* A start before the thaw is not a short time but a wrong one. */
static enum verdict judge_thaw(const struct dose_facts *facts)
{
    return verdict_both(verdict_of(facts->thaw_minutes.known, facts->thaw_minutes.value >= 0),
                        is_at_most(facts->thaw_minutes, facts->thaw_minutes_most));
}

static enum verdict judge_interval(const struct dose_facts *facts)
{
    if (text_equals(facts->nearest_on, "none"))
        return VERDICT_MET;
    return verdict_of(facts->nearest_on && facts->nearest_days.known && facts->minimum_days.known,
                      facts->nearest_days.value >= facts->minimum_days.value);
}

static enum verdict judge_amount(const struct dose_facts *facts)
{
    enum verdict doses = verdict_of(facts->doses_given.known && facts->doses_ordered.known,
                                    facts->doses_given.value < facts->doses_ordered.value);
    enum verdict vials = verdict_both(verdict_of(facts->vials.known, facts->vials.value > 0),
                                      is_at_most(facts->vials, facts->vials_ordered));
    return verdict_both(doses, vials);
}

/* YYYY-MM-DD texts compare as dates do; the last usable day counts. */
static enum verdict judge_emergency(const struct dose_facts *facts)
{
    const char *today = facts->eligibility.asked_on.text;
    const char *until = facts->adrenaline_until.text;
    if (facts->route && !text_equals(facts->route, "iv"))
        return VERDICT_MET;
    return verdict_of(facts->route != NULL, facts->emergency_ready && facts->emergency_doctor &&
                                                facts->emergency_hospital && today && until &&
                                                strcmp(today, until) <= 0);
}

static const char *number(struct arena *arena, struct count count)
{
    return count.known ? arena_print(arena, "%lld", (long long)count.value) : "not known";
}

static void judge_person(struct findings *list, const struct dose_facts *facts)
{
    struct arena *arena = list->arena;
    findings_add(list, "PT-09.patient/1", is_same(facts->patient_site, facts->site),
                 finding_word(facts->site), "patient of site %s",
                 finding_word(facts->patient_site));
    findings_add(list, "CN-07.consent/1", is_word(facts->consent, "valid"), "valid", "consent %s",
                 finding_word(facts->consent));
    findings_add(list, "CN-07.binding/1", is_word(facts->consent_changes, "none"), "none",
                 "changed since the consent: %s", finding_word(facts->consent_changes));
    findings_add(list, "CN-04.cooling/1", is_at_most(facts->cooling_hours, facts->consent_hours),
                 arena_print(arena, "at least %s h", number(arena, facts->cooling_hours)),
                 "%s h since the consent", number(arena, facts->consent_hours));
    findings_add(list, "PT-08.eligible/1", eligibility_lasts(&facts->eligibility), "eligible", "%s",
                 eligibility_tell(arena, &facts->eligibility));
    findings_add(list, "PT-01.route/1",
                 verdict_of(facts->examined_route && facts->route,
                            text_equals(facts->examined_route, "every") ||
                                text_equals(facts->examined_route, facts->route)),
                 finding_word(facts->route), "examined for %s route",
                 finding_word(facts->examined_route));
    findings_add(list, "PT-07.same_day/1", judge_same_day(facts),
                 arena_print(arena, "at most %s C, pregnancy answered with no, weight known, well",
                             finding_word(facts->fever_c.text)),
                 "temperature %s C, pregnant %s, weight %s kg, unwell %s",
                 finding_word(facts->temperature_c.text), finding_word(facts->pregnant),
                 finding_word(facts->weight_kg.text), finding_word(facts->unwell));
    findings_add(list, "PT-07.valid/1", judge_check_age(facts),
                 arena_print(arena, "0 to %s h", number(arena, facts->same_day_hours)),
                 "%s min from the check to the start", number(arena, facts->check_minutes));
    findings_add(list, "CO-04.stop/1", is_word(facts->stopped_by, "none"), "not stopped",
                 "stopped by %s", finding_word(facts->stopped_by));
    findings_add(list, "OU-01.blinded/1",
                 verdict_of(facts->rater_gives != NULL, !text_equals(facts->rater_gives, "yes")),
                 "no", "the rater of the study may give doses: %s",
                 finding_word(facts->rater_gives));
}

static void judge_vial(struct findings *list, const struct dose_facts *facts)
{
    findings_add(list, "AD-02.product/1", is_same(facts->specification, facts->ordered),
                 finding_word(facts->ordered), "lot of %s", finding_word(facts->specification));
    findings_add(list, "AD-02.lot/1", shipment_lot_released(facts->lot_status), "released",
                 "the lot is %s", finding_word(facts->lot_status));
    findings_add(list, "RL-01.hold/1", shipment_lot_free(facts->holds), "no hold", "on hold: %s",
                 finding_word(facts->holds));
    findings_add(list, "AD-02.place/1", judge_place(facts), "in stock at this site", "%s at %s",
                 finding_word(facts->vial_state), finding_word(facts->vial_site));
    findings_add(
        list, "AD-02.expiry/1", shipment_lot_lasts(facts->expires_on, facts->eligibility.asked_on),
        facts->expires_on.text, "used on %s", finding_word(facts->eligibility.asked_on.text));
    findings_add(list, "AD-04.single/1", judge_single(facts), "given to nobody",
                 "given to %s, opened for %s", finding_word(facts->given_to),
                 finding_word(facts->opened_for));
    findings_add(
        list, "CC-05.life/1", is_at_most(facts->life_minutes, facts->life_minutes_most),
        arena_print(list->arena, "at most %s min", number(list->arena, facts->life_minutes_most)),
        "%s min out of range", number(list->arena, facts->life_minutes));
    findings_add(list, "RL-09.confirmed/1", verdict_of(true, facts->made_to_specification),
                 "confirmed", facts->made_to_specification ? "confirmed" : "not confirmed");
}

static void judge_act(struct findings *list, const struct dose_facts *facts)
{
    struct arena *arena = list->arena;
    findings_add(list, "PR-05.route/1", plan_route_allowed(arena, facts->routes, facts->route),
                 facts->routes, "route %s", finding_word(facts->route));
    findings_add(list, "AD-06.thaw/1", judge_thaw(facts),
                 arena_print(arena, "0 to %s min", number(arena, facts->thaw_minutes_most)),
                 "%s min from thaw to start", number(arena, facts->thaw_minutes));
    findings_add(list, "CO-02.interval/1", judge_interval(facts),
                 arena_print(arena, "%s days", number(arena, facts->minimum_days)),
                 "nearest other dose: %s, %s days", finding_word(facts->nearest_on),
                 text_equals(facts->nearest_on, "none") ? "no"
                                                        : number(arena, facts->nearest_days));
    findings_add(list, "CO-02.reason/1", judge_reason(facts), "a reason off the planned day",
                 "session %s, planned on %s, %s days after it, reason %s",
                 number(arena, facts->session), finding_word(facts->planned_on.text),
                 number(arena, facts->deviation_days), facts->deviation_told ? "told" : "not told");
    findings_add(list, "CO-03.amount/1", judge_amount(facts),
                 arena_print(arena, "%s doses of %s vials", number(arena, facts->doses_ordered),
                             number(arena, facts->vials_ordered)),
                 "%s doses given so far, %s vials asked for", number(arena, facts->doses_given),
                 number(arena, facts->vials));
    findings_add(list, "AD-04.balance/1", judge_balance(facts),
                 arena_print(arena, "%s uL", number(arena, facts->content_ul)),
                 "%s uL accounted for", number(arena, facts->accounted_ul));
    findings_add(
        list, "AD-07.endotoxin/1", judge_endotoxin(facts),
        arena_print(arena, "at most %s EU/kg/h", finding_word(facts->eu_per_kg_hour_most.text)),
        "route %s, %s EU/kg/h", finding_word(facts->route),
        finding_word(facts->eu_per_kg_hour.text));
    findings_add(list, "AD-09.emergency/1", judge_emergency(facts), "ready for a drip",
                 "route %s, equipment %s, adrenaline until %s, doctor %s, hospital %s",
                 finding_word(facts->route), facts->emergency_ready ? "ready" : "not ready",
                 finding_word(facts->adrenaline_until.text), finding_word(facts->emergency_doctor),
                 finding_word(facts->emergency_hospital));
}

void dose_judge(struct arena *arena, const struct dose_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_person(&list, facts);
    judge_vial(&list, facts);
    judge_act(&list, facts);
    *findings = list.rows;
}
