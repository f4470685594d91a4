/* reach.c: sums over the vials of a recall, and who must have answered. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/reach.h"

#include "manufacture/lot.h"
#include "supply/shipment.h"
#include "vigilance/tracing.h"

static const struct field balance_fields[] = {
    FIELD(struct recall_balance, lot, .help = "Lot"),
    FIELD(struct recall_balance, made, .unit = "vials", .help = "Made"),
    FIELD(struct recall_balance, tested, .unit = "vials", .help = "Tested"),
    FIELD(struct recall_balance, retained, .unit = "vials", .help = "Retained"),
    FIELD(struct recall_balance, given, .unit = "vials", .help = "Given to patients"),
    FIELD(struct recall_balance, destroyed, .unit = "vials", .help = "Destroyed"),
    FIELD(struct recall_balance, lost, .unit = "vials", .help = "Lost"),
    FIELD(struct recall_balance, in_stock, .unit = "vials", .help = "Still in stock"),
    FIELD(struct recall_balance, in_transit, .unit = "vials", .help = "Still on the road"),
    FIELD(struct recall_balance, arrived, .unit = "vials", .help = "Arrived, not decided"),
    FIELD(struct recall_balance, rejected, .unit = "vials", .help = "Rejected, not destroyed"),
    FIELD(struct recall_balance, difference, .unit = "vials", .help = "Made less all the others"),
};
const struct schema recall_balance_schema =
    SCHEMA("recall_balance", struct recall_balance, balance_fields);

static const struct field facts_fields[] = {
    FIELD(struct recall_facts, balances, .of = &recall_balance_schema, .help = "One per lot"),
    FIELD(struct recall_facts, sites, .help = "Sites that are reached, apart from the makers"),
    FIELD(struct recall_facts, patients, .help = "Patients that are reached"),
    FIELD(struct recall_facts, unanswered, .help = "none, or whose notice is not answered"),
};
const struct schema recall_facts_schema = SCHEMA("recall_facts", struct recall_facts, facts_fields);

static void add_state(struct recall_balance *balance, const char *state, int64_t vials)
{
    const struct {
        const char *state;
        int64_t *sum;
    } sums[] = {
        {"tested", &balance->tested},
        {"retained", &balance->retained},
        {"given", &balance->given},
        {"destroyed", &balance->destroyed},
        {"lost", &balance->lost},
        {"in_stock", &balance->in_stock},
        {"in_transit", &balance->in_transit},
        {"arrived", &balance->arrived},
        {"rejected", &balance->rejected},
    };
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (text_equals(sums[i].state, state)) {
            *sums[i].sum += vials;
            balance->difference -= vials;
        }
}

static bool balance_lot(struct work *work, const char *code, struct recall_balance *balance)
{
    struct lot lot = {0};
    struct rows states;
    if (!view_need(work, &lot_table, "lot", code, &lot) || !vial_balance(work, code, &states))
        return false;
    *balance = (struct recall_balance){.lot = code, .made = lot.vials, .difference = lot.vials};
    for (size_t i = 0; i < states.count; i++) {
        const struct vial_balance *state = &ROWS(states, const struct vial_balance)[i];
        add_state(balance, state->state, state->vials);
    }
    return true;
}

bool reach_balances(struct work *work, const char *recall, struct rows *balances)
{
    struct rows lots;
    if (!view_list(work, &recall_lot_table, "recall", value_text(recall), &lots))
        return false;
    struct recall_balance *rows = arena_take(work->arena, (lots.count + 1) * sizeof *rows);
    *balances = (struct rows){lots.count, rows};
    for (size_t i = 0; i < lots.count; i++)
        if (!balance_lot(work, ROWS(lots, const struct recall_lot)[i].lot, &rows[i]))
            return false;
    return true;
}

struct reaching {
    struct work *work;
    struct names sites;
    struct names patients;
};

/* Vials on the road concern the site that they go to as well, unless they go back to the maker. */
static bool add_shipments(struct reaching *to, const struct lot *lot)
{
    struct rows shipments;
    if (!view_list(to->work, &shipment_table, "lot", value_text(lot->code), &shipments))
        return false;
    for (size_t i = 0; i < shipments.count; i++) {
        const struct shipment *shipment = &ROWS(shipments, const struct shipment)[i];
        if (!text_equals(shipment->to_site, lot->site))
            tracing_add(&to->sites, shipment->to_site);
    }
    return true;
}

static bool add_lot(struct reaching *to, const char *code)
{
    struct lot lot = {0};
    struct rows ranges;
    if (!view_need(to->work, &lot_table, "lot", code, &lot) ||
        !view_list(to->work, &vial_table, "lot", value_text(code), &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        if (!text_equals(range->site, lot.site))
            tracing_add(&to->sites, range->site);
        tracing_add(&to->patients, range->patient);
    }
    return add_shipments(to, &lot);
}

static bool is_answered(struct work *work, const char *recall, const char *recipient,
                        bool *answered)
{
    struct recall_notice notice = {0};
    bool found = false;
    bool worked = view_find(work, &recall_notice_table,
                            VALUES(value_text(recall), value_text(recipient)), &notice, &found);
    *answered = found && (text_equals(notice.answer, "reached") ||
                          text_equals(notice.answer, "unreachable"));
    return worked;
}

static bool add_unanswered(struct work *work, const char *recall, const char *kind,
                           const struct names *names, struct text *text)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *recipient = link_name(work->arena, kind, names->items[i]);
        bool answered = false;
        if (!is_answered(work, recall, recipient, &answered))
            return false;
        if (!answered)
            text_print(text, "%s%s", text->length ? " " : "", recipient);
    }
    return true;
}

