/* Whole config files. */
#include "fuzz_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    const TextList none = {0};
    fuzz_config((const char *)bytes, n, &none);
    return 0;
}
