/* json.h: strict JSON in (jansson behind it), canonical JSON out (RFC 8785). */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/fault.h"
#include "base/text.h"

#include <stdint.h>

enum json_kind {
    JSON_NOTHING,
    JSON_IS_OBJECT,
    JSON_IS_LIST,
    JSON_IS_TEXT,
    JSON_IS_INTEGER,
    JSON_IS_REAL,
    JSON_IS_FLAG,
    JSON_IS_NULL
};

/* Integers beyond this are not exact in other people's JSON (RFC 8785, 2^53 - 1). */
#define JSON_LARGEST INT64_C(9007199254740991)

struct json; /* a value in a tree; lives as long as the arena it was parsed into */

/* Once, before the first thread: from here on a lack of memory while reading JSON stops the
 * program, as it does in an arena. */
void json_begin(void);

/* UTF-8 is checked, duplicate keys, NUL and trailing text are refused; the sentence names line
 * and column. */
MUST_USE bool json_parse(struct arena *arena, struct fault *fault, const char *bytes, size_t size,
                         const struct json **value);

enum json_kind json_kind(const struct json *value);
const char *json_as_text(const struct json *value); /* NULL unless a text */
int64_t json_as_integer(const struct json *value);  /* 0 unless an integer */
double json_as_number(const struct json *value);    /* 0 unless a real or an integer */
bool json_as_flag(const struct json *value);        /* false unless true */
size_t json_count(const struct json *value);        /* members or elements */
const struct json *json_element(const struct json *list, size_t index);
const struct json *json_member(const struct json *object, const char *name);

/* Walks an object: the names in *names (arena array), json_count of them. */
const char **json_names(struct arena *arena, const struct json *object);

/* Appends a quoted, escaped text, as RFC 8785 section 3.2.2.2 has it. */
void json_add_text(struct text *out, const char *text);
/* Appends a derived number as real_of writes it; one that is not finite is null. */
void json_add_real(struct text *out, double number);
/* Appends a whole value in canonical form; reals cannot occur in it and are refused. */
MUST_USE bool json_add_canonical(struct fault *fault, struct text *out, const struct json *value);

#endif
