/* measuring.c: the tables of a tracker on the command line, and what they say of size. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring.h"

#include "base/real.h"
#include "measuring_output.h"
#include "measuring_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a million tracks and their kernel need, and more. */
#define MEASURING_ARENA_BYTES ((size_t)16 << 30)

/* What is wrong with a number that somebody gave? The sentence says what it is for. */
struct number_option {
    const char *name;
    double low;
    double high;
    bool whole;
    const char *meaning;
};

static const struct number_option numbers[] = {
    {"exposure_ms", 0, 1e6, false, "how long each exposure lasts"},
    {"frame_rate", 1e-3, 1e6, false, "frames in a second"},
    {"assume_temperature_c", 0, 100, false, "a temperature that nobody measured"},
    {"viscosity_mpa_s", 1e-3, 1e6, false, "the viscosity of the medium at that temperature"},
    {"pixel_nm", 1e-3, 1e6, false, "how large a pixel is in the sample"},
    {"width_px", 1, 1e6, false, "the width of the view"},
    {"height_px", 1, 1e6, false, "the height of the view"},
    {"guard_um", 0, 1e6, false, "how far inside the view a position must lie to count"},
    {"dilution", 1, 1e12, false, "how many times the sample was diluted; 1 for not at all"},
    {"dilution_sd_percent", 0, 100, false, "the standard uncertainty of the dilution"},
    {"depth_um", 1e-3, 1e6, false, "the depth in view, with sharp borders, known from elsewhere"},
    {"cell_um", 1e-3, 1e6, false, "the depth of the whole cell"},
    {"sheet_um", 1e-3, 1e6, false, "the half width of the light sheet at 1/e2"},
    {"rayleigh_um", 1e-3, 1e6, false, "the range of focus"},
    {"threshold", 1e-12, 1e15, false, "the brightness in focus that is just found"},
    {"spot_noise", 0, 1e15, false, "the standard deviation of the brightness of a spot there"},
    {"volume_sd_percent", 0, 100, false, "the standard uncertainty of the depth"},
    {"link_um", 1e-3, 1e6, false, "how far the tracker looks for the next position"},
    {"min_positions", 3, 1000, true, "positions of the shortest track that gives a size"},
    {"bootstraps", 0, DISTRIBUTION_REPLICATES_MOST, true, "resamplings for the intervals"},
    {"seed", 0, 9007199254740991.0, true, "what the resamplings are drawn from"},
    {"threads", 1, 64, true, "threads that share the work"},
};

enum { COUNTING_CLASSES = 12 };

struct measuring {
    struct cli *cli;
    struct arena *arena;
    struct fault *fault;
    struct measurement_settings settings;
    struct counting_settings counting;
    struct report report;
    struct track_table table;
    struct track_table blank;
    size_t temperature_count;
    double frame_rate;
    double edges[COUNTING_CLASSES + 1];
};

/* Leaves *number as it is where the option is not given. */
static bool read_number(struct measuring *measuring, const char *name, double *number)
{
    const struct number_option *option = numbers;
    const char *text = cli_option(measuring->cli, name);
    while (!text_equals(option->name, name))
        option++;
    if (!text)
        return true;
    double value = 0;
    if (real_parse(text, &value) && value >= option->low && value <= option->high &&
        (!option->whole || value == floor(value))) {
        *number = value;
        return true;
    }
    return fail(measuring->fault, FAULT_INPUT, name, "%s (%s) must be a %snumber from %g to %g.",
                name, option->meaning, option->whole ? "whole " : "", option->low, option->high);
}

static bool read_whole(struct measuring *measuring, const char *name, uint64_t *whole)
{
    double number = (double)*whole;
    if (!read_number(measuring, name, &number))
        return false;
    *whole = (uint64_t)number;
    return true;
}

