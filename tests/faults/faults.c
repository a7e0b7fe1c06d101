/* Linked in front of the program (the linker's --wrap): calls that fail when the environment says
 * so, and are counted.
 *
 *     FAULT_KIND=write FAULT_AT=3 FAULT_MODE=once|forever   the third write fails, or all after it
 *                                                           too
 *     FAULT_NO_EXCHANGE=1      the file system cannot exchange two folders
 *     FAULT_COUNTS=FILE        gets the number of calls of each kind, at the end
 *
 * Allocation is taken over as a whole, so that the libraries' own fails too. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    ALLOC,
    OPEN,
    READ,
    SHORT_READ,
    WRITE,
    SHORT_WRITE,
    FSYNC,
    RENAME,
    CLOSE,
    THREAD,
    MKDIR,
    UNLINK,
    STAT,
    LIST,
    LOCK,
    NO_WRITE,
    CALENDAR,
    N_KINDS
};

static const struct {
    const char *name;
    int error;
} kinds[N_KINDS] = {
    [ALLOC] = {"alloc", ENOMEM},  [OPEN] = {"open", EMFILE},
    [READ] = {"read", EIO},       [SHORT_READ] = {"short_read", 0},
    [WRITE] = {"write", ENOSPC},  [SHORT_WRITE] = {"short_write", 0},
    [FSYNC] = {"fsync", EIO},     [RENAME] = {"rename", EIO},
    [CLOSE] = {"close", EIO},     [THREAD] = {"thread", EAGAIN},
    [MKDIR] = {"mkdir", ENOSPC},  [UNLINK] = {"unlink", EIO},
    [STAT] = {"stat", EIO},       [LIST] = {"list", EIO},
    [LOCK] = {"lock", ENOLCK},    [NO_WRITE] = {"no_write", 0},
    [CALENDAR] = {"calendar", 0},
};

static atomic_ulong counts[N_KINDS];
static int chosen = -1;
static unsigned long chosen_at;
static bool forever, cannot_exchange;
static atomic_bool started;

__attribute__((constructor)) static void start(void) {
    const char *kind = getenv("FAULT_KIND"), *at = getenv("FAULT_AT"), *mode = getenv("FAULT_MODE");
    for (int i = 0; kind && i < N_KINDS; i++) {
        chosen = strcmp(kinds[i].name, kind) == 0 ? i : chosen;
    }
    chosen_at = at ? strtoul(at, NULL, 10) : 0;
    forever = mode && strcmp(mode, "forever") == 0;
    cannot_exchange = getenv("FAULT_NO_EXCHANGE") != NULL;
    started = true;
}

static bool fails(int kind) {
    if (!started) {
        return false;
    }
    const unsigned long n = atomic_fetch_add(&counts[kind], 1) + 1;
    const bool hit = kind == chosen && (n == chosen_at || (forever && n > chosen_at));
    if (hit && kinds[kind].error) {
        errno = kinds[kind].error;
    }
    return hit;
}

ssize_t __real_write(int fd, const void *bytes, size_t n);
int __real_open(const char *path, int flags, ...);
int __real_close(int fd);

/* From here on nothing fails: what follows, when lines are counted, is the writing of their
 * counters. */
__attribute__((destructor)) static void finish(void) {
    started = false;
    const char *path = getenv("FAULT_COUNTS");
    const int fd = path ? __real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (fd < 0) {
        return;
    }
    char text[64];
    for (int i = 0; i < N_KINDS; i++) {
        const int n = snprintf(text, sizeof text, "%s %lu\n", kinds[i].name, counts[i]);
        if (__real_write(fd, text, (size_t)n) != n) {
            abort();
        }
    }
    __real_close(fd);
}

/* ---- memory ---- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

void *malloc(size_t n) { return fails(ALLOC) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails(ALLOC) ? NULL : __libc_calloc(n, size); }
void *realloc(void *block, size_t n) { return fails(ALLOC) ? NULL : __libc_realloc(block, n); }
void *aligned_alloc(size_t alignment, size_t n) {
    return fails(ALLOC) ? NULL : __libc_memalign(alignment, n);
}

/* ---- files ---- */

