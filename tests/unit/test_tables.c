/* Walks every table of kinds, of options and of command-line options: what a row must say, and that
 * the names by which rows speak of each other exist. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/command_line.h"
#include "app/config.h"
#include "app/kind_tables.h"
#include "app/option_effect.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "data/task.h"
#include "nn/metric.h"
#include "training/baseline.h"
#include "unit.h"

static bool is_snake_case(const char *name) {
    if (!islower((unsigned char)*name)) {
        return false;
    }
    for (const char *c = name; *c; c++) {
        if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '_' && *c != '.' &&
            *c != '*') {
            return false;
        }
    }
    return true;
}

/* Options of the command line have their words apart by dashes. */
static bool is_option_name(const char *name) {
    const size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz-");
    return name[0] != '-' && n > 0 && name[n] == '\0' && name[n - 1] != '-';
}

static bool has_letters(const char *name) {
    for (; *name; name++) {
        if (isalpha((unsigned char)*name)) {
            return true;
        }
    }
    return false;
}

/* One line of ASCII that does not end in a full stop; in three it may. */
static bool is_row_name(const char *name) {
    return *name && (!has_letters(name) || is_snake_case(name));
}

static bool is_help_line(const char *help) {
    size_t n = help ? strlen(help) : 0;
    for (size_t i = 0; i < n; i++) {
        if (help[i] < ' ' || help[i] > '~') {
            return false;
        }
    }
    bool is_open = n > 3 && strcmp(help + n - 3, "...") == 0;
    return n > 0 && help[0] != ' ' && help[n - 1] != ' ' && (is_open || help[n - 1] != '.');
}

static bool names_all_exist(const KindTable *table, const char *list) {
    TextList names = {0};
    const char *problem;
    bool good = text_split_list(list, &names, &problem) && names.n > 0;
    for (size_t i = 0; i < names.n; i++) {
        good = good && kind_find(table, names.items[i]);
    }
    text_list_free(&names);
    return good;
}

static bool list_has(const char *list, const char *name) {
    TextList names = {0};
    const char *problem;
    bool good = text_split_list(list, &names, &problem) && text_list_has(&names, name);
    text_list_free(&names);
    return good;
}

static void check_kind(const KindTable *table, size_t row) {
    const Kind *kind = kind_at(table, row);
    const bool is_good = kind->name && (table == command_option_kinds() ? is_option_name(kind->name)
                                                                        : is_row_name(kind->name));
    if (!is_good) {
        fail_msg("%s %zu: bad name", table->noun, row);
    }
    if (!is_help_line(kind->help)) {
        fail_msg("%s %s: bad help", table->noun, kind->name);
    }
    if ((kind->formula && !*kind->formula) || (kind->source && !*kind->source)) {
        fail_msg("%s %s: empty formula or source", table->noun, kind->name);
    }
    for (size_t other = 0; other < row; other++) {
        if (strcmp(kind_at(table, other)->name, kind->name) == 0) {
            fail_msg("%s %s stands in the table twice", table->noun, kind->name);
        }
    }
}

static void rows_of_all_tables_have_names_and_help(void **state) {
    (void)state;
    KindTables tables = {0};
    kind_tables_list(&tables, command_kinds());
    assert_true(tables.n > 20);
    for (size_t t = 0; t < tables.n; t++) {
        assert_true(tables.items[t]->noun && *tables.items[t]->noun);
        assert_true(tables.items[t]->n > 0);
        for (size_t row = 0; row < tables.items[t]->n; row++) {
            check_kind(tables.items[t], row);
        }
        for (size_t other = 0; other < t; other++) {
            assert_string_not_equal(tables.items[t]->noun, tables.items[other]->noun);
        }
    }
    kind_tables_free(&tables);
}

