/* report_number.h: how does a reader write this number? */
#ifndef MEASURE_REPORT_NUMBER_H
#define MEASURE_REPORT_NUMBER_H

#include "measure/report_words.h"

/* So many significant digits, zeros at the end included; from 100,000 on and below 0.001 with a
 * power of ten, as 1.2 × 10⁹ or, plainly, 1.2e9. What is not finite is a dash. */
const char *number_text(const struct report_voice *voice, double value, int digits);

/* A size: to a tenth of a nanometre, from 1000 nm on to a whole one. */
const char *number_size(const struct report_voice *voice, double size_nm);

/* As somebody gave it: no digit that says nothing. */
const char *number_given(const struct report_voice *voice, double value);

/* So many digits behind the point. */
const char *number_fixed(const struct report_voice *voice, double value, int decimals);

const char *number_count(const struct report_voice *voice, size_t count);

/* With its sign, also where that is a plus. */
const char *number_signed(const struct report_voice *voice, double value, int decimals);

/* "low – high", in the way of the language; number_text for each end. */
const char *number_interval(const struct report_voice *voice, double low, double high, int digits);
const char *number_sizes(const struct report_voice *voice, double low_nm, double high_nm);

#endif
