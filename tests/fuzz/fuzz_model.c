/* model.json, signed again after each mutation: what is accepted is written and read again. */
#include "artifact/model_file.h"
#include "base/memory.h"
#include "mutate_json.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t capacity);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t capacity, unsigned seed);

__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t capacity) {
    (void)bytes;
    (void)capacity;
    return n;
}

/* Of the structure or of the bytes. Most mutants get a hash that fits, so that what is behind the
 * hash is reached. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t capacity, unsigned seed) {
    if (seed % 16 == 0 || !sign_is_there(bytes, n) || capacity < N_SIGNATURE) {
        return LLVMFuzzerMutate(bytes, n, capacity);
    }
    size_t content = n - N_SIGNATURE;
    if (seed % 4 == 1) {
        content = LLVMFuzzerMutate(bytes, content, capacity - N_SIGNATURE);
    } else {
        uint64_t state = seed;
        TextBuffer text = {0};
        mutate_json_once(&text, (const char *)bytes, n, &state);
        if (text.n <= capacity && sign_is_there(text_of(&text), text.n)) {
            memcpy(bytes, text.bytes, text.n);
            content = text.n - N_SIGNATURE;
        }
        text_free(&text);
    }
    sign_content((char *)bytes, content);
    return content + N_SIGNATURE;
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
