/* video_libav.c: frames of AVI, MP4, MOV and MKV files, decoded by libav. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/video_libav.h"

#include <stdlib.h>

/* Three demuxers and the decoders below are all that untrusted files meet: what cameras and the
 * programs of laboratories write, and what makes such files smaller. The format is told to libav
 * and not probed, no other file is ever opened, and no stream is decoded to find out about it. */
enum {
    IO_BYTES = 1 << 16,
    ALLOCATION_MOST = 256 << 20,
    STREAMS_MOST = 16,
    THREADS_MOST = 16,
    INTERVALS_MOST = 1000
};

static const struct codec codecs[] = {
    {AV_CODEC_ID_RAWVIDEO, false, true, false}, {AV_CODEC_ID_FFV1, false, true, false},
    {AV_CODEC_ID_HUFFYUV, false, true, false},  {AV_CODEC_ID_FFVHUFF, false, true, false},
    {AV_CODEC_ID_UTVIDEO, false, true, false},  {AV_CODEC_ID_LAGARITH, false, true, false},
    {AV_CODEC_ID_MAGICYUV, false, true, false}, {AV_CODEC_ID_PNG, false, true, false},
    {AV_CODEC_ID_MSRLE, false, true, false},    {AV_CODEC_ID_JPEGLS, true, true, false},
    {AV_CODEC_ID_MJPEG, true, true, false},     {AV_CODEC_ID_JPEG2000, true, true, false},
    {AV_CODEC_ID_MPEG4, true, false, true},     {AV_CODEC_ID_H264, true, true, true},
    {AV_CODEC_ID_HEVC, true, true, true},
};

static int io_read(void *opaque, uint8_t *bytes, int size)
{
    struct libav *libav = opaque;
    size_t got = 0;
    if (!video_bytes(libav->video, libav->at, bytes, (size_t)size, &got))
        return AVERROR(EIO);
    libav->at += (int64_t)got;
    return got ? (int)got : AVERROR_EOF;
}

static int64_t io_seek(void *opaque, int64_t offset, int whence)
{
    struct libav *libav = opaque;
    const int from = whence & ~AVSEEK_FORCE;
    int64_t begin = from == SEEK_CUR ? libav->at : from == SEEK_END ? libav->video->bytes : 0;
    if (from == AVSEEK_SIZE)
        return libav->video->bytes;
    if (offset > INT64_MAX / 4 || begin + offset < 0 || begin + offset > INT64_MAX / 4)
        return AVERROR(EINVAL);
    return libav->at = begin + offset;
}

/* Playlists and references to other files lead nowhere. */
static int refuse_other_files(AVFormatContext *format, AVIOContext **other, const char *url,
                              int flags, AVDictionary **options)
{
    (void)format, (void)url, (void)flags, (void)options;
    *other = NULL;
    return AVERROR(EPERM);
}

/* video.c knew the magic. */
static bool find_kind(struct libav *libav, struct fault *fault)
{
    unsigned char magic[VIDEO_MAGIC_BYTES] = {0};
    size_t got = 0;
    if (!video_bytes(libav->video, 0, magic, sizeof magic, &got))
        return fail(fault, FAULT_INPUT, "file", "%s could not be read.", libav->video->name);
    libav->kind = memcmp(magic, "RIFF", 4) == 0 ? VIDEO_AVI
                  : magic[0] == 0x1A            ? VIDEO_MKV
                                                : VIDEO_MP4;
    return true;
}

static void close_format(struct libav *libav)
{
    AVIOContext *io = libav->format ? libav->format->pb : NULL;
    avformat_close_input(&libav->format);
    if (io)
        av_freep(&io->buffer);
    avio_context_free(&io);
}

static void libav_close(struct video *video)
{
    struct libav *libav = video->state;
    av_frame_free(&libav->picture);
    av_packet_free(&libav->packet);
    avcodec_free_context(&libav->decoder);
    close_format(libav);
}

static const char *demuxer_of(enum video_format kind)
{
    return kind == VIDEO_AVI ? "avi" : kind == VIDEO_MKV ? "matroska" : "mov";
}

static bool refuse_headers(const struct video *video, struct fault *fault)
{
    return fail(fault, FAULT_INPUT, "file",
                "%s begins like a video, but what should tell of its frames is damaged or missing; "
                "it was cut, or never finished.",
                video->name);
}

