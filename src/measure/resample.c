/* resample.c: weights of tracks drawn anew from their videos. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/resample.h"

#include "measure/random.h"

#include <math.h>

bool resample_sort(struct resample *resample)
{
    for (size_t v = 0; v <= resample->video_count; v++)
        resample->first[v] = 0;
    for (size_t t = 0; t < resample->tracks; t++) {
        if (resample->videos[t] >= resample->video_count)
            return false;
        resample->first[resample->videos[t] + 1]++;
    }
    for (size_t v = 0; v < resample->video_count; v++)
        resample->first[v + 1] += resample->first[v];
    for (size_t t = 0; t < resample->tracks; t++)
        resample->order[resample->first[resample->videos[t]]++] = t;
    for (size_t v = resample->video_count; v > 0; v--)
        resample->first[v] = resample->first[v - 1];
    resample->first[0] = 0;
    return true;
}

/* Weighted mean of one video and the variance of that mean by its own scatter. */
static bool video_mean(const struct resample *resample, const double *values, size_t video,
                       double *mean, double *variance)
{
    double weight = 0, sum = 0, squares = 0;
    for (size_t i = resample->first[video]; i < resample->first[video + 1]; i++) {
        size_t t = resample->order[i];
        weight += resample->weights[t];
        sum += resample->weights[t] * values[t];
    }
    *mean = sum / weight;
    for (size_t i = resample->first[video]; i < resample->first[video + 1]; i++) {
        size_t t = resample->order[i];
        double off = resample->weights[t] * (values[t] - *mean);
        squares += off * off;
    }
    *variance = squares / (weight * weight);
    return weight > 0 && *variance > 0;
}

double resample_compare(struct resample *resample, const double *values)
{
    double precision = 0, sum = 0, squares = 0;
    size_t videos = 0;
    for (size_t v = 0; v < resample->video_count; v++) {
        double mean = 0, variance = 0;
        if (!video_mean(resample, values, v, &mean, &variance))
            continue;
        precision += 1 / variance;
        sum += mean / variance;
        squares += mean * mean / variance;
        videos++;
    }
    resample->shrink = 0;
    if (videos < 2)
        return 0;
    double scatter = squares - sum * sum / precision;
    double beyond = 1 - ((double)videos - 1) / scatter;
    beyond = scatter > 0 && beyond > 0 ? beyond : 0;
    resample->shrink = sqrt(beyond);
    return beyond;
}

/* weights of the tracks of one video become how often each is drawn, times weight and factor. */
static void video_draw(const struct resample *resample, size_t video, double factor,
                       struct random *random, double *weights)
{
    size_t first = resample->first[video], count = resample->first[video + 1] - first;
    for (size_t i = 0; i < count; i++) {
        size_t t = resample->order[first + random_below(random, count)];
        weights[t] += factor * resample->weights[t];
    }
}

void resample_draw(const struct resample *resample, uint64_t seed, uint64_t replicate,
                   double *weights)
{
    struct random random = random_stream(seed, replicate);
    size_t videos = 0;
    for (size_t v = 0; v < resample->video_count; v++)
        videos += resample->first[v + 1] > resample->first[v];
    for (size_t t = 0; t < resample->tracks; t++)
        weights[t] = 0;
    double k = (double)videos;
    size_t draws_left = videos > 0 ? videos - 1 : 0, videos_left = videos;
    for (size_t v = 0; v < resample->video_count; v++) {
        if (resample->first[v + 1] == resample->first[v])
            continue;
        /* Multinomial, one video after the other: each draw left falls on it with 1 in those left.
         */
        size_t times = 0;
        for (size_t i = 0; i < draws_left; i++)
            times += random_below(&random, videos_left) == 0;
        draws_left -= times;
        videos_left--;
        double factor = videos > 1 ? 1 + resample->shrink * ((double)times * k / (k - 1) - 1) : 1;
        video_draw(resample, v, factor, &random, weights);
    }
}
