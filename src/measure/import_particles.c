/* import_particles.c: reads ParticleData and AllTracks, told apart by the names of the columns. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_particles.h"

#include "base/text.h"
#include "measure/delimited.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum column {
    COLUMN_ID,
    COLUMN_SIZE,
    COLUMN_DIFFUSION,
    COLUMN_INTENSITY,
    COLUMN_START,
    COLUMN_LENGTH,
    COLUMN_FRAME,
    COLUMN_X,
    COLUMN_Y,
    COLUMN_INCLUDED,
    COLUMNS,
};

static const char *const names[COLUMNS] = {
    [COLUMN_ID] = "Particle ID",
    [COLUMN_SIZE] = "Size/nm",
    [COLUMN_DIFFUSION] = "Diffusion coefficient/nm^2 s^-1",
    [COLUMN_INTENSITY] = "Ln(Adjusted intensity)/AU",
    [COLUMN_START] = "Start frame",
    [COLUMN_LENGTH] = "Tracklength",
    [COLUMN_FRAME] = "Frame",
    [COLUMN_X] = "X/pixels",
    [COLUMN_Y] = "Y/pixels",
    [COLUMN_INCLUDED] = "Included in distribution?",
};

enum { FIRST_ROOM = 1024, UNUSED_BYTES = 4096 };

#define MOST_ID 1e15
#define MOST_FRAME 1e9
#define MOST_SIZE_NM 1e7
#define MOST_DIFFUSION 1e15

/* A table while it is read. */
struct table {
    struct arena *arena;
    struct fault *fault;
    struct delimited text;
    struct delimited_row row;
    size_t columns;
    size_t place[COLUMNS]; /* number of the column, from 1; 0 where there is none */
    bool positions;        /* AllTracks */
    struct particle_list list;
    struct particle_index index;
    size_t room;
    size_t current;                        /* the particle of the row before */
    struct delimited_cell before[COLUMNS]; /* the cells of that row, and what they said */
    struct particle last;
    struct remarks *findings;
};

/* The finaliser of SplitMix64 (Steele, Lea and Flood 2014): ids in any pattern spread over the
 * whole index. */
static size_t slot_of(const struct particle_index *index, int64_t id)
{
    uint64_t mixed = (uint64_t)id;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (size_t)(mixed ^ mixed >> 31) & (index->room - 1);
}

static size_t *index_slot(const struct particle_index *index, const struct particle *items,
                          int64_t id)
{
    size_t slot = slot_of(index, id);
    while (index->places[slot] && items[index->places[slot] - 1].id != id)
        slot = (slot + 1) & (index->room - 1);
    return &index->places[slot];
}

void particle_index_make(struct arena *arena, const struct particle_list *list, size_t most,
                         struct particle_index *index)
{
    index->room = FIRST_ROOM;
    while (index->room < 2 * most)
        index->room *= 2;
    index->places = arena_take(arena, index->room * sizeof *index->places);
    for (size_t i = 0; i < list->count; i++)
        *index_slot(index, list->items, list->items[i].id) = i + 1;
}

const struct particle *particle_index_find(const struct particle_index *index,
                                           const struct particle_list *list, int64_t id)
{
    size_t place = *index_slot(index, list->items, id);
    return place ? &list->items[place - 1] : NULL;
}

static const struct delimited_cell *cell_of(const struct table *table, enum column column)
{
    return &table->row.cells[table->place[column] - 1];
}

static bool refuse_cell(struct table *table, const struct delimited_cell *cell,
                        const char *expected)
{
    char quote[DELIMITED_QUOTE_BYTES];
    delimited_quote(&table->text, cell, quote);
    return delimited_refuse(table->fault, cell, "\"%s\" is not %s.", quote, expected);
}

static bool take_name(struct table *table, const struct delimited_cell *cell, struct text *unused)
{
    char *name = delimited_text(table->arena, &table->text, cell);
    for (enum column column = 0; column < COLUMNS; column++) {
        if (strcasecmp(name, names[column]) != 0)
            continue;
        if (table->place[column])
            return delimited_refuse(table->fault, cell,
                                    "the column \"%s\" stands twice, here and as column %zu.",
                                    names[column], table->place[column]);
        table->place[column] = cell->column;
        return true;
    }
    if (*name && unused->length < UNUSED_BYTES)
        text_print(unused, "%s%s", unused->length ? ", " : "", name);
    return true;
}

static bool need(struct table *table, enum column column)
{
    return table->place[column] ||
           delimited_refuse(table->fault, &table->row.cells[0],
                            "the columns do not include \"%s\", without which %s says nothing.",
                            names[column], table->positions ? "AllTracks" : "ParticleData");
}

