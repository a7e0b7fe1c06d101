/* What the fuzz targets share. A target defines LLVMFuzzerTestOneInput, which libFuzzer calls with
 * inputs that it makes up, and replay.c with files; what must hold is said with require(). */
#ifndef NNTRAIN_TESTS_FUZZ_H
#define NNTRAIN_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A file with these bytes that is nowhere on disk, and its path; closed by the caller. */
static inline int fuzz_file(const void *bytes, size_t n, char path[64]) {
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0);
    require(write(fd, bytes, n) == (ssize_t)n);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

/* Messages hold nothing that a terminal or a CI system would obey. */
static inline void fuzz_check_message(const char *text) {
    bool at_start = true;
    for (const char *at = text; *at; at++) {
        const unsigned char c = (unsigned char)*at;
        require(c == '\n' || (c >= 32 && c != 127));
        require(strncmp(at, "\xe2\x80\xae", 3) != 0); /* right-to-left override */
        require(!(at_start && at[0] == ':' && at[1] == ':'));
        at_start = c == '\n';
    }
}

#endif
