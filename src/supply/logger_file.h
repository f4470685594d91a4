/* logger_file.h: what did the temperature logger of a shipment read, probe by probe?
 *
 * A file is UTF-8 text, comma-separated (RFC 4180), with one heading row:
 *
 *   time,probe_a_c,probe_b_c            or        time,zone,probe_a_c,...
 *
 * time is RFC 3339 with its zone (2025-08-26T02:10:00+09:00), or YYYY-MM-DD HH:MM[:SS] with the
 * zone in a column of its own or given beside the file. A probe's heading is probe_NAME_c: NAME of
 * at most eight letters and digits, in degrees Celsius; up to sixteen probes. An empty cell is a
 * reading that is missing, which never counts as good. Every row ends with a line end, so that a
 * file that was cut is seen. Times rise from row to row. */
#ifndef SUPPLY_LOGGER_FILE_H
#define SUPPLY_LOGGER_FILE_H

#include "base/arena.h"
#include "base/fault.h"

#include <stdint.h>

enum {
    LOGGER_PROBES = 16,
    LOGGER_NAME_BYTES = 8,
    LOGGER_READINGS = 200000, /* every ten seconds for three weeks */
};

struct logger_cell {
    bool known;
    double c;
};

struct logger_file {
    size_t probes;
    const char *names[LOGGER_PROBES]; /* in capitals, as A */
    size_t readings;
    int64_t *at_usec;
    struct logger_cell *cells; /* reading by reading, all probes of each */
    int64_t interval_usec;     /* the commonest step between two readings, the shortest of equals */
};

/* zone is for times that carry none, as +09:00; NULL where the file has them. Refuses with
 * FAULT_INPUT, field "file", line and column. */
MUST_USE bool logger_file_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                               size_t size, const char *zone, struct logger_file *file);

/* Index of a probe, or file->probes where there is none of that name. */
size_t logger_file_probe(const struct logger_file *file, const char *name);

#endif
