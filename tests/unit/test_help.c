#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "app/config.h"
#include "app/exit_code.h"
#include "app/help.h"
#include "app/help_layout.h"
#include "app/kind_tables.h"
#include "app/option_effect.h"
#include "base/memory.h"
#include "commands/commands.h"

static void check_page(const char *word) {
    TextBuffer page = {0};
    Error err = {0};
    if (!help_topic(&page, command_kinds(), word, &err)) {
        fail_msg("%s: %s", word, err.text);
    }
    for (const char *line = text_of(&page); *line;) {
        const size_t n = strcspn(line, "\n");
        if (n > HELP_WIDTH || (n > 0 && line[n - 1] == ' ')) {
            fail_msg("%s: a line too wide, or with a blank at its end: %.*s", word, (int)n, line);
        }
        line += n + (line[n] == '\n');
    }
    text_free(&page);
}

static void test_every_kind_has_a_page(void **state) {
    (void)state;
    KindTables tables = {0};
    kind_tables_list(&tables, command_kinds());
    for (size_t t = 0; t < tables.n; t++) {
        check_page(tables.items[t]->noun);
        for (size_t i = 0; i < tables.items[t]->n; i++) {
            check_page(kind_at(tables.items[t], i)->name);
        }
        for (size_t other = 0; other < t; other++) {
            assert_true(tables.items[t] != tables.items[other]);
            assert_string_not_equal(tables.items[t]->noun, tables.items[other]->noun);
        }
    }
    assert_true(tables.n > 20);
    kind_tables_free(&tables);
}

static void check_options(const Option *options, size_t n) {
    for (size_t i = 0; i < n; i++) {
        TextBuffer name = {0};
        text_printf(&name, "%s.%s", options[i].section, options[i].key);
        check_page(text_of(&name));
        check_page(options[i].section);
        check_page(options[i].key);
        text_free(&name);
    }
}

static void test_every_key_has_a_page(void **state) {
    (void)state;
    check_options(config_options, config_n_options);
    check_options(config_layer_options, config_n_layer_options);
}

/* A row that can be without effect is so under some choice that help finds. */
static void test_every_effect_is_found(void **state) {
    (void)state;
    for (size_t i = 0; i < config_n_options; i++) {
        TextBuffer effect = {0};
        option_describe_effect(&effect, &config_options[i]);
        if ((effect.n > 0) != (config_options[i].without_effect != NULL)) {
            fail_msg("%s.%s: \"%s\"", config_options[i].section, config_options[i].key,
                     text_of(&effect));
        }
        text_free(&effect);
    }
}

static void test_keys_of_a_choice(void **state) {
    (void)state;
    TextBuffer keys = {0};
    option_keys_of_choice(&keys, schedule_kinds(), kind_find(schedule_kinds(), "plateau"));
    assert_string_equal(text_of(&keys), "schedule.minimum, schedule.factor, schedule.patience");
    text_free(&keys);
    option_keys_of_choice(&keys, schedule_kinds(), kind_find(schedule_kinds(), "constant"));
    assert_string_equal(text_of(&keys), "");
    text_free(&keys);
}

static void test_exit_codes_are_called_by_their_numbers(void **state) {
    (void)state;
    for (size_t i = 0; i < exit_code_kinds()->n; i++) {
        const ExitCode *row = (const ExitCode *)kind_at(exit_code_kinds(), i);
        assert_int_equal(atoi(row->kind.name), (int)row->code);
    }
}

static void test_unknown_word(void **state) {
    (void)state;
    TextBuffer page = {0};
    Error err = {0};
    assert_false(help_topic(&page, command_kinds(), "sigmiod", &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_string_equal(err.text, "error: nothing is called \"sigmiod\"; did you mean sigmoid?");
    assert_int_equal(page.n, 0);
    text_free(&page);
}

static void test_wrapping(void **state) {
    (void)state;
    TextBuffer out = {0};
    char *word = memory_new(HELP_WIDTH - 1, 1);
    memset(word, 'x', HELP_WIDTH - 3);
    TextBuffer text = {0};
    text_printf(&text, "%s a  b", word);
    help_wrap(&out, 0, 2, text_of(&text));
    /* Two columns are taken by " a", and only one is left, too few for " b". */
    assert_int_equal(strcspn(text_of(&out), "\n"), HELP_WIDTH - 1);
    assert_string_equal(text_of(&out) + HELP_WIDTH - 1, "\n  b\n");
    text_free(&out);
    help_item(&out, 2, "term", 10, "text");
    assert_string_equal(text_of(&out), "  term    text\n");
    text_free(&out);
    help_item(&out, 2, "long term", 10, "text");
    assert_string_equal(text_of(&out), "  long term\n          text\n");
    text_free(&out);
    text_free(&text);
    memory_free(word);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_a_page),
        cmocka_unit_test(test_every_key_has_a_page),
        cmocka_unit_test(test_every_effect_is_found),
        cmocka_unit_test(test_keys_of_a_choice),
        cmocka_unit_test(test_exit_codes_are_called_by_their_numbers),
        cmocka_unit_test(test_unknown_word),
        cmocka_unit_test(test_wrapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
