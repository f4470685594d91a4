/* route.c: the path is read once, part by part, and held against every row. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/route.h"

#include "web/address.h"

#include <string.h>

enum { PARTS_MOST = 12 };

struct parts {
    const char *plain[PARTS_MOST];
    size_t sizes[PARTS_MOST];
    size_t count;
};

static bool part_is_open(const char *part)
{
    return *part == '{';
}

/* Parts of a path as it came. More parts than any row has are as good as an unknown path. */
static bool split(struct arena *arena, struct fault *fault, const char *path, struct parts *parts)
{
    *parts = (struct parts){.count = 0};
    while (*path == '/') {
        size_t size = strcspn(++path, "/");
        if (parts->count == PARTS_MOST)
            return fail(fault, FAULT_MISSING, "",
                        "There is nothing at this address; "
                        "/api/openapi.json lists what there is.");
        const char **plain = &parts->plain[parts->count];
        if (!address_decode(arena, fault, path, size, false, plain))
            return false;
        parts->sizes[parts->count++] = strlen(*plain);
        path += size;
    }
    return true;
}

/* The part of a row's path that begins at *at, which moves behind it. */
static size_t next_part(const char **at, const char **part)
{
    *part = *at + 1;
    size_t size = strcspn(*part, "/");
    *at = *part + size;
    return size;
}

/* Most rows differ in their first letter, so that is compared before anything is measured. */
static bool row_matches(const char *pattern, const struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        const char *plain = parts->plain[i];
        if (pattern[0] != '/' || (pattern[1] != plain[0] && pattern[1] != '{'))
            return false;
        pattern++;
        if (part_is_open(pattern) ? !*plain : strncmp(pattern, plain, parts->sizes[i]) != 0)
            return false;
        size_t size = strcspn(pattern, "/");
        if (!part_is_open(pattern) && size != parts->sizes[i])
            return false;
        pattern += size;
    }
    return !*pattern;
}

static int compare_parts(const char *one, size_t size, const char *other, size_t other_size)
{
    if (part_is_open(one) || part_is_open(other))
        return (int)part_is_open(one) - (int)part_is_open(other);
    int difference = memcmp(one, other, size < other_size ? size : other_size);
    return difference ? difference : (size > other_size) - (size < other_size);
}

int route_compare(const char *one, const char *other)
{
    const char *left = NULL;
    const char *right = NULL;
    while (*one == '/' && *other == '/') {
        size_t size = next_part(&one, &left);
        size_t other_size = next_part(&other, &right);
        int difference = compare_parts(left, size, right, other_size);
        if (difference)
            return difference;
    }
    return (*one != '\0') - (*other != '\0');
}

/* Rows of the catalogue between which all those lie that fit. */
struct span {
    size_t begin;
    size_t end;
};

static const char *best_pattern(const struct catalogue *catalogue, const struct parts *parts,
                                struct span *span)
{
    const char *best = NULL;
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const struct operation *row = catalogue->operations[i];
        if (!row->method || !row_matches(row->path, parts))
            continue;
        span->begin = best ? span->begin : i;
        span->end = i + 1;
        if (!best || route_compare(row->path, best) < 0)
            best = row->path;
    }
    return best;
}

static void take_given(struct arena *arena, const char *pattern, const struct parts *parts,
                       struct route *route)
{
    const char *part = NULL;
    size_t index = 0;
    route->given = arena_take(arena, (parts->count + 1) * sizeof *route->given);
    for (const char *at = pattern; *at == '/'; index++) {
        size_t size = next_part(&at, &part);
        if (part_is_open(part))
            route->given[route->count++] = (struct given){
                .name = arena_text(arena, part + 1, size - 2), .text = parts->plain[index]};
    }
}

bool route_find(struct arena *arena, struct fault *fault, const struct catalogue *catalogue,
                const char *method, const char *path, struct route *route)
{
    struct parts parts;
    struct span span = {0};
    struct text allow = text_open(arena);
    *route = (struct route){0};
    if (!split(arena, fault, path, &parts))
        return false;
    const char *best = best_pattern(catalogue, &parts, &span);
    if (!best)
        return fail(fault, FAULT_MISSING, "",
                    "There is nothing at this address; "
                    "/api/openapi.json lists what there is.");
    if (text_equals(method, "HEAD"))
        method = "GET";
    for (size_t i = span.begin; i < span.end; i++) {
        const struct operation *row = catalogue->operations[i];
        if (!row->method || !row_matches(row->path, &parts) || route_compare(row->path, best) != 0)
            continue;
        text_add(&allow, allow.length ? ", " : "");
        text_add(&allow, row->method);
        route->kept_by = row->kept_by ? row->kept_by : route->kept_by;
        if (text_equals(row->method, method))
            route->operation = row;
    }
    route->allow = allow.bytes;
    route->pattern = route->operation ? route->operation->path : best;
    take_given(arena, route->pattern, &parts, route);
    return true;
}

struct unoffered route_unoffered(struct arena *arena, const struct route *route, const char *method)
{
    return (struct unoffered){.name = arena_print(arena, "%s %s", method, route->pattern),
                              .subject = route->count ? route->given[0].text : NULL,
                              .kept_by = route->kept_by};
}

bool route_is_change(const char *method)
{
    return text_equals(method, "PUT") || text_equals(method, "PATCH") ||
           text_equals(method, "DELETE") || text_equals(method, "POST");
}

static bool check_row(struct arena *arena, struct fault *fault, const struct operation *row)
{
    const char *part = NULL;
    for (const char *at = row->path; *at == '/';) {
        size_t size = next_part(&at, &part);
        if (!part_is_open(part))
            continue;
        if (size < 3 || part[size - 1] != '}' ||
            !schema_field(row->input, arena_text(arena, part + 1, size - 2)))
            return fail(fault, FAULT_STORAGE, "",
                        "The path %s of %s asks for a member that its "
                        "input does not have.",
                        row->path, row->name);
    }
    return row->path[0] == '/' || fail(fault, FAULT_STORAGE, "",
                                       "The path of %s does not begin "
                                       "with a slash.",
                                       row->name);
}

/* One method on one path means one thing. */
static bool check_pair(struct fault *fault, const struct operation *one,
                       const struct operation *other)
{
    if (!one->method || route_compare(one->path, other->path) != 0)
        return true;
    return !text_equals(one->method, other->method) ||
           fail(fault, FAULT_STORAGE, "", "%s and %s are both asked for with %s %s.", one->name,
                other->name, one->method, one->path);
}

bool route_check(struct arena *arena, struct fault *fault, const struct catalogue *catalogue)
{
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const struct operation *row = catalogue->operations[i];
        if (!row->method)
            continue;
        if (!check_row(arena, fault, row))
            return false;
        for (size_t j = 0; j < i; j++) {
            if (!check_pair(fault, catalogue->operations[j], row))
                return false;
        }
    }
    return true;
}
