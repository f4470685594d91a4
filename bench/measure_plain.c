/* measure_plain.c: shares of sizes and their bootstrap as a textbook would write them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Usage: measure_plain FILE THREADS REPLICATES
 *
 * Reads what inside_measure made: tracks and cells in 64 bits each, weights, logarithms of
 * likelihoods. Expectation and maximisation over the whole matrix from equal shares until no cell
 * gains more than 0.005 per unit of weight; then the same for weights of tracks drawn with
 * replacement. Prints seconds, steps of the fit, D50 and the deviation of D50. */

#define LIMIT 0.005
#define LOW_NM 10.0
#define HIGH_NM 2000.0

static uint64_t size[2];
static double *likelihoods;
static double *weights;
static double *medians;
static unsigned threads;
static unsigned long replicates;

static void must(int worked, const char *sentence)
{
    if (worked)
        return;
    fprintf(stderr, "measure_plain: %s\n", sentence);
    exit(1);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What each cell gains: the part of every track that it explains. */
static void expect(const double *weight, const double *shares, double *sums)
{
    size_t cells = size[1];
    for (size_t i = 0; i < cells; i++)
        sums[i] = 0;
    for (size_t t = 0; t < size[0]; t++) {
        double mixture = 0;
        if (weight[t] <= 0)
            continue;
        for (size_t i = 0; i < cells; i++)
            mixture += shares[i] * likelihoods[t * cells + i];
        for (size_t i = 0; i < cells; i++)
            sums[i] += weight[t] * likelihoods[t * cells + i] / mixture;
    }
}

/* Returns the steps that it took. */
static unsigned long fit(const double *weight, double *shares, double *sums)
{
    size_t cells = size[1];
    double total = 0;
    for (size_t t = 0; t < size[0]; t++)
        total += weight[t];
    for (size_t i = 0; i < cells; i++)
        shares[i] = 1 / (double)cells;
    for (unsigned long steps = 0;; steps++) {
        double highest = 0;
        expect(weight, shares, sums);
        for (size_t i = 0; i < cells; i++)
            highest = sums[i] > highest ? sums[i] : highest;
        if (highest / total - 1 <= LIMIT)
            return steps;
        for (size_t i = 0; i < cells; i++)
            shares[i] *= sums[i] / total;
    }
}

static double median_nm(const double *shares)
{
    double sum = 0, width = log(HIGH_NM / LOW_NM) / (double)size[1];
    for (size_t i = 0; i < size[1]; i++) {
        if (sum + shares[i] >= 0.5)
            return LOW_NM * exp(((double)i + (0.5 - sum) / shares[i]) * width);
        sum += shares[i];
    }
    return HIGH_NM;
}

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void *work(void *thing)
{
    unsigned long number = *(unsigned long *)thing;
    double *drawn = malloc(size[0] * sizeof *drawn);
    double *shares = malloc(2 * size[1] * sizeof *shares);
    must(drawn && shares, "no memory");
    for (unsigned long r = number; r < replicates; r += threads) {
        uint64_t state = r + 1;
        for (size_t t = 0; t < size[0]; t++)
            drawn[t] = 0;
        for (size_t t = 0; t < size[0]; t++) {
            size_t which = next(&state) % size[0];
            drawn[which] += weights[which];
        }
        fit(drawn, shares, shares + size[1]);
        medians[r] = median_nm(shares);
    }
    free(shares);
    free(drawn);
    return NULL;
}

static void read_problem(const char *path)
{
    FILE *file = fopen(path, "rb");
    must(file && fread(size, sizeof size, 1, file) == 1, "the file is short");
    weights = malloc(size[0] * sizeof *weights);
    likelihoods = malloc(size[0] * size[1] * sizeof *likelihoods);
    must(weights && likelihoods, "no memory");
    must(fread(weights, sizeof *weights, size[0], file) == size[0] &&
             fread(likelihoods, sizeof *likelihoods, size[0] * size[1], file) == size[0] * size[1],
         "the file is short");
    fclose(file);
}

static void exponentiate(void)
{
    for (size_t t = 0; t < size[0]; t++) {
        double highest = likelihoods[t * size[1]];
        for (size_t i = 1; i < size[1]; i++)
            highest = fmax(highest, likelihoods[t * size[1] + i]);
        for (size_t i = 0; i < size[1]; i++)
            likelihoods[t * size[1] + i] = exp(likelihoods[t * size[1] + i] - highest);
    }
}

int main(int count, char **words)
{
    enum { MOST = 64 };
    pthread_t thread[MOST];
    unsigned long number[MOST];
    must(count == 4, "usage: FILE THREADS REPLICATES");
    read_problem(words[1]);
    threads = (unsigned)strtoul(words[2], NULL, 10);
    replicates = strtoul(words[3], NULL, 10);
    must(threads >= 1 && threads <= MOST && replicates >= 2, "threads or replicates");
    medians = calloc(replicates, sizeof *medians);
    double *shares = malloc(2 * size[1] * sizeof *shares);
    must(medians && shares, "no memory");
    double began_s = now_s(), mean = 0, squares = 0;
    exponentiate();
    unsigned long steps = fit(weights, shares, shares + size[1]);
    for (unsigned i = 0; i < threads; i++) {
        number[i] = i;
        must(pthread_create(&thread[i], NULL, work, &number[i]) == 0, "no thread");
    }
    for (unsigned i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    for (unsigned long r = 0; r < replicates; r++)
        mean += medians[r] / (double)replicates;
    for (unsigned long r = 0; r < replicates; r++)
        squares += (medians[r] - mean) * (medians[r] - mean) / (double)(replicates - 1);
    printf("%.6f %lu %.9f %.4f\n", now_s() - began_s, steps, median_nm(shares), sqrt(squares));
    free(shares);
    free(medians);
    free(likelihoods);
    free(weights);
    return 0;
}
