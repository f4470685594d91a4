/* tracking.c: frames in their order, detected by whoever is free, linked in their order again. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/tracking.h"
#include "measure/counting.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

/* Widths of spots are counted in steps of a hundredth of a pixel. */
enum { WIDTHS = 2000, WIDTHS_OF_PIXEL = 100 };

/* The mean of a frame needs no more than each of so many pixels. */
enum { PIXEL_STEP = 7 };

enum slot_state { SLOT_FREE, SLOT_WAITING, SLOT_TAKEN, SLOT_DONE };

/* One frame on its way. */
struct slot {
    enum slot_state state;
    struct frame frame;
    uint16_t *pixels;
    float *residual;
    struct located *spots;
    size_t count;
    size_t centres;
    bool too_many;
};

struct crew {
    const struct tracking_settings *settings;
    const struct tracking_ends *ends;
    struct tracking_facts *facts;
    struct fault *fault;
    struct arena *arena;
    struct background *background;
    struct linker *linker;
    int64_t *particles;
    size_t *widths;
    double mean_dn; /* of the frame before; NAN before the first */
    int32_t first_number;
    int32_t next_number;         /* the least that the next frame may have */
    const struct frame *learned; /* the first frames, read already */
    size_t learned_count;
    size_t learned_used;
    struct slot *slots; /* a ring */
    size_t slot_count;
    size_t oldest;
    size_t used;       /* from the oldest on */
    bool source_ended; /* there is no frame behind those that were learned from */
    bool read_all;
    pthread_mutex_t lock; /* over the states of the slots and over ending */
    pthread_cond_t changed;
    bool ending;
};

struct worker {
    pthread_t thread;
    struct crew *crew;
    struct detector *detector;
};

struct tracking_settings tracking_settings_default(void)
{
    return (struct tracking_settings){
        .camera = {NAN, NAN, NAN}, .false_per_frame = 0.02, .threads = 1};
}

static size_t pixels_of(const struct frame_shape *shape)
{
    return (size_t)shape->width_px * (size_t)shape->height_px;
}

/* ---- Detection, by any thread. ---- */

static void detect(struct detector *detector, struct slot *slot)
{
    struct detected detected = {0};
    detector_find(detector, &slot->frame, slot->residual, &detected);
    slot->too_many = detected.too_many;
    slot->count = detected.too_many ? 0 : detected.count;
    slot->centres = detected.centres;
    if (slot->count > 0)
        memcpy(slot->spots, detected.spots, slot->count * sizeof *slot->spots);
}

/* The oldest frame that waits; the lock is held. */
static struct slot *waiting_slot(struct crew *crew)
{
    for (size_t i = 0; i < crew->used; i++) {
        struct slot *slot = &crew->slots[(crew->oldest + i) % crew->slot_count];
        if (slot->state == SLOT_WAITING)
            return slot;
    }
    return NULL;
}

/* With the lock held, which is given up meanwhile. */
static void detect_unlocked(struct crew *crew, struct detector *detector, struct slot *slot)
{
    slot->state = SLOT_TAKEN;
    pthread_mutex_unlock(&crew->lock);
    detect(detector, slot);
    pthread_mutex_lock(&crew->lock);
    slot->state = SLOT_DONE;
    pthread_cond_broadcast(&crew->changed);
}

