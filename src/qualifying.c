/* qualifying.c: a laboratory's own qualification of the measurement, on its own machine. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring.h"

#include "base/json.h"
#include "measure/qualify_counts.h"
#include "measure/qualify_diffusion.h"
#include "measure/qualify_images.h"
#include "measure/qualify_links.h"
#include "measure/qualify_sizes.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* Seeds below 100 chose the settings: no score may use them. */
enum {
    FIRST_SEED = 1000,
    DIFFUSION_STEPS = 4000000,
    IMAGE_RUNS = 20,
    SIZE_RUNS = 100,
    SIZE_REPLICATES = 100,
    LINK_RUNS = 4,
};

#define QUALIFYING_ARENA_BYTES ((size_t)8 << 30)

struct qualifying {
    struct cli *cli;
    struct arena *arena;
    struct qualify_seeds seeds;
    unsigned threads;
    bool quick; /* a twentieth of the draws: shows that it runs, and meets few bars */
    struct qualification *qualification;
};

static bool qualify_motion(struct qualifying *qualifying)
{
    size_t steps = qualifying->quick ? DIFFUSION_STEPS / 400 : DIFFUSION_STEPS;
    qualify_diffusion(qualifying->arena, &qualifying->seeds, steps, qualifying->qualification);
    return true;
}

static struct qualify_sizes_settings sizes_settings(const struct qualifying *qualifying)
{
    struct qualify_sizes_settings settings = qualify_sizes_settings_default();
    settings.seeds.first = qualifying->seeds.first;
    settings.seeds.count = qualifying->quick ? 2 : SIZE_RUNS;
    settings.threads = qualifying->threads;
    return settings;
}

/* Coverage is asked of the two populations whose bars name it. */
static bool qualify_sizes(struct qualifying *qualifying)
{
    struct qualify_sizes_settings settings = sizes_settings(qualifying);
    struct qualify_sizes_settings resampled = settings;
    struct fault *fault = &qualifying->cli->work->fault;
    resampled.replicates = qualifying->quick ? 0 : SIZE_REPLICATES;
    return qualify_mono(fault, &resampled, qualifying->qualification) &&
           qualify_lognormal(fault, &resampled, qualifying->qualification) &&
           qualify_pairs(fault, &settings, qualifying->qualification) &&
           qualify_minority(fault, &settings, qualifying->qualification);
}

static bool qualify_lengths(struct qualifying *qualifying)
{
    struct qualify_sizes_settings settings = sizes_settings(qualifying);
    return qualify_selection(&qualifying->cli->work->fault, &settings, qualifying->qualification);
}

static bool qualify_numbers(struct qualifying *qualifying)
{
    return qualify_counts(qualifying->arena, &qualifying->cli->work->fault, &qualifying->seeds,
                          qualifying->qualification);
}

static bool qualify_videos(struct qualifying *qualifying)
{
    const struct qualify_images_settings settings = {
        .seeds = {qualifying->seeds.first, qualifying->quick ? 1 : IMAGE_RUNS},
        .threads = qualifying->threads,
    };
    return qualify_images(&qualifying->cli->work->fault, &settings, qualifying->qualification);
}

static bool qualify_linking(struct qualifying *qualifying)
{
    struct qualify_seeds seeds = qualifying->seeds;
    seeds.count = qualifying->quick ? 1 : LINK_RUNS;
    return qualify_links(&qualifying->cli->work->fault, &seeds, qualifying->quick,
                         qualifying->qualification);
}

static const struct set {
    const char *name;
    const char *meaning;
    bool (*run)(struct qualifying *qualifying);
} sets[] = {
    {"diffusion", "D, noise and interval of tracks", qualify_motion},
    {"sizes", "distributions of known populations", qualify_sizes},
    {"selection", "distributions where short tracks are left out", qualify_lengths},
    {"links", "which spot is which particle", qualify_linking},
    {"images", "particles of simulated videos", qualify_videos},
    {"counts", "concentrations, detection limit, blank", qualify_numbers},
};

enum { SETS = sizeof sets / sizeof *sets };

static void add_number(struct text *out, const char *name, double number)
{
    text_print(out, ",\"%s\":", name);
    json_add_real(out, number);
}

static void add_words(struct text *out, const char *name, const char *words)
{
    text_print(out, ",\"%s\":", name);
    json_add_text(out, words);
}

