/* rater.c: whoever checks a dose sees what is given as well as whoever gives it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/rater.h"

#include "treatment/study.h"

bool rater_gives(struct work *work, const char *rater, const char **gives)
{
    struct actor actor;
    struct account account = {0};
    *gives = NULL;
    if (!view_need(work, &account_table, "rater", rater, &account) ||
        !permission_grant_named(work, "rater", rater, work->actor ? work->actor->site : NULL,
                                &actor))
        return false;
    bool may = actor.permitted[PERMIT_DOSE_GIVE] || actor.permitted[PERMIT_DOSE_COUNTERSIGN];
    *gives = may ? "yes" : "no";
    return true;
}

bool rater_gives_to(struct work *work, const char *patient, const char **gives)
{
    const char *study = NULL;
    const char *side = NULL;
    const char *rater = NULL;
    const struct fault before = work->fault;
    *gives = "none";
    if (!study_side(work, patient, &study, &side))
        return false;
    if (!study)
        return true;
    if (!study_rater(work, study, &rater))
        return false;
    if (rater_gives(work, rater, gives))
        return true;
    if (work->fault.kind != FAULT_MISSING && work->fault.kind != FAULT_FORBIDDEN)
        return false;
    work->fault = before;
    *gives = "no";
    return true;
}
