/* measuring.h: the commands of the measurement, which need no record. */
#ifndef MEASURING_H
#define MEASURING_H

#include "cli.h"

MUST_USE bool measuring_run(struct cli *cli);
MUST_USE bool qualifying_run(struct cli *cli);

#endif