static bool read_timing(struct measuring *measuring)
{
    double exposure_ms = -1;
    const char *assumed = cli_option(measuring->cli, "assume_exposure");
    struct measure_timing *timing = &measuring->settings.timing;
    if (!read_number(measuring, "frame_rate", &measuring->frame_rate) ||
        !read_number(measuring, "exposure_ms", &exposure_ms))
        return false;
    if (!(measuring->frame_rate > 0))
        return fail(measuring->fault, FAULT_INPUT, "frame_rate",
                    "Say how many frames the camera takes in a second, such as --frame-rate 25; a "
                    "step tells nothing without its time.");
    if (exposure_ms < 0 && !assumed)
        return fail(measuring->fault, FAULT_INPUT, "exposure_ms",
                    "Say how long each exposure lasts, such as --exposure-ms 32.5: read without "
                    "its blur a particle of 100 nm becomes 137 nm. If nobody knows, declare "
                    "--assume-exposure frame; the report then says that at worst every size is "
                    "50 %% larger.");
    if (assumed && (exposure_ms >= 0 || !text_equals(assumed, "frame")))
        return fail(
            measuring->fault, FAULT_INPUT, "assume_exposure",
            "An exposure is either known (--exposure-ms) or assumed to last the whole frame "
            "(--assume-exposure frame).");
    timing->frame_s = 1 / measuring->frame_rate;
    timing->exposure_s = assumed ? timing->frame_s : exposure_ms / 1e3;
    measuring->settings.exposure = assumed ? EXPOSURE_ASSUMED : EXPOSURE_RECORDED;
    if (timing->exposure_s > timing->frame_s * (1 + 1e-9))
        return fail(measuring->fault, FAULT_INPUT, "exposure_ms",
                    "An exposure of %g ms does not fit into a frame of %g ms.", exposure_ms,
                    timing->frame_s * 1e3);
    timing->exposure_s = fmin(timing->exposure_s, timing->frame_s); /* digits of both cut off */
    return true;
}

/* One temperature for all videos, or one for each, with commas between. */
static bool read_temperatures(struct measuring *measuring)
{
    const char *text = cli_option(measuring->cli, "temperature_c");
    size_t count = 0;
    double sum = 0, *each = arena_take(measuring->arena, MEASUREMENT_VIDEOS * sizeof *each);
    if (!text)
        return true;
    const char **words = text_split(measuring->arena, text, ',', &count);
    if (count < 1 || count > MEASUREMENT_VIDEOS)
        return fail(measuring->fault, FAULT_INPUT, "temperature_c",
                    "Give one temperature for all files or one for each, with commas between.");
    for (size_t i = 0; i < count; i++) {
        if (!real_parse(words[i], &each[i]) || !(each[i] >= 0 && each[i] <= 100))
            return fail(measuring->fault, FAULT_INPUT, "temperature_c",
                        "The temperature %s must be a number from 0 to 100.", words[i]);
        sum += each[i];
    }
    for (size_t i = 1; i < MEASUREMENT_VIDEOS && count == 1; i++)
        each[i] = each[0];
    measuring->temperature_count = count;
    measuring->settings.temperatures_c = each;
    measuring->settings.medium.temperature_c = sum / (double)count;
    return true;
}

static bool read_temperature(struct measuring *measuring)
{
    double assumed = NAN;
    if (!read_temperatures(measuring) || !read_number(measuring, "assume_temperature_c", &assumed))
        return false;
    bool known = measuring->settings.temperatures_c != NULL;
    if (!known && isnan(assumed))
        return fail(measuring->fault, FAULT_INPUT, "temperature_c",
                    "Say how warm the sample was, such as --temperature-c 25: one kelvin is 2.6 %% "
                    "of every size. If nobody measured it, declare --assume-temperature-c 25; the "
                    "report then says so.");
    if (known && !isnan(assumed))
        return fail(measuring->fault, FAULT_INPUT, "assume_temperature_c",
                    "A temperature is either measured (--temperature-c) or assumed "
                    "(--assume-temperature-c).");
    if (!known)
        measuring->settings.medium.temperature_c = assumed;
    return true;
}

static bool read_medium(struct measuring *measuring)
{
    double viscosity = NAN;
    const char *name = cli_option(measuring->cli, "medium");
    struct measure_medium *medium = &measuring->settings.medium;
    if (!read_temperature(measuring) || !read_number(measuring, "viscosity_mpa_s", &viscosity))
        return false;
    bool water = !name || text_equals(name, "water");
    if (isnan(viscosity) && !water)
        return fail(measuring->fault, FAULT_INPUT, "viscosity_mpa_s",
                    "Only water's viscosity is known here; give that of %s at %g C, "
                    "--viscosity-mpa-s.",
                    name, medium->temperature_c);
    measuring->report.medium = name ? name : "";
    measuring->report.viscosity_of_water = isnan(viscosity);
    measuring->settings.medium_kind =
        name || isnan(viscosity) ? (water ? MEDIUM_WATER : MEDIUM_OTHER) : MEDIUM_UNKNOWN;
    medium->viscosity_mpa_s = viscosity;
    return !isnan(viscosity) ||
           measure_water_viscosity_mpa_s(medium->temperature_c, &medium->viscosity_mpa_s) ==
               MEASURED ||
           fail(measuring->fault, FAULT_INPUT, "temperature_c",
                "The viscosity of water at %g C is not known here; give --viscosity-mpa-s.",
                medium->temperature_c);
}

