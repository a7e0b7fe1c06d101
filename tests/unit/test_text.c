#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static void test_buffer_grows_and_stays_terminated(void **state) {
    (void)state;
    TextBuffer buffer = {0};
    assert_string_equal(text_of(&buffer), "");
    for (int i = 0; i < 1000; i++) {
        text_append(&buffer, "ab");
        text_append_bytes(&buffer, "cdef", 1);
        text_printf(&buffer, "%d;", i);
        assert_int_equal(strlen(text_of(&buffer)), buffer.n);
    }
    assert_memory_equal(buffer.bytes, "abc0;abc1;", 10);
    assert_string_equal(buffer.bytes + buffer.n - 7, "abc999;");
    text_free(&buffer);
    assert_null(buffer.bytes);
    text_free(&buffer);
}

static void test_printf_longer_than_any_guess(void **state) {
    (void)state;
    TextBuffer buffer = {0};
    text_printf(&buffer, "%10000d", 7);
    assert_int_equal(buffer.n, 10000);
    assert_int_equal(buffer.bytes[9999], '7');
    text_free(&buffer);
}

static void check_shown(const char *text, size_t n, const char *expected) {
    char shown[TEXT_SHOWN];
    assert_string_equal(text_shown(shown, text, n), expected);
    TextBuffer buffer = {0};
    text_append(&buffer, "<");
    text_append_escaped(&buffer, text, n);
    assert_string_equal(buffer.bytes + 1, expected);
    text_free(&buffer);
}

static void test_escaping(void **state) {
    (void)state;
    check_shown("plain text", 10, "plain text");
    check_shown("", 0, "");
    check_shown("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80", 15,
                "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80");
    check_shown("a\nb\tc\x1B[31m", 10, "a\\x0ab\\x09c\\x1b[31m");
    check_shown("nul\0in", 6, "nul\\x00in");
    check_shown("\x7F", 1, "\\x7f");
    check_shown("\xC2\x85", 2, "\\xc2\\x85"); /* a control character of two bytes */
    check_shown("a\xE2\x80\xAE"
                "b",
                5,
                "a\\xe2\\x80\\xae"
                "b");                                      /* right-to-left override */
    check_shown("\xEF\xBB\xBFid", 5, "\\xef\\xbb\\xbfid"); /* byte order mark */
    check_shown("a\xFF\xC3(", 4, "a\\xff\\xc3(");          /* no UTF-8 */
    check_shown("\xE2\x82", 2, "\\xe2\\x82");              /* cut short */
    check_shown("::error::x", 10, "\\x3a:error::x");
    check_shown("a::b", 4, "a::b");
}

static void test_shown_is_cut(void **state) {
    (void)state;
    char text[200];
    char expected[200];
    memset(text, 'x', sizeof text);
    memset(expected, 'x', sizeof expected);
    expected[80] = '\0';
    check_shown(text, 80, expected);
    memcpy(expected + 80, "...", 4);
    check_shown(text, 81, expected);
    check_shown(text, 200, expected);
}

static void test_shown_always_fits(void **state) {
    (void)state;
    static const char *const units[] = {"\xF0\x9F\x98\x80", "\xFF", "\xE2\x80\xAE", "a",
                                        "\xF3\xA0\x80\x81"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        TextBuffer text = {0};
        for (int k = 0; k < 500; k++) {
            text_append(&text, units[i]);
        }
        char shown[TEXT_SHOWN + 1];
        shown[TEXT_SHOWN] = '#';
        text_shown(shown, text.bytes, text.n);
        assert_true(strlen(shown) < TEXT_SHOWN);
        assert_int_equal(shown[TEXT_SHOWN], '#');
        assert_true(text_is_utf8(shown, strlen(shown)));
        text_free(&text);
    }
}

static void test_uncut(void **state) {
    (void)state;
    TextBuffer text = {0};
    char path[301];
    memset(path, 'p', 300);
    path[300] = '\n';
    text_append_uncut(&text, path, sizeof path);
    assert_int_equal(text.n, 304);
    assert_string_equal(text.bytes + 299, "p\\x0a");
    text_free(&text);
}

static void test_width_counts_characters(void **state) {
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("m\xc2\xb2 \xe2\x82\xac"), 4); /* a two-byte and a three-byte one */
    TextBuffer out = {0};
    text_append(&out, "\xe2\x82\xac");
    text_pad(&out, "\xe2\x82\xac", 3);
    text_pad(&out, "longer", 3);
    assert_string_equal(text_of(&out), "\xe2\x82\xac  ");
    text_free(&out);
}

