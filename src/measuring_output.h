/* measuring_output.h: where does what was measured go, and in which form? */
#ifndef MEASURING_OUTPUT_H
#define MEASURING_OUTPUT_H

#include "cli.h"
#include "measure/report.h"

/* The names of its options, as cli_only takes them. */
#define MEASURING_OUTPUT_OPTIONS "pdf png tracks sizes language"

enum measuring_form { FORM_PDF, FORM_PNG, FORM_TRACKS, FORM_SIZES, MEASURING_FORMS };

struct measuring_output {
    const char *paths[MEASURING_FORMS]; /* NULL where a form is not asked for */
    enum report_language language;
};

/* Before anything is measured: a file that is there already is refused, and so is a folder that is
 * not there. */
MUST_USE bool measuring_output_read(const struct cli *cli, struct measuring_output *output);

/* Every file whole or not at all, then the report, as text or JSON, to the standard output. */
MUST_USE bool measuring_output_write(const struct cli *cli, struct arena *arena,
                                     const struct measuring_output *output,
                                     const struct report *report);

#endif
