/* video_file.h: which bytes would a camera have written? All is made here, byte by byte. */
#ifndef SUPPORT_VIDEO_FILE_H
#define SUPPORT_VIDEO_FILE_H

#include "base/text.h"

enum { EXAMPLE_WIDTH = 48, EXAMPLE_HEIGHT = 32, EXAMPLE_PIXELS = EXAMPLE_WIDTH * EXAMPLE_HEIGHT };

/* An AVI of raw pixels: one RIFF, one stream, chunks and an index. */
struct avi_example {
    const char *mark; /* four bytes; NULL: none, as of plain Windows bitmaps */
    int32_t width;
    int32_t height;               /* Windows bitmaps stand on their head unless it is negative */
    int bits;                     /* of a pixel */
    size_t frames;                /* that the header tells of */
    const unsigned char *palette; /* 256 of blue, green, red, 0; or NULL */
    bool sound;                   /* instead of pictures */
};

struct avi_example avi_example_default(void);
/* Frames lie behind each other in pixels; one of size 0 was lost by the camera. */
struct text avi_write(struct arena *arena, const struct avi_example *example,
                      const unsigned char *const *frames, const size_t *sizes, size_t count);

/* An MKV of raw 8-bit pixels, a cluster for each frame; times in milliseconds. */
struct mkv_example {
    double frame_ms; /* that it tells of; 0: not told */
    bool endless;    /* written to a pipe: sizes are not known */
};
struct text mkv_write(struct arena *arena, const struct mkv_example *example,
                      const int32_t *times_ms, size_t count);

/* One page of a TIFF of grey levels. */
struct tiff_example {
    bool big_endian;
    bool big; /* BigTIFF: places of 8 bytes */
    uint32_t width;
    uint32_t height;
    uint16_t bits;
    uint16_t compression; /* 1 none, 32773 PackBits */
    uint16_t photometric; /* 0 white is zero, 1 black is zero, 2 red, green and blue */
    uint16_t samples;
    uint32_t rows_each; /* in a strip */
    uint32_t tile;      /* its side; 0: strips */
    const char *description;
    uint32_t directory_only; /* this many bytes of pixels are told of and none is written */
};

struct tiff_example tiff_example_default(void);
/* Pages are added one by one behind an empty text; pixels are levels, a sample each. */
void tiff_write(struct text *out, const struct tiff_example *example, const uint16_t *pixels);

/* A pattern that differs in every frame and from each pixel to its neighbours. */
uint16_t pattern_level(size_t frame, size_t pixel, int bits);

/* An open file that lies in memory; the caller closes it. */
int file_in_memory(const struct text *bytes);

#endif
