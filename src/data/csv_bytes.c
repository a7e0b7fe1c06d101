#include "data/csv_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/gzip.h"
#include "base/gzip_reader.h"
#include "base/interrupt.h"
#include "base/memory.h"

enum { SEGMENT = 1024 * 1024, MARK_LENGTH = 3, MAGIC_LENGTH = 4 };

struct CsvBytes {
    char *path;
    int descriptor;     /* of a plain file, else -1 */
    struct stat status; /* when it was opened */
    bool is_stdin;
    off_t start;        /* place in the file of byte 0 of what is read */
    size_t n_mark;      /* of the byte order mark */
    GzipReader *stream; /* of a gzip file or a pipe */
    bool is_kept;
    uint64_t n_streamed; /* bytes that the stream has given */
    bool at_end;         /* it has given all */
    char **segments;     /* (n_segments) of SEGMENT bytes, what was kept of the stream */
    size_t n_segments, capacity;
};

/* ---- failing ---- */

static bool cannot_read(const CsvBytes *bytes, const char *why, Error *err) {
    return file_fail(err, ERROR_FILE, bytes->path, "cannot read: %s", why);
}

static bool refuse_file(const CsvBytes *bytes, const char *what, Error *err) {
    return file_fail(err, ERROR_DATA, bytes->path, "%s", what);
}

/* ---- plain files ---- */