/* Bytes that a type writes into its field. */
static size_t field_size(const OptionType *type) {
    const struct {
        const OptionType *type;
        size_t size;
    } sizes[] = {{&type_text, sizeof(char *)},
                 {&type_paths, sizeof(TextList)},
                 {&type_path, sizeof(char *)},
                 {&type_folder, sizeof(char *)},
                 {&type_names, sizeof(TextList)},
                 {&type_boolean, sizeof(bool)},
                 {&type_integer, sizeof(int64_t)},
                 {&type_seed, sizeof(uint64_t)},
                 {&type_number, sizeof(double)},
                 {&type_duration, sizeof(double)},
                 {&type_period, sizeof(CheckpointPeriod)},
                 {&type_delimiter, sizeof(char)},
                 {&type_kind, sizeof(const Kind *)},
                 {&type_kinds, sizeof(KindList)},
                 {&type_numbers, sizeof(NumberList)},
                 {&type_integers, sizeof(NumberList)},
                 {&type_number_or_kind, sizeof(NumberOrKind)}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i].type == type) {
            return sizes[i].size;
        }
    }
    return 0;
}

/* Parses text into a field of its own; true when the option takes it. */
static bool takes(const Option *option, const char *text) {
    union {
        double number;
        char bytes[64];
    } field = {.bytes = {0}};
    TextBuffer reason = {0};
    bool good = option->type->parse(option, text, &field, &reason);
    if (!good && reason.n == 0) {
        fail_msg("%s.%s refuses \"%s\" without a reason", option->section, option->key, text);
    }
    if (option->type->release) {
        option->type->release(&field);
    }
    text_free(&reason);
    return good;
}

static void check_choices(const Option *option) {
    const KindTable *table = option->choices();
    assert_true(table->n > 0);
    for (size_t i = 0; i < table->n; i++) {
        if (!takes(option, kind_at(table, i)->name)) {
            fail_msg("%s.%s does not take %s", option->section, option->key,
                     kind_at(table, i)->name);
        }
    }
    if (takes(option, "no_such_kind")) {
        fail_msg("%s.%s takes any name", option->section, option->key);
    }
}

static void check_option(const Option *options, size_t i, size_t struct_size) {
    const Option *option = &options[i];
    const size_t size = field_size(option->type);
    char name[100];
    snprintf(name, sizeof name, "%s.%s", option->section, option->key);
    if (!is_snake_case(option->key) || strchr(option->key, '.') || !is_help_line(option->help)) {
        fail_msg("%s: bad key or help", name);
    }
    if (size == 0 || option->offset + size > struct_size) {
        fail_msg("%s: its field is not inside the struct", name);
    }
    if (option->minimum > option->maximum || option->step < 0 || option->step > 9) {
        fail_msg("%s: bad range or step", name);
    }
    if (option->word && !takes(option, option->word)) {
        fail_msg("%s: does not take its own word", name);
    }
    if (option->choices) {
        check_choices(option);
    }
    for (size_t other = 0; other < i; other++) {
        const Option *before = &options[other];
        if (!strcmp(before->section, option->section) && !strcmp(before->key, option->key)) {
            fail_msg("%s stands in the table twice", name);
        }
        if (option->offset < before->offset + field_size(before->type) &&
            before->offset < option->offset + size) {
            fail_msg("%s and %s.%s share a field", name, before->section, before->key);
        }
    }
}

static void options_are_sound(void **state) {
    (void)state;
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        check_option(config_options, i, sizeof(Config));
        assert_true(is_snake_case(option->section));
        if (option->default_text && !takes(option, option->default_text)) {
            fail_msg("%s.%s does not take its default", option->section, option->key);
        }
    }
    for (size_t i = 0; i < config_n_layer_options; i++) {
        check_option(config_layer_options, i, sizeof(LayerConfig));
        assert_string_equal(config_layer_options[i].section, "layer.N");
    }
}

static void sections_stand_together(void **state) {
    (void)state;
    for (size_t i = 1; i < config_n_options; i++) {
        bool is_new = strcmp(config_options[i - 1].section, config_options[i].section) != 0;
        for (size_t other = 0; is_new && other < i; other++) {
            assert_string_not_equal(config_options[other].section, config_options[i].section);
        }
    }
}

