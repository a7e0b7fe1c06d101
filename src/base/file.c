#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sha256.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/interrupt.h"
#include "base/memory.h"

/* "-" is standard input or output. */
static bool is_standard(const char *path) { return strcmp(path, "-") == 0; }

/* ---- reading ---- */

static bool fail_too_long(Error *err, const char *path, size_t limit) {
    return file_fail(err, ERROR_SIZE, path, "is longer than the limit of %zu bytes", limit);
}

/* What a file that is not regular is called in an error message. */
static const char *describe(mode_t mode) {
    return S_ISDIR(mode)    ? "is a folder, expected a file"
           : S_ISFIFO(mode) ? "is a pipe, expected a file (- reads standard input)"
           : S_ISCHR(mode)  ? "is a device, expected a file"
                            : "is not a regular file";
}

/* Opens without waiting for a FIFO's writer; -1 after an error. */
static int open_for_reading(const char *path, Error *err) {
    if (is_standard(path)) {
        return STDIN_FILENO;
    }
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        file_fail(err, ERROR_FILE, path, "cannot read: %s", strerror(errno));
    }
    return fd;
}

/* Waits while a descriptor that must not block is not ready; false if errno is another error, or
 * EINTR by a signal to stop. */
static bool wait_for(int fd, short events) {
    return errno == EINTR ? interrupt_signal() == 0 : errno == EAGAIN && interrupt_wait(fd, events);
}

static bool may_block(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && !S_ISREG(status.st_mode);
}

/* Reads to the end or past the limit; capacity is a guess. */
static bool read_to_end(int fd, size_t capacity, size_t limit, char **bytes, size_t *n) {
    const bool blocks = may_block(fd);
    char *block = NEW(char, capacity + 1);
    size_t n_read = 0;
    while (n_read <= limit) {
        if (n_read == capacity) {
            block = memory_resize(block, capacity + 1, 2 * capacity + 1, sizeof(char));
            capacity *= 2;
        }
        const size_t room = capacity - n_read;
        const bool is_ready = !blocks || interrupt_wait(fd, POLLIN);
        const ssize_t got =
            is_ready ? read(fd, block + n_read, room < SSIZE_MAX ? room : SSIZE_MAX) : -1;
        if (got == 0) {
            break;
        }
        if (got > 0) {
            n_read += (size_t)got;
        } else if (!wait_for(fd, POLLIN)) {
            memory_free(block);
            return false;
        }
    }
    block[n_read] = '\0';
    *bytes = block;
    *n = n_read;
    return true;
}

static bool has_changed(int fd, const struct stat *before, size_t n_read) {
    struct stat after;
    if (!S_ISREG(before->st_mode) || before->st_size == 0 || fstat(fd, &after) != 0) {
        return false; /* files of the kernel have size 0 and a time that runs */
    }
    return (size_t)before->st_size != n_read || after.st_size != before->st_size ||
           after.st_mtim.tv_sec != before->st_mtim.tv_sec ||
           after.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

static bool read_descriptor(int fd, const char *path, size_t limit, char **bytes, size_t *n,
                            Error *err) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return file_fail(err, ERROR_FILE, path, "cannot read: %s", strerror(errno));
    }
    const bool is_regular = S_ISREG(status.st_mode);
    if (S_ISDIR(status.st_mode) || (!is_regular && !is_standard(path))) {
        return file_fail(err, ERROR_FILE, path, "%s", describe(status.st_mode));
    }
    if (is_regular && (uintmax_t)status.st_size > limit) {
        return fail_too_long(err, path, limit);
    }
    const size_t size = is_regular ? (size_t)status.st_size : 0;
    if (!read_to_end(fd, size == 0 ? 65536 : size + 1, limit, bytes, n)) {
        return errno == EINTR
                   ? interrupt_fail(err)
                   : file_fail(err, ERROR_FILE, path, "cannot read: %s", strerror(errno));
    }
    bool read = true;
    if (!is_standard(path) && has_changed(fd, &status, *n)) {
        read = file_fail(err, ERROR_DATA, path, "changed while it was being read");
    } else if (*n > limit) {
        read = fail_too_long(err, path, limit);
    }
    if (!read) {
        memory_free(*bytes);
    }
    return read;
}

