/* main.c: the program that opens videos, finds their particles and can do nothing else. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/json.h"
#include "base/real.h"
#include "measure/tracking_stream.h"
#include "video/limits.h"
#include "video/video.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The video on the standard input, its sidecar on the descriptor behind those of every program. */
enum { VIDEO_FILE = STDIN_FILENO, SIDECAR_FILE = 3 };

#define FOLLOWER_ARENA_BYTES ((size_t)3 << 30)

static const struct limits limits = {.memory_bytes = (size_t)4 << 30, .seconds = 14400};

struct follower {
    struct arena *arena;
    struct fault *fault;
    struct video *video;
    struct video_sidecar sidecar;
    struct tracking_settings settings;
    struct text out;
};

static void send(struct follower *follower)
{
    fwrite(follower->out.bytes, 1, follower->out.length, stdout);
    text_reset(&follower->out);
}

static bool read_frame(void *context, struct fault *fault, uint16_t *pixels, struct frame *frame,
                       bool *more)
{
    struct follower *follower = context;
    return video_next(follower->video, fault, pixels, frame, more);
}

static bool tell_frame(void *context, struct fault *fault, int32_t frame,
                       const struct located *spots, const int64_t *particles, size_t count)
{
    struct follower *follower = context;
    tracking_stream_frame(&follower->out, frame, spots, particles, count);
    send(follower);
    return fflush(stdout) == 0 ||
           fail(fault, FAULT_STORAGE, "", "Nobody reads what the video shows.");
}

static bool read_sidecar(struct follower *follower, struct video_sidecar *sidecar)
{
    struct text bytes = text_open(follower->arena);
    ssize_t got = 1;
    while (got > 0 && bytes.length <= VIDEO_SIDECAR_BYTES) {
        char *at = text_reserve(&bytes, 65536);
        got = read(SIDECAR_FILE, at, 65536);
        bytes.length += got > 0 ? (size_t)got : 0;
    }
    return video_sidecar_read(follower->arena, follower->fault, bytes.bytes, bytes.length, sidecar);
}

static bool open_video(struct follower *follower, const char *name, bool with_sidecar)
{
    struct video_source source = {.file = VIDEO_FILE,
                                  .name = name,
                                  .frame_s = follower->settings.frame_s,
                                  .decoder_threads = follower->settings.threads};
    if (with_sidecar) {
        if (!read_sidecar(follower, &follower->sidecar))
            return false;
        source.sidecar = &follower->sidecar;
    }
    return video_open(follower->arena, follower->fault, &source, &follower->video);
}

static void tell_video(struct follower *follower)
{
    const struct video_about *about = video_about(follower->video);
    struct tracking_video video = {
        .shape = about->shape,
        .frames_declared = about->frames_declared,
        .frame_s = about->frame_s,
        .timed = about->timed,
        .lossy = about->lossy,
    };
    snprintf(video.codec, sizeof video.codec, "%s", about->codec ? about->codec : "");
    follower->settings.shape = about->shape;
    if (!(follower->settings.frame_s > 0))
        follower->settings.frame_s = about->frame_s;
    tracking_stream_video(&follower->out, &video);
    send(follower);
    fflush(stdout);
}

/* A compression that loses the noise of a camera leaves its own, of which nothing is known. */
static bool check_camera(struct follower *follower)
{
    const struct video_about *about = video_about(follower->video);
    const struct frame_noise *camera = &follower->settings.camera;
    return !about->lossy || !isnan(camera->gain_dn_per_e + camera->offset_dn + camera->read_dn) ||
           fail(follower->fault, FAULT_INPUT, "gain_dn_per_e",
                "It is compressed with loss (%s), so that its frames no longer tell the noise of "
                "the camera; give --gain-dn-per-e, --offset-dn and --read-noise-dn, or record "
                "without loss.",
                about->codec);
}

static bool follow(struct follower *follower, const char *name, bool with_sidecar)
{
    struct tracking_facts facts;
    const struct tracking_ends ends = {read_frame, tell_frame, follower};
    if (!limits_enter(follower->fault, &limits) || !open_video(follower, name, with_sidecar))
        return false;
    tell_video(follower);
    if (!check_camera(follower))
        return false;
    if (!(follower->settings.frame_s > 0))
        return fail(
            follower->fault, FAULT_INPUT, "frame_rate",
            "The video does not say how many frames it has in a second; give --frame-rate.");
    if (!tracking_run(follower->arena, follower->fault, &follower->settings, &ends, &facts))
        return false;
    tracking_stream_facts(&follower->out, &facts);
    tracking_stream_end(&follower->out);
    return true;
}

/* ---- The words of exoledger, which has checked what its user gave: name=value. ---- */

struct setting {
    const char *name;
    size_t offset; /* of a double */
};

#define SETTING(path, member)                                                                      \
    {                                                                                              \
        path, offsetof(struct tracking_settings, member)                                           \
    }

static const struct setting numbers[] = {
    SETTING("frame_s", frame_s),
    SETTING("pixel_um", pixel_um),
    SETTING("false_per_frame", false_per_frame),
    SETTING("diffusion_most_um2_per_s", diffusion_most_um2_per_s),
    SETTING("gain_dn_per_e", camera.gain_dn_per_e),
    SETTING("offset_dn", camera.offset_dn),
    SETTING("read_dn", camera.read_dn),
};

#undef SETTING

static bool read_number(struct follower *follower, const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (text_equals(numbers[i].name, name))
            return real_parse(value,
                              (double *)(void *)((char *)&follower->settings + numbers[i].offset));
    return false;
}

static bool read_word(struct follower *follower, const char *word, const char **name,
                      bool *with_sidecar)
{
    const char *value = strchr(word, '=');
    double threads = 0;
    if (text_equals(word, "dark"))
        follower->settings.dark_spots = true;
    else if (text_equals(word, "sidecar"))
        *with_sidecar = true;
    else if (text_starts(word, "name="))
        *name = value + 1;
    else if (text_starts(word, "threads=") && real_parse(value + 1, &threads))
        follower->settings.threads = (unsigned)threads;
    else
        return value &&
               read_number(follower, arena_text(follower->arena, word, (size_t)(value - word)),
                           value + 1);
    return true;
}

static bool run(struct follower *follower, int count, char **words)
{
    const char *name = "video";
    bool with_sidecar = false;
    for (int i = 1; i < count; i++)
        if (!read_word(follower, words[i], &name, &with_sidecar))
            return fail(
                follower->fault, FAULT_INPUT, "",
                "exoledger-measure is started by exoledger measure and knows no word %.60s.",
                words[i]);
    return follow(follower, name, with_sidecar);
}

int main(int count, char **words)
{
    struct fault fault = {0};
    struct arena *arena = arena_open(FOLLOWER_ARENA_BYTES);
    struct follower follower = {
        .arena = arena,
        .fault = &fault,
        .settings = tracking_settings_default(),
        .out = text_open(arena),
    };
    json_begin();
    bool worked = run(&follower, count, words);
    if (!worked)
        tracking_stream_fault(&follower.out, &fault);
    send(&follower);
    bool sent = fflush(stdout) == 0;
    arena_close(arena);
    return worked && sent ? 0 : fault_meaning(fault.kind).exit_code;
}
