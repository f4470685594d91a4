/* matrix.h: which squares of a DataMatrix are dark for a text? (libzint behind it) */
#ifndef BASE_MATRIX_H
#define BASE_MATRIX_H

#include "base/fault.h"

enum { MATRIX_MOST = 144 };

struct matrix {
    int size; /* modules of one side, without the quiet zone of one module around it */
    bool dark[MATRIX_MOST][MATRIX_MOST];
};

/* ECC 200, square, of printable ASCII. FAULT_INPUT where the text cannot be encoded. */
MUST_USE bool matrix_make(struct fault *fault, const char *text, struct matrix *matrix);

#endif