static bool read_plain(const CsvBytes *bytes, uint64_t place, char *to, size_t n, size_t *n_read,
                       Error *err) {
    *n_read = 0;
    while (*n_read < n) {
        const ssize_t got = pread(bytes->descriptor, to + *n_read, n - *n_read,
                                  bytes->start + (off_t)(place + *n_read));
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            return cannot_read(bytes, strerror(errno), err);
        }
        *n_read += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* ---- streams ---- */

static bool rewind_stream(CsvBytes *bytes, Error *err) {
    const int again = open(bytes->path, O_RDONLY | O_CLOEXEC);
    if (again < 0) {
        return cannot_read(bytes, strerror(errno), err);
    }
    gzip_reader_free(bytes->stream);
    bytes->stream = gzip_reader_new(again);
    bytes->n_streamed = 0;
    bytes->at_end = false;
    return true;
}

/* The next bytes of the stream, fewer than n only at its end. */
static bool read_stream(CsvBytes *bytes, char *to, size_t n, size_t *n_read, Error *err) {
    *n_read = 0;
    while (*n_read < n && !bytes->at_end) {
        size_t got;
        const char *damage;
        if (!gzip_reader_read(bytes->stream, to + *n_read, n - *n_read, &got, &damage)) {
            return damage           ? refuse_file(bytes, damage, err)
                   : errno == EINTR ? interrupt_fail(err)
                                    : cannot_read(bytes, strerror(errno), err);
        }
        bytes->at_end = got == 0;
        bytes->n_streamed += got;
        *n_read += got;
    }
    return true;
}

static bool keep_segment(CsvBytes *bytes, Error *err) {
    const size_t filled = (size_t)(bytes->n_streamed % SEGMENT);
    size_t got;
    if (bytes->n_streamed == (uint64_t)bytes->n_segments * SEGMENT) {
        GROW(bytes->segments, bytes->n_segments, bytes->capacity);
        bytes->segments[bytes->n_segments++] = NEW(char, SEGMENT);
    }
    char *segment = bytes->segments[bytes->n_segments - 1];
    return read_stream(bytes, segment + filled, SEGMENT - filled, &got, err);
}

static bool read_kept(CsvBytes *bytes, uint64_t place, char *to, size_t n, size_t *n_read,
                      Error *err) {
    bool good = true;
    *n_read = 0;
    while (good && !bytes->at_end && bytes->n_streamed < place + n) {
        good = keep_segment(bytes, err);
    }
    while (*n_read < n && place + *n_read < bytes->n_streamed) {
        const uint64_t at = place + *n_read, left = bytes->n_streamed - at;
        const size_t offset = (size_t)(at % SEGMENT), wanted = n - *n_read;
        size_t some = SEGMENT - offset < wanted ? SEGMENT - offset : wanted;
        some = left < some ? (size_t)left : some;
        memcpy(to + *n_read, bytes->segments[at / SEGMENT] + offset, some);
        *n_read += some;
    }
    return good || *n_read == n;
}

static bool skip_stream(CsvBytes *bytes, uint64_t place, Error *err) {
    char *skipped = NEW(char, SEGMENT);
    bool good = true;
    while (good && bytes->n_streamed < place && !bytes->at_end) {
        const uint64_t left = place - bytes->n_streamed;
        size_t got;
        good = read_stream(bytes, skipped, left < SEGMENT ? (size_t)left : SEGMENT, &got, err);
    }
    memory_free(skipped);
    return good;
}

static bool read_packed(CsvBytes *bytes, uint64_t place, char *to, size_t n, size_t *n_read,
                        Error *err) {
    *n_read = 0;
    return (place >= bytes->n_streamed || rewind_stream(bytes, err)) &&
           (place == bytes->n_streamed || skip_stream(bytes, place, err)) &&
           read_stream(bytes, to, n, n_read, err);
}

/* ---- all ---- */

bool csv_bytes_is_plain(const CsvBytes *bytes) { return !bytes->stream; }

uint64_t csv_bytes_size(const CsvBytes *bytes) {
    return bytes->stream ? 0 : (uint64_t)(bytes->status.st_size - bytes->start);
}

bool csv_bytes_is_kept(const CsvBytes *bytes) { return bytes->is_stdin; }

bool csv_bytes_read(CsvBytes *bytes, uint64_t place, char *to, size_t n, size_t *n_read,
                    Error *err) {
    place += bytes->n_mark;
    return !bytes->stream   ? read_plain(bytes, place, to, n, n_read, err)
           : bytes->is_kept ? read_kept(bytes, place, to, n, n_read, err)
                            : read_packed(bytes, place, to, n, n_read, err);
}

static bool is_same_state(const struct stat *a, const struct stat *b) {
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool csv_bytes_check_unchanged(const CsvBytes *bytes, Error *err) {
    struct stat now;
    if (bytes->is_stdin || !S_ISREG(bytes->status.st_mode)) {
        return true;
    }
    const bool is_there = stat(bytes->path, &now) == 0;
    if (!is_there && errno != ENOENT) {
        return cannot_read(bytes, strerror(errno), err);
    }
    return (is_there && is_same_state(&now, &bytes->status)) ||
           refuse_file(bytes, "the file changed while it was read", err);
}

uint64_t csv_bytes_version(const CsvBytes *bytes) {
    const struct stat *status = &bytes->status;
    return bytes->is_stdin
               ? 0
               : (uint64_t)status->st_mtim.tv_sec * 1000000007u ^
                     (uint64_t)status->st_mtim.tv_nsec << 20 ^ (uint64_t)status->st_size;
}

/* ---- opening ---- */

/* A descriptor of a regular file, or of standard input whatever it is; -1 on failure. O_NONBLOCK
 * keeps the opening of a FIFO from waiting for a writer. */
static bool open_descriptor(CsvBytes *bytes, Error *err) {
    bytes->descriptor =
        bytes->is_stdin ? dup(STDIN_FILENO) : open(bytes->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (bytes->descriptor < 0 || fstat(bytes->descriptor, &bytes->status) != 0) {
        return cannot_read(bytes, strerror(errno), err);
    }
    if (S_ISDIR(bytes->status.st_mode)) {
        return cannot_read(bytes, "it is a folder", err);
    }
    return bytes->is_stdin || S_ISREG(bytes->status.st_mode) ||
           cannot_read(bytes, "it is not a regular file (use - for standard input)", err);
}

static bool is_called_csv(const char *path) {
    const size_t n = strlen(path);
    return n >= 4 && strcasecmp(path + n - 4, ".csv") == 0;
}

/* Finds out how the bytes are to be got at. */
static bool choose_way(CsvBytes *bytes, Error *err) {
    char magic[MAGIC_LENGTH];
    size_t n = 0;
    bool is_packed = false;
    bytes->is_kept = bytes->is_stdin && !S_ISREG(bytes->status.st_mode);
    if (!bytes->is_kept) {
        bytes->start = bytes->is_stdin ? lseek(bytes->descriptor, 0, SEEK_CUR) : 0;
        if (!read_plain(bytes, 0, magic, sizeof magic, &n, err)) {
            return false;
        }
        is_packed = gzip_is_packed(magic, n);
    }
    if (is_packed && is_called_csv(bytes->path)) {
        return refuse_file(bytes,
                           "this is a gzip file, not CSV; unpack it, or rename it so that "
                           "it ends in .csv.gz",
                           err);
    }
    if (is_packed || bytes->is_kept) {
        bytes->is_kept = bytes->is_stdin;
        bytes->stream = gzip_reader_new(bytes->descriptor);
        bytes->descriptor = -1;
    }
    return true;
}

/* Refuses other kinds of files by their first bytes, and passes over a UTF-8 byte order mark. */
static bool check_magic(CsvBytes *bytes, Error *err) {
    static const struct {
        const char *bytes;
        const char *message;
    } magics[] = {
        {"PK\x03\x04",
         "this is a ZIP archive or a spreadsheet (xlsx, ods), not CSV; save it as CSV (UTF-8)"},
        {"PAR1", "this is a Parquet file, not CSV; convert it to CSV"},
        {"\xFF\xFE", "the text is UTF-16; save it as UTF-8"},
        {"\xFE\xFF", "the text is UTF-16; save it as UTF-8"},
    };
    char first[MAGIC_LENGTH];
    size_t n;
    if (!csv_bytes_read(bytes, 0, first, sizeof first, &n, err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const size_t length = strlen(magics[i].bytes);
        if (n >= length && memcmp(first, magics[i].bytes, length) == 0) {
            return refuse_file(bytes, magics[i].message, err);
        }
    }
    if (n >= MARK_LENGTH && memcmp(first, "\xEF\xBB\xBF", MARK_LENGTH) == 0) {
        bytes->n_mark = MARK_LENGTH;
    }
    return true;
}

CsvBytes *csv_bytes_open(const char *path, Error *err) {
    CsvBytes *bytes = NEW(CsvBytes, 1);
    bytes->path = memory_copy_text(path);
    bytes->is_stdin = strcmp(path, "-") == 0;
    bytes->descriptor = -1;
    if (open_descriptor(bytes, err) && choose_way(bytes, err) && check_magic(bytes, err)) {
        return bytes;
    }
    csv_bytes_close(bytes);
    return NULL;
}

void csv_bytes_close(CsvBytes *bytes) {
    if (!bytes) {
        return;
    }
    gzip_reader_free(bytes->stream);
    if (bytes->descriptor >= 0) {
        close(bytes->descriptor);
    }
    for (size_t i = 0; i < bytes->n_segments; i++) {
        memory_free(bytes->segments[i]);
    }
    memory_free(bytes->segments);
    memory_free(bytes->path);
    memory_free(bytes);
}
