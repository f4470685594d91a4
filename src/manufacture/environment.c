/* environment.c: plates of a session and their late answer, which reaches every lot of it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/environment.h"

#include "base/time.h"
#include "contract/setting.h"
#include "manufacture/lot.h"
#include "manufacture/step.h"

#include <string.h>

static const char *const grades[] = {"A", "B", "C", "D", NULL};
static const char *const kinds[] = {"settle", "air", "surface", "glove", "particles", NULL};

struct environment {
    const char *code;
    const char *site;
    const char *room;
    struct date session_on;
    const char *asked;   /* grade/kind of every plate, separated by blanks */
    const char *lots;    /* codes, separated by blanks */
    const char *outcome; /* pending, passed, failed */
    struct date read_on;
    int64_t entry;
    int64_t read_entry;
};
static const struct field environment_fields[] = {
    FIELD(struct environment, code, .help = "Code of the session"),
    FIELD(struct environment, site, .help = "Site"),
    FIELD(struct environment, room, .help = "Room or cabinet"),
    FIELD(struct environment, session_on, .help = "Day"),
    FIELD(struct environment, asked, .help = "Grade and kind of every plate"),
    FIELD(struct environment, lots, .help = "Lots that were open meanwhile"),
    FIELD(struct environment, outcome, .help = "pending, passed or failed"),
    FIELD(struct environment, read_on, .help = "Day of the newest reading"),
    FIELD(struct environment, entry, .help = "Entry of the session"),
    FIELD(struct environment, read_entry, .help = "Entry of the newest reading, or 0"),
};
static const struct schema environment_schema =
    SCHEMA("environment", struct environment, environment_fields);
const struct table environment_table = {"environment", &environment_schema, "code", "outcome",
                                        TABLE_VIEW};

struct environment_lot {
    const char *lot;
    const char *environment;
};
static const struct field affected_fields[] = {
    FIELD(struct environment_lot, lot, .required = true, .code = true, .longest = 24,
          .help = "Code of the lot"),
    FIELD(struct environment_lot, environment, .help = "Code of the session"),
};
static const struct schema affected_schema =
    SCHEMA("environment_lot", struct environment_lot, affected_fields);
const struct table environment_lot_table = {"environment_lot", &affected_schema, "lot environment",
                                            "", TABLE_VIEW};
static const struct schema affected_given = {"environment_lot_given",
                                             sizeof(struct environment_lot), affected_fields, 1};

struct plate {
    const char *grade;
    const char *kind;
    const char *plate_lot;
    const char *point;
    struct instant sampled_at;
};
static const struct field plate_fields[] = {
    FIELD(struct plate, grade, .required = true, .choices = grades, .help = "Grade of the area"),
    FIELD(struct plate, kind, .required = true, .choices = kinds, .help = "Kind of sample"),
    FIELD(struct plate, plate_lot, .required = true, .longest = 40, .help = "Lot of the plate"),
    FIELD(struct plate, point, .longest = 80, .help = "Where it was taken"),
    FIELD(struct plate, sampled_at, .required = true, .help = "When it was taken"),
};
static const struct schema plate_schema = SCHEMA("environment_plate", struct plate, plate_fields);

struct session {
    const char *code;
    struct date session_on;
    const char *room;
    struct rows lots;
    struct rows plates;
};
static const struct field session_fields[] = {
    FIELD(struct session, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the session"),
    FIELD(struct session, session_on, .required = true, .help = "Day"),
    FIELD(struct session, room, .required = true, .code = true, .longest = 40,
          .help = "Room or cabinet"),
    FIELD(struct session, lots, .required = true, .of = &affected_given, .longest = 20,
          .help = "Lots that were open meanwhile"),
    FIELD(struct session, plates, .required = true, .of = &plate_schema, .longest = 100,
          .help = "What was sampled"),
};
static const struct schema session_schema =
    SCHEMA("environment_session", struct session, session_fields);

static bool check_plates(struct work *work, const struct session *given)
{
    int64_t day = 0;
    bool dated = date_parse(given->session_on.text, &day);
    for (size_t i = 0; dated && i < given->plates.count; i++) {
        int64_t at = ROWS(given->plates, const struct plate)[i].sampled_at.usec;
        if (at > work->now_usec || day_of_instant(at, work->zone_minutes) != day)
            return fail(&work->fault, FAULT_INPUT, "plates.sampled_at",
                        "Plate %zu was not taken on %s before now; correct its time.", i + 1,
                        given->session_on.text);
    }
    return dated;
}

static bool sample_judge(struct work *work, const void *input, void *body)
{
    const struct session *given = input;
    *(struct session *)body = *given;
    if (!view_free(work, &environment_table, "code", given->code) ||
        !step_day(work, "session_on", &given->session_on) || !check_plates(work, given))
        return false;
    for (size_t i = 0; i < given->lots.count; i++) {
        struct lot lot = {0};
        const char *code = ROWS(given->lots, const struct environment_lot)[i].lot;
        if (!view_need(work, &lot_table, "lots", code, &lot) ||
            !operation_at_site(work, "lots", lot.site, "lot"))
            return false;
    }
    return true;
}

static void add_word(struct text *words, const char *word)
{
    if (!text_has_word(words->bytes, word))
        text_print(words, "%s%s", words->length ? " " : "", word);
}

static bool sample_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct session *given = body;
    struct text asked = text_open(work->arena);
    struct text lots = text_open(work->arena);
    for (size_t i = 0; i < given->plates.count; i++) {
        const struct plate *plate = &ROWS(given->plates, const struct plate)[i];
        add_word(&asked, arena_print(work->arena, "%s/%s", plate->grade, plate->kind));
    }
    for (size_t i = 0; i < given->lots.count; i++) {
        struct environment_lot row = ROWS(given->lots, const struct environment_lot)[i];
        row.environment = given->code;
        add_word(&lots, row.lot);
        if (!view_put(work, &environment_lot_table, &row))
            return false;
    }
    const struct environment row = {.code = given->code,
                                    .site = entry->site,
                                    .room = given->room,
                                    .session_on = given->session_on,
                                    .asked = asked.bytes,
                                    .lots = lots.bytes,
                                    .outcome = "pending",
                                    .entry = entry->seq};
    return view_put(work, &environment_table, &row);
}

