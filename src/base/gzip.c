#include "base/gzip.h"

#include <zlib.h>

#include "base/memory.h"

bool gzip_is_packed(const char *bytes, size_t n) {
    return n >= 2 && (unsigned char)bytes[0] == 0x1F && (unsigned char)bytes[1] == 0x8B;
}

/* What is left to read, and what was unpacked so far (capacity does not count the terminator). */
typedef struct Unpacking {
    const char *at;
    size_t n_left;
    char *out;
    size_t n_out;
    size_t capacity;
    size_t limit;
} Unpacking;

/* Makes room for more output; false when the limit is reached. */
static bool make_room(Unpacking *unpacking) {
    if (unpacking->n_out < unpacking->capacity) {
        return true;
    }
    if (unpacking->capacity >= unpacking->limit) {
        return false;
    }
    size_t capacity = unpacking->capacity < 65536 ? 65536 : 2 * unpacking->capacity;
    capacity = capacity > unpacking->limit ? unpacking->limit : capacity;
    unpacking->out =
        memory_resize(unpacking->out, unpacking->capacity + 1, capacity + 1, sizeof(char));
    unpacking->capacity = capacity;
    return true;
}

/* zlib counts in unsigned int, so that it gets long blocks in pieces. */
static unsigned int piece(size_t n) {
    const size_t longest = 1u << 30;
    return (unsigned int)(n < longest ? n : longest);
}

/* With the output full to the limit, one byte of room tells the end of a member from too much. */
static int inflate_some(z_stream *stream, Unpacking *unpacking, bool *too_long) {
    unsigned char extra = 0;
    const bool full = !make_room(unpacking);
    const unsigned int n_in = piece(unpacking->n_left);
    const unsigned int room = full ? 1 : piece(unpacking->capacity - unpacking->n_out);
    stream->next_in = (z_const Bytef *)unpacking->at;
    stream->avail_in = n_in;
    stream->next_out = full ? &extra : (Bytef *)unpacking->out + unpacking->n_out;
    stream->avail_out = room;
    const int status = inflate(stream, Z_NO_FLUSH);
    const unsigned int n_taken = n_in - stream->avail_in;
    const unsigned int n_made = room - stream->avail_out;
    unpacking->at += n_taken;
    unpacking->n_left -= n_taken;
    unpacking->n_out += full ? 0 : n_made;
    *too_long = full && n_made > 0;
    return status;
}

static GzipResult unpack_member(z_stream *stream, Unpacking *unpacking) {
    for (;;) {
        bool too_long = false;
        const int status = inflate_some(stream, unpacking, &too_long);
        if (too_long) {
            return GZIP_TOO_LONG;
        }
        if (status == Z_STREAM_END) {
            return GZIP_OK;
        }
        if (status != Z_OK) {
            return GZIP_DAMAGED; /* Z_BUF_ERROR too: all input is used and the end has not come */
        }
    }
}

static GzipResult unpack_members(z_stream *stream, Unpacking *unpacking) {
    do {
        const GzipResult result = unpack_member(stream, unpacking);
        if (result != GZIP_OK) {
            return result;
        }
        inflateReset(stream);
        while (unpacking->n_left > 0 && *unpacking->at == '\0') {
            unpacking->at++; /* tapes and block devices pad with zeros */
            unpacking->n_left--;
        }
    } while (unpacking->n_left > 0);
    return GZIP_OK;
}

/* Memory for zlib, which therefore cannot run out of it and return. */
static void *allocate(void *unused, unsigned int n, unsigned int size) {
    (void)unused;
    return memory_new(n, size);
}

static void release(void *unused, void *block) {
    (void)unused;
    memory_free(block);
}

GzipResult gzip_unpack(const char *bytes, size_t n, size_t limit, char **out, size_t *n_out) {
    enum { GZIP_ONLY = 16 };
    Unpacking unpacking = {.at = bytes, .n_left = n, .limit = limit, .out = NEW(char, 1)};
    z_stream stream = {.zalloc = allocate, .zfree = release};
    inflateInit2(&stream, MAX_WBITS + GZIP_ONLY);
    const GzipResult result = unpack_members(&stream, &unpacking);
    inflateEnd(&stream);
    if (result == GZIP_OK) {
        unpacking.out[unpacking.n_out] = '\0';
        *n_out = unpacking.n_out;
    } else {
        memory_free(unpacking.out);
        unpacking.out = NULL;
    }
    *out = unpacking.out;
    return result;
}
