/* bank_test.h: is the bank what it should be, test by test, with the values kept? */
#ifndef MANUFACTURE_BANK_TEST_H
#define MANUFACTURE_BANK_TEST_H

#include "contract/operation.h"

/* One test, done or not done with a reason. */
struct bank_test {
    const char *test; /* as the signed limits name it: STR, CD73, sterility */
    bool done;
    struct real value;
    const char *outcome; /* match, positive, negative, normal */
    const char *why;     /* why it was not done */
};

/* What the tests of a bank are judged on. Limits are words such as CD73>=95, CD14<=2, STR=match
 * and adventitious_virus=negative/or_reason. */
struct bank_test_facts {
    const char *identity_limits; /* signed setting */
    const char *test_limits;     /* signed setting */
    struct rows results;         /* struct bank_test */
};

extern const struct table bank_test_table;
extern const struct rule bank_test_rules[];
extern const struct operation bank_test_operations[];
enum { BANK_TEST_OPERATIONS = 2, BANK_TEST_RULES = 2 };

/* One finding per limit. A test that is missing, or not done without a reason that its limit
 * allows, is unknown. */
void bank_test_judge(struct arena *arena, const struct bank_test_facts *facts,
                     struct rows *findings);
/* A bank whose tests failed is held, with everything that came from it. */
MUST_USE bool bank_test_follow(struct work *work, const struct entry *entry, const void *body,
                               struct rows *inputs);
/* Whether any signed limit is about the test. */
bool bank_test_is_limited(struct arena *arena, const struct bank_test_facts *facts,
                          const char *test);

#endif
