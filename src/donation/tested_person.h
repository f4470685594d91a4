/* tested_person.h: must the donor be tested, or the birth mother? The answer is pure. */
#ifndef DONATION_TESTED_PERSON_H
#define DONATION_TESTED_PERSON_H

#include "contract/operation.h"

struct tested_person_question {
    const char *tissue;
    bool listed;              /* the signed table source_tissues has this tissue */
    const char *said;         /* whom it names, as donor or birth mother; NULL: nobody */
    struct count age_days;    /* of the donor at recovery */
    struct count mother_days; /* signed: up to this age the birth mother is tested */
};

/* donor, birth_mother, or NULL where the signed facts do not say. */
const char *tested_person_asked(const struct tested_person_question *question);

/* Fills in what is signed about the tissue. */
MUST_USE bool tested_person_gather(struct work *work, struct tested_person_question *question);

#endif
