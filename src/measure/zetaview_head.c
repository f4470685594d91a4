/* zetaview_head.c: keys and values before the table, and what they say of the instrument. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/zetaview_reading.h"

#include "measure/measure.h"

#include <math.h>
#include <string.h>

/* Relative, for a viscosity that should be that of water. */
#define VISCOSITY_LIMIT 0.005

static const struct {
    const char *key;
    size_t offset; /* of a struct zetaview_number in struct zetaview_head */
    double low;
    double high;
} numbers[] = {
    {"Temperature", offsetof(struct zetaview_head, temperature_c), 0, 100},
    {"Viscosity", offsetof(struct zetaview_head, viscosity_mpa_s), 1e-3, 1e6},
    {"Positions", offsetof(struct zetaview_head, positions), 0, 1000},
    {"Number of Traces", offsetof(struct zetaview_head, traces), 0, 1e9},
    {"Average Number of Particles", offsetof(struct zetaview_head, particles), 0, 1e9},
    {"Dilution", offsetof(struct zetaview_head, dilution), 0, 1e12},
    {"Concentration Correction Factor", offsetof(struct zetaview_head, correction_factor), 0, 1e6},
    {"Minimum Brightness", offsetof(struct zetaview_head, least_brightness), 0, 1e6},
    {"Minimum Area", offsetof(struct zetaview_head, least_area), 0, 1e9},
    {"Maximum Area", offsetof(struct zetaview_head, most_area), 0, 1e9},
    {"Minimum Tracelength", offsetof(struct zetaview_head, least_length), 0, 1e6},
    {"Sensitivity", offsetof(struct zetaview_head, sensitivity), 0, 1e6},
    {"Shutter", offsetof(struct zetaview_head, shutter_per_s), 0, 1e6},
    {"Laser Wavelength nm", offsetof(struct zetaview_head, laser_nm), 1, 1e5},
    {"Micrometer per Pixel", offsetof(struct zetaview_head, pixel_um), 1e-3, 1e3},
    {"Median Number (D50)", offsetof(struct zetaview_head, median_number_nm), 0, 1e6},
    {"Median Concentration (D50)", offsetof(struct zetaview_head, median_concentration_nm), 0, 1e6},
    {"Median Volume (D50)", offsetof(struct zetaview_head, median_volume_nm), 0, 1e6},
};

/* Where words of people stand, a colon makes no key. */
static const struct {
    const char *key;
    size_t offset; /* of a text in struct zetaview_head */
    bool of_people;
} texts[] = {
    {"Original File", offsetof(struct zetaview_head, original_file), false},
    {"Software", offsetof(struct zetaview_head, software), false},
    {"ZetaView S/N", offsetof(struct zetaview_head, serial), false},
    {"Sample", offsetof(struct zetaview_head, sample), true},
    {"Electrolyte", offsetof(struct zetaview_head, electrolyte), true},
    {"Date", offsetof(struct zetaview_head, date), false},
    {"Time", offsetof(struct zetaview_head, time), false},
    {"Type of Measurement", offsetof(struct zetaview_head, type), false},
    {"Particle Drift Checked", offsetof(struct zetaview_head, drift_checked), false},
    {"Particle Drift Check Result", offsetof(struct zetaview_head, drift_result), false},
    {"Cell Checked", offsetof(struct zetaview_head, cell_checked), false},
    {"Cell Check Result", offsetof(struct zetaview_head, cell_result), false},
    {"Camera", offsetof(struct zetaview_head, camera), false},
    {"Filter Wavelength nm", offsetof(struct zetaview_head, filter), false},
};

static const char *const keys_of_people[] = {"Operator",        "Experiment", "SOP",
                                             "General Remarks", "Remarks",    "Sample Info"};

enum { NUMBERS = sizeof numbers / sizeof *numbers, TEXTS = sizeof texts / sizeof *texts };

static struct zetaview_number *number_at(struct zetaview_head *head, size_t index)
{
    return (void *)((char *)head + numbers[index].offset);
}

static const char **text_at(struct zetaview_head *head, size_t index)
{
    return (void *)((char *)head + texts[index].offset);
}

void zetaview_head_begin(struct zetaview_head *head)
{
    for (size_t i = 0; i < NUMBERS; i++)
        *number_at(head, i) = (struct zetaview_number){.word = ""};
    for (size_t i = 0; i < TEXTS; i++)
        *text_at(head, i) = "";
}

