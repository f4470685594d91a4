/* measuring_sources.c: which files are videos, and what do the small files beside them say? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring.h"

#include "chain/folder.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_BYTES = 4096, NANO_BYTES = 1 << 20 };

bool measuring_name_fault(struct measuring *measuring, const char *name)
{
    char *sentence = arena_copy(measuring->arena, measuring->fault->text);
    snprintf(measuring->fault->text, sizeof measuring->fault->text, "%s: %s", name, sentence);
    return false;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);
    return length > end && strcasecmp(name + length - end, ending) == 0;
}

/* Tables are text; nothing else that is measured is. */
static bool is_binary(const char *path)
{
    unsigned char head[HEAD_BYTES];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = file < 0 ? 0 : read(file, head, sizeof head);
    bool binary = false;
    for (ssize_t i = 0; i < got; i++)
        binary = binary || (head[i] < ' ' && !strchr("\t\n\r\f", head[i])) || head[i] == 0;
    if (file >= 0)
        close(file);
    return binary;
}

static bool is_video(const char *path)
{
    return ends_with(path, ".raw") || ends_with(path, ".nano") || is_binary(path);
}

/* One number that a file says of all videos; files must not disagree. */
static bool take_said(struct measuring *measuring, const char *path, double number, double *said)
{
    if (!(number > 0))
        return true;
    if (*said > 0 && fabs(number - *said) > 1e-9 * *said)
        return fail(measuring->fault, FAULT_INPUT, "file",
                    "%s and %s say different things of the same measurement (%g and %g); measure "
                    "such videos apart.",
                    measuring->said.where, path, *said, number);
    *said = number;
    measuring->said.where = path;
    return true;
}

static bool take_capture(struct measuring *measuring, const char *path,
                         const struct video_nano_capture *capture)
{
    struct measuring_said *said = &measuring->said;
    return take_said(measuring, path, capture->pixel_nm, &said->pixel_nm) &&
           take_said(measuring, path, capture->frame_s > 0 ? 1 / capture->frame_s : 0,
                     &said->frame_rate) &&
           take_said(measuring, path, capture->exposure_ms, &said->exposure_ms) &&
           take_said(measuring, path, capture->viscosity_mpa_s, &said->viscosity_mpa_s) &&
           take_said(measuring, path, capture->dilution, &said->dilution);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool add_source(struct measuring *measuring, const char *path, double temperature_c)
{
    if (measuring->report.file_count >= MEASUREMENT_VIDEOS)
        return fail(measuring->fault, FAULT_INPUT, "file",
                    "At most %d files are measured together.", MEASUREMENT_VIDEOS);
    measuring->sources[measuring->report.file_count++] =
        (struct measuring_source){path, name_of(path), NULL, temperature_c, {NAN, NAN, NAN}};
    return true;
}

/* The videos of a .nano file lie beside it. */
static bool add_nano(struct measuring *measuring, const char *path)
{
    struct video_nano nano;
    char *bytes = NULL;
    size_t size = 0;
    int folder = (int)(name_of(path) - path);
    if (!folder_read(measuring->arena, measuring->fault, path, NANO_BYTES, &bytes, &size))
        return false;
    if (!video_nano_read(measuring->arena, measuring->fault, bytes, size, &nano))
        return measuring_name_fault(measuring, name_of(path));
    for (size_t i = 0; i < nano.count; i++) {
        const struct video_nano_capture *capture = &nano.captures[i];
        const char *video = arena_print(measuring->arena, "%.*s%s", folder, path, capture->file);
        if (!take_capture(measuring, name_of(path), capture) ||
            !add_source(measuring, video,
                        capture->temperature_c > 0 ? capture->temperature_c : NAN))
            return false;
    }
    return true;
}

/* Raw bytes are described by NAME.json beside NAME.raw. */
static bool add_raw(struct measuring *measuring, const char *path)
{
    struct video_sidecar sidecar;
    char *bytes = NULL;
    size_t size = 0;
    const char *beside =
        arena_print(measuring->arena, "%.*s.json", (int)(strlen(path) - strlen(".raw")), path);
    if (access(beside, R_OK) != 0)
        return fail(measuring->fault, FAULT_INPUT, "file",
                    "%s holds bare pixels; put %s beside it, with width_px, height_px and bits.",
                    name_of(path), name_of(beside));
    if (!folder_read(measuring->arena, measuring->fault, beside, VIDEO_SIDECAR_BYTES, &bytes,
                     &size))
        return false;
    if (!video_sidecar_read(measuring->arena, measuring->fault, bytes, size, &sidecar))
        return measuring_name_fault(measuring, name_of(beside));
    const struct video_nano_capture capture = {
        .pixel_nm = sidecar.pixel_nm,
        .frame_s = sidecar.frame_s,
        .exposure_ms = sidecar.exposure_ms,
        .viscosity_mpa_s = sidecar.viscosity_mpa_s,
    };
    if (!take_capture(measuring, name_of(beside), &capture) ||
        !add_source(measuring, path, sidecar.temperature_c > 0 ? sidecar.temperature_c : NAN))
        return false;
    struct measuring_source *source = &measuring->sources[measuring->report.file_count - 1];
    source->sidecar_path = beside;
    source->camera = sidecar.camera;
    return true;
}

bool measuring_find_sources(struct measuring *measuring)
{
    const struct cli *cli = measuring->cli;
    size_t videos = 0;
    measuring->sources =
        arena_take(measuring->arena, MEASUREMENT_VIDEOS * sizeof *measuring->sources);
    measuring->report.file_count = 0;
    measuring->said.where = "the video"; /* which tells its width and height */
    for (size_t i = 1; i < cli->word_count; i++) {
        const char *path = cli->words[i];
        videos += is_video(path);
        bool added = ends_with(path, ".nano")  ? add_nano(measuring, path)
                     : ends_with(path, ".raw") ? add_raw(measuring, path)
                                               : add_source(measuring, path, NAN);
        if (!added)
            return false;
    }
    measuring->videos = videos > 0;
    return videos == 0 || videos == cli->word_count - 1 ||
           fail(measuring->fault, FAULT_INPUT, "file",
                "Videos and tables of tracks cannot be measured together; measure them apart.");
}
