#include <stdio.h>
#include <string.h>

#include "app/config.h"
#include "app/help_layout.h"
#include "app/help_pages.h"
#include "app/option_effect.h"
#include "base/memory.h"

enum { DEFAULT_AT = 22, VALUES_AT = 40, KEY_TEXT_AT = 6 };

static const struct {
    const Option *options;
    const size_t *n;
} tables[] = {{config_options, &config_n_options}, {config_layer_options, &config_n_layer_options}};

enum { N_TABLES = sizeof tables / sizeof *tables };

static const char *default_of(const Option *option) {
    return option->default_text ? option->default_text : "(required)";
}

/* ---- all keys ---- */

/* As many names as fit, and how many there are in all. */
static void append_some_names(TextBuffer *out, const KindTable *table, size_t room) {
    TextBuffer all = {0};
    kind_list_names(&all, table);
    if (all.n <= room) {
        text_append(out, text_of(&all));
        text_free(&all);
        return;
    }
    char ending[32];
    const int n = snprintf(ending, sizeof ending, "... (%zu)", table->n);
    size_t used = (size_t)n;
    for (size_t i = 0; i < table->n; i++) {
        const char *name = kind_at(table, i)->name;
        used += strlen(name) + 2;
        if (used > room) {
            break;
        }
        text_printf(out, "%s, ", name);
    }
    text_append(out, ending);
    text_free(&all);
}

static void append_values(TextBuffer *out, const Option *option, size_t room) {
    TextBuffer all = {0};
    option_describe_values(&all, option);
    if (all.n <= room || !option->choices) {
        text_append(out, text_of(&all));
    } else {
        const size_t word = option->word ? strlen(option->word) + 4 : 0;
        const size_t before = strlen(option->type->words);
        text_append(out, option->type->words);
        append_some_names(out, option->choices(), room - before - word);
        text_printf(out, "%s%s", word ? " or " : "", word ? option->word : "");
    }
    text_free(&all);
}

static void append_key_line(TextBuffer *out, const Option *option) {
    TextBuffer line = {0};
    text_printf(&line, "  %-*s", DEFAULT_AT - 2, option->key);
    text_append(&line, default_of(option));
    do {
        text_append(&line, " ");
    } while (line.n < VALUES_AT);
    TextBuffer values = {0};
    append_values(&values, option, HELP_WIDTH - line.n);
    text_append(out, text_of(&line));
    help_wrap(out, line.n, VALUES_AT, text_of(&values));
    text_free(&values);
    text_free(&line);
}

static void append_section_title(TextBuffer *out, const Option *option) {
    text_printf(out, "[%s]", option->section);
    if (option->step) {
        text_printf(out, "  step %d", option->step);
    }
    text_append(out, "\n");
}

void help_all_keys(TextBuffer *out) {
    text_printf(out, "  %-*s%-*s%s\n", DEFAULT_AT - 2, "key", VALUES_AT - DEFAULT_AT, "default",
                "values");
    for (size_t t = 0; t < N_TABLES; t++) {
        const Option *options = tables[t].options;
        for (size_t i = 0; i < *tables[t].n; i++) {
            if (i == 0 || strcmp(options[i].section, options[i - 1].section) != 0) {
                text_append(out, "\n");
                append_section_title(out, &options[i]);
            }
            append_key_line(out, &options[i]);
        }
    }
    text_append(out, "\n[gate]  step 8\n");
    help_item(out, 2, "PATH", DEFAULT_AT,
              "conditions on the numbers of a run: `nntrain help gate`");
    text_append(out, "\n[tuning.space]  step 9\n");
    help_item(out, 2, "SECTION.KEY", DEFAULT_AT,
              "values of the key to search: `nntrain help tuning.space`");
    text_append(out, "\n");
    help_wrap(
        out, 0, 0,
        "`nntrain help SECTION` tells what the keys of a section mean, `nntrain help SECTION.KEY` "
        "all of one key.");
}

/* ---- sections and keys ---- */

static void append_values_fact(TextBuffer *out, const Option *option) {
    TextBuffer values = {0}, effect = {0};
    option_describe_values(&values, option);
    option_describe_effect(&effect, option);
    help_fact(out, "values", text_of(&values));
    help_fact(out, "default", option->default_text ? option->default_text : "none: it is required");
    help_fact(out, "effect", text_of(&effect));
    if (option->type->is_path) {
        help_fact(out, "paths",
                  "from the folder of the config; on the command line from the current one");
    }
    text_free(&values);
    text_free(&effect);
}

void help_key(TextBuffer *out, const Option *option) {
    text_printf(out, "%s.%s\n", option->section, option->key);
    help_item(out, 0, "", 2, option->help);
    text_append(out, "\n");
    append_values_fact(out, option);
    if (option->step) {
        char step[16];
        snprintf(step, sizeof step, "%d of 9", option->step);
        help_fact(out, "step", step);
    }
    if (option->choices) {
        text_append(out, "\n");
        help_rows(out, option->choices(), 2);
    }
}

