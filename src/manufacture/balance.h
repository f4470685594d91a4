/* balance.h: does every step between pool and label close, and what do its numbers say? */
#ifndef MANUFACTURE_BALANCE_H
#define MANUFACTURE_BALANCE_H

#include "contract/operation.h"

/* One step in one kind of amount: what went in is what came out, what went elsewhere and what
 * nobody can name. Volumes, vials and labels close to nothing; particles and protein are what the
 * measured values leave. */
struct balance_row {
    const char *step; /* kind:code, as isolation:TF-0001 */
    const char *kind; /* volume, particles, protein, cells, vials, labels */
    struct real in;
    struct real out;
    struct real elsewhere;
    const char *where; /* elsewhere, named one by one, or NULL */
    struct real difference;
    const char *unit;
    const char *basis;   /* measured or derived */
    const char *formula; /* of what is derived, or NULL */
};

/* What was computed on the way to a lot; unknown where a step or a measurement is missing. */
struct lot_figures {
    struct real pool_closure_percent;
    struct real membrane_yield_percent;
    struct real volume_factor;
    struct real particle_factor;
    struct real particle_factor_uncertainty;
    struct real retention;
    struct real filter_recovery_percent;
    struct real bulk_particles_per_ml; /* behind the filter, before freezing */
    struct real visual_rejects_percent;
};

extern const struct schema balance_row_schema;
extern const struct operation balance_operations[];
enum { BALANCE_OPERATIONS = 1 };

MUST_USE bool balance_sheet(struct work *work, const char *lot, struct rows *rows);
MUST_USE bool balance_figures(struct work *work, const char *lot, struct lot_figures *figures);

/* Steps whose volumes, vials or labels do not close, in words, or NULL. */
const char *balance_open_steps(struct arena *arena, const struct rows *rows);

/* What one freeze and thaw took of the particles, in percent; both counts are of the same vials. */
struct real balance_thaw_loss(struct arena *arena, struct real before_per_ml,
                              struct real after_per_ml);

#endif
