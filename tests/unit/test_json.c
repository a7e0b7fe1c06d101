/* JSON: exact writing, strict reading. */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "artifact/json_read.h"
#include "base/memory.h"

/* ---- Writing ---- */

static void append_answer(const void *context, size_t number, TextBuffer *out) {
    text_printf(out, "[%zu, \"%s\"]", number, (const char *)context);
}

static void test_print_layout(void **state) {
    (void)state;
    Json *root = json_new_object();
    json_add_text(root, "name", "tab\there \"q\" \xc3\xa9\n\x01");
    Json *inner = json_add_object(root, "inner");
    json_add_later(inner, "later", 7);
    Json *array = json_add_array(inner, "array");
    json_add_bool(array, NULL, true);
    json_add_null(array, NULL);
    json_add_text(json_add_object(array, NULL), "k", NULL);
    json_add_array(root, "empty");
    TextBuffer out = {0};
    text_append(&out, "before ");
    json_print(&out, root, &(JsonLater){append_answer, "x"});
    assert_string_equal(text_of(&out), "before {\n"
                                       "  \"name\": \"tab\\there \\\"q\\\" \xc3\xa9\\n\\u0001\",\n"
                                       "  \"inner\": {\n"
                                       "    \"later\": [7, \"x\"],\n"
                                       "    \"array\": [true, null, {\n"
                                       "        \"k\": null\n"
                                       "      }]\n"
                                       "  },\n"
                                       "  \"empty\": []\n"
                                       "}\n");
    text_free(&out);
    json_free(root);
}

static void test_print_numbers(void **state) {
    (void)state;
    Json *root = json_new_object();
    const float floats[] = {0.1f, -0.0f, FLT_MAX, 1e-45f, 16777216.0f};
    const double doubles[] = {0.1, 1.0 / 3, DBL_MAX, 5e-324, (double)NAN, -(double)INFINITY};
    json_add_floats(root, "f", floats, 5);
    json_add_doubles(root, "d", doubles, 6);
    json_add_float(root, "inf", INFINITY);
    json_add_double(root, "one", 1);
    json_add_integer(root, "exact", UINT64_C(1) << 53);
    json_add_integer(root, "long", (UINT64_C(1) << 53) + 1);
    json_add_integer(root, "longest", UINT64_MAX);
    json_add_integer(root, "zero", 0);
    json_add_floats(root, "none", NULL, 0);
    TextBuffer out = {0};
    json_print_line(&out, root);
    assert_string_equal(
        text_of(&out),
        "{\"f\":[0.1, -0, 3.4028235e+38, 1e-45, 16777216],"
        "\"d\":[0.1, 0.3333333333333333, 1.7976931348623157e+308, 5e-324, null, null],"
        "\"inf\":null,\"one\":1,\"exact\":9007199254740992,"
        "\"long\":\"9007199254740993\",\"longest\":\"18446744073709551615\","
        "\"zero\":0,\"none\":[]}\n");
    text_free(&out);
    json_free(root);
}

static void test_invalid_utf8_is_escaped(void **state) {
    (void)state;
    Json *root = json_new_object();
    json_add_text(root, "path", "a\xff");
    TextBuffer out = {0};
    json_print_line(&out, root);
    assert_string_equal(text_of(&out), "{\"path\":\"a\\\\xff\"}\n");
    text_free(&out);
    json_free(root);
}

/* ---- Refusing ---- */

static bool parses(const char *text, size_t n, Error *err) {
    JsonDocument document;
    const bool good = json_parse(&document, "t.json", text, n, ERROR_MODEL, err);
    if (good) {
        json_document_free(&document);
    }
    return good;
}

static void refuse(const char *text, const char *expected) {
    Error err = {0};
    if (parses(text, strlen(text), &err)) {
        fail_msg("accepted: %s", text);
    }
    assert_int_equal(err.code, ERROR_MODEL);
    if (!strstr(err.text, expected)) {
        fail_msg("'%s' is not in: %s", expected, err.text);
    }
}

