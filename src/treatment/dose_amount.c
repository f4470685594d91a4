/* dose_amount.c: particles and endotoxin for this patient, computed and never typed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose.h"

#include "contract/setting.h"
#include "quality/assay.h"

static const double ml_per_ul = 1e-3;
static const double minutes_per_hour = 60;

void dose_endotoxin(struct arena *arena, const struct endotoxin_question *question,
                    struct dose_amounts *amounts)
{
    bool diluted = question->diluent_ul.known && question->diluent_ul.value > 0;
    const double product_ml = ml_per_ul * (double)question->product_ul.value;
    const double diluent_ml = diluted ? ml_per_ul * (double)question->diluent_ul.value : 0;
    const double weight_kg = question->weight_kg.value;
    double hours = question->minutes.known ? (double)question->minutes.value / minutes_per_hour : 1;
    hours = hours > 1 ? hours : 1; /* a shorter drip lies within one hour whole */
    bool weighed = question->weight_kg.text && weight_kg > 0 && question->product_ul.known;
    if (weighed && question->most.text && product_ml > 0)
        amounts->limit_eu_per_ml =
            real_of(arena, question->most.value * weight_kg * hours / product_ml);
    if (!weighed || !question->product_eu_per_ml.text ||
        (diluted && !question->diluent_eu_per_ml.text))
        return;
    const double eu = product_ml * question->product_eu_per_ml.value +
                      (diluted ? diluent_ml * question->diluent_eu_per_ml.value : 0);
    amounts->endotoxin_eu = real_of(arena, eu);
    amounts->eu_per_kg_hour = real_of(arena, eu / weight_kg / hours);
}

/* A result below the limit of quantification may be as much as that. */
static struct real worst_of(const struct assay_result *result)
{
    return result->value.text || !result->reported || *result->reported != '<' ? result->value
                                                                               : result->loq;
}

/* Particles, not vials, are the dose (requirement 0.7); a lot without a count leaves them unknown.
 * A count without an uncertainty of its own has the signed one. */
static bool count_particles(struct work *work, const struct dose_question *question,
                            struct dose_amounts *amounts)
{
    struct assay_result count = {0};
    struct real percent = {0};
    bool found = false;
    if (!assay_standing(work, question->lot, "particles_per_ml", &count, &found) ||
        !setting_real(work, "count_uncertainty_percent", &percent))
        return false;
    if (!found || !count.value.text || !question->volume_ul.known)
        return true;
    const double volume_ml = ml_per_ul * (double)question->volume_ul.value;
    const double particles = count.value.value * volume_ml;
    amounts->particles = real_of(work->arena, particles);
    if (count.uncertainty.text)
        amounts->particles_uncertainty = real_of(work->arena, count.uncertainty.value * volume_ml);
    else if (percent.text)
        amounts->particles_uncertainty = real_of(work->arena, particles * percent.value / 100);
    return true;
}

bool dose_amounts(struct work *work, const struct dose_question *question, struct real weight_kg,
                  struct dose_amounts *amounts)
{
    struct assay_result endotoxin = {0};
    bool found = false;
    struct endotoxin_question asked = {.diluent_eu_per_ml = question->diluent_eu_per_ml,
                                       .diluent_ul = question->diluent_ul,
                                       .minutes = question->duration_minutes,
                                       .weight_kg = weight_kg};
    *amounts = (struct dose_amounts){0};
    if (!assay_standing(work, question->lot, "endotoxin_eu_per_ml", &endotoxin, &found) ||
        !setting_real(work, "endotoxin_eu_per_kg_hour_most", &asked.most) ||
        !count_particles(work, question, amounts))
        return false;
    asked.product_eu_per_ml = found ? worst_of(&endotoxin) : (struct real){0};
    asked.product_ul = question->volume_ul;
    if (question->residue_ul.known) /* prepared for this patient, whatever ran in */
        asked.product_ul.value += question->residue_ul.value;
    dose_endotoxin(work->arena, &asked, amounts);
    return true;
}
