/* cli.h: the command line: every operation as a verb, and the program's own commands. */
#ifndef CLI_H
#define CLI_H

#include "catalogue.h"

/* One reading of the machine's clock, in microseconds since 1970; main.c gives it. */
typedef int64_t cli_clock(void);

/* Words and options as they were given; options of the program are taken out. */
struct cli {
    struct work *work;
    cli_clock *clock;
    const char *record; /* folder */
    bool json;
    bool help;
    const char *account;
    const char *site;
    const char *secret_file;
    const char *witness;
    const char *witness_file;
    const char *reason;
    const char *occurred_at;
    const char *idempotency_key;
    const char *zone;
    const char *save; /* where the file in an answer goes */
    const char **words;
    size_t word_count;
    struct given *options; /* everything else: --name value */
    size_t option_count;
};

struct command {
    const char *name;
    const char *arguments; /* as the help shows them */
    const char *summary;
    bool (*run)(struct cli *cli);
};

extern const struct command commands[]; /* ends with a NULL name */

/* The exit code. */
int cli_run(int count, char **words, cli_clock *clock);

/* For commands: an option's text, or NULL; taken options are known, others are refused. */
const char *cli_option(const struct cli *cli, const char *name);
MUST_USE bool cli_only(struct cli *cli, const char *names);
/* A whole number; without the option, *number stays as it is. */
MUST_USE bool cli_number(struct cli *cli, const char *name, int64_t low, int64_t high,
                         int64_t *number);
MUST_USE bool cli_required(struct cli *cli, const char *name, const char **value);
/* Sets the time of the work; a clock that is wrong by years is refused. */
MUST_USE bool cli_read_clock(struct cli *cli);
MUST_USE bool cli_open(struct cli *cli, enum engine_access access);
/* The secret of an account: from its file, from the terminal, or that of a demonstration. */
MUST_USE bool cli_secret(struct cli *cli, const char *account, const char *file,
                         const char **secret);

/* Performs the operation that words and options name. */
MUST_USE bool cli_operation(struct cli *cli, const struct operation *operation);

/* Records the requests of a file, as POST /api/bundle does. */
MUST_USE bool cli_bundle(struct cli *cli);

/* An account with its secret becomes work->actor. */
MUST_USE bool cli_sign_in(struct cli *cli, const char *site, const char **secret);

/* Prints an answer for people: tables for rows, lines for members. */
void print_answer(struct arena *arena, const char *json, FILE *out);

#endif