static void append_section_key(TextBuffer *out, const Option *option) {
    TextBuffer values = {0}, effect = {0};
    text_printf(out, "\n  %s = %s\n", option->key, default_of(option));
    help_item(out, 0, "", KEY_TEXT_AT, option->help);
    option_describe_values(&values, option);
    help_item(out, 0, "", KEY_TEXT_AT, text_of(&values));
    option_describe_effect(&effect, option);
    if (effect.n) {
        help_item(out, 0, "", KEY_TEXT_AT, text_of(&effect));
    }
    text_free(&values);
    text_free(&effect);
}

/* Is word the section? "layer" and "layer.1" are "layer.N". */
static bool is_section(const char *word, const char *section) {
    const size_t n = strcspn(section, ".");
    if (strcmp(word, section) == 0) {
        return true;
    }
    if (section[n] == '\0' || strncmp(word, section, n) != 0) {
        return false;
    }
    const char *number = word + n + (word[n] == '.');
    return (word[n] == '.' || word[n] == '\0') && strspn(number, "0123456789") == strlen(number);
}

bool help_section(TextBuffer *out, const char *word) {
    bool found = false;
    for (size_t t = 0; t < N_TABLES; t++) {
        for (size_t i = 0; i < *tables[t].n; i++) {
            const Option *option = &tables[t].options[i];
            if (!is_section(word, option->section)) {
                continue;
            }
            if (!found) {
                append_section_title(out, option);
            }
            found = true;
            append_section_key(out, option);
        }
    }
    return found;
}

/* Adds every key of that name; NULL for any section. */
static bool append_keys(TextBuffer *out, const char *section, const char *key) {
    bool found = false;
    for (size_t t = 0; t < N_TABLES; t++) {
        for (size_t i = 0; i < *tables[t].n; i++) {
            const Option *option = &tables[t].options[i];
            if (strcmp(option->key, key) == 0 &&
                (!section || is_section(section, option->section))) {
                text_append(out, found ? "\n" : "");
                help_key(out, option);
                found = true;
            }
        }
    }
    return found;
}

bool help_full_key(TextBuffer *out, const char *word) {
    const char *dot = strrchr(word, '.');
    if (!dot) {
        return false;
    }
    char *section = memory_copy_bytes(word, (size_t)(dot - word));
    const bool found = append_keys(out, section, dot + 1);
    memory_free(section);
    return found;
}

bool help_bare_key(TextBuffer *out, const char *word) { return append_keys(out, NULL, word); }

void help_space(TextBuffer *out) {
    text_append(out, "[tuning.space]  step 9\n");
    help_item(out, 0, "", 2,
              "The keys that are searched, of steps 1 to 8, each with its values. With a condition "
              "at the end a key is searched only where another, above it, has one of the values "
              "named; elsewhere it keeps the config's own.");
    text_append(out, "\n"
                     "    [tuning.space]\n"
                     "    optimizer.name = choice adam, momentum\n"
                     "    optimizer.learning_rate = log 1e-4 .. 1e-1\n"
                     "    optimizer.momentum = uniform 0.5 .. 0.99 if optimizer.name is momentum\n"
                     "\n");
    help_rows(out, distribution_kinds(), 4);
}

void help_gates(TextBuffer *out) {
    text_append(out, "[gate]  step 8\n");
    help_item(out, 0, "", 2,
              "Conditions on the numbers of a run, so that it can be a test: a gate that fails, or "
              "cannot "
              "be evaluated, ends the run with exit code 6 after all files are written.");
    text_append(out, "\n"
                     "    [gate]\n"
                     "    test.accuracy = >= 0.95\n"
                     "    test.accuracy.low = >= 0.9\n"
                     "    test.accuracy.drop = <= 1%\n"
                     "\n");
    help_fact(out, "PATH", "the number");
    help_fact(out, "PATH.drop", "how much worse it is than in the run of --baseline METRICS.json");
    text_append(out, "\n");
    help_item(out, 0, "", 2, "A path is one of");
    help_item(out, 4, "PART.METRIC", 32,
              "train, validation or test, and loss or one of `nntrain help metric`");
    help_item(out, 4, "PART.METRIC.low", 32,
              "lower end of the 95 % interval, with evaluation.bootstrap; .high: the upper end");
    help_item(out, 4, "gap.METRIC", 32, "test minus train");
    help_item(out, 4, "baseline.NAME.PART.METRIC", 32, "of one of `nntrain help baseline`");
    help_item(out, 4, "NUMBER", 32, "one of `nntrain help number`");
}
