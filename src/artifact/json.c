#include "artifact/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/memory.h"

/* Stands in the printed tree for a value that is written later: followed by its number and a space.
 * Texts cannot contain it, since control characters are escaped there. */
static const char LATER = '\x01';

/* The largest whole number up to which every one is a double. */
static const uint64_t EXACT_INTEGERS = (uint64_t)1 << 53;

/* cJSON answers NULL when there is no memory; memory_new says so and ends the program. */
static void *made(void *block) { return block ? block : memory_new(SIZE_MAX, 1); }

/* Puts an item into its place and returns it. */
static Json *put(Json *to, const char *key, Json *item) {
    made(item);
    assert(cJSON_IsArray(to) == (key == NULL));
    const bool is_put = key ? cJSON_AddItemToObject(to, key, item) : cJSON_AddItemToArray(to, item);
    made(is_put ? item : NULL);
    return item;
}

static void put_raw(Json *to, const char *key, const char *text) {
    put(to, key, cJSON_CreateRaw(text));
}

Json *json_new_object(void) { return made(cJSON_CreateObject()); }

void json_free(Json *root) { cJSON_Delete(root); }

Json *json_add_object(Json *to, const char *key) { return put(to, key, cJSON_CreateObject()); }

Json *json_add_array(Json *to, const char *key) { return put(to, key, cJSON_CreateArray()); }

/* ---- Texts ---- */

void json_add_text(Json *to, const char *key, const char *text) {
    if (!text) {
        json_add_null(to, key);
    } else if (text_is_utf8(text, strlen(text))) {
        put(to, key, cJSON_CreateString(text));
    } else {
        TextBuffer shown = {0};
        text_append_uncut(&shown, text, strlen(text));
        put(to, key, cJSON_CreateString(text_of(&shown)));
        text_free(&shown);
    }
}

void json_add_texts(Json *to, const char *key, const TextList *texts) {
    Json *array = json_add_array(to, key);
    for (size_t i = 0; i < texts->n; i++) {
        json_add_text(array, NULL, texts->items[i]);
    }
}

void json_add_bool(Json *to, const char *key, bool value) { put(to, key, cJSON_CreateBool(value)); }

void json_add_null(Json *to, const char *key) { put(to, key, cJSON_CreateNull()); }

/* ---- Numbers ---- */

void json_add_integer(Json *to, const char *key, uint64_t value) {
    char text[TEXT_NUMBER] = {0};
    char *digit = text + sizeof text - 1;
    uint64_t rest = value;
    do {
        *--digit = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value > EXACT_INTEGERS) {
        json_add_text(to, key, digit);
    } else {
        put_raw(to, key, digit);
    }
}

static void append_double(TextBuffer *out, double value) {
    char text[TEXT_NUMBER];
    if (isfinite(value)) {
        text_append_bytes(out, text, text_from_double(text, value));
    } else {
        text_append(out, "null");
    }
}

void json_append_float(TextBuffer *out, float value) {
    char text[TEXT_NUMBER];
    if (!isfinite(value)) {
        text_append(out, "null");
        return;
    }
    const size_t n = text_from_float(text, value);
    double read;
    /* Readers of JSON go through double. Its rounding can move a text that lies almost halfway
     * between two floats to the other one; the double's own text cannot be moved. */
    if (text_to_double(text, n, &read) && (float)read == value) {
        text_append_bytes(out, text, n);
    } else {
        append_double(out, (double)value);
    }
}

void json_add_double(Json *to, const char *key, double value) {
    TextBuffer text = {0};
    append_double(&text, value);
    put_raw(to, key, text_of(&text));
    text_free(&text);
}

void json_add_float(Json *to, const char *key, float value) {
    TextBuffer text = {0};
    json_append_float(&text, value);
    put_raw(to, key, text_of(&text));
    text_free(&text);
}

/* Lists of numbers are one item each: an item per number would take 64 bytes. */
void json_add_doubles(Json *to, const char *key, const double *values, size_t n) {
    TextBuffer text = {0};
    for (size_t i = 0; i < n; i++) {
        text_append(&text, i == 0 ? "[" : ", ");
        append_double(&text, values[i]);
    }
    text_append(&text, n == 0 ? "[]" : "]");
    put_raw(to, key, text_of(&text));
    text_free(&text);
}

void json_add_floats(Json *to, const char *key, const float *values, size_t n) {
    TextBuffer text = {0};
    for (size_t i = 0; i < n; i++) {
        text_append(&text, i == 0 ? "[" : ", ");
        json_append_float(&text, values[i]);
    }
    text_append(&text, n == 0 ? "[]" : "]");
    put_raw(to, key, text_of(&text));
    text_free(&text);
}

/* cJSON prints numbers that it has read with fewer digits than they have. */
void json_add_copy(Json *to, const char *key, const Json *tree) {
    if (cJSON_IsNumber(tree)) {
        json_add_double(to, key, tree->valuedouble);
    } else if (cJSON_IsObject(tree) || cJSON_IsArray(tree)) {
        Json *copy = cJSON_IsObject(tree) ? json_add_object(to, key) : json_add_array(to, key);
        for (const Json *item = tree->child; item; item = item->next) {
            json_add_copy(copy, item->string, item);
        }
    } else if (tree) {
        put(to, key, cJSON_Duplicate(tree, true));
    } else {
        json_add_null(to, key);
    }
}

void json_add_later(Json *to, const char *key, size_t number) {
    TextBuffer mark = {0};
    text_printf(&mark, "%c%zu ", LATER, number);
    put_raw(to, key, text_of(&mark));
    text_free(&mark);
}

/* ---- Printing ---- */

/* Writes the value that a mark stands for; returns what follows the mark. */
static const char *write_later(TextBuffer *out, const char *mark, const JsonLater *later) {
    uint64_t number = 0;
    const size_t n = strcspn(mark + 1, " ");
    const bool is_number = text_to_uint64(mark + 1, n, &number);
    assert(is_number);
    assert(later);
    (void)is_number;
    later->write(later->context, (size_t)number, out);
    return mark + n + 2;
}

/* cJSON indents by tabs, and puts one after each colon. All of them are its layout, since it
 * escapes those in texts. */
void json_print(TextBuffer *out, const Json *root, const JsonLater *later) {
    char *text = made(cJSON_Print(root));
    const char stops[] = {'\t', LATER, '\0'};
    bool is_indent = false;
    for (const char *at = text; *at;) {
        const size_t n = strcspn(at, stops);
        text_append_bytes(out, at, n);
        is_indent = n > 0 ? at[n - 1] == '\n' : is_indent;
        at += n;
        if (*at == '\t') {
            text_append(out, is_indent ? "  " : " ");
            at++;
        } else if (*at == LATER) {
            at = write_later(out, at, later);
            is_indent = false;
        }
    }
    text_append(out, "\n");
    cJSON_free(text);
}

void json_print_line(TextBuffer *out, const Json *root) {
    char *text = made(cJSON_PrintUnformatted(root));
    text_append(out, text);
    text_append(out, "\n");
    cJSON_free(text);
}

const char *json_library_version(void) { return cJSON_Version(); }
