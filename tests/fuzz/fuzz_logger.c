/* fuzz_logger.c: any bytes whatever are either a logger's file or refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "supply/excursion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_figures(struct arena *arena, const struct logger_file *file, size_t probe)
{
    struct rows periods = excursion_periods(arena);
    const int64_t way = file->at_usec[file->readings - 1] - file->at_usec[0];
    const struct excursion_question question = {file->at_usec[0],
                                                file->at_usec[file->readings - 1],
                                                {"-60.0", -60.0},
                                                excursion_between_good,
                                                {true, 60}};
    const struct excursion_figures figures =
        excursion_count(arena, file, probe, &question, &periods);
    demand(figures.readings >= 0 && figures.readings <= (int64_t)file->readings);
    demand(figures.minutes_out.known == (figures.readings > 0));
    demand(figures.minutes_out.value >= 0);
    demand(figures.minutes_out.value <= (way + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE);
    demand(figures.above == 0 || figures.maximum_c.value > -60.0);
    demand((figures.above == 0 && figures.gaps == 0) || !figures.minutes_out.known ||
           figures.minutes_out.value > 0);
    demand(periods.count <= EXCURSION_PERIODS);
}

static void demand_whole(struct arena *arena, const struct logger_file *file)
{
    demand(file->probes >= 1 && file->probes <= LOGGER_PROBES);
    demand(file->readings >= 2 && file->readings <= LOGGER_READINGS);
    demand(file->interval_usec > 0);
    for (size_t i = 1; i < file->readings; i++)
        demand(file->at_usec[i] > file->at_usec[i - 1]);
    for (size_t i = 0; i < file->readings * file->probes; i++)
        demand(!file->cells[i].known ||
               (isfinite(file->cells[i].c) && fabs(file->cells[i].c) <= 200));
    for (size_t i = 0; i < file->probes; i++) {
        demand(logger_file_probe(file, file->names[i]) == i);
        demand_figures(arena, file, i);
    }
}

/* The first byte chooses whether a zone is given beside the file. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)512 << 20);
    struct fault fault = {.kind = FAULT_NONE};
    struct logger_file file;
    const char *zone = size && bytes[0] == '+' ? "+09:00" : NULL;
    const size_t skipped = zone ? 1 : 0;
    if (logger_file_read(arena, &fault, bytes + skipped, size - skipped, zone, &file)) {
        demand(fault.kind == FAULT_NONE);
        demand_whole(arena, &file);
    } else {
        demand(fault.kind == FAULT_INPUT);
        demand(zone && strcmp(fault.field, "zone") == 0
                   ? strstr(fault.text, "zone") != NULL
                   : strcmp(fault.field, "file") == 0 &&
                         strncmp(fault.text, "Line ", strlen("Line ")) == 0);
        demand(file.probes == 0 && file.readings == 0);
    }
    arena_close(arena);
    return 0;
}
