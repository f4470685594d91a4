/* test_supply.c: what does a logger's file do to boxes and vials, and can it be taken back? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "chain/link.h"
#include "contract/setting.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "place.h"
#include "quality/deviation.h"
#include "supply/box.h"
#include "supply/exposure.h"
#include "supply/logger.h"
#include "supply/shipment.h"

#include <string.h>

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static const struct actor clinic = {.account = "K1-S1", .site = "K1"};

static const char file_text[] = "time,probe_a_c,probe_b_c\n"
                                "2025-08-26T02:00:00Z,-70,-70\n"
                                "2025-08-26T02:10:00Z,-59.9,-70\n"
                                "2025-08-26T02:20:00Z,-70,-70\n"
                                "2025-08-26T02:30:00Z,-70,\n"
                                "2025-08-26T02:40:00Z,-70,-70\n"
                                "2025-08-26T02:50:00Z,-70,-70\n"
                                "2025-08-26T03:00:00Z,-70,-70\n"
                                "2025-08-26T03:10:00Z,-70,-70\n";

static void works(struct work *work, bool worked)
{
    if (!worked)
        fail_msg("%s", work->fault.text);
}

static struct instant at(const char *text)
{
    struct instant instant = {0};
    int zone = 0;
    assert_true(instant_parse(text, &instant.usec, &zone));
    return instant;
}

static void put_setting(struct work *work, const char *key, const char *value)
{
    const struct setting setting = {.key = key, .value = value, .basis = "test"};
    works(work, view_put(work, &setting_table, &setting));
}

static void put_box(struct work *work, const char *code, int64_t first, int64_t last,
                    const char *probe)
{
    const struct box box = {.code = code,
                            .shipment = "SH-1",
                            .lot = "L-1",
                            .first = first,
                            .last = last,
                            .probe = probe,
                            .decision = "in_transit",
                            .entry = 2};
    const struct exposure exposure = {
        .lot = "L-1", .first = first, .last = last, .shipment = "SH-1", .entry = 2};
    works(work, view_put(work, &box_table, &box) && view_put(work, &exposure_table, &exposure));
}

static void put_shipment(struct work *work)
{
    const struct shipment shipment = {.code = "SH-1",
                                      .from_site = "M",
                                      .to_site = "K1",
                                      .lot = "L-1",
                                      .first = 1,
                                      .last = 30,
                                      .packed_at = at("2025-08-26T02:00:00Z"),
                                      .status = "in_transit",
                                      .entry = 2};
    works(work, view_put(work, &shipment_table, &shipment));
    put_box(work, "BX-1", 1, 10, "A");
    put_box(work, "BX-2", 11, 20, "B");
    put_box(work, "BX-3", 21, 30, box_no_probe);
}

static int supply_make(void **state)
{
    if (place_open_sqlite(state) != 0)
        return -1;
    struct place *place = *state;
    struct work *work = &place->one;
    const struct table *const tables[] = {&lot_table,          &vial_table,     &shipment_table,
                                          &box_table,          &exposure_table, &link_table,
                                          &logger_probe_table, &setting_table,  &deviation_table};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        works(work, view_create(work, tables[i]));
    place_step(work, STEP_BEGIN_WRITE);
    put_setting(work, "transport_c_most", "-60.0");
    put_setting(work, "transport_counting", "between_last_and_first_good");
    put_setting(work, "transport_minutes_most", "60");
    put_shipment(work);
    work->actor = &clinic;
    work->now_usec = at("2025-08-26T04:00:00Z").usec;
    return 0;
}

static int supply_leave(void **state)
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

static const struct operation *const import = &logger_operations[0];

static bool judge(struct work *work, const char *arrived_at, void **body)
{
    const struct given given[] = {{.name = "shipment", .text = "SH-1"},
                                  {.name = "interval_minutes", .text = "10"},
                                  {.name = "arrived_at", .text = arrived_at}};
    const struct field *field = schema_field(import->input, "file");
    char *input = arena_take(work->arena, import->input->size);
    *body = arena_take(work->arena, import->output->size);
    /* the file is missing among the given values, so that decoding cannot ask for it */
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        works(work, field_set(work->arena, &work->fault, schema_field(import->input, given[i].name),
                              given[i].name, given[i].text, input));
    struct file *file = (void *)(input + field->offset);
    file->name = "logger.csv";
    file->bytes = (const unsigned char *)file_text;
    file->size = sizeof file_text - 1;
    return import->judge(work, input, *body);
}

static void *read_logger(struct work *work, int64_t seq)
{
    const struct entry entry = {.seq = seq, .site = "K1"};
    void *body = NULL;
    works(work, judge(work, "2025-08-26T03:10:00Z", &body));
    works(work, import->apply(work, &entry, body));
    return body;
}

static struct count life(struct work *work, int64_t first, int64_t last)
{
    struct count minutes;
    works(work, exposure_minutes(work, "L-1", first, last, &minutes));
    return minutes;
}

static struct box box_row(struct work *work, const char *code)
{
    struct box box = {0};
    works(work, view_need(work, &box_table, "code", code, &box));
    return box;
}

static void nothing_is_known_before_the_logger_is_read(void **state)
{
    struct work *work = work_of(state);
    assert_false(life(work, 1, 1).known);
    assert_false(life(work, 10, 31).known);
    assert_true(life(work, 31, 40).known); /* never travelled */
    assert_int_equal(life(work, 31, 40).value, 0);
}

