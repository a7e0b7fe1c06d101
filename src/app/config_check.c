#include "app/config_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/config_effect.h"
#include "app/config_tuning.h"
#include "base/memory.h"
#include "training/results.h"

/* What other tools call our keys; understood as hints, never guessed. */
static const struct {
    const char *word, *key;
} foreign_words[] = {
    {"lr", "optimizer.learning_rate"},
    {"learning_rate", "optimizer.learning_rate"},
    {"learning_rate_init", "optimizer.learning_rate"},
    {"eta", "optimizer.learning_rate"},
    {"solver", "optimizer.name"},
    {"optimizer", "optimizer.name"},
    {"max_iter", "training.epochs"},
    {"n_epochs", "training.epochs"},
    {"num_epochs", "training.epochs"},
    {"iterations", "training.epochs"},
    {"hidden_layer_sizes", "network.hidden"},
    {"hidden_layers", "network.hidden"},
    {"hidden_units", "network.hidden"},
    {"layers", "network.hidden"},
    {"criterion", "loss.name"},
    {"objective", "loss.name"},
    {"loss", "loss.name"},
    {"alpha", "regularization.l2"},
    {"weight_decay", "regularization.weight_decay"},
    {"random_state", "run.seed"},
    {"random_seed", "run.seed"},
    {"nesterovs_momentum", "optimizer.name"},
    {"n_iter_no_change", "early_stopping.patience"},
    {"early_stopping_rounds", "early_stopping.patience"},
    {"validation_fraction", "split.validation"},
    {"test_size", "split.test"},
    {"label", "data.target"},
    {"y", "data.target"},
    {"train_file", "data.file"},
    {"path", "data.file"},
    {"csv", "data.file"},
    {"sep", "data.delimiter"},
    {"separator", "data.delimiter"},
    {"na_values", "data.missing"},
    {"normalize", "preprocess.scale"},
    {"scaler", "preprocess.scale"},
    {"batch", "training.batch_size"},
    {"minibatch_size", "training.batch_size"},
    {"gradient_clip", "regularization.clip_norm"},
};

/* The names of all sections, without repetition, in names (config_n_options + 3). */
static size_t list_sections(const char **names) {
    size_t n = 0;
    for (size_t i = 0; i < config_n_options; i++) {
        if (n == 0 || strcmp(names[n - 1], config_options[i].section) != 0) {
            names[n++] = config_options[i].section;
        }
    }
    names[n++] = "gate";
    names[n++] = "layer.1";
    names[n++] = "tuning.space";
    return n;
}

/* The section itself where it is one, else what it most likely means, or NULL. */
static const char *nearest_section(const char *section) {
    const char **names = NEW(const char *, config_n_options + 3);
    const size_t n = list_sections(names);
    const char *nearest = NULL;
    for (size_t i = 0; i < n && !nearest; i++) {
        nearest = strcmp(names[i], section) == 0 ? names[i] : NULL;
    }
    nearest = nearest ? nearest : text_suggest(section, names, n);
    memory_free(names);
    return nearest;
}

