/* checkpoint.bin, signed again after each mutation. What is accepted is written and read again. */
#include <sys/stat.h>

#include "artifact/checkpoint_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "fuzz.h"

enum { N_HASH = 64, N_CHANGES = 5 };

static void put(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    require(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
}

static char folder[] = "/dev/shm/nntrain-fuzz-XXXXXX";

/* The hash of all that is before it. */
static void sign(char *bytes, size_t n) {
    char hex[N_HASH + 1];
    file_sha256(bytes, n - N_HASH, hex);
    memcpy(bytes + n - N_HASH, hex, N_HASH);
}

static void check(const char *path, const char *bytes, size_t n) {
    put(path, bytes, n);
    CheckpointFile file = {0}, again = {0};
    Problems warnings = {0};
    Error err = {0};
    if (checkpoint_file_read(folder, &file, &warnings, &err)) {
        require(checkpoint_file_write(folder, &file, &err));
        require(checkpoint_file_read(folder, &again, &warnings, &err));
        for (int i = 0; i < N_CHECKPOINT_SECTIONS; i++) {
            require(file.sections[i].n == again.sections[i].n);
            require(file.sections[i].n == 0 ||
                    memcmp(file.sections[i].bytes, again.sections[i].bytes, file.sections[i].n) ==
                        0);
        }
    } else {
        require(err.code == ERROR_MODEL || err.code == ERROR_FILE);
    }
    fuzz_check_message(err.text);
    fuzz_check_message(text_of(&warnings.text));
    checkpoint_file_free(&file);
    checkpoint_file_free(&again);
    problems_free(&warnings);
}

/* A good checkpoint with sections of the input, some of its bytes changed, signed again. */
static void check_changed(const char *path, const char *bytes, size_t n) {
    CheckpointFile file = {0};
    Error err = {0};
    for (size_t i = 0; i < N_CHECKPOINT_SECTIONS; i++) {
        text_append_bytes(&file.sections[i], bytes + i, (n - i) / (i + 2));
    }
    require(checkpoint_file_write(folder, &file, &err));
    checkpoint_file_free(&file);
    char *content;
    size_t length;
    require(file_read(path, SIZE_MAX / 2, false, &content, &length, &err));
    for (size_t i = 0; i + 2 < n && i < 3 * N_CHANGES; i += 3) {
        const size_t at = (unsigned char)bytes[i] + 256U * (unsigned char)bytes[i + 1];
        content[at % length] = bytes[i + 2];
    }
    sign(content, length);
    check(path, content, length);
    memory_free(content);
}

static void remove_folder(void) { rmdir(folder); }

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static bool is_made;
    char path[128], previous[128];
    if (!is_made) {
        require(mkdtemp(folder));
        atexit(remove_folder);
        is_made = true;
    }
    snprintf(path, sizeof path, "%s/checkpoint.bin", folder);
    snprintf(previous, sizeof previous, "%s/checkpoint.previous.bin", folder);
    char *copy = memory_copy_bytes((const char *)bytes, n);
    check(path, copy, n);
    unlink(previous);
    if (n > N_HASH) {
        sign(copy, n);
        check(path, copy, n);
    }
    if (n > N_CHECKPOINT_SECTIONS) {
        check_changed(path, (const char *)bytes, n);
    }
    memory_free(copy);
    unlink(path);
    unlink(previous);
    return 0;
}