static bool need(struct measuring *measuring, const char *name, bool given)
{
    return given || fail(measuring->fault, FAULT_INPUT, name,
                         "A concentration needs the option %s too.", name);
}

/* Any of the options of a concentration asks for one, and then for the others. */
static bool is_counted(const struct measuring *measuring)
{
    static const char *const names[] = {
        "width_px", "height_px", "guard_um",    "dilution",  "dilution_sd_percent",
        "cell_um",  "sheet_um",  "rayleigh_um", "threshold", "volume_sd_percent",
        "blank",    "spot_noise"};
    bool counted = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        counted = counted || cli_option(measuring->cli, names[i]);
    return counted;
}

static bool read_counting(struct measuring *measuring)
{
    struct counting_settings *counting = &measuring->counting;
    double width_px = 0, height_px = 0, dilution_sd = 0, volume_sd = 0;
    /* Trackers add up the whole light of a spot. */
    struct measure_sheet sheet = {
        .half_width_um = INFINITY, .rayleigh_um = INFINITY, .whole_light = true};
    if (!is_counted(measuring))
        return true;
    sheet.fixed_um = measuring->settings.depth_um;
    if (!read_number(measuring, "width_px", &width_px) ||
        !read_number(measuring, "height_px", &height_px) ||
        !read_number(measuring, "guard_um", &counting->view.guard_um) ||
        !read_number(measuring, "dilution", &counting->factors.dilution) ||
        !read_number(measuring, "dilution_sd_percent", &dilution_sd) ||
        !read_number(measuring, "cell_um", &counting->passage.cell_um) ||
        !read_number(measuring, "sheet_um", &sheet.half_width_um) ||
        !read_number(measuring, "rayleigh_um", &sheet.rayleigh_um) ||
        !read_number(measuring, "threshold", &counting->classes.threshold) ||
        !read_number(measuring, "spot_noise", &measuring->settings.spot_noise) ||
        !read_number(measuring, "volume_sd_percent", &volume_sd))
        return false;
    bool geometry = isfinite(sheet.half_width_um) || isfinite(sheet.rayleigh_um);
    if (geometry && sheet.fixed_um > 0)
        return fail(measuring->fault, FAULT_INPUT, "depth_um",
                    "Give either the depth or the light sheet, not both.");
    if (!need(measuring, "width_px", width_px > 0) ||
        !need(measuring, "height_px", height_px > 0) ||
        !need(measuring, "pixel_nm", measuring->report.pixel_um > 0) ||
        !need(measuring, "dilution", counting->factors.dilution > 0) ||
        !need(measuring, "depth_um", geometry || sheet.fixed_um > 0) ||
        (geometry && !need(measuring, "threshold", counting->classes.threshold > 0)))
        return false;
    /* The first pixel reaches from -0.5 to 0.5. */
    counting->view.left_um = counting->view.top_um = -measuring->report.pixel_um / 2;
    counting->view.right_um = (width_px - 0.5) * measuring->report.pixel_um;
    counting->view.bottom_um = (height_px - 0.5) * measuring->report.pixel_um;
    counting->classes.count = 1;
    counting->sheet = sheet;
    counting->factors.dilution_sd = dilution_sd / 100;
    counting->factors.volume_sd = counting->sheet.relative_sd = volume_sd / 100;
    measuring->settings.counting = counting;
    return true;
}

static bool read_options(struct measuring *measuring)
{
    uint64_t positions = 5, replicates = 200, seed = 1;
    uint64_t threads = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
    double pixel_nm = 0;
    threads = threads < 1 || threads > 64 ? 1 : threads;
    const char *shear = cli_option(measuring->cli, "with_shear");
    if (!cli_only(measuring->cli,
                  "exposure_ms assume_exposure frame_rate temperature_c assume_temperature_c "
                  "medium viscosity_mpa_s pixel_nm width_px height_px guard_um dilution cell_um "
                  "dilution_sd_percent depth_um sheet_um rayleigh_um threshold spot_noise "
                  "volume_sd_percent "
                  "blank link_um min_positions bootstraps seed threads "
                  "with_shear " MEASURING_OUTPUT_OPTIONS))
        return false;
    if (shear && !text_equals(shear, "true"))
        return fail(measuring->fault, FAULT_INPUT, "with_shear",
                    "--with-shear takes no value; put it behind the file %s.", shear);
    if (!read_timing(measuring) || !read_medium(measuring) ||
        !read_number(measuring, "pixel_nm", &pixel_nm) ||
        !read_number(measuring, "depth_um", &measuring->settings.depth_um) ||
        !read_number(measuring, "link_um", &measuring->settings.link_um) ||
        !read_whole(measuring, "min_positions", &positions) ||
        !read_whole(measuring, "bootstraps", &replicates) ||
        !read_whole(measuring, "seed", &seed) || !read_whole(measuring, "threads", &threads))
        return false;
    measuring->report.pixel_um = pixel_nm / 1e3;
    measuring->settings.positions_least = positions;
    measuring->settings.replicates = replicates;
    measuring->settings.seed = seed;
    measuring->settings.threads = (unsigned)threads;
    measuring->settings.with_shear = shear != NULL;
    return read_counting(measuring);
}

