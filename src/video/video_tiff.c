/* video_tiff.c: the pages of a TIFF as frames. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/video_reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <tiffio.h>

/* One request to libtiff: lists of a page's strips, and what a decoder wants for itself. */
enum { ALLOCATION_MOST = 64 << 20, SAMPLES_MOST = 4 };

/* What every page must share with the first. */
struct page {
    uint32_t width_px;
    uint32_t height_px;
    uint16_t bits;
    uint16_t samples;
    uint16_t compression;
    uint16_t photometric;
    uint16_t planar;
    uint16_t sign; /* SAMPLEFORMAT_ */
};

struct tile {
    uint32_t x;
    uint32_t y;
    uint32_t width;
    uint32_t height;
};

struct tiff {
    struct video *video;
    TIFF *file;
    int64_t at;
    struct page page;
    unsigned char *bytes; /* of one strip or tile, or of one frame of a run */
    size_t room;
    size_t read;        /* frames so far */
    size_t run;         /* frames that lie behind each other without pages of their own, or 0 */
    int64_t run_offset; /* of the first */
};

static const struct {
    uint16_t compression;
    const char *name;
} losslesses[] = {
    {COMPRESSION_NONE, "tiff"},
    {COMPRESSION_LZW, "tiff lzw"},
    {COMPRESSION_DEFLATE, "tiff deflate"},
    {COMPRESSION_ADOBE_DEFLATE, "tiff deflate"},
    {COMPRESSION_PACKBITS, "tiff packbits"},
    {COMPRESSION_LZMA, "tiff lzma"},
    {COMPRESSION_ZSTD, "tiff zstd"},
};

static const char *lossless_name(uint16_t compression)
{
    for (size_t i = 0; i < sizeof losslesses / sizeof *losslesses; i++)
        if (losslesses[i].compression == compression && TIFFIsCODECConfigured(compression))
            return losslesses[i].name;
    return NULL;
}

static tmsize_t tiff_read(thandle_t handle, void *bytes, tmsize_t size)
{
    struct tiff *tiff = handle;
    size_t got = 0;
    if (size < 0 || !video_bytes(tiff->video, tiff->at, bytes, (size_t)size, &got))
        return -1;
    tiff->at += (int64_t)got;
    return (tmsize_t)got;
}

static tmsize_t tiff_write(thandle_t handle, void *bytes, tmsize_t size)
{
    (void)handle, (void)bytes, (void)size;
    return -1;
}

static toff_t tiff_seek(thandle_t handle, toff_t offset, int whence)
{
    struct tiff *tiff = handle;
    int64_t begin = whence == SEEK_CUR ? tiff->at : whence == SEEK_END ? tiff->video->bytes : 0;
    if (offset > INT64_MAX / 2 || begin > INT64_MAX / 2)
        return (toff_t)-1;
    tiff->at = begin + (int64_t)offset;
    return (toff_t)tiff->at;
}

static int tiff_close_nothing(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t tiff_size(thandle_t handle)
{
    const struct tiff *tiff = handle;
    return (toff_t)tiff->video->bytes;
}

/* What libtiff says is for programmers; what is wrong is told by what does not succeed. */
static int tiff_silent(TIFF *file, void *context, const char *module, const char *format,
                       va_list list)
{
    (void)file, (void)context, (void)module, (void)format, (void)list;
    return 1;
}

static void tiff_close(struct video *video)
{
    struct tiff *tiff = video->state;
    if (tiff->file)
        TIFFClose(tiff->file);
    tiff->file = NULL;
}

static bool open_file(struct tiff *tiff, struct fault *fault)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options)
        return fail(fault, FAULT_INPUT, "file", "%s needs more memory than there is.",
                    tiff->video->name);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, ALLOCATION_MOST);
    TIFFOpenOptionsSetErrorHandlerExtR(options, tiff_silent, NULL);
    TIFFOpenOptionsSetWarningHandlerExtR(options, tiff_silent, NULL);
    tiff->file = TIFFClientOpenExt(tiff->video->name, "rm", tiff, tiff_read, tiff_write, tiff_seek,
                                   tiff_close_nothing, tiff_size, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tiff->file || fail(fault, FAULT_INPUT, "file",
                              "%s begins like a TIFF, but its first page is damaged or missing; it "
                              "was cut, or never finished.",
                              tiff->video->name);
}

static struct page page_read(TIFF *file)
{
    struct page page = {.photometric = PHOTOMETRIC_MINISBLACK};
    TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &page.width_px);
    TIFFGetField(file, TIFFTAG_IMAGELENGTH, &page.height_px);
    TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &page.photometric);
    TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &page.bits);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &page.samples);
    TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &page.compression);
    TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &page.planar);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &page.sign);
    return page;
}

