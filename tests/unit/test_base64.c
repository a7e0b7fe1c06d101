/* base64: the vectors of RFC 4648, and that nothing else is decoded. */
#include "unit.h"

#include <string.h>

#include "artifact/base64.h"

static void test_vectors(void **state) {
    (void)state;
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const char *bytes = vectors[i][0], *text = vectors[i][1];
        const size_t n = strlen(bytes);
        TextBuffer out = {0};
        unsigned char back[8] = {0};
        base64_append(&out, (const unsigned char *)bytes, n);
        assert_string_equal(text_of(&out), text);
        assert_int_equal(base64_length(n), strlen(text));
        assert_true(base64_decode(text, back, n));
        assert_memory_equal(back, bytes, n);
        text_free(&out);
    }
}

static void test_all_bytes(void **state) {
    (void)state;
    unsigned char bytes[10000], back[10000];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 167 + i / 256);
    }
    TextBuffer out = {0};
    base64_append(&out, bytes, sizeof bytes);
    assert_int_equal(out.n, base64_length(sizeof bytes));
    assert_true(base64_decode(text_of(&out), back, sizeof back));
    assert_memory_equal(back, bytes, sizeof bytes);
    text_free(&out);
}

static void test_refuses(void **state) {
    (void)state;
    unsigned char bytes[8];
    assert_false(base64_decode("Zg==", bytes, 2));
    assert_false(base64_decode("Zg=", bytes, 1));
    assert_false(base64_decode("Zh==", bytes, 1)); /* bits that are left over */
    assert_false(base64_decode("Zm9=", bytes, 2));
    assert_false(base64_decode("Zg=A", bytes, 1));
    assert_false(base64_decode("Z===", bytes, 1));
    assert_false(base64_decode("Zm9-", bytes, 3));
    assert_false(base64_decode("Zm 9", bytes, 3));
    assert_false(base64_decode("Zm=v", bytes, 3));
    assert_true(base64_length(SIZE_MAX) == SIZE_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_all_bytes),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