static bool read_tables(struct measuring *measuring)
{
    struct cli *cli = measuring->cli;
    size_t blanks = 0;
    const char *blank = cli_option(cli, "blank");
    struct measuring_tables read = {0};
    if (!measuring_tables_read(measuring->arena, measuring->fault, cli->words + 1,
                               cli->word_count - 1, measuring->report.pixel_um, &read))
        return false;
    measuring->report.files = read.files;
    measuring->report.file_count = read.video_count;
    measuring->table = read.table;
    if (measuring->temperature_count > 1 && measuring->temperature_count != read.video_count)
        return fail(measuring->fault, FAULT_INPUT, "temperature_c",
                    "Give one temperature for all %zu files or one for each, with commas between.",
                    read.video_count);
    if (!blank)
        return true;
    const char **paths = text_split(measuring->arena, blank, ',', &blanks);
    if (!measuring_tables_read(measuring->arena, measuring->fault, paths, blanks,
                               measuring->report.pixel_um, &read))
        return false;
    measuring->blank = read.table;
    measuring->settings.blank = &measuring->blank;
    return true;
}

/* Where depth depends on brightness: classes of as many spots each, from the threshold upwards. */
static bool choose_classes(struct measuring *measuring)
{
    struct measure_classes *classes = &measuring->counting.classes;
    const struct track_table *table = &measuring->table;
    size_t count = 0;
    if (!measuring->settings.counting || measuring->counting.sheet.fixed_um > 0)
        return true;
    double *ratios = arena_take(measuring->arena, (table->observation_count + 1) * sizeof *ratios);
    for (size_t i = 0; i < table->observation_count; i++)
        if (table->observations[i].brightness >= classes->threshold)
            ratios[count++] = log(table->observations[i].brightness / classes->threshold);
    if (count == 0 ||
        measure_class_edges(ratios, count, COUNTING_CLASSES, measuring->edges) != MEASURED)
        return fail(measuring->fault, FAULT_INPUT, "threshold",
                    "Too few positions have a brightness above the threshold of %g.",
                    classes->threshold);
    measuring->edges[0] = 0;
    classes->edges = measuring->edges;
    classes->count = COUNTING_CLASSES;
    return true;
}

static void show_progress(void *context, size_t done, size_t replicates)
{
    (void)context;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%3zu %% of the resamplings%s", 100 * done / replicates,
                done == replicates ? "\r\033[K" : "");
}

static bool measure(struct measuring *measuring)
{
    struct cli *cli = measuring->cli;
    struct measurement measurement;
    struct measuring_output output = {0};
    if (cli->word_count < 2 || cli->word_count - 1 > MEASUREMENT_VIDEOS)
        return fail(measuring->fault, FAULT_INPUT, "file",
                    cli->word_count < 2
                        ? "Say which tables of tracks to measure: exoledger measure tracks.csv "
                          "--frame-rate 25 --exposure-ms 32.5 --temperature-c 25."
                        : "At most 256 files are measured together.");
    if (!measuring_output_read(cli, &output) || !read_options(measuring) ||
        !read_tables(measuring) || !choose_classes(measuring) ||
        !measurement_make(measuring->arena, measuring->fault, &measuring->table,
                          &measuring->settings, &measurement))
        return false;
    measuring->report.measurement = &measurement;
    return measuring_output_write(cli, measuring->arena, &output, &measuring->report);
}

bool measuring_run(struct cli *cli)
{
    struct arena *arena = arena_open(MEASURING_ARENA_BYTES);
    struct measuring *measuring = arena_take(arena, sizeof *measuring);
    *measuring = (struct measuring){
        .cli = cli,
        .arena = arena,
        .fault = &cli->work->fault,
        .settings = {.missed_frame_allowed = true, .progress = show_progress},
        .report = {.program = PROGRAM_VERSION, .settings = &measuring->settings},
    };
    bool worked = measure(measuring);
    arena_close(arena);
    return worked;
}
