/* measuring_options.c: what somebody says of a measurement, and what is missing. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring.h"

#include "base/real.h"
#include "measuring_output.h"

#include <math.h>
#include <unistd.h>

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
    {"smallest_nm", 5, 1000, false, "the smallest particle that is followed through a video"},
    {"false_per_frame", 1e-6, 100, false, "spots that noise may raise in one frame"},
    {"gain_dn_per_e", 1e-6, 1e6, false, "the gain of the camera"},
    {"offset_dn", -65536, 65536, false, "what the camera shows without light"},
    {"read_noise_dn", 0, 65536, false, "the noise of the camera without light"},
    {"seed", 0, 9007199254740991.0, true, "what the resamplings are drawn from"},
    {"threads", 1, 64, true, "threads that share the work"},
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

/* What a file beside the videos says, where the user does not; if both do, they must agree. */
static bool read_said(struct measuring *measuring, const char *name, double said, double *number)
{
    const bool given = cli_option(measuring->cli, name) != NULL;
    const double tolerance = 1e-4; /* more is no rounding */
    if (!read_number(measuring, name, number))
        return false;
    if (given && said > 0 && fabs(*number - said) > tolerance * said)
        return fail(measuring->fault, FAULT_INPUT, name,
                    "%s is given as %g, but %s says %g; correct the one that is wrong.", name,
                    *number, measuring->said.where, said);
    if (!given && said > 0)
        *number = said;
    return true;
}

static bool read_timing(struct measuring *measuring)
{
    const char *assumed = cli_option(measuring->cli, "assume_exposure");
    measuring->exposure_ms = -1;
    if (!read_said(measuring, "frame_rate", measuring->said.frame_rate, &measuring->frame_rate) ||
        !read_said(measuring, "exposure_ms", assumed ? 0 : measuring->said.exposure_ms,
                   &measuring->exposure_ms))
        return false;
    if (!(measuring->frame_rate > 0) && !measuring->videos)
        return fail(measuring->fault, FAULT_INPUT, "frame_rate",
                    "Say how many frames the camera takes in a second, such as --frame-rate 25; a "
                    "step tells nothing without its time.");
    if (measuring->exposure_ms < 0 && !assumed)
        return fail(measuring->fault, FAULT_INPUT, "exposure_ms",
                    "Say how long each exposure lasts, such as --exposure-ms 32.5: read without "
                    "its blur a particle of 100 nm becomes 137 nm. If nobody knows, declare "
                    "--assume-exposure frame; the report then says that at worst every size is "
                    "50 %% larger.");
    if (assumed && (measuring->exposure_ms >= 0 || !text_equals(assumed, "frame")))
        return fail(
            measuring->fault, FAULT_INPUT, "assume_exposure",
            "An exposure is either known (--exposure-ms) or assumed to last the whole frame "
            "(--assume-exposure frame).");
    measuring->settings.exposure = assumed ? EXPOSURE_ASSUMED : EXPOSURE_RECORDED;
    return true;
}

static bool settle_timing(struct measuring *measuring, double frame_s)
{
    struct measure_timing *timing = &measuring->settings.timing;
    timing->frame_s = frame_s;
    timing->exposure_s =
        measuring->exposure_ms < 0 ? timing->frame_s : measuring->exposure_ms / 1e3;
    if (timing->exposure_s > timing->frame_s * (1 + 1e-9))
        return fail(measuring->fault, FAULT_INPUT, "exposure_ms",
                    "An exposure of %g ms does not fit into a frame of %g ms.",
                    measuring->exposure_ms, timing->frame_s * 1e3);
    timing->exposure_s = fmin(timing->exposure_s, timing->frame_s); /* digits of both cut off */
    return true;
}

/* What the files beside the videos say, where each has one that does. */
static bool take_said_temperatures(struct measuring *measuring, double *each)
{
    size_t videos = measuring->report.file_count;
    double sum = 0;
    for (size_t i = 0; i < videos; i++) {
        each[i] = measuring->sources[i].temperature_c;
        sum += each[i];
    }
    if (!isfinite(sum))
        return true;
    measuring->settings.temperatures_c = each;
    measuring->settings.medium.temperature_c = sum / (double)videos;
    return true;
}