/* NULL, or what the page is that is not read. */
static const char *unread(const struct page *page)
{
    bool grey =
        page->photometric == PHOTOMETRIC_MINISBLACK || page->photometric == PHOTOMETRIC_MINISWHITE;
    bool rgb = page->photometric == PHOTOMETRIC_RGB && page->samples >= 3;
    if (!lossless_name(page->compression))
        return "is compressed with loss, or in a way that is not read";
    if (page->bits != 8 && page->bits != 16)
        return "has neither 8 nor 16 bits a pixel";
    if (page->sign != SAMPLEFORMAT_UINT && page->sign != SAMPLEFORMAT_VOID)
        return "has pixels that are no whole numbers from 0 on";
    if (page->samples < 1 || page->samples > SAMPLES_MOST ||
        (page->samples > 1 && page->planar != PLANARCONFIG_CONTIG) || (!grey && !rgb))
        return "is not in grey levels";
    return NULL;
}

static bool check_page(const struct tiff *tiff, struct fault *fault, const struct page *page)
{
    const struct page *first = &tiff->page;
    const char *wrong = unread(page);
    if (wrong)
        return video_refuse_frame(tiff->video, fault, tiff->read, wrong);
    if (page->width_px != first->width_px || page->height_px != first->height_px)
        return video_refuse_frame(tiff->video, fault, tiff->read,
                                  "has another size than the first");
    return (page->bits == first->bits && page->photometric == first->photometric) ||
           video_refuse_frame(tiff->video, fault, tiff->read,
                              "has pixels of another kind than the first");
}

static bool reserve(struct tiff *tiff, struct fault *fault, uint64_t size)
{
    const uint64_t most = (uint64_t)FRAME_PIXELS_MOST * SAMPLES_MOST * 2;
    if (size == 0 || size > most)
        return video_refuse_frame(tiff->video, fault, tiff->read,
                                  "lies in strips or tiles of a size that makes no sense");
    if (size > tiff->room) {
        tiff->bytes = arena_take(tiff->video->arena, (size_t)size);
        tiff->room = (size_t)size;
    }
    return true;
}

static void take_bytes(const unsigned char *bytes, size_t count, uint16_t flip, uint16_t *levels)
{
    for (size_t i = 0; i < count; i++)
        levels[i] = bytes[i] ^ flip;
}

static void take_words(const unsigned char *bytes, size_t count, uint16_t flip, uint16_t *levels)
{
    memcpy(levels, bytes, 2 * count);
    for (size_t i = 0; flip && i < count; i++)
        levels[i] ^= flip;
}

static uint16_t sample_at(const unsigned char *bytes, uint16_t bits, size_t index)
{
    uint16_t word = 0;
    if (bits == 8)
        return bytes[index];
    memcpy(&word, bytes + 2 * index, 2);
    return word;
}

/* Of several samples for each pixel; false where the three of a colour differ. */
static bool take_first(const struct page *page, const unsigned char *bytes, size_t count,
                       uint16_t flip, uint16_t *levels)
{
    const bool rgb = page->photometric == PHOTOMETRIC_RGB;
    for (size_t i = 0; i < count; i++) {
        const size_t at = i * page->samples;
        const uint16_t first = sample_at(bytes, page->bits, at);
        if (rgb && (sample_at(bytes, page->bits, at + 1) != first ||
                    sample_at(bytes, page->bits, at + 2) != first))
            return false;
        levels[i] = first ^ flip;
    }
    return true;
}

static bool take_levels(const struct page *page, const unsigned char *bytes, size_t count,
                        uint16_t *levels)
{
    const uint16_t most = page->bits == 8 ? 0xFF : 0xFFFF;
    const uint16_t flip = page->photometric == PHOTOMETRIC_MINISWHITE ? most : 0;
    if (page->samples > 1)
        return take_first(page, bytes, count, flip, levels);
    if (page->bits == 8)
        take_bytes(bytes, count, flip, levels);
    else
        take_words(bytes, count, flip, levels);
    return true;
}

static bool refuse_damaged(const struct tiff *tiff, struct fault *fault)
{
    return video_refuse_frame(tiff->video, fault, tiff->read,
                              "is damaged, or the file was cut there");
}

static bool refuse_colour(const struct tiff *tiff, struct fault *fault)
{
    return video_refuse_frame(tiff->video, fault, tiff->read, "is not in grey levels");
}

