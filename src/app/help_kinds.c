#include <math.h>
#include <string.h>

#include "app/config.h"
#include "app/help_layout.h"
#include "app/help_pages.h"
#include "app/option_effect.h"
#include "data/task.h"

/* ---- what only the rows of one table have ---- */

static void tell_tasks(TextBuffer *out, unsigned tasks) {
    TextList names = {0};
    TextBuffer text = {0};
    for (size_t i = 0; i < task_kinds()->n; i++) {
        const Task *task = (const Task *)kind_at(task_kinds(), i);
        if (tasks & task->bit) {
            text_list_add(&names, task->kind.name);
        }
    }
    text_join_list(&text, &names);
    help_fact(out, "tasks", text_of(&text));
    text_list_free(&names);
    text_free(&text);
}

static void tell_activation(TextBuffer *out, const Kind *kind) {
    help_fact(out, "weights", ((const Activation *)kind)->initializer);
}

static void tell_output(TextBuffer *out, const Kind *kind) {
    const Output *output = (const Output *)kind;
    tell_tasks(out, output->tasks);
    help_fact(out, "weights", output->initializer);
}

static void tell_loss(TextBuffer *out, const Kind *kind) {
    const Loss *loss = (const Loss *)kind;
    tell_tasks(out, loss->tasks);
    help_fact(out, "output", loss->outputs);
}

static void tell_metric(TextBuffer *out, const Kind *kind) {
    const Metric *metric = (const Metric *)kind;
    tell_tasks(out, metric->tasks);
    help_fact(out, "better", metric->higher_is_better ? "higher" : "lower");
}

static void tell_task(TextBuffer *out, const Kind *kind) {
    const Task *task = (const Task *)kind;
    TextBuffer text = {0};
    text_printf(&text, "network.output = %s, loss.name = %s", task->output, task->loss);
    help_fact(out, "auto", text_of(&text));
    text_free(&text);
}

static void tell_optimizer(TextBuffer *out, const Kind *kind) {
    const OptimizerSettings *defaults = &((const Optimizer *)kind)->defaults;
    const struct {
        const char *name;
        double value;
    } settings[] = {{"learning_rate", defaults->learning_rate},
                    {"momentum", defaults->momentum},
                    {"beta1", defaults->beta1},
                    {"beta2", defaults->beta2},
                    {"epsilon", defaults->epsilon},
                    {"rho", defaults->rho}};
    TextBuffer text = {0};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (!isnan(settings[i].value)) {
            char number[TEXT_NUMBER];
            text_from_double(number, settings[i].value);
            text_printf(&text, "%s%s %s", text.n ? ", " : "", settings[i].name, number);
        }
    }
    help_fact(out, "auto", text_of(&text));
    text_free(&text);
}

static void tell_option(TextBuffer *out, const Kind *kind) {
    const CommandOption *option = (const CommandOption *)kind;
    const bool for_all = command_option_is_for_all(option);
    TextBuffer name = {0};
    help_option_name(&name, option);
    help_fact(out, "written", text_of(&name));
    help_fact(out, "commands", for_all ? "all" : option->commands);
    text_free(&name);
}

/* A table whose rows know more than their Kind: one more row here. */
static const struct {
    KindTableFunction *table;
    void (*tell)(TextBuffer *out, const Kind *kind);
} tellers[] = {
    {activation_kinds, tell_activation},
    {output_kinds, tell_output},
    {loss_kinds, tell_loss},
    {metric_kinds, tell_metric},
    {task_kinds, tell_task},
    {optimizer_kinds, tell_optimizer},
    {command_option_kinds, tell_option},
};

static void tell_more(TextBuffer *out, const KindTable *table, const Kind *kind) {
    for (size_t i = 0; i < sizeof tellers / sizeof *tellers; i++) {
        if (tellers[i].table() == table) {
            tellers[i].tell(out, kind);
        }
    }
}

/* ---- pages ---- */

void help_option_name(TextBuffer *out, const CommandOption *option) {
    if (option->letter) {
        text_printf(out, "-%c, ", option->letter);
    } else {
        text_append(out, "    ");
    }
    text_printf(out, "--%s%s%s", option->kind.name, option->argument ? " " : "",
                option->argument ? option->argument : "");
}

static size_t longest_name(const KindTable *table) {
    size_t longest = 0;
    for (size_t i = 0; i < table->n; i++) {
        const size_t n = strlen(kind_at(table, i)->name);
        longest = n > longest ? n : longest;
    }
    return longest;
}

void help_rows(TextBuffer *out, const KindTable *table, size_t indent) {
    const size_t at = indent + longest_name(table) + 2;
    for (size_t i = 0; i < table->n; i++) {
        const Kind *kind = kind_at(table, i);
        help_item(out, indent, kind->name, at, kind->help);
        if (kind->formula) {
            help_item(out, 0, "", at, kind->formula);
        }
    }
}

void help_table(TextBuffer *out, const KindTable *table) {
    TextBuffer keys = {0};
    kind_table_keys(&keys, table);
    text_printf(out, "%s", table->noun);
    if (keys.n) {
        text_append(out, ": ");
        help_wrap(out, strlen(table->noun) + 2, strlen(table->noun) + 2, text_of(&keys));
    } else {
        text_append(out, "\n");
    }
    text_append(out, "\n");
    help_rows(out, table, 2);
    text_free(&keys);
}

void help_row(TextBuffer *out, const KindTable *table, const Kind *kind) {
    TextBuffer keys = {0}, own_keys = {0};
    text_printf(out, "%s (%s)\n", kind->name, table->noun);
    help_item(out, 0, "", 2, kind->help);
    text_append(out, "\n");
    help_fact(out, "formula", kind->formula);
    help_fact(out, "source", kind->source);
    tell_more(out, table, kind);
    kind_table_keys(&keys, table);
    help_fact(out, "chosen by", text_of(&keys));
    option_keys_of_choice(&own_keys, table, kind);
    help_fact(out, "its keys", text_of(&own_keys));
    text_free(&keys);
    text_free(&own_keys);
}
