/* storm_steps.h: the ways in which a storm asks the record for something. */
#ifndef FAULTS_STORM_STEPS_H
#define FAULTS_STORM_STEPS_H

#include "storm.h"

/* On the command line. A process that met a fault of the storage ends with its answer. */
void storm_ask(struct storm *storm, struct told *told);
/* At the server's writer, in one commit; the server is started where none runs. */
void storm_ask_writer(struct storm *storm, struct told **told, size_t count);

/* A new request with a key of its own; NULL when there is no room for another. */
struct told *storm_new(struct storm *storm, const char *account, const char *operation);

#endif
