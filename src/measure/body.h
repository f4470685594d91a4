/* body.h: where is one simulated particle during each exposure, and how bright? */
#ifndef MEASURE_BODY_H
#define MEASURE_BODY_H

#include "measure/stage.h"

struct body {
    size_t index;
    bool stuck;
    double diameter_nm;
    double photons; /* of an exposure in focus, in the middle of the view */
    double at_um[3];
    int64_t wraps; /* how often it left the box and came in from the other side */
    struct random way;
    struct random refinement;
};

/* One frame of a body. Its number is new behind each wrap: what comes in is another particle. */
struct moment {
    int32_t frame;
    int64_t number;     /* below zero for stuck spots */
    double mean_um[3];  /* position averaged over the exposure, as the camera sees it */
    double start_um[3]; /* when the exposure begins */
    double diffusion_um2_per_s;
    double speed_um_per_s[3];
    double step_um[3];      /* by diffusion, to the begin of the next frame */
    double mean_step_um[3]; /* by diffusion, from the start to the mean over the exposure */
};

/* The same exposure in parts of equal length; each place is a mean over its part. */
struct passage {
    int32_t parts;
    double part_s;
    double at_um[3][SCENE_SUBSTEPS];
};

struct light {
    double photons;   /* of the exposure */
    double amplitude; /* photons that would make the same peak in focus */
};

/* index below stage->bodies, or behind them that of a stuck spot. */
struct body body_make(const struct stage *stage, size_t index);

/* Frames have to be asked for in their order, without a gap. Exact for free diffusion: the mean
 * over the exposure and the step of the frame are drawn from their joint normal distribution. */
void body_expose(const struct stage *stage, struct body *body, int32_t frame,
                 struct moment *moment);

/* Whether its light may reach the view. Only then is its way refined, so that images and positions
 * draw the same. */
bool body_is_near(const struct stage *stage, const struct moment *moment);

/* The way within the exposure, given its mean and the step of the frame; the mean of the parts is
 * that of the moment. */
void body_refine(const struct stage *stage, struct body *body, const struct moment *moment,
                 struct passage *passage);

/* In a slab with sharp borders the passage is not looked at and may be NULL. */
struct light body_light(const struct stage *stage, const struct body *body,
                        const struct moment *moment, const struct passage *passage);

/* Light of a part of the exposure, as a share of what the body sends in focus. */
double body_sheet(const struct stage *stage, double z_um);

#endif
