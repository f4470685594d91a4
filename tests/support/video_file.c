/* video_file.c: AVI and TIFF files of raw pixels, as RIFF and TIFF 6.0 have them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

uint16_t pattern_level(size_t frame, size_t pixel, int bits)
{
    uint32_t mixed = (uint32_t)(frame * 7919 + pixel) * 2654435761U;
    return (uint16_t)(mixed >> (32 - bits));
}

int file_in_memory(const struct text *bytes)
{
    int file = memfd_create("video", MFD_CLOEXEC);
    size_t written = 0;
    while (file >= 0 && written < bytes->length) {
        ssize_t count = write(file, bytes->bytes + written, bytes->length - written);
        if (count <= 0)
            abort();
        written += (size_t)count;
    }
    if (file < 0)
        abort();
    return file;
}

static void put(struct text *out, uint64_t value, size_t count, bool big_endian)
{
    char bytes[8];
    for (size_t i = 0; i < count; i++)
        bytes[big_endian ? count - 1 - i : i] = (char)(value >> 8 * i & 0xFF);
    text_add_bytes(out, bytes, count);
}

static void put_little(struct text *out, uint64_t value)
{
    put(out, value, 4, false);
}

static void change(struct text *out, size_t at, uint64_t value, size_t count, bool big_endian)
{
    for (size_t i = 0; i < count; i++)
        out->bytes[at + (big_endian ? count - 1 - i : i)] = (char)(value >> 8 * i & 0xFF);
}

struct avi_example avi_example_default(void)
{
    return (struct avi_example){
        .mark = "Y800", .width = EXAMPLE_WIDTH, .height = EXAMPLE_HEIGHT, .bits = 8};
}

/* Begins a chunk or a list of chunks; where its size stands. */
static size_t open_chunk(struct text *out, const char *list, const char *name)
{
    if (list)
        text_add_bytes(out, list, 4);
    else
        text_add_bytes(out, name, 4);
    size_t at = out->length;
    put_little(out, 0);
    if (list)
        text_add_bytes(out, name, 4);
    return at;
}

static void close_chunk(struct text *out, size_t at)
{
    change(out, at, out->length - at - 4, 4, false);
    if (out->length % 2)
        text_add_bytes(out, "", 1);
}

static void put_stream(struct text *out, const struct avi_example *example, size_t frames)
{
    size_t at = open_chunk(out, NULL, "strh");
    text_add_bytes(out, example->sound ? "auds" : "vids", 4);
    text_add_bytes(out, example->mark && !example->sound ? example->mark : "\0\0\0\0", 4);
    put_little(out, 0);
    put_little(out, 0);
    put_little(out, 0);
    put_little(out, 1);                          /* scale */
    put_little(out, example->sound ? 8000 : 25); /* rate */
    put_little(out, 0);
    put_little(out, frames);
    put_little(out, 0);
    put_little(out, UINT32_MAX);
    put_little(out, example->sound ? 1 : 0);
    put_little(out, 0);
    put_little(out, 0);
    close_chunk(out, at);
    at = open_chunk(out, NULL, "strf");
    if (example->sound) {
        put(out, 1, 2, false);
        put(out, 1, 2, false);
        put_little(out, 8000);
        put_little(out, 8000);
        put(out, 1, 2, false);
        put(out, 8, 2, false);
    } else {
        put_little(out, 40);
        put_little(out, (uint32_t)example->width);
        put_little(out, (uint32_t)example->height);
        put(out, 1, 2, false);
        put(out, (uint64_t)example->bits, 2, false);
        text_add_bytes(out, example->mark ? example->mark : "\0\0\0\0", 4);
        for (int i = 0; i < 5; i++)
            put_little(out, 0);
        if (example->palette)
            text_add_bytes(out, (const char *)example->palette, 1024);
    }
    close_chunk(out, at);
}