/* On failure avformat_open_input frees the context but not what was put into it. */
static bool open_format(struct libav *libav, struct fault *fault)
{
    AVDictionary *options = NULL;
    libav->at = 0;
    unsigned char *buffer = av_malloc(IO_BYTES);
    AVIOContext *io =
        buffer ? avio_alloc_context(buffer, IO_BYTES, 0, libav, io_read, NULL, io_seek) : NULL;
    if (!io)
        av_free(buffer);
    libav->format = io ? avformat_alloc_context() : NULL;
    if (!libav->format) {
        avio_context_free(&io);
        return libav_refuse_memory(libav->video, fault);
    }
    libav->format->pb = io;
    libav->format->io_open = refuse_other_files;
    libav->format->max_streams = STREAMS_MOST;
    av_dict_set(&options, "protocol_whitelist", "none", 0);
    av_dict_set(&options, "ignore_editlist", "1", 0);
    av_dict_set(&options, "ignore_chapters", "1", 0);
    int wrong = avformat_open_input(&libav->format, NULL,
                                    av_find_input_format(demuxer_of(libav->kind)), &options);
    av_dict_free(&options);
    if (wrong >= 0 && libav->format)
        return true;
    av_freep(&io->buffer);
    avio_context_free(&io);
    return wrong == AVERROR(ENOMEM) ? libav_refuse_memory(libav->video, fault)
                                    : refuse_headers(libav->video, fault);
}

static bool find_stream(struct libav *libav, struct fault *fault)
{
    AVStream *found = NULL;
    size_t count = 0;
    for (unsigned i = 0; i < libav->format->nb_streams; i++) {
        AVStream *stream = libav->format->streams[i];
        bool moving = stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
                      !(stream->disposition & AV_DISPOSITION_ATTACHED_PIC);
        stream->discard = moving ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
        count += moving;
        found = moving ? stream : found;
    }
    libav->stream = found;
    if (count == 1) {
        /* A program that writes without going back notes a number that no file can hold: no frame
         * is shorter than the head of its chunk in an AVI, or its place in the lists of an MP4. */
        const int64_t least_bytes = 4;
        bool sensible =
            found->nb_frames > 0 && found->nb_frames <= libav->video->bytes / least_bytes;
        libav->declared = sensible ? (size_t)found->nb_frames : 0;
        return true;
    }
    return fail(fault, FAULT_INPUT, "file",
                count ? "%s holds more than one video; write each into a file of its own."
                      : "%s holds no video, only sound or other data.",
                libav->video->name);
}

/* What lies in the file, where that can be told without decoding it. */
static bool count_frames(struct libav *libav, struct fault *fault)
{
    struct video_chunks chunks;
    size_t blocks = 0;
    if (libav->kind == VIDEO_MKV && !video_mkv_check(libav->video, fault, &blocks))
        return false;
    if (libav->kind == VIDEO_MKV && libav->format->nb_streams == 1)
        libav->declared = libav->counted = blocks;
    if (libav->kind == VIDEO_AVI && video_avi_count(libav->video, libav->stream->index, &chunks) &&
        chunks.all >= libav->declared)
        libav->counted = chunks.whole;
    return true;
}

/* Goes through a file that is too short and measures nothing. */
static void skim(struct libav *libav)
{
    AVPacket *packet = libav->packet;
    for (; av_read_frame(libav->format, packet) >= 0; av_packet_unref(packet))
        if (packet->stream_index == libav->stream->index && packet->size > 0)
            libav_count(libav, packet);
}

/* Whether the file is as long as it says, told before anything is measured. Some programs note a
 * wrong length: what counts where it is noted is the number of frames. */
static bool check_extent(struct libav *libav, struct fault *fault)
{
    const struct video *video = libav->video;
    const int64_t end = video_extent(video, libav->kind);
    if (end > 0 ? end <= video->bytes : libav->declared > 0)
        return count_frames(libav, fault);
    if (end == 0)
        return fail(fault, FAULT_INPUT, "file",
                    "%s was never finished: neither its length nor its number of frames is noted; "
                    "copy it with a program that writes them, if it is known to be whole.",
                    video->name);
    skim(libav);
    if (libav->declared == 0 || libav->slots < libav->declared)
        return video_refuse_cut(video, fault, libav->packets, libav->declared);
    libav->packets = libav->slots = 0;
    close_format(libav);
    return open_format(libav, fault) && find_stream(libav, fault);
}

/* Grey levels of 10 to 16 bits in words, low byte first, which libav does not know in an AVI by the
 * marks that cameras write; its own mark for them holds the bits in the last byte. */
