/* test_trace.c: does a trace of many vials name each vial, dose and patient once, in little room?
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/link.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "treatment/dose.h"
#include "treatment/patient.h"
#include "vigilance/event.h"
#include "vigilance/names.h"
#include "vigilance/reach.h"

#include "demo.h"

#include <stdio.h>
#include <stdlib.h>

/* The last lot came from somebody else. */
enum { LOTS = 12, VIALS = 2000, PATIENTS = 5000, SITES = 7, SMALL_BYTES = 1 << 20 };
static const uint64_t seed = UINT64_C(20250114);

/* What became of each vial; patient of PATIENTS: not given. */
struct truth {
    size_t patient[LOTS][VIALS];
    size_t site[LOTS][VIALS];
};

struct family {
    struct demo *demo;
    struct truth *truth;
    uint64_t draws;
};

static void works(struct work *work, bool worked)
{
    if (!worked)
        fail_msg("%s", work->fault.text);
}

#define CODE(...) arena_print(family->demo->work.arena, __VA_ARGS__)

static void tie(struct family *family, const char *child, const char *parent)
{
    const struct link link = {child, parent, 1, "uL", 1};
    works(&family->demo->work, link_tie(&family->demo->work, &link));
}

static void give(struct family *family, size_t lot, size_t vial, bool annulled)
{
    const struct dose dose = {
        .code = CODE("DO-%zu-%zu%s", lot, vial, annulled ? "-X" : ""),
        .patient = CODE("P-%zu", family->truth->patient[lot][vial] % PATIENTS),
        .lot = CODE("L-%zu", lot),
        .first = (int64_t)vial + 1,
        .last = (int64_t)vial + 1,
        .route = "intravenous",
        .given_on = {"2025-06-02"},
        .annulled = annulled,
        .volume_ul = 1000,
        .entry = 1,
    };
    works(&family->demo->work, view_put(&family->demo->work, &dose_table, &dose));
}

/* One vial in twenty was given in a dose that was annulled, and is in stock again. */
static void make_vial(struct family *family, size_t lot, size_t vial)
{
    struct work *work = &family->demo->work;
    struct truth *truth = family->truth;
    struct arena_mark mark = arena_mark(work->arena);
    bool given = demo_below(&family->draws, 10) < 6;
    truth->site[lot][vial] = demo_below(&family->draws, SITES);
    truth->patient[lot][vial] = given ? demo_below(&family->draws, PATIENTS) : PATIENTS;
    const struct vial_range row = {
        .lot = CODE("L-%zu", lot),
        .first = (int64_t)vial + 1,
        .last = (int64_t)vial + 1,
        .state = given ? "given" : "in_stock",
        .site = CODE("S-%zu", truth->site[lot][vial]),
        .patient = given ? CODE("P-%zu", truth->patient[lot][vial]) : NULL,
        .dose = given ? CODE("DO-%zu-%zu", lot, vial) : NULL,
        .entry = 1,
    };
    works(work, view_put(work, &vial_table, &row));
    if (given || demo_below(&family->draws, 20) == 0)
        give(family, lot, vial, !given);
    arena_rewind(work->arena, mark);
}

static void make_patients(struct family *family)
{
    struct work *work = &family->demo->work;
    for (size_t i = 0; i < PATIENTS; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        const struct patient row = {
            .code = CODE("P-%zu", i), .site = "S-1", .sex = "female", .language = "ja", .entry = 1};
        works(work, view_put(work, &patient_table, &row));
        arena_rewind(work->arena, mark);
    }
}

static void make_lot(struct family *family, size_t lot)
{
    struct work *work = &family->demo->work;
    const struct lot row = {.code = CODE("L-%zu", lot), .site = "S-0", .vials = VIALS, .entry = 1};
    works(work, view_put(work, &lot_table, &row));
    tie(family, CODE("lot:L-%zu", lot), lot + 1 < LOTS ? "bank:B-T" : "bank:B-O");
    for (size_t vial = 0; vial < VIALS; vial++)
        make_vial(family, lot, vial);
}

/* Events of a patient of lot 0: about the dose that is traced, about one of another donor's lot,
 * and about no named one. */
static void make_events(struct family *family, size_t vial)
{
    struct work *work = &family->demo->work;
    const char *doses[] = {CODE("DO-0-%zu", vial), CODE("DO-%d-0", LOTS - 1), NULL};
    for (size_t i = 0; i < 3; i++) {
        const struct event row = {.code = CODE("AE-%zu", i),
                                  .patient = CODE("P-%zu", family->truth->patient[0][vial]),
                                  .dose = doses[i],
                                  .site = "S-1",
                                  .grade = 1,
                                  .seriousness = "none",
                                  .entry = 1};
        works(work, view_put(work, &event_table, &row));
    }
}

static size_t first_given(const struct truth *truth)
{
    size_t vial = 0;
    while (truth->patient[0][vial] == PATIENTS)
        vial++;
    return vial;
}

