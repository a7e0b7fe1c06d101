#include "artifact/json_read.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "artifact/json_scan.h"
#include "base/memory.h"

/* ---- Parsing ---- */

/* "FILE:LINE:COLUMN: error: ..." for a place in the text. */
static bool fail_at(const JsonDocument *document, const char *bytes, const char *at,
                    const char *problem, Error *err) {
    size_t line = 1;
    const char *start = bytes;
    for (const char *end; (end = memchr(start, '\n', (size_t)(at - start))); start = end + 1) {
        line++;
    }
    return fail(err, document->code, "%s:%zu:%zu: error: %s", document->path, line,
                (size_t)(at - start) + 1, problem);
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The first key that is there twice, or NULL. */
static const char *find_twice(const Json *object) {
    assert(object);
    size_t n = 0;
    for (const Json *member = object->child; member; member = member->next) {
        n++;
    }
    const char **keys = NEW(const char *, n);
    n = 0;
    for (const Json *member = object->child; member; member = member->next) {
        keys[n++] = member->string;
    }
    qsort(keys, n, sizeof *keys, compare_texts);
    const char *twice = NULL;
    for (size_t i = 1; i < n && !twice; i++) {
        twice = strcmp(keys[i - 1], keys[i]) == 0 ? keys[i] : NULL;
    }
    memory_free(keys);
    return twice;
}

static bool check_keys(const JsonAt *at, Error *err) {
    const char *twice = cJSON_IsObject(at->value) ? find_twice(at->value) : NULL;
    if (twice) {
        char shown[TEXT_SHOWN];
        return json_fail(at, err, "the member \"%s\" is there twice",
                         text_shown(shown, twice, strlen(twice)));
    }
    JsonAt item = json_first(at);
    for (; item.value; json_next(&item)) {
        if (item.value->child && !check_keys(&item, err)) {
            return false;
        }
    }
    return true;
}

bool json_parse(JsonDocument *document, const char *path, const char *bytes, size_t n,
                ErrorCode code, Error *err) {
    *document = (JsonDocument){.code = code};
    TextBuffer shown = {0};
    text_append_uncut(&shown, path, strlen(path));
    document->path = memory_copy_text(text_of(&shown));
    text_free(&shown);
    JsonScan scan;
    bool good = json_scan(&scan, bytes, n) || fail_at(document, bytes, scan.at, scan.problem, err);
    if (good) {
        const char *end = NULL;
        document->root = cJSON_ParseWithLengthOpts(bytes, n, &end, false);
        good = document->root ||
               fail(err, ERROR_INTERNAL, "%s: error: out of memory: the file has %zu bytes",
                    document->path, n);
    }
    const JsonAt root = {.document = document, .value = document->root};
    if (!good || !check_keys(&root, err)) {
        json_document_free(document);
        return false;
    }
    return true;
}

void json_document_free(JsonDocument *document) {
    json_free(document->root);
    memory_free(document->path);
    *document = (JsonDocument){0};
}

/* ---- Places ---- */

static void append_path(TextBuffer *out, const JsonAt *at) {
    if (!at->parent) {
        return;
    }
    append_path(out, at->parent);
    if (at->key) {
        text_append(out, at->parent->parent ? "." : "");
        text_append_escaped(out, at->key, strlen(at->key));
    } else {
        text_printf(out, "[%zu]", at->index);
    }
}

bool json_fail(const JsonAt *at, Error *err, const char *format, ...) {
    TextBuffer text = {0};
    append_path(&text, at);
    text_append(&text, text.n > 0 ? ": " : "");
    va_list args;
    va_start(args, format);
    text_vprintf(&text, format, args);
    va_end(args);
    fail(err, at->document->code, "%s: error: %s", at->document->path, text_of(&text));
    text_free(&text);
    return false;
}

static const char *describe(const Json *value) {
    return cJSON_IsObject(value)   ? "an object"
           : cJSON_IsArray(value)  ? "a list"
           : cJSON_IsString(value) ? "a text"
           : cJSON_IsNumber(value) ? "a number"
           : cJSON_IsNull(value)   ? "null"
                                   : "true or false";
}

static bool fail_type(const JsonAt *at, const char *expected, Error *err) {
    return json_fail(at, err, "is %s, must be %s", describe(at->value), expected);
}

static const Json *find(const JsonAt *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object->value, key);
}

