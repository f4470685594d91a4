/* outline.h: JSON for people to read: one member a line, indented. */
#ifndef WEB_OUTLINE_H
#define WEB_OUTLINE_H

#include "base/schema.h"

enum { OUTLINE_DEPTH = 64 };

struct outline {
    struct text *out;
    int depth;
    bool filled[OUTLINE_DEPTH]; /* something stands before, at this depth */
};

/* Names are NULL in lists. */
void outline_open(struct outline *outline, const char *name, char bracket);
void outline_close(struct outline *outline, char bracket);
void outline_text(struct outline *outline, const char *name, const char *value);
/* A number, true or false as written. */
void outline_word(struct outline *outline, const char *name, const char *word);

enum direction { DIRECTION_IN, DIRECTION_OUT };

/* JSON Schema of one member or of a whole struct; secrets never go out. */
void outline_field(struct outline *outline, const char *name, const struct field *field,
                   enum direction direction);
void outline_schema(struct outline *outline, const char *name, const struct schema *schema,
                    enum direction direction);
/* Into an object or a list that is open: the members, and the names of those that are always
 * there, both without those that the braces of the path give. */
void outline_members(struct outline *outline, const struct schema *schema, enum direction direction,
                     const char *path);
void outline_required(struct outline *outline, const struct schema *schema,
                      enum direction direction, const char *path);
/* A member as a parameter of a request, in is "path" or "query"; key is its name among others. */
void outline_parameter(struct outline *outline, const char *key, const char *name,
                       const struct field *field, const char *in);
bool outline_in_path(const char *path, const char *name);

#endif
