/* fuzz_scene.c: any bytes describe a scene that can be simulated, or are refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/scene.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* What is written describes the same scene, and is written in the same way again. */
static void demand_fixed(struct arena *arena, const struct scene *scene)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct text text = text_open(arena);
    struct text again = text_open(arena);
    struct scene same;
    scene_write(&text, scene);
    demand(scene_check(&fault, scene));
    demand(scene_read(arena, &fault, text.bytes, text.length, &same));
    scene_write(&again, &same);
    demand(text.length == again.length && memcmp(text.bytes, again.bytes, text.length) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    struct scene scene;
    if (scene_read(arena, &fault, (const char *)bytes, size, &scene)) {
        demand(fault.kind == FAULT_NONE);
        demand_fixed(arena, &scene);
    } else {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT || fault.kind == FAULT_MISSING);
        demand(length > 20 && fault.text[length - 1] == '.');
        demand(text_is_utf8(fault.text, length) && text_is_clean(fault.text, false));
    }
    arena_close(arena);
    return 0;
}
