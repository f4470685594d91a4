/* measuring_output.c: the report on the standard output, and files beside it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring_output.h"

#include "chain/folder.h"
#include "measure/report_table.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const form_options[MEASURING_FORMS] = {
    [FORM_TRACKS] = "tracks",
    [FORM_SIZES] = "sizes",
};

static bool check_free(struct fault *fault, const char *option, const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0)
        return fail(fault, FAULT_CONFLICT, option, "%s is there already; name a new file.", path);
    return errno == ENOENT || folder_fault(fault, path, "written");
}

/* A folder that is not there, or not ours to write to, is told before the work and not after it. */
static bool check_folder(struct arena *arena, struct fault *fault, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = !slash          ? "."
                         : slash == path ? "/"
                                         : arena_text(arena, path, (size_t)(slash - path));
    return (slash && !slash[1] ? (errno = EISDIR, false) : access(folder, W_OK | X_OK) == 0) ||
           folder_fault(fault, path, "written");
}

static bool check_path(const struct cli *cli, const char *option, const char *path)
{
    struct fault *fault = &cli->work->fault;
    if (text_is_empty(path) || text_equals(path, "true"))
        return fail(fault, FAULT_INPUT, option, "The option --%s needs the name of a file.",
                    option);
    return check_free(fault, option, path) && check_folder(cli->work->arena, fault, path);
}

bool measuring_output_read(const struct cli *cli, struct measuring_output *output)
{
    *output = (struct measuring_output){0};
    for (enum measuring_form form = 0; form < MEASURING_FORMS; form++) {
        const char *path = cli_option(cli, form_options[form]);
        output->paths[form] = path;
        if (!path)
            continue;
        if (!check_path(cli, form_options[form], path))
            return false;
        for (enum measuring_form other = 0; other < form; other++)
            if (output->paths[other] && text_equals(output->paths[other], path))
                return fail(&cli->work->fault, FAULT_INPUT, form_options[form],
                            "--%s and --%s name the same file %s.", form_options[other],
                            form_options[form], path);
    }
    return true;
}

static void make_form(enum measuring_form form, const struct report *report, struct text *out)
{
    switch (form) {
    case FORM_TRACKS:
        report_tracks(report, out);
        break;
    case FORM_SIZES:
        report_sizes(report, out);
        break;
    case MEASURING_FORMS:
        break;
    }
}

static bool write_form(const struct cli *cli, struct arena *arena, enum measuring_form form,
                       const char *path, const struct report *report)
{
    struct fault *fault = &cli->work->fault;
    struct text out = text_open(arena);
    make_form(form, report, &out);
    return check_free(fault, form_options[form], path) &&
           folder_write(arena, fault, path, out.bytes, out.length, false);
}

bool measuring_output_write(const struct cli *cli, struct arena *arena,
                            const struct measuring_output *output, const struct report *report)
{
    struct text out = text_open(arena);
    for (enum measuring_form form = 0; form < MEASURING_FORMS; form++)
        if (output->paths[form] && !write_form(cli, arena, form, output->paths[form], report))
            return false;
    if (cli->json)
        report_json(report, &out);
    else
        report_print(report, &out);
    fputs(out.bytes, stdout);
    return true;
}