static void test_refuses(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", "t.json:1:1: error: the file ends where a value is expected"},
        {"{} {}", "t.json:1:4: error: there is more behind"},
        {"{}x", "there is more behind"},
        {"{\"a\": 1,\n \"b\": tru}", "t.json:2:10: error: neither a value"},
        {"{\"a\": 1, \"a\": 2}", "the member \"a\" is there twice"},
        {"{\"x\": [0, {\"a\": 1, \"\\u0061\": 2}]}", "x[1]: the member \"a\" is there twice"},
        {"{\"a\": 01}", "not a number as JSON writes it"},
        {"{\"a\": +1}", "neither a value"},
        {"{\"a\": .5}", "neither a value"},
        {"{\"a\": 5.}", "digits behind its point"},
        {"{\"a\": 5e}", "digits in its exponent"},
        {"{\"a\": -}", "not a number"},
        {"{\"a\": 0x10}", "a comma or } is missing"},
        {"{\"a\": 1e999}", "beyond the range of a double"},
        {"{\"a\": NaN}", "neither a value"},
        {"{\"a\": Infinity}", "neither a value"},
        {"{\"a\": 1,}", "must begin with its name"},
        {"[1,]", "neither a value"},
        {"{\"a\" 1}", "a colon is missing"},
        {"{a: 1}", "must begin with its name"},
        {"[1 2]", "a comma or ] is missing"},
        {"\"abc", "ends inside a text"},
        {"\"a\tb\"", "control character"},
        {"\"\\x\"", "unknown escape"},
        {"\"\\u12g4\"", "four hexadecimal digits"},
        {"\"\\u0000\"", "must not contain \\u0000"},
        {"\"\\ud800x\"", "surrogate"},
        {"\"\\udc00\"", "surrogate"},
        {"\"\\ud800\\u0041\"", "surrogate"},
        {"\"\xff\"", "not valid UTF-8"},
        {"\xef\xbb\xbf{}", "neither a value"},
        {"/* */ {}", "neither a value"},
        {"0000000000000000000000000000000000000000000000000000000000000000000001", "not a number"},
        {"1000000000000000000000000000000000000000000000000000000000000000000001",
         "too many digits"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refuse(cases[i][0], cases[i][1]);
    }
    Error err = {0};
    assert_false(parses("{}\0", 3, &err));
    assert_false(parses("[\0]", 3, &err));
}

static void test_depth(void **state) {
    (void)state;
    TextBuffer deep = {0};
    for (int i = 0; i < JSON_DEPTH; i++) {
        text_append(&deep, "[");
    }
    text_append(&deep, "1");
    for (int i = 0; i < JSON_DEPTH; i++) {
        text_append(&deep, "]");
    }
    Error err = {0};
    assert_true(parses(deep.bytes, deep.n, &err));
    text_free(&deep);
    for (int i = 0; i < 100000; i++) {
        text_append(&deep, "{\"a\":[");
    }
    assert_false(parses(deep.bytes, deep.n, &err));
    assert_non_null(strstr(err.text, "more than 32 levels"));
    text_free(&deep);
}

/* Every proper beginning of a document is refused. */
static void test_truncations(void **state) {
    (void)state;
    static const char text[] =
        "{\"a\": [1.5e-3, true, null, \"x\\u00e9\\ud83d\\ude00\"], \"b\": {}}";
    Error err = {0};
    for (size_t n = 0; n < sizeof text - 1; n++) {
        assert_false(parses(text, n, &err));
    }
    assert_true(parses(text, sizeof text - 1, &err));
}

/* ---- Reading ---- */

typedef struct Reading {
    JsonDocument document;
    JsonAt root;
    Error err;
} Reading;

static void read_text(Reading *reading, const char *text) {
    *reading = (Reading){0};
    if (!json_parse(&reading->document, "t.json", text, strlen(text), ERROR_DATA, &reading->err) ||
        !json_root(&reading->document, &reading->root, &reading->err)) {
        fail_msg("%s", reading->err.text);
    }
}

static void assert_says(const Reading *reading, const char *expected) {
    assert_int_equal(reading->err.code, ERROR_DATA);
    assert_string_equal(reading->err.text, expected);
}

