/* test_stock.c: do vials keep their shipment, come back whole, and stay evidence while held? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/hold.h"
#include "manufacture/lot.h"
#include "place.h"
#include "supply/quarantine.h"
#include "supply/shipment.h"
#include "supply/stock.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

enum { MADE = 100 };

static const struct actor clinic = {.account = "K1-S1", .site = "K1"};
static const struct actor maker = {.account = "QA1", .site = "M"};

static void works(struct work *work, bool worked)
{
    if (!worked)
        fail_msg("%s", work->fault.text);
}

static int stock_make(void **state)
{
    if (place_open_sqlite(state) != 0)
        return -1;
    struct place *place = *state;
    struct work *work = &place->one;
    const struct table *const tables[] = {&vial_table, &lot_table, &hold_table, &link_table,
                                          &shipment_table};
    const struct lot lot = {.code = "L-1", .site = "M", .vials = MADE, .status = "released"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        works(work, view_create(work, tables[i]));
    place_step(work, STEP_BEGIN_WRITE);
    works(work, view_put(work, &lot_table, &lot));
    works(work, vial_fill(work, "L-1", MADE, "M", 1));
    work->actor = &maker;
    return 0;
}

static int stock_leave(void **state)
{
    struct place *place = *state;
    place_step(&place->one, STEP_ROLLBACK);
    return place_close_sqlite(state);
}

static struct work *work_of(void **state)
{
    struct place *place = *state;
    return &place->one;
}

static struct rows take(struct work *work, int64_t first, int64_t last, const char *states)
{
    struct rows parts;
    const struct vial_range asked = {
        .lot = "L-1", .first = first, .last = last, .state = states, .site = stock_site(work)};
    works(work, stock_take(work, &asked, &parts));
    return parts;
}

static void turn(struct work *work, const struct rows *parts, const struct vial_range *to)
{
    works(work, stock_turn(work, parts, to));
}

static struct vial_range vial(struct work *work, int64_t serial)
{
    struct rows ranges;
    works(work, vial_overlapping(work, "L-1", serial, serial, &ranges));
    assert_int_equal(ranges.count, 1);
    return ROWS(ranges, const struct vial_range)[0];
}

static void move(struct work *work, int64_t first, int64_t last, const struct vial_range *to)
{
    struct rows parts = take(work, first, last, "in_stock in_transit arrived");
    turn(work, &parts, to);
}

static void a_dose_takes_back_to_its_own_shipment_when_annulled(void **state)
{
    struct work *work = work_of(state);
    const struct vial_range one = {.state = "in_stock", .shipment = "SH-1", .entry = 2};
    const struct vial_range two = {.state = "in_stock", .shipment = "SH-2", .entry = 3};
    const struct vial_range given = {
        .state = "given", .patient = "P-1", .dose = "DO-1", .entry = 4};
    move(work, 1, 10, &one);
    move(work, 11, 20, &two);
    struct rows parts = take(work, 9, 12, "in_stock");
    assert_int_equal(parts.count, 2);
    assert_int_equal(stock_vials(&parts), 4);
    turn(work, &parts, &given);
    assert_string_equal(vial(work, 9).shipment, "SH-1");
    assert_string_equal(vial(work, 12).shipment, "SH-2");
    assert_string_equal(vial(work, 12).patient, "P-1");
    works(work, vial_return(work, &parts, 4));
    assert_string_equal(vial(work, 9).state, "in_stock");
    assert_string_equal(vial(work, 12).shipment, "SH-2");
    assert_null(vial(work, 12).patient);
}

static void vials_that_moved_on_do_not_come_back(void **state)
{
    struct work *work = work_of(state);
    const struct vial_range retained = {.state = "retained", .entry = 2};
    const struct vial_range tested = {.state = "tested", .entry = 3};
    struct rows parts = take(work, 1, 10, "in_stock");
    turn(work, &parts, &retained);
    struct rows later = take(work, 5, 5, "retained");
    turn(work, &later, &tested);
    place_refused(work, FAULT_CONFLICT, vial_return(work, &parts, 2));
    assert_string_equal(vial(work, 5).state, "tested");
}

static void vials_are_taken_only_where_they_are_as_asked(void **state)
{
    struct work *work = work_of(state);
    struct rows parts;
    struct vial_range asked = {
        .lot = "L-1", .first = 1, .last = 5, .state = "in_stock", .site = "K1"};
    place_refused(work, FAULT_CONFLICT, stock_take(work, &asked, &parts));
    asked.site = "M";
    asked.state = "retained tested";
    place_refused(work, FAULT_CONFLICT, stock_take(work, &asked, &parts));
    asked.state = "in_stock";
    asked.last = MADE + 1;
    place_refused(work, FAULT_MISSING, stock_take(work, &asked, &parts));
    asked.last = 0;
    place_refused(work, FAULT_INPUT, stock_take(work, &asked, &parts));
    work->amends = 7;
    asked.last = 5;
    place_refused(work, FAULT_CONFLICT, stock_take(work, &asked, &parts));
    work->amends = 0;
    works(work, stock_take(work, &asked, &parts));
}

static const struct operation *operation_named(const char *name)
{
    for (size_t i = 0; i < STOCK_OPERATIONS; i++)
        if (text_equals(stock_operations[i].name, name))
            return &stock_operations[i];
    fail_msg("there is no %s", name);
    return NULL;
}

static bool judge(struct work *work, const struct operation *operation, const struct given *given,
                  size_t count)
{
    void *input = arena_take(work->arena, operation->input->size);
    void *body = arena_take(work->arena, operation->output->size);
    works(work, schema_decode(work->arena, &work->fault, operation->input, given, count, input));
    return operation->judge(work, input, body);
}

static bool destroy(struct work *work, const char *first, const char *last, const char *why)
{
    const struct given given[] = {{.name = "lot", .text = "L-1"},
                                  {.name = "first", .text = first},
                                  {.name = "last", .text = last},
                                  {.name = "why", .text = why}};
    return judge(work, operation_named("stock.destroy"), given, 4);
}

static void retained_vials_of_a_held_lot_are_evidence(void **state)
{
    struct work *work = work_of(state);
    const struct vial_range retained = {.state = "retained", .entry = 2};
    const struct hold hold = {"donor:D-1", "reactive_donor", true, 3};
    const struct link link = {.child = "lot:L-1", .parent = "donor:D-1", .entry = 1};
    struct rows parts = take(work, 1, 10, "in_stock");
    turn(work, &parts, &retained);
    works(work, destroy(work, "1", "10", "expired"));
    works(work, link_tie(work, &link) && view_put(work, &hold_table, &hold));
    assert_false(destroy(work, "10", "12", "expired"));
    assert_int_equal(work->fault.kind, FAULT_RULE);
    assert_string_equal(work->fault.rules, "DV-10.evidence/1");
    work->fault = (struct fault){0};
    works(work, destroy(work, "11", "12", "expired")); /* nothing retained among them */
    assert_false(destroy(work, "1", "10", "recall"));  /* the word alone recalls nothing */
    work->fault = (struct fault){0};
    works(work, view_put(work, &hold_table, &(struct hold){"lot:L-1", "recall", true, 4}));
    works(work, destroy(work, "1", "10", "recall"));
}

