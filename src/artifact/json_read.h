/* Reading JSON that anybody may have written: the whole text is checked before it is parsed (RFC
 * 8259 without any leniency, no duplicate keys, at most 32 levels), and every error names the file
 * and the place in it. Use: json_parse, json_root, then the json_get_ functions from object to
 * object; json_document_free. */
#ifndef NNTRAIN_ARTIFACT_JSON_READ_H
#define NNTRAIN_ARTIFACT_JSON_READ_H

#include "artifact/json.h"
#include "base/error.h"
#include "base/kind.h"

enum { JSON_DEPTH = 32, JSON_MOST_VALUES = 1 << 25 };

typedef struct JsonDocument {
    Json *root;
    char *path;     /* escaped for print */
    ErrorCode code; /* of every error */
} JsonDocument;

/* Parses n bytes that were read from path. Refuses what is no valid UTF-8, more than JSON_DEPTH
 * levels or JSON_MOST_VALUES values, duplicate keys, NUL in a text, numbers beyond the range of a
 * double. Errors carry code; ERROR_INTERNAL when memory runs out. */
bool json_parse(JsonDocument *document, const char *path, const char *bytes, size_t n,
                ErrorCode code, Error *err);
void json_document_free(JsonDocument *document);

/* A value and the way to it; lives no longer than its parent. */
typedef struct JsonAt {
    const JsonDocument *document;
    const Json *value;
    const struct JsonAt *parent; /* NULL: the root */
    const char *key;             /* NULL: an item of an array */
    size_t index;
} JsonAt;

/* Fails with "FILE: error: network.layers[2].units: ..." and returns false. */
bool json_fail(const JsonAt *at, Error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The root, which must be an object. */
bool json_root(const JsonDocument *document, JsonAt *root, Error *err);

/* Fails when the object has a member that is none of the words in names ("name type units"). */
bool json_has_only(const JsonAt *object, const char *names, Error *err);

/* Is there a member called key, other than null? */
bool json_has(const JsonAt *object, const char *key);
/* Is the member an array? */
bool json_is_array(const JsonAt *object, const char *key);

/* Members. Each fails when it is missing, of another type, or out of range. Texts are borrowed. */
bool json_get_object(const JsonAt *object, const char *key, JsonAt *out, Error *err);
bool json_get_array(const JsonAt *object, const char *key, JsonAt *out, Error *err);
bool json_get_text(const JsonAt *object, const char *key, const char **out, Error *err);
bool json_get_bool(const JsonAt *object, const char *key, bool *out, Error *err);
bool json_get_double(const JsonAt *object, const char *key, double *out, Error *err);
/* null gives NAN. */
bool json_get_double_or_null(const JsonAt *object, const char *key, double *out, Error *err);
/* A whole number from 0 to most. */
bool json_get_size(const JsonAt *object, const char *key, size_t most, size_t *out, Error *err);
/* As json_add_integer writes it. */
bool json_get_integer(const JsonAt *object, const char *key, uint64_t *out, Error *err);
/* The row that the text names; the error lists the choices. */
bool json_get_kind(const JsonAt *object, const char *key, const KindTable *table, const Kind **out,
                   Error *err);
/* Lists; *out is overwritten, and on failure empty. Numbers are released with memory_free. */
bool json_get_texts(const JsonAt *object, const char *key, TextList *out, Error *err);
bool json_get_doubles(const JsonAt *object, const char *key, double **out, size_t *n, Error *err);
bool json_get_floats(const JsonAt *object, const char *key, float **out, size_t *n, Error *err);

/* Items of an array, or members of an object with their keys:  for (JsonAt item =
 * json_first(&array); item.value; json_next(&item)). */
size_t json_length(const JsonAt *array);
JsonAt json_first(const JsonAt *array);
void json_next(JsonAt *item);
/* Fails unless the item is an object. */
bool json_is_object(const JsonAt *item, Error *err);

#endif
