/* deviation_close.h: how a deviation ends: assessed, everybody told, closed by two. */
#ifndef QUALITY_DEVIATION_CLOSE_H
#define QUALITY_DEVIATION_CLOSE_H

#include "quality/deviation.h"

struct deviation_notice {
    const char *deviation;
    const char *site;
    struct instant sent_at;
    const char *how;
    int64_t entry;
};

extern const struct schema deviation_assess_schema;
extern const struct schema deviation_close_schema, deviation_closed_schema;

MUST_USE bool deviation_assess_judge(struct work *work, const void *input, void *body);
MUST_USE bool deviation_assess_apply(struct work *work, const struct entry *entry,
                                     const void *body);
MUST_USE bool deviation_close_judge(struct work *work, const void *input, void *body);
MUST_USE bool deviation_close_apply(struct work *work, const struct entry *entry, const void *body);
MUST_USE bool deviation_close_again(struct work *work, const void *body, struct rows *findings);

#endif
