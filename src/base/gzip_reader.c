#include "base/gzip_reader.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/gzip.h"
#include "base/interrupt.h"
#include "base/memory.h"

enum { INPUT_SIZE = 128 * 1024, GZIP_ONLY = 16 };

struct GzipReader {
    int descriptor;
    bool has_begun; /* its first bytes were looked at */
    bool is_packed;
    bool in_member;
    bool at_end;     /* of the file; what is in input is all there is */
    z_stream stream; /* next_in and avail_in tell what input still holds */
    unsigned char input[INPUT_SIZE];
};

/* Memory for zlib, which therefore cannot run out of it and return. */
static void *allocate(void *unused, unsigned int n, unsigned int size) {
    (void)unused;
    return memory_new(n, size);
}

static void release(void *unused, void *block) {
    (void)unused;
    memory_free(block);
}

GzipReader *gzip_reader_new(int descriptor) {
    GzipReader *reader = memory_new(1, sizeof *reader);
    reader->descriptor = descriptor;
    reader->stream.zalloc = allocate;
    reader->stream.zfree = release;
    reader->stream.next_in = reader->input;
    inflateInit2(&reader->stream, MAX_WBITS + GZIP_ONLY);
    return reader;
}

void gzip_reader_free(GzipReader *reader) {
    if (reader) {
        inflateEnd(&reader->stream);
        close(reader->descriptor);
        memory_free(reader);
    }
}

/* Reads until at least n_wanted bytes are in input, or the file ends; false with errno. */
static bool fill_input(GzipReader *reader, unsigned int n_wanted) {
    z_stream *stream = &reader->stream;
    if (stream->avail_in >= n_wanted || reader->at_end) {
        return true;
    }
    memmove(reader->input, stream->next_in, stream->avail_in);
    stream->next_in = reader->input;
    while (stream->avail_in < n_wanted && !reader->at_end) {
        if (!interrupt_wait(reader->descriptor, POLLIN)) {
            return false;
        }
        const ssize_t n = read(reader->descriptor, reader->input + stream->avail_in,
                               INPUT_SIZE - stream->avail_in);
        if (n < 0 && (errno != EINTR || interrupt_signal())) {
            return false;
        }
        stream->avail_in += n > 0 ? (unsigned int)n : 0;
        reader->at_end = n == 0;
    }
    return true;
}

static bool read_plain(GzipReader *reader, char *bytes, size_t n, size_t *n_read) {
    z_stream *stream = &reader->stream;
    if (!fill_input(reader, 1)) {
        return false;
    }
    *n_read = stream->avail_in < n ? stream->avail_in : n;
    memcpy(bytes, stream->next_in, *n_read);
    stream->next_in += *n_read;
    stream->avail_in -= (unsigned int)*n_read;
    return true;
}

/* Goes to the next member: false at the end of the file, and on failure. */
static bool find_member(GzipReader *reader, bool *failed, const char **damage) {
    z_stream *stream = &reader->stream;
    do {
        *failed = !fill_input(reader, 2);
        while (stream->avail_in > 0 && *stream->next_in == '\0') {
            stream->next_in++; /* tapes and block devices pad with zeros */
            stream->avail_in--;
        }
    } while (!*failed && stream->avail_in < 2 && !reader->at_end);
    if (*failed || stream->avail_in == 0) {
        return false;
    }
    if (!gzip_is_packed((const char *)stream->next_in, stream->avail_in)) {
        *damage = "something else follows the end of the gzip data";
        *failed = true;
        return false;
    }
    inflateReset(stream);
    reader->in_member = true;
    return true;
}

/* Unpacks what one call of inflate gives, perhaps nothing. */
static bool inflate_some(GzipReader *reader, char *bytes, size_t n, size_t *n_read,
                         const char **damage) {
    z_stream *stream = &reader->stream;
    if (!fill_input(reader, 1)) {
        return false;
    }
    const unsigned int room = n < UINT_MAX ? (unsigned int)n : UINT_MAX;
    stream->next_out = (Bytef *)bytes;
    stream->avail_out = room;
    const int status = inflate(stream, Z_NO_FLUSH);
    *n_read = room - stream->avail_out;
    reader->in_member = status != Z_STREAM_END;
    if (*n_read > 0) {
        return true; /* what is wrong behind these bytes, the next call meets again */
    }
    if (status == Z_BUF_ERROR) {
        *damage = "the gzip file is cut off"; /* no progress: input is empty, and the file ends */
        return false;
    }
    if (status != Z_OK && status != Z_STREAM_END) {
        *damage = "the gzip file is damaged";
        return false;
    }
    return true;
}

bool gzip_reader_read(GzipReader *reader, char *bytes, size_t n, size_t *n_read,
                      const char **damage) {
    assert(n > 0);
    *n_read = 0;
    *damage = NULL;
    if (!reader->has_begun) {
        if (!fill_input(reader, 2)) {
            return false;
        }
        reader->has_begun = true;
        reader->is_packed =
            gzip_is_packed((const char *)reader->stream.next_in, reader->stream.avail_in);
    }
    if (!reader->is_packed) {
        return read_plain(reader, bytes, n, n_read);
    }
    while (*n_read == 0) {
        bool failed = false;
        if (!reader->in_member && !find_member(reader, &failed, damage)) {
            return !failed;
        }
        if (!inflate_some(reader, bytes, n, n_read, damage)) {
            return false;
        }
    }
    return true;
}
