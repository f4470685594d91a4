/* scene.h: what lies before the simulated microscope, and how does it look there? */
#ifndef MEASURE_SCENE_H
#define MEASURE_SCENE_H

#include "base/fault.h"
#include "base/json.h"

#include <stdint.h>

enum { SCENE_POPULATIONS = 8, SCENE_SUBSTEPS = 64 };

/* Sizes lognormal by number; with ln_sd 0 all of them are median_nm. */
struct scene_population {
    double share; /* by number, relative to the shares of the others */
    double median_nm;
    double ln_sd; /* standard deviation of ln(size) */
};

/* Members of JSON carry the same names; scene_members says what each may be. */
struct scene {
    /* The camera's view. Pixel i reaches from i - 0.5 to i + 0.5. */
    int32_t width_px;
    int32_t height_px;
    int32_t frames;
    int32_t substeps; /* of one exposure, where brightness or an image is asked for */
    double pixel_nm;
    double frame_s;
    double exposure_ms; /* at the begin of each frame; the rest of it is dark */
    double dropped;     /* share of the frames that are not recorded */

    /* The sample. */
    double temperature_c;      /* in the first frame */
    double temperature_rise_k; /* over the video */
    double viscosity_mpa_s;    /* 0: that of water */
    double concentration_per_ml;
    struct scene_population populations[SCENE_POPULATIONS];
    int32_t population_count;
    int32_t stuck_spots; /* in the view; particles that do not move */
    double box_depth_um;
    double margin_um; /* of the box around the view */
    double drift_x_um_per_s;
    double drift_y_um_per_s;
    double shear_per_s;  /* growth of the speed in x with y, zero in the middle of the view */
    double vibration_px; /* amplitude along x */
    double vibration_hz;

    /* Light. photons = photons_100nm (d/100 nm)^brightness_exponent, times a lognormal spread. */
    double photons_100nm; /* of a particle in focus in one exposure */
    double brightness_exponent;
    double brightness_ln_sd;
    double saturation_photons; /* no particle sends more */
    double psf_um;             /* standard deviation of a spot in focus */
    double defocus_um;         /* z at which its variance has doubled */
    double sheet_um; /* 1/e2 half width of the light sheet; 0: a slab with sharp borders */
    double depth_um; /* of that slab, constant brightness inside */
    double falloff;  /* by which share the light is weaker in the corners of the view */

    /* The camera. */
    double background_photons; /* on each pixel, in the middle */
    double read_noise_e;
    double gain_dn_per_e;
    double offset_dn;
    int32_t bits; /* above 8, pixels are written as 16 bits, little end first */
    int32_t hot_pixels;
    double hot_photons; /* on a hot pixel, beside the background */

    /* Detection and linking, where positions are asked for and no images. */
    double threshold_photons; /* of the amplitude: photons that would make the same peak in focus */
    double noise_nm;          /* of localisation on one axis, whatever the brightness */
    double noise_factor;      /* of (psf2 + D exposure/3) / photons, added to it as variance */
    double missed;            /* share of spots above the threshold that are not found */
    double false_spots;       /* on the average, in one frame */
    int32_t memory_frames;    /* a particle missed for more of them goes on as another one */
};

/* One member: its place, and what it may be. */
struct scene_member {
    const char *name;
    size_t offset;
    bool whole; /* int32_t; otherwise double */
    double low;
    double high;
};

enum { SCENE_MEMBERS = 42 };
extern const struct scene_member scene_members[SCENE_MEMBERS];

/* 60 s of beads of 100 nm in water at 25 C, 50 in view, in a slab of 5 um. */
struct scene scene_default(void);

/* Refuses what cannot be simulated, and names the member. */
MUST_USE bool scene_check(struct fault *fault, const struct scene *scene);

/* Depth in which a particle counts as in view: that of the slab, or four half widths of the sheet,
 * beyond which 0.03 % of the light are left. */
double scene_depth_um(const struct scene *scene);

/* Scenes that are built in. */
struct scene_name {
    const char *name;
    const char *summary;
    const char *json; /* what differs from scene_default */
};

extern const struct scene_name scene_names[]; /* ends with a NULL name */

/* FAULT_MISSING where none has that name. */
MUST_USE bool scene_named(struct arena *arena, struct fault *fault, const char *name,
                          struct scene *scene);

/* A JSON object with the members that differ from scene_default, or from the built-in scene that a
 * member "scene" names. Checked. */
MUST_USE bool scene_read(struct arena *arena, struct fault *fault, const char *bytes, size_t size,
                         struct scene *scene);

/* Every member, so that scene_read gives the same scene to the last bit. */
void scene_write(struct text *out, const struct scene *scene);

#endif
