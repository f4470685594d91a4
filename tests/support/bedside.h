/* bedside.h: facts with which a dose may be given, to be spoilt one by one. */
#ifndef SUPPORT_BEDSIDE_H
#define SUPPORT_BEDSIDE_H

#include "treatment/dose.h"

enum { ASKED = 26 };

struct example {
    struct arena *arena;
    struct dose_facts facts;
};

struct dose_facts good_facts(void);
int example_make(void **state);
int example_leave(void **state);

/* One finding per rule, in the order of asking. */
struct rows judge(struct example *example);

/* One rule has the verdict and every other one is met; then the facts are good again. */
void only(struct example *example, const char *rule, const char *verdict);

#define EXAMPLE(test) cmocka_unit_test_setup_teardown(test, example_make, example_leave)

#endif
