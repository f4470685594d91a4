/* flag.c: facts of a measurement held against its limits; what is not known stays unknown. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/flag.h"

#include "measure/flag_between.h"
#include "measure/measure.h"

#include <math.h>

struct flag_limits flag_limits_default(void)
{
    return (struct flag_limits){
        .tracks_fail = 200,
        .tracks_warn = 1000,
        .count_low = 20,
        .count_high = 100,
        .crowding = 0.1,
        .drift_per_step = 1.0 / 3,
        .saturated_share = 0.01,
        .background_step = 0.05,
        .count_trend = 0.2,
        .significance = 0.01, /* what ISO 5725-2 calls an outlier */
        .viscosity = 0.005,
        .dropped_share = 0,
        .centres_per_particle = 1.25,
        .valid_low = 0.24,
        .valid_high = 0.41,
    };
}

/* What one video says to a flag. */
struct reading {
    bool known;
    double value;
    double limit;
    double excess; /* above 0 beyond the limit; the larger, the worse */
};

static struct reading unread(void)
{
    return (struct reading){.known = false};
}

static struct reading read_upper(struct flag_fact fact, double limit)
{
    if (!fact.known)
        return unread();
    return (struct reading){true, fact.value, limit,
                            (fact.value - limit) / (limit > 0 ? limit : 1)};
}

static struct reading read_range(double value, double low, double high)
{
    double under = 1 - value / low;
    double over = value / high - 1;
    return (struct reading){true, value, under > over ? low : high, fmax(under, over)};
}

static struct reading read_count(const struct flag_facts *facts, const struct flag_video *video,
                                 const struct flag_limits *limits)
{
    (void)facts;
    if (!video->count_per_frame.known)
        return unread();
    return read_range(video->count_per_frame.value, limits->count_low, limits->count_high);
}

static struct reading read_crowding(const struct flag_facts *facts, const struct flag_video *video,
                                    const struct flag_limits *limits)
{
    const double pi = 3.14159265358979323846;
    double radius_um = facts->link_um.value;
    if (!video->count_per_frame.known || !facts->area_um2.known || !facts->link_um.known ||
        !(facts->area_um2.value > 0))
        return unread();
    double density = video->count_per_frame.value / facts->area_um2.value;
    return read_upper((struct flag_fact){true, density * pi * radius_um * radius_um},
                      limits->crowding);
}

static struct reading read_drift(const struct flag_facts *facts, const struct flag_video *video,
                                 const struct flag_limits *limits)
{
    (void)facts;
    if (!video->drift_um.known || !video->rms_step_um.known || !(video->rms_step_um.value > 0))
        return unread();
    double ratio = fabs(video->drift_um.value) / video->rms_step_um.value;
    return read_upper((struct flag_fact){true, ratio}, limits->drift_per_step);
}

static struct reading read_vibration(const struct flag_facts *facts, const struct flag_video *video,
                                     const struct flag_limits *limits)
{
    (void)facts;
    (void)limits;
    if (!video->vibration_limit.known)
        return unread();
    return read_upper(video->vibration_ratio, video->vibration_limit.value);
}

static struct reading read_saturation(const struct flag_facts *facts,
                                      const struct flag_video *video,
                                      const struct flag_limits *limits)
{
    (void)facts;
    return read_upper(video->saturated_share, limits->saturated_share);
}

static struct reading read_background(const struct flag_facts *facts,
                                      const struct flag_video *video,
                                      const struct flag_limits *limits)
{
    struct flag_fact size = {video->background_step.known, fabs(video->background_step.value)};
    (void)facts;
    return read_upper(size, limits->background_step);
}

/* Only water can be looked up; of another medium nobody says what is right. */
static struct reading read_viscosity(const struct flag_facts *facts, const struct flag_video *video,
                                     const struct flag_limits *limits)
{
    double water = 0;
    if (facts->medium != MEDIUM_WATER || !facts->viscosity_mpa_s.known ||
        !video->temperature_c.known ||
        measure_water_viscosity_mpa_s(video->temperature_c.value, &water) != MEASURED)
        return unread();
    double away = fabs(facts->viscosity_mpa_s.value / water - 1);
    return read_upper((struct flag_fact){true, away}, limits->viscosity);
}

static struct reading read_dropped(const struct flag_facts *facts, const struct flag_video *video,
                                   const struct flag_limits *limits)
{
    (void)facts;
    return read_upper(video->dropped_share, limits->dropped_share);
}

static struct reading read_centres(const struct flag_facts *facts, const struct flag_video *video,
                                   const struct flag_limits *limits)
{
    (void)facts;
    return read_upper(video->centres_per_particle, limits->centres_per_particle);
}

static struct reading read_valid(const struct flag_facts *facts, const struct flag_video *video,
                                 const struct flag_limits *limits)
{
    (void)facts;
    if (!video->valid_tracks.known || !video->completed_tracks.known ||
        !(video->completed_tracks.value > 0))
        return unread();
    return read_range(video->valid_tracks.value / video->completed_tracks.value, limits->valid_low,
                      limits->valid_high);
}

