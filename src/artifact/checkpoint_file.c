#include "artifact/checkpoint_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/run_folder.h"

static const char magic[] = "nntrain.checkpoint " NNTRAIN_VERSION;
enum { FORMAT_VERSION = 1, BYTE_ORDER_MARK = 0x01020304, MAGIC_BYTES = 32, HASH_BYTES = 64 };
#define CHECKPOINT_NEXT "checkpoint.next.bin"

/* The fixed part at the front. */
typedef struct Front {
    char magic[MAGIC_BYTES]; /* padded with zeros; the state of one version means nothing to others
                              */
    uint32_t format_version, byte_order;
    uint64_t n_sections;
} Front;

static Front make_front(void) {
    Front front = {.format_version = FORMAT_VERSION,
                   .byte_order = BYTE_ORDER_MARK,
                   .n_sections = N_CHECKPOINT_SECTIONS};
    snprintf(front.magic, sizeof front.magic, "%s", magic);
    return front;
}

/* ---- Writing ---- */

void checkpoint_file_print(TextBuffer *out, const CheckpointFile *file) {
    const size_t start = out->n;
    const Front front = make_front();
    char hash[HASH_BYTES + 1];
    text_append_bytes(out, (const char *)&front, sizeof front);
    for (size_t i = 0; i < N_CHECKPOINT_SECTIONS; i++) {
        const uint64_t n = file->sections[i].n;
        text_append_bytes(out, (const char *)&n, sizeof n);
        text_append_bytes(out, text_of(&file->sections[i]), file->sections[i].n);
    }
    file_sha256(out->bytes + start, out->n - start, hash);
    text_append_bytes(out, hash, HASH_BYTES);
}

/* A file that is not there is fine. */
static bool rename_within(const char *folder, const char *from, const char *to, Error *err) {
    char *old = file_join(folder, from), *new = file_join(folder, to);
    const bool good = rename(old, new) == 0 || errno == ENOENT ||
                      file_fail(err, ERROR_FILE, new, "cannot write: %s", strerror(errno));
    memory_free(old);
    memory_free(new);
    return good;
}

bool checkpoint_file_write(const char *folder, const CheckpointFile *file, Error *err) {
    TextBuffer bytes = {0};
    checkpoint_file_print(&bytes, file);
    char *next = file_join(folder, CHECKPOINT_NEXT);
    const bool good = file_write(next, bytes.bytes, bytes.n, err) &&
                      rename_within(folder, RUN_FOLDER_STATE, RUN_FOLDER_OLD_STATE, err) &&
                      rename_within(folder, CHECKPOINT_NEXT, RUN_FOLDER_STATE, err);
    if (!good) {
        unlink(next);
    }
    memory_free(next);
    text_free(&bytes);
    return good;
}

/* ---- Reading ---- */

static bool fail_damaged(const char *path, const char *what, Error *err) {
    return file_fail(err, ERROR_MODEL, path, "%s, so nothing can go on from it", what);
}

static bool check_front(const char *path, const char *bytes, size_t n, Error *err) {
    const Front expected = make_front();
    Front front;
    if (n < sizeof front + HASH_BYTES) {
        return fail_damaged(path, "the checkpoint is cut short", err);
    }
    memcpy(&front, bytes, sizeof front);
    if (memcmp(front.magic, expected.magic, strlen("nntrain.checkpoint")) != 0) {
        return fail_damaged(path, "this is no checkpoint", err);
    }
    char hash[HASH_BYTES + 1];
    file_sha256(bytes, n - HASH_BYTES, hash);
    if (memcmp(hash, bytes + n - HASH_BYTES, HASH_BYTES) != 0) {
        return fail_damaged(path, "the checkpoint is damaged: its checksum is wrong", err);
    }
    return memcmp(&front, &expected, sizeof front) == 0 ||
           fail_damaged(path, "the checkpoint is of another version of nntrain", err);
}

static bool get_sections(const char *path, const char *bytes, size_t n, CheckpointFile *file,
                         Error *err) {
    size_t at = sizeof(Front), end = n - HASH_BYTES;
    for (size_t i = 0; i < N_CHECKPOINT_SECTIONS; i++) {
        uint64_t length = 0;
        if (end - at >= sizeof length) {
            memcpy(&length, bytes + at, sizeof length);
            at += sizeof length;
        } else {
            length = UINT64_MAX;
        }
        if (length > end - at) {
            return fail_damaged(path, "the checkpoint has sections that are not there", err);
        }
        text_append_bytes(&file->sections[i], bytes + at, (size_t)length);
        at += (size_t)length;
    }
    return at == end || fail_damaged(path, "the checkpoint has bytes that belong nowhere", err);
}

bool checkpoint_file_parse(const char *path, const char *bytes, size_t n, CheckpointFile *file,
                           Error *err) {
    *file = (CheckpointFile){0};
    const bool good = check_front(path, bytes, n, err) && get_sections(path, bytes, n, file, err);
    if (!good) {
        checkpoint_file_free(file);
    }
    return good;
}

static bool read_one(const char *folder, const char *name, CheckpointFile *file, Error *err) {
    char *path = file_join(folder, name), *bytes = NULL;
    size_t n = 0;
    const bool good = file_read(path, SIZE_MAX / 4, false, &bytes, &n, err) &&
                      checkpoint_file_parse(path, bytes, n, file, err);
    memory_free(bytes);
    memory_free(path);
    return good;
}

static bool exists(const char *folder, const char *name) {
    char *path = file_join(folder, name);
    struct stat status;
    const bool is_there = lstat(path, &status) == 0;
    memory_free(path);
    return is_there;
}

bool checkpoint_file_exists(const char *folder) {
    return exists(folder, RUN_FOLDER_STATE) || exists(folder, RUN_FOLDER_OLD_STATE);
}

bool checkpoint_file_read(const char *folder, CheckpointFile *file, Problems *warnings,
                          Error *err) {
    *file = (CheckpointFile){0};
    if (!exists(folder, RUN_FOLDER_STATE)) {
        return exists(folder, RUN_FOLDER_OLD_STATE)
                   ? read_one(folder, RUN_FOLDER_OLD_STATE, file, err)
                   : file_fail(err, ERROR_FILE, folder,
                               "there is no checkpoint in it: the run ended before its first one; "
                               "start it anew without --resume");
    }
    Error newest = {0}, previous = {0};
    if (read_one(folder, RUN_FOLDER_STATE, file, &newest)) {
        return true;
    }
    if (!exists(folder, RUN_FOLDER_OLD_STATE) ||
        !read_one(folder, RUN_FOLDER_OLD_STATE, file, &previous)) {
        *err = newest;
        return false;
    }
    const char *why = strstr(newest.text, ": error: ");
    const size_t n_path = why ? (size_t)(why - newest.text) : 0;
    problems_warning(warnings, "%.*s: warning: %s; the one before it is used", (int)n_path,
                     newest.text, why ? why + strlen(": error: ") : newest.text);
    return true;
}

void checkpoint_file_free(CheckpointFile *file) {
    for (size_t i = 0; i < N_CHECKPOINT_SECTIONS; i++) {
        text_free(&file->sections[i]);
    }
    *file = (CheckpointFile){0};
}
