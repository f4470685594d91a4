/* sample.c: a vial that is opened for a test is never stock again. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/sample.h"

bool sample_take(struct work *work, const struct lot *lot, int64_t first, int64_t last,
                 struct rows *parts)
{
    const struct vial_range asked = {
        .lot = lot->code, .first = first, .last = last, .state = "in_stock", .site = lot->site};
    *parts = (struct rows){0};
    if (!first && !last)
        return true;
    if (!vial_check(work, &asked) || !vial_overlapping(work, lot->code, first, last, parts))
        return false;
    struct vial_range *part = parts->items;
    for (size_t i = 0; i < parts->count; i++) {
        part[i].first = part[i].first < first ? first : part[i].first;
        part[i].last = part[i].last > last ? last : part[i].last;
        part[i].state = "in_stock";
    }
    return true;
}

bool sample_mark(struct work *work, const struct rows *parts, int64_t entry)
{
    for (size_t i = 0; i < parts->count; i++) {
        struct vial_range part = ROWS(*parts, const struct vial_range)[i];
        part.state = "tested";
        part.entry = entry;
        if (!vial_change(work, &part))
            return false;
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

bool sample_return(struct work *work, const struct rows *parts, int64_t entry)
{
    for (size_t i = 0; i < parts->count; i++) {
        const struct vial_range *part = &ROWS(*parts, const struct vial_range)[i];
        if (!is_untouched(work, part, entry) || !vial_change(work, part))
            return false;
    }
    return true;
}
