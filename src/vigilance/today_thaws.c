/* today_thaws.c: which vials were thawed, and neither given nor discarded? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "chain/view.h"
#include "contract/setting.h"
#include "manufacture/vial.h"
#include "treatment/thaw.h"
#include "vigilance/today_finding.h"

/* The vials of the thaw that still lie in one range of the stock. */
static bool add_thaw(struct today *today, const struct thaw *thaw, const struct vial_range *range,
                     struct count most)
{
    int64_t first = thaw->first > range->first ? thaw->first : range->first;
    int64_t last = thaw->last < range->last ? thaw->last : range->last;
    struct waiting waiting = {.kind = "thawed_vials",
                              .subject_kind = "thaw",
                              .code = thaw->code,
                              .operation = "dose.give",
                              .member = "thaw",
                              .beside = today_print(today, "patient:%s", thaw->patient),
                              .since = thaw->ended_at,
                              .amount = {true, last - first + 1},
                              .unit = "vials"};
    if (most.known)
        waiting.due_at.usec = thaw->ended_at.usec + most.value * USEC_PER_MINUTE;
    waiting.overdue = most.known && waiting.due_at.usec < today->work->now_usec;
    waiting.waiting =
        today_print(today, "Thawed vials of %s are neither given nor discarded.", thaw->lot);
    return today_add(today, &waiting);
}

static bool find_in(struct today *today, const struct vial_range *range, struct count most)
{
    struct rows thaws;
    if (!thaw_touching(today->work, range->lot, range->first, range->last, &thaws))
        return false;
    for (size_t i = 0; i < thaws.count; i++) {
        const struct thaw *thaw = &ROWS(thaws, const struct thaw)[i];
        if (text_equals(thaw->site, today->site) && !add_thaw(today, thaw, range, most))
            return false;
    }
    return true;
}

/* A thaw takes no vial out of the stock; giving and discarding do. */
bool today_find_thaws(struct today *today)
{
    struct rows ranges;
    struct count most = {0};
    if (!today_may(today, "dose.give"))
        return true;
    if (!setting_count(today->work, "thaw_minutes_most", &most) ||
        !view_list(today->work, &vial_table, "state", value_text("in_stock"), &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        if (text_equals(range->site, today->site) && !find_in(today, range, most))
            return false;
    }
    return true;
}
