/* standing.c: results that were amended or invalidated stay visible and do not stand. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/standing.h"

const struct assay_result *standing_of(const struct rows *results, const char *attribute)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct assay_result *result = &ROWS(*results, const struct assay_result)[i];
        if (!result->annulled && text_equals(result->attribute, attribute))
            return result;
    }
    return NULL;
}

bool standing_find(struct work *work, const char *lot, const char *attribute,
                   struct assay_result *result, bool *found)
{
    struct rows results;
    if (!view_list(work, &assay_result_table, "lot", value_text(lot), &results))
        return false;
    const struct assay_result *standing = standing_of(&results, attribute);
    *found = standing != NULL;
    if (standing)
        *result = *standing;
    return true;
}
