/* track_file.c: tables of trackers, told apart by the names of their columns. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/track_file.h"

#include "measure/delimited.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* What a column holds. */
enum column {
    COLUMN_UNUSED,
    COLUMN_VIDEO,
    COLUMN_FRAME,
    COLUMN_PARTICLE,
    COLUMN_X_PX,
    COLUMN_Y_PX,
    COLUMN_X_UM,
    COLUMN_Y_UM,
    COLUMN_BRIGHTNESS,
    COLUMN_LN_BRIGHTNESS,
    COLUMNS,
};

static const struct {
    const char *name;
    enum column column;
    enum track_file_kind kind; /* the tracker that alone names it so */
} names[] = {
    {"video", COLUMN_VIDEO, TRACK_FILE_UNKNOWN},
    {"frame", COLUMN_FRAME, TRACK_FILE_UNKNOWN},
    {"particle", COLUMN_PARTICLE, TRACK_FILE_UNKNOWN},
    {"x_px", COLUMN_X_PX, TRACK_FILE_PLAIN},
    {"y_px", COLUMN_Y_PX, TRACK_FILE_PLAIN},
    {"x_um", COLUMN_X_UM, TRACK_FILE_PLAIN},
    {"y_um", COLUMN_Y_UM, TRACK_FILE_PLAIN},
    {"photons", COLUMN_BRIGHTNESS, TRACK_FILE_PLAIN},
    {"brightness", COLUMN_BRIGHTNESS, TRACK_FILE_PLAIN},
    {"x", COLUMN_X_PX, TRACK_FILE_TRACKPY},
    {"y", COLUMN_Y_PX, TRACK_FILE_TRACKPY},
    {"mass", COLUMN_BRIGHTNESS, TRACK_FILE_TRACKPY},
    {"Particle ID", COLUMN_PARTICLE, TRACK_FILE_NANOSIGHT},
    {"X/pixels", COLUMN_X_PX, TRACK_FILE_NANOSIGHT},
    {"Y/pixels", COLUMN_Y_PX, TRACK_FILE_NANOSIGHT},
    {"Ln(Adjusted intensity)/AU", COLUMN_LN_BRIGHTNESS, TRACK_FILE_NANOSIGHT},
};

static const char forms[] = "frame, particle, x_px and y_px (or x_um and y_um); or the columns "
                            "of trackpy after linking, or of a NanoSight AllTracks file";

/* A table while it is read. */
struct table {
    struct arena *arena;
    struct fault *fault;
    struct delimited text;
    struct delimited_row row;
    size_t columns;
    size_t place[COLUMNS]; /* the number of the column that holds it, from 1; 0 where none does */
    double um_per_unit;
    struct track_file *file;
    size_t *frames; /* of each video, as far as rows name them */
};

static bool take_name(struct table *table, const struct delimited_cell *cell, struct text *unused)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (cell->size != strlen(names[i].name) ||
            strncasecmp((const char *)cell->bytes, names[i].name, cell->size) != 0)
            continue;
        size_t *place = &table->place[names[i].column];
        if (*place)
            return delimited_refuse(table->fault, cell,
                                    "columns %zu and %zu hold the same thing; leave one of them "
                                    "out.",
                                    *place, cell->column);
        *place = cell->column;
        if (names[i].kind != TRACK_FILE_UNKNOWN)
            table->file->kind = names[i].kind;
        return true;
    }
    if (cell->size > 0 && unused->length < 4096)
        text_print(unused, "%s%s", unused->length ? ", " : "",
                   delimited_text(table->arena, &table->text, cell));
    return true;
}

static bool need(struct table *table, enum column column, const char *name)
{
    return table->place[column] ||
           fail(table->fault, FAULT_INPUT, "file",
                "The file has no column %s; a table of tracks needs %s.", name, forms);
}

