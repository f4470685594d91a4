/* matrix.c: a thin cover over libzint. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/matrix.h"

#include <string.h>
#include <zint.h>

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static void copy_modules(const struct zint_symbol *symbol, struct matrix *matrix)
{
    matrix->size = symbol->width;
    for (int row = 0; row < symbol->rows; row++)
        for (int column = 0; column < symbol->width; column++)
            matrix->dark[row][column] =
                (symbol->encoded_data[row][column >> 3] >> (column & 7)) & 1;
}

bool matrix_make(struct fault *fault, const char *text, struct matrix *matrix)
{
    const size_t length = strlen(text);
    *matrix = (struct matrix){0};
    if (!length || length > 200 || !is_printable(text))
        return fail(fault, FAULT_INPUT, "text",
                    "A DataMatrix holds 1 to 200 printable ASCII characters; shorten the text.");
    struct zint_symbol *symbol = ZBarcode_Create();
    if (!symbol)
        return fail(fault, FAULT_STORAGE, "", "There is no memory for a DataMatrix.");
    symbol->symbology = BARCODE_DATAMATRIX;
    symbol->option_3 = DM_SQUARE;
    symbol->input_mode = DATA_MODE;
    bool worked = ZBarcode_Encode(symbol, (const unsigned char *)text, (int)length) == 0 &&
                  symbol->rows == symbol->width && symbol->width <= MATRIX_MOST;
    if (worked)
        copy_modules(symbol, matrix);
    ZBarcode_Delete(symbol);
    return worked || fail(fault, FAULT_INPUT, "text", "No DataMatrix can be made of %s.", text);
}
