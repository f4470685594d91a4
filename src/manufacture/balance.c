/* balance.c: the steps of a lot, one row for each kind of amount, from the record as it stands. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/balance.h"

#include "chain/link.h"
#include "manufacture/bulk.h"
#include "manufacture/derived.h"
#include "manufacture/filter.h"
#include "manufacture/isolation.h"
#include "manufacture/lot.h"
#include "manufacture/pool.h"
#include "manufacture/step.h"

#include <inttypes.h>

static const struct field row_fields[] = {
    FIELD(struct balance_row, step, .help = "Step, kind:code"),
    FIELD(struct balance_row, kind, .help = "volume, particles, protein, cells, vials or labels"),
    FIELD(struct balance_row, in, .help = "What went in"),
    FIELD(struct balance_row, out, .help = "What came out"),
    FIELD(struct balance_row, elsewhere, .help = "What went elsewhere by name"),
    FIELD(struct balance_row, where, .help = "Where, one by one"),
    FIELD(struct balance_row, difference, .help = "What nobody can name"),
    FIELD(struct balance_row, unit, .help = "Unit of the amounts"),
    FIELD(struct balance_row, basis, .help = "measured or derived"),
    FIELD(struct balance_row, formula, .help = "How it was derived"),
};
const struct schema balance_row_schema = SCHEMA("balance_row", struct balance_row, row_fields);

/* The things that a lot went through, and what was drawn of each by everybody. */
struct way {
    struct lot lot;
    struct bulk bulk;
    struct filter filter;
    struct isolation isolation;
    struct pool pool;
    int64_t bulk_drawn_ul;
    int64_t filter_drawn_ul;
    int64_t isolation_drawn_ul;
    int64_t pool_drawn_ul;
};

static bool find_steps(struct work *work, struct way *way)
{
    return view_need(work, &bulk_table, "bulk", way->lot.bulk, &way->bulk) &&
           view_need(work, &filter_table, "filter", way->bulk.filter, &way->filter) &&
           view_need(work, &isolation_table, "isolation", way->filter.isolation, &way->isolation) &&
           view_need(work, &pool_table, "pool", way->isolation.pool, &way->pool);
}

static bool find_drawn(struct work *work, const char *kind, const char *code, int64_t *drawn_ul)
{
    return step_drawn(work, link_name(work->arena, kind, code), drawn_ul);
}

/* A vehicle went through no step before the fill. */
static bool find_way(struct work *work, const char *lot, struct way *way)
{
    *way = (struct way){0};
    return view_need(work, &lot_table, "lot", lot, &way->lot) &&
           (!way->lot.bulk ||
            (find_steps(work, way) &&
             find_drawn(work, "bulk", way->bulk.code, &way->bulk_drawn_ul) &&
             find_drawn(work, "filter", way->filter.code, &way->filter_drawn_ul) &&
             find_drawn(work, "isolation", way->isolation.code, &way->isolation_drawn_ul) &&
             find_drawn(work, "pool", way->pool.code, &way->pool_drawn_ul)));
}

enum { BALANCE_ROWS = 16, BALANCE_NAMED = 4 };

struct sheet {
    struct arena *arena;
    struct rows rows;
};

/* One way out of a step other than the next step. */
struct named {
    const char *name;
    struct real amount;
};

static struct real whole(struct arena *arena, int64_t amount)
{
    return (struct real){arena_print(arena, "%" PRId64, amount), (double)amount};
}

static void add_row(struct sheet *sheet, const struct balance_row *given,
                    const struct named named[BALANCE_NAMED])
{
    struct balance_row row = *given;
    struct text where = text_open(sheet->arena);
    double elsewhere = 0;
    if (!row.in.text || !row.out.text)
        return;
    for (size_t i = 0; i < BALANCE_NAMED && named[i].name; i++) {
        elsewhere += named[i].amount.value;
        if (named[i].amount.value > 0 || named[i].amount.value < 0)
            text_print(&where, "%s%s %s", where.length ? ", " : "", named[i].name,
                       named[i].amount.text);
    }
    row.elsewhere = derived_number(sheet->arena, elsewhere);
    row.where = where.length ? where.bytes : NULL;
    row.difference =
        derived_less(sheet->arena, derived_less(sheet->arena, row.in, row.out), row.elsewhere);
    ROWS(sheet->rows, struct balance_row)[sheet->rows.count++] = row;
}

static void add_counted(struct sheet *sheet, const char *kind, const char *step,
                        const int64_t in_and_out[2], const struct named named[BALANCE_NAMED])
{
    add_row(sheet,
            &(struct balance_row){.step = step,
                                  .kind = kind,
                                  .in = whole(sheet->arena, in_and_out[0]),
                                  .out = whole(sheet->arena, in_and_out[1]),
                                  .unit = text_equals(kind, "volume") ? "uL" : kind,
                                  .basis = "measured"},
            named);
}

