/* scene.c: what may be simulated, and what stands where nothing is said. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/scene.h"

#include <math.h>

#define WHOLE(member, low, high)                                                                   \
    {                                                                                              \
#member, offsetof(struct scene, member),                                                   \
            _Generic(((struct scene *)0)->member, int32_t                                          \
                     : true),                                                                      \
            low, high                                                                              \
    }
#define REAL(member, low, high)                                                                    \
    {                                                                                              \
#member, offsetof(struct scene, member),                                                   \
            _Generic(((struct scene *)0)->member, double                                           \
                     : false),                                                                     \
            low, high                                                                              \
    }

const struct scene_member scene_members[SCENE_MEMBERS] = {
    WHOLE(width_px, 16, 8192),
    WHOLE(height_px, 16, 8192),
    WHOLE(frames, 1, 1000000),
    WHOLE(substeps, 8, SCENE_SUBSTEPS),
    REAL(pixel_nm, 1, 10000),
    REAL(frame_s, 1e-5, 60),
    REAL(exposure_ms, 0, 60000),
    REAL(dropped, 0, 0.9),
    REAL(temperature_c, 0, 100),
    REAL(temperature_rise_k, -50, 50),
    REAL(viscosity_mpa_s, 0, 1000),
    REAL(concentration_per_ml, 0, 1e13),
    WHOLE(stuck_spots, 0, 10000),
    REAL(box_depth_um, 0.1, 10000),
    REAL(margin_um, 0, 10000),
    REAL(drift_x_um_per_s, -10000, 10000),
    REAL(drift_y_um_per_s, -10000, 10000),
    REAL(shear_per_s, -100, 100),
    REAL(vibration_px, 0, 100),
    REAL(vibration_hz, 0, 100000),
    REAL(photons_100nm, 0, 1e9),
    REAL(brightness_exponent, 0, 6),
    REAL(brightness_ln_sd, 0, 2),
    REAL(saturation_photons, 0, 1e12),
    REAL(psf_um, 0.01, 10),
    REAL(defocus_um, 0.01, 10000),
    REAL(sheet_um, 0, 1000),
    REAL(depth_um, 0.1, 1000),
    REAL(falloff, 0, 1),
    REAL(background_photons, 0, 1e6),
    REAL(read_noise_e, 0, 1e4),
    REAL(gain_dn_per_e, 1e-6, 1e4),
    REAL(offset_dn, 0, 65535),
    WHOLE(bits, 8, 16),
    WHOLE(hot_pixels, 0, 100000),
    REAL(hot_photons, 0, 1e6),
    REAL(threshold_photons, 0, 1e9),
    REAL(noise_nm, 0, 10000),
    REAL(noise_factor, 0, 1000),
    REAL(missed, 0, 1),
    REAL(false_spots, 0, 10000),
    WHOLE(memory_frames, 0, 1000000),
};

struct scene scene_default(void)
{
    return (struct scene){
        .width_px = 640,
        .height_px = 512,
        .frames = 1500,
        .substeps = 8,
        .pixel_nm = 140,
        .frame_s = 0.04,
        .exposure_ms = 32.5,
        .temperature_c = 25,
        .concentration_per_ml = 1.56e9,
        .populations = {{.share = 1, .median_nm = 100}},
        .population_count = 1,
        .box_depth_um = 15,
        .margin_um = 4.2,
        .photons_100nm = 6000,
        .brightness_exponent = 4,
        .saturation_photons = 60000,
        .psf_um = 0.25,
        .defocus_um = 1.2,
        .depth_um = 5,
        .background_photons = 20,
        .read_noise_e = 2,
        .gain_dn_per_e = 0.25,
        .bits = 8,
        .noise_nm = 60,
        .memory_frames = 1,
    };
}

double scene_depth_um(const struct scene *scene)
{
    return scene->sheet_um > 0 ? 4 * scene->sheet_um : scene->depth_um;
}

static bool check_members(struct fault *fault, const struct scene *scene)
{
    for (size_t i = 0; i < SCENE_MEMBERS; i++) {
        const struct scene_member *member = &scene_members[i];
        const void *place = (const char *)scene + member->offset;
        double value = member->whole ? *(const int32_t *)place : *(const double *)place;
        if (!(value >= member->low && value <= member->high))
            return fail(fault, FAULT_INPUT, member->name,
                        "The member %s of a scene must lie between %.9g and %.9g.", member->name,
                        member->low, member->high);
    }
    return true;
}

static bool check_populations(struct fault *fault, const struct scene *scene)
{
    if (scene->population_count < 1 || scene->population_count > SCENE_POPULATIONS)
        return fail(fault, FAULT_INPUT, "populations",
                    "The member populations of a scene must list 1 to %d populations.",
                    SCENE_POPULATIONS);
    for (int32_t i = 0; i < scene->population_count; i++) {
        const struct scene_population *population = &scene->populations[i];
        if (!(population->share > 0 && population->share <= 1e6 && population->median_nm >= 1 &&
              population->median_nm <= 10000 && population->ln_sd >= 0 && population->ln_sd <= 1))
            return fail(fault, FAULT_INPUT, "populations",
                        "The member populations of a scene: number %d needs a share above 0 (to "
                        "1000000), a median_nm between 1 and 10000 and an ln_sd between 0 and 1.",
                        i + 1);
    }
    return true;
}

static bool check_time_and_medium(struct fault *fault, const struct scene *scene)
{
    double last_c = scene->temperature_c + scene->temperature_rise_k;
    if (scene->exposure_ms > scene->frame_s * 1000 * (1 + 1e-9))
        return fail(fault, FAULT_INPUT, "exposure_ms",
                    "The member exposure_ms of a scene must not be longer than frame_s (%.9g ms).",
                    scene->frame_s * 1000);
    return (last_c >= 0 && last_c <= 100) ||
           fail(fault, FAULT_INPUT, "temperature_rise_k",
                "The member temperature_rise_k of a scene must leave the temperature between 0 and "
                "100 C; it ends at %.9g C.",
                last_c);
}

/* Particles come in and go out out of sight: what wraps around must not be seen doing it. */
static bool check_box(struct fault *fault, const struct scene *scene)
{
    double pixel_um = scene->pixel_nm / 1000;
    double deepest_um = scene->sheet_um > 0 ? 6 * scene->sheet_um : 3 * scene->depth_um;
    double least_um = fmax(4 * scene->psf_um, 2 * pixel_um);
    if (scene->box_depth_um < deepest_um * (1 - 1e-9))
        return fail(fault, FAULT_INPUT, "box_depth_um",
                    "The member box_depth_um of a scene must be at least %.9g: three times "
                    "depth_um, or six times sheet_um.",
                    deepest_um);
    if (scene->margin_um < least_um * (1 - 1e-9))
        return fail(fault, FAULT_INPUT, "margin_um",
                    "The member margin_um of a scene must be at least %.9g: four times psf_um and "
                    "two pixels.",
                    least_um);
    return (scene->psf_um >= 0.2 * pixel_um && scene->psf_um <= 20 * pixel_um) ||
           fail(fault, FAULT_INPUT, "psf_um",
                "The member psf_um of a scene must lie between 0.2 and 20 pixels (%.9g and %.9g "
                "um).",
                0.2 * pixel_um, 20 * pixel_um);
}

