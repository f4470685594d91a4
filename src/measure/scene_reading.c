/* scene_reading.c: which scene does a JSON text describe, and which text describes a scene? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/scene.h"

#include "base/real.h"

#include <math.h>
#include <string.h>

/* The parts of the name that a sentence shows. */
enum { SHOWN_BYTES = 60 };

static const struct scene_member *member_of(const char *name)
{
    for (size_t i = 0; i < SCENE_MEMBERS; i++)
        if (text_equals(scene_members[i].name, name))
            return &scene_members[i];
    return NULL;
}

static bool is_number(const struct json *value)
{
    return json_kind(value) == JSON_IS_INTEGER || json_kind(value) == JSON_IS_REAL;
}

static bool unknown(struct fault *fault, const char *name, const char *of)
{
    const char *shown = text_is_clean(name, false) ? name : "with control characters";
    return fail(fault, FAULT_INPUT, "scene", "%s has no member %.*s.", of,
                (int)text_whole(shown, SHOWN_BYTES), shown);
}

static bool read_number(struct fault *fault, const struct scene_member *member,
                        const struct json *value, struct scene *scene)
{
    void *place = (char *)scene + member->offset;
    double number = json_as_number(value);
    if (!is_number(value))
        return fail(fault, FAULT_INPUT, member->name, "The member %s of a scene must be a number.",
                    member->name);
    if (number < member->low || number > member->high)
        return fail(fault, FAULT_INPUT, member->name,
                    "The member %s of a scene must lie between %.9g and %.9g.", member->name,
                    member->low, member->high);
    if (!member->whole)
        *(double *)place = number;
    else if (number == floor(number))
        *(int32_t *)place = (int32_t)number;
    else
        return fail(fault, FAULT_INPUT, member->name,
                    "The member %s of a scene must be a whole number.", member->name);
    return true;
}

static bool read_population(struct arena *arena, struct fault *fault, const struct json *object,
                            struct scene_population *population)
{
    const struct {
        const char *name;
        double *value;
    } members[] = {{"share", &population->share},
                   {"median_nm", &population->median_nm},
                   {"ln_sd", &population->ln_sd}};
    const size_t count = sizeof members / sizeof *members;
    *population = (struct scene_population){.share = 1};
    if (json_kind(object) != JSON_IS_OBJECT)
        return fail(fault, FAULT_INPUT, "populations",
                    "The member populations of a scene must be a list of objects.");
    const char **names = json_names(arena, object);
    for (size_t i = 0; i < json_count(object); i++) {
        const struct json *value = json_member(object, names[i]);
        size_t at = 0;
        while (at < count && !text_equals(members[at].name, names[i]))
            at++;
        if (at == count)
            return unknown(fault, names[i], "A population of a scene");
        if (!is_number(value))
            return fail(fault, FAULT_INPUT, "populations",
                        "The member %s of a population must be a number.", members[at].name);
        *members[at].value = json_as_number(value);
    }
    return true;
}

static bool read_populations(struct arena *arena, struct fault *fault, const struct json *list,
                             struct scene *scene)
{
    size_t count = json_count(list);
    if (json_kind(list) != JSON_IS_LIST || count < 1 || count > SCENE_POPULATIONS)
        return fail(fault, FAULT_INPUT, "populations",
                    "The member populations of a scene must list 1 to %d populations.",
                    SCENE_POPULATIONS);
    memset(scene->populations, 0, sizeof scene->populations);
    scene->population_count = (int32_t)count;
    for (size_t i = 0; i < count; i++)
        if (!read_population(arena, fault, json_element(list, i), &scene->populations[i]))
            return false;
    return true;
}

static bool read_members(struct arena *arena, struct fault *fault, const struct json *object,
                         struct scene *scene)
{
    const char **names = json_names(arena, object);
    for (size_t i = 0; i < json_count(object); i++) {
        const struct scene_member *member = member_of(names[i]);
        const struct json *value = json_member(object, names[i]);
        if (text_equals(names[i], "scene"))
            continue;
        if (text_equals(names[i], "populations")) {
            if (!read_populations(arena, fault, value, scene))
                return false;
        } else if (!member) {
            return unknown(fault, names[i], "A scene");
        } else if (!read_number(fault, member, value, scene)) {
            return false;
        }
    }
    return true;
}

bool scene_read(struct arena *arena, struct fault *fault, const char *bytes, size_t size,
                struct scene *scene)
{
    const struct json *object = NULL;
    if (!json_parse(arena, fault, bytes, size, &object))
        return false;
    if (json_kind(object) != JSON_IS_OBJECT)
        return fail(fault, FAULT_INPUT, "scene", "A scene must be a JSON object.");
    const struct json *begin = json_member(object, "scene");
    *scene = scene_default();
    if (begin && !json_as_text(begin))
        return fail(fault, FAULT_INPUT, "scene",
                    "The member scene must be the name of a scene that is built in.");
    return (!begin || scene_named(arena, fault, json_as_text(begin), scene)) &&
           read_members(arena, fault, object, scene) && scene_check(fault, scene);
}

static void write_real(struct text *out, double value)
{
    text_add(out, real_of(out->arena, value).text);
}

void scene_write(struct text *out, const struct scene *scene)
{
    text_add(out, "{");
    for (size_t i = 0; i < SCENE_MEMBERS; i++) {
        const void *place = (const char *)scene + scene_members[i].offset;
        text_print(out, "\n  \"%s\": ", scene_members[i].name);
        if (scene_members[i].whole)
            text_add_integer(out, *(const int32_t *)place);
        else
            write_real(out, *(const double *)place);
        text_add(out, ",");
    }
    text_add(out, "\n  \"populations\": [");
    for (int32_t i = 0; i < scene->population_count; i++) {
        text_add(out, i ? ",\n    {\"share\": " : "\n    {\"share\": ");
        write_real(out, scene->populations[i].share);
        text_add(out, ", \"median_nm\": ");
        write_real(out, scene->populations[i].median_nm);
        text_add(out, ", \"ln_sd\": ");
        write_real(out, scene->populations[i].ln_sd);
        text_add(out, "}");
    }
    text_add(out, "\n  ]\n}");
}