static bool fill_used(struct work *work, const char *code, struct rows *used)
{
    struct recall recall = {0};
    struct rows notices;
    if (!view_need(work, &recall_table, "recall", code, &recall) ||
        !view_list(work, &recall_notice_table, "recall", value_text(code), &notices))
        return false;
    struct use *uses = arena_take(work->arena, (notices.count + 1) * sizeof *uses);
    uses[0].entry = recall.entry;
    for (size_t i = 0; i < notices.count; i++)
        uses[i + 1].entry = ROWS(notices, const struct recall_notice)[i].entry;
    *used = (struct rows){notices.count + 1, uses};
    return true;
}

bool reach_gather(struct work *work, const char *recall, struct recall_facts *facts,
                  struct rows *used)
{
    struct reaching to = {.work = work, .sites.arena = work->arena, .patients.arena = work->arena};
    struct text text = text_open(work->arena);
    *facts = (struct recall_facts){0};
    if (!fill_used(work, recall, used) || !reach_balances(work, recall, &facts->balances))
        return false;
    for (size_t i = 0; i < facts->balances.count; i++)
        if (!add_lot(&to, ROWS(facts->balances, const struct recall_balance)[i].lot))
            return false;
    tracing_sort(&to.sites);
    tracing_sort(&to.patients);
    facts->sites = (int64_t)to.sites.count;
    facts->patients = (int64_t)to.patients.count;
    if (!add_unanswered(work, recall, "site", &to.sites, &text) ||
        !add_unanswered(work, recall, "patient", &to.patients, &text))
        return false;
    facts->unanswered = text.length ? text.bytes : "none";
    return true;
}

static const struct field reached_site_fields[] = {
    FIELD(struct reached_site, site, .help = "Site"),
    FIELD(struct reached_site, vials, .unit = "vials",
          .help = "Vials that are there, apart from those given, destroyed or lost"),
};
const struct schema reached_site_schema =
    SCHEMA("reached_site", struct reached_site, reached_site_fields);
static const struct field reached_patient_fields[] = {
    FIELD(struct reached_patient, patient, .help = "Patient, by code"),
    FIELD(struct reached_patient, vials, .unit = "vials", .help = "Vials received"),
};
const struct schema reached_patient_schema =
    SCHEMA("reached_patient", struct reached_patient, reached_patient_fields);

static bool is_there(const char *state)
{
    return !text_has_word("tested given destroyed lost", state);
}

static void add_site(struct rows *sites, const char *site, int64_t vials)
{
    struct reached_site *items = sites->items;
    for (size_t i = 0; i < sites->count; i++)
        if (text_equals(items[i].site, site)) {
            items[i].vials += vials;
            return;
        }
    items[sites->count++] = (struct reached_site){site, vials};
}

static void add_patient(struct rows *patients, const char *patient, int64_t vials)
{
    struct reached_patient *items = patients->items;
    for (size_t i = 0; i < patients->count; i++)
        if (text_equals(items[i].patient, patient)) {
            items[i].vials += vials;
            return;
        }
    items[patients->count++] = (struct reached_patient){patient, vials};
}

static void add_ranges(const struct rows *ranges, struct lots_reached *reached)
{
    for (size_t i = 0; i < ranges->count; i++) {
        const struct vial_range *range = &ROWS(*ranges, const struct vial_range)[i];
        int64_t vials = range->last - range->first + 1;
        if (is_there(range->state))
            add_site(&reached->sites, range->site ? range->site : "", vials);
        if (range->patient)
            add_patient(&reached->patients, range->patient, vials);
    }
}

static bool add_open_shipments(struct work *work, const char *lot, struct lots_reached *reached)
{
    struct rows shipments;
    if (!view_list(work, &shipment_table, "lot", value_text(lot), &shipments))
        return false;
    for (size_t i = 0; i < shipments.count; i++) {
        const char *status = ROWS(shipments, const struct shipment)[i].status;
        reached->shipments += !text_equals(status, "accepted") && !text_equals(status, "decided");
    }
    return true;
}

bool reach_lots(struct work *work, const struct rows *lots, struct lots_reached *reached)
{
    struct rows *ranges = arena_take(work->arena, (lots->count + 1) * sizeof *ranges);
    struct recall_balance *balances = arena_take(work->arena, (lots->count + 1) * sizeof *balances);
    size_t room = 1;
    *reached = (struct lots_reached){.balances = {lots->count, balances}};
    for (size_t i = 0; i < lots->count; i++) {
        const char *lot = ROWS(*lots, const char *)[i];
        if (!balance_lot(work, lot, &balances[i]) ||
            !view_list(work, &vial_table, "lot", value_text(lot), &ranges[i]) ||
            !add_open_shipments(work, lot, reached))
            return false;
        reached->vials += balances[i].made;
        room += ranges[i].count;
    }
    reached->sites.items = arena_take(work->arena, room * sizeof(struct reached_site));
    reached->patients.items = arena_take(work->arena, room * sizeof(struct reached_patient));
    for (size_t i = 0; i < lots->count; i++)
        add_ranges(&ranges[i], reached);
    return true;
}