static bool is_of_people(const char *key)
{
    for (size_t i = 0; i < TEXTS; i++)
        if (texts[i].of_people && strcmp(texts[i].key, key) == 0)
            return true;
    for (size_t i = 0; i < sizeof keys_of_people / sizeof *keys_of_people; i++)
        if (strncmp(key, keys_of_people[i], strlen(keys_of_people[i])) == 0)
            return true;
    return false;
}

static bool was_there(const struct zetaview_head *head, const char *key)
{
    for (size_t i = 0; i < head->count; i++)
        if (strcmp(head->entries[i].key, key) == 0)
            return true;
    return false;
}

/* The known members of the head, each at most once. */
static bool entry_take(struct zetaview_reading *reading, struct zetaview_head *head,
                       const struct zetaview_entry *entry, const struct delimited_cell *value)
{
    bool before = was_there(head, entry->key);
    for (size_t i = 0; i < NUMBERS; i++) {
        struct zetaview_number *number = number_at(head, i);
        if (strcmp(numbers[i].key, entry->key) != 0)
            continue;
        if (before)
            return delimited_refuse(reading->fault, value, "\"%s\" stands a second time.",
                                    entry->key);
        number->word = entry->word;
        if (!zetaview_perhaps(reading, value, numbers[i].low, numbers[i].high, &number->value))
            return false;
        number->known = !isnan(number->value);
    }
    for (size_t i = 0; i < TEXTS; i++) {
        if (strcmp(texts[i].key, entry->key) != 0)
            continue;
        if (before)
            return delimited_refuse(reading->fault, value, "\"%s\" stands a second time.",
                                    entry->key);
        *text_at(head, i) = entry->value;
    }
    return true;
}

static bool entry_add(struct zetaview_reading *reading, struct zetaview_head *head,
                      const struct zetaview_entry *entry, const struct delimited_cell *value)
{
    if (head->count == ZETAVIEW_ENTRIES)
        return delimited_refuse(reading->fault, value, "the head has more than %d entries.",
                                ZETAVIEW_ENTRIES);
    if (!entry_take(reading, head, entry, value))
        return false;
    head->entries[head->count++] = *entry;
    return true;
}

static const char *cell_text(const struct zetaview_reading *reading,
                             const struct delimited_cell *cell)
{
    return delimited_text(reading->arena, &reading->text, cell);
}

/* Length of the key that a cell ends with, without its colons; 0 where it is none. */
static size_t key_length(const char *text)
{
    size_t length = strlen(text);
    size_t colons = 0;
    while (colons < length && text[length - 1 - colons] == ':')
        colons++;
    return colons ? length - colons : 0;
}

/* The cells behind a value up to the next key, as words. */
static const char *words_behind(const struct zetaview_reading *reading, size_t *at, bool of_people)
{
    const char *words = "";
    for (; *at < reading->row.count; ++*at) {
        const char *text = cell_text(reading, &reading->row.cells[*at]);
        if (!of_people && key_length(text))
            break;
        if (*text)
            words = arena_print(reading->arena, "%s%s%s", words, *words ? " " : "", text);
    }
    return words;
}

/* "key: value" in one cell, where a blank stands for the tab: the cell behind the blank. */
static bool split_cell(const struct delimited_cell *cell, struct delimited_cell *key,
                       struct delimited_cell *value)
{
    const unsigned char *colon = memmem(cell->bytes, cell->size, ": ", 2);
    if (!colon || colon == cell->bytes)
        return false;
    size_t before = (size_t)(colon - cell->bytes) + 1;
    *key = *value = *cell;
    key->size = before;
    value->bytes += before;
    value->size -= before;
    value->character += before;
    return true;
}

bool zetaview_entries(struct zetaview_reading *reading, struct zetaview_head *head, bool *taken)
{
    const struct delimited_row *row = &reading->row;
    struct delimited_cell none = row->cells[row->count - 1];
    none.bytes += none.size;
    none.size = 0;
    *taken = false;
    for (size_t at = 0; at < row->count;) {
        struct delimited_cell key = row->cells[at];
        struct delimited_cell value = at + 1 < row->count ? row->cells[at + 1] : none;
        size_t behind = at + 2;
        if (at == 0 && !key_length(cell_text(reading, &key))) {
            if (!split_cell(&row->cells[0], &key, &value))
                return true;
            behind = at + 1;
        }
        char *name = delimited_text(reading->arena, &reading->text, &key);
        name[key_length(name)] = '\0';
        bool of_people = is_of_people(name);
        /* Such as "Cell parameter:" before another key in the same line: nothing of its own. */
        if (behind == at + 2 && !of_people && key_length(cell_text(reading, &value))) {
            value = none;
            behind = at + 1;
        }
        struct zetaview_entry entry = {
            .key = name, .value = cell_text(reading, &value), .line = key.line};
        entry.word = words_behind(reading, &behind, of_people);
        if (!entry_add(reading, head, &entry, &value))
            return false;
        *taken = true;
        at = behind;
    }
    return true;
}