static const struct field counted_fields[] = {
    FIELD(struct environment_result, grade, .required = true, .choices = grades,
          .help = "Grade of the area"),
    FIELD(struct environment_result, kind, .required = true, .choices = kinds,
          .help = "Kind of sample"),
    FIELD(struct environment_result, found, .required = true, .low = 0, .high = 1e9,
          .help = "Colonies, or particles, on the worst plate of this grade and kind"),
};
static const struct schema counted_schema =
    SCHEMA("environment_counted", struct environment_result, counted_fields);
static const struct field result_fields[] = {
    FIELD(struct environment_result, grade, .help = "Grade of the area"),
    FIELD(struct environment_result, kind, .help = "Kind of sample"),
    FIELD(struct environment_result, found, .help = "Colonies, or particles"),
    FIELD(struct environment_result, most, .help = "Signed limit"),
};
static const struct schema result_schema =
    SCHEMA("environment_result", struct environment_result, result_fields);

struct reading {
    const char *code;
    struct date read_on;
    const char *note;
    struct rows results;
    const char *lots;
    struct count days;
    struct count days_least;
    struct rows findings;
    const char *outcome;
};
static const struct field reading_fields[] = {
    FIELD(struct reading, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the session"),
    FIELD(struct reading, read_on, .required = true, .help = "Day of the reading"),
    FIELD(struct reading, results, .required = true, .of = &counted_schema, .longest = 20,
          .help = "One for each grade and kind that was sampled"),
    FIELD(struct reading, note, .longest = 400, .prose = true, .help = "What grew"),
};
static const struct schema reading_schema =
    SCHEMA("environment_reading", struct reading, reading_fields);
static const struct field read_fields[] = {
    FIELD(struct reading, code, .help = "Code of the session"),
    FIELD(struct reading, read_on, .help = "Day of the reading"),
    FIELD(struct reading, note, .prose = true, .help = "What grew"),
    FIELD(struct reading, lots, .help = "Lots that the answer is about"),
    FIELD(struct reading, days, .unit = "days", .help = "Incubation"),
    FIELD(struct reading, days_least, .unit = "days", .help = "Signed least incubation"),
    FIELD(struct reading, results, .of = &result_schema, .help = "Counts and limits"),
    FIELD(struct reading, findings, .of = &finding_schema, .help = "Incubation, then each count"),
    FIELD(struct reading, outcome, .help = "passed or failed"),
};
static const struct schema read_schema = SCHEMA("environment_read", struct reading, read_fields);

/* Each plate gets its answer, and nothing is answered that was not asked. */
static bool check_answers(struct work *work, const struct environment *session,
                          const struct rows *results)
{
    size_t count = 0;
    struct text answered = text_open(work->arena);
    const char **asked = text_split(work->arena, session->asked, ' ', &count);
    for (size_t i = 0; i < results->count; i++) {
        const struct environment_result *result =
            &ROWS(*results, const struct environment_result)[i];
        const char *word = arena_print(work->arena, "%s/%s", result->grade, result->kind);
        if (text_has_word(answered.bytes, word) || !text_has_word(session->asked, word))
            return fail(&work->fault, FAULT_INPUT, "results",
                        "The session %s has no further plate %s; give one result for each of %s.",
                        session->code, word, session->asked);
        add_word(&answered, word);
    }
    for (size_t i = 0; i < count; i++)
        if (!text_has_word(answered.bytes, asked[i]))
            return fail(&work->fault, FAULT_INPUT, "results",
                        "The plates %s of %s have no result; read them as well.", asked[i],
                        session->code);
    return true;
}

static bool gather(struct work *work, const struct environment *session, struct reading *reading)
{
    int64_t from = 0;
    int64_t to = 0;
    const struct rows given = reading->results;
    struct environment_result *results = arena_take(work->arena, given.count * sizeof *results);
    bool dated =
        date_parse(session->session_on.text, &from) && date_parse(reading->read_on.text, &to);
    reading->lots = session->lots;
    reading->days = (struct count){dated, to - from};
    reading->results.items = results;
    for (size_t i = 0; i < given.count; i++) {
        results[i] = ROWS(given, const struct environment_result)[i];
        bool particles = text_equals(results[i].kind, "particles");
        const char *key = arena_print(work->arena, "environment_%s_most.%s",
                                      particles ? "particles" : "cfu", results[i].grade);
        if (!setting_count(work, key, &results[i].most))
            return false;
    }
    return setting_count(work, "environment_days_least", &reading->days_least);
}

static void judge(struct arena *arena, const struct reading *reading, struct rows *findings)
{
    const struct environment_facts facts = {reading->days, reading->days_least, reading->results};
    environment_judge(arena, &facts, findings);
}

static bool read_judge(struct work *work, const void *input, void *body)
{
    const struct reading *given = input;
    struct reading *reading = body;
    struct environment session = {0};
    *reading = *given;
    if (!view_need(work, &environment_table, "code", given->code, &session) ||
        !operation_at_site(work, "code", session.site, "session") ||
        !step_day(work, "read_on", &given->read_on) ||
        !check_answers(work, &session, &given->results) || !gather(work, &session, reading))
        return false;
    judge(work->arena, reading, &reading->findings);
    reading->outcome = findings_all_met(&reading->findings) ? "passed" : "failed";
    const char *unmet = NULL;
    struct rows incubation = {1, reading->findings.items};
    return findings_allow(work->arena, &work->fault, "read_on", &incubation,
                          "It is too early to read the plates") &&
           step_judged(work, "results", &reading->findings, &unmet);
}

static bool read_again(struct work *work, const void *body, struct rows *findings)
{
    judge(work->arena, body, findings);
    return true;
}

/* A later reading never takes back an earlier one that failed. */
static bool read_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct reading *reading = body;
    struct environment row = {0};
    if (!view_need(work, &environment_table, "code", reading->code, &row))
        return false;
    if (!text_equals(row.outcome, "failed"))
        row.outcome = reading->outcome;
    row.read_on = reading->read_on;
    row.read_entry = entry->seq;
    return view_put(work, &environment_table, &row);
}

