/* certificate_page.h: where does each part of a certificate stand on its pages? */
#ifndef QUALITY_CERTIFICATE_PAGE_H
#define QUALITY_CERTIFICATE_PAGE_H

#include "quality/certificate.h"

/* The pages as PDF, Japanese and English beside each other, from the data alone. */
MUST_USE bool certificate_draw(struct arena *arena, struct fault *fault,
                               const struct certificate_data *data, const char *data_sha256,
                               const unsigned char **bytes, size_t *size);

#endif
