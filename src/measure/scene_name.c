/* scene_name.c: which scenes are built in? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/scene.h"

#include <string.h>

/* Video scenes carry a light sheet; the others a slab of 5 um, whose counting volume is exact. */
const struct scene_name scene_names[] = {
    {"beads", "100 nm, 60 s, 50 in view, slab of 5 um", "{}"},
    {"beads50", "50 nm", "{\"populations\":[{\"median_nm\":50}]}"},
    {"beads70", "70 nm", "{\"populations\":[{\"median_nm\":70}]}"},
    {"beads150", "150 nm", "{\"populations\":[{\"median_nm\":150}]}"},
    {"beads200", "200 nm", "{\"populations\":[{\"median_nm\":200}]}"},
    {"vesicles", "lognormal, median 90 nm, 0.4",
     "{\"populations\":[{\"median_nm\":90,\"ln_sd\":0.4}]}"},
    {"two", "80 and 150 nm, one to one",
     "{\"populations\":[{\"median_nm\":80},{\"median_nm\":150}]}"},
    {"tenfold", "60 and 200 nm, ten to one",
     "{\"populations\":[{\"share\":10,\"median_nm\":60},{\"share\":1,\"median_nm\":200}]}"},
    {"haze", "vesicles among ten times as many particles of 30 nm, light sheet",
     "{\"populations\":[{\"share\":1,\"median_nm\":90,\"ln_sd\":0.4},"
     "{\"share\":10,\"median_nm\":30,\"ln_sd\":0.15}],\"sheet_um\":3,\"box_depth_um\":30,"
     "\"threshold_photons\":300,\"concentration_per_ml\":4e9,\"brightness_ln_sd\":0.25}"},
    {"mono100", "4.8 s of 100 nm, light sheet",
     "{\"frames\":120,\"sheet_um\":3,\"box_depth_um\":30,\"concentration_per_ml\":4e8,"
     "\"threshold_photons\":300,\"noise_factor\":1,\"noise_nm\":10}"},
    {"ev_drift", "4.8 s of vesicles at 22 C drifting by 10 um/s, light sheet",
     "{\"frames\":120,\"sheet_um\":3,\"box_depth_um\":30,\"concentration_per_ml\":6e8,"
     "\"populations\":[{\"median_nm\":90,\"ln_sd\":0.4}],\"temperature_c\":22,"
     "\"drift_x_um_per_s\":10,\"threshold_photons\":300,\"noise_factor\":1,\"noise_nm\":10}"},
    {"pump", "beads in a flow of 50 um/s with shear",
     "{\"drift_x_um_per_s\":50,\"shear_per_s\":0.3}"},
    {"vibration", "beads while the stage shakes by 0.5 pixels at 12 Hz",
     "{\"vibration_px\":0.5,\"vibration_hz\":12}"},
    {"gaps", "beads with 5 % of the frames dropped and 10 % of the spots missed",
     "{\"dropped\":0.05,\"missed\":0.1}"},
    {"warming", "beads while the sample warms by 3 K", "{\"temperature_rise_k\":3}"},
    {"stuck", "beads among 20 spots that stick to the window", "{\"stuck_spots\":20}"},
    {"false", "beads with two false spots in each frame",
     "{\"false_spots\":2,\"threshold_photons\":300}"},
    {"crowd", "500 beads in view", "{\"concentration_per_ml\":1.56e10}"},
    {"sparse", "5 beads in view", "{\"concentration_per_ml\":1.56e8}"},
    {"empty", "nothing but background", "{\"concentration_per_ml\":0}"},
    {NULL, NULL, NULL},
};

bool scene_named(struct arena *arena, struct fault *fault, const char *name, struct scene *scene)
{
    struct text known = text_open(arena);
    for (const struct scene_name *at = scene_names; at->name; at++) {
        if (text_equals(at->name, name))
            return scene_read(arena, fault, at->json, strlen(at->json), scene);
        text_print(&known, "%s%s", at == scene_names ? "" : ", ", at->name);
    }
    return fail(fault, FAULT_MISSING, "scene", "No scene of that name is built in; there are %s.",
                known.bytes);
}
