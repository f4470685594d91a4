/* measuring_output.c: the report on the standard output, and files beside it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring_output.h"

#include "chain/folder.h"
#include "measure/report_paper.h"
#include "measure/report_table.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const form_options[MEASURING_FORMS] = {
    [FORM_PDF] = "pdf",
    [FORM_PNG] = "png",
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

static bool read_language(const struct cli *cli, enum report_language *language)
{
    const char *text = cli_option(cli, "language");
    *language = text && text_equals(text, "ja") ? REPORT_JA : REPORT_EN;
    return !text || text_equals(text, "ja") || text_equals(text, "en") ||
           fail(&cli->work->fault, FAULT_INPUT, "language",
                "The report is written in en (English) or ja (Japanese), not in %s.", text);
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
    return read_language(cli, &output->language);
}

static bool make_form(struct arena *arena, struct fault *fault, enum measuring_form form,
                      const struct report *report, struct text *out)
{
    switch (form) {
    case FORM_PDF:
        return report_pdf(arena, fault, report, out);
    case FORM_PNG:
        return report_png(arena, fault, report, out);
    case FORM_TRACKS:
        report_tracks(report, out);
        break;
    case FORM_SIZES:
        report_sizes(report, out);
        break;
    case MEASURING_FORMS:
        break;
    }
    return true;
}

/* All is made before the first file is written, so that what cannot be made leaves none. */
static bool write_forms(const struct cli *cli, struct arena *arena,
                        const struct measuring_output *output, const struct report *report)
{
    struct fault *fault = &cli->work->fault;
    struct text made[MEASURING_FORMS];
    for (enum measuring_form form = 0; form < MEASURING_FORMS; form++) {
        made[form] = text_open(arena);
        if (output->paths[form] && !make_form(arena, fault, form, report, &made[form]))
            return false;
    }
    for (enum measuring_form form = 0; form < MEASURING_FORMS; form++) {
        const char *path = output->paths[form];
        if (path && (!check_free(fault, form_options[form], path) ||
                     !folder_write(arena, fault, path, made[form].bytes, made[form].length, false)))
            return false;
    }
    return true;
}

bool measuring_output_write(const struct cli *cli, struct arena *arena,
                            const struct measuring_output *output, const struct report *report)
{
    struct text out = text_open(arena);
    struct report spoken = *report;
    spoken.language = output->language;
    if (!write_forms(cli, arena, output, &spoken))
        return false;
    if (cli->json)
        report_json(&spoken, &out);
    else
        report_print(&spoken, &out);
    fputs(out.bytes, stdout);
    return true;
}
