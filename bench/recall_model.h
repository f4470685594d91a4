/* recall_model.h: the family of a generated record, every fact of it a function of a seed. */
#ifndef BENCH_RECALL_MODEL_H
#define BENCH_RECALL_MODEL_H

#include "plain.h"

#include <stdint.h>

/* donor -> bank -> culture -> harvest -> lot -> vial -> shipment -> clinic, and vial -> patient by
 * a dose. Lots lie in a row by donor: lot 0 is the small donor's only one, then follow the big
 * donor's, then those of donors with 1 to 99 lots. */
enum {
    MODEL_VIALS = 2000,   /* of a lot */
    MODEL_SHIPPED = 50,   /* vials of a shipment; the last shipment of a lot stays as retained */
    MODEL_SHIPMENTS = 40, /* of a lot, with the one that stays */
    MODEL_BIG_LOTS = 500, /* of the big donor */
    MODEL_CLINICS = 200,
    MODEL_BANK_LOTS = 50, /* lots that came from one bank */
    MODEL_CULTURE_LOTS = 10,
    MODEL_HARVEST_LOTS = 2,
    MODEL_DOSE_WINDOW = 50, /* lots that are in use at the same time */
};

struct model {
    uint64_t seed;
    int64_t lots;
    int64_t patients;
    int64_t donors;
    int64_t *first; /* lot of each donor, and the number of lots behind the last */
    int64_t *donor; /* of each lot */
};