static void make_family(struct family *family)
{
    struct work *work = &family->demo->work;
    works(work, database_step(work, STEP_BEGIN_WRITE));
    tie(family, "bank:B-T", "donor:D-T");
    tie(family, "bank:B-O", "donor:D-O");
    make_patients(family);
    for (size_t lot = 0; lot < LOTS; lot++)
        make_lot(family, lot);
    make_events(family, first_given(family->truth));
    works(work, database_step(work, STEP_COMMIT));
}

/* The whole answer, asked with room for a fraction of it. */
static const struct json *trace(struct family *family, const char *name, struct arena *arena)
{
    struct demo *demo = family->demo;
    struct work work = demo->work;
    struct fault fault = {0};
    const struct json *answer = NULL;
    const struct given given = {.name = "name", .text = name};
    struct request request = {.operation = catalogue_find(work.record->catalogue, "trace.forward"),
                              .given = &given,
                              .count = 1};
    struct reply reply = {.out = tmpfile()};
    assert_non_null(reply.out);
    work.arena = arena_open(SMALL_BYTES);
    works(&work, operation_read(&work, &request, &reply));
    size_t size = (size_t)ftell(reply.out);
    char *bytes = arena_take(arena, size + 1);
    rewind(reply.out);
    assert_int_equal(fread(bytes, 1, size, reply.out), size);
    fclose(reply.out);
    arena_close(work.arena);
    if (!json_parse(arena, &fault, bytes, size, &answer))
        fail_msg("%s", fault.text);
    return json_member(answer, "rows");
}

/* What a trace has told so far. */
struct told {
    const struct truth *truth;
    bool vials[LOTS][VIALS];
    bool doses[LOTS][VIALS];
    bool patients[PATIENTS];
    int64_t counts[5]; /* vials, doses, patients, events, given */
};

static void tell_vials(struct told *told, const struct json *row, const char *code)
{
    size_t lot = 0;
    size_t first = 0;
    size_t last = 0;
    char expected[64];
    assert_int_equal(sscanf(code, "L-%zu/%zu-%zu", &lot, &first, &last), 3);
    assert_int_equal(first, last);
    assert_true(lot < LOTS - 1 && last <= VIALS);
    assert_false(told->vials[lot][first - 1]);
    told->vials[lot][first - 1] = true;
    bool given = told->truth->patient[lot][first - 1] < PATIENTS;
    snprintf(expected, sizeof expected, "%s at S-%zu", given ? "given" : "in_stock",
             told->truth->site[lot][first - 1]);
    assert_string_equal(json_as_text(json_member(row, "detail")), expected);
    told->counts[0]++;
    told->counts[4] += given;
}

static void tell_dose(struct told *told, const struct json *row, const char *code)
{
    size_t lot = 0;
    size_t vial = 0;
    char expected[64];
    int length = 0;
    assert_int_equal(sscanf(code, "DO-%zu-%zu%n", &lot, &vial, &length), 2);
    assert_int_equal(code[length], '\0'); /* none that was annulled */
    assert_true(lot < LOTS - 1 && vial < VIALS && told->truth->patient[lot][vial] < PATIENTS);
    assert_false(told->doses[lot][vial]);
    told->doses[lot][vial] = true;
    snprintf(expected, sizeof expected, "intravenous on 2025-06-02 to P-%zu",
             told->truth->patient[lot][vial]);
    assert_string_equal(json_as_text(json_member(row, "detail")), expected);
    told->counts[1]++;
}

static void tell_patient(struct told *told, const char *code)
{
    size_t patient = strtoul(code + 2, NULL, 10);
    assert_true(patient < PATIENTS);
    assert_false(told->patients[patient]);
    told->patients[patient] = true;
    told->counts[2]++;
}

static void tell_count(const struct told *told, const struct json *row, const char *code)
{
    const char *const kinds[] = {"vials", "dose", "patient", "event", "vials_given"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equals(kinds[i], code))
            assert_int_equal(json_as_integer(json_member(row, "amount")), told->counts[i]);
}

static void tell(struct told *told, const struct json *row)
{
    const char *kind = json_as_text(json_member(row, "kind"));
    const char *code = json_as_text(json_member(row, "code"));
    if (text_equals(kind, "vials"))
        tell_vials(told, row, code);
    if (text_equals(kind, "dose"))
        tell_dose(told, row, code);
    if (text_equals(kind, "patient"))
        tell_patient(told, code);
    if (text_equals(kind, "event"))
        assert_string_equal(code, told->counts[3]++ ? "AE-2" : "AE-0");
    if (text_equals(kind, "count"))
        tell_count(told, row, code);
}

static void check_all_told(const struct told *told)
{
    for (size_t lot = 0; lot < LOTS - 1; lot++)
        for (size_t vial = 0; vial < VIALS; vial++) {
            size_t patient = told->truth->patient[lot][vial];
            assert_true(told->vials[lot][vial]);
            assert_int_equal(told->doses[lot][vial], patient < PATIENTS);
            assert_true(patient == PATIENTS || told->patients[patient]);
        }
    assert_int_equal(told->counts[3], 2);
}

