/* excursion.h: how long was a probe out of range on its way, by the signed rule? */
#ifndef SUPPLY_EXCURSION_H
#define SUPPLY_EXCURSION_H

#include "base/schema.h"
#include "supply/logger_file.h"

/* What is asked of one probe: the transport from packing to arrival, and what was signed. */
struct excursion_question {
    int64_t packed_usec;
    int64_t arrived_usec;
    struct real most_c;        /* a reading at it is good */
    const char *counting;      /* between_last_and_first_good, or NULL */
    struct count minutes_most; /* signed limit; readings further apart cannot show it */
};

/* One stretch of time out of range. */
struct excursion_period {
    const char *probe;
    struct instant from;  /* last good reading before, or packing */
    struct instant until; /* first good reading after, or arrival */
    int64_t minutes;      /* begun minutes count whole */
    const char *why;      /* warm, gap, warm_and_gap */
};

struct excursion_figures {
    const char *probe;
    int64_t readings; /* on the way, missing ones not counted */
    int64_t above;    /* readings above the limit */
    int64_t gaps;     /* stretches without a reading for longer than the interval */
    int64_t periods;  /* stretches of time out of range */
    struct real maximum_c;
    struct real minimum_c;
    struct count minutes_out;      /* by the signed rule; unknown without a signed limit or rule */
    struct real hold_last_minutes; /* for comparison alone: each reading holds until the next */
    struct real linear_minutes;    /* for comparison alone: a straight line between readings */
};

extern const struct schema excursion_period_schema, excursion_figures_schema,
    excursion_reading_schema;

/* What one reading of one probe counts for. Nothing is known between a reading behind a gap and the
 * one before it. */
struct excursion_reading {
    struct instant at;
    const char *probe;
    struct real temperature_c; /* unknown where it is missing */
    const char *state;         /* good, warm, missing, outside of the way, unjudged */
    bool out;                  /* counts as out of range; so does what no signed rule judges */
    bool gap;                  /* longer than the interval, or than may be, behind the one before */
    struct count minutes_out;  /* from packing until here; unknown at a missing reading */
    int64_t left_out;          /* readings between the one before and this that are not told */
};

/* The only rule that is programmed. */
extern const char excursion_between_good[];

/* As the figures have them: a temperature as it is printed, begun minutes whole, the longest time
 * between two readings that is no gap. */
struct real excursion_temperature(struct arena *arena, double c);
int64_t excursion_minutes_up(int64_t usec);
int64_t excursion_longest_step(const struct logger_file *file,
                               const struct excursion_question *question);

/* More than these are counted and not listed. */
enum { EXCURSION_PERIODS = 500 };

/* An empty list with room for all that is listed. */
struct rows excursion_periods(struct arena *arena);

/* Figures of one probe, and its periods added to a list of excursion_periods. Packing and arrival
 * count as good where a good reading lies within one interval of them; what lies outside of them
 * does not count. A missing reading or more than one interval between two readings is a gap, which
 * is never good; so is an interval beyond the signed minutes. */
struct excursion_figures excursion_count(struct arena *arena, const struct logger_file *file,
                                         size_t probe, const struct excursion_question *question,
                                         struct rows *periods);

/* Every reading of one probe, those before packing and after arrival as well. */
struct rows excursion_readings(struct arena *arena, const struct logger_file *file, size_t probe,
                               const struct excursion_question *question);

/* At least so many are asked for: enough for the extremes and the gaps of one part. */
enum { EXCURSION_POINTS_LEAST = 20 };

/* Leaves no more than points of them: the first, lowest, highest and first missing reading of each
 * part, both sides of its first gap, and the last of all. Pure. */
void excursion_thin(struct rows *readings, size_t points);

#endif