/* The member called key, whatever it is. */
static bool get(const JsonAt *object, const char *key, JsonAt *out, Error *err) {
    *out = (JsonAt){
        .document = object->document, .value = find(object, key), .parent = object, .key = key};
    return out->value || json_fail(object, err, "the member \"%s\" is missing", key);
}

bool json_root(const JsonDocument *document, JsonAt *root, Error *err) {
    *root = (JsonAt){.document = document, .value = document->root};
    return json_is_object(root, err);
}

bool json_is_object(const JsonAt *item, Error *err) {
    return cJSON_IsObject(item->value) || fail_type(item, "an object", err);
}

/* Is word one of the words that blanks separate in list? */
static bool has_word(const char *list, const char *word) {
    const size_t n = strlen(word);
    while (*list) {
        const size_t length = strcspn(list, " ");
        if (length == n && memcmp(list, word, n) == 0) {
            return true;
        }
        list += length + strspn(list + length, " ");
    }
    return false;
}

bool json_has_only(const JsonAt *object, const char *names, Error *err) {
    for (const Json *member = object->value->child; member; member = member->next) {
        if (!has_word(names, member->string)) {
            char shown[TEXT_SHOWN];
            return json_fail(object, err, "unknown member \"%s\"; known: %s",
                             text_shown(shown, member->string, strlen(member->string)), names);
        }
    }
    return true;
}

bool json_has(const JsonAt *object, const char *key) {
    const Json *value = find(object, key);
    return value && !cJSON_IsNull(value);
}

bool json_is_array(const JsonAt *object, const char *key) {
    return cJSON_IsArray(find(object, key));
}

/* ---- Items ---- */

size_t json_length(const JsonAt *array) { return (size_t)cJSON_GetArraySize(array->value); }

JsonAt json_first(const JsonAt *array) {
    assert(array->value);
    const Json *first = array->value->child;
    return (JsonAt){.document = array->document,
                    .value = first,
                    .parent = array,
                    .key = first ? first->string : NULL};
}

void json_next(JsonAt *item) {
    item->value = item->value->next;
    item->key = item->value ? item->value->string : NULL;
    item->index++;
}

/* ---- Members ---- */

bool json_get_object(const JsonAt *object, const char *key, JsonAt *out, Error *err) {
    return get(object, key, out, err) && json_is_object(out, err);
}

bool json_get_array(const JsonAt *object, const char *key, JsonAt *out, Error *err) {
    return get(object, key, out, err) &&
           (cJSON_IsArray(out->value) || fail_type(out, "a list", err));
}

static bool as_text(const JsonAt *at, const char **out, Error *err) {
    if (!cJSON_IsString(at->value)) {
        return fail_type(at, "a text", err);
    }
    *out = at->value->valuestring;
    return true;
}

static bool as_double(const JsonAt *at, double *out, Error *err) {
    if (!cJSON_IsNumber(at->value)) {
        return fail_type(at, "a number", err);
    }
    *out = at->value->valuedouble;
    return true;
}

bool json_get_text(const JsonAt *object, const char *key, const char **out, Error *err) {
    JsonAt at;
    return get(object, key, &at, err) && as_text(&at, out, err);
}

bool json_get_bool(const JsonAt *object, const char *key, bool *out, Error *err) {
    JsonAt at;
    if (!get(object, key, &at, err)) {
        return false;
    }
    *out = cJSON_IsTrue(at.value);
    return cJSON_IsBool(at.value) || fail_type(&at, "true or false", err);
}

bool json_get_double(const JsonAt *object, const char *key, double *out, Error *err) {
    JsonAt at;
    return get(object, key, &at, err) && as_double(&at, out, err);
}

