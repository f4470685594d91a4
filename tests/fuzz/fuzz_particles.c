/* fuzz_particles.c: any bytes are a table of particles or of positions with the numbers that stand
 * in it, or are refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"
#include "measure/imported.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* The cell of a line without quotation marks, read by nothing of ours. */
static const char *plain_cell(const char *line, size_t wanted)
{
    for (size_t column = 0; column < wanted; column++)
        line = strchr(line, ',') + 1;
    return line;
}

static double plain_number(const char *line, size_t wanted)
{
    const char *cell = plain_cell(line, wanted);
    char *end = NULL;
    double number = strtod(cell, &end);
    return end == cell ? NAN : number;
}

static bool is_same(double one, double other)
{
    return one == other || (isnan(one) && isnan(other));
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t,")] == '\0';
}

static void demand_particle(const char *line, const struct particle *particle)
{
    double size_nm = plain_number(line, 1);
    demand(plain_number(line, 0) == (double)particle->id);
    demand(is_same(size_nm, particle->size_nm) || (size_nm == 0 && isnan(particle->size_nm)));
    demand(is_same(plain_number(line, 2), particle->diffusion_nm2_per_s));
    demand(is_same(plain_number(line, 3), particle->ln_intensity));
    demand(plain_number(line, 4) == (double)particle->start_frame);
    demand(plain_number(line, 5) == (double)particle->length);
    demand(particle->included == (strncasecmp(plain_cell(line, 6), "True", 4) == 0));
}

/* Rows of one particle, wherever they stand, against what was made of them. */
static void demand_track(const char **lines, size_t count, const struct particle *particle)
{
    int64_t length = 0;
    double last = -1;
    for (size_t i = 0; i < count; i++) {
        if (is_blank(lines[i]) || plain_number(lines[i], 0) != (double)particle->id)
            continue;
        if (length++ == 0) {
            double size_nm = plain_number(lines[i], 1);
            demand(is_same(size_nm, particle->size_nm) ||
                   (size_nm == 0 && isnan(particle->size_nm)));
            demand(is_same(plain_number(lines[i], 2), particle->diffusion_nm2_per_s));
            demand(plain_number(lines[i], 3) == (double)particle->start_frame);
            demand(particle->included == (strncasecmp(plain_cell(lines[i], 7), "True", 4) == 0));
        }
        demand(plain_number(lines[i], 3) > last);
        last = plain_number(lines[i], 3);
    }
    demand(length == particle->length && last == (double)particle->last_frame);
}

static void demand_numbers(struct arena *arena, const struct text *text,
                           const struct particles *result)
{
    static const char particles[] =
        "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Ln(Adjusted intensity)/AU,Start "
        "frame,Tracklength,Included in distribution?\n";
    static const char tracks[] =
        "Particle ID,Size/nm,Diffusion coefficient/nm^2 s^-1,Frame,X/pixels,Y/pixels,Ln(Adjusted "
        "intensity)/AU,Included in distribution?\n";
    const char *heading = result->tracks.read ? tracks : particles;
    if (strncmp(text->bytes, heading, strlen(heading)) != 0 || strchr(text->bytes, '"') ||
        strchr(text->bytes, '\r') || strlen(text->bytes) != text->length)
        return;
    size_t count = 0;
    const char **lines = text_split(arena, text->bytes + strlen(heading), '\n', &count);
    size_t row = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_blank(lines[i]))
            continue;
        demand(result->tracks.read || row < result->particles.count);
        if (result->particles.read)
            demand_particle(lines[i], &result->particles.items[row]);
        row++;
    }
    demand(row == (result->tracks.read ? result->tracks.rows : result->particles.count));
    for (size_t i = 0; i < result->tracks.count && i < 20; i++)
        demand_track(lines, count, &result->tracks.items[i]);
}

/* What was read can be told. */
static void demand_told(struct arena *arena, const struct particles *result)
{
    struct text out = text_open(arena);
    struct imported *imported = arena_take(arena, sizeof *imported);
    imported->kind = IMPORTED_NANOSIGHT_PARTICLES;
    imported->program = "";
    imported_from_particles(arena, result, imported);
    imported_json(imported, &out);
    imported_print(imported, false, &out);
    demand(text_is_utf8(out.bytes, out.length));
    demand(result->included.figures.known == (result->included.count > 0));
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open(256 << 20);
    struct text text = text_open(arena);
    struct fault fault = {0};
    struct particles *result = arena_take(arena, sizeof *result);
    text_add_bytes(&text, (const char *)bytes, size);
    if (particles_read(arena, &fault, bytes, size, result)) {
        demand(fault.kind == FAULT_NONE);
        demand(result->particles.read != result->tracks.read);
        demand_numbers(arena, &text, result);
        demand(particles_settle(arena, &fault, result));
        demand_told(arena, result);
    } else {
        demand(fault.kind == FAULT_INPUT && strncmp(fault.text, "Line ", 5) == 0);
    }
    arena_close(arena);
    return 0;
}