static void know_words(AVCodecParameters *about)
{
    static const struct {
        uint32_t tag;
        uint32_t own;
    } marks[] = {{MKTAG('Y', '1', '0', ' '), MKTAG('Y', '1', 0, 10)},
                 {MKTAG('Y', '1', '2', ' '), MKTAG('Y', '1', 0, 12)},
                 {MKTAG('Y', '1', '4', ' '), MKTAG('Y', '1', 0, 14)},
                 {MKTAG('Y', '1', '6', ' '), MKTAG('Y', '1', 0, 16)}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (about->codec_id == AV_CODEC_ID_NONE &&
            (about->codec_tag == marks[i].tag || about->codec_tag == marks[i].own)) {
            about->codec_id = AV_CODEC_ID_RAWVIDEO;
            about->codec_tag = marks[i].own;
        }
}

static bool refuse_codec(const struct libav *libav, struct fault *fault)
{
    const AVCodecParameters *about = libav->stream->codecpar;
    char mark[AV_FOURCC_MAX_STRING_SIZE] = {0};
    if (about->codec_id == AV_CODEC_ID_NONE && about->codec_tag == 0)
        return refuse_headers(libav->video, fault);
    return fail(fault, FAULT_INPUT, "file",
                "%s is compressed by \"%s\", which is not read; write it as raw, FFV1, MJPEG or "
                "H.264.",
                libav->video->name,
                about->codec_id == AV_CODEC_ID_NONE ? av_fourcc_make_string(mark, about->codec_tag)
                                                    : avcodec_get_name(about->codec_id));
}

static const AVCodec *find_codec(struct libav *libav)
{
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
        if (codecs[i].id == libav->stream->codecpar->codec_id)
            libav->codec = &codecs[i];
    return libav->codec ? avcodec_find_decoder(libav->codec->id) : NULL;
}

static int threads_of(const struct video *video)
{
    const unsigned wanted = video->source.decoder_threads;
    return wanted < 1 ? 1 : wanted > THREADS_MOST ? THREADS_MOST : (int)wanted;
}

static bool open_decoder(struct libav *libav, struct fault *fault)
{
    AVCodecParameters *about = libav->stream->codecpar;
    struct video *video = libav->video;
    know_words(about);
    const AVCodec *codec = find_codec(libav);
    if (!codec)
        return refuse_codec(libav, fault);
    if (!video_size_check(video, fault, about->width, about->height))
        return false;
    libav->decoder = avcodec_alloc_context3(codec);
    if (!libav->decoder || avcodec_parameters_to_context(libav->decoder, about) < 0)
        return libav_refuse_memory(video, fault);
    libav->decoder->pkt_timebase = libav->stream->time_base;
    libav->decoder->thread_count = threads_of(video);
    libav->decoder->max_pixels = FRAME_PIXELS_MOST;
    libav->decoder->err_recognition =
        AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;
    libav->decoder->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT; /* told by a flag, and then refused */
    /* A stream that does not say how far its pictures are reordered is given the longest wait;
     * libav would drop those that come too early otherwise. */
    if (libav->codec->reordered)
        libav->decoder->strict_std_compliance = FF_COMPLIANCE_STRICT;
    video->about.codec = codec->name;
    video->about.lossy = libav->codec->lossy;
    return avcodec_open2(libav->decoder, codec, NULL) >= 0 ||
           fail(fault, FAULT_INPUT, "file", "%s says what \"%s\" cannot be told; it is damaged.",
                video->name, codec->name);
}

static int compare_ticks(const void *one, const void *other)
{
    const int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* An MP4 tells the time of each frame and no rate; what libav makes of it is the mean, which grows
 * with every frame that was lost. The median stays. 0 where no times are known yet. */
static int64_t median_ticks(AVStream *stream)
{
    int64_t ticks[INTERVALS_MOST];
    const int entries = avformat_index_get_entries_count(stream);
    size_t count = 0;
    for (int i = 1; i < entries && count < INTERVALS_MOST; i++)
        ticks[count++] = av_sat_sub64(avformat_index_get_entry(stream, i)->timestamp,
                                      avformat_index_get_entry(stream, i - 1)->timestamp);
    if (count == 0)
        return 0;
    qsort(ticks, count, sizeof *ticks, compare_ticks);
    return ticks[count / 2] > 0 ? ticks[count / 2] : 0;
}

/* What the file says of its frames. */
static void tell_about(struct libav *libav)
{
    struct video_about *about = &libav->video->about;
    const AVStream *stream = libav->stream;
    const AVRational rate = stream->avg_frame_rate;
    const bool avi = libav->kind == VIDEO_AVI;
    libav->tick_s = av_q2d(stream->time_base);
    about->timed = !avi;
    about->frames_declared = libav->declared;
    if (avi)
        about->frame_s = libav->tick_s;
    else if (rate.num > 0 && rate.den > 0)
        about->frame_s = av_q2d(av_inv_q(rate));
    if (libav->kind == VIDEO_MP4 && median_ticks(libav->stream) > 0)
        about->frame_s = (double)median_ticks(libav->stream) * libav->tick_s;
    libav->interval_s = about->frame_s > 0 ? about->frame_s : libav->video->source.frame_s;
}

bool video_libav_open(struct video *video, struct fault *fault)
{
    static const struct video_reader reader = {.next = libav_next, .close = libav_close};
    struct libav *libav = arena_take(video->arena, sizeof *libav);
    *libav = (struct libav){.video = video};
    video->state = libav;
    video->reader = &reader;
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(ALLOCATION_MOST);
    libav->packet = av_packet_alloc();
    libav->picture = av_frame_alloc();
    if (!libav->packet || !libav->picture)
        return libav_refuse_memory(video, fault);
    if (!find_kind(libav, fault) || !open_format(libav, fault) || !find_stream(libav, fault) ||
        !check_extent(libav, fault) || !open_decoder(libav, fault))
        return false;
    tell_about(libav);
    return libav_begin(libav, fault);
}
