/* checkpoint.bin, signed again after each mutation. What is accepted is written and read again. */
#include "artifact/checkpoint_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "fuzz.h"

enum { N_HASH = 64, N_CHANGES = 5 };

/* The hash of all that is before it. */
static void sign(char *bytes, size_t n) {
    char hex[N_HASH + 1];
    file_sha256(bytes, n - N_HASH, hex);
    memcpy(bytes + n - N_HASH, hex, N_HASH);
}

static void compare(const CheckpointFile *a, const CheckpointFile *b) {
    for (int i = 0; i < N_CHECKPOINT_SECTIONS; i++) {
        const size_t n = a->sections[i].n;
        require(n == b->sections[i].n);
        require(n == 0 || memcmp(a->sections[i].bytes, b->sections[i].bytes, n) == 0);
    }
}

static void check(const char *bytes, size_t n) {
    CheckpointFile file, again;
    Error err = {0};
    if (checkpoint_file_parse("checkpoint.bin", bytes, n, &file, &err)) {
        TextBuffer text = {0};
        checkpoint_file_print(&text, &file);
        require(checkpoint_file_parse("again.bin", text_of(&text), text.n, &again, &err));
        compare(&file, &again);
        checkpoint_file_free(&again);
        text_free(&text);
    } else {
        require(err.code == ERROR_MODEL);
        fuzz_check_message(err.text);
    }
    checkpoint_file_free(&file);
}

/* A good checkpoint with sections of the input, some of its bytes changed, signed again. */
static void check_changed(const char *bytes, size_t n) {
    CheckpointFile file = {0};
    TextBuffer text = {0};
    for (size_t i = 0; i < N_CHECKPOINT_SECTIONS; i++) {
        text_append_bytes(&file.sections[i], bytes + i, (n - i) / (i + 2));
    }
    checkpoint_file_print(&text, &file);
    checkpoint_file_free(&file);
    for (size_t i = 0; i + 2 < n && i < 3 * N_CHANGES; i += 3) {
        const size_t at = (unsigned char)bytes[i] + 256U * (unsigned char)bytes[i + 1];
        text.bytes[at % text.n] = bytes[i + 2];
    }
    sign(text.bytes, text.n);
    check(text.bytes, text.n);
    text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    /* exact, so that a byte too far is seen */
    char *copy = malloc(n + (n == 0));
    require(copy);
    memcpy(copy, bytes, n);
    check(copy, n);
    if (n > N_HASH) {
        sign(copy, n);
        check(copy, n);
    }
    if (n > N_CHECKPOINT_SECTIONS) {
        check_changed((const char *)bytes, n);
    }
    free(copy);
    return 0;
}
