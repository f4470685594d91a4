/* test_dose_amount.c: how much endotoxin reaches whom in an hour? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

/* 2.00 mL of 0.10 EU/mL and 100.00 mL of 0.25 EU/mL are 25.2 EU. */
static void endotoxin_of_product_and_diluent_is_computed_per_kilogram(void **state)
{
    static const struct {
        const char *text;
        double kg;
        double per_kg_hour;
        double limit;
    } rows[] = {{"52.0", 52, 0.4846, 130}, {"60.0", 60, 0.4200, 150}, {"48.0", 48, 0.5250, 120}};
    struct arena *arena = arena_open((size_t)1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dose_amounts amounts = {0};
        struct endotoxin_question question = {.product_eu_per_ml = {"0.10", 0.10},
                                              .product_ul = {true, 2000},
                                              .diluent_eu_per_ml = {"0.25", 0.25},
                                              .diluent_ul = {true, 100000},
                                              .minutes = {true, 60},
                                              .weight_kg = {rows[i].text, rows[i].kg},
                                              .most = {"5", 5}};
        dose_endotoxin(arena, &question, &amounts);
        assert_float_equal(amounts.endotoxin_eu.value, 25.2, 1e-9);
        assert_float_equal(amounts.eu_per_kg_hour.value, rows[i].per_kg_hour, 5e-5);
        assert_float_equal(amounts.limit_eu_per_ml.value, rows[i].limit, 1e-9);
        question.minutes.value = 30; /* still all within one hour */
        dose_endotoxin(arena, &question, &amounts);
        assert_float_equal(amounts.eu_per_kg_hour.value, rows[i].per_kg_hour, 5e-5);
        question.minutes.value = 120;
        dose_endotoxin(arena, &question, &amounts);
        assert_float_equal(amounts.eu_per_kg_hour.value, rows[i].per_kg_hour / 2, 5e-5);
    }
    arena_close(arena);
}

static void endotoxin_is_not_known_without_each_of_its_parts(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct dose_amounts amounts = {0};
        struct endotoxin_question question = {.product_eu_per_ml = {i == 0 ? NULL : "0.10", 0.10},
                                              .product_ul = {i != 1, 2000},
                                              .diluent_eu_per_ml = {i == 2 ? NULL : "0.25", 0.25},
                                              .diluent_ul = {true, 100000},
                                              .weight_kg = {i == 3 ? NULL : "52", 52},
                                              .most = {"5", 5}};
        dose_endotoxin(arena, &question, &amounts);
        assert_null(amounts.eu_per_kg_hour.text);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endotoxin_of_product_and_diluent_is_computed_per_kilogram),
        cmocka_unit_test(endotoxin_is_not_known_without_each_of_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
