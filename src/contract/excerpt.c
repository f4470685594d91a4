/* excerpt.c: the members that ask for a part of a list, and what they may say. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/excerpt.h"

#include "base/fold.h"
#include "contract/operation.h"

static const char *const formats[] = {"json", "csv", NULL};

static const struct field excerpt_fields[] = {
    FIELD(struct excerpt, search,
          .help = "Words, separated by blanks: rows that show every one of them somewhere, in any "
                  "case and width; flags are not searched"),
    FIELD(struct excerpt, sort, .code = true, .longest = 60,
          .help = "Member of the row by which the rows are sorted; what is unknown comes last"),
    FIELD(struct excerpt, descending, .help = "Whether the largest comes first"),
    FIELD(struct excerpt, skip, .low = 0, .high = 1e9, .help = "Rows that are left out at first"),
    FIELD(struct excerpt, take, .low = 0, .high = 1000,
          .help = "Most rows; without it 100, or all of them as csv"),
    FIELD(struct excerpt, format, .choices = formats,
          .help = "How the answer is written; json if not given"),
};
const struct schema excerpt_schema = SCHEMA("excerpt", struct excerpt, excerpt_fields);

bool excerpt_is_csv(const struct excerpt *excerpt)
{
    return excerpt && text_equals(excerpt->format, "csv");
}

static bool is_sortable(const struct field *field)
{
    return field->kind != FIELD_LIST && field->kind != FIELD_RECORD && field->kind != FIELD_FILE &&
           !field->secret;
}

static bool check_sort(struct work *work, const struct operation *operation,
                       const struct excerpt *excerpt)
{
    const struct schema *row = operation->output;
    const struct field *field = excerpt->sort ? schema_field(row, excerpt->sort) : NULL;
    struct text names = text_open(work->arena);
    if (!excerpt->sort)
        return !excerpt->descending || fail(&work->fault, FAULT_INPUT, "descending",
                                            "The field descending needs a member to sort by; give "
                                            "sort as well.");
    if (field && is_sortable(field))
        return true;
    for (size_t i = 0; i < row->count; i++)
        if (is_sortable(&row->fields[i]))
            text_print(&names, "%s%s", names.length ? ", " : "", row->fields[i].name);
    return fail(&work->fault, FAULT_INPUT, "sort", "The field sort must be one of: %s.",
                names.length ? names.bytes : "none");
}

/* Blanks of any width alone would match every row and look like an answer. */
static bool check_search(struct work *work, const struct excerpt *excerpt)
{
    struct text even = text_open(work->arena);
    text_add_even(&even, excerpt->search);
    return !excerpt->search || even.bytes[strspn(even.bytes, " ")] ||
           fail(&work->fault, FAULT_INPUT, "search",
                "The field search holds no word; give one or leave the field out.");
}

/* Pages have their own members, and an excerpt counts from the beginning. */
static bool check_pages(struct work *work, const struct given *given, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_has_word("after before limit", given[i].name))
            return fail(&work->fault, FAULT_INPUT, given[i].name,
                        "The field %s does not go with %s; ask with skip and take instead.",
                        given[i].name, "search, sort, descending, skip, take and format");
    return true;
}

bool excerpt_read(struct work *work, const struct operation *operation, const struct given **given,
                  size_t *count, const struct excerpt **excerpt)
{
    size_t own = 0;
    size_t asked = 0;
    *excerpt = NULL;
    if (operation->effect != READS || operation->shape == SHAPE_RECORD)
        return true;
    struct given *inner = arena_take(work->arena, (*count + 1) * sizeof *inner);
    struct given *outer = arena_take(work->arena, (*count + 1) * sizeof *outer);
    for (size_t i = 0; i < *count; i++) {
        if (schema_field(&excerpt_schema, (*given)[i].name))
            outer[asked++] = (*given)[i];
        else
            inner[own++] = (*given)[i];
    }
    if (!asked)
        return true;
    struct excerpt *read = arena_take(work->arena, sizeof *read);
    if (!schema_decode(work->arena, &work->fault, &excerpt_schema, outer, asked, read) ||
        !check_search(work, read) || !check_sort(work, operation, read) ||
        !check_pages(work, inner, own))
        return false;
    *given = inner;
    *count = own;
    *excerpt = read;
    return true;
}

static bool check_row(struct fault *fault, const struct operation *row)
{
    const struct field *after = schema_field(row->input, "after");
    for (size_t i = 0; i < row->input->count; i++)
        if (schema_field(&excerpt_schema, row->input->fields[i].name))
            return fail(fault, FAULT_STORAGE, "",
                        "The input of %s has a member %s, which belongs to the excerpts of lists.",
                        row->name, row->input->fields[i].name);
    if (row->effect != READS || row->shape != SHAPE_LIST || !after)
        return true;
    const struct field *limit = schema_field(row->input, "limit");
    return (limit && limit->kind == FIELD_INTEGER && row->output->count &&
            row->output->fields[0].kind == after->kind &&
            (after->kind == FIELD_TEXT || after->kind == FIELD_INTEGER)) ||
           fail(fault, FAULT_STORAGE, "",
                "The pages of %s begin behind something else than the first member of its rows.",
                row->name);
}

bool excerpt_check(struct fault *fault, const struct catalogue *catalogue)
{
    for (size_t i = 0; catalogue->operations[i]; i++)
        if (catalogue->operations[i]->method && !check_row(fault, catalogue->operations[i]))
            return false;
    return true;
}
