/* The bytes of one CSV file as blocks of checked text: unpacked when they are gzip, without byte
 * order mark, valid UTF-8 without NUL bytes, and each carriage return outside quotes followed by a
 * line feed. What is no such text is refused by name. Used by csv.c: open, next until n is 0,
 * close. */
#ifndef NNTRAIN_DATA_CSV_TEXT_H
#define NNTRAIN_DATA_CSV_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/gzip_reader.h"

enum { CSV_BLOCK = 64 * 1024 };

typedef struct CsvText {
    const char *path; /* kept by the caller; "-" is standard input */
    GzipReader *file;
    struct stat status; /* when it was opened */
    char *buffer;       /* (CSV_BLOCK) */
    size_t n_buffered;
    size_t n_given;     /* bytes of buffer that csv_text_next has handed out */
    bool at_end;        /* nothing follows what is in buffer */
    bool in_quotes;     /* at the end of the last block */
    uint64_t line;      /* 1-based line at the start of the last block */
    uint64_t next_line; /* and behind its end */
} CsvText;

/* Opens the file and reads, but does not check, its first block: text->buffer then holds
 * n_buffered bytes, a byte order mark removed. ERROR_FILE when it cannot be read, ERROR_DATA when
 * it is another kind of file. */
bool csv_text_open(CsvText *text, const char *path, Error *err);
void csv_text_close(CsvText *text);

/* The next block, *n = 0 at the end; it never ends inside a character or between CR and LF, and is
 * valid until the next call. ERROR_DATA for the content, ERROR_FILE for the reading. */
bool csv_text_next(CsvText *text, const char **bytes, size_t *n, Error *err);

/* How many of n bytes are `byte`. */
size_t csv_count_byte(const char *bytes, size_t n, char byte);

/* Line of a byte of the last block. */
uint64_t csv_text_line_at(const CsvText *text, const char *byte);

#endif