/* Numbers outside the range, and halves where whole numbers are wanted. */
static void ranges_are_kept(void **state) {
    (void)state;
    const OptionType *const numeric[] = {&type_integer, &type_number, &type_numbers,
                                         &type_integers};
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        bool is_numeric = false;
        for (size_t t = 0; t < sizeof numeric / sizeof *numeric; t++) {
            is_numeric = is_numeric || option->type == numeric[t];
        }
        if (!is_numeric) {
            continue;
        }
        char low[40], high[40];
        snprintf(low, sizeof low, "%.17g", option->minimum - fmax(1, fabs(option->minimum)));
        snprintf(high, sizeof high, "%.17g", option->maximum + fmax(1, option->maximum));
        if (option->minimum == option->maximum || takes(option, low) ||
            (isfinite(option->maximum) && takes(option, high))) {
            fail_msg("%s.%s has no range, or does not keep it", option->section, option->key);
        }
        if ((option->type == &type_integer || option->type == &type_integers) &&
            takes(option, "2.5")) {
            fail_msg("%s.%s takes a fraction", option->section, option->key);
        }
    }
}

/* With the defaults, every condition can be asked; and each has configs with and without effect. */
static void effects_can_be_asked(void **state) {
    (void)state;
    Config config = {0};
    Problems problems = {0};
    config_set_defaults(&config, &problems);
    assert_string_equal(text_of(&problems.text), "");
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        if (!option->without_effect) {
            continue;
        }
        TextBuffer reason = {0}, described = {0};
        const char *why = option->without_effect(&config, &reason);
        assert_true(!why || (*why && why[strlen(why) - 1] != '.'));
        option_describe_effect(&described, option);
        if (described.n == 0) {
            fail_msg("%s.%s: nothing decides its effect", option->section, option->key);
        }
        text_free(&reason);
        text_free(&described);
    }
    problems_free(&problems);
    config_free(&config);
}

/* Is there a table of them? */
static bool is_noun(const char *noun) {
    KindTables tables = {0};
    bool found = false;
    kind_tables_list(&tables, command_kinds());
    for (size_t i = 0; i < tables.n; i++) {
        found = found || strcmp(tables.items[i]->noun, noun) == 0;
    }
    kind_tables_free(&tables);
    return found;
}

static void command_options_are_sound(void **state) {
    (void)state;
    const KindTable *table = command_option_kinds();
    bool letters[256] = {false};
    for (size_t i = 0; i < table->n; i++) {
        const CommandOption *option = (const CommandOption *)kind_at(table, i);
        if (strcmp(option->commands, "*") != 0 &&
            !names_all_exist(command_kinds(), option->commands)) {
            fail_msg("--%s is for a command that there is not: %s", option->kind.name,
                     option->commands);
        }
        assert_true(option->letter >= 0 && option->letter < 256);
        assert_false(option->letter && letters[option->letter]);
        letters[option->letter] = true;
        assert_true(option->offset < sizeof(CommandLine));
        assert_true(!option->argument || *option->argument);
        assert_true(option->argument || (!option->is_path && !option->choices));
        if (option->choices && !is_noun(option->choices)) {
            fail_msg("--%s: there is no table of %s", option->kind.name, option->choices);
        }
    }
}

static void commands_are_sound(void **state) {
    (void)state;
    for (size_t i = 0; i < command_kinds()->n; i++) {
        const Command *command = (const Command *)kind_at(command_kinds(), i);
        assert_non_null(command->run);
        assert_true(command->usage && *command->usage);
        assert_true(command->min_arguments <= command->max_arguments);
    }
    assert_ptr_equal(kind_find(command_kinds(), command_default()->kind.name), command_default());
}

static void activations_name_initializers(void **state) {
    (void)state;
    for (size_t i = 0; i < activation_kinds()->n; i++) {
        const Activation *row = (const Activation *)kind_at(activation_kinds(), i);
        assert_non_null(row->forward);
        assert_non_null(row->backward);
        assert_non_null(kind_find(initializer_kinds(), row->initializer));
        assert_true(!row->saturates || row->reach > 0);
        assert_non_null(row->kind.formula);
    }
    for (size_t i = 0; i < output_kinds()->n; i++) {
        const Output *row = (const Output *)kind_at(output_kinds(), i);
        assert_non_null(row->forward);
        assert_non_null(kind_find(initializer_kinds(), row->initializer));
        assert_true(row->tasks != 0);
    }
    for (size_t i = 0; i < initializer_kinds()->n; i++) {
        assert_non_null(((const Initializer *)kind_at(initializer_kinds(), i))->fill);
    }
}