static void *worker_main(void *context)
{
    struct worker *worker = context;
    struct crew *crew = worker->crew;
    pthread_mutex_lock(&crew->lock);
    while (!crew->ending) {
        struct slot *slot = waiting_slot(crew);
        if (slot)
            detect_unlocked(crew, worker->detector, slot);
        else
            pthread_cond_wait(&crew->changed, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* ---- Reading, by the thread that was called. ---- */

static bool check_frame(struct crew *crew, const struct frame *frame)
{
    if (frame->number < crew->next_number)
        return fail(crew->fault, FAULT_INPUT, "file",
                    "Frame %zu of the video lies before the one that it follows: its times go "
                    "backwards.",
                    crew->facts->frames + 1);
    crew->next_number = frame->number + 1;
    return true;
}

/* What jumps from a frame to the next is the light of the whole field, not its particles. */
static void watch_level(struct crew *crew, const struct frame *frame)
{
    const size_t count = pixels_of(&crew->settings->shape);
    double level = background_level_dn(crew->background);
    uint64_t sum = 0;
    size_t taken = 0;
    for (size_t i = 0; i < count; i += PIXEL_STEP, taken++)
        sum += frame->pixels[i];
    double mean = (double)sum / (double)taken;
    double step = fabs(mean - crew->mean_dn) / level;
    if (level > 0 && step > crew->facts->background_step)
        crew->facts->background_step = step;
    crew->mean_dn = mean;
}

static bool next_frame(struct crew *crew, uint16_t *pixels, struct frame *frame, bool *more)
{
    *more = !crew->source_ended;
    if (crew->learned_used < crew->learned_count) {
        *frame = crew->learned[crew->learned_used++];
        memcpy(pixels, frame->pixels, pixels_of(&crew->settings->shape) * sizeof *pixels);
        *more = true;
    } else if (*more && !crew->ends->read(crew->ends->context, crew->fault, pixels, frame, more)) {
        return false;
    }
    frame->pixels = pixels;
    return true;
}

/* Reads the next frame into a slot that is free, or finds that there is none. */
static bool fill_slot(struct crew *crew, struct slot *slot)
{
    bool more = false;
    if (!next_frame(crew, slot->pixels, &slot->frame, &more))
        return false;
    if (!more) {
        crew->read_all = true;
        return true;
    }
    if (!check_frame(crew, &slot->frame))
        return false;
    if (crew->facts->frames++ == 0)
        crew->first_number = slot->frame.number;
    background_take(crew->background, &slot->frame, slot->residual);
    watch_level(crew, &slot->frame);
    pthread_mutex_lock(&crew->lock);
    slot->state = SLOT_WAITING;
    crew->used++;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    return true;
}

/* ---- Linking, by the thread that was called. ---- */

static bool link_slot(struct crew *crew, struct slot *slot)
{
    struct tracking_facts *facts = crew->facts;
    if (slot->too_many)
        return fail(crew->fault, FAULT_INPUT, "file",
                    "Frame %d of the video shows more than %d spots; that is noise or a sample "
                    "that was not diluted enough, and no particle can be followed.",
                    (int)slot->frame.number + 1, DETECTION_MOST);
    linker_take(crew->linker, slot->frame.number, slot->spots, slot->count, crew->particles);
    facts->spots += slot->count;
    facts->centres += slot->centres;
    for (size_t i = 0; i < slot->count; i++) {
        double width = slot->spots[i].sd_px * WIDTHS_OF_PIXEL;
        facts->saturated += slot->spots[i].saturated;
        crew->widths[width < WIDTHS - 1 ? (size_t)width : WIDTHS - 1]++;
    }
    return crew->ends->tell(crew->ends->context, crew->fault, slot->frame.number, slot->spots,
                            crew->particles, slot->count);
}

static bool link_oldest(struct crew *crew)
{
    struct slot *slot = &crew->slots[crew->oldest];
    bool linked = link_slot(crew, slot);
    pthread_mutex_lock(&crew->lock);
    slot->state = SLOT_FREE;
    crew->oldest = (crew->oldest + 1) % crew->slot_count;
    crew->used--;
    pthread_mutex_unlock(&crew->lock);
    return linked;
}

/* Detects a frame that waits, or sleeps until one is done. */
static void help(struct crew *crew, struct detector *detector)
{
    pthread_mutex_lock(&crew->lock);
    struct slot *slot = waiting_slot(crew);
    if (slot)
        detect_unlocked(crew, detector, slot);
    else
        while (crew->slots[crew->oldest].state == SLOT_TAKEN)
            pthread_cond_wait(&crew->changed, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
}

static bool oldest_is_done(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    bool done = crew->used > 0 && crew->slots[crew->oldest].state == SLOT_DONE;
    pthread_mutex_unlock(&crew->lock);
    return done;
}

static bool follow_frames(struct crew *crew, struct detector *detector)
{
    while (!crew->read_all || crew->used > 0) {
        bool went = true;
        if (oldest_is_done(crew))
            went = link_oldest(crew);
        else if (!crew->read_all && crew->used < crew->slot_count)
            went = fill_slot(crew, &crew->slots[(crew->oldest + crew->used) % crew->slot_count]);
        else
            help(crew, detector);
        if (!went)
            return false;
    }
    return true;
}

/* ---- Beginning and ending. ---- */

/* As many frames as the background asks for, fewer where they are large. */
static size_t frames_to_learn(const struct frame_shape *shape)
{
    const size_t most_bytes = (size_t)96 << 20, least = 8;
    size_t count = most_bytes / (pixels_of(shape) * sizeof(uint16_t));
    return count < least ? least : count > BACKGROUND_FRAMES ? BACKGROUND_FRAMES : count;
}

/* Reads the first frames, which tell the background of all that follow. */
static bool learn_background(struct crew *crew)
{
    const struct tracking_settings *settings = crew->settings;
    const size_t count = pixels_of(&settings->shape), wanted = frames_to_learn(&settings->shape);
    const struct background_settings background = {settings->shape, settings->camera,
                                                   settings->dark_spots};
    struct frame *frames = arena_take(crew->arena, wanted * sizeof *frames);
    bool more = true;
    for (size_t i = 0; i < wanted && more; i++) {
        uint16_t *pixels = arena_take(crew->arena, count * sizeof *pixels);
        if (!crew->ends->read(crew->ends->context, crew->fault, pixels, &frames[i], &more))
            return false;
        frames[i].pixels = pixels;
        crew->learned_count += more;
    }
    crew->source_ended = !more;
    crew->learned = frames;
    if (crew->learned_count == 0)
        return fail(crew->fault, FAULT_INPUT, "file", "The video holds no frame.");
    return background_learn(crew->arena, crew->fault, &background, frames, crew->learned_count,
                            &crew->background);
}

static void open_slots(struct crew *crew, unsigned threads)
{
    const size_t count = pixels_of(&crew->settings->shape);
    crew->slot_count = (size_t)threads + (threads > 1);
    crew->slots = arena_take(crew->arena, crew->slot_count * sizeof *crew->slots);
    for (size_t i = 0; i < crew->slot_count; i++) {
        struct slot *slot = &crew->slots[i];
        slot->pixels = arena_take(crew->arena, count * sizeof *slot->pixels);
        slot->residual = arena_take(crew->arena, count * sizeof *slot->residual);
        slot->spots = arena_take(crew->arena, DETECTION_MOST * sizeof *slot->spots);
    }
    crew->particles = arena_take(crew->arena, DETECTION_MOST * sizeof *crew->particles);
    crew->widths = arena_take(crew->arena, WIDTHS * sizeof *crew->widths);
}

/* The width that a tenth of the spots do not reach: they lie everywhere along the optical axis, and
 * near the focus the width hardly depends on where. */
static double focus_width_px(const struct crew *crew)
{
    enum { TENTH = 10 };
    size_t passed = 0, bin = 0;
    while (bin < WIDTHS && TENTH * (passed += crew->widths[bin]) <= crew->facts->spots)
        bin++;
    return ((double)bin + 0.5) / WIDTHS_OF_PIXEL;
}

static void tell_facts(struct crew *crew, const struct detector *detector)
{
    struct tracking_facts *facts = crew->facts;
    if (facts->frames > 0)
        facts->frames_lost = (size_t)(crew->next_number - crew->first_number) - facts->frames;
    facts->expected_false = crew->settings->false_per_frame * (double)facts->frames;
    facts->level_dn = background_level_dn(crew->background);
    facts->noise = *background_noise(crew->background);
    facts->threshold_strength = detector_threshold(detector);
    facts->linking = *linker_facts(crew->linker);
    if (facts->spots == 0)
        return;
    facts->sd_px = focus_width_px(crew);
    detector_limit(detector, facts->sd_px, facts->level_dn, &facts->threshold_dn,
                   &facts->threshold_sd_dn);
}

static struct linker *open_linker(struct crew *crew)
{
    const struct tracking_settings *settings = crew->settings;
    struct linking_settings linking = linking_settings_default();
    linking.shape = settings->shape;
    linking.pixel_um = settings->pixel_um;
    linking.frame_s = settings->frame_s;
    linking.diffusion_most_um2_per_s = settings->diffusion_most_um2_per_s;
    return linker_open(crew->arena, &linking);
}

static void end_workers(struct crew *crew, struct worker *workers, unsigned started)
{
    pthread_mutex_lock(&crew->lock);
    crew->ending = true;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
}

/* With as many threads as can be had; the caller's own is the last of them. */
static bool follow_with(struct crew *crew, unsigned threads)
{
    const struct detection_settings detection = {
        .shape = crew->settings->shape,
        .noise = *background_noise(crew->background),
        .false_per_frame = crew->settings->false_per_frame,
        .dark_spots = crew->settings->dark_spots,
    };
    struct worker workers[TRACKING_THREADS_MOST];
    unsigned started = 0;
    for (unsigned i = 0; i < threads; i++)
        workers[i] =
            (struct worker){.crew = crew, .detector = detector_open(crew->arena, &detection)};
    while (started + 1 < threads &&
           pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]) == 0)
        started++;
    bool followed = follow_frames(crew, workers[threads - 1].detector);
    end_workers(crew, workers, started);
    if (followed)
        tell_facts(crew, workers[threads - 1].detector);
    return followed;
}

bool tracking_run(struct arena *arena, struct fault *fault,
                  const struct tracking_settings *settings, const struct tracking_ends *ends,
                  struct tracking_facts *facts)
{
    struct crew crew = {.settings = settings,
                        .ends = ends,
                        .facts = facts,
                        .fault = fault,
                        .arena = arena,
                        .mean_dn = NAN};
    unsigned threads = settings->threads < 1 ? 1 : settings->threads;
    threads = threads > TRACKING_THREADS_MOST ? TRACKING_THREADS_MOST : threads;
    *facts = (struct tracking_facts){0};
    if (!learn_background(&crew))
        return false;
    open_slots(&crew, threads);
    crew.linker = open_linker(&crew);
    if (pthread_mutex_init(&crew.lock, NULL) != 0)
        return fail(fault, FAULT_STORAGE, "", "The system gives no lock for threads.");
    if (pthread_cond_init(&crew.changed, NULL) != 0) {
        pthread_mutex_destroy(&crew.lock);
        return fail(fault, FAULT_STORAGE, "", "The system gives no lock for threads.");
    }
    bool followed = follow_with(&crew, threads);
    pthread_cond_destroy(&crew.changed);
    pthread_mutex_destroy(&crew.lock);
    return followed;
}

double tracking_peak(const struct tracking_facts *facts, double peak_dn)
{
    const double pi = 3.14159265358979323846;
    return peak_dn * 2 * pi * facts->sd_px * facts->sd_px;
}

void tracking_set_count(const struct tracking_facts *facts, double pixel_um,
                        struct counting_settings *counting)
{
    const double above = 1.5; /* times what is just found */
    counting->classes.threshold = above * facts->threshold_dn;
    counting->peak_least = counting->sheet.fixed_um > 0 ? 0 : counting->classes.threshold;
    counting->focus_um = facts->sd_px * pixel_um;
}
