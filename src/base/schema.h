/* schema.h: one struct, described once, for JSON, SQL rows, command line, forms and OpenAPI. */
#ifndef BASE_SCHEMA_H
#define BASE_SCHEMA_H

#include "base/fault.h"
#include "base/json.h"
#include "base/real.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum field_kind {
    FIELD_UNSET,
    FIELD_TEXT,    /* const char *      JSON text */
    FIELD_INTEGER, /* int64_t           JSON integer */
    FIELD_FLAG,    /* bool              JSON true or false */
    FIELD_REAL,    /* struct real       JSON text, kept as entered */
    FIELD_COUNT,   /* struct count      JSON integer, may be unknown */
    FIELD_INSTANT, /* struct instant    JSON text, RFC 3339 */
    FIELD_DATE,    /* struct date       JSON text, YYYY-MM-DD */
    FIELD_FILE,    /* struct file       JSON object {name, base64} in, {name, sha256} out */
    FIELD_LIST,    /* struct rows       JSON list of objects, described by .of */
    FIELD_RECORD,  /* embedded struct   JSON object, described by .of */
};

struct count { /* an integer that may be unknown */
    bool known;
    int64_t value;
};
struct instant { /* microseconds since 1970-01-01T00:00:00Z; unknown while 0 */
    int64_t usec;
};
struct date { /* YYYY-MM-DD; unknown while NULL */
    const char *text;
};
struct file { /* bytes only on the way in; sha256 is the lower-case hexadecimal hash */
    const char *name;
    const char *sha256;
    const unsigned char *bytes;
    size_t size;
};
struct rows { /* count structs in an arena, of the type that .of describes */
    size_t count;
    void *items;
};

#define ROWS(rows, type) ((type *)(rows).items)

struct schema;

struct field {
    const char *name;
    size_t length; /* of the name; 0: not counted */
    enum field_kind kind;
    size_t offset;
    const char *help;           /* one sentence: form label, OpenAPI description */
    const char *unit;           /* "nm", "1/ml", or NULL for a bare number */
    const char *const *choices; /* allowed words, NULL-terminated, or NULL */
    const struct schema *of;    /* of FIELD_LIST and FIELD_RECORD */
    double low, high;           /* allowed range; for reals 1e18 both ways when both are 0 */
    size_t longest;             /* longest text in bytes, most rows of a list; 0 means 200 */
    bool required;
    bool personal; /* identifies a person: sealed in the record, never logged */
    bool secret;   /* a secret: never recorded, logged or shown */
    bool code;     /* letters, digits and - . _ : / only */
    bool prose;    /* line breaks allowed */
};

struct schema {
    const char *name;
    size_t size;
    const struct field *fields;
    size_t count;
};

/* The kind follows from the member's type, so the two cannot disagree. */
#define FIELD_KIND(member)                                                                         \
    _Generic((member), const char *: FIELD_TEXT, int64_t: FIELD_INTEGER, bool: FIELD_FLAG,        \
             struct real: FIELD_REAL, struct count: FIELD_COUNT, struct instant: FIELD_INSTANT,   \
             struct date: FIELD_DATE, struct file: FIELD_FILE, struct rows: FIELD_LIST,           \
             default: FIELD_RECORD)
#define FIELD(type, member, ...)                                                                   \
    {                                                                                              \
        .name = #member, .length = sizeof #member - 1, .kind = FIELD_KIND(((type *)0)->member),    \
        .offset = offsetof(type, member), __VA_ARGS__                                              \
    }
#define SCHEMA(word, type, field_table)                                                            \
    {                                                                                              \
        .name = word, .size = sizeof(type), .fields = field_table,                                 \
        .count = sizeof(field_table) / sizeof *(field_table)                                       \
    }

/* One value on its way in: text from a path, a query or the command line, or JSON. */
struct given {
    const char *name;
    const char *text;
    const struct json *value;
};

/* Lists and records come as JSON text here; a file as a path is the command line's business. */
MUST_USE bool schema_decode(struct arena *arena, struct fault *fault, const struct schema *schema,
                            const struct given *given, size_t count, void *row);
/* The members of a JSON object as given values. */
MUST_USE bool schema_decode_json(struct arena *arena, struct fault *fault,
                                 const struct schema *schema, const struct json *object, void *row);

/* Reads what schema_write wrote: nothing is required, names that are not described are refused. */
MUST_USE bool schema_read(struct arena *arena, struct fault *fault, const struct schema *schema,
                          const struct json *object, void *row);

enum schema_order { ORDER_DECLARED, ORDER_CANONICAL };

/* Appends the row as a JSON object: unknown members are left out, integers and flags never. */
void schema_write(struct text *out, const struct schema *schema, const void *row,
                  enum schema_order order);
void schema_write_rows(struct text *out, const struct schema *schema, const struct rows *rows,
                       enum schema_order order);

/* The same as schema_write in the order of declaration, for many rows: names are made ready once.
 */
struct row_writer;
const struct row_writer *row_writer_open(struct arena *arena, const struct schema *schema);
void row_write(struct text *out, const struct row_writer *writer, const void *row);

const struct field *schema_field(const struct schema *schema, const char *name);

/* Calls visit for every file of a row that is named, in members, in records and in the rows of
 * lists, until it says false. */
struct file_visitor {
    bool (*visit)(void *context, const struct file *file);
    void *context;
};
MUST_USE bool schema_each_file(const struct schema *schema, const void *row,
                               const struct file_visitor *visitor);
/* Whether a row can name a file anywhere. */
bool schema_holds_files(const struct schema *schema);

/* A member as text for people and for keys: NULL when unknown. */
const char *field_print(struct arena *arena, const struct field *field, const void *row);

/* Sets one member from text, as schema_decode would; path names it in the sentence. */
MUST_USE bool field_set(struct arena *arena, struct fault *fault, const struct field *field,
                        const char *path, const char *text, void *row);

#endif
