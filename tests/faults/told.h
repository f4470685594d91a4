/* told.h: what was each client told, and does the record say the same? */
#ifndef FAULTS_TOLD_H
#define FAULTS_TOLD_H

#include "demo.h"

enum told_word {
    TOLD_NOTHING, /* not asked yet */
    TOLD_STORED,
    TOLD_REFUSED, /* by a rule, a permission, a conflict, or because the input is wrong */
    TOLD_FAILED,  /* the record could not be reached or written: nothing was stored */
    TOLD_UNKNOWN, /* in so many words, or no answer came */
};

enum { TOLD_INPUT = 640 };

/* A request with a key of its own, and the last answer that says something about it. */
struct told {
    char key[32];
    const char *account;
    const char *operation;
    const char *witness; /* or NULL */
    char input[TOLD_INPUT];
    enum told_word word;
    int64_t seq;
    char hash[HASH_TEXT + 1];
};

/* Takes an answer in. False, with why, where it contradicts what was told before. */
bool told_note(struct told *told, const struct fault *fault, const char *answer, char why[200]);

/* The entries hold each one that was told as it was told. */
bool told_holds(struct work *work, const struct told *told, size_t count, char why[200]);

#endif
