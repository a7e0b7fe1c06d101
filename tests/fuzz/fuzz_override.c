/* Overrides on the command line, one a line. */
#include "fuzz_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static const char text[] = "[data]\nfile = a.csv\ntarget = y\n";
    TextList overrides = {0};
    const char *at = (const char *)bytes, *const end = at + n;
    while (at < end && overrides.n < 20) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *const stop = newline ? newline : end;
        if (!memchr(at, 0, (size_t)(stop - at))) {
            text_list_add_bytes(&overrides, at, (size_t)(stop - at));
        }
        at = newline ? newline + 1 : end;
    }
    fuzz_config(text, strlen(text), &overrides);
    text_list_free(&overrides);
    return 0;
}
