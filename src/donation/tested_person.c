/* tested_person.c: a cord is tested in the mother, and so is a newborn. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/tested_person.h"

#include "contract/fact.h"
#include "contract/setting.h"

/* What comes of a birth: never the donor's own blood, so an unsigned fact must not pass for it. */
static bool is_of_birth(const char *tissue)
{
    return text_equals(tissue, "umbilical_cord") || text_equals(tissue, "placenta");
}

const char *tested_person_asked(const struct tested_person_question *question)
{
    if (text_equals(question->said, "birth mother"))
        return "birth_mother";
    if (!question->age_days.known || !question->mother_days.known)
        return NULL;
    if (question->age_days.value <= question->mother_days.value)
        return "birth_mother";
    if (question->listed)
        return text_equals(question->said, "donor") ? "donor" : NULL;
    return is_of_birth(question->tissue) ? NULL : "donor";
}

bool tested_person_gather(struct work *work, struct tested_person_question *question)
{
    struct fact fact = {0};
    if (!fact_find(work, "source_tissues", question->tissue, &fact, &question->listed) ||
        !setting_count(work, "birth_mother_days", &question->mother_days))
        return false;
    if (question->listed)
        question->said = fact_cell(work->arena, &fact, "tested_person");
    return true;
}
