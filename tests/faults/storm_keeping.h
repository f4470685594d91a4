/* storm_keeping.h: what is done to records as a whole in a storm. */
#ifndef FAULTS_STORM_KEEPING_H
#define FAULTS_STORM_KEEPING_H

#include "storm.h"

void storm_checkpoint(struct storm *storm);
void storm_rebuild(struct storm *storm);
/* Into folders of their own for the copy and its keys. */
void storm_back_up(struct storm *storm);
/* A second record in another folder, begun again as often as it was interrupted. */
void storm_init(struct storm *storm);

/* The newest backup that was acknowledged is complete and can be read with its keys. */
bool storm_copy_holds(struct storm *storm);
/* The second record, where one was acknowledged, is whole; otherwise it can still be made. */
bool storm_made_holds(struct storm *storm);

#endif
