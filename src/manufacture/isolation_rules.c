/* isolation_rules.c: what the numbers of a membrane step say, and whether enough came through. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/isolation.h"

#include <math.h>

const struct rule isolation_rules[ISOLATION_RULES] = {
    {"MF-09.balance/1",
     "Is what was fed and added the sum of retentate, permeate and hold-up, exactly?",
     "供給量と添加量の和は保持液・透過液・残留量の和に一致するか。", "ASRM Rule Art. 99"},
    {"MF-09.drawn/1", "Is no more fed than the pool has left?",
     "プールの残量を超えて供給していないか。", "ASRM Rule Art. 99"},
    {"MF-09.integrity/1", "Did the membrane not fail an integrity test, before or after use?",
     "膜は使用前後の完全性試験で不適合となっていないか。", "requirement MF-09"},
    {"MF-09.yield/1", "Do at least the signed percent of the particles stay in the retentate?",
     "保持液に残った粒子の割合は署名済みの下限以上か。", "requirement MF-09, as signed"},
};

static const struct field facts_fields[] = {
    FIELD(struct isolation_facts, particles_fed, .help = "Particles fed, computed"),
    FIELD(struct isolation_facts, particles_retentate, .help = "Particles kept back, computed"),
    FIELD(struct isolation_facts, yield_least_percent, .help = "Signed limit of the yield",
          .unit = "%"),
    FIELD(struct isolation_facts, integrity_before, .help = "Integrity test before use"),
    FIELD(struct isolation_facts, integrity_after, .help = "Integrity test after use"),
};
const struct schema isolation_facts_schema =
    SCHEMA("isolation_facts", struct isolation_facts, facts_fields);

static struct real retention(struct arena *arena, const struct isolation_figures *figures)
{
    const struct real *yield = &figures->yield_percent;
    const struct real *factor = &figures->volume_factor;
    if (!yield->text || !factor->text || yield->value <= 0 || factor->value <= 1)
        return (struct real){0};
    return derived_number(arena, 1 + log(yield->value / 100) / log(factor->value));
}

static struct real factor_uncertainty(struct arena *arena, const struct isolation *measured,
                                      struct real factor)
{
    if (!factor.text || !measured->count_uncertainty_percent.text)
        return (struct real){0};
    return derived_number(arena,
                          factor.value * sqrt(2) * measured->count_uncertainty_percent.value / 100);
}

static void derive_protein(struct arena *arena, const struct isolation *measured,
                           struct isolation_figures *figures)
{
    figures->protein_feed_mg =
        derived_mass_mg(arena, measured->fed_ul, measured->feed_protein_ug_per_ml);
    figures->protein_retentate_mg =
        derived_mass_mg(arena, measured->retentate_ul, measured->retentate_protein_ug_per_ml);
    figures->protein_permeate_mg =
        derived_mass_mg(arena, measured->permeate_ul, measured->permeate_protein_ug_per_ml);
    figures->protein_unaccounted_mg = derived_less(
        arena, derived_less(arena, figures->protein_feed_mg, figures->protein_retentate_mg),
        figures->protein_permeate_mg);
    figures->protein_unaccounted_percent =
        derived_percent(arena, figures->protein_unaccounted_mg, figures->protein_feed_mg);
    figures->particles_per_ug_feed =
        derived_ratio(arena, measured->feed_particles_per_ml, measured->feed_protein_ug_per_ml);
    figures->particles_per_ug_retentate = derived_ratio(arena, measured->retentate_particles_per_ml,
                                                        measured->retentate_protein_ug_per_ml);
    figures->particles_per_ug_ratio =
        derived_ratio(arena, figures->particles_per_ug_retentate, figures->particles_per_ug_feed);
}

void isolation_derive(struct arena *arena, const struct isolation *measured,
                      struct isolation_figures *figures)
{
    *figures = (struct isolation_figures){0};
    figures->particles_fed =
        derived_particles(arena, measured->fed_ul, measured->feed_particles_per_ml);
    figures->particles_retentate =
        derived_particles(arena, measured->retentate_ul, measured->retentate_particles_per_ml);
    figures->yield_percent =
        derived_percent(arena, figures->particles_retentate, figures->particles_fed);
    figures->volume_factor = derived_ratio(arena, derived_number(arena, (double)measured->fed_ul),
                                           derived_number(arena, (double)measured->retentate_ul));
    figures->particle_factor =
        derived_ratio(arena, measured->retentate_particles_per_ml, measured->feed_particles_per_ml);
    figures->particle_factor_uncertainty =
        factor_uncertainty(arena, measured, figures->particle_factor);
    figures->retention = retention(arena, figures);
    derive_protein(arena, measured, figures);
}

struct rows isolation_list_figures(struct arena *arena, const struct isolation_figures *figures)
{
    struct derivations list = derivations_open(arena);
    const struct derived rows[] = {
        {"particles_fed", figures->particles_fed, .unit = "particles",
         .formula = "particles/1: volume_ul / 1000 * particles_per_ml"},
        {"particles_retentate", figures->particles_retentate, .unit = "particles",
         .formula = "particles/1: volume_ul / 1000 * particles_per_ml"},
        {"yield_percent", figures->yield_percent, .unit = "%",
         .formula = "membrane_yield/1: 100 * particles_retentate / particles_fed"},
        {"volume_factor", figures->volume_factor,
         .formula = "volume_factor/1: fed_ul / retentate_ul"},
        {"particle_factor", figures->particle_factor, figures->particle_factor_uncertainty,
         .formula = "particle_factor/1: retentate_particles_per_ml / feed_particles_per_ml; "
                    "uncertainty factor * sqrt(2) * count_uncertainty_percent / 100, k = 1"},
        {"retention", figures->retention,
         .formula = "retention/1: 1 + ln(yield_percent / 100) / ln(volume_factor)"},
        {"protein_feed_mg", figures->protein_feed_mg, .unit = "mg",
         .formula = "mass/1: volume_ul * ug_per_ml / 1e6"},
        {"protein_retentate_mg", figures->protein_retentate_mg, .unit = "mg",
         .formula = "mass/1: volume_ul * ug_per_ml / 1e6"},
        {"protein_permeate_mg", figures->protein_permeate_mg, .unit = "mg",
         .formula = "mass/1: volume_ul * ug_per_ml / 1e6"},
        {"protein_unaccounted_mg", figures->protein_unaccounted_mg, .unit = "mg",
         .formula = "unaccounted/1: feed - retentate - permeate"},
        {"protein_unaccounted_percent", figures->protein_unaccounted_percent, .unit = "%",
         .formula = "unaccounted_percent/1: 100 * unaccounted / feed"},
        {"particles_per_ug_feed", figures->particles_per_ug_feed, .unit = "1/ug",
         .formula = "particles_per_ug/1: particles_per_ml / protein_ug_per_ml"},
        {"particles_per_ug_retentate", figures->particles_per_ug_retentate, .unit = "1/ug",
         .formula = "particles_per_ug/1: particles_per_ml / protein_ug_per_ml"},
        {"particles_per_ug_ratio", figures->particles_per_ug_ratio,
         .formula = "particles_per_ug_ratio/1: retentate / feed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        derivations_add(&list, &rows[i]);
    return list.rows;
}

/* A membrane that is not tested holds back what its yield shows; one that failed is out. */
static void add_integrity(struct findings *list, const char *when, const char *integrity)
{
    if (text_equals(integrity, "passed") || text_equals(integrity, "failed"))
        findings_add(list, "MF-09.integrity/1", verdict_of(true, text_equals(integrity, "passed")),
                     "passed", "%s use: %s", when, integrity);
}

void isolation_judge(struct arena *arena, const struct isolation_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct real *fed = &facts->particles_fed;
    const struct real *kept = &facts->particles_retentate;
    const struct real *least = &facts->yield_least_percent;
    /* Multiplied out, so that a yield of exactly the limit is not lost in a division. */
    findings_add(&list, "MF-09.yield/1",
                 verdict_of(fed->text && kept->text && least->text && fed->value > 0,
                            100 * kept->value >= least->value * fed->value),
                 least->text ? arena_print(arena, ">= %s %%", least->text) : "no signed limit",
                 "%s of %s particles", kept->text ? kept->text : "unknown",
                 fed->text ? fed->text : "unknown");
    add_integrity(&list, "before", facts->integrity_before);
    add_integrity(&list, "after", facts->integrity_after);
    *findings = list.rows;
}