static bool read_names(struct table *table)
{
    bool found = false;
    struct text unused = text_open(table->arena);
    struct delimited_cell start = {.line = 1, .column = 1, .character = 1};
    if (!delimited_next_filled(&table->text, table->fault, &table->row, &found))
        return false;
    if (!found)
        return delimited_refuse(table->fault, &start, "the file is empty.");
    table->columns = table->row.count;
    for (size_t i = 0; i < table->row.count; i++)
        if (!take_name(table, &table->row.cells[i], &unused))
            return false;
    table->list.unused = unused.length ? unused.bytes : "";
    table->positions = table->place[COLUMN_X] || table->place[COLUMN_Y];
    return need(table, COLUMN_ID) && need(table, COLUMN_SIZE) && need(table, COLUMN_INCLUDED) &&
           (!table->positions || need(table, COLUMN_FRAME));
}

static bool read_number(struct table *table, enum column column, double low, double high,
                        double *number)
{
    const struct delimited_cell *cell = cell_of(table, column);
    if (delimited_number(cell, number) == NUMBER_READ && *number >= low && *number <= high)
        return true;
    char quote[DELIMITED_QUOTE_BYTES];
    delimited_quote(&table->text, cell, quote);
    return delimited_refuse(table->fault, cell, "\"%s\" is not a number from %.0f to %.0f.", quote,
                            low, high);
}

/* Some writers give whole numbers a point, too. */
static bool read_whole(struct table *table, enum column column, double high, int64_t *whole)
{
    double number = 0;
    if (!read_number(table, column, 0, high, &number))
        return false;
    *whole = (int64_t)number;
    return number == floor(number) || refuse_cell(table, cell_of(table, column), "a whole number");
}

/* Column that the file may leave out, or a cell that may be blank or NaN: NAN. */
static bool read_perhaps(struct table *table, enum column column, double low, double high,
                         double *number)
{
    *number = NAN;
    if (!table->place[column] || delimited_blank(cell_of(table, column)) ||
        delimited_equals(cell_of(table, column), "NaN"))
        return true;
    return read_number(table, column, low, high, number);
}

static bool cell_says(const struct delimited_cell *cell, const char *word)
{
    size_t length = strlen(word);
    return cell->size == length && strncasecmp((const char *)cell->bytes, word, length) == 0;
}

static bool read_included(struct table *table, bool *included)
{
    const struct delimited_cell *cell = cell_of(table, COLUMN_INCLUDED);
    *included = cell_says(cell, "True");
    return *included || cell_says(cell, "False") || refuse_cell(table, cell, "True or False");
}

/* Whether a cell is the same, byte by byte, as in the row before. */
static bool is_repeated(const struct table *table, enum column column)
{
    if (!table->place[column])
        return true;
    const struct delimited_cell *cell = cell_of(table, column);
    const struct delimited_cell *before = &table->before[column];
    return before->bytes && cell->size == before->size &&
           memcmp(cell->bytes, before->bytes, cell->size) == 0;
}

static const enum column told[] = {COLUMN_ID, COLUMN_SIZE, COLUMN_DIFFUSION, COLUMN_INTENSITY,
                                   COLUMN_INCLUDED};

static bool is_told_again(const struct table *table)
{
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (!is_repeated(table, told[i]))
            return false;
    return true;
}

static void keep_told(struct table *table, const struct particle *particle)
{
    table->last = *particle;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (table->place[told[i]])
            table->before[told[i]] = *cell_of(table, told[i]);
}

static bool check_row(struct table *table)
{
    const struct delimited_cell *last = &table->row.cells[table->row.count - 1];
    if (table->row.count != table->columns)
        return delimited_refuse(table->fault, last,
                                "the row has %zu cells, but the first row names %zu columns.",
                                table->row.count, table->columns);
    if (!table->row.ended)
        return delimited_refuse(table->fault, last,
                                "no line end stands behind this row, which may have been cut; "
                                "export the file again.");
    return true;
}

/* What both tables say of a particle; a table of positions says it in row after row. */
static bool read_particle(struct table *table, struct particle *particle)
{
    *particle = (struct particle){.start_frame = -1, .last_frame = -1, .length = -1};
    if (!check_row(table))
        return false;
    if (is_told_again(table)) {
        *particle = table->last;
        return true;
    }
    if (!read_whole(table, COLUMN_ID, MOST_ID, &particle->id) ||
        !read_perhaps(table, COLUMN_SIZE, 0, MOST_SIZE_NM, &particle->size_nm) ||
        !read_perhaps(table, COLUMN_DIFFUSION, 0, MOST_DIFFUSION, &particle->diffusion_nm2_per_s) ||
        !read_perhaps(table, COLUMN_INTENSITY, -100, 100, &particle->ln_intensity) ||
        !read_included(table, &particle->included))
        return false;
    if (particle->included && !(particle->size_nm > 0))
        return refuse_cell(table, cell_of(table, COLUMN_SIZE),
                           "a size above zero, although the particle is included");
    if (!(particle->size_nm > 0))
        particle->size_nm = NAN;
    keep_told(table, particle);
    return true;
}

