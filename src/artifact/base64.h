/* Bytes as base64 text (RFC 4648, with padding). */
#ifndef NNTRAIN_ARTIFACT_BASE64_H
#define NNTRAIN_ARTIFACT_BASE64_H

#include "base/text.h"

void base64_append(TextBuffer *out, const unsigned char *bytes, size_t n);

/* Characters that n bytes take; SIZE_MAX when that is no size. */
size_t base64_length(size_t n);

/* Decodes text, which must be exactly what n bytes give. */
bool base64_decode(const char *text, unsigned char *bytes, size_t n);

#endif