static void viscosity_check(const struct zetaview_head *head, struct remarks *findings)
{
    double water = 0;
    if (!head->temperature_c.known || !head->viscosity_mpa_s.known ||
        measure_water_viscosity_mpa_s(head->temperature_c.value, &water) != MEASURED)
        return;
    double excess = head->viscosity_mpa_s.value / water - 1;
    if (fabs(excess) > VISCOSITY_LIMIT)
        remarks_add(findings,
                    "%.6g mPa s at %.2f C is %.2f %% %s that of water: sizes are %.2f %% too %s "
                    "for water",
                    head->viscosity_mpa_s.value, head->temperature_c.value, fabs(100 * excess),
                    excess > 0 ? "above" : "below",
                    fabs(100 * (1 - water / head->viscosity_mpa_s.value)),
                    excess > 0 ? "small" : "large");
}

static void check_look(const char *what, const char *checked, const char *outcome,
                       struct remarks *never, struct remarks *bad)
{
    if (strncmp(checked, "1904-01-01", strlen("1904-01-01")) == 0)
        remarks_add(never, "%s: %s", what, checked);
    if (*outcome && strcmp(outcome, "Good") != 0 && strcmp(outcome, "Very Good") != 0)
        remarks_add(bad, "%s: %s", what, outcome);
}

static void missing_look(const struct zetaview *result, struct remarks *findings)
{
    const struct zetaview_head *head = &result->head;
    const struct {
        const char *key;
        bool there;
    } wanted[] = {
        {"Software", *head->software != '\0'},
        {"Viscosity", head->viscosity_mpa_s.known},
        {"Number of Traces", !result->size.read || head->traces.known},
        {"Average Number of Particles", !result->size.read || head->particles.known},
        {"Dilution", !result->size.read || (head->dilution.known && head->dilution.value > 0)},
        {"Concentration Correction Factor", !result->size.read || head->correction_factor.known},
        {"Median Number (D50)", !result->size.read || head->median_number_nm.known},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!wanted[i].there)
            remarks_add(findings, "%s", wanted[i].key);
}

void zetaview_head_settle(struct arena *arena, struct zetaview *result)
{
    const struct zetaview_head *head = &result->head;
    struct import_flags *flags = &result->flags;
    struct remarks viscosity = {.count = 0};
    struct remarks never = {.count = 0};
    struct remarks bad = {.count = 0};
    struct remarks missing = {.count = 0};
    struct remarks temperature = {.count = 0};
    struct remarks version = {.count = 0};
    viscosity_check(head, &viscosity);
    check_look("Particle Drift", head->drift_checked, head->drift_result, &never, &bad);
    check_look("Cell", head->cell_checked, head->cell_result, &never, &bad);
    missing_look(result, &missing);
    if (!head->temperature_c.known)
        remarks_add(&temperature, "missing");
    else if (strcmp(head->temperature_c.word, "sensed") != 0)
        remarks_add(&temperature, "%.2f C, \"%s\"", head->temperature_c.value,
                    head->temperature_c.word);
    if (!strstr(head->software, "(version 8."))
        remarks_add(&version, "\"%s\"", head->software);
    import_flag_raise(arena, flags, IMPORT_VERSION_UNTESTED, &version);
    import_flag_raise(arena, flags, IMPORT_FIELD_MISSING, &missing);
    import_flag_raise(arena, flags, IMPORT_VISCOSITY_NOT_WATER, &viscosity);
    import_flag_raise(arena, flags, IMPORT_TEMPERATURE_ENTERED, &temperature);
    import_flag_raise(arena, flags, IMPORT_CHECK_NEVER, &never);
    import_flag_raise(arena, flags, IMPORT_CHECK_NOT_GOOD, &bad);
}