static void add_particles(struct sheet *sheet, const char *step, struct real in, struct real out)
{
    add_row(sheet,
            &(struct balance_row){.step = step,
                                  .kind = "particles",
                                  .in = in,
                                  .out = out,
                                  .unit = "particles",
                                  .basis = "derived",
                                  .formula = "particles/1: volume_ul / 1000 * particles_per_ml"},
            (const struct named[BALANCE_NAMED]){{0}});
}

static void add_pool(struct sheet *sheet, const struct way *way)
{
    struct arena *arena = sheet->arena;
    const struct pool *pool = &way->pool;
    const char *step = link_name(arena, "pool", pool->code);
    int64_t fed_ul = way->isolation.fed_ul;
    add_counted(sheet, "volume", step, (const int64_t[]){pool->input_ul, pool->volume_ul},
                (const struct named[BALANCE_NAMED]){{"loss", whole(arena, pool->loss_ul)}});
    add_particles(sheet, step, pool->particles_in, pool->particles);
    add_counted(sheet, "volume", arena_print(arena, "%s, fed", step),
                (const int64_t[]){pool->volume_ul, fed_ul},
                (const struct named[BALANCE_NAMED]){
                    {"samples", whole(arena, pool->sampled_ul)},
                    {"other steps", whole(arena, way->pool_drawn_ul - fed_ul)},
                    {"left", whole(arena, pool->volume_ul - pool->sampled_ul - way->pool_drawn_ul)},
                });
}

static void add_isolation(struct sheet *sheet, const struct way *way)
{
    struct arena *arena = sheet->arena;
    const struct isolation *isolation = &way->isolation;
    struct isolation_figures figures;
    const char *step = link_name(arena, "isolation", isolation->code);
    isolation_derive(arena, isolation, &figures);
    add_counted(
        sheet, "volume", step,
        (const int64_t[]){isolation->fed_ul + isolation->diafiltration_ul, isolation->retentate_ul},
        (const struct named[BALANCE_NAMED]){
            {"permeate", whole(arena, isolation->permeate_ul)},
            {"hold-up", whole(arena, isolation->holdup_ul)},
        });
    add_particles(sheet, step, figures.particles_fed, figures.particles_retentate);
    if (figures.protein_permeate_mg.text)
        add_row(sheet,
                &(struct balance_row){.step = step,
                                      .kind = "protein",
                                      .in = figures.protein_feed_mg,
                                      .out = figures.protein_retentate_mg,
                                      .unit = "mg",
                                      .basis = "derived",
                                      .formula = "mass/1: volume_ul * ug_per_ml / 1e6"},
                (const struct named[BALANCE_NAMED]){{"permeate", figures.protein_permeate_mg}});
}

static void add_filter(struct sheet *sheet, const struct way *way)
{
    struct arena *arena = sheet->arena;
    const struct filter *filter = &way->filter;
    const char *step = link_name(arena, "filter", filter->code);
    int64_t own_ul = filter->in_ul + filter->sampled_ul;
    add_counted(sheet, "volume", arena_print(arena, "%s, before", step),
                (const int64_t[]){way->isolation.retentate_ul, filter->in_ul},
                (const struct named[BALANCE_NAMED]){
                    {"samples", whole(arena, filter->sampled_ul)},
                    {"other steps", whole(arena, way->isolation_drawn_ul - own_ul)},
                    {"left", whole(arena, way->isolation.retentate_ul - way->isolation_drawn_ul)},
                });
    add_counted(sheet, "volume", step, (const int64_t[]){filter->in_ul, filter->out_ul},
                (const struct named[BALANCE_NAMED]){{"hold-up", whole(arena, filter->holdup_ul)}});
    add_particles(sheet, step,
                  derived_particles(arena, filter->in_ul, filter->particles_per_ml_before),
                  derived_particles(arena, filter->out_ul, filter->particles_per_ml_after));
}

static void add_bulk(struct sheet *sheet, const struct way *way)
{
    struct arena *arena = sheet->arena;
    const struct bulk *bulk = &way->bulk;
    const char *step = link_name(arena, "bulk", bulk->code);
    add_counted(sheet, "volume", step, (const int64_t[]){way->filter.out_ul, bulk->volume_ul},
                (const struct named[BALANCE_NAMED]){
                    {"other bulks", whole(arena, way->filter_drawn_ul - bulk->volume_ul)},
                    {"left", whole(arena, way->filter.out_ul - way->filter_drawn_ul)},
                });
    add_counted(sheet, "volume", arena_print(arena, "%s, filled", step),
                (const int64_t[]){bulk->volume_ul, way->lot.volume_in_ul},
                (const struct named[BALANCE_NAMED]){
                    {"samples", whole(arena, bulk->sampled_ul)},
                    {"other lots", whole(arena, way->bulk_drawn_ul - way->lot.volume_in_ul)},
                    {"left", whole(arena, bulk->volume_ul - bulk->sampled_ul - way->bulk_drawn_ul)},
                });
}