static bool read_strips(struct tiff *tiff, struct fault *fault, uint16_t *pixels)
{
    const struct page *page = &tiff->page;
    uint32_t rows_each = 0;
    TIFFGetFieldDefaulted(tiff->file, TIFFTAG_ROWSPERSTRIP, &rows_each);
    if (rows_each == 0 || rows_each > page->height_px)
        rows_each = page->height_px;
    const uint64_t row_bytes = (uint64_t)page->width_px * page->samples * (page->bits / 8U);
    if (!reserve(tiff, fault, row_bytes * rows_each))
        return false;
    for (uint32_t y = 0; y < page->height_px; y += rows_each) {
        const uint32_t rows = page->height_px - y < rows_each ? page->height_px - y : rows_each;
        const tmsize_t size = (tmsize_t)(row_bytes * rows);
        if (TIFFReadEncodedStrip(tiff->file, y / rows_each, tiff->bytes, size) != size)
            return refuse_damaged(tiff, fault);
        if (!take_levels(page, tiff->bytes, (size_t)page->width_px * rows,
                         pixels + (size_t)y * page->width_px))
            return refuse_colour(tiff, fault);
    }
    return true;
}

/* One tile, cut at the edges of the picture. */
static bool read_tile(struct tiff *tiff, struct fault *fault, const struct tile *tile,
                      uint16_t *pixels)
{
    const struct page *page = &tiff->page;
    const size_t row_bytes = (size_t)tile->width * page->samples * (page->bits / 8U);
    const tmsize_t size = (tmsize_t)(row_bytes * tile->height);
    const uint32_t right = page->width_px - tile->x, below = page->height_px - tile->y;
    const uint32_t columns = right < tile->width ? right : tile->width;
    const uint32_t rows = below < tile->height ? below : tile->height;
    const uint32_t number = TIFFComputeTile(tiff->file, tile->x, tile->y, 0, 0);
    if (TIFFReadEncodedTile(tiff->file, number, tiff->bytes, size) != size)
        return refuse_damaged(tiff, fault);
    for (uint32_t row = 0; row < rows; row++)
        if (!take_levels(page, tiff->bytes + row * row_bytes, columns,
                         pixels + (size_t)(tile->y + row) * page->width_px + tile->x))
            return refuse_colour(tiff, fault);
    return true;
}

static bool read_tiles(struct tiff *tiff, struct fault *fault, uint16_t *pixels)
{
    const struct page *page = &tiff->page;
    struct tile tile = {0};
    TIFFGetField(tiff->file, TIFFTAG_TILEWIDTH, &tile.width);
    TIFFGetField(tiff->file, TIFFTAG_TILELENGTH, &tile.height);
    if (tile.width > 2 * FRAME_SIDE_MOST || tile.height > 2 * FRAME_SIDE_MOST)
        return refuse_damaged(tiff, fault);
    if (!reserve(tiff, fault,
                 (uint64_t)tile.width * tile.height * page->samples * (page->bits / 8U)))
        return false;
    for (tile.y = 0; tile.y < page->height_px; tile.y += tile.height)
        for (tile.x = 0; tile.x < page->width_px; tile.x += tile.width)
            if (!read_tile(tiff, fault, &tile, pixels))
                return false;
    return true;
}

static bool read_run(struct tiff *tiff, struct fault *fault, uint16_t *pixels)
{
    const struct page *page = &tiff->page;
    const size_t count = (size_t)page->width_px * page->height_px;
    const size_t size = count * (page->bits / 8U);
    size_t got = 0;
    if (!reserve(tiff, fault, size))
        return false;
    if (!video_bytes(tiff->video, tiff->run_offset + (int64_t)(tiff->read * size), tiff->bytes,
                     size, &got) ||
        got < size)
        return refuse_damaged(tiff, fault);
    if (page->bits == 16 && TIFFIsByteSwapped(tiff->file))
        for (size_t i = 0; i < size; i += 2) {
            unsigned char low = tiff->bytes[i];
            tiff->bytes[i] = tiff->bytes[i + 1];
            tiff->bytes[i + 1] = low;
        }
    return take_levels(page, tiff->bytes, count, pixels) || refuse_colour(tiff, fault);
}

/* Behind the entries of the last page stands a place of 0; libtiff takes the end of a file for it,
 * too, so that a file that was cut right there would look whole. */
