/* tracking_stream.c: lines between two processes, of which the reader trusts none. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/tracking_stream.h"

#include "base/real.h"

#include <math.h>
#include <stddef.h>

/* ---- Numbers of the facts, in the order in which they are told. ---- */

struct fact {
    size_t offset;
    bool whole; /* size_t, otherwise double */
    double low; /* a double below it is refused; NAN is allowed nowhere */
};

#define WHOLE(member)                                                                              \
    {                                                                                              \
        offsetof(struct tracking_facts, member), true, 0                                           \
    }
#define REAL(member, least)                                                                        \
    {                                                                                              \
        offsetof(struct tracking_facts, member), false, least                                      \
    }

static const struct fact told_facts[] = {
    WHOLE(frames),
    WHOLE(frames_lost),
    WHOLE(spots),
    WHOLE(centres),
    WHOLE(saturated),
    REAL(expected_false, 0),
    REAL(background_step, 0),
    REAL(level_dn, -65536),
    REAL(sd_px, 0),
    REAL(threshold_strength, 0),
    REAL(threshold_dn, 0),
    REAL(threshold_sd_dn, 0),
    REAL(noise.gain_dn_per_e, 0),
    REAL(noise.offset_dn, -65536),
    REAL(noise.read_dn, 0),
    WHOLE(linking.tracks),
    WHOLE(linking.broken),
    WHOLE(linking.largest),
    REAL(linking.drift_x_px, -65536),
    REAL(linking.drift_y_px, -65536),
    REAL(linking.radius_um, 0),
};

#undef WHOLE
#undef REAL

enum { FACTS = sizeof told_facts / sizeof *told_facts, WORDS_MOST = FACTS + 1 };

/* ---- Writing. ---- */

void tracking_stream_video(struct text *out, const struct tracking_video *video)
{
    text_print(out, "video %d %d %d %zu %.17g %d %d %s\n", (int)video->shape.width_px,
               (int)video->shape.height_px, (int)video->shape.bits, video->frames_declared,
               video->frame_s, video->timed, video->lossy,
               video->codec[0] ? video->codec : "unknown");
}

/* A ten thousandth of a pixel is a thousandth of the best localisation. */
void tracking_stream_frame(struct text *out, int32_t frame, const struct located *spots,
                           const int64_t *particles, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_print(out, "spot %d %lld %.4f %.4f %.3f %.2f %.3f\n", (int)frame,
                   (long long)particles[i], spots[i].x_px, spots[i].y_px, spots[i].sd_px,
                   spots[i].light_dn, spots[i].peak_dn);
    text_print(out, "frame %d %zu\n", (int)frame, count);
}

void tracking_stream_facts(struct text *out, const struct tracking_facts *facts)
{
    text_add(out, "facts");
    for (size_t i = 0; i < FACTS; i++) {
        const void *place = (const char *)facts + told_facts[i].offset;
        if (told_facts[i].whole)
            text_print(out, " %zu", *(const size_t *)place);
        else
            text_print(out, " %.17g", *(const double *)place);
    }
    text_add(out, "\n");
}

void tracking_stream_fault(struct text *out, const struct fault *fault)
{
    text_print(out, "fault %d %s %s\n", (int)fault->kind, fault->field[0] ? fault->field : "-",
               fault->text);
}

void tracking_stream_end(struct text *out)
{
    text_add(out, "end\n");
}

/* ---- Reading. ---- */

/* Words of a line, cut at single blanks; the last takes the rest. */
struct words {
    char room[TRACKING_LINE_BYTES];
    char *at[WORDS_MOST];
    size_t count;
};

static bool refuse_line(struct fault *fault)
{
    return fail(fault, FAULT_INPUT, "file",
                "The program that reads videos says what makes no sense; the file may have "
                "damaged it. Nothing of it is used.");
}

static bool split(struct words *words, const char *line, size_t most)
{
    size_t length = strlen(line);
    if (length >= sizeof words->room)
        return false;
    memcpy(words->room, line, length + 1);
    words->count = 0;
    for (char *at = words->room; at; words->count++) {
        char *blank = words->count + 1 < most ? strchr(at, ' ') : NULL;
        if (blank)
            *blank = '\0';
        words->at[words->count] = at;
        at = blank ? blank + 1 : NULL;
    }
    return words->count == most;
}

static bool read_number(const char *word, double low, double high, double *number)
{
    return real_parse(word, number) && *number >= low && *number <= high;
}

static bool read_whole(const char *word, double high, size_t *whole)
{
    double number = 0;
    if (!read_number(word, 0, high, &number) || number != floor(number))
        return false;
    *whole = (size_t)number;
    return true;
}

