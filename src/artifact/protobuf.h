/* Writing Protocol Buffers: a message is a buffer to which its fields are appended, and a field
 * that is itself a message is made first and then appended to the one around it. */
#ifndef NNTRAIN_ARTIFACT_PROTOBUF_H
#define NNTRAIN_ARTIFACT_PROTOBUF_H

#include <stdint.h>

#include "base/text.h"

/* int32, int64, bool, enum: negative numbers as their two's complement. */
void protobuf_integer(TextBuffer *message, uint32_t field, int64_t value);
void protobuf_float(TextBuffer *message, uint32_t field, float value);
/* string and bytes. */
void protobuf_bytes(TextBuffer *message, uint32_t field, const void *bytes, size_t n);
void protobuf_text(TextBuffer *message, uint32_t field, const char *text);
/* Appends a message as a field, and frees it. */
void protobuf_message(TextBuffer *message, uint32_t field, TextBuffer *inner);

#endif