/* Plates of another day say nothing about the fill: without those of its day nothing is known. */
static bool codes_of(struct work *work, const char *lot_code, const char *outcome,
                     const char **codes)
{
    struct rows rows;
    struct lot lot = {0};
    struct text text = text_open(work->arena);
    bool at_fill = false;
    *codes = NULL;
    if (!view_need(work, &lot_table, "lot", lot_code, &lot) ||
        !view_list(work, &environment_lot_table, "lot", value_text(lot_code), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct environment session = {0};
        const char *code = ROWS(rows, const struct environment_lot)[i].environment;
        if (!view_need(work, &environment_table, "environment", code, &session))
            return false;
        at_fill = at_fill || text_equals(session.session_on.text, lot.filled_on.text);
        if (text_equals(session.outcome, outcome))
            add_word(&text, code);
    }
    if (at_fill)
        *codes = text.length ? text.bytes : "none";
    return true;
}

bool environment_pending(struct work *work, const char *lot, const char **codes)
{
    return codes_of(work, lot, "pending", codes);
}

bool environment_failed(struct work *work, const char *lot, const char **codes)
{
    return codes_of(work, lot, "failed", codes);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &environment_table, page->after, page_limit(page), rows);
}

const struct operation environment_operations[ENVIRONMENT_OPERATIONS] = {
    {.name = "environment.sample",
     .method = "POST",
     .path = "/environments",
     .summary = "Record the plates of a session and the lots that were open meanwhile.",
     .permission = PERMIT_ROOM_WRITE,
     .effect = RECORDS,
     .input = &session_schema,
     .output = &session_schema,
     .subject = "code",
     .judge = sample_judge,
     .apply = sample_apply},
    {.name = "environment.read",
     .method = "POST",
     .path = "/environments/{code}/readings",
     .summary = "Read the plates of a session; the answer reaches every lot of it.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &reading_schema,
     .output = &read_schema,
     .subject = "code",
     .judge = read_judge,
     .apply = read_apply,
     .judge_again = read_again},
    {.name = "environment.list",
     .method = "GET",
     .path = "/environments",
     .summary = "List the sessions and what their plates said.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &environment_schema,
     .list = list_read},
};
