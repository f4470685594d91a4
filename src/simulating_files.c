/* simulating_files.c: the folder of a simulation: it is there whole, or not at all. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "simulating.h"

#include "base/real.h"
#include "chain/folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every file that a draft may hold. */
static const char *const file_names[] = {"scene.json", "truth.json", "truth.csv",
                                         "tracks.csv", "video.raw",  "video.json"};

static bool is_empty(DIR *listing)
{
    for (const struct dirent *at = readdir(listing); at; at = readdir(listing))
        if (!text_equals(at->d_name, ".") && !text_equals(at->d_name, ".."))
            return false;
    return true;
}

static bool check_free(struct simulating *simulating)
{
    struct stat status;
    if (lstat(simulating->out, &status) != 0)
        return errno == ENOENT || folder_fault(simulating->fault, simulating->out, "read");
    DIR *listing = S_ISDIR(status.st_mode) ? opendir(simulating->out) : NULL;
    bool empty = listing && is_empty(listing);
    if (listing)
        closedir(listing);
    return empty ||
           fail(simulating->fault, FAULT_CONFLICT, "out",
                "%s is there already and is not an empty folder; name a new one.", simulating->out);
}

bool simulating_open(struct simulating *simulating)
{
    size_t length = strlen(simulating->out);
    while (length > 1 && simulating->out[length - 1] == '/')
        length--;
    simulating->out = arena_text(simulating->arena, simulating->out, length);
    simulating->draft =
        arena_print(simulating->arena, "%s.%d.draft", simulating->out, (int)getpid());
    return check_free(simulating) && (mkdir(simulating->draft, 0777) == 0 ||
                                      folder_fault(simulating->fault, simulating->draft, "made"));
}

/* The system replaces an empty folder by another one, and no folder in which something lies. */
bool simulating_keep(struct simulating *simulating)
{
    return folder_rename(simulating->fault, simulating->draft, simulating->out);
}

static const char *path_of(const struct simulating *simulating, const char *name)
{
    return arena_print(simulating->arena, "%s/%s", simulating->draft, name);
}

void simulating_drop(const struct simulating *simulating)
{
    for (size_t i = 0; i < sizeof file_names / sizeof *file_names; i++)
        unlink(path_of(simulating, file_names[i]));
    rmdir(simulating->draft);
}

bool simulating_file(struct simulating *simulating, const char *name, FILE **file)
{
    *file = fopen(path_of(simulating, name), "wxe");
    if (*file)
        return true;
    folder_fault(simulating->fault, path_of(simulating, name), "written");
    return false;
}

/* errno of a write that failed is that of the first one, while the later ones fail as it did. */
bool simulating_close(struct simulating *simulating, const char *name, FILE *file)
{
    bool worked = !ferror(file) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int why = errno;
    worked = fclose(file) == 0 && worked;
    errno = worked ? 0 : why;
    return worked || folder_fault(simulating->fault, path_of(simulating, name), "written");
}

static bool write_text(struct simulating *simulating, const char *name, const struct text *text)
{
    FILE *file = NULL;
    if (!simulating_file(simulating, name, &file))
        return false;
    fwrite(text->bytes, 1, text->length, file);
    return simulating_close(simulating, name, file);
}

static bool write_tracks(struct simulating *simulating, const struct simulated *simulated)
{
    const double pixel_um = simulating->scene.pixel_nm / 1000;
    FILE *file = NULL;
    if (!simulating_file(simulating, "tracks.csv", &file))
        return false;
    fprintf(file, "frame,particle,x_px,y_px,photons\n");
    for (size_t i = 0; i < simulated->observation_count && !ferror(file); i++) {
        const struct observation *at = &simulated->observations[i];
        fprintf(file, "%d,%lld,%.4f,%.4f,%.1f\n", (int)at->frame, (long long)at->particle,
                at->x_um / pixel_um, at->y_um / pixel_um, at->brightness);
    }
    return simulating_close(simulating, "tracks.csv", file);
}

static bool write_positions(struct simulating *simulating, const struct simulated *simulated)
{
    FILE *file = NULL;
    if (!simulating_file(simulating, "truth.csv", &file))
        return false;
    fprintf(file, "frame,id,x_px,y_px,z_um,d_nm,photons\n");
    for (size_t i = 0; i < simulated->position_count && !ferror(file); i++) {
        const struct simulated_position *at = &simulated->positions[i];
        fprintf(file, "%d,%lld,%.4f,%.4f,%.4f,%.3f,%.1f\n", (int)at->frame, (long long)at->number,
                at->x_px, at->y_px, at->z_um, at->diameter_nm, at->photons);
    }
    return simulating_close(simulating, "truth.csv", file);
}

static void add_real(struct text *out, const char *before, double value)
{
    text_add(out, before);
    text_add(out, real_of(out->arena, value).text);
}

static void add_sizes(struct text *out, const char *name, const struct simulated_sizes *sizes)
{
    text_print(out, ",\n  \"%s\": ", name);
    add_real(out, "{\"d10_nm\": ", sizes->d10_nm);
    add_real(out, ", \"d50_nm\": ", sizes->d50_nm);
    add_real(out, ", \"d90_nm\": ", sizes->d90_nm);
    text_add(out, "}");
}

void simulating_write_truth(struct text *out, uint64_t seed, const struct simulated *simulated)
{
    const struct simulated_truth *truth = &simulated->truth;
    text_print(out, "{\n  \"seed\": %llu,\n  \"frames\": %zu,\n  \"particles\": %zu",
               (unsigned long long)seed, truth->frames, truth->particles);
    add_real(out, ",\n  \"box_ml\": ", truth->box_ml);
    add_real(out, ",\n  \"concentration_per_ml\": ", truth->concentration_per_ml);
    add_real(out, ",\n  \"view_um2\": ", truth->view_um2);
    add_real(out, ",\n  \"depth_um\": ", truth->depth_um);
    add_real(out, ",\n  \"in_view\": ", truth->in_view);
    add_sizes(out, "box", &truth->box);
    add_sizes(out, "view", &truth->view);
    text_add(out, "\n}\n");
}

bool simulating_write_tracks(struct simulating *simulating, const struct simulated *simulated)
{
    struct text scene = text_open(simulating->arena);
    struct text truth = text_open(simulating->arena);
    scene_write(&scene, &simulating->scene);
    text_add(&scene, "\n");
    simulating_write_truth(&truth, simulating->seed, simulated);
    return write_text(simulating, "scene.json", &scene) &&
           write_text(simulating, "truth.json", &truth) && write_positions(simulating, simulated) &&
           write_tracks(simulating, simulated);
}
