/* The line reader in front of inih: what is handed on, with its place, and what is refused. */
#include "app/ini.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "unit.h"

/* Every entry as "place section.key=value", a section line as "place [section]"; then the problems.
 */
static char *read_bytes(const char *bytes, size_t n) {
    Ini ini = {0};
    Problems problems = {0};
    TextBuffer out = {0};
    ini_read("c.ini", bytes, n, &ini, &problems);
    for (size_t i = 0; i < ini.n; i++) {
        const IniEntry *entry = &ini.entries[i];
        if (entry->key) {
            text_printf(&out, "%s %s.%s=%s\n", entry->place, entry->section, entry->key,
                        entry->value);
        } else {
            text_printf(&out, "%s [%s]\n", entry->place, entry->section);
        }
    }
    text_printf(&out, "%s%s", text_of(&problems.text), problems.text.n ? "\n" : "");
    assert_true((problems.n_errors > 0) == (problems.text.n > 0));
    ini_free(&ini);
    problems_free(&problems);
    return out.bytes ? out.bytes : memory_copy_text("");
}

static void check_bytes(const char *bytes, size_t n, const char *expected) {
    char *got = read_bytes(bytes, n);
    assert_string_equal(got, expected);
    memory_free(got);
}

static void check(const char *text, const char *expected) {
    check_bytes(text, strlen(text), expected);
}

static void entries_have_places(void **state) {
    (void)state;
    check("[data]\nfile = a.csv\n\n  target=y  \n[run]\nseed = 7",
          "c.ini:1:1 [data]\nc.ini:2:1 data.file=a.csv\nc.ini:4:3 data.target=y\n"
          "c.ini:5:1 [run]\nc.ini:6:1 run.seed=7\n");
}

static void nothing_gives_nothing(void **state) {
    (void)state;
    check("", "");
    check("; a comment\n# another\n\n   \n", "");
    check("\xef\xbb\xbf", "");
}

static void a_byte_order_mark_and_crlf_change_nothing(void **state) {
    (void)state;
    check("\xef\xbb\xbf[run]\r\nseed = 7\r\n", "c.ini:1:1 [run]\nc.ini:2:1 run.seed=7\n");
}

static void comments_end_lines_outside_quotes(void **state) {
    (void)state;
    check("[a]\nk = 1 ; x\nl = 2 # x\nm = 3;x\nn = \"4 # x\"\no = #5\n",
          "c.ini:1:1 [a]\nc.ini:2:1 a.k=1\nc.ini:3:1 a.l=2\nc.ini:4:1 a.m=3;x\n"
          "c.ini:5:1 a.n=\"4 # x\"\nc.ini:6:1 a.o=\n");
    check("[a] ; the section\n", "c.ini:1:1 [a]\n");
    check("[a]\nk = \"1 ; 2\"\n", "c.ini:1:1 [a]\nc.ini:2:1: error: a semicolon after a blank "
                                  "inside quotes cannot be read\n");
    check("[a]\nk = \"1\t; 2\"\n", "c.ini:1:1 [a]\nc.ini:2:1: error: a semicolon after a blank "
                                   "inside quotes cannot be read\n");
}

static void a_trailing_comma_continues_a_value(void **state) {
    (void)state;
    check("[a]\nk = 1,\n    2,\n    ; in between\n    3\nl = 4\n",
          "c.ini:1:1 [a]\nc.ini:2:1 a.k=1, 2, 3\nc.ini:6:1 a.l=4\n");
    check("[a]\nk = 1, ; first\n2\n", "c.ini:1:1 [a]\nc.ini:2:1 a.k=1, 2\n");
    check("[a]\nk = 1,\n[b]\nl = 2\n",
          "c.ini:1:1 [a]\nc.ini:2:1 a.k=1,\nc.ini:3:1 [b]\nc.ini:4:1 b.l=2\n");
}

static void an_indented_key_is_a_key(void **state) {
    (void)state;
    check("[a]\nk = 1\n    l = 2\n", "c.ini:1:1 [a]\nc.ini:2:1 a.k=1\nc.ini:3:5 a.l=2\n");
}

static void values_keep_equals_signs_colons_and_brackets(void **state) {
    (void)state;
    check("[a]\nk = a:1, b=2\nl = [x]\n",
          "c.ini:1:1 [a]\nc.ini:2:1 a.k=a:1, b=2\nc.ini:3:1 a.l=[x]\n");
}