static void add_lot(struct sheet *sheet, const struct way *way)
{
    struct arena *arena = sheet->arena;
    const struct lot *lot = &way->lot;
    const char *step = link_name(arena, "lot", lot->code);
    int64_t filled_ul = lot->vials * lot->volume_per_vial_ul;
    struct real per_ml = way->filter.particles_per_ml_after;
    add_counted(sheet, "volume", step, (const int64_t[]){lot->volume_in_ul, filled_ul},
                (const struct named[BALANCE_NAMED]){
                    {"priming", whole(arena, lot->priming_ul)},
                    {"end of line", whole(arena, lot->end_of_line_ul)},
                });
    add_row(sheet,
            &(struct balance_row){.step = step,
                                  .kind = "particles",
                                  .in = derived_particles(arena, lot->volume_in_ul, per_ml),
                                  .out = derived_particles(arena, filled_ul, per_ml),
                                  .unit = "particles",
                                  .basis = "derived",
                                  .formula = "particles/1: volume_ul / 1000 * particles_per_ml"},
            (const struct named[BALANCE_NAMED]){
                {"priming and end of line",
                 derived_particles(arena, lot->priming_ul + lot->end_of_line_ul, per_ml)}});
    if (lot->inspected_entry)
        add_counted(
            sheet, "vials", step, (const int64_t[]){lot->vials, lot->vials - lot->vials_rejected},
            (const struct named[BALANCE_NAMED]){{"rejected", whole(arena, lot->vials_rejected)}});
    if (lot->labels_entry)
        add_counted(sheet, "labels", step, (const int64_t[]){lot->labels_issued, lot->labels_used},
                    (const struct named[BALANCE_NAMED]){
                        {"spoiled", whole(arena, lot->labels_spoiled)},
                        {"destroyed", whole(arena, lot->labels_destroyed)},
                    });
}

bool balance_sheet(struct work *work, const char *lot, struct rows *rows)
{
    struct way way;
    struct sheet sheet = {.arena = work->arena};
    if (!find_way(work, lot, &way))
        return false;
    sheet.rows.items = arena_take(work->arena, BALANCE_ROWS * sizeof(struct balance_row));
    if (way.lot.bulk) {
        add_pool(&sheet, &way);
        add_isolation(&sheet, &way);
        add_filter(&sheet, &way);
        add_bulk(&sheet, &way);
    }
    add_lot(&sheet, &way);
    *rows = sheet.rows;
    return true;
}

const char *balance_open_steps(struct arena *arena, const struct rows *rows)
{
    struct text open = text_open(arena);
    for (size_t i = 0; i < rows->count; i++) {
        const struct balance_row *row = &ROWS(*rows, const struct balance_row)[i];
        bool counted = text_equals(row->basis, "measured");
        if (counted && (row->difference.value > 0 || row->difference.value < 0))
            text_print(&open, "%s%s of %s", open.length ? ", " : "", row->kind, row->step);
    }
    return open.length ? open.bytes : NULL;
}

bool balance_figures(struct work *work, const char *lot, struct lot_figures *figures)
{
    struct way way;
    struct isolation_figures membrane;
    *figures = (struct lot_figures){0};
    if (!find_way(work, lot, &way))
        return false;
    if (way.lot.inspected_entry)
        figures->visual_rejects_percent = derived_number(
            work->arena, 100 * (double)way.lot.vials_rejected / (double)way.lot.vials);
    if (!way.lot.bulk)
        return true;
    isolation_derive(work->arena, &way.isolation, &membrane);
    figures->pool_closure_percent = way.pool.closure_percent;
    figures->membrane_yield_percent = membrane.yield_percent;
    figures->volume_factor = membrane.volume_factor;
    figures->particle_factor = membrane.particle_factor;
    figures->particle_factor_uncertainty = membrane.particle_factor_uncertainty;
    figures->retention = membrane.retention;
    figures->filter_recovery_percent = way.filter.recovery_percent;
    figures->bulk_particles_per_ml = way.filter.particles_per_ml_after;
    return true;
}

struct real balance_thaw_loss(struct arena *arena, struct real before_per_ml,
                              struct real after_per_ml)
{
    return derived_percent(arena, derived_less(arena, before_per_ml, after_per_ml), before_per_ml);
}

struct sheet_key {
    const char *lot;
};
static const struct field key_fields[] = {
    FIELD(struct sheet_key, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
};
static const struct schema key_schema = SCHEMA("balance_key", struct sheet_key, key_fields);

static bool sheet_read(struct work *work, const void *input, struct rows *rows)
{
    const struct sheet_key *key = input;
    return balance_sheet(work, key->lot, rows);
}

const struct operation balance_operations[BALANCE_OPERATIONS] = {
    {.name = "lot.balance_sheet",
     .method = "GET",
     .path = "/lots/{lot}/balance_sheet",
     .summary = "Show what went into each step of a lot, what came out, and where the rest is.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &key_schema,
     .output = &balance_row_schema,
     .list = sheet_read},
};
