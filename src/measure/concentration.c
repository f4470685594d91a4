/* concentration.c: how many particles are in a millilitre, and how well is that known? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"
#include "measure/probability.h"

#include <math.h>

static const double um3_per_ml = 1e12;
static const double tail = 0.025; /* on each side of an interval of 95 % */

/* 1/(h e) of each class. */
static enum measured yield_weights(const struct measure_yield *yield, size_t classes,
                                   double *weights)
{
    for (size_t k = 0; k < classes; k++) {
        double efficiency = yield->efficiencies == NULL ? 1 : yield->efficiencies[k];
        double found = yield->false_per_frame == NULL ? 0 : yield->false_per_frame[k];
        if (!isfinite(yield->depths_um[k]) || !isfinite(efficiency) || !isfinite(found))
            return MEASURED_MALFORMED;
        if (!(yield->depths_um[k] > 0) || !(efficiency > 0) || efficiency > 1 || found < 0)
            return MEASURED_OUTSIDE;
        weights[k] = 1 / (yield->depths_um[k] * efficiency);
    }
    return MEASURED;
}

/* The density in each frame; returns their mean. */
static double density_series(const struct measure_counts *counts, const double *weights,
                             double area_um2, double false_per_um3, double *series)
{
    double total = 0;
    for (size_t frame = 0; frame < counts->frames; frame++) {
        double sum = 0;
        for (size_t k = 0; k < counts->classes.count; k++)
            sum += counts->counts[k * counts->frames + frame] * weights[k];
        series[frame] = sum / area_um2 - false_per_um3;
        total += series[frame];
    }
    return total / (double)counts->frames;
}

enum measured measure_density(const struct measure_counts *counts,
                              const struct measure_yield *yield, double *series,
                              struct measure_density *result)
{
    double weights[MEASURE_CLASSES] = {0};
    double area_um2 = 0;
    enum measured viewed = measure_view_area_um2(&counts->view, &area_um2);
    if (viewed != MEASURED)
        return viewed;
    size_t classes = counts->classes.count;
    if (classes < 1 || classes > MEASURE_CLASSES || counts->frames == 0)
        return MEASURED_OUTSIDE;
    enum measured weighed = yield_weights(yield, classes, weights);
    if (weighed != MEASURED)
        return weighed;
    struct measure_density found = {.frames = counts->frames};
    double first = 0, second = 0;
    for (size_t k = 0; k < classes; k++) {
        double mean = 0;
        for (size_t frame = 0; frame < counts->frames; frame++)
            mean += counts->counts[k * counts->frames + frame];
        mean /= (double)counts->frames;
        found.per_frame += mean;
        first += mean * weights[k];
        second += mean * weights[k] * weights[k];
        found.heaviest_um3 = fmax(found.heaviest_um3, weights[k] / area_um2);
        if (yield->false_per_frame != NULL)
            found.false_per_um3 += yield->false_per_frame[k] * weights[k] / area_um2;
    }
    found.equal_per_frame = second > 0 ? first * first / second : 0;
    found.per_um3 = density_series(counts, weights, area_um2, found.false_per_um3, series);
    struct measure_series one = {.values = series, .count = counts->frames};
    struct measure_correlation correlation = {0};
    if (found.per_frame > 0 && measure_correlation(&one, 1, &correlation) == MEASURED)
        found.correlation_frames = correlation.frames;
    *result = found;
    return MEASURED;
}

const char *measure_term_name(enum measure_term term)
{
    static const char *const names[MEASURE_TERMS] = {
        [MEASURE_TERM_NONE] = "none",         [MEASURE_TERM_COUNTING] = "counting",
        [MEASURE_TERM_VIDEOS] = "videos",     [MEASURE_TERM_DILUTION] = "dilution",
        [MEASURE_TERM_VOLUME] = "volume",     [MEASURE_TERM_EFFICIENCY] = "efficiency",
        [MEASURE_TERM_FALSE] = "false_spots", [MEASURE_TERM_BLANK] = "blank",
    };
    return term < MEASURE_TERMS ? names[term] : names[MEASURE_TERM_NONE];
}

/* The videos of one sample or of its blank, together. */
struct pooled {
    double per_um3;       /* mean over all frames */
    double false_per_um3; /* in it */
    double per_frame;
    double independent;
    double low; /* interval of the count alone */
    double high;
    double counting; /* variance of per_um3 */
    double surplus;  /* of the spread of the videos beyond that */
    double degrees;  /* of the surplus */
};

