/* vial.c: ranges of serials that split where something happens to a part of them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/vial.h"

const char *const vial_states[] = {"in_stock", "in_transit", "arrived",   "rejected", "tested",
                                   "retained", "given",      "destroyed", "lost",     NULL};

static const struct field range_fields[] = {
    FIELD(struct vial_range, lot, .help = "Lot"),
    FIELD(struct vial_range, first, .help = "First serial"),
    FIELD(struct vial_range, last, .help = "Last serial"),
    FIELD(struct vial_range, state, .help = "What became of them", .choices = vial_states),
    FIELD(struct vial_range, site, .help = "Where they are, or were last"),
    FIELD(struct vial_range, shipment, .help = "Newest shipment"),
    FIELD(struct vial_range, patient, .help = "Who received them, by code"),
    FIELD(struct vial_range, dose, .help = "In which dose"),
    FIELD(struct vial_range, purpose, .help = "What they were set aside for"),
    FIELD(struct vial_range, entry, .help = "Entry that put them here"),
};
const struct schema vial_range_schema = SCHEMA("vial_range", struct vial_range, range_fields);
const struct table vial_table = {"vial", &vial_range_schema, "lot first",
                                 "shipment patient dose state", TABLE_VIEW};

/* What a long list of vials tells of each: the lot is known to who asks. */
static const struct field fate_fields[] = {
    FIELD(struct vial_range, first, .help = "First serial"),
    FIELD(struct vial_range, last, .help = "Last serial"),
    FIELD(struct vial_range, state, .help = "What became of them"),
    FIELD(struct vial_range, site, .help = "Where they are, or were last"),
    FIELD(struct vial_range, shipment, .help = "Newest shipment"),
    FIELD(struct vial_range, patient, .help = "Who received them, by code"),
    FIELD(struct vial_range, dose, .help = "In which dose"),
};
static const struct schema fate_schema = SCHEMA("vial_fate", struct vial_range, fate_fields);

static const struct field balance_fields[] = {
    FIELD(struct vial_balance, state, .help = "What became of them"),
    FIELD(struct vial_balance, site, .help = "Where"),
    FIELD(struct vial_balance, vials, .help = "Number of vials", .unit = "vials"),
};
const struct schema vial_balance_schema =
    SCHEMA("vial_balance", struct vial_balance, balance_fields);

static const struct field purpose_fields[] = {
    FIELD(struct vial_purpose, purpose, .help = "What they were set aside for"),
    FIELD(struct vial_purpose, state, .help = "What became of them"),
    FIELD(struct vial_purpose, site, .help = "Where"),
    FIELD(struct vial_purpose, vials, .help = "Number of vials", .unit = "vials"),
};
const struct schema vial_purpose_schema =
    SCHEMA("vial_purpose", struct vial_purpose, purpose_fields);

enum { VIAL_OVERLAPPING, VIAL_BALANCE, VIAL_PURPOSES, VIAL_FATES, VIAL_STATEMENTS };

/* Ranges leave no gap, so the one that holds a serial is the last that begins at or before it:
 * found in the key, without reading the lot from its first serial on. */
extern const struct statement vial_statements[];
const struct statement vial_statements[VIAL_STATEMENTS] = {
    [VIAL_OVERLAPPING] = {"tii", &vial_range_schema,
                          "SELECT lot, first, last, state, site, shipment, patient, dose, "
                          "purpose, entry "
                          "FROM vial WHERE lot = $1 AND first >= "
                          "COALESCE((SELECT MAX(first) FROM vial WHERE lot = $1 AND first <= $2), "
                          "$2) AND first <= $3 AND last >= $2 ORDER BY first"},
    [VIAL_BALANCE] = {"t", &vial_balance_schema,
                      "SELECT state, site, CAST(SUM(last - first + 1) AS BIGINT) AS vials "
                      "FROM vial WHERE lot = $1 GROUP BY state, site ORDER BY state, site"},
    [VIAL_PURPOSES] = {"t", &vial_purpose_schema,
                       "SELECT purpose, state, site, CAST(SUM(last - first + 1) AS BIGINT) AS "
                       "vials FROM vial WHERE lot = $1 AND purpose IS NOT NULL "
                       "GROUP BY purpose, state, site ORDER BY purpose, state, site"},
    [VIAL_FATES] = {"t", &fate_schema,
                    "SELECT first, last, state, site, shipment, patient, dose FROM vial "
                    "WHERE lot = $1 ORDER BY first"},
};

bool vial_fill(struct work *work, const char *lot, int64_t made, const char *site, int64_t entry)
{
    const struct vial_range range = {
        .lot = lot, .first = 1, .last = made, .state = "in_stock", .site = site, .entry = entry};
    return view_add(work, &vial_table, &range);
}

bool vial_overlapping(struct work *work, const char *lot, int64_t first, int64_t last,
                      struct rows *ranges)
{
    return database_list(work, &vial_statements[VIAL_OVERLAPPING],
                         VALUES(value_text(lot), value_integer(first), value_integer(last)),
                         ranges);
}

bool vial_within(struct work *work, const char *lot, int64_t first, int64_t last,
                 struct rows *ranges)
{
    if (!vial_overlapping(work, lot, first, last, ranges))
        return false;
    for (size_t i = 0; i < ranges->count; i++) {
        struct vial_range *range = &ROWS(*ranges, struct vial_range)[i];
        range->first = range->first > first ? range->first : first;
        range->last = range->last < last ? range->last : last;
    }
    return true;
}

struct vial_walk {
    const char *lot;
    const struct visitor *visitor;
    int64_t next; /* serial */
};

