/* claim.h: what does a text say about a lot, and does the record carry it? The rules are pure. */
#ifndef QUALITY_CLAIM_H
#define QUALITY_CLAIM_H

#include "contract/operation.h"

/* Words that make a claim: signed settings claim_words.KIND.LANGUAGE, separated by blanks. */
struct claim_words {
    const char *kind;  /* origin, purity, concentration, donor, potency */
    const char *words; /* of all languages; NULL: none signed */
};

struct claim_donor {
    const char *donor;
    struct count age_years; /* at collection */
    bool identity_checked;
};

/* What the record says about everything that a text may claim. */
struct claim_facts {
    const char *text;
    struct rows words; /* struct claim_words */
    const char *class_ja;
    const char *class_en;
    const char *origin;            /* assay that shows endosomal origin, "none"; NULL: not known */
    const char *purity_definition; /* as signed in the specification, "none"; NULL: not known */
    struct real purity_percent;
    struct real particles_per_ug;
    struct real share_percent; /* of particles between 50 and 400 nm */
    struct real volume_factor;
    struct real particle_factor;
    struct real particle_factor_uncertainty; /* k = 1 */
    struct rows donors;                      /* struct claim_donor */
    const char *potency; /* potency assay that was met, "none"; NULL: not known */
};

/* One claim that a text makes. */
struct claim {
    const char *kind;
    const char *found;   /* the signed word that was found; NULL where the words are not signed */
    const char *verdict; /* supported, in_part, unsupported; unknown where the words are missing */
    const char *rule;
    const char *why;
    const char *may_print_ja; /* from the record alone; NULL where it holds nothing to print */
    const char *may_print_en;
};

extern const struct schema claim_schema;
extern const struct rule claim_rules[];
extern const struct operation claim_operations[];
enum { CLAIM_OPERATIONS = 1, CLAIM_RULES = 5 };

/* One row for each kind of claim that the text makes, none where it makes none. */
void claim_judge(struct arena *arena, const struct claim_facts *facts, struct rows *claims);

/* Ids of the rules of all claims that are not simply supported, separated by blanks; "" where
 * the text may be printed as it stands. */
const char *claim_against(struct arena *arena, const struct rows *claims);
/* The same as a sentence that says what may be printed instead. */
const char *claim_tell(struct arena *arena, const struct rows *claims);

/* Whether a text holds a word of a kind. True where the words of that kind are not signed. */
bool claim_has_kind(struct arena *arena, const struct rows *words, const char *kind,
                    const char *text);

/* The facts of a lot as they are recorded now; text is left to the caller. */
MUST_USE bool claim_gather(struct work *work, const char *lot, struct claim_facts *facts);
/* The signed words alone. */
MUST_USE bool claim_words_gather(struct work *work, struct rows *words);

#endif