static enum measured densities_check(const struct measure_density *videos, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct measure_density *video = &videos[i];
        if (!isfinite(video->per_um3) || !isfinite(video->false_per_um3) ||
            !isfinite(video->per_frame) || !isfinite(video->equal_per_frame) ||
            !isfinite(video->heaviest_um3) || !isfinite(video->correlation_frames))
            return MEASURED_MALFORMED;
        if (video->frames == 0 || video->per_frame < 0 || video->equal_per_frame < 0 ||
            !(video->heaviest_um3 > 0) || video->correlation_frames < 0)
            return MEASURED_OUTSIDE;
    }
    return MEASURED;
}

/* Mean tau of the videos that tell, but at least the one given. */
static double videos_correlation(const struct measure_density *videos, size_t count, double given)
{
    double sum = 0, frames = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(videos[i].correlation_frames > 0))
            continue;
        sum += videos[i].correlation_frames * (double)videos[i].frames;
        frames += (double)videos[i].frames;
    }
    return frames > 0 ? fmax(given, sum / frames) : given;
}

/* Variance of the mean of the videos from their scatter, each weighted by its frames. */
static double videos_variance(const struct measure_density *videos, size_t count, double mean,
                              double frames)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double share = (double)videos[i].frames / frames;
        double away = videos[i].per_um3 - mean;
        sum += share * away * away;
    }
    return sum / (double)(count - 1);
}

static struct pooled videos_pool(const struct measure_density *videos, size_t count, double given)
{
    struct pooled pooled = {0};
    double correlation = videos_correlation(videos, count, given);
    double frames = 0, looks = 0, heaviest = 0;
    for (size_t i = 0; i < count; i++) {
        double length = (double)videos[i].frames;
        frames += length;
        /* However long the memory, a video is one look. */
        double of_video = correlation > 0 ? fmax(1, length / correlation) : 1;
        looks += of_video;
        pooled.independent += videos[i].equal_per_frame * of_video;
        pooled.per_um3 += length * videos[i].per_um3;
        pooled.false_per_um3 += length * videos[i].false_per_um3;
        pooled.per_frame += length * videos[i].per_frame;
        heaviest = fmax(heaviest, videos[i].heaviest_um3);
    }
    pooled.per_um3 /= frames;
    pooled.false_per_um3 /= frames;
    pooled.per_frame /= frames;
    double n = pooled.independent;
    /* What one independent spot stands for, with the false ones still in. */
    double one = n > 0 ? (pooled.per_um3 + pooled.false_per_um3) / n : heaviest / looks;
    pooled.low = one * probability_gamma_quantile(n, tail) - pooled.false_per_um3;
    pooled.high = one * probability_gamma_quantile(n + 1, 1 - tail) - pooled.false_per_um3;
    pooled.counting = one * one * n;
    pooled.degrees = INFINITY;
    if (count > 1) {
        double spread = videos_variance(videos, count, pooled.per_um3, frames);
        pooled.surplus = fmax(0, spread - pooled.counting);
        pooled.degrees = (double)(count - 1);
    }
    return pooled;
}

static enum measured factors_check(const struct measure_factors *factors)
{
    const double all[] = {factors->dilution,      factors->dilution_sd,        factors->volume_sd,
                          factors->efficiency_sd, factors->correlation_frames, factors->false_sd};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!isfinite(all[i]))
            return MEASURED_MALFORMED;
        if (all[i] < 0)
            return MEASURED_OUTSIDE;
    }
    return factors->dilution >= 1 ? MEASURED : MEASURED_OUTSIDE;
}

/* The terms that scale with the density of a sample, relative to its net density. */
static void terms_of_counts(struct measure_concentration *found, const struct pooled *sample,
                            const struct pooled *blank, double false_sd)
{
    double net = sample->per_um3 - blank->per_um3;
    const struct measure_term_value counting = {sqrt(sample->counting) / net, INFINITY};
    const struct measure_term_value videos = {sqrt(sample->surplus) / net, sample->degrees};
    const struct measure_term_value spots = {false_sd * sample->false_per_um3 / net, INFINITY};
    const struct measure_term_value of_blank = {sqrt(blank->counting + blank->surplus) / net,
                                                INFINITY};
    found->terms[MEASURE_TERM_COUNTING] = counting;
    found->terms[MEASURE_TERM_VIDEOS] = videos;
    found->terms[MEASURE_TERM_FALSE] = spots;
    found->terms[MEASURE_TERM_BLANK] = of_blank;
}

