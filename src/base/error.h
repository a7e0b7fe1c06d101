/* Errors as values. A function that can fail returns bool and takes `Error *err` last; failing is
 * one line: return fail(err, ERROR_DATA, "%s:%zu: error: ...", file, line); The caller hands the
 * error on, and only main.c prints it and turns the code into the exit status. Problems collects
 * many messages (all config mistakes at once) before one Error is made of them. */
#ifndef NNTRAIN_BASE_ERROR_H
#define NNTRAIN_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* The exit codes of the program; scripts rely on the numbers. */
typedef enum ErrorCode {
    ERROR_NONE = 0,
    ERROR_INTERNAL = 1,      /* a bug, or out of memory */
    ERROR_USAGE = 2,         /* unknown option or command, missing argument */
    ERROR_CONFIG = 3,        /* a mistake in the config file or an override */
    ERROR_DATA = 4,          /* CSV text, schema, types */
    ERROR_DIVERGED = 5,      /* training met a value that is not finite */
    ERROR_GATE = 6,          /* a gate failed or could not be evaluated */
    ERROR_FILE = 7,          /* cannot read or write */
    ERROR_TUNING = 8,        /* fewer good trials than are asked for */
    ERROR_DIFFERENT = 9,     /* a run made again has other bytes */
    ERROR_MODEL = 10,        /* a model file that is damaged or does not fit */
    ERROR_SIZE = 11,         /* a size over a limit, found before allocating */
    ERROR_INTERRUPTED = 130, /* stopped by SIGINT */
    ERROR_TERMINATED = 143   /* stopped by SIGTERM, SIGHUP or SIGXCPU */
} ErrorCode;

typedef struct Error {
    ErrorCode code;
    char text[8000]; /* one or more whole lines, the last without its newline */
} Error;

/* Fills *err (which may be NULL) and returns false. Text that does not fit is cut. */
bool fail(Error *err, ErrorCode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix" in front of the text of *err and returns false, so that callers can add context. */
bool fail_within(Error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the first error of some lines says after its place and ": error: "; *n: its bytes. Without
 * such a line, the first one. */
const char *error_reason(const char *text, size_t *n);

/* A growing list of messages, one per line, with counts. Zero-initialise; release with
 * problems_free. */
typedef struct Problems {
    TextBuffer text;
    size_t n_errors;
    size_t n_warnings;
    bool is_strict; /* set by the caller: what would be a warning is to be told as an error */
} Problems;

/* Append one line; the format should give "place: error: ..." or "place: warning: ..." in full,
 * without a newline: there is one between any two messages, and none after the last. */
void problems_error(Problems *problems, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void problems_warning(Problems *problems, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void problems_free(Problems *problems);

#endif