static bool check_names(struct table *table, double pixel_um)
{
    const size_t *place = table->place;
    bool in_um = place[COLUMN_X_UM] && place[COLUMN_Y_UM];
    bool in_px = place[COLUMN_X_PX] && place[COLUMN_Y_PX];
    table->file->in_pixels = !in_um;
    table->file->has_brightness = place[COLUMN_BRIGHTNESS] || place[COLUMN_LN_BRIGHTNESS];
    table->um_per_unit = in_um ? 1 : pixel_um;
    if (!need(table, COLUMN_FRAME, "frame") || !need(table, COLUMN_PARTICLE, "particle"))
        return false;
    if (in_um && in_px)
        return fail(table->fault, FAULT_INPUT, "file",
                    "The file gives positions in pixels and in micrometres; leave one pair of "
                    "columns out.");
    if (!in_um && !in_px)
        return fail(table->fault, FAULT_INPUT, "file",
                    "The file has no pair of columns for the positions; a table of tracks needs "
                    "%s.",
                    forms);
    if (in_px && !(pixel_um > 0))
        return fail(table->fault, FAULT_INPUT, "pixel_nm",
                    "The positions are in pixels: say how large a pixel is in the sample, such as "
                    "--pixel-nm 140.");
    return true;
}

static bool read_names(struct table *table, double pixel_um)
{
    bool found = false;
    struct text unused = text_open(table->arena);
    if (!delimited_next_filled(&table->text, table->fault, &table->row, &found))
        return false;
    if (!found)
        return fail(table->fault, FAULT_INPUT, "file",
                    "The file is empty; a table of tracks needs %s.", forms);
    table->columns = table->row.count;
    for (size_t i = 0; i < table->row.count; i++)
        if (!take_name(table, &table->row.cells[i], &unused))
            return false;
    table->file->unused = unused.length ? unused.bytes : "";
    return check_names(table, pixel_um);
}

static bool read_number(struct table *table, enum column column, double low, double high,
                        double *number)
{
    const struct delimited_cell *cell = &table->row.cells[table->place[column] - 1];
    if (delimited_number(cell, number) == NUMBER_READ && *number >= low && *number <= high)
        return true;
    char quote[DELIMITED_QUOTE_BYTES];
    delimited_quote(&table->text, cell, quote);
    return delimited_refuse(table->fault, cell, "\"%s\" is not a number from %.0f to %.0f.", quote,
                            low, high);
}

/* Trackers write whole numbers with a point, too. */
static bool read_whole(struct table *table, enum column column, double low, double high,
                       int64_t *whole)
{
    double number = 0;
    const struct delimited_cell *cell = &table->row.cells[table->place[column] - 1];
    if (!read_number(table, column, low, high, &number))
        return false;
    *whole = (int64_t)number;
    return number == floor(number) ||
           delimited_refuse(table->fault, cell, "%g is not a whole number.", number);
}

static bool is_blank(const struct table *table, enum column column)
{
    return delimited_blank(&table->row.cells[table->place[column] - 1]);
}

static bool read_brightness(struct table *table, double *brightness)
{
    *brightness = NAN;
    /* A table of several videos may hold some without brightness. */
    if (table->place[COLUMN_BRIGHTNESS] && table->place[COLUMN_VIDEO] &&
        is_blank(table, COLUMN_BRIGHTNESS))
        return true;
    if (table->place[COLUMN_BRIGHTNESS])
        return read_number(table, COLUMN_BRIGHTNESS, 0, 1e15, brightness);
    if (!table->place[COLUMN_LN_BRIGHTNESS])
        return true;
    if (!read_number(table, COLUMN_LN_BRIGHTNESS, -30, 30, brightness))
        return false;
    *brightness = exp(*brightness);
    return true;
}

