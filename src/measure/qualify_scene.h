/* qualify_scene.h: what does a simulated sample of known concentration come out as? */
#ifndef MEASURE_QUALIFY_SCENE_H
#define MEASURE_QUALIFY_SCENE_H

#include "measure/counting.h"
#include "measure/simulate.h"

/* Classes from the threshold on: the first 0.6 wide, then steps of 0.25 in ln(brightness). */
enum { QUALIFY_CLASSES = 30 };
extern const double qualify_edges[QUALIFY_CLASSES + 1];

struct qualify_sample {
    double median_nm;
    double ln_sd;
    double per_frame; /* expected in the view within the depth of the median */
    int32_t frames;   /* of one video */
    size_t videos;    /* each of another part of the sample */
    double cell_um;   /* depth of the box; 0: six half widths of the sheet */
};

/* A light sheet of 3 um and a range of focus of 3 um; 100 nm gives 6,000 photons, 20 times the
 * threshold; brightness as the fourth power of size, 25 % spread. */
struct scene qualify_scene(const struct qualify_sample *sample);
struct measure_sheet qualify_sheet(void);
struct counting_settings qualify_counting(void);

/* Live in their arena. */
struct qualify_count {
    struct track_table table;
    struct counting counting;
    double drawn_per_ml;  /* in the cells of these videos */
    double sample_per_ml; /* of which these cells are draws */
};

/* How particles of the sample come back. */
MUST_USE bool qualify_passage(struct fault *fault, const struct qualify_sample *sample,
                              struct measure_passage *passage);

/* settings may be NULL: then nothing is counted. */
MUST_USE bool qualify_count_make(struct arena *arena, struct fault *fault,
                                 const struct qualify_sample *sample, uint64_t seed,
                                 const struct counting_settings *settings,
                                 struct qualify_count *result);

#endif
