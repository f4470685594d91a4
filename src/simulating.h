/* simulating.h: exoledger simulate: a scene, and the folder that its video goes into. */
#ifndef SIMULATING_H
#define SIMULATING_H

#include "cli.h"

#include "measure/camera.h"
#include "measure/simulate.h"

/* What is simulated, how, and where to. */
struct simulating {
    struct arena *arena;
    struct fault *fault;
    struct scene scene;
    uint64_t seed;
    size_t threads;
    const char *out;   /* the folder, without a slash at its end */
    const char *draft; /* its name while it is being written */
    int64_t begun_usec;
    int64_t told_usec; /* when progress was shown the last time */
};

bool simulating_run(struct cli *cli);

/* Shows how far it is on the error output, when it has taken more than a second. False where the
 * program was asked to end meanwhile. */
MUST_USE bool simulating_go_on(struct simulating *simulating, const char *what, size_t done,
                               size_t all);

/* Makes the draft folder, or refuses a folder in which something lies. */
MUST_USE bool simulating_open(struct simulating *simulating);
/* Gives the draft its name; or removes it and what is in it. */
MUST_USE bool simulating_keep(struct simulating *simulating);
void simulating_drop(const struct simulating *simulating);

/* scene.json, truth.json, truth.csv and tracks.csv. */
MUST_USE bool simulating_write_tracks(struct simulating *simulating,
                                      const struct simulated *simulated);
void simulating_write_truth(struct text *out, uint64_t seed, const struct simulated *simulated);

/* video.raw and video.json. */
MUST_USE bool simulating_write_video(struct simulating *simulating);

/* A file of the draft folder; bytes that cannot be written make one sentence. */
MUST_USE bool simulating_file(struct simulating *simulating, const char *name, FILE **file);
MUST_USE bool simulating_close(struct simulating *simulating, const char *name, FILE *file);

#endif
