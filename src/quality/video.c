/* video.c: a video belongs to one sample; what was measured of another is no measurement of this.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/video.h"

const struct rule video_rules[VIDEO_RULES] = {
    {"QC-13.video/1", "Was no other sample measured with the same video?",
     "同じ動画が別の試料の測定に使われていないか。", "MISEV, NTA practice; data integrity"},
};

/* What its measurement says of a video. */
#define VIDEO_FIELDS                                                                               \
    FIELD(struct video, name, .help = "Name of the file"),                                         \
        FIELD(struct video, number,                                                                \
              .help = "Number of the video in a file that holds several, or 0"),                   \
        FIELD(struct video, kind, .help = "What it was read as"),                                  \
        FIELD(struct video, place, .help = "Where it lies"),                                       \
        FIELD(struct video, frames, .help = "Frames"),                                             \
        FIELD(struct video, frames_lost, .help = "Frames that are missing"),                       \
        FIELD(struct video, width_px, .unit = "px", .help = "Width of a frame"),                   \
        FIELD(struct video, height_px, .unit = "px", .help = "Height of a frame"),                 \
        FIELD(struct video, bits, .help = "Bits of a pixel"),                                      \
        FIELD(struct video, lossy, .help = "Its compression has changed the light"),               \
        FIELD(struct video, threshold_sd, .help = "Threshold of a spot, in sd of the noise"),      \
        FIELD(struct video, tracks, .help = "Tracks with a size")

static const struct field video_fields[] = {
    FIELD(struct video, sha256, .help = "SHA-256 of the file"),
    FIELD(struct video, assay, .help = "Code of the assay"),
    FIELD(struct video, lot, .help = "Lot"),
    FIELD(struct video, pull, .help = "Number of the stability pull, or 0"),
    FIELD(struct video, first_vial, .help = "First vial that was used, or 0"),
    FIELD(struct video, last_vial, .help = "Last vial that was used"),
    VIDEO_FIELDS,
    FIELD(struct video, entry, .help = "Entry that says so"),
};
const struct schema video_schema = SCHEMA("video", struct video, video_fields);
const struct table video_table = {"video", &video_schema, "sha256 assay number", "assay",
                                  TABLE_VIEW};

static const struct field body_fields[] = {
    FIELD(struct video, sha256, .help = "SHA-256 of the file"),
    VIDEO_FIELDS,
};
const struct schema video_body_schema = SCHEMA("video_measured", struct video, body_fields);

static const struct field place_fields[] = {
    FIELD(struct video_place, file, .required = true,
          .help = "Name of the file as in the report, or its SHA-256"),
    FIELD(struct video_place, place, .required = true, .longest = 400,
          .help = "Where it lies, such as a folder of the archive"),
};
const struct schema video_place_schema = SCHEMA("video_place", struct video_place, place_fields);

static bool is_named(const struct video *video, const struct video_place *place)
{
    return text_equals(place->file, video->sha256) || text_equals(place->file, video->name);
}

/* The videos of one file lie in one place; one name may be that of two files. */
static bool settle_place(struct work *work, const struct video_place *place, struct rows *videos)
{
    struct video *video = videos->items;
    const char *found = NULL;
    for (size_t i = 0; i < videos->count; i++) {
        if (!is_named(&video[i], place))
            continue;
        if (found && !text_equals(found, video[i].sha256))
            return fail(&work->fault, FAULT_INPUT, "places.file",
                        "%s names several files of the report; name each by its SHA-256.",
                        place->file);
        found = video[i].sha256;
        video[i].place = place->place;
    }
    return found || fail(&work->fault, FAULT_INPUT, "places.file",
                         "%s is no file of the report; correct the name.", place->file);
}

static bool settle_places(struct work *work, const struct rows *places, struct rows *videos)
{
    for (size_t i = 0; i < places->count; i++)
        if (!settle_place(work, &ROWS(*places, const struct video_place)[i], videos))
            return false;
    return true;
}