static void judge_tracks(const struct flag_facts *facts, const struct flag_limits *limits,
                         struct flag *flag)
{
    flag->limit = limits->tracks_warn;
    if (!facts->tracks.known)
        return;
    flag->value_known = true;
    flag->value = facts->tracks.value;
    flag->state = FLAG_FINE;
    if (!(flag->value >= limits->tracks_warn))
        flag->state = FLAG_WARN;
    if (!(flag->value >= limits->tracks_fail)) {
        flag->state = FLAG_FAIL;
        flag->limit = limits->tracks_fail;
    }
}

static void judge_dilution(const struct flag_facts *facts, const struct flag_limits *limits,
                           struct flag *flag)
{
    (void)limits;
    flag->limit = 1;
    flag->value_known = facts->dilution.known;
    flag->value = facts->dilution.value;
    flag->state = facts->dilution.known && facts->dilution.value >= 1 ? FLAG_FINE : FLAG_FAIL;
}

static void judge_exposure(const struct flag_facts *facts, const struct flag_limits *limits,
                           struct flag *flag)
{
    static const enum flag_state states[] = {[EXPOSURE_MISSING] = FLAG_FAIL,
                                             [EXPOSURE_ASSUMED] = FLAG_WARN,
                                             [EXPOSURE_RECORDED] = FLAG_FINE};
    (void)limits;
    flag->state = states[facts->exposure];
}

/* How a kind is judged: video by video, raising as it says, or all at once. */
static const struct {
    struct reading (*read)(const struct flag_facts *facts, const struct flag_video *video,
                           const struct flag_limits *limits);
    enum flag_state raises;
    void (*judge)(const struct flag_facts *facts, const struct flag_limits *limits,
                  struct flag *flag);
} rules[QUALITY_KINDS] = {
    [QUALITY_TRACKS] = {.judge = judge_tracks},
    [QUALITY_COUNT_PER_FRAME] = {.read = read_count, .raises = FLAG_WARN},
    [QUALITY_CROWDING] = {.read = read_crowding, .raises = FLAG_FAIL},
    [QUALITY_DRIFT] = {.read = read_drift, .raises = FLAG_WARN},
    [QUALITY_VIBRATION] = {.read = read_vibration, .raises = FLAG_WARN},
    [QUALITY_SATURATION] = {.read = read_saturation, .raises = FLAG_WARN},
    [QUALITY_BACKGROUND_STEP] = {.read = read_background, .raises = FLAG_WARN},
    [QUALITY_COUNT_TREND] = {.judge = flag_judge_trend},
    [QUALITY_COUNTS_DISAGREE] = {.judge = flag_judge_counts},
    [QUALITY_COUNT_VARIANCES_DISAGREE] = {.judge = flag_judge_variances},
    [QUALITY_D50_DISAGREE] = {.judge = flag_judge_d50},
    [QUALITY_EMPTY_VIDEO] = {.judge = flag_judge_empty},
    [QUALITY_TEMPERATURE_MISSING] = {.judge = flag_judge_temperature_missing},
    [QUALITY_TEMPERATURE_CONSTANT] = {.judge = flag_judge_temperature_constant},
    [QUALITY_VISCOSITY] = {.read = read_viscosity, .raises = FLAG_WARN},
    [QUALITY_DILUTION] = {.judge = judge_dilution},
    [QUALITY_EXPOSURE] = {.judge = judge_exposure},
    [QUALITY_DROPPED_FRAMES] = {.read = read_dropped, .raises = FLAG_WARN},
    [QUALITY_CENTRES_PER_PARTICLE] = {.read = read_centres, .raises = FLAG_WARN},
    [QUALITY_VALID_SHARE] = {.read = read_valid, .raises = FLAG_WARN},
};

/* Raised where one video raises it; otherwise unknown where one is unknown. The worst is shown. */
static void judge_videos(const struct flag_facts *facts, const struct flag_limits *limits,
                         struct flag *flag)
{
    bool raised = false, all_known = facts->video_count > 0;
    double worst = -INFINITY;
    for (size_t i = 0; i < facts->video_count; i++) {
        struct reading reading = rules[flag->kind].read(facts, &facts->videos[i], limits);
        if (!reading.known || isnan(reading.excess)) {
            all_known = false;
            continue;
        }
        raised = raised || reading.excess > 0;
        if (reading.excess > worst) {
            worst = reading.excess;
            flag->value_known = true;
            flag->value = reading.value;
            flag->limit = reading.limit;
            flag->video = i + 1;
        }
    }
    if (raised)
        flag->state = rules[flag->kind].raises;
    else
        flag->state = all_known ? FLAG_FINE : FLAG_UNKNOWN;
}

enum flag_state flags_raise(const struct flag_facts *facts, const struct flag_limits *limits,
                            struct flag flags[FLAGS])
{
    enum flag_state worst = FLAG_FINE;
    for (size_t i = 0; i < FLAGS; i++) {
        flags[i] = (struct flag){.kind = (enum flag_kind)(i + 1)};
        if (rules[i + 1].judge != NULL)
            rules[i + 1].judge(facts, limits, &flags[i]);
        else
            judge_videos(facts, limits, &flags[i]);
        if (flags[i].state > worst)
            worst = flags[i].state;
    }
    return worst;
}