static void each_box_takes_the_minutes_of_its_probe_and_the_worst_without_one(void **state)
{
    struct work *work = work_of(state);
    read_logger(work, 3);
    assert_int_equal(life(work, 1, 10).value, 20);
    assert_string_equal(box_row(work, "BX-1").maximum_c.text, "-59.9");
    assert_int_equal(box_row(work, "BX-2").minutes_out.value, 20); /* the missing reading */
    assert_string_equal(box_row(work, "BX-2").maximum_c.text, "-70.0");
    assert_int_equal(box_row(work, "BX-3").minutes_out.value, 20);
    assert_string_equal(box_row(work, "BX-3").maximum_c.text, "-59.9");
}

static void earlier_transports_count_with_this_one(void **state)
{
    struct work *work = work_of(state);
    const struct exposure before = {.lot = "L-1",
                                    .first = 5,
                                    .last = 12,
                                    .shipment = "SH-0",
                                    .minutes = {true, 40},
                                    .entry = 1};
    works(work, view_put(work, &exposure_table, &before));
    read_logger(work, 3);
    assert_int_equal(life(work, 1, 4).value, 20);
    assert_int_equal(life(work, 1, 5).value, 60);
    assert_int_equal(box_row(work, "BX-1").minutes_life.value, 60);
    assert_int_equal(box_row(work, "BX-2").minutes_life.value, 60);
    assert_int_equal(box_row(work, "BX-3").minutes_life.value, 20);
}

static void a_reading_that_is_annulled_leaves_nothing_known(void **state)
{
    struct work *work = work_of(state);
    const struct entry entry = {.seq = 3, .site = "K1"};
    struct rows probes;
    void *again = NULL;
    void *body = read_logger(work, 3);
    assert_false(judge(work, "2025-08-26T03:10:00Z", &again));
    assert_int_equal(work->fault.kind, FAULT_CONFLICT);
    work->fault = (struct fault){0};
    works(work, import->retract(work, &entry, body));
    assert_false(life(work, 1, 1).known);
    assert_false(box_row(work, "BX-1").minutes_out.known);
    assert_null(box_row(work, "BX-1").maximum_c.text);
    works(work, view_list(work, &logger_probe_table, "shipment", value_text("SH-1"), &probes));
    assert_int_equal(probes.count, 0);
    works(work, judge(work, "2025-08-26T03:20:00Z", &again));
}

static void once_received_a_reading_stays(void **state)
{
    struct work *work = work_of(state);
    const struct entry entry = {.seq = 3, .site = "K1"};
    struct shipment shipment = {0};
    void *body = read_logger(work, 3);
    works(work, view_need(work, &shipment_table, "code", "SH-1", &shipment));
    shipment.received_entry = 4;
    works(work, view_put(work, &shipment_table, &shipment));
    assert_false(import->retract(work, &entry, body));
    assert_string_equal(work->fault.rules, "AU-04.amend/1");
    work->fault = (struct fault){0};
}

static void without_the_signed_rule_the_minutes_stay_unknown(void **state)
{
    struct work *work = work_of(state);
    put_setting(work, "transport_counting", "by_feeling");
    read_logger(work, 3);
    assert_false(life(work, 1, 1).known);
    assert_false(life(work, 21, 30).known);
}

static const char *critical(struct work *work)
{
    const char *codes = NULL;
    works(work, deviation_open_critical(work, "L-1", &codes));
    return codes;
}

static void put_deviation(struct work *work, const char *code, const char *about, const char *class,
                          const char *status)
{
    const struct deviation row = {.code = code,
                                  .class = class,
                                  .about = about,
                                  .lot = text_equals(about, "lot:L-2") ? "L-2" : "L-1",
                                  .site = "M",
                                  .status = status,
                                  .entry = 5};
    works(work, view_put(work, &deviation_table, &row));
}

static void open_critical_deviations_count_for_the_lot_and_what_it_came_from(void **state)
{
    struct work *work = work_of(state);
    const struct link link = {.child = "lot:L-1", .parent = "pool:PL-1", .entry = 1};
    works(work, link_tie(work, &link));
    assert_string_equal(critical(work), "none");
    put_deviation(work, "DEV-1", "shipment:SH-1", "critical", "open");
    put_deviation(work, "DEV-2", "lot:L-1", "major", "open");
    put_deviation(work, "DEV-3", "lot:L-1", "critical", "closed");
    put_deviation(work, "DEV-4", "lot:L-2", "critical", "open");
    assert_string_equal(critical(work), "none");
    put_deviation(work, "DEV-5", "pool:PL-1", "critical", "open");
    put_deviation(work, "DEV-6", "lot:L-1", "critical", "assessed");
    put_deviation(work, "DEV-7", "equipment:BSC-01", "critical", "open");
    put_deviation(work, "DEV-8", "box:BX-01", "critical", "open");
    assert_string_equal(critical(work), "DEV-5 DEV-6 DEV-7");
}

#define SUPPLY(test) cmocka_unit_test_setup_teardown(test, supply_make, supply_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPPLY(nothing_is_known_before_the_logger_is_read),
        SUPPLY(each_box_takes_the_minutes_of_its_probe_and_the_worst_without_one),
        SUPPLY(earlier_transports_count_with_this_one),
        SUPPLY(a_reading_that_is_annulled_leaves_nothing_known),
        SUPPLY(once_received_a_reading_stays),
        SUPPLY(without_the_signed_rule_the_minutes_stay_unknown),
        SUPPLY(open_critical_deviations_count_for_the_lot_and_what_it_came_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
