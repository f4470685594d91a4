/* video_counts.c: counts over time, from the report that is kept with the measurement. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/video_counts.h"

#include "quality/assay.h"
#include "quality/reported.h"

struct counts_key {
    const char *lot;
    const char *code;
};
static const struct field key_fields[] = {
    FIELD(struct counts_key, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct counts_key, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the assay"),
};
static const struct schema key_schema = SCHEMA("counts_key", struct counts_key, key_fields);

/* One part of one video. A report that was written without them has one part for each video, in
 * which the number is unknown. */
struct video_count {
    int64_t video;
    const char *name;
    int64_t frames;
    struct real spots_per_frame;
    int64_t part;
    int64_t parts;
    struct real from_s;
    struct real until_s;
    struct real particles_per_frame;
};
static const struct field count_fields[] = {
    FIELD(struct video_count, video, .help = "Video of the measurement, from 1"),
    FIELD(struct video_count, name, .help = "Name of the file"),
    FIELD(struct video_count, frames, .help = "Frames"),
    FIELD(struct video_count, spots_per_frame, .help = "Mean spots of a frame of the whole video"),
    FIELD(struct video_count, part,
          .help = "Number of the part, from 1; 0: the report has no parts"),
    FIELD(struct video_count, parts, .help = "Parts of this video that the report tells"),
    FIELD(struct video_count, from_s, .unit = "s", .help = "Begin of the part"),
    FIELD(struct video_count, until_s, .unit = "s", .help = "End of the part"),
    FIELD(struct video_count, particles_per_frame,
          .help = "Mean particles of a frame of this part; unknown in a report without parts"),
};
static const struct schema count_schema = SCHEMA("video_count", struct video_count, count_fields);

static void add_parts(struct arena *arena, const struct reported_counts *counts,
                      const struct video_count *video, struct rows *rows)
{
    struct video_count *row = ROWS(*rows, struct video_count);
    const double part_s = counts->parts ? counts->seconds.value / (double)counts->parts : 0;
    for (size_t i = 0; i < counts->parts; i++) {
        struct video_count one = *video;
        one.part = (int64_t)i + 1;
        one.parts = (int64_t)counts->parts;
        one.from_s = real_of(arena, (double)i * part_s);
        one.until_s = real_of(arena, (double)(i + 1) * part_s);
        one.particles_per_frame = real_of(arena, counts->per_frame[i]);
        row[rows->count++] = one;
    }
    if (!counts->parts)
        row[rows->count++] = *video;
}

static void fill_counts(struct arena *arena, const struct report_reading *reading,
                        struct rows *rows)
{
    static const struct reported_counts untold = {.parts = 0};
    size_t room = reading->file_count;
    for (size_t i = 0; reading->counts && i < reading->file_count; i++)
        room += reading->counts[i].parts;
    *rows = (struct rows){0, arena_take(arena, room * sizeof(struct video_count))};
    for (size_t i = 0; i < reading->file_count; i++) {
        struct video_count video = {.video = (int64_t)i + 1,
                                    .name = reading->files[i].name,
                                    .frames = reading->files[i].frames};
        if (reading->frames && reading->frames[i].spots_per_frame.known)
            video.spots_per_frame = real_of(arena, reading->frames[i].spots_per_frame.value);
        add_parts(arena, reading->counts ? &reading->counts[i] : &untold, &video, rows);
    }
}

static bool need_report(struct work *work, const struct counts_key *key,
                        struct report_reading *reading)
{
    struct assay assay = {0};
    struct measured_sample measured = {0};
    struct file file = {0};
    const struct value code = value_text(key->code);
    bool by_video = false;
    bool found = false;
    if (!assay_of_lot(work, key->lot, key->code, &assay))
        return false;
    if (!view_find(work, &measured_sample_table, &code, 1, &measured, &by_video))
        return false;
    if (!by_video)
        return fail(&work->fault, FAULT_MISSING, "code",
                    "%s was not measured in videos; it has no counts over time.", key->code);
    if (!ledger_load_file(work, assay.sha256, &file, &found))
        return false;
    return (found ||
            fail(&work->fault, FAULT_STORAGE, "report",
                 "The file %s is not kept any more; run exoledger verify.", assay.sha256)) &&
           reported_read(work, &file, reading);
}

static bool counts_list(struct work *work, const void *input, struct rows *rows)
{
    struct report_reading *reading = arena_take(work->arena, sizeof *reading);
    if (!need_report(work, input, reading))
        return false;
    fill_counts(work->arena, reading, rows);
    return true;
}

const struct operation video_counts_operations[VIDEO_COUNTS_OPERATIONS] = {
    {.name = "assay.counts",
     .method = "GET",
     .path = "/lots/{lot}/assays/{code}/counts",
     .summary = "Show how many particles the videos of a measurement showed over time.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &key_schema,
     .output = &count_schema,
     .list = counts_list},
};