/* A second measurement of vials that are open already may name none. */
static bool is_same_sample(const struct video *one, const struct video *other)
{
    const bool same_vials =
        one->first_vial == other->first_vial && one->last_vial == other->last_vial;
    return text_equals(one->lot, other->lot) && one->pull == other->pull &&
           (same_vials || !one->last_vial || !other->last_vial);
}

static bool check_unused(struct work *work, const struct video *video, const struct video *sample)
{
    struct rows rows;
    if (!view_list(work, &video_table, "sha256", value_text(video->sha256), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct video *row = &ROWS(rows, const struct video)[i];
        if (row->entry != work->amends && !is_same_sample(row, sample))
            return refuse(&work->fault, FAULT_RULE, "report", "QC-13.video/1",
                          "The video %s was measured for the assay %s of lot %s already, which is "
                          "another sample; measure a video of this one, or have %s annulled if "
                          "that was the error.",
                          video->name, row->assay, row->lot, row->assay);
    }
    return true;
}

static void fill_frames(struct arena *arena, const struct reported_frames *frames,
                        struct video *video)
{
    video->frames_lost = (struct count){true, frames->frames_lost};
    video->width_px = (struct count){true, frames->width_px};
    video->height_px = (struct count){true, frames->height_px};
    video->bits = (struct count){true, frames->bits};
    video->lossy = frames->lossy;
    if (frames->threshold_sd.known)
        video->threshold_sd = real_of(arena, frames->threshold_sd.value);
}

bool videos_take(struct work *work, const struct report_reading *reading, const struct rows *places,
                 const struct video *sample, struct rows *videos)
{
    struct video *items = arena_take(work->arena, reading->file_count * sizeof *items);
    *videos = (struct rows){reading->file_count, items};
    for (size_t i = 0; i < reading->file_count; i++) {
        const struct reported_file *file = &reading->files[i];
        items[i] = (struct video){.sha256 = file->sha256,
                                  .name = file->name,
                                  .number = file->video,
                                  .kind = file->kind,
                                  .frames = file->frames,
                                  .tracks = file->sized_tracks};
        if (reading->frames)
            fill_frames(work->arena, &reading->frames[i], &items[i]);
        if (!check_unused(work, &items[i], sample))
            return false;
    }
    return settle_places(work, places, videos);
}

bool videos_put(struct work *work, const struct video *sample, const struct rows *videos)
{
    for (size_t i = 0; i < videos->count; i++) {
        struct video row = ROWS(*videos, const struct video)[i];
        row.assay = sample->assay;
        row.lot = sample->lot;
        row.pull = sample->pull;
        row.first_vial = sample->first_vial;
        row.last_vial = sample->last_vial;
        row.entry = sample->entry;
        if (!view_put(work, &video_table, &row))
            return false;
    }
    return true;
}

bool videos_give_back(struct work *work, const char *assay, const struct rows *videos)
{
    for (size_t i = 0; i < videos->count; i++) {
        const struct video *row = &ROWS(*videos, const struct video)[i];
        if (!view_remove(
                work, &video_table,
                VALUES(value_text(row->sha256), value_text(assay), value_integer(row->number))))
            return false;
    }
    return true;
}

struct video_key {
    const char *sha256;
};
static const struct field key_fields[] = {
    FIELD(struct video_key, sha256, .required = true, .code = true, .longest = 64,
          .help = "SHA-256 of the file"),
};
static const struct schema key_schema = SCHEMA("video_key", struct video_key, key_fields);

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct video_key *key = input;
    if (!view_list(work, &video_table, "sha256", value_text(key->sha256), rows))
        return false;
    return rows->count || fail(&work->fault, FAULT_MISSING, "sha256",
                               "No sample was measured with the file %s.", key->sha256);
}

const struct operation video_operations[VIDEO_OPERATIONS] = {
    {.name = "video.show",
     .method = "GET",
     .path = "/videos/{sha256}",
     .summary = "Show which sample was measured with a video, and where it lies.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &key_schema,
     .output = &video_schema,
     .list = list_read},
};