static void losses_name_outputs(void **state) {
    (void)state;
    for (size_t i = 0; i < loss_kinds()->n; i++) {
        const Loss *loss = (const Loss *)kind_at(loss_kinds(), i);
        if (!names_all_exist(output_kinds(), loss->outputs)) {
            fail_msg("loss %s names an output that there is not: %s", loss->kind.name,
                     loss->outputs);
        }
        assert_non_null(loss->rows);
        assert_non_null(loss->kind.formula);
        for (size_t t = 0; t < task_kinds()->n; t++) {
            const Task *task = (const Task *)kind_at(task_kinds(), t);
            bool has_output = !(loss->tasks & task->bit);
            for (size_t o = 0; o < output_kinds()->n; o++) {
                const Output *output = (const Output *)kind_at(output_kinds(), o);
                has_output = has_output || ((output->tasks & task->bit) &&
                                            list_has(loss->outputs, output->kind.name));
            }
            if (!has_output) {
                fail_msg("no output serves %s with loss %s", task->kind.name, loss->kind.name);
            }
        }
    }
}

static void tasks_name_losses_and_outputs_that_serve_them(void **state) {
    (void)state;
    unsigned bits = 0;
    for (size_t i = 0; i < task_kinds()->n; i++) {
        const Task *task = (const Task *)kind_at(task_kinds(), i);
        const Loss *loss = (const Loss *)kind_find(loss_kinds(), task->loss);
        const Output *output = (const Output *)kind_find(output_kinds(), task->output);
        assert_true(loss && output);
        assert_true((loss->tasks & task->bit) && (output->tasks & task->bit));
        assert_true(list_has(loss->outputs, output->kind.name));
        assert_true(output->gives_probabilities == task->has_probabilities);
        assert_true(task->bit && !(task->bit & (task->bit - 1)) && !(bits & task->bit));
        bits |= task->bit;
    }
    for (size_t i = 0; i < metric_kinds()->n; i++) {
        const Metric *metric = (const Metric *)kind_at(metric_kinds(), i);
        assert_non_null(metric->compute);
        assert_true(metric->lowest < metric->highest);
        assert_true(metric->tasks && !(metric->tasks & ~bits));
        assert_false(metric->default_tasks & ~metric->tasks);
    }
    for (size_t i = 0; i < baseline_kinds()->n; i++) {
        assert_false(((const Baseline *)kind_at(baseline_kinds(), i))->tasks & ~bits);
    }
}

/* Every default of a row lies in the range of the key that replaces it. */
static bool is_in_range_of(const char *key, double value) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        if (strcmp(option->section, "optimizer") == 0 && strcmp(option->key, key) == 0) {
            return isnan(value) || (value >= option->minimum && value <= option->maximum);
        }
    }
    return false;
}

static void optimizers_and_schedules_are_sound(void **state) {
    (void)state;
    for (size_t i = 0; i < optimizer_kinds()->n; i++) {
        const Optimizer *row = (const Optimizer *)kind_at(optimizer_kinds(), i);
        const OptimizerSettings *own = &row->defaults;
        assert_true(own->learning_rate > 0);
        assert_true(row->is_whole_step || row->update);
        assert_true(row->n_slots <= OPTIMIZER_SLOTS);
        assert_true(is_in_range_of("learning_rate", own->learning_rate));
        assert_true(is_in_range_of("momentum", own->momentum));
        assert_true(is_in_range_of("beta1", own->beta1) && is_in_range_of("beta2", own->beta2));
        assert_true(is_in_range_of("epsilon", own->epsilon) && is_in_range_of("rho", own->rho));
    }
    for (size_t i = 0; i < schedule_kinds()->n; i++) {
        const Schedule *row = (const Schedule *)kind_at(schedule_kinds(), i);
        assert_non_null(row->rate);
        assert_true(row->has_gamma == (row->default_gamma > 0));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_all_tables_have_names_and_help),
        cmocka_unit_test(options_are_sound),
        cmocka_unit_test(sections_stand_together),
        cmocka_unit_test(ranges_are_kept),
        cmocka_unit_test(effects_can_be_asked),
        cmocka_unit_test(command_options_are_sound),
        cmocka_unit_test(commands_are_sound),
        cmocka_unit_test(activations_name_initializers),
        cmocka_unit_test(losses_name_outputs),
        cmocka_unit_test(tasks_name_losses_and_outputs_that_serve_them),
        cmocka_unit_test(optimizers_and_schedules_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