static bool ends_with_page(const struct tiff *tiff)
{
    unsigned char bytes[8];
    const bool big = TIFFIsBigTIFF(tiff->file), ends = TIFFIsBigEndian(tiff->file);
    const size_t count_bytes = big ? 8 : 2;
    const int64_t page = (int64_t)TIFFCurrentDirOffset(tiff->file);
    uint64_t entries = 0;
    size_t got = 0;
    if (!video_bytes(tiff->video, page, bytes, count_bytes, &got) || got < count_bytes)
        return false;
    for (size_t i = 0; i < count_bytes; i++)
        entries = entries << 8 | bytes[ends ? i : count_bytes - 1 - i];
    const uint64_t entry_bytes = big ? 20 : 12, place_bytes = big ? 8 : 4;
    const uint64_t room = (uint64_t)tiff->video->bytes;
    return entries < room / entry_bytes &&
           (uint64_t)page + count_bytes + entries * entry_bytes + place_bytes <= room;
}

/* Goes to the page of the next frame; *more is false where there is none. */
static bool turn_page(struct tiff *tiff, struct fault *fault, bool *more)
{
    const size_t declared = tiff->video->about.frames_declared;
    *more = true;
    if (tiff->read == 0 || tiff->read < tiff->run)
        return true;
    *more = false;
    if (tiff->run || TIFFLastDirectory(tiff->file))
        return (tiff->read >= declared && (tiff->run || ends_with_page(tiff))) ||
               video_refuse_cut(tiff->video, fault, tiff->read, declared);
    if (!TIFFReadDirectory(tiff->file))
        return refuse_damaged(tiff, fault);
    struct page page = page_read(tiff->file);
    *more = true;
    return check_page(tiff, fault, &page);
}

static bool tiff_next(struct video *video, struct fault *fault, uint16_t *pixels,
                      struct frame *frame, bool *more)
{
    struct tiff *tiff = video->state;
    if (!turn_page(tiff, fault, more))
        return false;
    if (!*more)
        return true;
    bool good = tiff->run                 ? read_run(tiff, fault, pixels)
                : TIFFIsTiled(tiff->file) ? read_tiles(tiff, fault, pixels)
                                          : read_strips(tiff, fault, pixels);
    return good && video_number(video, fault, (int64_t)tiff->read++, frame);
}

/* The images that ImageJ says it wrote; 0 where it was not there. */
static size_t images_declared(TIFF *file)
{
    const char *description = NULL;
    const char mark[] = "\nimages=";
    if (!TIFFGetField(file, TIFFTAG_IMAGEDESCRIPTION, &description) || !description ||
        !text_starts(description, "ImageJ="))
        return 0;
    const char *at = strstr(description, mark);
    unsigned long long images = at ? strtoull(at + strlen(mark), NULL, 10) : 0;
    return images <= VIDEO_FRAMES_MOST ? (size_t)images : 0;
}

/* Beyond 4 GB ImageJ writes one page, and all frames behind each other from its first strip on. */
static bool find_run(struct tiff *tiff, struct fault *fault)
{
    const struct page *page = &tiff->page;
    const uint64_t *offsets = NULL;
    const int64_t size = (int64_t)page->width_px * page->height_px * (page->bits / 8);
    const size_t images = tiff->video->about.frames_declared;
    if (images < 2 || !TIFFLastDirectory(tiff->file) || TIFFIsTiled(tiff->file) ||
        page->compression != COMPRESSION_NONE || page->samples != 1 ||
        TIFFNumberOfStrips(tiff->file) != 1 ||
        !TIFFGetField(tiff->file, TIFFTAG_STRIPOFFSETS, &offsets) || !offsets)
        return true;
    const int64_t left =
        offsets[0] < (uint64_t)tiff->video->bytes ? tiff->video->bytes - (int64_t)offsets[0] : 0;
    if (left / size < (int64_t)images)
        return video_refuse_cut(tiff->video, fault, (size_t)(left / size), images);
    tiff->run = images;
    tiff->run_offset = (int64_t)offsets[0];
    return true;
}

bool video_tiff_open(struct video *video, struct fault *fault)
{
    static const struct video_reader reader = {.next = tiff_next, .close = tiff_close};
    struct tiff *tiff = arena_take(video->arena, sizeof *tiff);
    *tiff = (struct tiff){.video = video};
    video->state = tiff;
    video->reader = &reader;
    if (!open_file(tiff, fault))
        return false;
    tiff->page = page_read(tiff->file);
    if (!video_size_check(video, fault, tiff->page.width_px, tiff->page.height_px) ||
        !check_page(tiff, fault, &tiff->page))
        return false;
    video->about.shape = (struct frame_shape){.width_px = (int32_t)tiff->page.width_px,
                                              .height_px = (int32_t)tiff->page.height_px,
                                              .bits = tiff->page.bits};
    video->about.codec = lossless_name(tiff->page.compression);
    video->about.frames_declared = images_declared(tiff->file);
    return find_run(tiff, fault);
}
