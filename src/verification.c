/* verification.c: what exoledger verify does, in parts that each answer soon. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "verification.h"

#include "verify.h"

enum { MOST_AT_ONCE = 1000, MOST_WHOLE = 20000 };

static const char *const steps[] = {"entries", "ledger", "whole", NULL};
static const char *const verdicts[] = {"unknown", "whole", "broken", NULL};

struct asking {
    const char *step;
    int64_t first;
    int64_t last;
};
static const struct field asking_fields[] = {
    FIELD(struct asking, step, .required = true, .choices = steps,
          .help = "entries, some at a time; ledger, its tree and signed head; whole, with tables"),
    FIELD(struct asking, first, .low = 1, .high = 9e15, .help = "First entry, 1 if not given"),
    FIELD(struct asking, last, .low = 1, .high = 9e15,
          .help = "Last entry, at most 1000 at a time; left out: as many as that"),
};
static const struct schema asking_schema = SCHEMA("verification", struct asking, asking_fields);

struct answer_row {
    const char *step;
    int64_t first;
    int64_t last;
    int64_t size;
    const char *verdict;
    const char *detail;
    int64_t decisions;
    int64_t files;
    int64_t checkpoints;
    int64_t tables;
    int64_t unsigned_entries;
    const char *root;
};
static const struct field answer_fields[] = {
    FIELD(struct answer_row, step, .choices = steps, .help = "What was looked at"),
    FIELD(struct answer_row, first, .help = "First entry that was looked at"),
    FIELD(struct answer_row, last, .help = "Last entry that was looked at"),
    FIELD(struct answer_row, size, .help = "Entries that the record holds"),
    FIELD(struct answer_row, verdict, .choices = verdicts,
          .help = "whole or broken; unknown where it was not looked at"),
    FIELD(struct answer_row, detail, .help = "What is broken, or why it is not known"),
    FIELD(struct answer_row, decisions, .help = "Decisions judged again"),
    FIELD(struct answer_row, files, .help = "Files that entries name and that are there"),
    FIELD(struct answer_row, checkpoints, .help = "Signed checkpoints that fit"),
    FIELD(struct answer_row, tables, .help = "Tables that follow from the entries"),
    FIELD(struct answer_row, unsigned_entries, .help = "Entries behind the signed head"),
    FIELD(struct answer_row, root, .help = "Root of the tree, where the whole was read"),
};
static const struct schema answer_schema = SCHEMA("verified", struct answer_row, answer_fields);

static bool ask_entries(struct work *work, struct answer_row *row, struct verified *verified)
{
    int64_t most = row->first + MOST_AT_ONCE - 1;
    if (row->last == 0)
        row->last = most;
    if (row->last < row->first || row->last > most)
        return fail(&work->fault, FAULT_INPUT, "last",
                    "Ask for %d entries at most, from first to last.", MOST_AT_ONCE);
    if (row->first > row->size)
        return fail(&work->fault, FAULT_INPUT, "first", "The record holds %lld entries.",
                    (long long)row->size);
    bool worked = verify_range(work, row->first, row->last, verified);
    row->last = row->last < row->size ? row->last : row->size;
    return worked;
}

/* The signed head is read before the database is looked at: what was seen of the database before
 * is let go, and a fresh look is left for whoever ends this one. */
static bool ask_all(struct work *work, struct answer_row *row, struct verified *verified)
{
    bool whole = text_equals(row->step, "whole");
    row->first = 1;
    row->last = row->size;
    ledger_abandon(work);
    bool worked = whole ? verify_record(work, NULL, verified) : verify_ledger(work, verified);
    struct fault found = work->fault;
    work->fault = (struct fault){0};
    if (!database_step(work, STEP_BEGIN_READ))
        return false;
    work->fault = found;
    if (worked)
        row->last = row->size = verified->entries;
    return worked;
}

static void tell(struct answer_row *row, const struct verified *verified)
{
    row->verdict = "whole";
    row->decisions = verified->decisions;
    row->files = verified->files;
    row->checkpoints = verified->checkpoints;
    row->tables = verified->tables;
    row->unsigned_entries = verified->unsigned_entries;
    row->root = verified->root;
}

/* A fault that was found is the answer and not a failure of asking; wrong input stays one. */
static bool verify_read(struct work *work, const void *input, void *output)
{
    const struct asking *asking = input;
    struct answer_row *row = output;
    struct verified verified = {0};
    *row = (struct answer_row){.step = asking->step,
                               .first = asking->first ? asking->first : 1,
                               .last = asking->last,
                               .verdict = "unknown"};
    if (!ledger_size(work, &row->size))
        return false;
    bool entries = text_equals(asking->step, "entries");
    if (text_equals(asking->step, "whole") && row->size > MOST_WHOLE) {
        row->last = row->size;
        row->detail = arena_print(work->arena,
                                  "Tables are compared here up to %d entries; run exoledger verify "
                                  "where the record lies.",
                                  MOST_WHOLE);
        return true;
    }
    if (entries ? ask_entries(work, row, &verified) : ask_all(work, row, &verified)) {
        tell(row, &verified);
        return true;
    }
    if (work->fault.kind == FAULT_INPUT)
        return false;
    row->verdict = "broken";
    row->detail = arena_copy(work->arena, work->fault.text);
    work->fault = (struct fault){0};
    return true;
}

const struct operation verification_operations[VERIFICATION_OPERATIONS] = {
    {.name = "record.verify",
     .method = "GET",
     .path = "/verification/{step}",
     .summary = "Compute a part of the record again and hold it against what is there.",
     .permission = PERMIT_RECORD_READ,
     .effect = READS,
     .scope = SCOPE_RECORD,
     .input = &asking_schema,
     .output = &answer_schema,
     .read = verify_read},
};
