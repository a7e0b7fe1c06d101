/* Writing JSON: build a tree, print it once. Numbers are exact and the shortest that read back;
 * what is not finite is null. Members keep the order in which they are added. Reading is the matter
 * of artifact/json_read.h; only these two know cJSON. Where a call takes a key, NULL means that
 * `to` is an array. */
#ifndef NNTRAIN_ARTIFACT_JSON_H
#define NNTRAIN_ARTIFACT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

typedef struct cJSON Json;

/* A root; released with json_free. */
Json *json_new_object(void);
void json_free(Json *root);

/* Containers inside `to`, which owns them. */
Json *json_add_object(Json *to, const char *key);
Json *json_add_array(Json *to, const char *key);

/* NULL gives null. Bytes that are no UTF-8 (of a path, an argument) are written as \xNN. */
void json_add_text(Json *to, const char *key, const char *text);
void json_add_texts(Json *to, const char *key, const TextList *texts);
void json_add_bool(Json *to, const char *key, bool value);
void json_add_null(Json *to, const char *key);
/* Above 2^53, where readers that hold doubles would round it, a text of its digits. */
void json_add_integer(Json *to, const char *key, uint64_t value);
void json_add_double(Json *to, const char *key, double value);
void json_add_doubles(Json *to, const char *key, const double *values, size_t n);
void json_add_float(Json *to, const char *key, float value);
void json_add_floats(Json *to, const char *key, const float *values, size_t n);

/* A copy of a tree, of a file that was read, say; NULL gives null. */
void json_add_copy(Json *to, const char *key, const Json *tree);

/* The JSON text of a float, for values that are written later. */
void json_append_float(TextBuffer *out, float value);

/* A value whose text is made while the tree is printed, so that large ones are held only once:
 * write is called with the number given here and appends it, in the order of the members. */
void json_add_later(Json *to, const char *key, size_t number);
typedef struct JsonLater {
    void (*write)(const void *context, size_t number, TextBuffer *out);
    const void *context;
} JsonLater;

/* Appends the tree, indented by 2 spaces, with a newline at the end. later may be NULL when there
 * is no such value. */
void json_print(TextBuffer *out, const Json *root, const JsonLater *later);

/* Appends the tree on one line, with a newline at the end. */
void json_print_line(TextBuffer *out, const Json *root);

/* Version of the library beneath. */
const char *json_library_version(void);

#endif
