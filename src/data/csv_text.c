#include "data/csv_text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"

/* ---- open, read, close ---- */

static bool cannot_read(const CsvText *text, const char *why, Error *err) {
    return file_fail(err, ERROR_FILE, text->path, "cannot read: %s", why);
}

/* Refuses the file as a whole. */
static bool refuse_file(const CsvText *text, const char *what, Error *err) {
    return file_fail(err, ERROR_DATA, text->path, "%s", what);
}

/* A descriptor of a regular file, or of standard input whatever it is; -1 on failure. O_NONBLOCK
 * keeps the opening of a FIFO from waiting for a writer. */
static int open_descriptor(CsvText *text, Error *err) {
    const bool is_stdin = strcmp(text->path, "-") == 0;
    const int descriptor =
        is_stdin ? dup(STDIN_FILENO) : open(text->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 || fstat(descriptor, &text->status) != 0) {
        cannot_read(text, strerror(errno), err);
    } else if (S_ISDIR(text->status.st_mode)) {
        cannot_read(text, "it is a folder", err);
    } else if (!is_stdin && !S_ISREG(text->status.st_mode)) {
        cannot_read(text, "it is not a regular file (use - for standard input)", err);
    } else {
        return descriptor;
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return -1;
}

/* A file that was written to while it was read gives a mixture of old and new rows. */
static bool check_unchanged(const CsvText *text, Error *err) {
    struct stat now;
    if (!S_ISREG(text->status.st_mode) || strcmp(text->path, "-") == 0) {
        return true;
    }
    if (stat(text->path, &now) != 0 || now.st_size != text->status.st_size ||
        now.st_mtim.tv_sec != text->status.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != text->status.st_mtim.tv_nsec) {
        return refuse_file(text, "the file changed while it was read", err);
    }
    return true;
}

/* Fills the buffer behind what has not been given yet. */
static bool fill_buffer(CsvText *text, Error *err) {
    text->n_buffered -= text->n_given;
    memmove(text->buffer, text->buffer + text->n_given, text->n_buffered);
    text->n_given = 0;
    while (!text->at_end && text->n_buffered < CSV_BLOCK) {
        size_t n_read;
        const char *damage;
        if (!gzip_reader_read(text->file, text->buffer + text->n_buffered,
                              CSV_BLOCK - text->n_buffered, &n_read, &damage)) {
            return damage           ? refuse_file(text, damage, err)
                   : errno == EINTR ? interrupt_fail(err)
                                    : cannot_read(text, strerror(errno), err);
        }
        if (interrupt_signal()) {
            return interrupt_fail(err);
        }
        text->n_buffered += n_read;
        text->at_end = n_read == 0;
    }
    return !text->at_end || check_unchanged(text, err);
}

/* Refuses other kinds of files by their first bytes, and removes a UTF-8 byte order mark. */
static bool check_magic(CsvText *text, Error *err) {
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
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const size_t n = strlen(magics[i].bytes);
        if (text->n_buffered >= n && memcmp(text->buffer, magics[i].bytes, n) == 0) {
            return refuse_file(text, magics[i].message, err);
        }
    }
    if (text->n_buffered >= 3 && memcmp(text->buffer, "\xEF\xBB\xBF", 3) == 0) {
        text->n_given = 3;
        return fill_buffer(text, err);
    }
    return true;
}

bool csv_text_open(CsvText *text, const char *path, Error *err) {
    *text = (CsvText){.path = path, .line = 1, .next_line = 1};
    const int descriptor = open_descriptor(text, err);
    if (descriptor < 0) {
        return false;
    }
    text->file = gzip_reader_new(descriptor);
    text->buffer = NEW(char, CSV_BLOCK);
    return fill_buffer(text, err) && check_magic(text, err);
}

void csv_text_close(CsvText *text) {
    gzip_reader_free(text->file);
    memory_free(text->buffer);
    *text = (CsvText){0};
}

/* ---- checks ---- */