/* Far more patients than are asked for one by one, and more rows than fit into the room. */
static void check_trace(struct family *family)
{
    struct arena *arena = arena_open((size_t)256 << 20);
    struct told *told = arena_take(arena, sizeof *told);
    const struct json *rows = trace(family, "bank:B-T", arena);
    told->truth = family->truth;
    for (size_t i = 0; i < json_count(rows); i++)
        tell(told, json_element(rows, i));
    check_all_told(told);
    bool reached[PATIENTS] = {false};
    int64_t patients = 0;
    for (size_t lot = 0; lot < LOTS - 1; lot++)
        for (size_t vial = 0; vial < VIALS; vial++) {
            size_t patient = family->truth->patient[lot][vial];
            patients += patient < PATIENTS && !reached[patient];
            if (patient < PATIENTS)
                reached[patient] = true;
        }
    assert_int_equal(told->counts[2], patients);
    arena_close(arena);
}

/* One vial takes the other way to its events, and names the same two. */
static void check_one_vial(struct family *family)
{
    struct arena *arena = arena_open((size_t)16 << 20);
    size_t events = 0;
    const char *name = arena_print(arena, "vial:L-0/%zu", first_given(family->truth) + 1);
    const struct json *rows = trace(family, name, arena);
    for (size_t i = 0; i < json_count(rows); i++) {
        const struct json *row = json_element(rows, i);
        if (text_equals(json_as_text(json_member(row, "kind")), "event"))
            assert_string_equal(json_as_text(json_member(row, "code")), events++ ? "AE-2" : "AE-0");
    }
    assert_int_equal(events, 2);
    arena_close(arena);
}

static void check_reach(struct family *family)
{
    struct work *work = &family->demo->work;
    const char *codes[LOTS - 1];
    int64_t sites[SITES] = {0};
    int64_t patients[PATIENTS] = {0};
    struct rows lots = {LOTS - 1, codes};
    struct lots_reached reached;
    for (size_t lot = 0; lot < LOTS - 1; lot++) {
        codes[lot] = CODE("L-%zu", lot);
        for (size_t vial = 0; vial < VIALS; vial++) {
            size_t patient = family->truth->patient[lot][vial];
            if (patient < PATIENTS)
                patients[patient]++;
            else
                sites[family->truth->site[lot][vial]]++;
        }
    }
    works(work, reach_lots(work, &lots, &reached));
    assert_int_equal(reached.vials, (LOTS - 1) * VIALS);
    for (size_t i = 0; i < reached.sites.count; i++) {
        const struct reached_site *row = &ROWS(reached.sites, const struct reached_site)[i];
        int64_t *left = &sites[strtoul(row->site + 2, NULL, 10)];
        assert_int_equal(row->vials, *left);
        *left = 0;
    }
    for (size_t i = 0; i < reached.patients.count; i++) {
        const struct reached_patient *row =
            &ROWS(reached.patients, const struct reached_patient)[i];
        int64_t *left = &patients[strtoul(row->patient + 2, NULL, 10)];
        assert_int_equal(row->vials, *left);
        *left = 0;
    }
    for (size_t i = 0; i < SITES; i++)
        assert_int_equal(sites[i], 0);
    for (size_t i = 0; i < PATIENTS; i++)
        assert_int_equal(patients[i], 0);
}

static void every_vial_dose_and_patient_is_named_once_in_little_room(void **state)
{
    struct family family = {.demo = *state, .draws = seed};
    family.truth = arena_take(family.demo->arena, sizeof *family.truth);
    demo_sign_in(family.demo, "RL1", NULL);
    make_family(&family);
    check_reach(&family);
    check_one_vial(&family);
    check_trace(&family);
}

/* Against a plain list, with names that are the beginning of others. */
static void a_set_keeps_each_name_once(void **state)
{
    enum { ADDED = 20000, KINDS = 3000 };
    struct arena *arena = arena_open((size_t)16 << 20);
    struct names names = {.arena = arena};
    uint64_t draws = seed;
    bool seen[KINDS] = {false};
    size_t count = 0;
    char name[32];
    (void)state;
    assert_false(names_hold(&names, "N-1"));
    names_sort(&names);
    for (size_t i = 0; i < ADDED; i++) {
        size_t kind = demo_below(&draws, KINDS);
        snprintf(name, sizeof name, "N-%zu", kind);
        assert_int_equal(names_hold(&names, name), seen[kind]);
        count += !seen[kind];
        seen[kind] = true;
        names_add(&names, name);
        names_add(&names, NULL);
        assert_int_equal(names.count, count);
        assert_string_equal(names.items[names_find(&names, name)], name);
        if (i % 5000 == 0)
            names_sort(&names);
    }
    names_sort(&names);
    for (size_t i = 1; i < names.count; i++)
        assert_true(strcmp(names.items[i - 1], names.items[i]) < 0);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        cmocka_unit_test(a_set_keeps_each_name_once),
        cmocka_unit_test_setup_teardown(every_vial_dose_and_patient_is_named_once_in_little_room,
                                        demo_open_sqlite, demo_close),
    };
    const struct CMUnitTest on_postgres[] = {
        cmocka_unit_test_setup_teardown(every_vial_dose_and_patient_is_named_once_in_little_room,
                                        demo_open_postgres, demo_close),
    };
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (demo_server())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
