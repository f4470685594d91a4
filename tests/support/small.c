/* small.c: a record of about forty entries, small enough to try every byte of it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "small.h"

#include <stdio.h>

enum { TEXT_BYTES = 1 << 20 };

static void write_table(const char *folder, const char *name, const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const char first_roles[] = "code\tname\tname_ja\tpermissions\tapart\tbasis\n"
                                  "worker\tworker\t担当\tDONOR_READ DONOR_WRITE DONOR_EXAMINE "
                                  "PERSON_READ LOT_HOLD LOT_LIFT\t\ttest\n"
                                  "chief\tchief\t責任者\tRULES_APPROVE RULES_COUNTERSIGN "
                                  "PERSON_ERASE PERSON_COUNTERSIGN\t\ttest\n";
static const char first_sites[] = "code\tname\tkind\nM\tMaker\tmaker\n";
static const char first_accounts[] = "account\tname\tsite\troles\n"
                                     "W1\t早瀬 みのり\tM\tworker\n"
                                     "C1\t久遠 誠\tM\tchief\n"
                                     "C2\t榊 千歳\tM\tchief\n";

/* Nothing needs to be durable here, and the record's owner can always put triggers aside. */
void small_put_guards_aside(struct demo *demo)
{
    static const char *const tables[] = {"entry", "file", "checkpoint"};
    struct arena *arena = demo->work.arena;
    if (demo->engine == &sqlite_engine)
        demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (demo->engine == &sqlite_engine) {
            demo_sql(demo, arena_print(arena, "DROP TRIGGER %s_no_UPDATE", tables[i]), NO_VALUES);
            demo_sql(demo, arena_print(arena, "DROP TRIGGER %s_no_DELETE", tables[i]), NO_VALUES);
        } else {
            demo_sql(demo, arena_print(arena, "GRANT ALL ON %s TO CURRENT_USER", tables[i]),
                     NO_VALUES);
            demo_sql(demo, arena_print(arena, "ALTER TABLE %s DISABLE TRIGGER USER", tables[i]),
                     NO_VALUES);
        }
}

void small_approve(struct demo *demo, const char *code, int years)
{
    const struct demo_request asked = {
        .operation = "ruleset.approve",
        .input = arena_print(demo->work.arena,
                             "{\"code\":\"%s\",\"settings\":[{\"key\":\"retention_years\","
                             "\"value\":\"%d\",\"basis\":\"test\",\"sure\":\"G\"}]}",
                             code, years),
        .witness = "C2",
    };
    demo_sign_in(demo, "C1", "M");
    struct demo_answer answer = demo_ask(demo, &asked);
    if (!answer.worked)
        fail_msg("%s", answer.fault.text);
}

static void register_donor(struct demo *demo, const char *code, const char *name)
{
    demo_do(demo, "donor.register",
            arena_print(demo->work.arena,
                        "{\"code\":\"%s\",\"tissue\":\"adipose\",\"sex\":\"female\",\"name\":"
                        "\"%s\",\"birth_date\":\"1998-03-09\",\"identity_checked\":true,"
                        "\"treatment_first\":true,"
                        "\"tested_person\":\"donor\",\"payment_yen\":0,\"travel_yen\":0,\"chosen_"
                        "because\":\"planned operation\"}",
                        code, name));
}

const char small_name[] = "Hasumi Sakura";

void small_live(struct demo *demo)
{
    struct arena *arena = demo->work.arena;
    small_approve(demo, "RS-1", 30);
    demo_sign_in(demo, "W1", "M");
    register_donor(demo, "D-0001", small_name);
    for (int i = 2; i < 16; i++) {
        demo->work.now_usec += USEC_PER_MINUTE;
        register_donor(demo, arena_print(arena, "D-%04d", i), "蓮見 さくら");
    }
    for (int i = 1; i < 7; i++)
        demo_do(demo, "hold.place",
                arena_print(arena, "{\"subject\":\"donor:D-%04d\",\"why\":\"deviation\"}", i));
    demo_do(demo, "donor.examine",
            "{\"donor\":\"D-0001\",\"examined_on\":\"2025-01-14\",\"interview\":[{\"item\":"
            "\"DT-20\",\"answer\":\"no\"}],\"examination\":{\"item\":\"DT-31\",\"finding\":"
            "\"normal\"}}");
}

const char *small_tables(struct arena *arena)
{
    const char *tables = demo_folder(arena);
    write_table(tables, "roles.tsv", first_roles);
    write_table(tables, "demo_sites.tsv", first_sites);
    write_table(tables, "demo_accounts.tsv", first_accounts);
    return tables;
}

struct demo *small_record(const struct engine *engine)
{
    struct arena *arena = arena_open(TEXT_BYTES);
    const char *tables = small_tables(arena);
    struct demo *demo = demo_make(engine, tables);
    demo_remove_folder(tables);
    arena_close(arena);
    small_live(demo);
    demo_verify(demo);
    return demo;
}

int small_open_sqlite(void **state)
{
    *state = small_record(&sqlite_engine);
    return 0;
}

int small_open_postgres(void **state)
{
    *state = small_record(&postgres_engine);
    return 0;
}

/* A copy to damage; on the server there is none, and the test has the record for itself. */
struct demo *small_damaged_copy(struct demo *demo)
{
    struct demo *copy = demo->engine == &sqlite_engine ? demo_copy(demo) : demo;
    small_put_guards_aside(copy);
    return copy;
}

void small_drop_copy(const struct demo *demo, struct demo *copy)
{
    demo_verify(copy);
    if (copy != demo)
        demo_remove(copy);
}

void small_expect_damage(struct demo *demo, const char *what, int64_t seq, size_t at)
{
    struct fault fault = demo_damage(demo);
    if (fault.kind == FAULT_NONE)
        fail_msg("%s of entry %lld, byte %zu: changed and not found.", what, (long long)seq, at);
    demo_check_fault(demo, &fault);
}

void small_expect_ledger_damage(struct demo *demo, const char *what, int64_t seq, size_t at)
{
    struct verified verified;
    small_expect_damage(demo, what, seq, at);
    if (verify_ledger(&demo->work, &verified))
        fail_msg("The ledger alone verifies though %s of entry %lld is changed at %zu.", what,
                 (long long)seq, at);
    demo_check_fault(demo, &demo->work.fault);
    demo->work.fault = (struct fault){0};
}
