/* postgres_value.c: values to the types of the server, and back. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/postgres.h"

#include <endian.h>
#include <limits.h>
#include <string.h>

/* Object identifiers of the built-in types (pg_type.dat of the server; they never change). */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_BPCHAR = 1042,
    TYPE_VARCHAR = 1043,
    TYPE_NUMERIC = 1700,
};

const char *postgres_letters(const struct statement *statement)
{
    return statement->takes ? statement->takes : "";
}

static Oid type_of(char letter)
{
    switch (letter) {
    case 't':
        return TYPE_TEXT;
    case 'i':
        return TYPE_INT8;
    case 'b':
        return TYPE_BYTEA;
    }
    return 0;
}

bool postgres_types(struct fault *fault, const char *letters, Oid *types)
{
    size_t count = strlen(letters);
    if (count > POSTGRES_VALUES)
        return fail(fault, FAULT_STORAGE, "", "A statement takes too many values.");
    for (size_t i = 0; i < count; i++) {
        types[i] = type_of(letters[i]);
        if (!types[i])
            return fail(fault, FAULT_STORAGE, "", "A statement takes a value of no known kind.");
    }
    return true;
}

static bool value_bind(struct bound *bound, size_t i, const struct value *value)
{
    Oid type = bound->types[i];
    size_t size = 0;
    bound->formats[i] = 1;
    bound->bytes[i] = NULL;
    switch (value->kind) {
    case VALUE_NULL:
        break;
    case VALUE_TEXT:
        if (type != TYPE_TEXT || !value->text)
            return false;
        size = strlen(value->text);
        bound->bytes[i] = value->text;
        break;
    case VALUE_INTEGER:
        if (type != TYPE_INT8)
            return false;
        size = sizeof bound->integers[i];
        bound->integers[i] = htobe64((uint64_t)value->integer);
        bound->bytes[i] = (const char *)&bound->integers[i];
        break;
    case VALUE_BLOB:
        if (type != TYPE_BYTEA || (!value->bytes && value->size))
            return false;
        size = value->size;
        bound->bytes[i] = size ? value->bytes : ""; /* NULL would mean VALUE_NULL */
        break;
    }
    bound->sizes[i] = (int)size;
    return size <= INT_MAX;
}

bool postgres_bind(struct fault *fault, const char *letters, const struct value *values,
                   struct bound *bound)
{
    size_t count = strlen(letters);
    if (count && !values)
        return fail(fault, FAULT_STORAGE, "", "A statement takes %zu values and got none.", count);
    for (size_t i = 0; i < count; i++)
        if (!value_bind(bound, i, &values[i]))
            return fail(fault, FAULT_STORAGE, "",
                        "Value %zu of a statement is of the wrong kind, or too large.", i + 1);
    return true;
}

/* Two's complement of size bytes, highest first. */
static int64_t integer_read(const unsigned char *bytes, size_t size)
{
    uint64_t bits = bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++)
        bits = bits << 8 | bytes[i];
    return (int64_t)bits;
}

/* SUM of BIGINT comes as a numeric: counts of digits, of digits before the point less one, sign
 * and scale, then digits to the base of 10,000 (numeric_send of the server). False unless whole
 * and within 64 bits; summed up below zero, where the range is the larger. */
static bool numeric_read(const unsigned char *bytes, size_t size, int64_t *integer)
{
    enum { HEAD = 8, NEGATIVE = 0x4000, MOST_WEIGHT = 4 };
    if (size < HEAD)
        return false;
    int64_t digits = integer_read(bytes, 2);
    int64_t weight = integer_read(bytes + 2, 2);
    int64_t sign = integer_read(bytes + 4, 2);
    int64_t total = 0;
    if ((sign != 0 && sign != NEGATIVE) || (int64_t)size != HEAD + 2 * digits ||
        weight > MOST_WEIGHT || digits > weight + 1)
        return false;
    for (int64_t i = 0; i <= weight; i++) {
        int64_t digit = i < digits ? integer_read(bytes + HEAD + 2 * i, 2) : 0;
        if (__builtin_mul_overflow(total, 10000, &total) ||
            __builtin_sub_overflow(total, digit, &total))
            return false;
    }
    if (sign != NEGATIVE && __builtin_sub_overflow(INT64_C(0), total, &total))
        return false;
    *integer = total;
    return true;
}

bool postgres_read(const PGresult *result, int row, int column, struct value *value)
{
    const char *bytes = PQgetvalue(result, row, column);
    size_t size = (size_t)PQgetlength(result, row, column);
    int64_t integer = 0;
    *value = (struct value){0};
    if (PQgetisnull(result, row, column))
        return true;
    switch (PQftype(result, column)) {
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_BPCHAR:
    case TYPE_NAME:
        *value = value_text(bytes); /* libpq puts a NUL behind it */
        return true;
    case TYPE_BYTEA:
        *value = value_blob(bytes, size);
        return true;
    case TYPE_BOOL:
        *value = value_integer(*bytes != 0);
        return true;
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        *value = value_integer(integer_read((const unsigned char *)bytes, size));
        return true;
    case TYPE_NUMERIC:
        if (!numeric_read((const unsigned char *)bytes, size, &integer))
            return false;
        *value = value_integer(integer);
        return true;
    }
    return false;
}
