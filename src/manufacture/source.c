/* source.c: material may be worked on in quarantine while the window of its donor is open. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/source.h"

#include "donation/donor.h"
#include "manufacture/step.h"

bool source_of(struct work *work, const char *name, struct source *source)
{
    struct text donors = text_open(work->arena);
    size_t count = 0;
    size_t eligible = 0;
    size_t ineligible = 0;
    if (!step_donors(work, name, &donors))
        return false;
    const char **codes =
        donors.length ? text_split(work->arena, donors.bytes, ' ', &count) : (const char **)NULL;
    for (size_t i = 0; i < count; i++) {
        struct donor donor = {0};
        if (!view_need(work, &donor_table, "donor", codes[i], &donor))
            return false;
        eligible += text_equals(donor.decision, "eligible");
        ineligible += text_equals(donor.decision, "ineligible");
    }
    *source = (struct source){
        .donors = count ? donors.bytes : NULL,
        .standing =
            ineligible ? "ineligible" : (count && eligible == count ? "eligible" : "quarantine"),
        .all_ineligible = count && ineligible == count};
    return true;
}