static bool unpack(const char *path, size_t limit, char **bytes, size_t *n, Error *err) {
    char *packed = *bytes;
    const GzipResult result = gzip_unpack(packed, *n, limit, bytes, n);
    memory_free(packed);
    if (result == GZIP_DAMAGED) {
        return file_fail(err, ERROR_DATA, path, "is a damaged or truncated gzip file");
    }
    if (result == GZIP_TOO_LONG) {
        return file_fail(err, ERROR_SIZE, path, "unpacks to more than the limit of %zu bytes",
                         limit);
    }
    return true;
}

bool file_read(const char *path, size_t limit, bool may_unpack, char **bytes, size_t *n,
               Error *err) {
    *bytes = NULL;
    *n = 0;
    const int fd = open_for_reading(path, err);
    if (fd < 0) {
        return false;
    }
    char *content = NULL;
    size_t length = 0;
    const bool read = read_descriptor(fd, path, limit, &content, &length, err);
    if (!is_standard(path)) {
        close(fd);
    }
    if (!read) {
        return false;
    }
    if (may_unpack && gzip_is_packed(content, length) &&
        !unpack(path, limit, &content, &length, err)) {
        return false;
    }
    *bytes = content;
    *n = length;
    return true;
}

/* ---- writing ---- */

/* What is ready takes PIPE_BUF bytes at least without blocking. */
bool file_write_descriptor(int fd, const char *bytes, size_t n) {
    const bool blocks = may_block(fd);
    const size_t most = blocks ? PIPE_BUF : SSIZE_MAX;
    while (n > 0) {
        const bool is_ready = !blocks || interrupt_wait(fd, POLLOUT);
        const ssize_t written = is_ready ? write(fd, bytes, n < most ? n : most) : -1;
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        } else if (written == 0) {
            errno = ENOSPC;
            return false;
        } else if (!wait_for(fd, POLLOUT)) {
            return false;
        }
    }
    return true;
}

/* fsync, where the file system has one. */
static bool sync_descriptor(int fd) {
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
}

/* What a file is to hold: bytes, or what fill adds. */
typedef struct Content {
    const char *bytes;
    size_t n;
    FileFill *fill;
    const void *context;
} Content;

struct FileSink {
    int fd;
};

bool file_sink_add(FileSink *sink, const char *bytes, size_t n) {
    return file_write_descriptor(sink->fd, bytes, n);
}

static bool write_content(int fd, const Content *content) {
    FileSink sink = {fd};
    return content->fill ? content->fill(&sink, content->context)
                         : file_write_descriptor(fd, content->bytes, content->n);
}

static bool fail_write(Error *err, const char *path, const Content *content) {
    if (errno == EINTR) {
        return interrupt_fail(err);
    }
    const char *shown = is_standard(path) ? "standard output" : path;
    return content->fill ? file_fail(err, ERROR_FILE, shown, "cannot write: %s", strerror(errno))
                         : file_fail(err, ERROR_FILE, shown, "cannot write %zu bytes: %s",
                                     content->n, strerror(errno));
}

static bool write_stdout(const Content *content, Error *err) {
    if (fflush(stdout) != 0 || !write_content(STDOUT_FILENO, content)) {
        return fail_write(err, "-", content);
    }
    return true;
}

/* Writes into what is there, a device or a FIFO. */
static bool write_through(const char *path, const Content *content, Error *err) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return fail_write(err, path, content);
    }
    const bool written = write_content(fd, content);
    const int why = errno;
    if (close(fd) != 0 && written) {
        return fail_write(err, path, content);
    }
    errno = why;
    return written || fail_write(err, path, content);
}

/* Creates a file beside target that nobody else has; its path is released with memory_free. The
 * name is short and does not repeat target's, which may be as long as a name can be. */
