/* Protocol Buffers: the examples of the encoding's own documentation, and the ends of the range. */
#include "unit.h"

#include <string.h>

#include "artifact/protobuf.h"

static void expect(TextBuffer *message, const char *bytes, size_t n) {
    assert_int_equal(message->n, n);
    assert_memory_equal(text_of(message), bytes, n);
    text_free(message);
}

static void test_integers(void **state) {
    (void)state;
    TextBuffer message = {0};
    protobuf_integer(&message, 1, 150);
    expect(&message, "\x08\x96\x01", 3);
    protobuf_integer(&message, 1, 0);
    expect(&message, "\x08\x00", 2);
    protobuf_integer(&message, 20, 127);
    expect(&message, "\xa0\x01\x7f", 3);
    protobuf_integer(&message, 1, 128);
    expect(&message, "\x08\x80\x01", 3);
    protobuf_integer(&message, 1, -2);
    expect(&message, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
}

static void test_texts_and_messages(void **state) {
    (void)state;
    TextBuffer message = {0}, inner = {0};
    protobuf_text(&message, 2, "testing");
    expect(&message, "\x12\x07testing", 9);
    protobuf_integer(&inner, 1, 150);
    protobuf_message(&message, 3, &inner);
    assert_null(inner.bytes);
    expect(&message, "\x1a\x03\x08\x96\x01", 5);
    char large[300];
    memset(large, 'x', sizeof large);
    protobuf_bytes(&message, 1, large, sizeof large);
    assert_int_equal(message.n, 3 + sizeof large);
    assert_memory_equal(text_of(&message), "\x0a\xac\x02x", 4);
    text_free(&message);
    protobuf_message(&message, 3, &inner);
    expect(&message, "\x1a\x00", 2);
}

static void test_floats(void **state) {
    (void)state;
    TextBuffer message = {0};
    protobuf_float(&message, 2, 1.0f);
    expect(&message, "\x15\x00\x00\x80\x3f", 5);
    protobuf_float(&message, 2, -0.0f);
    expect(&message, "\x15\x00\x00\x00\x80", 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_texts_and_messages),
        cmocka_unit_test(test_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
