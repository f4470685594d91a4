/* importing.h: exoledger import: what an instrument's export says; needs no record. */
#ifndef IMPORTING_H
#define IMPORTING_H

#include "cli.h"

MUST_USE bool importing_run(struct cli *cli);

#endif