/* Which frame of which video; *seen is false where the row says no more than that. */
static bool read_place(struct table *table, struct observation *row, bool *seen)
{
    int64_t video = 1, frame = 0;
    bool numbered = table->place[COLUMN_VIDEO];
    *seen = true;
    if ((numbered && !read_whole(table, COLUMN_VIDEO, 1, TRACK_FILE_VIDEOS, &video)) ||
        !read_whole(table, COLUMN_FRAME, 0, TRACK_FILE_FRAMES - 1, &frame))
        return false;
    row->video = (uint32_t)(video - 1);
    row->frame = (int32_t)frame;
    if (!numbered)
        return true;
    size_t *frames = &table->frames[video - 1];
    *frames = (size_t)frame >= *frames ? (size_t)frame + 1 : *frames;
    table->file->videos = (size_t)video > table->file->videos ? (size_t)video : table->file->videos;
    enum column x = table->file->in_pixels ? COLUMN_X_PX : COLUMN_X_UM;
    enum column y = table->file->in_pixels ? COLUMN_Y_PX : COLUMN_Y_UM;
    *seen = !is_blank(table, COLUMN_PARTICLE) || !is_blank(table, x) || !is_blank(table, y);
    return true;
}

static bool read_observation(struct table *table, struct observation *row, bool *seen)
{
    const double farthest = 1e7; /* pixels or micrometres: far beyond any field of view */
    enum column x = table->file->in_pixels ? COLUMN_X_PX : COLUMN_X_UM;
    enum column y = table->file->in_pixels ? COLUMN_Y_PX : COLUMN_Y_UM;
    if (table->row.count != table->columns)
        return delimited_refuse(table->fault, &table->row.cells[table->row.count - 1],
                                "the row has %zu cells, but the first row names %zu columns.",
                                table->row.count, table->columns);
    if (!table->row.ended)
        return delimited_refuse(table->fault, &table->row.cells[table->row.count - 1],
                                "no line end stands behind this row, which may have been cut; "
                                "export the file again.");
    if (!read_place(table, row, seen))
        return false;
    if (!*seen)
        return true;
    if (!read_whole(table, COLUMN_PARTICLE, -1e15, 1e15, &row->particle) ||
        !read_number(table, x, -farthest, farthest, &row->x_um) ||
        !read_number(table, y, -farthest, farthest, &row->y_um) ||
        !read_brightness(table, &row->brightness))
        return false;
    row->x_um *= table->um_per_unit;
    row->y_um *= table->um_per_unit;
    return true;
}

/* No row is shorter than its line end. */
static size_t most_rows(const struct text *bytes)
{
    size_t rows = 1;
    for (size_t i = 0; i < bytes->length; i++)
        rows += bytes->bytes[i] == '\n' || bytes->bytes[i] == '\r';
    return rows;
}

bool track_file_read(struct arena *arena, struct fault *fault, const struct text *bytes,
                     double pixel_um, struct track_file *file, struct observations *observations)
{
    struct table table = {.arena = arena, .fault = fault, .file = file};
    *file = (struct track_file){.videos = 1};
    *observations = (struct observations){.videos = 1};
    if (!delimited_open(&table.text, fault, (const unsigned char *)bytes->bytes, bytes->length) ||
        !read_names(&table, pixel_um))
        return false;
    if (file->kind == TRACK_FILE_UNKNOWN)
        file->kind = TRACK_FILE_PLAIN;
    observations->rows = arena_take(arena, most_rows(bytes) * sizeof *observations->rows);
    table.frames = arena_take(arena, TRACK_FILE_VIDEOS * sizeof *table.frames);
    observations->frames = table.place[COLUMN_VIDEO] ? table.frames : NULL;
    for (;;) {
        bool found = false, seen = false;
        if (!delimited_next_filled(&table.text, table.fault, &table.row, &found))
            return false;
        if (!found)
            break;
        if (!read_observation(&table, &observations->rows[observations->count], &seen))
            return false;
        observations->count += seen;
    }
    file->rows = observations->count;
    observations->videos = file->videos;
    return observations->count > 0 ||
           fail(fault, FAULT_INPUT, "file",
                "The file names its columns but holds no position of any particle.");
}