static void put_headers(struct text *out, const struct avi_example *example, size_t frames)
{
    size_t headers = open_chunk(out, "LIST", "hdrl");
    size_t at = open_chunk(out, NULL, "avih");
    put_little(out, 40000); /* microseconds of a frame */
    put_little(out, 0);
    put_little(out, 0);
    put_little(out, 0x10); /* there is an index */
    put_little(out, frames);
    put_little(out, 0);
    put_little(out, 1);
    put_little(out, 0);
    put_little(out, (uint32_t)example->width);
    put_little(out, (uint32_t)abs(example->height));
    for (int i = 0; i < 4; i++)
        put_little(out, 0);
    close_chunk(out, at);
    at = open_chunk(out, "LIST", "strl");
    put_stream(out, example, frames);
    close_chunk(out, at);
    close_chunk(out, headers);
}

struct text avi_write(struct arena *arena, const struct avi_example *example,
                      const unsigned char *const *frames, const size_t *sizes, size_t count)
{
    struct text out = text_open(arena);
    const char *name = example->sound ? "00wb" : "00db";
    size_t riff = open_chunk(&out, "RIFF", "AVI ");
    put_headers(&out, example, example->frames ? example->frames : count);
    size_t movie = open_chunk(&out, "LIST", "movi");
    size_t *places = arena_take(arena, (count + 1) * sizeof *places);
    for (size_t i = 0; i < count; i++) {
        places[i] = out.length - movie - 4;
        size_t at = open_chunk(&out, NULL, name);
        text_add_bytes(&out, (const char *)frames[i], sizes[i]);
        close_chunk(&out, at);
    }
    close_chunk(&out, movie);
    size_t index = open_chunk(&out, NULL, "idx1");
    for (size_t i = 0; i < count; i++) {
        text_add_bytes(&out, name, 4);
        put_little(&out, 0x10);
        put_little(&out, places[i]);
        put_little(&out, sizes[i]);
    }
    close_chunk(&out, index);
    close_chunk(&out, riff);
    return out;
}

/* An element with its size in eight bytes, so that it can be noted afterwards. */
static size_t open_element(struct text *out, uint32_t id)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        if (id >> shift)
            put(out, id >> shift & 0xFF, 1, true);
    put(out, UINT64_C(1) << 56 | ((UINT64_C(1) << 56) - 1), 8, true);
    return out->length;
}

static void close_element(struct text *out, size_t begin)
{
    change(out, begin - 8, UINT64_C(1) << 56 | (out->length - begin), 8, true);
}

static void put_number(struct text *out, uint32_t id, uint64_t value)
{
    size_t at = open_element(out, id);
    put(out, value, 8, true);
    close_element(out, at);
}

static void put_word(struct text *out, uint32_t id, const char *word)
{
    size_t at = open_element(out, id);
    text_add(out, word);
    close_element(out, at);
}

static void put_track(struct text *out, const struct mkv_example *example)
{
    size_t tracks = open_element(out, 0x1654AE6B);
    size_t track = open_element(out, 0xAE);
    put_number(out, 0xD7, 1);
    put_number(out, 0x73C5, 1);
    put_number(out, 0x83, 1); /* video */
    put_word(out, 0x86, "V_UNCOMPRESSED");
    if (example->frame_ms > 0)
        put_number(out, 0x23E383, (uint64_t)(example->frame_ms * 1e6));
    size_t video = open_element(out, 0xE0);
    put_number(out, 0xB0, EXAMPLE_WIDTH);
    put_number(out, 0xBA, EXAMPLE_HEIGHT);
    put_word(out, 0x2EB524, "Y800");
    close_element(out, video);
    close_element(out, track);
    close_element(out, tracks);
}

static void put_frame(struct text *out, size_t frame, int32_t time_ms)
{
    size_t cluster = open_element(out, 0x1F43B675);
    put_number(out, 0xE7, (uint64_t)time_ms);
    size_t block = open_element(out, 0xA3);
    put(out, 0x81, 1, true); /* of the first track */
    put(out, 0, 2, true);
    put(out, 0x80, 1, true);
    for (size_t i = 0; i < EXAMPLE_PIXELS; i++)
        put(out, pattern_level(frame, i, 8), 1, true);
    close_element(out, block);
    close_element(out, cluster);
}