static void test_members(void **state) {
    (void)state;
    Reading r;
    read_text(&r, "{\"t\": \"x\\u00e9\\ud83d\\ude00\", \"n\": -0.1, \"i\": 7, \"s\": "
                  "\"18446744073709551615\","
                  " \"b\": true, \"z\": null, \"l\": [1, 0.1], \"w\": [\"p\", \"q\"], \"T\": 1}");
    const char *text;
    double number;
    size_t size;
    uint64_t integer;
    bool flag;
    assert_true(json_get_text(&r.root, "t", &text, &r.err));
    assert_string_equal(text, "x\xc3\xa9\xf0\x9f\x98\x80");
    assert_true(json_get_double(&r.root, "n", &number, &r.err));
    assert_true(number == -0.1);
    assert_true(json_get_size(&r.root, "i", 7, &size, &r.err));
    assert_int_equal(size, 7);
    assert_true(json_get_integer(&r.root, "s", &integer, &r.err));
    assert_true(integer == UINT64_MAX);
    assert_true(json_get_bool(&r.root, "b", &flag, &r.err) && flag);
    assert_true(json_get_double_or_null(&r.root, "z", &number, &r.err));
    assert_true(isnan(number));
    assert_false(json_has(&r.root, "z"));
    assert_false(json_has(&r.root, "N"));
    assert_true(json_is_array(&r.root, "l"));
    float *floats;
    size_t n;
    assert_true(json_get_floats(&r.root, "l", &floats, &n, &r.err));
    assert_true(n == 2 && floats[1] == 0.1f);
    memory_free(floats);
    TextList words;
    assert_true(json_get_texts(&r.root, "w", &words, &r.err));
    assert_true(words.n == 2 && strcmp(words.items[1], "q") == 0);
    text_list_free(&words);
    json_document_free(&r.document);
}

static void test_errors_name_the_place(void **state) {
    (void)state;
    Reading r;
    read_text(&r, "{\"a\": {\"list\": [1, {\"b\": 2.5, \"u\": \"relu\"}]}, \"big\": [1e39], \"v\": "
                  "-1, \"q\": \"-1\"}");
    JsonAt a, list;
    assert_true(json_get_object(&r.root, "a", &a, &r.err));
    assert_true(json_get_array(&a, "list", &list, &r.err));
    JsonAt item = json_first(&list);
    assert_false(json_is_object(&item, &r.err));
    assert_says(&r, "t.json: error: a.list[0]: is a number, must be an object");
    json_next(&item);
    size_t size;
    assert_false(json_get_size(&item, "b", 9, &size, &r.err));
    assert_says(&r, "t.json: error: a.list[1].b: is 2.5, must be a whole number from 0 to 9");
    assert_false(json_get_size(&item, "c", 9, &size, &r.err));
    assert_says(&r, "t.json: error: a.list[1]: the member \"c\" is missing");
    assert_false(json_has_only(&item, "b units", &r.err));
    assert_says(&r, "t.json: error: a.list[1]: unknown member \"u\"; known: b units");
    float *floats;
    size_t n;
    assert_false(json_get_floats(&r.root, "big", &floats, &n, &r.err));
    assert_says(&r, "t.json: error: big[0]: 1e+39 is beyond the range of float32");
    assert_false(json_get_size(&r.root, "v", 9, &size, &r.err));
    uint64_t integer;
    assert_false(json_get_integer(&r.root, "v", &integer, &r.err));
    assert_false(json_get_integer(&r.root, "q", &integer, &r.err));
    static const Kind rows[] = {{"tanh", "", NULL, NULL}};
    static const KindTable table = KIND_TABLE("activation", rows);
    const Kind *kind;
    assert_false(json_get_kind(&item, "u", &table, &kind, &r.err));
    assert_says(&r, "t.json: error: a.list[1].u: unknown activation 'relu'; known: tanh");
    json_document_free(&r.document);
}

/* A sample of all floats reads back to itself, through the double that readers of JSON have. */
static void test_floats_survive(void **state) {
    (void)state;
    TextBuffer out = {0};
    for (uint64_t i = 0; i < UINT64_C(1) << 32; i += 4099 * 16) {
        const uint32_t bits = (uint32_t)i;
        float value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        out.n = 0;
        json_append_float(&out, value);
        double read;
        assert_true(text_to_double(text_of(&out), out.n, &read));
        const float again = (float)read;
        assert_memory_equal(&again, &value, sizeof value);
    }
    text_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print_layout),
        cmocka_unit_test(test_print_numbers),
        cmocka_unit_test(test_invalid_utf8_is_escaped),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_truncations),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_errors_name_the_place),
        cmocka_unit_test(test_floats_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
