/* equipment.h: which equipment is there, and until when is it in date? */
#ifndef MANUFACTURE_EQUIPMENT_H
#define MANUFACTURE_EQUIPMENT_H

#include "manufacture/gate.h"

struct equipment {
    const char *code;
    const char *site;
    const char *kind;
    const char *room;
    int64_t entry;
};

extern const struct table equipment_table, equipment_check_table;
extern const struct operation equipment_operations[];
enum { EQUIPMENT_OPERATIONS = 4 };

/* The newest check of a kind that was done by the day. */
MUST_USE bool equipment_item(struct work *work, const char *code, const char *kind,
                             struct date today, struct gate_item *item);

#endif