static void a_key_before_a_section_has_an_empty_one(void **state) {
    (void)state;
    check("epochs = 3\n", "c.ini:1:1 .epochs=3\n");
}

/* inih alone would read the end of the comment as a line of its own, and set the key. */
static void a_long_comment_is_a_comment(void **state) {
    (void)state;
    char text[300];
    snprintf(text, sizeof text, "[a]\n;%0199d lr=99\nk = 1\n", 0);
    check(text, "c.ini:1:1 [a]\nc.ini:3:1 a.k=1\n");
}

static void long_lines_are_refused(void **state) {
    (void)state;
    char text[300], expected[300];
    snprintf(text, sizeof text, "[a]\nk = %0186d\n", 1);
    snprintf(expected, sizeof expected, "c.ini:1:1 [a]\nc.ini:2:1 a.k=%0186d\n", 1);
    check(text, expected);
    snprintf(text, sizeof text, "[a]\nk = %0187d\n", 1);
    check(text, "c.ini:1:1 [a]\nc.ini:2:191: error: a line of more than 190 bytes; continue a list "
                "on the next line after a comma\n");
}

static void bad_section_lines_are_refused(void **state) {
    (void)state;
    check("[train\nk = 1\n",
          "c.ini:2:1 .k=1\nc.ini:1:1: error: a section line lacks its closing ]\n");
    check(" [train] x\n", "c.ini:1:9: error: text after the ] of a section; write it on a line of "
                          "its own\n");
    check("[]\n", "c.ini:1:1: error: a section without a name\n");
    char text[80];
    snprintf(text, sizeof text, "[%046d]\n", 0);
    check(text, "c.ini:1:1: error: a section name of more than 45 bytes\n");
}

static void lines_that_are_no_entries_are_refused(void **state) {
    (void)state;
    check("[a]\nlr\n= 5\nk : 1\nk:l = 2\n",
          "c.ini:1:1 [a]\n"
          "c.ini:2:1: error: expected \"key = value\" or \"[section]\", got \"lr\"\n"
          "c.ini:3:1: error: a value without a key\n"
          "c.ini:4:1: error: expected \"key = value\" or \"[section]\", got \"k : 1\"\n"
          "c.ini:5:2: error: a colon in a key; write key = value\n");
    check("[a]\n\xe2\x80\xaek\n",
          "c.ini:1:1 [a]\nc.ini:2:1: error: expected \"key = value\" or \"[section]\", got "
          "\"\\xe2\\x80\\xaek\"\n");
}

static void bytes_that_are_no_text_are_refused(void **state) {
    (void)state;
    check_bytes("[a]\nk = \0001\n", 11, "c.ini: error: has a NUL byte (byte 8)\n");
    check_bytes("\xff\xfe[\0a\0]\0", 8, "c.ini: error: is UTF-16; save it as UTF-8 (byte 0)\n");
    check("[a]\rk = 1\r",
          "c.ini: error: has a carriage return without a newline; save it with Unix "
          "line ends (byte 3)\n");
    check("[a]\nk = \x1b[2J\n", "c.ini: error: has a control character (byte 8)\n");
    check("[a]\nk = \xff\n", "c.ini: error: is not valid UTF-8 (byte 8)\n");
    check("[a]\nk = \xc3\xa9\xe2\x82\n", "c.ini: error: is not valid UTF-8 (byte 10)\n");
    check("[a]\nk = \xc3", "c.ini: error: is not valid UTF-8 (byte 8)\n");
}

static void a_quote_must_be_closed(void **state) {
    (void)state;
    check("[a]\nk = x\"y\nl = \"it ; is\n",
          "c.ini:1:1 [a]\nc.ini:2:1: error: a double quote that is never closed\n"
          "c.ini:3:1: error: a semicolon after a blank inside quotes cannot be read\n");
    check("[a]\nk = 5\" # wide\n",
          "c.ini:1:1 [a]\nc.ini:2:1: error: a double quote that is never closed\n");
}

/* Reads "k = value" as a file would, and gives what became of the value. */
static char *value_through_file(const char *value) {
    TextBuffer text = {0};
    text_printf(&text, "[a]\nk = %s  ; where from\nnext = 1\n", value);
    Ini ini = {0};
    Problems problems = {0};
    ini_read("c.ini", text_of(&text), text.n, &ini, &problems);
    const bool good = problems.n_errors == 0 && ini.n == 3;
    char *got = memory_copy_text(good ? ini.entries[1].value : "\x01");
    ini_free(&ini);
    problems_free(&problems);
    text_free(&text);
    return got;
}