static bool decide(struct work *work, const char *decision)
{
    const struct given given[] = {{.name = "shipment", .text = "SH-1"},
                                  {.name = "decision", .text = decision},
                                  {.name = "why", .text = "seen"}};
    return judge(work, &quarantine_operations[0], given, 3);
}

static void only_the_maker_decides_what_waits_in_quarantine(void **state)
{
    struct work *work = work_of(state);
    const struct shipment shipment = {.code = "SH-1",
                                      .from_site = "M",
                                      .to_site = "K1",
                                      .lot = "L-1",
                                      .first = 1,
                                      .last = 10,
                                      .status = "quarantine"};
    const struct vial_range arrived = {
        .state = "arrived", .site = "K1", .shipment = "SH-1", .entry = 2};
    move(work, 1, 10, &arrived);
    works(work, view_put(work, &shipment_table, &shipment));
    work->actor = &clinic;
    assert_false(decide(work, "accept"));
    assert_int_equal(work->fault.kind, FAULT_FORBIDDEN);
    assert_string_equal(work->fault.rules, "CC-04.accept/1 CC-05.decision/1");
    work->fault = (struct fault){0};
    assert_false(decide(work, "reject"));
    assert_string_equal(work->fault.rules, "CC-04.accept/1 CC-05.decision/1");
    work->fault = (struct fault){0};
}

#define STOCK(test) cmocka_unit_test_setup_teardown(test, stock_make, stock_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STOCK(a_dose_takes_back_to_its_own_shipment_when_annulled),
        STOCK(vials_that_moved_on_do_not_come_back),
        STOCK(vials_are_taken_only_where_they_are_as_asked),
        STOCK(retained_vials_of_a_held_lot_are_evidence),
        STOCK(only_the_maker_decides_what_waits_in_quarantine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