struct text mkv_write(struct arena *arena, const struct mkv_example *example,
                      const int32_t *times_ms, size_t count)
{
    struct text out = text_open(arena);
    size_t at = open_element(&out, 0x1A45DFA3);
    put_word(&out, 0x4282, "matroska");
    close_element(&out, at);
    size_t segment = open_element(&out, 0x18538067);
    at = open_element(&out, 0x1549A966);
    put_number(&out, 0x2AD7B1, 1000000);
    close_element(&out, at);
    put_track(&out, example);
    for (size_t i = 0; i < count; i++)
        put_frame(&out, i, times_ms[i]);
    if (!example->endless)
        close_element(&out, segment);
    return out;
}

struct tiff_example tiff_example_default(void)
{
    return (struct tiff_example){.width = EXAMPLE_WIDTH,
                                 .height = EXAMPLE_HEIGHT,
                                 .bits = 8,
                                 .compression = 1,
                                 .photometric = 1,
                                 .samples = 1,
                                 .rows_each = EXAMPLE_HEIGHT};
}

static void put_sample(struct text *out, const struct tiff_example *example, uint16_t level)
{
    put(out, level, example->bits > 8 ? 2 : 1, example->big_endian);
}

/* As literal runs, each of at most 128 bytes. */
static void pack(struct text *out, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t run = size < 128 ? size : 128;
        put(out, run - 1, 1, false);
        text_add_bytes(out, bytes, run);
        bytes += run;
        size -= run;
    }
}

struct block {
    uint32_t x, y, width, height;
};

static void put_block(struct text *out, const struct tiff_example *example, const uint16_t *pixels,
                      const struct block *block)
{
    struct text raw = text_open(out->arena);
    for (uint32_t y = block->y; y < block->y + block->height; y++) {
        size_t row = raw.length;
        for (uint32_t x = block->x; x < block->x + block->width; x++)
            for (uint16_t i = 0; i < example->samples; i++)
                put_sample(&raw, example,
                           x < example->width && y < example->height
                               ? pixels[((size_t)y * example->width + x) * example->samples + i]
                               : 0);
        if (example->compression == 32773)
            pack(out, raw.bytes + row, raw.length - row);
    }
    if (example->compression != 32773)
        text_add_bytes(out, raw.bytes, raw.length);
}

/* Writes strips or tiles; places[] and sizes[] become theirs. */
static size_t put_pixels(struct text *out, const struct tiff_example *example,
                         const uint16_t *pixels, uint64_t *places, uint64_t *sizes)
{
    const uint32_t width = example->tile ? example->tile : example->width;
    const uint32_t height = example->tile ? example->tile : example->rows_each;
    size_t count = 0;
    if (example->directory_only) {
        places[0] = out->length;
        sizes[0] = example->directory_only;
        return 1;
    }
    for (uint32_t y = 0; y < example->height; y += height)
        for (uint32_t x = 0; x < example->width; x += width) {
            struct block block = {x, y, width, height};
            if (!example->tile && y + height > example->height)
                block.height = example->height - y;
            places[count] = out->length;
            put_block(out, example, pixels, &block);
            sizes[count] = out->length - places[count];
            count++;
        }
    return count;
}

struct directory {
    struct text *out;
    const struct tiff_example *example;
    size_t entries;
};

static void put_entry(struct directory *directory, uint16_t tag, uint16_t type, uint64_t count,
                      uint64_t value)
{
    const struct tiff_example *example = directory->example;
    const size_t place = example->big ? 8 : 4;
    const size_t size = count > 1 ? place : type == 3 ? 2 : type == 4 ? 4 : place;
    size_t begin = directory->out->length;
    put(directory->out, tag, 2, example->big_endian);
    put(directory->out, type, 2, example->big_endian);
    put(directory->out, count, place, example->big_endian);
    put(directory->out, value, size, example->big_endian);
    put(directory->out, 0, begin + 4 + 2 * place - directory->out->length, false);
    directory->entries++;
}

