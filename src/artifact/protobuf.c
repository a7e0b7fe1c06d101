#include "artifact/protobuf.h"

#include <string.h>

/* How a field's value is held. */
enum { WIRE_VARINT = 0, WIRE_LENGTH = 2, WIRE_FIXED32 = 5 };

/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
static void append_varint(TextBuffer *out, uint64_t value) {
    char bytes[10];
    size_t n = 0;
    do {
        bytes[n++] = (char)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
        value >>= 7;
    } while (value > 0);
    text_append_bytes(out, bytes, n);
}

static void append_tag(TextBuffer *out, uint32_t field, uint32_t wire) {
    append_varint(out, (uint64_t)field << 3 | wire);
}

void protobuf_integer(TextBuffer *message, uint32_t field, int64_t value) {
    append_tag(message, field, WIRE_VARINT);
    append_varint(message, (uint64_t)value);
}

void protobuf_float(TextBuffer *message, uint32_t field, float value) {
    uint32_t bits;
    char bytes[4];
    memcpy(&bits, &value, sizeof bits);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(bits >> (8 * i) & 0xFF);
    }
    append_tag(message, field, WIRE_FIXED32);
    text_append_bytes(message, bytes, sizeof bytes);
}

void protobuf_bytes(TextBuffer *message, uint32_t field, const void *bytes, size_t n) {
    append_tag(message, field, WIRE_LENGTH);
    append_varint(message, n);
    text_append_bytes(message, bytes, n);
}

void protobuf_text(TextBuffer *message, uint32_t field, const char *text) {
    protobuf_bytes(message, field, text, strlen(text));
}

void protobuf_message(TextBuffer *message, uint32_t field, TextBuffer *inner) {
    protobuf_bytes(message, field, text_of(inner), inner->n);
    text_free(inner);
}
