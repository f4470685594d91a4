/* fuzz_report.c: any bytes whatever are a report that agrees with itself or refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_reading.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_figure(const struct reported_figure *figure)
{
    demand(figure->value.known && isfinite(figure->value.value) && figure->value.value >= 0);
    demand(figure->low.known == figure->high.known);
    demand(!figure->low.known || figure->low.value <= figure->high.value);
}

static void demand_whole(const struct report_reading *reading)
{
    int64_t sized = 0;
    demand(reading->file_count >= 1 && reading->file_count <= REPORT_READING_FILES);
    for (size_t i = 0; i < reading->file_count; i++) {
        demand(is_sha256(reading->files[i].sha256) && *reading->files[i].name);
        demand(reading->files[i].frames >= 0 && reading->files[i].sized_tracks >= 0);
        sized += reading->files[i].sized_tracks;
    }
    demand(sized == reading->tracks_sized && reading->tracks_used <= sized);
    demand_figure(&reading->sizes.d10_nm);
    demand_figure(&reading->sizes.d50_nm);
    demand_figure(&reading->sizes.d90_nm);
    demand(reading->sizes.d10_nm.value.value <= reading->sizes.d90_nm.value.value);
    demand(!reading->concentration_known ||
           (reading->concentration.per_ml.known && reading->concentration.dilution.value >= 1));
    for (size_t i = 0; i < FLAGS; i++) {
        demand(reading->flags[i].kind == (enum flag_kind)(i + 1));
        demand(reading->flags[i].state <= reading->worst);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    struct report_reading reading;
    if (report_read(arena, &fault, bytes, size, "exoledger 9999.0.0", &reading)) {
        demand(fault.kind == FAULT_NONE);
        demand_whole(&reading);
    } else {
        const size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT && strcmp(fault.field, "report") == 0);
        demand(length > 0 && fault.text[length - 1] == '.' && text_is_utf8(fault.text, length));
    }
    arena_close(arena);
    return 0;
}