int __wrap_open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return fails(OPEN) ? -1 : __real_open(path, flags, mode);
}

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode) {
    return fails(OPEN) ? NULL : __real_fopen(path, mode);
}

ssize_t __real_read(int fd, void *bytes, size_t n);
ssize_t __wrap_read(int fd, void *bytes, size_t n) {
    const bool is_short = fails(SHORT_READ);
    return fails(READ) ? -1 : __real_read(fd, bytes, is_short && n > 1 ? n / 2 : n);
}

ssize_t __real_pread(int fd, void *bytes, size_t n, off_t at);
ssize_t __wrap_pread(int fd, void *bytes, size_t n, off_t at) {
    const bool is_short = fails(SHORT_READ);
    return fails(READ) ? -1 : __real_pread(fd, bytes, is_short && n > 1 ? n / 2 : n, at);
}

size_t __real_fread(void *bytes, size_t size, size_t n, FILE *file);
size_t __wrap_fread(void *bytes, size_t size, size_t n, FILE *file) {
    return fails(READ) ? 0 : __real_fread(bytes, size, n, file);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t n) {
    const bool is_short = fails(SHORT_WRITE);
    if (fails(NO_WRITE)) {
        return 0;
    }
    if (fails(WRITE)) {
        /* a disk that fills up takes a part */
        if (n > 1) {
            (void)!__real_write(fd, bytes, 1);
        }
        errno = kinds[WRITE].error;
        return -1;
    }
    return __real_write(fd, bytes, is_short && n > 1 ? n / 2 : n);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd) { return fails(FSYNC) ? -1 : __real_fsync(fd); }

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to) {
    return fails(RENAME) ? -1 : __real_rename(from, to);
}

int __real_renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags);
int __wrap_renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
    if (cannot_exchange) {
        errno = EINVAL;
        return -1;
    }
    return fails(RENAME) ? -1 : __real_renameat2(from_fd, from, to_fd, to, flags);
}

/* The descriptor is closed in any case, as Linux does. */
int __wrap_close(int fd) {
    const int status = __real_close(fd);
    return fails(CLOSE) ? -1 : status;
}

int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file) {
    const int status = __real_fclose(file);
    return fails(CLOSE) ? EOF : status;
}

int __real_fflush(FILE *file);
int __wrap_fflush(FILE *file) {
    const int status = __real_fflush(file);
    return fails(WRITE) ? EOF : status;
}

int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode) {
    return fails(MKDIR) ? -1 : __real_mkdir(path, mode);
}

int __real_stat(const char *path, struct stat *status);
int __wrap_stat(const char *path, struct stat *status) {
    return fails(STAT) ? -1 : __real_stat(path, status);
}

int __real_lstat(const char *path, struct stat *status);
int __wrap_lstat(const char *path, struct stat *status) {
    return fails(STAT) ? -1 : __real_lstat(path, status);
}

int __real_fstat(int fd, struct stat *status);
int __wrap_fstat(int fd, struct stat *status) {
    return fails(STAT) ? -1 : __real_fstat(fd, status);
}

DIR *__real_fdopendir(int fd);
DIR *__wrap_fdopendir(int fd) { return fails(LIST) ? NULL : __real_fdopendir(fd); }

int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation) { return fails(LOCK) ? -1 : __real_flock(fd, operation); }

int __real_ftruncate(int fd, off_t n);
int __wrap_ftruncate(int fd, off_t n) { return fails(LOCK) ? -1 : __real_ftruncate(fd, n); }

int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path) { return fails(UNLINK) ? -1 : __real_rmdir(path); }

int __real_unlink(const char *path);
int __wrap_unlink(const char *path) { return fails(UNLINK) ? -1 : __real_unlink(path); }

/* ---- the calendar, which somebody sets back by ten years ---- */

int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time) {
    const int status = __real_clock_gettime(clock, time);
    if (clock == CLOCK_REALTIME && fails(CALENDAR)) {
        time->tv_sec -= (time_t)10 * 365 * 24 * 3600;
    }
    return status;
}

/* ---- threads ---- */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *argument) {
    return fails(THREAD) ? EAGAIN : __real_pthread_create(thread, attributes, work, argument);
}
