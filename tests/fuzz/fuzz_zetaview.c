/* fuzz_zetaview.c: any bytes are a text of a ZetaView with the numbers that stand in it, or are
 * refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"
#include "measure/imported.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

enum { TOLD_OF = 8 }; /* one of so many is told as well, which takes longer than reading */

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* The text of a column, read by nothing of ours; NULL where the line is shorter. */
static const char *plain_cell(const char *line, size_t column)
{
    for (size_t i = 0; i < column && line; i++) {
        line = strchr(line, '\t');
        line = line ? line + 1 : NULL;
    }
    return line;
}

/* A blank cell and NaN say nothing. */
static bool is_plain(const char *line, size_t column, double read)
{
    const char *cell = plain_cell(line, column);
    char *end = NULL;
    if (!cell)
        return false;
    /* strtod would go on behind the tab of a blank cell. */
    cell += strspn(cell, " ");
    double number = *cell == '\t' ? NAN : strtod(cell, &end);
    return isnan(read) ? end == cell || isnan(number) : number == read;
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

static size_t demand_bins(const char **lines, size_t count, size_t at,
                          const struct zetaview_bins *bins)
{
    size_t bin = 0;
    for (; at < count && bin < bins->count; at++) {
        if (is_blank(lines[at]))
            continue;
        demand(is_plain(lines[at], 0, bins->centres_nm[bin]));
        demand(is_plain(lines[at], 1, bins->numbers[bin]));
        demand(is_plain(lines[at], 2, bins->per_cm3[bin]));
        demand(is_plain(lines[at], 3, bins->volumes_nm3[bin]));
        demand(is_plain(lines[at], 4, bins->areas_nm2[bin]));
        bin++;
    }
    demand(bin == bins->count);
    return at;
}

/* Everything behind the plainest of all headings. */
static void demand_size(const char **lines, size_t count, const struct zetaview_size *size)
{
    static const char heading[] =
        "Size / nm\tNumber\tConcentration / cm-3\tVolume / nm^3\tArea / nm^2";
    size_t at = 0;
    while (at < count && strncmp(lines[at], "Size / nm", 9) != 0)
        at++;
    if (at == count || strcmp(lines[at], heading) != 0)
        return;
    at = demand_bins(lines, count, at + 1, &size->linear);
    while (at < count && is_blank(lines[at]))
        at++;
    demand(at < count && is_plain(lines[at], 0, -1) && is_plain(lines[at], 1, -1));
    at = demand_bins(lines, count, at + 1, &size->logarithmic);
    for (; at < count; at++)
        demand(is_blank(lines[at]));
}

/* A number of the head stands behind its key, once. */
static void demand_head(const char **lines, size_t count, const char *key,
                        const struct zetaview_number *number)
{
    size_t length = strlen(key);
    bool found = false;
    for (size_t i = 0; i < count && number->known; i++) {
        if (strncmp(lines[i], key, length) == 0 && lines[i][length] == ':' &&
            lines[i][length + 1] == '\t')
            found = found || is_plain(lines[i], 1, number->value);
        else if (strstr(lines[i], key))
            found = true; /* written in another way, such as with a blank */
    }
    demand(found || !number->known);
}

/* The rows behind the positions, by the cell where a position would stand. */
static bool is_means(const char *what)
{
    what += strspn(what, " ");
    return strncmp(what, "Mean", 4) == 0 || strncmp(what, "St.Dev.", 7) == 0 ||
           strncmp(what, "Rel.St.Dev.", 11) == 0;
}

static void demand_places(const char **lines, size_t count, const struct zetaview_places *places)
{
    static const char heading[] = "Use\tPosition\tMean Int.\tAv. No of Particles\tConc. "
                                  "(p./mL)\tOrig. Conc. (p./cm^3)\tNo. of Traces\tX50 (nm)\tPeak";
    size_t place = 0;
    if (strncmp(lines[0], heading, sizeof heading - 1) != 0 || !strstr(lines[0], "\tSpan\tDrift") ||
        strstr(lines[0], "Removal\t"))
        return;
    for (size_t i = 1; i < count; i++) {
        const char *what = plain_cell(lines[i], 1);
        if (is_blank(lines[i]) || (what && is_means(what)))
            continue;
        demand(place < places->count);
        for (size_t j = 0; j < ZETAVIEW_FIGURES; j++)
            demand(is_plain(lines[i], j + 1, places->places[place].figures[j]));
        place++;
    }
    demand(place == places->count);
}

static void demand_profile(const struct zetaview_profile *profile)
{
    for (size_t i = 0; i < profile->count; i++) {
        const struct zetaview_table *table = &profile->tables[i];
        for (size_t j = 0; j < table->rows * table->columns; j++) {
            demand(text_is_utf8(table->texts[j], strlen(table->texts[j])));
            demand(isnan(table->values[j]) || strtod(table->texts[j], NULL) == table->values[j]);
        }
    }
}

/* Lines with what stands between them; text_split drops the blank ones. */
static void demand_numbers(struct arena *arena, const struct text *text,
                           const struct zetaview *zetaview)
{
    size_t count = 0;
    demand_profile(&zetaview->profile);
    bool marked = strncmp(text->bytes, "\xEF\xBB\xBF", 3) == 0;
    if (strchr(text->bytes, '\r') || strlen(text->bytes) != text->length || marked)
        return;
    const char **lines = text_split(arena, text->bytes, '\n', &count);
    if (zetaview->size.read) {
        demand_size(lines, count, &zetaview->size);
        demand_head(lines, count, "Temperature", &zetaview->head.temperature_c);
        demand_head(lines, count, "Viscosity", &zetaview->head.viscosity_mpa_s);
        demand_head(lines, count, "Number of Traces", &zetaview->head.traces);
        demand_head(lines, count, "Median Number (D50)", &zetaview->head.median_number_nm);
    }
    if (zetaview->places.read)
        demand_places(lines, count, &zetaview->places);
}

/* What was read can be told. */
static void demand_told(struct arena *arena, const struct zetaview *zetaview,
                        const unsigned char *bytes, size_t size)
{
    struct text out = text_open(arena);
    struct imported *imported = arena_take(arena, sizeof *imported);
    imported->kind = imported_kind_of(bytes, size);
    imported->program = "";
    imported_from_zetaview(arena, zetaview, imported);
    imported_json(imported, &out);
    imported_print(imported, true, &out);
    demand(text_is_utf8(out.bytes, out.length));
    demand(!zetaview->size.read || !zetaview->size.empty || isnan(imported->concentration_per_ml) ||
           zetaview->places.read);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open(256 << 20);
    struct text text = text_open(arena);
    struct fault fault = {0};
    struct zetaview *zetaview = arena_take(arena, sizeof *zetaview);
    text_add_bytes(&text, (const char *)bytes, size);
    if (zetaview_read(arena, &fault, bytes, size, zetaview)) {
        demand(fault.kind == FAULT_NONE);
        demand(zetaview->size.read + zetaview->places.read + zetaview->profile.read == 1);
        demand_numbers(arena, &text, zetaview);
        zetaview_settle(arena, zetaview);
        if (size % TOLD_OF == 0)
            demand_told(arena, zetaview, bytes, size);
    } else {
        demand(fault.kind == FAULT_INPUT && strncmp(fault.text, "Line ", 5) == 0);
    }
    arena_close(arena);
    return 0;
}
