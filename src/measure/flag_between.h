/* flag_between.h: what do the videos of a measurement say together that none says alone? */
#ifndef MEASURE_FLAG_BETWEEN_H
#define MEASURE_FLAG_BETWEEN_H

#include "measure/flag.h"

/* The mean trend of the videos, raised where it is beyond the limit and beyond two of its standard
 * errors, unknown where that error would hide one as large as the limit. */
void flag_judge_trend(const struct flag_facts *facts, const struct flag_limits *limits,
                      struct flag *flag);

/* Grubbs' test (1950, two-sided) of the counts and of the D50 of videos that are not empty. */
void flag_judge_counts(const struct flag_facts *facts, const struct flag_limits *limits,
                       struct flag *flag);
void flag_judge_d50(const struct flag_facts *facts, const struct flag_limits *limits,
                    struct flag *flag);

/* Cochran's test (1941) of the variances of the count within the videos. */
void flag_judge_variances(const struct flag_facts *facts, const struct flag_limits *limits,
                          struct flag *flag);

void flag_judge_empty(const struct flag_facts *facts, const struct flag_limits *limits,
                      struct flag *flag);
void flag_judge_temperature_missing(const struct flag_facts *facts,
                                    const struct flag_limits *limits, struct flag *flag);
void flag_judge_temperature_constant(const struct flag_facts *facts,
                                     const struct flag_limits *limits, struct flag *flag);

#endif