/* One temperature for all videos, or one for each, with commas between. */
static bool read_temperatures(struct measuring *measuring)
{
    const char *text = cli_option(measuring->cli, "temperature_c");
    size_t count = 0;
    double sum = 0, *each = arena_take(measuring->arena, MEASUREMENT_VIDEOS * sizeof *each);
    if (!text)
        return cli_option(measuring->cli, "assume_temperature_c") != NULL ||
               take_said_temperatures(measuring, each);
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

bool measuring_check_temperatures(struct measuring *measuring)
{
    size_t files = measuring->report.file_count;
    const double tolerance_k = 0.05, *each = measuring->settings.temperatures_c;
    if (measuring->temperature_count > 1 && measuring->temperature_count != files)
        return fail(measuring->fault, FAULT_INPUT, "temperature_c",
                    "Give one temperature for all %zu files or one for each, with commas between.",
                    files);
    for (size_t i = 0; measuring->videos && each && i < files; i++)
        if (fabs(each[i] - measuring->sources[i].temperature_c) > tolerance_k)
            return fail(measuring->fault, FAULT_INPUT, "temperature_c",
                        "The temperature is given as %g C, but the file beside %s says %g C; "
                        "correct the one that is wrong.",
                        each[i], measuring->sources[i].name, measuring->sources[i].temperature_c);
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
    if (!read_temperature(measuring) ||
        !read_said(measuring, "viscosity_mpa_s", measuring->said.viscosity_mpa_s, &viscosity))
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

/* The view is that of the videos, where there are videos. */
static bool read_view(struct measuring *measuring, const struct frame_shape *shape)
{
    struct measure_view *view = &measuring->counting.view;
    double width_px = shape ? shape->width_px : 0, height_px = shape ? shape->height_px : 0;
    double pixel_um = measuring->report.pixel_um;
    if (!read_said(measuring, "width_px", width_px, &width_px) ||
        !read_said(measuring, "height_px", height_px, &height_px) ||
        !read_number(measuring, "guard_um", &view->guard_um) ||
        !need(measuring, "width_px", width_px > 0) ||
        !need(measuring, "height_px", height_px > 0) || !need(measuring, "pixel_nm", pixel_um > 0))
        return false;
    /* The first pixel reaches from -0.5 to 0.5. */
    view->left_um = view->top_um = -pixel_um / 2;
    view->right_um = (width_px - 0.5) * pixel_um;
    view->bottom_um = (height_px - 0.5) * pixel_um;
    return true;
}

static bool read_counting(struct measuring *measuring, const struct frame_shape *shape)
{
    struct counting_settings *counting = &measuring->counting;
    double dilution_sd = 0, volume_sd = 0;
    /* Trackers add up the whole light of a spot. */
    struct measure_sheet sheet = {
        .half_width_um = INFINITY, .rayleigh_um = INFINITY, .whole_light = true};
    if (!is_counted(measuring) && !(measuring->said.dilution > 0))
        return true;
    sheet.fixed_um = measuring->settings.depth_um;
    if (!read_said(measuring, "dilution", measuring->said.dilution, &counting->factors.dilution) ||
        !read_number(measuring, "dilution_sd_percent", &dilution_sd) ||
        !read_number(measuring, "cell_um", &counting->passage.cell_um) ||
        !read_number(measuring, "sheet_um", &sheet.half_width_um) ||
        !read_number(measuring, "rayleigh_um", &sheet.rayleigh_um) ||
        !read_number(measuring, "threshold", &counting->classes.threshold) ||
        !read_number(measuring, "spot_noise", &measuring->settings.spot_noise) ||
        !read_number(measuring, "volume_sd_percent", &volume_sd) || !read_view(measuring, shape))
        return false;
    bool geometry = isfinite(sheet.half_width_um) || isfinite(sheet.rayleigh_um);
    if (geometry && sheet.fixed_um > 0)
        return fail(measuring->fault, FAULT_INPUT, "depth_um",
                    "Give either the depth or the light sheet, not both.");
    if (measuring->videos && !geometry && !(sheet.fixed_um > 0))
        return true; /* counted in each frame, and the report says what a concentration needs */
    if (!need(measuring, "dilution", counting->factors.dilution > 0) ||
        !need(measuring, "depth_um", geometry || sheet.fixed_um > 0) ||
        (geometry && !measuring->videos &&
         !need(measuring, "threshold", counting->classes.threshold > 0)))
        return false;
    counting->classes.count = 1;
    counting->sheet = sheet;
    counting->factors.dilution_sd = dilution_sd / 100;
    counting->factors.volume_sd = counting->sheet.relative_sd = volume_sd / 100;
    measuring->settings.counting = counting;
    return true;
}

/* Of a video alone: how spots are found and followed. */
static bool read_following(struct measuring *measuring)
{
    static const char *const names[] = {"smallest_nm", "false_per_frame", "gain_dn_per_e",
                                        "offset_dn",   "read_noise_dn",   "dark_spots"};
    const char *dark = cli_option(measuring->cli, "dark_spots");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!measuring->videos && cli_option(measuring->cli, names[i]))
            return fail(measuring->fault, FAULT_INPUT, names[i],
                        "%s says how a video is read; a table of tracks needs no such option.",
                        names[i]);
    if (dark && !text_equals(dark, "true"))
        return fail(measuring->fault, FAULT_INPUT, "dark_spots",
                    "--dark-spots takes no value; put it behind the file %s.", dark);
    measuring->dark_spots = dark != NULL;
    measuring->smallest_nm = TRACKING_SMALLEST_NM;
    measuring->false_per_frame = tracking_settings_default().false_per_frame;
    measuring->camera = tracking_settings_default().camera;
    return read_number(measuring, "smallest_nm", &measuring->smallest_nm) &&
           read_number(measuring, "false_per_frame", &measuring->false_per_frame) &&
           read_number(measuring, "gain_dn_per_e", &measuring->camera.gain_dn_per_e) &&
           read_number(measuring, "offset_dn", &measuring->camera.offset_dn) &&
           read_number(measuring, "read_noise_dn", &measuring->camera.read_dn);
}

bool measuring_settle(struct measuring *measuring, const struct frame_shape *shape, double frame_s)
{
    return settle_timing(measuring, frame_s) && read_counting(measuring, shape);
}

bool measuring_read_options(struct measuring *measuring)
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
                  "blank link_um min_positions bootstraps seed threads with_shear smallest_nm "
                  "false_per_frame gain_dn_per_e offset_dn read_noise_dn "
                  "dark_spots " MEASURING_OUTPUT_OPTIONS))
        return false;
    if (shear && !text_equals(shear, "true"))
        return fail(measuring->fault, FAULT_INPUT, "with_shear",
                    "--with-shear takes no value; put it behind the file %s.", shear);
    if (!read_timing(measuring) || !read_medium(measuring) || !read_following(measuring) ||
        !read_said(measuring, "pixel_nm", measuring->said.pixel_nm, &pixel_nm) ||
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
    return !measuring->videos || pixel_nm > 0 ||
           fail(measuring->fault, FAULT_INPUT, "pixel_nm",
                "Say how large a pixel is in the sample, such as --pixel-nm 140; without it no "
                "step has a length.");
}