/* The sum of the terms, the largest of them and the effective degrees of freedom. */
static void budget_sum(struct measure_concentration *found)
{
    double sum = 0, fourth = 0;
    found->largest = MEASURE_TERM_COUNTING;
    for (int i = MEASURE_TERM_COUNTING; i < MEASURE_TERMS; i++) {
        const struct measure_term_value *term = &found->terms[i];
        double square = term->relative_sd * term->relative_sd;
        sum += square;
        if (isfinite(term->degrees))
            fourth += square * square / term->degrees;
        if (term->relative_sd > found->terms[found->largest].relative_sd)
            found->largest = (enum measure_term)i;
    }
    found->relative_sd = sqrt(sum);
    found->expanded = 2 * found->relative_sd;
    found->degrees = fourth > 0 ? sum * sum / fourth : INFINITY;
}

/* The counts' own interval, widened by all other terms on a logarithmic scale, on which it stays
 * above zero. */
static void interval_fill(struct measure_concentration *found, double net, double low, double high)
{
    double others = 0;
    for (int i = MEASURE_TERM_VIDEOS; i < MEASURE_TERM_BLANK; i++)
        others += found->terms[i].relative_sd * found->terms[i].relative_sd;
    double t = isfinite(found->degrees) ? probability_t_quantile(found->degrees, 1 - tail)
                                        : probability_normal_quantile(1 - tail);
    double wide = t * sqrt(others);
    found->upper_limit = !(low > 0) || !(net > 0);
    if (found->upper_limit) {
        found->low_per_ml = 0;
        found->high_per_ml = high * exp(wide);
        return;
    }
    found->low_per_ml = net * exp(-hypot(log(net / low), wide));
    found->high_per_ml = net * exp(hypot(log(high / net), wide));
}

enum measured measure_concentration(const struct measure_density *videos, size_t count,
                                    const struct measure_density *blanks, size_t blank_count,
                                    const struct measure_factors *factors,
                                    struct measure_concentration *result)
{
    if (count == 0)
        return MEASURED_NOT;
    const enum measured checks[] = {factors_check(factors), densities_check(videos, count),
                                    densities_check(blanks, blank_count)};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (checks[i] != MEASURED)
            return checks[i];
    }
    struct pooled sample = videos_pool(videos, count, factors->correlation_frames);
    struct pooled blank = {0};
    if (blank_count > 0)
        blank = videos_pool(blanks, blank_count, factors->correlation_frames);
    double difference = sample.per_um3 - blank.per_um3;
    double net = fmax(0, difference);
    struct measure_concentration found = {
        .difference_per_ml = difference,
        .blank_per_ml = blank.per_um3,
        .per_ml = net,
        .independent = sample.independent,
        .per_frame = sample.per_frame,
        .budget_known = net > 0,
        .degrees = INFINITY,
    };
    for (int i = MEASURE_TERM_COUNTING; i < MEASURE_TERMS; i++)
        found.terms[i].degrees = INFINITY;
    found.terms[MEASURE_TERM_DILUTION].relative_sd = factors->dilution_sd;
    found.terms[MEASURE_TERM_VOLUME].relative_sd = factors->volume_sd;
    found.terms[MEASURE_TERM_EFFICIENCY].relative_sd = factors->efficiency_sd;
    if (net > 0) {
        terms_of_counts(&found, &sample, &blank, factors->false_sd);
        budget_sum(&found);
    }
    /* Zou and Donner's method: each side takes the distance that its own counts can be off. */
    double blanks_um3 = 2 * sqrt(blank.surplus);
    double below =
        hypot(hypot(sample.per_um3 - sample.low, blank.high - blank.per_um3), blanks_um3);
    double above =
        hypot(hypot(sample.high - sample.per_um3, blank.per_um3 - blank.low), blanks_um3);
    interval_fill(&found, net, net - below, net + above);
    double scale = factors->dilution * um3_per_ml;
    found.per_ml *= scale;
    found.difference_per_ml *= scale;
    found.blank_per_ml *= scale;
    found.low_per_ml *= scale;
    found.high_per_ml *= scale;
    *result = found;
    return MEASURED;
}
