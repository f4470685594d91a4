/* reach.c: sums over the vials of a recall, and who must have answered. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/reach.h"

#include "chain/link.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "supply/shipment.h"
#include "vigilance/names.h"

#include <string.h>

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
    struct arena_mark mark = arena_mark(to->work->arena);
    struct rows shipments;
    bool worked = view_list(to->work, &shipment_table, "lot", value_text(lot->code), &shipments);
    for (size_t i = 0; worked && i < shipments.count; i++) {
        const struct shipment *shipment = &ROWS(shipments, const struct shipment)[i];
        if (!text_equals(shipment->to_site, lot->site))
            names_add(&to->sites, shipment->to_site);
    }
    arena_rewind(to->work->arena, mark);
    return worked;
}

/* What of the vials of one lot is reached. */
struct reaching_lot {
    struct reaching *to;
    const char *maker; /* site that is not told of itself */
};

static bool add_range(struct work *work, void *context, const void *item)
{
    const struct reaching_lot *lot = context;
    const struct vial_range *range = item;
    (void)work;
    if (!text_equals(range->site, lot->maker))
        names_add(&lot->to->sites, range->site);
    names_add(&lot->to->patients, range->patient);
    return true;
}

static bool add_lot(struct reaching *to, const char *code)
{
    struct lot lot = {0};
    if (!view_need(to->work, &lot_table, "lot", code, &lot))
        return false;
    struct reaching_lot reaching = {to, lot.site};
    const struct visitor visitor = {add_range, &reaching};
    return vial_each(to->work, code, &visitor) && add_shipments(to, &lot);
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

static bool add_all(struct reaching *to, const char *recall, struct recall_facts *facts)
{
    struct text text = text_open(to->work->arena);
    for (size_t i = 0; i < facts->balances.count; i++)
        if (!add_lot(to, ROWS(facts->balances, const struct recall_balance)[i].lot))
            return false;
    names_sort(&to->sites);
    names_sort(&to->patients);
    facts->sites = (int64_t)to->sites.count;
    facts->patients = (int64_t)to->patients.count;
    if (!add_unanswered(to->work, recall, "site", &to->sites, &text) ||
        !add_unanswered(to->work, recall, "patient", &to->patients, &text))
        return false;
    facts->unanswered = text.length ? text.bytes : "none";
    return true;
}

bool reach_gather(struct work *work, const char *recall, struct recall_facts *facts,
                  struct rows *used)
{
    struct arena *kept = arena_open(WORK_ARENA_BYTES);
    struct reaching to = {.work = work, .sites.arena = kept, .patients.arena = kept};
    *facts = (struct recall_facts){0};
    bool worked = fill_used(work, recall, used) && reach_balances(work, recall, &facts->balances) &&
                  add_all(&to, recall, facts);
    arena_close(kept);
    return worked;
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

/* Vials by name, in the order in which the names came. */
struct sums {
    struct names names;
    int64_t *vials;
    size_t room;
};

static void add_vials(struct sums *sums, const char *name, int64_t vials)
{
    names_add(&sums->names, name);
    if (sums->names.room > sums->room) {
        int64_t *moved = arena_take(sums->names.arena, sums->names.room * sizeof *moved);
        if (sums->room)
            memcpy(moved, sums->vials, sums->room * sizeof *moved);
        sums->vials = moved;
        sums->room = sums->names.room;
    }
    sums->vials[names_find(&sums->names, name)] += vials;
}

struct summing {
    struct sums sites;
    struct sums patients;
};

static bool sum_range(struct work *work, void *context, const void *item)
{
    struct summing *to = context;
    const struct vial_range *range = item;
    int64_t vials = range->last - range->first + 1;
    (void)work;
    if (is_there(range->state))
        add_vials(&to->sites, range->site ? range->site : "", vials);
    if (range->patient)
        add_vials(&to->patients, range->patient, vials);
    return true;
}

static void fill_reached(struct work *work, const struct summing *summing,
                         struct lots_reached *reached)
{
    const struct sums *sites = &summing->sites;
    const struct sums *patients = &summing->patients;
    struct reached_site *site = arena_take(work->arena, (sites->names.count + 1) * sizeof *site);
    struct reached_patient *patient =
        arena_take(work->arena, (patients->names.count + 1) * sizeof *patient);
    for (size_t i = 0; i < sites->names.count; i++)
        site[i] =
            (struct reached_site){arena_copy(work->arena, sites->names.items[i]), sites->vials[i]};
    for (size_t i = 0; i < patients->names.count; i++)
        patient[i] = (struct reached_patient){arena_copy(work->arena, patients->names.items[i]),
                                              patients->vials[i]};
    reached->sites = (struct rows){sites->names.count, site};
    reached->patients = (struct rows){patients->names.count, patient};
}

static bool add_open_shipments(struct work *work, const char *lot, struct lots_reached *reached)
{
    struct arena_mark mark = arena_mark(work->arena);
    struct rows shipments;
    bool worked = view_list(work, &shipment_table, "lot", value_text(lot), &shipments);
    for (size_t i = 0; worked && i < shipments.count; i++) {
        const char *status = ROWS(shipments, const struct shipment)[i].status;
        reached->shipments += !text_equals(status, "accepted") && !text_equals(status, "decided");
    }
    arena_rewind(work->arena, mark);
    return worked;
}

static bool sum_lots(struct work *work, const struct rows *lots, struct summing *summing,
                     struct lots_reached *reached)
{
    const struct visitor visitor = {sum_range, summing};
    struct recall_balance *balances = arena_take(work->arena, (lots->count + 1) * sizeof *balances);
    *reached = (struct lots_reached){.balances = {lots->count, balances}};
    for (size_t i = 0; i < lots->count; i++) {
        const char *lot = ROWS(*lots, const char *)[i];
        if (!balance_lot(work, lot, &balances[i]) || !vial_each(work, lot, &visitor) ||
            !add_open_shipments(work, lot, reached))
            return false;
        reached->vials += balances[i].made;
    }
    return true;
}

bool reach_lots(struct work *work, const struct rows *lots, struct lots_reached *reached)
{
    /* What a visitor keeps must not go when its row goes. */
    struct arena *kept = arena_open(WORK_ARENA_BYTES);
    struct summing summing = {.sites.names.arena = kept, .patients.names.arena = kept};
    bool worked = sum_lots(work, lots, &summing, reached);
    if (worked)
        fill_reached(work, &summing, reached);
    arena_close(kept);
    return worked;
}