static void print_json(const struct qualification *qualification, struct text *out)
{
    text_add(out, "{\"program\":");
    json_add_text(out, PROGRAM_VERSION);
    text_print(out, ",\"not_told\":%zu,\"rows\":[", qualification->lost);
    for (size_t i = 0; i < qualification->count; i++) {
        const struct qualified *row = &qualification->rows[i];
        text_print(out, "%s{\"met\":%s,\"runs\":%zu", i ? "," : "", row->met ? "true" : "false",
                   row->runs);
        add_words(out, "condition", row->condition);
        add_words(out, "quantity", row->quantity);
        add_words(out, "unit", row->unit);
        add_words(out, "bar", row->bar);
        add_number(out, "truth", row->truth);
        add_number(out, "value", row->value);
        add_number(out, "bias", row->bias);
        add_number(out, "spread", row->spread);
        add_number(out, "coverage", row->coverage);
        add_number(out, "low", row->low);
        add_number(out, "high", row->high);
        text_add(out, "}");
    }
    text_add(out, "]}\n");
}

static const char *percent(struct arena *arena, double number)
{
    return isfinite(number) ? arena_print(arena, "%.2f %%", 100 * number) : "";
}

static const char *plain(struct arena *arena, double number)
{
    return isfinite(number) ? arena_print(arena, "%.4g", number) : "";
}

/* The bounds in the unit of what they bound: a value as it is, all else in per cent. */
static const char *bounds(struct arena *arena, const struct qualified *row)
{
    bool value = text_equals(row->bar, "value");
    return arena_print(arena, "%s %s to %s", row->bar,
                       value ? plain(arena, row->low) : percent(arena, row->low),
                       value ? plain(arena, row->high) : percent(arena, row->high));
}

static void print_table(const struct qualification *qualification, struct text *out)
{
    size_t missed = 0;
    text_add(out,
             "| Condition | Quantity | Truth | Found | Bias | Spread | Coverage | Runs | Bar | "
             "|\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < qualification->count; i++) {
        const struct qualified *row = &qualification->rows[i];
        missed += !row->met;
        bool bare = text_is_empty(row->unit) || text_equals(row->unit, "1");
        text_print(out, "| %s | %s%s%s | %s | %s | %s | %s | %s | %zu | %s | %s |\n",
                   row->condition, row->quantity, bare ? "" : ", ", bare ? "" : row->unit,
                   plain(out->arena, row->truth), plain(out->arena, row->value),
                   percent(out->arena, row->bias), percent(out->arena, row->spread),
                   percent(out->arena, row->coverage), row->runs, bounds(out->arena, row),
                   row->met ? "met" : "**missed**");
    }
    text_print(out, "\n%zu bars: %zu met, %zu missed.\n", qualification->count,
               qualification->count - missed, missed);
}

static void show_row(void *context, size_t count)
{
    (void)context;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%zu bars measured", count);
    else if (count % 20 == 0)
        fprintf(stderr, "%zu bars measured\n", count);
}

static bool run_sets(struct qualifying *qualifying)
{
    const char *wanted = cli_option(qualifying->cli, "set");
    bool found = false;
    for (size_t i = 0; i < SETS; i++) {
        if (wanted && !text_equals(wanted, sets[i].name))
            continue;
        found = true;
        fprintf(stderr, "%zu of %d, %s: %s\n", i + 1, SETS, sets[i].name, sets[i].meaning);
        if (!sets[i].run(qualifying))
            return false;
    }
    struct text names = text_open(qualifying->cli->work->arena);
    for (size_t i = 0; i < SETS; i++)
        text_print(&names, "%s%s", i ? ", " : "", sets[i].name);
    return found || fail(&qualifying->cli->work->fault, FAULT_INPUT, "set",
                         "There is no set %s; there are %s.", wanted, names.bytes);
}

static bool qualify(struct qualifying *qualifying)
{
    struct cli *cli = qualifying->cli;
    const char *quick = cli_option(cli, "quick");
    struct text out = text_open(cli->work->arena);
    if (!cli_only(cli, "set quick"))
        return false;
    if (cli->word_count > 1 || (quick && !text_equals(quick, "true")))
        return fail(&cli->work->fault, FAULT_INPUT, "quick",
                    "qualify takes no file; say exoledger qualify, or name one set with --set.");
    qualifying->quick = quick != NULL;
    qualifying->qualification->added = show_row;
    if (!run_sets(qualifying))
        return false;
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    if (cli->json)
        print_json(qualifying->qualification, &out);
    else
        print_table(qualifying->qualification, &out);
    fputs(out.bytes, stdout);
    return qualifying->qualification->lost == 0 ||
           fail(&cli->work->fault, FAULT_STORAGE, "", "%zu rows found no room and are not told.",
                qualifying->qualification->lost);
}

bool qualifying_run(struct cli *cli)
{
    struct arena *arena = arena_open(QUALIFYING_ARENA_BYTES);
    struct qualifying qualifying = {.cli = cli,
                                    .arena = arena,
                                    .threads = 2,
                                    .seeds = {.first = FIRST_SEED, .count = 1},
                                    .qualification =
                                        arena_take(arena, sizeof *qualifying.qualification)};
    bool worked = qualify(&qualifying);
    arena_close(arena);
    return worked;
}
