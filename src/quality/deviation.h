/* deviation.h: what was not as it should be, who was told, and what was done about it? */
#ifndef QUALITY_DEVIATION_H
#define QUALITY_DEVIATION_H

#include "contract/operation.h"

struct deviation {
    const char *code;
    const char *class; /* minor, major, critical */
    const char *about; /* kind:code, as shipment:SH-0002 or lot:L-25-001 */
    const char *lot;   /* whose vials or material it touches, or NULL */
    const char *site;  /* where it was recorded */
    const char *content;
    const char *effect;
    struct instant noticed_at;
    const char *status;    /* open, assessed, closed */
    const char *clinics;   /* that had received vials when it was recorded, words, or "" */
    struct date report_on; /* written report to the site manager */
    int64_t entry;
    int64_t assessed_entry; /* newest assessment, 0 before */
    int64_t closed_entry;   /* 0 before */
};

/* The input of deviation.open, for consequences of other stages. */
struct deviation_opening {
    const char *code; /* NULL: the next running number */
    const char *class;
    const char *about;
    const char *lot;
    const char *content;
    const char *effect;
    struct instant noticed_at;
};

/* What is known when a deviation is to be closed. */
struct deviation_facts {
    const char *class;
    bool assessed;
    struct count untold;   /* clinics that received vials and got no notice */
    struct date report_on; /* written report to the site manager */
};

extern const struct table deviation_table, deviation_notice_table;
extern const struct rule deviation_rules[];
extern const struct operation deviation_operations[];
enum { DEVIATION_OPERATIONS = 7, DEVIATION_RULES = 3 };

/* Codes of the critical deviations that are not closed and name the lot or are about
 * anything that it came from, separated by blanks, or "none". One about a shipment or a box of its
 * vials is decided with those vials and does not count here. */
MUST_USE bool deviation_open_critical(struct work *work, const char *lot, const char **codes);

/* The clinics that hold or held vials of the lot, as words; of one shipment when about names one.
 */
MUST_USE bool deviation_clinics(struct work *work, const char *about, const char *lot,
                                const char **clinics);

/* The notices that were given, and the clinics concerned that got none: words, or "". */
MUST_USE bool deviation_untold(struct work *work, const struct deviation *deviation,
                               struct rows *notices, const char **untold);

/* Pure: was everybody told who had to be, and was it assessed (DV-01)? */
void deviation_judge(struct arena *arena, const struct deviation_facts *facts,
                     struct rows *findings);

#endif
