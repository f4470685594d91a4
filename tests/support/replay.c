/* replay.c: feeds stored inputs to a fuzz target, so that a corpus runs as a plain test. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

struct tally {
    size_t passed;
    size_t failed;
};

static void refuse_path(struct tally *tally, const char *path)
{
    perror(path);
    tally->failed++;
}

/* The buffer is exactly as long as the input, so that a sanitizer sees a read behind its end. */
static void feed_file(struct tally *tally, const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = malloc(size ? size : 1);
    if (!file || !bytes || fread(bytes, 1, size, file) != size) {
        refuse_path(tally, path);
    } else {
        puts(path); /* a crash is of the input that was named last */
        fflush(stdout);
        LLVMFuzzerTestOneInput(bytes, size);
        tally->passed++;
    }
    free(bytes);
    if (file)
        fclose(file);
}

static void feed(struct tally *tally, const char *path);

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void feed_folder(struct tally *tally, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_visible, alphasort);
    if (count < 0) {
        refuse_path(tally, folder);
        return;
    }
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (length > 0 && (size_t)length < sizeof path)
            feed(tally, path);
        else
            refuse_path(tally, folder);
        free(entries[i]);
    }
    free(entries);
}

static void feed(struct tally *tally, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0)
        refuse_path(tally, path);
    else if (S_ISDIR(about.st_mode))
        feed_folder(tally, path);
    else
        feed_file(tally, path, (size_t)about.st_size);
}

int main(int count, char **paths)
{
    struct tally tally = {0};
    for (int i = 1; i < count; i++)
        feed(&tally, paths[i]);
    if (tally.passed + tally.failed == 0) {
        fprintf(stderr, "%s: there is no input to feed.\n", paths[0]);
        return 1;
    }
    printf("%zu passed, %zu failed\n", tally.passed, tally.failed);
    return tally.failed > 0;
}