static bool visit_fate(struct work *work, void *context, const void *row)
{
    struct vial_walk *walk = context;
    struct vial_range range = *(const struct vial_range *)row;
    if (range.first != walk->next || range.last < range.first)
        return fail(&work->fault, FAULT_STORAGE, "lot",
                    "The vials of lot %s do not follow one another at serial %lld; run exoledger "
                    "verify.",
                    walk->lot, (long long)walk->next);
    range.lot = walk->lot;
    walk->next = range.last + 1;
    return walk->visitor->visit(work, walk->visitor->context, &range);
}

bool vial_each(struct work *work, const char *lot, const struct visitor *visitor)
{
    struct vial_walk walk = {lot, visitor, 1};
    const struct visitor checking = {visit_fate, &walk};
    return database_scan(work, &vial_statements[VIAL_FATES], VALUES(value_text(lot)), &checking);
}

/* Vials that the entry under correction moved are where that entry found them: it is taken back
 * before the corrected one is applied. */
static bool is_as_asked(const struct work *work, const struct vial_range *range,
                        const struct vial_range *asked)
{
    if (!text_equals(range->site, asked->site))
        return false;
    return text_equals(range->state, asked->state) ||
           (work->amends && range->entry == work->amends);
}

static int64_t later(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

static bool refuse_serial(struct work *work, const struct vial_range *range,
                          const struct vial_range *asked)
{
    return fail(&work->fault, FAULT_CONFLICT, "first_vial",
                "Vial %s-%04lld is %s at %s and not %s at %s; check the serials.", range->lot,
                (long long)later(range->first, asked->first), range->state, range->site,
                asked->state, asked->site);
}

bool vial_check(struct work *work, const struct vial_range *asked)
{
    struct rows ranges;
    int64_t reached = asked->first - 1;
    if (asked->first < 1 || asked->last < asked->first)
        return fail(&work->fault, FAULT_INPUT, "first_vial",
                    "The serials must begin at 1 or above "
                    "and end at or behind the first; correct them.");
    if (!vial_overlapping(work, asked->lot, asked->first, asked->last, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        if (!is_as_asked(work, range, asked))
            return refuse_serial(work, range, asked);
        reached = range->last;
    }
    return reached >= asked->last || fail(&work->fault, FAULT_CONFLICT, "first_vial",
                                          "Vial %s-%04lld does not exist; check "
                                          "the serials.",
                                          asked->lot, (long long)reached + 1);
}

static bool put_part(struct work *work, const struct vial_range *range, int64_t first, int64_t last)
{
    struct vial_range part = *range;
    part.first = first;
    part.last = last;
    return first > last || view_put(work, &vial_table, &part);
}

/* Leaves of a range what lies outside of first..last. */
static bool cut(struct work *work, const struct vial_range *range, int64_t first, int64_t last)
{
    if (range->first >= first &&
        !view_remove(work, &vial_table,
                     VALUES(value_text(range->lot), value_integer(range->first))))
        return false;
    return put_part(work, range, range->first, first - 1) &&
           put_part(work, range, last + 1, range->last);
}

bool vial_change(struct work *work, const struct vial_range *to)
{
    struct rows ranges;
    if (!vial_overlapping(work, to->lot, to->first, to->last, &ranges))
        return false;
    const struct vial_range *range = ranges.items;
    if (to->last < to->first || !ranges.count || range[0].first > to->first ||
        range[ranges.count - 1].last < to->last)
        return fail(&work->fault, FAULT_STORAGE, "first_vial",
                    "Vials %lld to %lld of lot %s are "
                    "not all there; run exoledger verify.",
                    (long long)to->first, (long long)to->last, to->lot);
    for (size_t i = 0; i < ranges.count; i++)
        if (!cut(work, &range[i], to->first, to->last))
            return false;
    return view_put(work, &vial_table, to);
}

bool vial_balance(struct work *work, const char *lot, struct rows *balance)
{
    return database_list(work, &vial_statements[VIAL_BALANCE], VALUES(value_text(lot)), balance);
}

bool vial_purposes(struct work *work, const char *lot, struct rows *purposes)
{
    return database_list(work, &vial_statements[VIAL_PURPOSES], VALUES(value_text(lot)), purposes);
}

bool vial_count(struct work *work, const struct vial_range *asked, int64_t *vials)
{
    struct rows rows;
    *vials = 0;
    if (!vial_purposes(work, asked->lot, &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct vial_purpose *row = &ROWS(rows, const struct vial_purpose)[i];
        if (text_equals(row->purpose, asked->purpose) &&
            (!asked->state || text_equals(row->state, asked->state)))
            *vials += row->vials;
    }
    return true;
}

static bool is_untouched(struct work *work, const struct vial_range *part, int64_t entry)
{
    struct rows ranges;
    if (!vial_overlapping(work, part->lot, part->first, part->last, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++)
        if (ROWS(ranges, const struct vial_range)[i].entry != entry)
            return refuse(&work->fault, FAULT_CONFLICT, "seq", "AU-04.amend/1",
                          "Vials %lld to %lld of lot %s were moved by a later entry; annul that "
                          "one first.",
                          (long long)part->first, (long long)part->last, part->lot);
    return true;
}

bool vial_return(struct work *work, const struct rows *parts, int64_t entry)
{
    for (size_t i = 0; i < parts->count; i++) {
        const struct vial_range *part = &ROWS(*parts, const struct vial_range)[i];
        if (!is_untouched(work, part, entry) || !vial_change(work, part))
            return false;
    }
    return true;
}
