/* stage.h: what does a scene say of every frame and place, worked out once? */
#ifndef MEASURE_STAGE_H
#define MEASURE_STAGE_H

#include "measure/random.h"
#include "measure/scene.h"

/* Whose draws they are: each thing has a stream of its own, so that no order matters. */
enum stage_stream {
    STREAM_SCENE,      /* how many particles there are */
    STREAM_BODY,       /* one particle: what it is and its way */
    STREAM_REFINEMENT, /* one particle: its way within exposures */
    STREAM_DETECTION,  /* one particle: what is seen of it */
    STREAM_FALSE,      /* one frame: spots without a particle */
    STREAM_DROPPED,    /* one frame: whether it is recorded */
    STREAM_CAMERA,     /* one frame: noise of all pixels */
    STREAM_HOT,        /* where hot pixels are */
};

/* Micrometres from the centre of the first pixel and from the focus. */
struct stage {
    const struct scene *scene;
    uint64_t seed;
    double exposure_s;
    double pixel_um;
    double low_um[3]; /* of the box */
    double box_um[3];
    double view_low_um; /* in x and in y */
    double view_um[2];
    double depth_um; /* in view, around the focus */
    size_t bodies;   /* that diffuse */
    size_t stuck;
    double *diffusion_nm_um2_per_s; /* diffusion coefficient times diameter, in each frame */
    bool *dropped;                  /* each frame */
    size_t recorded;                /* frames that are not dropped */
};

/* Checks the scene, which must outlive the stage, and draws how many particles it holds. */
MUST_USE bool stage_set(struct arena *arena, struct fault *fault, const struct scene *scene,
                        uint64_t seed, struct stage *stage);

struct random stage_stream(const struct stage *stage, enum stage_stream whose, size_t index);

/* How far vibration displaces the image along x, on the average between two times. */
double stage_shake_um(const struct stage *stage, double from_s, double to_s);

/* Light at a place of the view, 1 in its middle. */
double stage_illumination(const struct stage *stage, double x_um, double y_um);

/* Whether a place lies in the view and its depth. */
bool stage_holds(const struct stage *stage, const double at_um[3]);

/* The same with so much more of the view on each side. */
bool stage_nears(const struct stage *stage, const double at_um[3], double more_um);

/* Standard deviation of a spot at a depth: the variance grows with z squared. */
double stage_spot_um(const struct stage *stage, double z_um);

#endif