static void list_grow(struct table *table)
{
    struct particle_list *list = &table->list;
    size_t room = table->room ? 2 * table->room : FIRST_ROOM;
    struct particle *items = arena_take(table->arena, room * sizeof *items);
    if (list->count)
        memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    table->room = room;
    particle_index_make(table->arena, list, room, &table->index);
}

static struct particle *list_add(struct table *table, const struct particle *particle)
{
    struct particle_list *list = &table->list;
    if (list->count == table->room)
        list_grow(table);
    *index_slot(&table->index, list->items, particle->id) = list->count + 1;
    list->items[list->count] = *particle;
    return &list->items[list->count++];
}

/* The particle of that id, or NULL; rows of one particle mostly follow one another. */
static struct particle *list_find(struct table *table, int64_t id)
{
    struct particle_list *list = &table->list;
    if (list->count == 0)
        return NULL;
    if (list->items[table->current].id == id)
        return &list->items[table->current];
    size_t place = *index_slot(&table->index, list->items, id);
    if (place)
        table->current = place - 1;
    return place ? &list->items[place - 1] : NULL;
}

static bool take_particle(struct table *table, struct particle *particle)
{
    if (table->place[COLUMN_START] &&
        !read_whole(table, COLUMN_START, MOST_FRAME, &particle->start_frame))
        return false;
    if (table->place[COLUMN_LENGTH] &&
        !read_whole(table, COLUMN_LENGTH, MOST_FRAME, &particle->length))
        return false;
    if (list_find(table, particle->id))
        return delimited_refuse(table->fault, cell_of(table, COLUMN_ID),
                                "particle %lld stands a second time.", (long long)particle->id);
    list_add(table, particle);
    return true;
}

static bool is_same(double one, double other)
{
    return one == other || (isnan(one) && isnan(other));
}

static bool take_position(struct table *table, struct particle *row)
{
    double place_px = 0;
    int64_t frame = 0;
    if (!read_whole(table, COLUMN_FRAME, MOST_FRAME, &frame) ||
        (table->place[COLUMN_X] && !read_number(table, COLUMN_X, -1e7, 1e7, &place_px)) ||
        (table->place[COLUMN_Y] && !read_number(table, COLUMN_Y, -1e7, 1e7, &place_px)))
        return false;
    struct particle *particle = list_find(table, row->id);
    if (!particle) {
        row->start_frame = row->last_frame = frame;
        row->length = 1;
        list_add(table, row);
        table->current = table->list.count - 1;
        return true;
    }
    if (frame <= particle->last_frame)
        return delimited_refuse(table->fault, cell_of(table, COLUMN_FRAME),
                                "frame %lld of particle %lld does not follow its frame %lld; the "
                                "rows are not in order, or one stands twice.",
                                (long long)frame, (long long)row->id,
                                (long long)particle->last_frame);
    if (!is_same(row->size_nm, particle->size_nm) ||
        !is_same(row->diffusion_nm2_per_s, particle->diffusion_nm2_per_s) ||
        row->included != particle->included)
        remarks_add(table->findings, "particle %lld in line %zu", (long long)row->id,
                    table->row.cells[0].line);
    particle->last_frame = frame;
    particle->length++;
    particle->ln_intensity += row->ln_intensity; /* a sum until the end */
    return true;
}

static bool read_rows(struct table *table)
{
    for (bool found = true;;) {
        struct particle particle;
        if (!delimited_next_filled(&table->text, table->fault, &table->row, &found))
            return false;
        if (!found)
            break;
        if (!read_particle(table, &particle) ||
            !(table->positions ? take_position(table, &particle) : take_particle(table, &particle)))
            return false;
        table->list.rows++;
    }
    struct delimited_cell end = {.line = table->text.line, .column = 1, .character = 1};
    return table->list.count > 0 ||
           delimited_refuse(table->fault, &end, "the file names its columns but holds no row.");
}

bool particles_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                    size_t size, struct particles *result)
{
    struct remarks findings = {.count = 0};
    struct table table = {.arena = arena, .fault = fault, .findings = &findings};
    if (size > PARTICLE_FILE_BYTES)
        return fail(fault, FAULT_INPUT, "file",
                    "Line 1, column 1: the file has %zu bytes, more than can be read.", size);
    if (!delimited_open(&table.text, fault, bytes, size) || !read_names(&table))
        return false;
    struct particle_list *list = table.positions ? &result->tracks : &result->particles;
    if (list->read)
        return delimited_refuse(fault, &table.row.cells[0],
                                "this is a second %s; import one at a time.",
                                table.positions ? "AllTracks" : "ParticleData");
    if (!read_rows(&table))
        return false;
    for (size_t i = 0; i < table.list.count && table.positions; i++)
        table.list.items[i].ln_intensity /= (double)table.list.items[i].length;
    table.list.read = true;
    *list = table.list;
    import_flag_raise(arena, &result->flags, IMPORT_ROWS_DISAGREE, &findings);
    return true;
}
