/* certificate_tests.h: what does the record say that a certificate must print? */
#ifndef QUALITY_CERTIFICATE_TESTS_H
#define QUALITY_CERTIFICATE_TESTS_H

#include "quality/certificate.h"

/* The lot, every result and figure, and who released it, as they are recorded now. */
MUST_USE bool certificate_gather(struct work *work, const struct certificate_order *order,
                                 struct certificate_data *data);

#endif