static int open_temporary(const char *target, char **temporary) {
    char *folder = file_folder_of(target);
    int fd = -1;
    for (unsigned i = 0; fd < 0 && i < 1000; i++) {
        char name[64];
        snprintf(name, sizeof name, ".nntrain-%ld-%u.tmp", (long)getpid(), i);
        *temporary = file_join(folder, name);
        fd = open(*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0) {
            memory_free(*temporary);
            if (errno != EEXIST) {
                break;
            }
        }
    }
    memory_free(folder);
    return fd;
}

/* Fills and closes the temporary and gives it the target's name; false with errno. */
static bool finish_temporary(int fd, const char *temporary, const char *target,
                             const Content *content, const struct stat *old) {
    bool good = write_content(fd, content) && (!old || fchmod(fd, old->st_mode & 0777) == 0) &&
                sync_descriptor(fd);
    int why = errno;
    if (close(fd) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good && rename(temporary, target) != 0) {
        good = false;
        why = errno;
    }
    if (!good) {
        unlink(temporary);
    }
    errno = why;
    return good;
}

/* Replaces or creates target; old is what is there now, or NULL. path is for messages. */
static bool replace(const char *path, const char *target, const Content *content,
                    const struct stat *old, Error *err) {
    /* A rename would not ask whether the old file may be written. */
    if (old && access(target, W_OK) != 0) {
        return fail_write(err, path, content);
    }
    char *temporary;
    const int fd = open_temporary(target, &temporary);
    if (fd < 0) {
        return fail_write(err, path, content);
    }
    const bool finished = finish_temporary(fd, temporary, target, content, old);
    memory_free(temporary);
    if (!finished) {
        return fail_write(err, path, content);
    }
    char *folder = file_folder_of(target);
    const bool synced = file_sync_folder(folder, err);
    memory_free(folder);
    return synced;
}

static bool write_file(const char *path, const Content *content, Error *err) {
    if (is_standard(path)) {
        return write_stdout(content, err);
    }
    struct stat old;
    const bool exists = stat(path, &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) {
        return file_fail(err, ERROR_FILE, path, "%s", describe(old.st_mode));
    }
    if (exists && !S_ISREG(old.st_mode)) {
        return write_through(path, content, err);
    }
    char *target = file_follow_links(path);
    if (!target) {
        return fail_write(err, path, content);
    }
    const bool written = replace(path, target, content, exists ? &old : NULL, err);
    memory_free(target);
    return written;
}

bool file_write(const char *path, const char *bytes, size_t n, Error *err) {
    return write_file(path, &(Content){.bytes = bytes, .n = n}, err);
}

bool file_write_parts(const char *path, FileFill *fill, const void *context, Error *err) {
    return write_file(path, &(Content){.fill = fill, .context = context}, err);
}

/* ---- folders ---- */

bool file_make_folder(const char *path, Error *err) {
    if (path[0] == '\0' || file_is_folder(path)) {
        return true;
    }
    char *parent = file_folder_of(path);
    const bool made = file_make_folder(parent, err);
    memory_free(parent);
    if (!made) {
        return false;
    }
    if (mkdir(path, 0777) != 0 && !(errno == EEXIST && file_is_folder(path))) {
        return file_fail(err, ERROR_FILE, path, "cannot create the folder: %s", strerror(errno));
    }
    return true;
}

bool file_sync_folder(const char *path, Error *err) {
    const char *folder = path[0] == '\0' ? "." : path;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == EACCES) {
        return true; /* a folder that may be written to but not read cannot be synced */
    }
    const bool synced = fd >= 0 && sync_descriptor(fd);
    const int why = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!synced) {
        return file_fail(err, ERROR_FILE, folder, "cannot sync the folder: %s", strerror(why));
    }
    return true;
}

/* ---- hashes ---- */

void file_sha256(const void *bytes, size_t n, char hex[65]) {
    SHA2_CTX context;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Init(&context);
    SHA256Update(&context, bytes, n);
    SHA256Final(digest, &context);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
}
