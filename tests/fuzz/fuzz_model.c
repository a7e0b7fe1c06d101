/* model.json, signed again after each mutation: what is accepted is written and read again. */
#include "artifact/model_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t capacity);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t capacity, unsigned seed);

static const char before[] = "\"sha256\": \"", after[] = "\"\n}\n";
enum { N_END = sizeof before - 1 + 64 + sizeof after - 1 };

static bool is_signed(const uint8_t *bytes, size_t n) {
    return n > N_END && memcmp(bytes + n - N_END, before, sizeof before - 1) == 0;
}

__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t capacity) {
    (void)bytes;
    (void)capacity;
    return n;
}

/* Most mutants get a hash that fits, so that what is behind the hash is reached. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t capacity, unsigned seed) {
    if (seed % 16 == 0 || !is_signed(bytes, n) || capacity < N_END) {
        return LLVMFuzzerMutate(bytes, n, capacity);
    }
    const size_t content = LLVMFuzzerMutate(bytes, n - N_END, capacity - N_END);
    char hex[65];
    file_sha256(bytes, content, hex);
    char end[N_END + 1];
    snprintf(end, sizeof end, "%s%s%s", before, hex, after);
    memcpy(bytes + content, end, N_END);
    return content + N_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    char *copy = memory_copy_bytes((const char *)bytes, n);
    ModelFile file, again;
    Error err = {0};
    if (model_file_parse("model.json", copy, n, &file, &err)) {
        TextBuffer text = {0};
        model_file_print(&text, &file, NULL);
        require(model_file_parse("again.json", text_of(&text), text.n, &again, &err));
        model_file_free(&again);
        model_file_free(&file);
        text_free(&text);
    } else {
        require(err.code == ERROR_MODEL);
        fuzz_check_message(err.text);
    }
    memory_free(copy);
    return 0;
}