static bool read_video(struct tracking_told *told, const struct words *words)
{
    struct tracking_video *video = &told->video;
    size_t width = 0, height = 0, bits = 0, timed = 0, lossy = 0;
    const char *codec = words->at[8];
    if (told->video_told || !read_whole(words->at[1], FRAME_SIDE_MOST, &width) ||
        !read_whole(words->at[2], FRAME_SIDE_MOST, &height) ||
        !read_whole(words->at[3], 16, &bits) ||
        !read_whole(words->at[4], 1e15, &video->frames_declared) ||
        !read_number(words->at[5], 0, 1e6, &video->frame_s) ||
        !read_whole(words->at[6], 1, &timed) || !read_whole(words->at[7], 1, &lossy) ||
        width < FRAME_SIDE_LEAST || height < FRAME_SIDE_LEAST || bits < 8 ||
        strlen(codec) >= sizeof video->codec || !text_is_code(codec))
        return false;
    video->shape = (struct frame_shape){(int32_t)width, (int32_t)height, (int32_t)bits};
    video->timed = timed;
    video->lossy = lossy;
    memcpy(video->codec, codec, strlen(codec) + 1);
    told->video_told = true;
    return true;
}

/* Room for one more, twice as much whenever it is full. */
static void *make_room(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : 4096;
    void *larger = arena_take(arena, *room * size);
    if (count > 0)
        memcpy(larger, items, count * size);
    return larger;
}

/* A fit may end up to a pixel beside the view. */
static bool read_spot(struct tracking_told *told, const struct words *words)
{
    size_t frame = 0, particle = 0;
    double x = 0, y = 0, sd = 0, light = 0, peak = 0;
    const struct frame_shape *shape = &told->video.shape;
    if (!told->video_told || told->count >= TRACKING_SPOTS_MOST ||
        !read_whole(words->at[1], TRACKING_FRAMES_MOST, &frame) || frame < told->frame_count ||
        !read_whole(words->at[2], 1e15, &particle) ||
        !read_number(words->at[3], -1.5, shape->width_px + 0.5, &x) ||
        !read_number(words->at[4], -1.5, shape->height_px + 0.5, &y) ||
        !read_number(words->at[5], 0, FRAME_SIDE_MOST, &sd) ||
        !read_number(words->at[6], 0, 1e15, &light) || !read_number(words->at[7], 0, 1e15, &peak))
        return false;
    told->rows = make_room(told->arena, told->rows, told->count, &told->room, sizeof *told->rows);
    told->spots_of_frame++;
    told->rows[told->count++] = (struct observation){
        .frame = (int32_t)frame,
        .particle = (int64_t)particle,
        .x_um = x * told->pixel_um,
        .y_um = y * told->pixel_um,
        .brightness = light,
        .peak = peak,
    };
    return true;
}

/* Behind the spots of the frame; frames ascend, and those that are left out are lost. */
static bool read_frame(struct tracking_told *told, const struct words *words)
{
    size_t frame = 0, count = 0;
    if (!told->video_told || !read_whole(words->at[1], TRACKING_FRAMES_MOST, &frame) ||
        !read_whole(words->at[2], TRACKING_SPOTS_MOST, &count) || frame < told->frame_count ||
        count != told->spots_of_frame)
        return false;
    for (size_t i = 0; i < count; i++)
        if (told->rows[told->count - 1 - i].frame != (int32_t)frame)
            return false;
    while (told->frame_count <= frame) {
        told->lost = make_room(told->arena, told->lost, told->frame_count, &told->frame_room,
                               sizeof *told->lost);
        told->lost[told->frame_count] = told->frame_count < frame;
        told->frame_count++;
    }
    told->frames++;
    told->spots_of_frame = 0;
    return true;
}

static bool read_facts(struct tracking_told *told, const struct words *words)
{
    for (size_t i = 0; i < FACTS; i++) {
        void *place = (char *)&told->facts + told_facts[i].offset;
        if (told_facts[i].whole ? !read_whole(words->at[i + 1], 1e15, place)
                                : !read_number(words->at[i + 1], told_facts[i].low, 1e15, place))
            return false;
    }
    told->facts_told = true;
    return true;
}

static bool read_fault(struct fault *fault, const struct words *words)
{
    size_t kind = 0;
    if (!read_whole(words->at[1], FAULT_KINDS - 1, &kind) || kind == FAULT_NONE ||
        !text_is_utf8(words->at[3], strlen(words->at[3])) || !text_is_clean(words->at[3], false))
        return refuse_line(fault);
    return fail(fault, (enum fault_kind)kind, text_is_code(words->at[2]) ? words->at[2] : "file",
                "%s", words->at[3]);
}

static bool read_end(struct tracking_told *told)
{
    told->ended = told->facts_told && told->spots_of_frame == 0 &&
                  told->facts.spots == told->count && told->facts.frames == told->frames;
    return told->ended;
}

bool tracking_stream_read(struct tracking_told *told, struct fault *fault, const char *line)
{
    struct words words;
    bool read = false;
    if (told->ended)
        return refuse_line(fault);
    if (text_starts(line, "spot "))
        read = split(&words, line, 8) && read_spot(told, &words);
    else if (text_starts(line, "frame "))
        read = split(&words, line, 3) && read_frame(told, &words);
    else if (text_starts(line, "video "))
        read = split(&words, line, 9) && read_video(told, &words);
    else if (text_starts(line, "facts "))
        read = split(&words, line, FACTS + 1) && read_facts(told, &words);
    else if (text_starts(line, "fault ") && split(&words, line, 4))
        return read_fault(fault, &words);
    else if (text_equals(line, "end"))
        read = read_end(told);
    return read || refuse_line(fault);
}
