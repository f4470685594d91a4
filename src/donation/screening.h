/* screening.h: laboratory results of a specimen, judged by the program against their cut-off. */
#ifndef DONATION_SCREENING_H
#define DONATION_SCREENING_H

#include "contract/operation.h"

/* One result; judged is computed from value and cut-off, never typed. */
struct screening_result {
    const char *marker; /* as in the signed panel: HBs_antigen, HBV_NAT */
    const char *method; /* serology, NAT, culture */
    const char *kit;
    const char *kit_lot;
    struct real value; /* in unit, as the cut-off */
    struct real cut_off;
    const char *unit;
    const char *outcome; /* detected, not_detected, reactive, non_reactive */
    const char *judged;  /* reactive, non_reactive; NULL when neither can be said */
};

/* What a specimen says about one agent of the panel. */
struct screening_agent {
    const char *agent;
    const char *judged;   /* reactive, non_reactive; NULL where a marker has no judgement */
    const char *reactive; /* its markers that are, separated by blanks */
    const char *missing;  /* its markers without a judgement */
};

struct screening {
    const char *sample; /* specimen */
    const char *donor;
    const char *site;
    struct date reported_on;
    const char *laboratory;
    bool reactive;
    const char *reactive_agents;
    const char *answered; /* markers with a judgement, separated by blanks */
    bool annulled;
    int64_t entry;
};

extern const struct table screening_table;
extern const struct operation screening_operations[];
enum { SCREENING_OPERATIONS = 2 };

/* reactive, non_reactive, or NULL. */
const char *screening_judge_result(const struct screening_result *result);

/* A reactive result holds the donor and everything that came from it (DN-08). */
MUST_USE bool screening_follow(struct work *work, const struct entry *entry, const void *body,
                               struct rows *inputs);

#endif