static void test_utf8(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        bool valid;
    } cases[] = {
        {"", true},
        {"abc", true},
        {"\xC3\xA9", true},
        {"\xE2\x82\xAC", true},
        {"\xF0\x90\x80\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"\xED\x9F\xBF", true},
        {"\xEE\x80\x80", true},
        {"\x80", false},
        {"\xC3", false},
        {"\xC3"
         "a",
         false},
        {"\xC0\xAF", false}, /* overlong / */
        {"\xC1\xBF", false},
        {"\xE0\x9F\xBF", false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", false}, /* overlong */
        {"\xED\xA0\x80", false},     /* surrogate */
        {"\xED\xBF\xBF", false},
        {"\xF4\x90\x80\x80", false}, /* beyond U+10FFFF */
        {"\xF5\x80\x80\x80", false},
        {"\xE2\x82", false},
        {"ok \xFE", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(text_is_utf8(cases[i].bytes, strlen(cases[i].bytes)), cases[i].valid);
    }
    assert_true(text_is_utf8("a\0b", 3));
    /* Eight bytes are looked at in one go: everywhere among them. */
    for (size_t at = 0; at < 20; at++) {
        char bytes[21] = "01234567890123456789";
        bytes[at] = '\xC3';
        assert_false(text_is_utf8(bytes, 20));
        bytes[at + 1] = '\xA9';
        assert_int_equal(text_is_utf8(bytes, 20), at < 19);
        assert_true(text_is_utf8(bytes, at));
    }
}

static void test_list(void **state) {
    (void)state;
    TextList list = {0};
    for (int i = 0; i < 100; i++) {
        char item[20];
        snprintf(item, sizeof item, "item%d", i);
        text_list_add(&list, item);
    }
    text_list_add_bytes(&list, "lastone", 4);
    assert_int_equal(list.n, 101);
    assert_int_equal(text_list_find(&list, "item57"), 57);
    assert_int_equal(text_list_find(&list, "item"), 101);
    assert_true(text_list_has(&list, "last"));
    assert_false(text_list_has(&list, "lastone"));
    TextList copy;
    text_list_copy(&copy, &list);
    text_list_free(&list);
    assert_int_equal(list.n, 0);
    assert_int_equal(copy.n, 101);
    assert_string_equal(copy.items[99], "item99");
    text_list_free(&copy);
    text_list_free(&copy);
}

static void check_split(const char *text, size_t n, const char *const *items) {
    TextList list;
    const char *problem = NULL;
    assert_true(text_split_list(text, &list, &problem));
    assert_int_equal(list.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(list.items[i], items[i]);
    }
    TextBuffer joined = {0};
    text_join_list(&joined, &list);
    TextList again;
    assert_true(text_split_list(text_of(&joined), &again, &problem));
    assert_int_equal(again.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(again.items[i], items[i]);
    }
    text_free(&joined);
    text_list_free(&again);
    text_list_free(&list);
}

static void test_split_and_join(void **state) {
    (void)state;
    check_split("", 0, NULL);
    check_split("  \t ", 0, NULL);
    check_split("a", 1, (const char *const[]){"a"});
    check_split(" a , b\t,c d ", 3, (const char *const[]){"a", "b", "c d"});
    check_split("a,\n  b", 2, (const char *const[]){"a", "b"});
    check_split("\"a, b\", c", 2, (const char *const[]){"a, b", "c"});
    check_split("\" a \"", 1, (const char *const[]){" a "});
    check_split("\"say \"\"hi\"\"\"", 1, (const char *const[]){"say \"hi\""});
    check_split("\"\"", 1, (const char *const[]){""});
    check_split("\"\"\"\"", 1, (const char *const[]){"\""});
    check_split("\"128, 64\" , \"64, 32\"", 2, (const char *const[]){"128, 64", "64, 32"});
}

static void test_join_quotes_only_where_needed(void **state) {
    (void)state;
    TextList list = {0};
    static const char *const items[] = {"plain", "two words", "a,b", " x", "x ",
                                        "q\"",   "",          "#3",  "a #"};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        text_list_add(&list, items[i]);
    }
    TextBuffer joined = {0};
    text_join_list(&joined, &list);
    assert_string_equal(
        text_of(&joined),
        "plain, two words, \"a,b\", \" x\", \"x \", \"q\"\"\", \"\", \"#3\", \"a #\"");
    text_free(&joined);
    text_list_free(&list);
}

static void test_split_problems(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *problem;
    } cases[] = {
        {",", "an empty item"},
        {"a,", "an empty item"},
        {",a", "an empty item"},
        {"128,,64", "an empty item"},
        {"a, ,b", "an empty item"},
        {"\"a", "an unterminated quote"},
        {"\"", "an unterminated quote"},
        {"\"a\"\"", "an unterminated quote"},
        {"a, \"b, c", "an unterminated quote"},
        {"\"a\" b", "text beside a quoted item"},
        {"a\"b\"", "text beside a quoted item"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TextList list;
        const char *problem = NULL;
        assert_false(text_split_list(cases[i].text, &list, &problem));
        assert_string_equal(problem, cases[i].problem);
        assert_int_equal(list.n, 0);
        assert_null(list.items);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer_grows_and_stays_terminated),
        cmocka_unit_test(test_printf_longer_than_any_guess),
        cmocka_unit_test(test_escaping),
        cmocka_unit_test(test_shown_is_cut),
        cmocka_unit_test(test_shown_always_fits),
        cmocka_unit_test(test_uncut),
        cmocka_unit_test(test_width_counts_characters),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_split_and_join),
        cmocka_unit_test(test_join_quotes_only_where_needed),
        cmocka_unit_test(test_split_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
