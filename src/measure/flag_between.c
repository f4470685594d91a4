/* flag_between.c: tests over the videos of a measurement. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/flag_between.h"
#include "measure/probability.h"

#include <math.h>

enum { TESTED = 3 }; /* videos that a test between them needs */

void flag_judge_trend(const struct flag_facts *facts, const struct flag_limits *limits,
                      struct flag *flag)
{
    double sum = 0, variance = 0;
    size_t count = 0;
    flag->limit = limits->count_trend;
    for (size_t i = 0; i < facts->video_count; i++) {
        const struct flag_video *video = &facts->videos[i];
        if (!video->trend.known || !video->trend_sd.known)
            continue;
        sum += video->trend.value;
        variance += video->trend_sd.value * video->trend_sd.value;
        count++;
    }
    if (count == 0)
        return;
    double sd = sqrt(variance) / (double)count;
    flag->value_known = true;
    flag->value = sum / (double)count;
    if (fabs(flag->value) > limits->count_trend && fabs(flag->value) > 2 * sd)
        flag->state = FLAG_WARN;
    else if (fabs(flag->value) <= limits->count_trend && 2 * sd <= limits->count_trend)
        flag->state = FLAG_FINE;
}

static bool video_is_empty(const struct flag_video *video)
{
    return video->count_per_frame.known && !(video->count_per_frame.value > 0);
}

static struct flag_fact count_of(const struct flag_video *video)
{
    return video->count_per_frame;
}

static struct flag_fact d50_of(const struct flag_video *video)
{
    return video->d50_nm;
}

static double grubbs_limit(size_t count, double significance)
{
    double n = (double)count;
    double t = probability_t_quantile(n - 2, 1 - significance / (2 * n));
    return (n - 1) / sqrt(n) * sqrt(t * t / (n - 2 + t * t));
}

/* The largest distance from the mean in units of the sd. */
static void judge_grubbs(const struct flag_facts *facts, const struct flag_limits *limits,
                         struct flag_fact (*of)(const struct flag_video *), struct flag *flag)
{
    double sum = 0, squares = 0, largest = 0;
    size_t count = 0;
    bool all_known = true;
    for (size_t i = 0; i < facts->video_count; i++) {
        struct flag_fact fact = of(&facts->videos[i]);
        if (video_is_empty(&facts->videos[i]))
            continue;
        all_known = all_known && fact.known;
        sum += fact.value;
        count++;
    }
    if (count < TESTED || !all_known)
        return;
    double mean = sum / (double)count;
    for (size_t i = 0; i < facts->video_count; i++) {
        if (video_is_empty(&facts->videos[i]))
            continue;
        double away = fabs(of(&facts->videos[i]).value - mean);
        squares += away * away;
        if (away > largest) {
            largest = away;
            flag->video = i + 1;
        }
    }
    flag->value_known = true;
    flag->value = squares > 0 ? largest / sqrt(squares / (double)(count - 1)) : 0;
    flag->limit = grubbs_limit(count, limits->significance);
    flag->state = flag->value > flag->limit ? FLAG_WARN : FLAG_FINE;
}

void flag_judge_counts(const struct flag_facts *facts, const struct flag_limits *limits,
                       struct flag *flag)
{
    judge_grubbs(facts, limits, count_of, flag);
}

void flag_judge_d50(const struct flag_facts *facts, const struct flag_limits *limits,
                    struct flag *flag)
{
    judge_grubbs(facts, limits, d50_of, flag);
}

/* Upper point of the largest of count variances over their sum, with so many degrees of freedom in
 * each. */
static double cochran_limit(size_t count, double degrees, double significance)
{
    double n = (double)count;
    double f = probability_f_quantile(degrees, (n - 1) * degrees, 1 - significance / n);
    return 1 / (1 + (n - 1) / f);
}

void flag_judge_variances(const struct flag_facts *facts, const struct flag_limits *limits,
                          struct flag *flag)
{
    double sum = 0, largest = 0, degrees = 0;
    size_t count = 0;
    for (size_t i = 0; i < facts->video_count; i++) {
        const struct flag_video *video = &facts->videos[i];
        if (video_is_empty(video))
            continue;
        if (!video->count_variance.known || !video->independent_frames.known)
            return;
        sum += video->count_variance.value;
        degrees += video->independent_frames.value - 1;
        count++;
        if (video->count_variance.value > largest) {
            largest = video->count_variance.value;
            flag->video = i + 1;
        }
    }
    if (count < TESTED - 1 || !(degrees >= (double)count))
        return;
    flag->value_known = true;
    flag->value = sum > 0 ? largest / sum : 0;
    flag->limit = cochran_limit(count, degrees / (double)count, limits->significance);
    flag->state = flag->value > flag->limit ? FLAG_WARN : FLAG_FINE;
}

void flag_judge_empty(const struct flag_facts *facts, const struct flag_limits *limits,
                      struct flag *flag)
{
    bool all_known = facts->video_count > 0;
    double empty = 0;
    (void)limits;
    for (size_t i = facts->video_count; i-- > 0;) {
        all_known = all_known && facts->videos[i].count_per_frame.known;
        if (video_is_empty(&facts->videos[i])) {
            empty += 1;
            flag->video = i + 1;
        }
    }
    flag->value = empty;
    flag->value_known = empty > 0 || all_known;
    if (flag->value_known)
        flag->state = empty > 0 ? FLAG_WARN : FLAG_FINE;
}

void flag_judge_temperature_missing(const struct flag_facts *facts,
                                    const struct flag_limits *limits, struct flag *flag)
{
    double missing = 0;
    (void)limits;
    for (size_t i = facts->video_count; i-- > 0;) {
        if (!facts->videos[i].temperature_c.known) {
            missing += 1;
            flag->video = i + 1;
        }
    }
    flag->value = missing;
    flag->value_known = facts->video_count > 0;
    if (flag->value_known)
        flag->state = missing > 0 ? FLAG_WARN : FLAG_FINE;
}

void flag_judge_temperature_constant(const struct flag_facts *facts,
                                     const struct flag_limits *limits, struct flag *flag)
{
    double low = INFINITY, high = -INFINITY;
    (void)limits;
    for (size_t i = 0; i < facts->video_count; i++) {
        if (!facts->videos[i].temperature_c.known)
            return;
        low = fmin(low, facts->videos[i].temperature_c.value);
        high = fmax(high, facts->videos[i].temperature_c.value);
    }
    if (facts->video_count < 2)
        return;
    flag->value_known = true;
    flag->value = high - low;
    flag->state = high > low ? FLAG_FINE : FLAG_WARN;
}
