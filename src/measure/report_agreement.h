/* report_agreement.h: do the members of a report contradict one another? */
#ifndef MEASURE_REPORT_AGREEMENT_H
#define MEASURE_REPORT_AGREEMENT_H

#include "measure/report_reading.h"

/* Refuses with FAULT_INPUT, field "report", and the member that cannot be. */
MUST_USE bool report_agrees(struct arena *arena, struct fault *fault,
                            const struct report_reading *reading);

#endif