static void a_value_is_writable_exactly_when_a_file_gives_it_back(void **state) {
    (void)state;
    static const char *const values[] = {
        "a ; b", "a # b", "a;b",   "a#b",      ";x",    "#x",       "a,",        "a, b",
        "x\"y",  "\"q\"", "a\nb",  "a\033[1m", "a\xff", "\xc3\xa9", "\"a # b\"", "\"a ;b\"",
        "a\t;b", "[x]",   "a = b", "it's",     "x\\",   "a\tb",     "a\rb",
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char *got = value_through_file(values[i]);
        const bool survives = strcmp(got, values[i]) == 0;
        if (survives != (ini_find_unwritable(values[i]) == NULL)) {
            fail_msg("%s: becomes %s", values[i], got);
        }
        memory_free(got);
    }
}

static void a_file_of_too_many_lines_is_refused_at_once(void **state) {
    (void)state;
    TextBuffer text = {0};
    for (size_t i = 0; i < 100001; i++) {
        text_append(&text, "k = 1\n");
    }
    check(text_of(&text), "c.ini: error: has 100001 lines, the limit is 100000\n");
    text_free(&text);
}

static void a_file_of_something_else_is_given_up(void **state) {
    (void)state;
    TextBuffer text = {0}, expected = {0};
    for (size_t i = 1; i <= 200; i++) {
        text_append(&text, "1,2,a\n");
    }
    for (size_t i = 1; i <= 10; i++) {
        text_printf(&expected,
                    "c.ini:%zu:1: error: expected \"key = value\" or \"[section]\", got "
                    "\"1,2,a\"\n",
                    i);
    }
    text_append(&expected, "c.ini: error: 10 mistakes and not one entry; is this a config? "
                           "(nntrain init makes one for a CSV)\n");
    check(text_of(&text), text_of(&expected));
    text_free(&text);
    text_free(&expected);
}

static void check_override(const char *argument, const char *section, const char *key,
                           const char *value) {
    Ini ini = {0};
    assert_true(ini_add_override(&ini, argument));
    assert_int_equal(ini.n, 1);
    assert_string_equal(ini.entries[0].section, section);
    assert_string_equal(ini.entries[0].key, key);
    assert_string_equal(ini.entries[0].value, value);
    assert_int_equal(ini.entries[0].line, 0);
    ini_free(&ini);
}

static void overrides_are_entries(void **state) {
    (void)state;
    check_override("run.seed=7", "run", "seed", "7");
    check_override("--run.seed=7", "run", "seed", "7");
    check_override("layer.2.units=8", "layer.2", "units", "8");
    check_override("network.hidden=", "network", "hidden", "");
    check_override("gate.test.accuracy=>= 0.9", "gate", "test.accuracy", ">= 0.9");
    check_override("data.target=a=b", "data", "target", "a=b");
    check_override("seed=7", "", "seed", "7");
    static const char *const bad[] = {"=7", "run.=7", ".seed=7", "run.seed"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Ini ini = {0};
        assert_false(ini_add_override(&ini, bad[i]));
        assert_int_equal(ini.n, 0);
        ini_free(&ini);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_have_places),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(a_byte_order_mark_and_crlf_change_nothing),
        cmocka_unit_test(comments_end_lines_outside_quotes),
        cmocka_unit_test(a_trailing_comma_continues_a_value),
        cmocka_unit_test(an_indented_key_is_a_key),
        cmocka_unit_test(values_keep_equals_signs_colons_and_brackets),
        cmocka_unit_test(a_key_before_a_section_has_an_empty_one),
        cmocka_unit_test(a_long_comment_is_a_comment),
        cmocka_unit_test(long_lines_are_refused),
        cmocka_unit_test(bad_section_lines_are_refused),
        cmocka_unit_test(lines_that_are_no_entries_are_refused),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(a_quote_must_be_closed),
        cmocka_unit_test(a_value_is_writable_exactly_when_a_file_gives_it_back),
        cmocka_unit_test(a_file_of_too_many_lines_is_refused_at_once),
        cmocka_unit_test(a_file_of_something_else_is_given_up),
        cmocka_unit_test(overrides_are_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