size_t csv_count_byte(const char *bytes, size_t n, char byte) {
    size_t count = 0;
    const char *end = bytes + n;
    for (const char *at = bytes; (at = memchr(at, byte, (size_t)(end - at))) != NULL; at++) {
        count++;
    }
    return count;
}

uint64_t csv_text_line_at(const CsvText *text, const char *byte) {
    return text->line + csv_count_byte(text->buffer, (size_t)(byte - text->buffer), '\n');
}

static bool refuse_at(const CsvText *text, const char *byte, const char *what, Error *err) {
    TextBuffer path = {0};
    text_append_uncut(&path, text->path, strlen(text->path));
    fail(err, ERROR_DATA, "%s:%" PRIu64 ": error: %s", text_of(&path), csv_text_line_at(text, byte),
         what);
    text_free(&path);
    return false;
}

static bool is_ascii(const char *bytes, size_t n) {
    uint64_t all = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t eight;
        memcpy(&eight, bytes + i, 8);
        all |= eight;
    }
    for (; i < n; i++) {
        all |= (unsigned char)bytes[i];
    }
    return (all & 0x8080808080808080u) == 0;
}

/* Line by line, which is safe because no character but LF has a byte of that value. */
static bool check_utf8(const CsvText *text, const char *bytes, size_t n, Error *err) {
    if (is_ascii(bytes, n) || text_is_utf8(bytes, n)) {
        return true;
    }
    const char *line = bytes, *end = bytes + n;
    for (const char *next; (next = memchr(line, '\n', (size_t)(end - line))) != NULL;
         line = next + 1) {
        if (!text_is_utf8(line, (size_t)(next - line))) {
            break;
        }
    }
    return refuse_at(
        text, line,
        "the line is not valid UTF-8; convert the file (for example: iconv -f latin1 -t utf-8)",
        err);
}

/* Refuses a carriage return outside quotes that is no part of CR LF; keeps text->in_quotes. */
static bool check_line_ends(CsvText *text, const char *bytes, size_t n, Error *err) {
    const char *end = bytes + n, *counted = bytes;
    size_t n_quotes = text->in_quotes;
    for (const char *at = bytes; (at = memchr(at, '\r', (size_t)(end - at))) != NULL; at++) {
        if (at + 1 < end && at[1] == '\n') {
            continue;
        }
        n_quotes += csv_count_byte(counted, (size_t)(at - counted), '"');
        counted = at;
        if (n_quotes % 2 == 0) {
            return refuse_at(
                text, at,
                "a carriage return without a line feed; save the file with LF or CR LF line ends",
                err);
        }
    }
    n_quotes += csv_count_byte(counted, (size_t)(end - counted), '"');
    text->in_quotes = n_quotes % 2 != 0;
    return true;
}

/* Bytes of the buffer without a character or a CR LF that goes on behind its end. */
static size_t whole_length(const CsvText *text) {
    size_t n = text->n_buffered;
    if (text->at_end || n == 0) {
        return n;
    }
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        const unsigned char byte = (unsigned char)text->buffer[n - back];
        if ((byte & 0xC0) == 0xC0) {
            const size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
            return length > back ? n - back : n;
        }
        if ((byte & 0xC0) != 0x80) {
            break;
        }
    }
    return text->buffer[n - 1] == '\r' ? n - 1 : n;
}

bool csv_text_next(CsvText *text, const char **bytes, size_t *n, Error *err) {
    /* The first block is there since the file was opened. */
    if (text->n_given > 0 && !fill_buffer(text, err)) {
        return false;
    }
    text->line = text->next_line;
    const char *block = text->buffer;
    const size_t length = whole_length(text);
    const char *nul = memchr(block, '\0', length);
    if (nul) {
        return refuse_at(
            text, nul, "a NUL byte; is this UTF-16 or a binary file? CSV must be UTF-8 text", err);
    }
    if (!check_utf8(text, block, length, err) || !check_line_ends(text, block, length, err)) {
        return false;
    }
    text->next_line += csv_count_byte(block, length, '\n');
    text->n_given = length;
    *bytes = block;
    *n = length;
    return true;
}
