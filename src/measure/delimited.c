/* delimited.c: text with commas (RFC 4180) or tabs between, read cell by cell with its place. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/delimited.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UTF8_BYTES = 4, NUMBER_DIGITS = 40, EXPONENT_LIMIT = 9999 };

/* Bytes 0x80 to 0x9F of Windows-1252, https://encoding.spec.whatwg.org/index-windows-1252.txt;
 * zero where it defines nothing. */
static const unsigned short windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* How many bytes the first one announces, or 0 where none may begin so (RFC 3629). */
static size_t utf8_announced(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Neither written longer than needed, nor half of a pair, nor beyond the last character. */
static bool utf8_allowed(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xE0:
        return second >= 0xA0;
    case 0xED:
        return second <= 0x9F;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second <= 0x8F;
    default:
        return true;
    }
}

/* Length of the UTF-8 character that begins here, or 0 where none does. */
static size_t utf8_length(const unsigned char *bytes, size_t size)
{
    size_t length = utf8_announced(bytes[0]);
    if (length > size)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    }
    return length < 2 || utf8_allowed(bytes[0], bytes[1]) ? length : 0;
}

/* Bytes below 0x80 from here, of which there is at least one; eight are looked at together. */
static size_t plain_run(const unsigned char *bytes, size_t size)
{
    size_t run = 1;
    uint64_t eight = 0;
    for (; run + sizeof eight <= size; run += sizeof eight) {
        memcpy(&eight, bytes + run, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    return run;
}

static bool is_utf8(const unsigned char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        if (bytes[at] < 0x80) {
            at += plain_run(bytes + at, size - at);
            continue;
        }
        size_t length = utf8_length(bytes + at, size - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

/* Bytes of one Windows-1252 character in UTF-8. */
static size_t utf8_encode(unsigned char byte, unsigned char encoded[UTF8_BYTES])
{
    unsigned code = byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
    if (code < 0x80) {
        encoded[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        encoded[0] = (unsigned char)(0xC0 | code >> 6);
        encoded[1] = (unsigned char)(0x80 | (code & 0x3F));
        return 2;
    }
    encoded[0] = (unsigned char)(0xE0 | code >> 12);
    encoded[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
    encoded[2] = (unsigned char)(0x80 | (code & 0x3F));
    return 3;
}

/* The bytes of the character at this place as UTF-8; *used says how many bytes it takes there. */
static size_t character_at(const struct delimited *text, const unsigned char *bytes, size_t size,
                           unsigned char encoded[UTF8_BYTES], size_t *used)
{
    *used = text->utf8 ? utf8_length(bytes, size) : 1;
    if (*used == 0)
        *used = 1;
    if (!text->utf8)
        return utf8_encode(bytes[0], encoded);
    memcpy(encoded, bytes, *used);
    return *used;
}

bool delimited_refuse(struct fault *fault, const struct delimited_cell *cell, const char *format,
                      ...)
{
    char sentence[sizeof fault->text];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    return fail(fault, FAULT_INPUT, "file", "Line %zu, column %zu (character %zu): %s", cell->line,
                cell->column, cell->character, sentence);
}

/* Where a byte stands, found only when it is refused. */
static struct delimited_cell place_of(const struct delimited *text, size_t offset)
{
    struct delimited_cell place = {.line = 1, .column = 1, .character = 1};
    bool quoted = false;
    for (size_t i = 0; i < offset; i++) {
        unsigned char byte = text->bytes[i];
        if (byte == '"' && text->separator == ',')
            quoted = !quoted;
        if (byte == '\n') {
            place = (struct delimited_cell){.line = place.line + 1, .column = 1, .character = 1};
            quoted = false;
            continue;
        }
        if (byte == text->separator && !quoted)
            place.column++;
        if (!text->utf8 || (byte & 0xC0) != 0x80)
            place.character++;
    }
    return place;
}

/* Printable ASCII from here on, looked at eight bytes together: none below 0x20, none above 0x7E.
 * The subtraction may borrow from a byte that is too low to one above it, which costs time only. */
static size_t printable_run(const unsigned char *bytes, size_t size)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t run = 0;
    uint64_t eight = 0;
    for (; run + sizeof eight <= size; run += sizeof eight) {
        memcpy(&eight, bytes + run, sizeof eight);
        uint64_t low = (eight - 0x20 * ones) & ~eight;
        uint64_t high = (eight + ones) | eight;
        if ((low | high) & (0x80 * ones))
            break;
    }
    return run;
}

static bool holds_only_text(const struct delimited *text, struct fault *fault)
{
    for (size_t i = text->at; i < text->size; i++) {
        unsigned char byte = text->bytes[i];
        if (byte == '\n')
            i += printable_run(text->bytes + i + 1, text->size - i - 1);
        if (byte >= 0x20 && byte < 0x7F)
            continue;
        bool ends_line = byte == '\r' && i + 1 < text->size && text->bytes[i + 1] == '\n';
        bool control = (byte < 0x20 && byte != '\t' && byte != '\n' && !ends_line) || byte == 0x7F;
        bool undefined =
            !text->utf8 && byte >= 0x80 && byte < 0xA0 && windows_1252[byte - 0x80] == 0;
        if (!control && !undefined)
            continue;
        struct delimited_cell place = place_of(text, i);
        return delimited_refuse(fault, &place,
                                "the byte 0x%02X does not belong in a text; export the file again.",
                                byte);
    }
    return true;
}

static bool open_with(struct delimited *text, struct fault *fault, const unsigned char *bytes,
                      size_t size, unsigned char separator)
{
    bool marked = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    *text = (struct delimited){.bytes = bytes,
                               .size = size,
                               .at = marked ? 3 : 0,
                               .line = 1,
                               .character = 1,
                               .utf8 = size == 0 || is_utf8(bytes, size),
                               .separator = separator};
    if (size >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return fail(fault, FAULT_INPUT, "file",
                    "Line 1, column 1: the file is in UTF-16; save it in UTF-8.");
    if (marked && !text->utf8)
        return fail(fault, FAULT_INPUT, "file",
                    "Line 1, column 1: the file says that it is UTF-8 but holds bytes that are "
                    "not; export it again.");
    return holds_only_text(text, fault);
}

bool delimited_open(struct delimited *text, struct fault *fault, const unsigned char *bytes,
                    size_t size)
{
    return open_with(text, fault, bytes, size, ',');
}

bool delimited_open_tabbed(struct delimited *text, struct fault *fault, const unsigned char *bytes,
                           size_t size)
{
    return open_with(text, fault, bytes, size, '\t');
}

static void step(struct delimited *text)
{
    unsigned char byte = text->bytes[text->at++];
    if (byte == '\n') {
        text->line++;
        text->character = 1;
    } else if (!text->utf8 || (byte & 0xC0) != 0x80) {
        text->character++;
    }
}

static bool at_line_end(const struct delimited *text)
{
    return text->at < text->size &&
           (text->bytes[text->at] == '\n' || text->bytes[text->at] == '\r');
}

static bool read_quoted(struct delimited *text, struct fault *fault, struct delimited_cell *cell)
{
    cell->quoted = true;
    step(text);
    cell->bytes = text->bytes + text->at;
    for (;;) {
        if (text->at == text->size || cell->size > DELIMITED_CELL_BYTES)
            return delimited_refuse(fault, cell,
                                    "the quotation mark that opens here is not closed.");
        bool mark = text->bytes[text->at] == '"';
        bool twice = mark && text->at + 1 < text->size && text->bytes[text->at + 1] == '"';
        if (mark && !twice)
            break;
        if (twice)
            step(text);
        step(text);
        cell->size += twice ? 2 : 1;
    }
    step(text);
    if (text->at < text->size && text->bytes[text->at] != ',' && !at_line_end(text))
        return delimited_refuse(fault, cell, "text follows the closing quotation mark.");
    return true;
}

static bool read_plain(struct delimited *text, struct fault *fault, struct delimited_cell *cell)
{
    const unsigned char *bytes = text->bytes;
    size_t at = text->at;
    size_t continued = 0; /* bytes of UTF-8 that begin no character */
    for (;
         at < text->size && bytes[at] != text->separator && bytes[at] != '\n' && bytes[at] != '\r';
         at++)
        continued += text->utf8 && (bytes[at] & 0xC0) == 0x80;
    cell->bytes = bytes + text->at;
    cell->size = at - text->at;
    text->character += cell->size - continued;
    text->at = at;
    if (cell->size > DELIMITED_CELL_BYTES)
        return delimited_refuse(fault, cell, "the cell is longer than %d bytes.",
                                DELIMITED_CELL_BYTES);
    return true;
}

bool delimited_next(struct delimited *text, struct fault *fault, struct delimited_row *row,
                    bool *found)
{
    *found = text->at < text->size;
    row->count = 0;
    row->ended = false;
    for (bool more = *found; more;) {
        struct delimited_cell cell = {
            .line = text->line, .column = row->count + 1, .character = text->character};
        if (row->count == DELIMITED_CELLS)
            return delimited_refuse(fault, &cell, "the row has more than %d cells.",
                                    DELIMITED_CELLS);
        bool quoted =
            text->separator == ',' && text->at < text->size && text->bytes[text->at] == '"';
        if (!(quoted ? read_quoted(text, fault, &cell) : read_plain(text, fault, &cell)))
            return false;
        row->cells[row->count++] = cell;
        more = text->at < text->size && text->bytes[text->at] == text->separator;
        if (more)
            step(text);
    }
    row->ended = at_line_end(text);
    if (text->at < text->size && text->bytes[text->at] == '\r')
        step(text);
    if (text->at < text->size)
        step(text);
    return true;
}

/* The bytes of a cell without the blanks around them. */
static struct delimited_cell trimmed(const struct delimited_cell *cell)
{
    struct delimited_cell inner = *cell;
    while (inner.size && (inner.bytes[0] == ' ' || inner.bytes[0] == '\t')) {
        inner.bytes++;
        inner.size--;
    }
    while (inner.size &&
           (inner.bytes[inner.size - 1] == ' ' || inner.bytes[inner.size - 1] == '\t'))
        inner.size--;
    return inner;
}

bool delimited_blank(const struct delimited_cell *cell)
{
    return trimmed(cell).size == 0;
}

bool delimited_equals(const struct delimited_cell *cell, const char *text)
{
    struct delimited_cell inner = trimmed(cell);
    return inner.size == strlen(text) && memcmp(inner.bytes, text, inner.size) == 0;
}

bool delimited_begins(const struct delimited_cell *cell, const char *text)
{
    struct delimited_cell inner = trimmed(cell);
    return inner.size >= strlen(text) && memcmp(inner.bytes, text, strlen(text)) == 0;
}

bool delimited_row_blank(const struct delimited_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (!delimited_blank(&row->cells[i]))
            return false;
    }
    return true;
}

/* A decimal number taken apart: digits without the point, and the power of ten behind them. */
struct decimal {
    bool negative;
    char digits[NUMBER_DIGITS + 1];
    size_t count;
    long power;
};

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Length of a sign, if there is one. */
static size_t sign_read(const unsigned char *bytes, size_t size, bool *negative)
{
    *negative = size > 0 && bytes[0] == '-';
    return *negative || (size > 0 && bytes[0] == '+') ? 1 : 0;
}

static bool exponent_read(const unsigned char *bytes, size_t size, long *power)
{
    bool negative = false;
    size_t at = sign_read(bytes, size, &negative);
    long exponent = 0;
    if (at == size)
        return false;
    for (; at < size; at++) {
        if (!is_digit(bytes[at]))
            return false;
        if (exponent < EXPONENT_LIMIT)
            exponent = exponent * 10 + (bytes[at] - '0');
    }
    *power += negative ? -exponent : exponent;
    return true;
}

static bool decimal_read(const unsigned char *bytes, size_t size, struct decimal *decimal)
{
    bool point = false;
    size_t at = sign_read(bytes, size, &decimal->negative);
    for (; at < size; at++) {
        if (bytes[at] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(bytes[at]))
            break;
        if (decimal->count == NUMBER_DIGITS)
            return false;
        decimal->digits[decimal->count++] = (char)bytes[at];
        decimal->power -= point ? 1 : 0;
    }
    if (decimal->count == 0)
        return false;
    if (at < size && (bytes[at] == 'e' || bytes[at] == 'E'))
        return exponent_read(bytes + at + 1, size - at - 1, &decimal->power);
    return at == size;
}

/* Up to 15 digits and 22 powers of ten are exact in a double, and so is one operation on them
 * (Clinger 1990); nearly every number of an instrument is of this kind. */
static bool decimal_exact(const struct decimal *decimal, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (decimal->count > 15 || decimal->power < -22 || decimal->power > 22)
        return false;
    uint64_t whole = 0;
    for (size_t i = 0; i < decimal->count; i++)
        whole = whole * 10 + (uint64_t)(decimal->digits[i] - '0');
    double magnitude = decimal->power < 0 ? (double)whole / powers[-decimal->power]
                                          : (double)whole * powers[decimal->power];
    *value = decimal->negative ? -magnitude : magnitude;
    return true;
}

enum delimited_number delimited_number(const struct delimited_cell *cell, double *number)
{
    struct delimited_cell inner = trimmed(cell);
    struct decimal decimal = {.count = 0};
    if (!decimal_read(inner.bytes, inner.size, &decimal))
        return NUMBER_MALFORMED;
    if (decimal_exact(&decimal, number))
        return NUMBER_READ;
    /* Without a point in it the text means the same to strtod in every locale. */
    char plain[NUMBER_DIGITS + 32];
    snprintf(plain, sizeof plain, "%s%se%ld", decimal.negative ? "-" : "", decimal.digits,
             decimal.power);
    double value = strtod(plain, NULL);
    bool zero = strspn(decimal.digits, "0") == decimal.count;
    if (!isfinite(value) || (value == 0 && !zero))
        return NUMBER_BEYOND;
    *number = value;
    return NUMBER_READ;
}

/* Writes the cell as UTF-8 and a NUL, whole characters only. */
static void write_text(const struct delimited *text, const struct delimited_cell *cell,
                       char *written, size_t room)
{
    struct delimited_cell inner = trimmed(cell);
    size_t length = 0;
    for (size_t at = 0; at < inner.size;) {
        unsigned char encoded[UTF8_BYTES];
        size_t used = 0;
        size_t wide = character_at(text, inner.bytes + at, inner.size - at, encoded, &used);
        if (length + wide >= room)
            break;
        memcpy(written + length, encoded, wide);
        length += wide;
        at += used;
        if (inner.quoted && encoded[0] == '"' && at < inner.size && inner.bytes[at] == '"')
            at++;
    }
    written[length] = '\0';
}

char *delimited_text(struct arena *arena, const struct delimited *text,
                     const struct delimited_cell *cell)
{
    size_t room = cell->size * (text->utf8 ? 1 : 3) + 1;
    char *written = arena_take(arena, room);
    write_text(text, cell, written, room);
    return written;
}

void delimited_quote(const struct delimited *text, const struct delimited_cell *cell,
                     char quote[DELIMITED_QUOTE_BYTES])
{
    write_text(text, cell, quote, DELIMITED_QUOTE_BYTES);
}

bool delimited_next_filled(struct delimited *text, struct fault *fault, struct delimited_row *row,
                           bool *found)
{
    do {
        if (!delimited_next(text, fault, row, found))
            return false;
    } while (*found && delimited_row_blank(row));
    return true;
}
