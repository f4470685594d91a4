/* folder.h: files beside the database, read and written as a whole. */
#ifndef CHAIN_FOLDER_H
#define CHAIN_FOLDER_H

#include "base/json.h"

/* Makes a folder, durable by its name; one that is there already is as good. */
MUST_USE bool folder_make(struct fault *fault, const char *path);

/* Writes a small file as a whole: temporary name, fsync, rename, fsync of the folder. */
MUST_USE bool folder_write(struct arena *arena, struct fault *fault, const char *path,
                           const char *bytes, size_t size, bool secret);
/* A file's name becomes durable that is there already. */
MUST_USE bool folder_sync(struct fault *fault, const char *path);
/* Gives a file its final name, durably. */
MUST_USE bool folder_rename(struct fault *fault, const char *from, const char *to);
MUST_USE bool folder_read(struct arena *arena, struct fault *fault, const char *path, size_t most,
                          char **bytes, size_t *size);

/* Appends a file as an operation's input wants it: an object of its name without folders and its
 * bytes as base64. */
MUST_USE bool folder_add_file(struct text *out, struct fault *fault, const char *path, size_t most);

/* Names of the files in a folder that end so, in their order. FAULT_MISSING where there is none. */
MUST_USE bool folder_list(struct arena *arena, struct fault *fault, const char *path,
                          const char *end, const char ***names, size_t *count);

/* A sentence with the system's own reason; returns false. what: "read", "written", "made". */
bool folder_fault(struct fault *fault, const char *path, const char *what);

#endif