/* What is asked for stays within memory: a million particles in the box, a hundred thousand of them
 * in view, five million positions in all frames. */
static bool check_amount(struct fault *fault, const struct scene *scene)
{
    enum { MOST_PARTICLES = 1000000, MOST_IN_VIEW = 100000, MOST_POSITIONS = 5000000 };
    double width_um = scene->width_px * scene->pixel_nm / 1000;
    double height_um = scene->height_px * scene->pixel_nm / 1000;
    double per_um3 = scene->concentration_per_ml * 1e-12;
    double box_um3 = (width_um + 2 * scene->margin_um) * (height_um + 2 * scene->margin_um) *
                     scene->box_depth_um;
    double in_view = per_um3 * width_um * height_um * scene_depth_um(scene) + scene->stuck_spots +
                     scene->false_spots;
    if (per_um3 * box_um3 > MOST_PARTICLES || in_view > MOST_IN_VIEW)
        return fail(fault, FAULT_INPUT, "concentration_per_ml",
                    "The scene would hold %.3g particles, %.3g of them in view, more than %d or "
                    "%d; lower concentration_per_ml, box_depth_um or the view.",
                    per_um3 * box_um3, in_view, MOST_PARTICLES, MOST_IN_VIEW);
    return in_view * scene->frames <= MOST_POSITIONS ||
           fail(fault, FAULT_INPUT, "frames",
                "The scene would give %.3g positions, more than %d; lower frames, "
                "concentration_per_ml, stuck_spots or false_spots.",
                in_view * scene->frames, MOST_POSITIONS);
}

bool scene_check(struct fault *fault, const struct scene *scene)
{
    return check_members(fault, scene) && check_populations(fault, scene) &&
           check_time_and_medium(fault, scene) && check_box(fault, scene) &&
           check_amount(fault, scene);
}