bool json_get_double_or_null(const JsonAt *object, const char *key, double *out, Error *err) {
    JsonAt at;
    *out = (double)NAN;
    return get(object, key, &at, err) && (cJSON_IsNull(at.value) || as_double(&at, out, err));
}

bool json_get_size(const JsonAt *object, const char *key, size_t most, size_t *out, Error *err) {
    JsonAt at;
    double value = 0;
    if (!get(object, key, &at, err) || !as_double(&at, &value, err)) {
        return false;
    }
    if (!(value >= 0 && value <= (double)most && value < 0x1p53 && floor(value) == value)) {
        return json_fail(&at, err, "is %g, must be a whole number from 0 to %zu", value, most);
    }
    *out = (size_t)value;
    return true;
}

bool json_get_integer(const JsonAt *object, const char *key, uint64_t *out, Error *err) {
    JsonAt at;
    if (!get(object, key, &at, err)) {
        return false;
    }
    if (cJSON_IsString(at.value)) {
        const char *text = at.value->valuestring;
        return text_to_uint64(text, strlen(text), out) ||
               json_fail(&at, err, "is no whole number from 0 to 2^64 - 1");
    }
    double value = 0;
    if (!as_double(&at, &value, err)) {
        return false;
    }
    if (!(value >= 0 && value <= 0x1p53 && floor(value) == value)) {
        return json_fail(&at, err,
                         "is %g, must be a whole number from 0 to 2^53 or a text of digits", value);
    }
    *out = (uint64_t)value;
    return true;
}

bool json_get_kind(const JsonAt *object, const char *key, const KindTable *table, const Kind **out,
                   Error *err) {
    JsonAt at;
    const char *name = "";
    if (!get(object, key, &at, err) || !as_text(&at, &name, err)) {
        return false;
    }
    *out = kind_find(table, name);
    if (*out) {
        return true;
    }
    char shown[TEXT_SHOWN];
    TextBuffer names = {0};
    kind_list_names(&names, table);
    json_fail(&at, err, "unknown %s '%s'; known: %s", table->noun,
              text_shown(shown, name, strlen(name)), text_of(&names));
    text_free(&names);
    return false;
}

/* ---- Lists ---- */

bool json_get_texts(const JsonAt *object, const char *key, TextList *out, Error *err) {
    *out = (TextList){0};
    JsonAt array;
    if (!json_get_array(object, key, &array, err)) {
        return false;
    }
    for (JsonAt item = json_first(&array); item.value; json_next(&item)) {
        const char *text = "";
        if (!as_text(&item, &text, err)) {
            text_list_free(out);
            return false;
        }
        text_list_add(out, text);
    }
    return true;
}

bool json_get_doubles(const JsonAt *object, const char *key, double **out, size_t *n, Error *err) {
    *out = NULL;
    *n = 0;
    JsonAt array;
    if (!json_get_array(object, key, &array, err)) {
        return false;
    }
    double *values = NEW(double, json_length(&array));
    for (JsonAt item = json_first(&array); item.value; json_next(&item)) {
        if (!as_double(&item, &values[item.index], err)) {
            memory_free(values);
            return false;
        }
    }
    *out = values;
    *n = json_length(&array);
    return true;
}

bool json_get_floats(const JsonAt *object, const char *key, float **out, size_t *n, Error *err) {
    *out = NULL;
    *n = 0;
    JsonAt array;
    if (!json_get_array(object, key, &array, err)) {
        return false;
    }
    float *values = NEW(float, json_length(&array));
    for (JsonAt item = json_first(&array); item.value; json_next(&item)) {
        double value = 0;
        bool good = as_double(&item, &value, err);
        values[item.index] = (float)value;
        good = good && (isfinite(values[item.index]) ||
                        json_fail(&item, err, "%g is beyond the range of float32", value));
        if (!good) {
            memory_free(values);
            return false;
        }
    }
    *out = values;
    *n = json_length(&array);
    return true;
}