/* Where a list lies that an entry points to; a single value is the entry's own. */
static uint64_t put_list(struct text *out, const struct tiff_example *example,
                         const uint64_t *values, size_t count)
{
    uint64_t place = out->length;
    if (count == 1)
        return values[0];
    for (size_t i = 0; i < count; i++)
        put(out, values[i], example->big ? 8 : 4, example->big_endian);
    return place;
}

static uint64_t put_bits(struct text *out, const struct tiff_example *example)
{
    uint64_t place = out->length;
    if (example->samples == 1)
        return example->bits;
    for (uint16_t i = 0; i < example->samples; i++)
        put(out, example->bits, 2, example->big_endian);
    return place;
}

static void put_entries(struct directory *directory, const uint64_t lists[4], size_t count)
{
    const struct tiff_example *example = directory->example;
    const uint16_t place = example->big ? 16 : 4;
    put_entry(directory, 256, 4, 1, example->width);
    put_entry(directory, 257, 4, 1, example->height);
    put_entry(directory, 258, 3, example->samples, lists[2]);
    put_entry(directory, 259, 3, 1, example->compression);
    put_entry(directory, 262, 3, 1, example->photometric);
    if (example->description)
        put_entry(directory, 270, 2, strlen(example->description) + 1, lists[3]);
    if (!example->tile)
        put_entry(directory, 273, place, count, lists[0]);
    put_entry(directory, 277, 3, 1, example->samples);
    if (!example->tile) {
        put_entry(directory, 278, 4, 1, example->rows_each);
        put_entry(directory, 279, place, count, lists[1]);
    } else {
        put_entry(directory, 322, 4, 1, example->tile);
        put_entry(directory, 323, 4, 1, example->tile);
        put_entry(directory, 324, place, count, lists[0]);
        put_entry(directory, 325, place, count, lists[1]);
    }
}

/* Where the place of the next page stands; behind the last page it holds 0. */
static size_t next_page_at(const struct text *out, const struct tiff_example *example)
{
    const size_t place = example->big ? 8 : 4;
    const unsigned char *bytes = (const unsigned char *)out->bytes;
    size_t at = example->big ? 8 : 4;
    for (;;) {
        uint64_t page = 0, entries = 0;
        for (size_t i = 0; i < place; i++)
            page = page << 8 | bytes[at + (example->big_endian ? i : place - 1 - i)];
        if (page == 0)
            return at;
        size_t count = example->big ? 8 : 2;
        for (size_t i = 0; i < count; i++)
            entries = entries << 8 | bytes[page + (example->big_endian ? i : count - 1 - i)];
        at = page + count + entries * (4 + 2 * place);
    }
}

void tiff_write(struct text *out, const struct tiff_example *example, const uint16_t *pixels)
{
    const bool ends = example->big_endian;
    const size_t place = example->big ? 8 : 4;
    uint64_t places[1024], sizes[1024], lists[4] = {0};
    if (out->length == 0) {
        text_add(out, ends ? "MM" : "II");
        put(out, example->big ? 43 : 42, 2, ends);
        if (example->big)
            put(out, ends ? 8 << 16 : 8, 4, ends);
        put(out, 0, place, ends);
    }
    size_t count = put_pixels(out, example, pixels, places, sizes);
    lists[0] = put_list(out, example, places, count);
    lists[1] = put_list(out, example, sizes, count);
    lists[2] = put_bits(out, example);
    lists[3] = out->length;
    if (example->description)
        text_add_bytes(out, example->description, strlen(example->description) + 1);
    if (out->length % 2)
        text_add_bytes(out, "", 1);
    size_t page = out->length;
    change(out, next_page_at(out, example), page, place, ends);
    struct directory directory = {.out = out, .example = example};
    put(out, 0, example->big ? 8 : 2, ends);
    put_entries(&directory, lists, count);
    change(out, page, directory.entries, example->big ? 8 : 2, ends);
    put(out, 0, place, ends);
}
