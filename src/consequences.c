/* consequences.c: what must happen in the same transaction, across all stages, at a glance. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue.h"

#include "contract/book.h"
#include "donation/agreement.h"
#include "donation/screening.h"
#include "manufacture/bank_test.h"
#include "quality/oos.h"
#include "quality/release.h"
#include "supply/logger.h"
#include "vigilance/effect.h"
#include "vigilance/event.h"
#include "vigilance/recall.h"

const struct consequence catalogue_consequences[] = {
    {"entry.correct", "hold.place", book_follow},           /* decisions that no longer stand */
    {"entry.annul", "hold.place", book_follow},             /* the same */
    {"agreement.withdraw", "hold.place", agreement_follow}, /* a donor who took it back in time */
    {"screening.record", "hold.place", screening_follow},   /* a reactive donor and all that came */
    {"bank.close_tests", "hold.place", bank_test_follow},   /* a bank that failed, and the same */
    {"lot.release", "certificate.issue", release_follow},   /* what the customer reads */
    {"event.report", "hold.place", event_follow},           /* the lots of the dose, everywhere */
    {"recall.open", "hold.place", recall_follow},           /* every lot in scope */
    {"hold.place", "hold.count", effect_follow},            /* what it stops, in numbers */
    {"logger.import", "deviation.open", logger_follow},     /* beyond the signed minutes */
    {"assay.record", "oos.open", oos_follow},               /* a result outside of its limit */
    {"assay.count", "oos.open", oos_follow},                /* a result outside of its limit */
    {"assay.measure", "oos.open", oos_follow},              /* a result outside of its limit */
    {"marker.record", "oos.open", oos_follow},              /* a result outside of its limit */
    {"entry.correct", "oos.open", oos_follow},              /* a result outside of its limit */
    {"assay.derive", "oos.open", oos_follow},               /* a result outside of its limit */
    {"oos.open", "hold.place", oos_hold},                   /* a released lot, until it is clear */
    {NULL, NULL, NULL},
};