static bool has_option(const char *section, const char *key) {
    for (size_t i = 0; i < config_n_options; i++) {
        if (strcmp(config_options[i].section, section) == 0 &&
            strcmp(config_options[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* The full name of the option that `key` most likely means (of every one that has this key in
 * another section), or NULL. */
static const char *suggest_key(const char *section, const char *key, TextBuffer *name) {
    const char *meant = nearest_section(section);
    section = meant ? meant : section;
    if (has_option(section, key)) {
        text_printf(name, "%s.%s", section, key);
        return text_of(name);
    }
    bool is_common = strcmp(key, "name") == 0;
    for (size_t i = 0; !is_common && i < config_n_options; i++) {
        if (strcmp(config_options[i].key, key) == 0) {
            text_printf(name, "%s%s.%s", name->n ? " or " : "", config_options[i].section, key);
        }
    }
    if (name->n) {
        return text_of(name);
    }
    for (size_t i = 0; i < sizeof foreign_words / sizeof *foreign_words; i++) {
        if (strcmp(foreign_words[i].word, key) == 0) {
            return foreign_words[i].key;
        }
    }
    const char **keys = NEW(const char *, config_n_options);
    for (size_t i = 0; i < config_n_options; i++) {
        keys[i] = strcmp(config_options[i].section, section) == 0 ? config_options[i].key : NULL;
    }
    const char *near = text_suggest(key, keys, config_n_options);
    for (size_t i = 0; !near && i < config_n_options; i++) {
        keys[i] = config_options[i].key;
    }
    near = near ? near : text_suggest(key, keys, config_n_options);
    for (size_t i = 0; near && i < config_n_options && name->n == 0; i++) {
        bool same_section = strcmp(config_options[i].section, section) == 0;
        if (keys[i] == near && (same_section || keys[0])) {
            text_printf(name, "%s.%s", config_options[i].section, near);
        }
    }
    memory_free(keys);
    return name->n ? text_of(name) : NULL;
}

static void list_layer_keys(TextBuffer *out) {
    for (size_t i = 0; i < config_n_layer_options; i++) {
        text_printf(out, "%s%s", i ? ", " : "", config_layer_options[i].key);
    }
}

void config_report_unknown_key(const IniEntry *entry, Problems *problems) {
    char shown[TEXT_SHOWN];
    TextBuffer hint = {0};
    TextBuffer name = {0};
    if (strncmp(entry->section, "layer.", strlen("layer.")) == 0) {
        text_append(&hint, "; a layer has ");
        list_layer_keys(&hint);
    } else {
        const char *meant = suggest_key(entry->section, entry->key, &name);
        if (meant) {
            text_printf(&hint, "; did you mean %s?", meant);
        } else {
            text_printf(&hint, "; `nntrain help config` lists all keys");
        }
    }
    TextBuffer full = {0};
    text_printf(&full, "%s%s%s", entry->section, *entry->section ? "." : "", entry->key);
    problems_error(problems, "%s: error: unknown key %s%s%s", entry->place,
                   text_shown(shown, full.bytes, full.n),
                   *entry->section || entry->line == 0 ? "" : " before the first [section]",
                   text_of(&hint));
    text_free(&full);
    text_free(&name);
    text_free(&hint);
}

void config_check_section(const IniEntry *entry, Problems *problems) {
    const char *meant = nearest_section(entry->section);
    if (!meant || strcmp(meant, entry->section) != 0) {
        char shown[TEXT_SHOWN];
        problems_error(problems, "%s: error: unknown section [%s]%s%s%s", entry->place,
                       text_shown(shown, entry->section, strlen(entry->section)),
                       meant ? "; did you mean [" : "", meant ? meant : "", meant ? "]?" : "");
    }
}

static bool is_same_entry(const IniEntry *a, const IniEntry *b) {
    bool same_key = a->key && b->key ? strcmp(a->key, b->key) == 0 : !a->key && !b->key;
    return same_key && strcmp(a->section, b->section) == 0;
}

static int compare_entries(const void *a, const void *b) {
    const IniEntry *left = *(const IniEntry *const *)a;
    const IniEntry *right = *(const IniEntry *const *)b;
    int by_section = strcmp(left->section, right->section);
    int by_key = strcmp(left->key ? left->key : "", right->key ? right->key : "");
    int by_line = left->line < right->line ? -1 : left->line > right->line;
    return by_section ? by_section : by_key ? by_key : by_line;
}

void config_check_duplicates(const Ini *ini, Problems *problems) {
    const IniEntry **sorted = NEW(const IniEntry *, ini->n);
    for (size_t i = 0; i < ini->n; i++) {
        sorted[i] = &ini->entries[i];
    }
    qsort(sorted, ini->n, sizeof *sorted, compare_entries);
    for (size_t i = 1; i < ini->n; i++) {
        if (is_same_entry(sorted[i - 1], sorted[i])) {
            char name[TEXT_SHOWN];
            problems_error(problems, "%s: error: %s is already given on line %zu", sorted[i]->place,
                           ini_entry_name(name, sorted[i]), sorted[i - 1]->line);
        }
    }
    memory_free(sorted);
}

void config_check_required(const Config *config, Problems *problems) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        if (!config->values[i].text) {
            problems_error(problems, "%s: error: %s.%s is required: %s", config->path,
                           option->section, option->key, option->help);
        }
    }
}

/* The place of whichever of the three fractions was written first. */
static const char *fractions_place(const Config *config) {
    for (Part part = 0; part < N_PARTS; part++) {
        const char *place = config_place(config, "split", part_names[part]);
        if (place != config->path) {
            return place;
        }
    }
    return config->path;
}

static void check_split(const Config *config, Problems *problems) {
    const double *fractions = config->split.fractions;
    double sum = fractions[PART_TRAIN] + fractions[PART_VALIDATION] + fractions[PART_TEST];
    if (fabs(sum - 1) > 1e-9) {
        problems_error(problems,
                       "%s: error: split.train + split.validation + split.test is %g, not 1",
                       fractions_place(config), sum);
    }
    if (config->csv.max_rows > 0 && (config->validation_files.n || config->test_files.n)) {
        problems_error(
            problems,
            "%s: error: data.max_rows counts the rows of one table; with data.validation_file or "
            "data.test_file leave it at 0",
            config_place(config, "data", "max_rows"));
    }
    if (config->split.folds == 1) {
        problems_error(
            problems,
            "%s: error: split.folds = 1: cross-validation needs at least 2 folds (0: off)",
            config_place(config, "split", "folds"));
    }
    const SplitMethod *method = config->split.method;
    const struct {
        bool needed;
        const char *given, *key;
    } needs[] = {{method && method->needs_group, config->schema.group, "data.group"},
                 {method && method->needs_time, config->schema.time, "data.time"},
                 {method && method->needs_column, config->schema.split_column, "split.column"}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (needs[i].needed && !needs[i].given) {
            problems_error(problems, "%s: error: split.method = %s needs %s",
                           config_place(config, "split", "method"), method->kind.name,
                           needs[i].key);
        }
    }
}

static void check_list_length(const Config *config, const char *key, size_t n, Problems *problems) {
    size_t n_hidden = config->n_layers ? config->n_layers : config->network.hidden.n;
    if (n > 1 && n != n_hidden) {
        problems_error(problems,
                       "%s: error: network.%s has %zu values for %zu hidden layers; give one, or "
                       "one per layer",
                       config_place(config, "network", key), key, n, n_hidden);
    }
}

/* Where the section of layer `i` was opened, or that of the first layer beyond a hole. */
static const char *layer_place(const Config *config, size_t i) {
    while (i + 1 < config->n_layers && !config->layers[i].place) {
        i++;
    }
    return config->layers[i].place;
}

static void check_layers(const Config *config, Problems *problems) {
    if (config->network.hidden.n > CONFIG_MOST_LAYERS) {
        problems_error(problems, "%s: error: network.hidden has %zu layers; the limit is %d",
                       config_place(config, "network", "hidden"), config->network.hidden.n,
                       CONFIG_MOST_LAYERS);
    }
    check_list_length(config, "activation", config->network.activations.n, problems);
    check_list_length(config, "dropout", config->network.dropout.n, problems);
    for (size_t i = 0; i < config->n_layers; i++) {
        if (config->layers[i].options.units == 0) {
            problems_error(
                problems,
                "%s: error: [layer.%zu] needs units; layers are numbered 1, 2, ... without holes",
                layer_place(config, i), i + 1);
        }
    }
}

/* Output activation, loss and target must fit each other; with `auto` they do. */
static void check_output(const Config *config, Problems *problems) {
    const Loss *loss = config->loss;
    const Output *output = config->network.output;
    TextList fitting = {0};
    const char *problem;
    if (loss && output && text_split_list(loss->outputs, &fitting, &problem) &&
        !text_list_has(&fitting, output->kind.name)) {
        problems_error(problems, "%s: error: loss.name = %s needs network.output = %s, not %s",
                       config_place(config, "loss", "name"), loss->kind.name, loss->outputs,
                       output->kind.name);
    }
    text_list_free(&fitting);
    const Scaler *scaler = config->target_scaler;
    if (loss && loss->predicts_exponential && scaler && !scaler->is_identity) {
        problems_error(
            problems,
            "%s: error: preprocess.target_scale = %s: loss.name = %s predicts counts as they are; "
            "use %s",
            config_place(config, "preprocess", "target_scale"), scaler->kind.name, loss->kind.name,
            scaler_identity()->kind.name);
    }
}

/* What is known after each epoch: the training loss and all of validation. Test rows never decide
 * about training. */
static void check_monitor(const Config *config, Problems *problems) {
    const char *place = config_place(config, "early_stopping", "monitor");
    Error err;
    if (!results_check_path(config->monitor, &err)) {
        problems_error(problems, "%s: error: early_stopping.monitor: %s", place, err.text);
    } else if (strcmp(config->monitor, "train.loss") != 0 &&
               (strncmp(config->monitor, "validation.", strlen("validation.")) != 0 ||
                results_is_bound(config->monitor))) {
        problems_error(problems,
                       "%s: error: early_stopping.monitor = %s is not known during training; watch "
                       "train.loss, "
                       "validation.loss or a metric of validation",
                       place, config->monitor);
    }
}

void config_report_no_effect(const char *place, const char *what, Problems *problems) {
    if (problems->is_strict) {
        problems_error(problems, "%s: error: %s", place, what);
    } else {
        problems_warning(problems, "%s: warning: %s", place, what);
    }
}

/* A column of groups or times that parts no rows: not without effect, for its role keeps it out of
 * the inputs, but hardly what was meant. */
static void check_unused_roles(const Config *config, Problems *problems) {
    const SplitMethod *method = config->split.method;
    const struct {
        bool unused;
        const char *given, *key;
    } roles[] = {{method && !method->needs_group, config->schema.group, "group"},
                 {method && !method->needs_time, config->schema.time, "time"}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (roles[i].unused && roles[i].given) {
            TextBuffer line = {0};
            text_printf(&line,
                        "data.%s has no effect on the split with split.method = %s; to keep a "
                        "column out of the inputs, use data.ignore",
                        roles[i].key, method->kind.name);
            config_report_no_effect(config_place(config, "data", roles[i].key), text_of(&line),
                                    problems);
            text_free(&line);
        }
    }
}

static void check_effects(const Config *config, Problems *problems) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        TextBuffer why = {0};
        if (config->values[i].place && !config_has_effect(config, option, &why)) {
            TextBuffer line = {0};
            text_printf(&line, "%s.%s has no effect with %s", option->section, option->key,
                        text_of(&why));
            config_report_no_effect(config->values[i].place, text_of(&line), problems);
            text_free(&line);
        }
        text_free(&why);
    }
}

void config_check_paths(const Config *config, Problems *problems) {
    check_monitor(config, problems);
    config_check_objective(config, problems);
}

void config_check(const Config *config, Problems *problems) {
    check_split(config, problems);
    check_layers(config, problems);
    check_output(config, problems);
    check_unused_roles(config, problems);
    config_check_tuning(config, problems);
    check_effects(config, problems);
}
