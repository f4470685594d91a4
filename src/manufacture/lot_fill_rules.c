/* lot_fill_rules.c: was the line cleared, and is the lot not usable for longer than signed? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/lot_fill.h"

#include "base/time.h"

#include <stdlib.h>
#include <string.h>

const struct rule lot_fill_rules[LOT_FILL_RULES] = {
    {"MF-11.balance/1",
     "Is the volume taken the content of all vials, priming and end of line, exactly?",
     "取出量は全バイアルの充填量とプライミング・ライン残液の和に一致するか。", "GMP Art. 10"},
    {"MF-11.drawn/1", "Is no more filled than is left of the bulk?",
     "バルクの残量を超えて充填していないか。", "GMP Art. 10"},
    {"MF-11.clearance/1", "Was the line cleared before and after the fill?",
     "充填の前後にラインクリアランスを行ったか。", "GMP Art. 10"},
    {"PR-01.specification/1",
     "Is the lot filled for the specification its pool was made for, and a vehicle for a "
     "vehicle's?",
     "プールと同じ規格のために充填したか。溶媒は溶媒の規格か。", "ASRM Rule Art. 99"},
    {"PR-01.source/1", "Is the lot filled from one bulk, or a vehicle from one buffer?",
     "一つのバルク、または溶媒では一つの緩衝液から充填したか。", "ASRM Rule Art. 99"},
    {"PR-06.expiry/1", "Does the lot expire on or before the last day of the signed shelf life?",
     "使用期限は署名済みの有効期間の最終日以前か。", "GMP Art. 11-2; requirement PR-06"},
};

static const struct field facts_fields[] = {
    FIELD(struct fill_facts, clearance_before, .help = "The line was cleared before"),
    FIELD(struct fill_facts, clearance_after, .help = "The line was cleared after"),
    FIELD(struct fill_facts, filled_on, .help = "Day of filling"),
    FIELD(struct fill_facts, shelf_life_months, .help = "Signed shelf life", .unit = "months"),
    FIELD(struct fill_facts, last_usable_day, .help = "Computed from the two"),
    FIELD(struct fill_facts, expires_on, .help = "Last usable day of the lot"),
};
const struct schema fill_facts_schema = SCHEMA("fill_facts", struct fill_facts, facts_fields);

/* The number that begins at a place of YYYY-MM-DD. */
static int64_t part(const char *date, size_t from)
{
    return strtoll(date + from, NULL, 10);
}

struct date last_usable_day(struct arena *arena, struct date filled_on, struct count months)
{
    int64_t day = 0;
    if (!filled_on.text || !months.known || months.value < 1 || !date_parse(filled_on.text, &day))
        return (struct date){0};
    int64_t month = part(filled_on.text, 0) * 12 + part(filled_on.text, 5) - 1 + months.value;
    /* The 29th to the 31st are not in every month. */
    for (int64_t last = part(filled_on.text, 8); last >= 28 || last == part(filled_on.text, 8);
         last--)
        if (date_parse(arena_print(arena, "%04lld-%02lld-%02lld", (long long)(month / 12),
                                   (long long)(month % 12 + 1), (long long)last),
                       &day))
            return (struct date){date_print(arena, day - 1)};
    return (struct date){0};
}

void fill_judge(struct arena *arena, const struct fill_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const char *last = facts->last_usable_day.text;
    const char *expires = facts->expires_on.text;
    findings_add(&list, "MF-11.clearance/1",
                 verdict_of(true, facts->clearance_before && facts->clearance_after),
                 "before and after", "%s and %s",
                 facts->clearance_before ? "cleared before" : "not cleared before",
                 facts->clearance_after ? "after" : "not after");
    findings_add(&list, "PR-06.expiry/1",
                 verdict_of(last && expires, last && expires && strcmp(expires, last) <= 0),
                 last ? arena_print(arena, "%s or earlier", last) : "no signed shelf life", "%s",
                 expires ? expires : "unknown");
    *findings = list.rows;
}