/* splitmix64: any number of draws, each by its own name. */
static inline uint64_t model_draw(const struct model *model, uint64_t what, int64_t number)
{
    uint64_t x = model->seed + what * UINT64_C(0xD1342543DE82EF95) +
                 (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static inline int64_t model_below(const struct model *model, uint64_t what, int64_t number,
                                  int64_t limit)
{
    return limit > 0 ? (int64_t)(model_draw(model, what, number) % (uint64_t)limit) : 0;
}

enum {
    DRAW_DONOR,
    DRAW_POOLED,
    DRAW_PARTNER,
    DRAW_CLINIC,
    DRAW_ROAD,
    DRAW_USED,
    DRAW_GIVEN,
    DRAW_PATIENT
};

static inline struct model model_open(int64_t lots, uint64_t seed)
{
    struct model model = {.seed = seed, .lots = lots, .patients = lots * MODEL_VIALS / 5};
    model.first = calloc((size_t)lots + 2, sizeof *model.first);
    model.donor = calloc((size_t)lots + 1, sizeof *model.donor);
    if (!model.first || !model.donor)
        abort();
    for (int64_t lot = 0; lot < lots; model.donors++) {
        int64_t own = model.donors == 0   ? 1
                      : model.donors == 1 ? MODEL_BIG_LOTS
                                          : 1 + model_below(&model, DRAW_DONOR, model.donors, 99);
        model.first[model.donors] = lot;
        for (; own > 0 && lot < lots; own--)
            model.donor[lot++] = model.donors;
    }
    model.first[model.donors] = lots;
    return model;
}

static inline void model_close(struct model *model)
{
    free(model->first);
    free(model->donor);
}

/* Banks, cultures and harvests are numbered by the first lot that came from them. */
static inline int64_t model_group(const struct model *model, int64_t lot, int64_t size)
{
    int64_t first = model->first[model->donor[lot]];
    return lot - (lot - first) % size;
}

/* One lot in twenty is pooled: a lot of another donor, whose harvest went into this one as well,
 * or -1. The big and the small donor give to nobody else's, so that they keep their size. */
static inline int64_t model_partner(const struct model *model, int64_t lot)
{
    int64_t others = model->lots - MODEL_BIG_LOTS - 1;
    if (lot == 0 || others < 1 || model_below(model, DRAW_POOLED, lot, 20))
        return -1;
    int64_t partner = MODEL_BIG_LOTS + 1 + model_below(model, DRAW_PARTNER, lot, others);
    return model->donor[partner] == model->donor[lot] ? -1 : partner;
}

enum model_state { MODEL_RETAINED, MODEL_IN_TRANSIT, MODEL_IN_STOCK, MODEL_GIVEN };

static inline const char *model_word(enum model_state state)
{
    const char *const words[] = {"retained", "in_transit", "in_stock", "given"};
    return words[state];
}

/* A shipment is numbered lot * MODEL_SHIPMENTS + its place in the lot. */
static inline bool model_is_retained(int64_t shipment)
{
    return shipment % MODEL_SHIPMENTS == MODEL_SHIPMENTS - 1;
}

static inline bool model_is_on_road(const struct model *model, int64_t shipment)
{
    return model_below(model, DRAW_ROAD, shipment, 50) == 0;
}

static inline int64_t model_clinic(const struct model *model, int64_t shipment)
{
    return model_below(model, DRAW_CLINIC, shipment, MODEL_CLINICS);
}

/* A vial is numbered lot * MODEL_VIALS + serial - 1. A clinic takes vials in the order of their
 * serials, has come to the 26th to the 40th of fifty, and has passed over one in twenty, so that 60
 * of 100 are given, each in a dose of its own. */
static inline enum model_state model_vial(const struct model *model, int64_t vial)
{
    int64_t shipment = vial / MODEL_SHIPPED;
    if (model_is_retained(shipment))
        return MODEL_RETAINED;
    if (model_is_on_road(model, shipment))
        return MODEL_IN_TRANSIT;
    if (vial % MODEL_SHIPPED >= 26 + model_below(model, DRAW_USED, shipment, 15))
        return MODEL_IN_STOCK;
    return model_below(model, DRAW_GIVEN, vial, 20) ? MODEL_GIVEN : MODEL_IN_STOCK;
}

static inline int64_t model_patient(const struct model *model, int64_t vial)
{
    return model_below(model, DRAW_PATIENT, vial, model->patients);
}

/* Doses are numbered as they were given: fifty lots are in use at a time, serial by serial. */
static inline int64_t model_dose(int64_t vial)
{
    int64_t lot = vial / MODEL_VIALS;
    int64_t window = lot / MODEL_DOSE_WINDOW;
    return (window * MODEL_VIALS + vial % MODEL_VIALS) * MODEL_DOSE_WINDOW +
           lot % MODEL_DOSE_WINDOW;
}

static inline int64_t model_vial_of_dose(int64_t dose)
{
    int64_t serial = dose / MODEL_DOSE_WINDOW % MODEL_VIALS;
    int64_t window = dose / MODEL_DOSE_WINDOW / MODEL_VIALS;
    return (window * MODEL_DOSE_WINDOW + dose % MODEL_DOSE_WINDOW) * MODEL_VIALS + serial;
}

/* Nodes of the plain graph, each kind in a range of its own. */
struct model_nodes {
    int64_t donor, bank, culture, harvest, lot, vial, shipment, clinic, patient, end;
};

static inline struct model_nodes model_nodes(const struct model *model)
{
    struct model_nodes nodes = {.donor = 0};
    nodes.bank = nodes.donor + model->lots;
    nodes.culture = nodes.bank + model->lots;
    nodes.harvest = nodes.culture + model->lots;
    nodes.lot = nodes.harvest + model->lots;
    nodes.vial = nodes.lot + model->lots;
    nodes.shipment = nodes.vial + model->lots * MODEL_VIALS;
    nodes.clinic = nodes.shipment + model->lots * MODEL_SHIPMENTS;
    nodes.patient = nodes.clinic + MODEL_CLINICS;
    nodes.end = nodes.patient + model->patients;
    return nodes;
}

/* Calls edge for each edge of the plain graph. */
struct model_visitor {
    void (*edge)(void *context, int64_t parent, int64_t child);
    void *context;
};

static inline void model_edges_above(const struct model *model, const struct model_visitor *to)
{
    const struct model_nodes nodes = model_nodes(model);
    for (int64_t lot = 0; lot < model->lots; lot++) {
        int64_t bank = model_group(model, lot, MODEL_BANK_LOTS);
        int64_t culture = model_group(model, lot, MODEL_CULTURE_LOTS);
        int64_t harvest = model_group(model, lot, MODEL_HARVEST_LOTS);
        int64_t partner = model_partner(model, lot);
        if (bank == lot)
            to->edge(to->context, nodes.donor + model->donor[lot], nodes.bank + bank);
        if (culture == lot)
            to->edge(to->context, nodes.bank + bank, nodes.culture + culture);
        if (harvest == lot)
            to->edge(to->context, nodes.culture + culture, nodes.harvest + harvest);
        to->edge(to->context, nodes.harvest + harvest, nodes.lot + lot);
        if (partner >= 0)
            to->edge(to->context, nodes.harvest + model_group(model, partner, MODEL_HARVEST_LOTS),
                     nodes.lot + lot);
    }
}

/* In order of parent and child. */
static inline void model_edges_below(const struct model *model, const struct model_visitor *to)
{
    const struct model_nodes nodes = model_nodes(model);
    int64_t vials = model->lots * MODEL_VIALS;
    for (int64_t vial = 0; vial < vials; vial++)
        to->edge(to->context, nodes.lot + vial / MODEL_VIALS, nodes.vial + vial);
    for (int64_t vial = 0; vial < vials; vial++) {
        int64_t shipment = vial / MODEL_SHIPPED;
        if (!model_is_retained(shipment))
            to->edge(to->context, nodes.vial + vial, nodes.shipment + shipment);
        if (model_vial(model, vial) == MODEL_GIVEN)
            to->edge(to->context, nodes.vial + vial, nodes.patient + model_patient(model, vial));
    }
    for (int64_t shipment = 0; shipment < model->lots * MODEL_SHIPMENTS; shipment++)
        if (!model_is_retained(shipment))
            to->edge(to->context, nodes.shipment + shipment,
                     nodes.clinic + model_clinic(model, shipment));
}

#endif
