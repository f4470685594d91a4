/* logger.h: what the logger of a shipment says about each of its boxes. */
#ifndef SUPPLY_LOGGER_H
#define SUPPLY_LOGGER_H

#include "contract/operation.h"

/* What was read of one file: asked, and answered as the rules of that day had it. */
struct logger_import {
    const char *shipment;
    struct file file;
    int64_t interval_minutes;
    const char *zone;
    struct instant arrived_at;
    const char *lot;
    struct real most_c;
    const char *counting;
    struct count minutes_most;
    struct rows probes;  /* struct excursion_figures */
    struct rows periods; /* struct excursion_period */
    struct rows boxes;   /* struct logged_box */
    struct real maximum_c;
    struct count minutes_out;
    int64_t vials_beyond;
};

extern const struct schema logged_box_schema;
extern const struct table logger_probe_table;
extern const struct operation logger_operations[];
enum { LOGGER_OPERATIONS = 2 };

/* A time out of range beyond the signed minutes opens a deviation about the shipment. */
MUST_USE bool logger_follow(struct work *work, const struct entry *entry, const void *body,
                            struct rows *inputs);

#endif
