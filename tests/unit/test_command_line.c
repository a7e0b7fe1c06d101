/* What was typed, taken apart with the program's own commands. */
#include "app/command_line.h"

#include <string.h>

#include "commands/commands.h"
#include "unit.h"

enum { MOST_WORDS = 12 };

/* Reads a line of words parted by single blanks, `nntrain` in front. */
static bool read_words(const char *text, CommandLine *line, Error *err) {
    static char copy[400];
    static char name[] = "nntrain";
    char *argv[MOST_WORDS] = {name};
    int argc = 1;
    strncpy(copy, text, sizeof copy - 1);
    for (char *word = strtok(copy, " "); word && argc + 1 < MOST_WORDS; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    *line = (CommandLine){0};
    *err = (Error){0};
    return command_line_read(argc, argv, command_kinds(), command_default(), line, err);
}

static void check_refused(const char *text, const char *message) {
    CommandLine line;
    Error err;
    assert_false(read_words(text, &line, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.code, ERROR_USAGE);
    command_line_free(&line);
}

static CommandLine read_good(const char *text) {
    CommandLine line;
    Error err;
    if (!read_words(text, &line, &err)) {
        fail_msg("%s: %s", text, err.text);
    }
    return line;
}

static void a_config_alone_is_trained(void **state) {
    (void)state;
    CommandLine line = read_good("iris.ini");
    assert_string_equal(line.command->kind.name, "train");
    assert_int_equal(line.arguments.n, 1);
    assert_string_equal(line.arguments.items[0], "iris.ini");
    assert_string_equal(text_of(&line.original), "nntrain iris.ini");
    command_line_free(&line);
}

static void overrides_options_and_arguments_mix(void **state) {
    (void)state;
    CommandLine line = read_good(
        "train --run.seed=7 -q a/b.ini network.hidden= --print test.accuracy gate.epochs=>=1");
    assert_int_equal(line.arguments.n, 1);
    assert_string_equal(line.arguments.items[0], "a/b.ini");
    assert_int_equal(line.overrides.n, 3);
    assert_string_equal(line.overrides.items[0], "--run.seed=7");
    assert_string_equal(line.overrides.items[1], "network.hidden=");
    assert_string_equal(line.overrides.items[2], "gate.epochs=>=1");
    assert_true(line.quiet && !line.json);
    assert_string_equal(line.print, "test.accuracy");
    command_line_free(&line);
}

static void values_may_follow_an_equals_sign(void **state) {
    (void)state;
    CommandLine line = read_good("train c.ini --print=test.loss --cpu=portable");
    assert_string_equal(line.print, "test.loss");
    assert_string_equal(line.level, "portable");
    assert_int_equal(line.overrides.n, 0);
    command_line_free(&line);
    line = read_good("predict m.json d.csv -o out.csv");
    assert_string_equal(line.output, "out.csv");
    command_line_free(&line);
    line = read_good("predict m.json --output=out.csv -");
    assert_string_equal(line.output, "out.csv");
    assert_string_equal(line.arguments.items[1], "-");
    command_line_free(&line);
    line = read_good("train c.ini --baseline=../a.b/metrics.json");
    assert_string_equal(line.baseline, "../a.b/metrics.json");
    command_line_free(&line);
}

/* Files are no overrides, even when there is an equals sign in their path. */
static void a_path_is_no_override(void **state) {
    (void)state;
    CommandLine line = read_good("./runs.d/lr=0.1/c.ini");
    assert_string_equal(line.arguments.items[0], "./runs.d/lr=0.1/c.ini");
    command_line_free(&line);
}

/* Nor is the value of an option. */
static void a_value_is_no_override(void **state) {
    (void)state;
    CommandLine line = read_good("init d.csv --target a=b");
    assert_string_equal(line.target, "a=b");
    command_line_free(&line);
    line = read_good("predict m.json d.csv -qo rate=0.1.csv");
    assert_string_equal(line.output, "rate=0.1.csv");
    command_line_free(&line);
    line = read_good("c.ini -j4 run.seed=7 --quiet run.name=a");
    assert_int_equal(line.overrides.n, 2);
    command_line_free(&line);
}

static void after_two_dashes_all_are_arguments(void **state) {
    (void)state;
    CommandLine line = read_good("predict -- -m.json -d.csv");
    assert_int_equal(line.arguments.n, 2);
    assert_string_equal(line.arguments.items[0], "-m.json");
    command_line_free(&line);
}

static void help_and_version_need_nothing_else(void **state) {
    (void)state;
    CommandLine line = read_good("--version");
    assert_true(line.version);
    command_line_free(&line);
    line = read_good("predict -h");
    assert_true(line.help);
    assert_string_equal(line.command->kind.name, "predict");
    command_line_free(&line);
}

static void mistakes_are_told(void **state) {
    (void)state;
    check_refused("", "error: no config given; usage: nntrain CONFIG.ini, or nntrain help");
    check_refused("tran c.ini", "error: unknown command tran; did you mean train?");
    check_refused("c.ini --quite", "error: unknown option --quite; did you mean --quiet?");
    check_refused("c.ini --epochs=5",
                  "error: unknown option --epochs=5; did you mean --training.epochs=VALUE?");
    check_refused("c.ini --name=x", "error: unknown option --name=x; `nntrain help` lists them");
    check_refused("c.ini --xyz", "error: unknown option --xyz; `nntrain help` lists them");
    check_refused("c.ini -x", "error: unknown option -x; `nntrain help` lists them");
    check_refused("c.ini -qx", "error: unknown option -x; `nntrain help` lists them");
    check_refused("c.ini --verbos", "error: unknown option --verbos; did you mean --verbose?");
    check_refused("c.ini --outpu=x", "error: unknown option --outpu=x; did you mean --output?");
    check_refused("--outpu x predict", "error: unknown option --outpu; did you mean --output?");
    check_refused("c.ini --jsn=1", "error: unknown option --jsn=1; did you mean --json?");
    check_refused("c.ini --json --json", "error: --json is given twice");
    check_refused("c.ini --print a --print b", "error: --print is given twice");
    check_refused("c.ini --print", "error: --print needs a value");
    check_refused("predict m.json d.csv -o", "error: --output needs a value");
    check_refused("c.ini --json=yes", "error: --json takes no value");
    check_refused("train", "error: an argument is missing; usage: nntrain train CONFIG.ini "
                           "[SECTION.KEY=VALUE ...]");
    check_refused("a.ini b.ini",
                  "error: too many arguments, from b.ini on; usage: nntrain train CONFIG.ini "
                  "[SECTION.KEY=VALUE ...]");
    check_refused("check c.ini --print train.loss",
                  "error: check has no option --print; it is for: train");
    check_refused("evaluate m.json d.csv run.seed=1",
                  "error: evaluate takes no config key (run.seed=1)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_config_alone_is_trained),
        cmocka_unit_test(overrides_options_and_arguments_mix),
        cmocka_unit_test(values_may_follow_an_equals_sign),
        cmocka_unit_test(a_path_is_no_override),
        cmocka_unit_test(a_value_is_no_override),
        cmocka_unit_test(after_two_dashes_all_are_arguments),
        cmocka_unit_test(help_and_version_need_nothing_else),
        cmocka_unit_test(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
