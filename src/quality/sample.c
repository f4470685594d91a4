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
