/* qualify.c: rows of a qualification, and whether each is within its bar. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify.h"

#include <math.h>
#include <string.h>

static double barred(const struct qualified *row)
{
    if (strcmp(row->bar, "bias") == 0)
        return row->bias;
    if (strcmp(row->bar, "spread") == 0)
        return row->spread;
    if (strcmp(row->bar, "coverage") == 0)
        return row->coverage;
    return strcmp(row->bar, "value") == 0 ? row->value : (double)NAN;
}

void qualification_add(struct qualification *qualification, struct qualified row)
{
    double value = barred(&row);
    row.met = value >= row.low && value <= row.high;
    if (qualification->count < QUALIFIED_ROWS)
        qualification->rows[qualification->count++] = row;
    else
        qualification->lost++;
    if (qualification->added)
        qualification->added(qualification->context, qualification->count);
}
