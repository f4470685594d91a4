/* video_extent.c: how many bytes does a container say that it has? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/video_reader.h"

#include <string.h>

/* Of the parts at the top of a file there are a few, or one for some seconds. */
enum { PARTS_MOST = 1000000, ID_BYTES = 4, SIZE_BYTES = 8 };

/* Of Matroska (RFC 9559). */
enum {
    ID_SEGMENT = 0x18538067,
    ID_CLUSTER = 0x1F43B675,
    ID_BLOCK_GROUP = 0xA0,
    ID_SIMPLE_BLOCK = 0xA3,
    ID_VOID = 0xEC,
    ID_CRC = 0xBF,
};

static uint64_t big_endian(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;
    for (size_t i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/* Bytes from an offset on, zeros behind the end of the file; how many there are. */
static size_t peek(const struct video *video, int64_t offset, unsigned char *bytes, size_t size)
{
    size_t got = 0;
    memset(bytes, 0, size);
    return video_bytes(video, offset, bytes, size, &got) ? got : 0;
}

/* Above 1 GB an AVI goes on in further parts of the same kind (OpenDML). */
static int64_t end_of_avi(const struct video *video)
{
    unsigned char head[12];
    int64_t end = 0;
    for (size_t i = 0; i < PARTS_MOST && peek(video, end, head, sizeof head) == sizeof head; i++) {
        const int64_t size = (int64_t)little_endian(head + 4, 4);
        if (memcmp(head, "RIFF", 4) != 0)
            break;
        if (size == 0 || size == UINT32_MAX)
            return 0;
        end += 8 + size + (size & 1);
    }
    return end;
}

/* A chunk, or a list of them. */
struct chunk {
    unsigned char name[4];
    unsigned char kind[4]; /* of a list */
    int64_t begin;
    int64_t end;
};

static bool chunk_at(const struct video *video, int64_t offset, struct chunk *chunk)
{
    unsigned char head[12];
    if (peek(video, offset, head, sizeof head) < 8)
        return false;
    memcpy(chunk->name, head, 4);
    memcpy(chunk->kind, head + 8, 4);
    const int64_t size = (int64_t)little_endian(head + 4, 4);
    chunk->begin = offset + 8;
    chunk->end = chunk->begin + size + (size & 1);
    return chunk->end <= video->bytes;
}

static bool is_list(const struct chunk *chunk, const char *name, const char *kind)
{
    return memcmp(chunk->name, name, 4) == 0 && memcmp(chunk->kind, kind, 4) == 0;
}

/* Pictures are named by the number of their stream, and db or dc. */
static void count_picture(const struct chunk *chunk, int stream, struct video_chunks *count)
{
    const unsigned char *name = chunk->name;
    if (name[0] != '0' + stream / 10 || name[1] != '0' + stream % 10 || name[2] != 'd' ||
        (name[3] != 'b' && name[3] != 'c'))
        return;
    count->all++;
    count->whole += chunk->end > chunk->begin;
}

static bool count_pictures(const struct video *video, struct chunk list, int stream,
                           struct video_chunks *count)
{
    struct chunk at = {.end = list.begin + 4};
    while (at.end < list.end && count->all <= VIDEO_FRAMES_MOST) {
        if (!chunk_at(video, at.end, &at) || at.end > list.end)
            return false;
        if (is_list(&at, "LIST", "rec "))
            at.end = at.begin + 4; /* what lies in it is as if it lay beside it */
        else
            count_picture(&at, stream, count);
    }
    return true;
}

bool video_avi_count(const struct video *video, int stream, struct video_chunks *count)
{
    struct chunk part, at;
    *count = (struct video_chunks){0};
    for (int64_t next = 0; next < video->bytes; next = part.end) {
        if (!chunk_at(video, next, &part) || memcmp(part.name, "RIFF", 4) != 0)
            return next > 0;
        for (at.end = part.begin + 4; at.end < part.end;) {
            if (!chunk_at(video, at.end, &at))
                return false;
            if (is_list(&at, "LIST", "movi") && !count_pictures(video, at, stream, count))
                return false;
        }
    }
    return true;
}

/* ISO/IEC 14496-12: a size of 1 is followed by 64 bits, 0 reaches to the end of the file. */
static int64_t end_of_mp4(const struct video *video)
{
    unsigned char head[16];
    int64_t end = 0;
    for (size_t i = 0; i < PARTS_MOST && end < video->bytes; i++) {
        const size_t got = peek(video, end, head, sizeof head);
        const uint64_t small = big_endian(head, 4);
        const uint64_t size = small == 1 ? big_endian(head + 8, 8) : small;
        if (got < (small == 1 ? 16 : 8))
            return end + 8; /* a box was begun */
        if (size == 0)
            return video->bytes;
        if (size < 8 || size > INT64_MAX / 4)
            break;
        end += (int64_t)size;
    }
    return end;
}

/* One element of EBML (RFC 8794): its name, and where what it holds begins and ends. */
struct element {
    uint32_t id;
    bool endless; /* its size was not known when it was written */
    int64_t begin;
    int64_t end;
};

/* As many bytes as the zeros before the first bit tell, and one more; 0 where they are too many. */
static size_t number_length(unsigned char first, size_t most)
{
    size_t length = 1;
    while (length <= most && !(first & 0x80U >> (length - 1)))
        length++;
    return length <= most ? length : 0;
}

static bool element_at(const struct video *video, int64_t offset, struct element *element)
{
    unsigned char bytes[ID_BYTES + SIZE_BYTES];
    const size_t got = peek(video, offset, bytes, sizeof bytes);
    const size_t id = number_length(bytes[0], ID_BYTES);
    const size_t size = id ? number_length(bytes[id], SIZE_BYTES) : 0;
    if (size == 0 || size > SIZE_BYTES || id + size > got)
        return false;
    const uint64_t mask = (UINT64_C(1) << 7 * size) - 1;
    const uint64_t length = big_endian(bytes + id, size) & mask;
    element->id = (uint32_t)big_endian(bytes, id);
    element->endless = length == mask;
    element->begin = offset + (int64_t)(id + size);
    element->end = element->begin;
    if (!element->endless && length > INT64_MAX / 2)
        return false;
    if (!element->endless)
        element->end += (int64_t)length;
    return true;
}

/* A head, and the segment in which everything lies. */
static bool find_segment(const struct video *video, struct element *segment)
{
    return element_at(video, 0, segment) && !segment->endless &&
           element_at(video, segment->end, segment) && segment->id == ID_SEGMENT;
}

static int64_t end_of_mkv(const struct video *video)
{
    struct element segment = {0};
    return find_segment(video, &segment) && !segment.endless ? segment.end : 0;
}

static bool is_one_of(uint32_t id, const uint32_t *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* Elements follow each other to the byte, and these are all that there are; where another stands,
 * or one does not fit, bytes were changed. */
static bool is_of_cluster(uint32_t id)
{
    static const uint32_t ids[] = {
        ID_SIMPLE_BLOCK,     ID_BLOCK_GROUP,      ID_VOID, ID_CRC, 0xE7 /* Timestamp */,
        0xA7 /* Position */, 0xAB /* PrevSize */, 0x5854 /* SilentTracks */};
    return is_one_of(id, ids, sizeof ids / sizeof *ids);
}

static bool is_of_segment(uint32_t id)
{
    static const uint32_t ids[] = {ID_CLUSTER,
                                   ID_VOID,
                                   ID_CRC,
                                   0x114D9B74 /* SeekHead */,
                                   0x1549A966 /* Info */,
                                   0x1654AE6B /* Tracks */,
                                   0x1C53BB6B /* Cues */,
                                   0x1941A469 /* Attachments */,
                                   0x1043A770 /* Chapters */,
                                   0x1254C367 /* Tags */};
    return is_one_of(id, ids, sizeof ids / sizeof *ids);
}

static bool count_blocks(const struct video *video, const struct element *cluster, size_t *blocks)
{
    struct element at = {.end = cluster->begin};
    while (at.end < cluster->end) {
        if (!element_at(video, at.end, &at) || at.endless || at.end > cluster->end ||
            *blocks > VIDEO_FRAMES_MOST || !is_of_cluster(at.id))
            return false;
        *blocks += at.id == ID_SIMPLE_BLOCK || at.id == ID_BLOCK_GROUP;
    }
    return true;
}

bool video_mkv_check(const struct video *video, struct fault *fault, size_t *blocks)
{
    struct element segment = {0}, at;
    bool good = find_segment(video, &segment);
    *blocks = 0;
    at.end = segment.begin;
    for (size_t i = 0; good && at.end < segment.end && i < PARTS_MOST; i++) {
        good = element_at(video, at.end, &at) && !at.endless && at.end <= segment.end &&
               is_of_segment(at.id);
        if (good && at.id == ID_CLUSTER)
            good = count_blocks(video, &at, blocks);
    }
    return good || video_refuse_frame(video, fault, *blocks,
                                      "or what stands before it is damaged; copy the file again");
}

int64_t video_extent(const struct video *video, enum video_format format)
{
    switch (format) {
    case VIDEO_AVI:
        return end_of_avi(video);
    case VIDEO_MP4:
        return end_of_mp4(video);
    case VIDEO_MKV:
        return end_of_mkv(video);
    }
    return 0;
}
