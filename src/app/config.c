#include "app/config.h"

#include <math.h>
#include <string.h>

#include "app/config_check.h"
#include "app/config_tuning.h"
#include "base/file.h"
#include "base/memory.h"

enum { MAX_CONFIG_BYTES = 4 << 20 };

static void *field_of(void *object, const Option *option) {
    return (char *)object + option->offset;
}

static void set_value(ConfigValue *value, const char *text, const char *place) {
    memory_free(value->text);
    memory_free(value->place);
    value->text = memory_copy_text(text);
    value->place = place ? memory_copy_text(place) : NULL;
}

/* Parses text into the option's field and remembers where it came from. A value that is refused
 * counts as given. */
static void set_option(const Option *option, void *object, ConfigValue *value,
                       const IniEntry *entry, Problems *problems) {
    TextBuffer reason = {0};
    if (!option->type->parse(option, entry->value, field_of(object, option), &reason)) {
        problems_error(problems, "%s: error: %s.%s: %s", entry->place, entry->section, entry->key,
                       text_of(&reason));
        value->is_refused = true;
    }
    set_value(value, entry->value, entry->place);
    text_free(&reason);
}

/* On the command line paths are relative to the current folder, as everywhere in a shell; the
 * config keeps them relative to its own. */
static void move_typed_path(const Config *config, const Option *option, IniEntry *entry) {
    bool is_typed = entry->line == 0;
    bool is_word = option->word && strcmp(entry->value, option->word) == 0;
    if (is_typed && option->type->is_path && !is_word) {
        char *moved = config_move_paths(entry->value, "", config->folder);
        memory_free(entry->value);
        entry->value = moved;
    }
}

/* Index of a key in a table of options, or n. */
static size_t find_option(const Option *options, size_t n, const char *section, const char *key) {
    size_t i = 0;
    while (i < n &&
           (strcmp(options[i].section, section) != 0 || strcmp(options[i].key, key) != 0)) {
        i++;
    }
    return i;
}

void config_set_defaults(Config *config, Problems *problems) {
    config->values = NEW(ConfigValue, config_n_options);
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        if (option->default_text) {
            TextBuffer reason = {0};
            if (!option->type->parse(option, option->default_text, field_of(config, option),
                                     &reason)) {
                problems_error(problems, "error: default of %s.%s: %s", option->section,
                               option->key, text_of(&reason));
            }
            text_free(&reason);
            set_value(&config->values[i], option->default_text, NULL);
        }
    }
}

/* The layer of [layer.N] (1-based, without holes up to there), or NULL with a message. */
static ConfigLayer *layer_of(Config *config, const IniEntry *entry, Problems *problems) {
    int64_t n;
    const char *number = entry->section + strlen("layer.");
    if (!text_to_int64(number, strlen(number), &n) || n < 1 || n > CONFIG_MOST_LAYERS) {
        bool is_told = entry->key && entry->line > 0; /* at the line that opens the section */
        if (!is_told) {
            char shown[TEXT_SHOWN];
            problems_error(problems, "%s: error: [%s]: layers are [layer.1] to [layer.%d]",
                           entry->place, text_shown(shown, entry->section, strlen(entry->section)),
                           CONFIG_MOST_LAYERS);
        }
        return NULL;
    }
    size_t wanted = (size_t)n;
    if (wanted > config->n_layers) {
        config->layers =
            memory_resize(config->layers, config->n_layers, wanted, sizeof *config->layers);
        for (size_t i = config->n_layers; i < wanted; i++) {
            config->layers[i] = (ConfigLayer){.options = {.units = 0,
                                                          .dropout = (double)NAN,
                                                          .bias = (double)NAN,
                                                          .l1 = (double)NAN,
                                                          .l2 = (double)NAN},
                                              .values = NEW(ConfigValue, config_n_layer_options)};
        }
        config->n_layers = wanted;
    }
    return &config->layers[wanted - 1];
}

static void apply_layer_entry(Config *config, const IniEntry *entry, Problems *problems) {
    ConfigLayer *layer = layer_of(config, entry, problems);
    if (layer && !layer->place) {
        layer->place = memory_copy_text(entry->place);
    }
    if (!layer || !entry->key) {
        return;
    }
    size_t i = find_option(config_layer_options, config_n_layer_options, "layer.N", entry->key);
    if (i == config_n_layer_options) {
        config_report_unknown_key(entry, problems);
        return;
    }
    set_option(&config_layer_options[i], &layer->options, &layer->values[i], entry, problems);
}

static void apply_gate_entry(Config *config, const IniEntry *entry, Problems *problems) {
    Error err = {0};
    if (!gate_list_add(&config->gates, entry->key, entry->value, entry->place, &err)) {
        char name[TEXT_SHOWN];
        problems_error(problems, "%s: error: %s: %s", entry->place, ini_entry_name(name, entry),
                       err.text);
    }
}

static void apply_entry(Config *config, const IniEntry *entry, Problems *problems) {
    bool is_layer = strncmp(entry->section, "layer.", strlen("layer.")) == 0;
    bool is_gate = strcmp(entry->section, "gate") == 0;
    config->tuning.is_on = config->tuning.is_on || config_is_tuning(entry->section);
    if (is_layer) {
        apply_layer_entry(config, entry, problems);
        return;
    }
    if (!entry->key) {
        config_check_section(entry, problems);
        return;
    }
    if (is_gate) {
        apply_gate_entry(config, entry, problems);
        return;
    }
    if (config_is_space(entry->section)) {
        config_add_space_entry(config, entry, problems);
        return;
    }
    size_t i = find_option(config_options, config_n_options, entry->section, entry->key);
    if (i < config_n_options) {
        set_option(&config_options[i], config, &config->values[i], entry, problems);
    } else {
        config_report_unknown_key(entry, problems);
    }
}

static void move_typed_paths(const Config *config, Ini *ini) {
    for (size_t i = 0; i < ini->n; i++) {
        IniEntry *entry = &ini->entries[i];
        size_t o = entry->key
                       ? find_option(config_options, config_n_options, entry->section, entry->key)
                       : config_n_options;
        if (o < config_n_options) {
            move_typed_path(config, &config_options[o], entry);
        }
    }
}

static char *replace_name(const char *pattern, const char *name) {
    TextBuffer out = {0};
    for (const char *at = pattern; *at;) {
        if (strncmp(at, "{name}", 6) == 0) {
            text_append(&out, name);
            at += 6;
        } else {
            text_append_bytes(&out, at++, 1);
        }
    }
    char *replaced = memory_copy_text(text_of(&out));
    text_free(&out);
    return replaced;
}

static bool is_written(const Config *config, const char *section, const char *key) {
    return config->values[find_option(config_options, config_n_options, section, key)].place !=
           NULL;
}

const char *config_text(const Config *config, const char *key) {
    const char *dot = strchr(key, '.');
    char *section = memory_copy_bytes(key, (size_t)(dot - key));
    size_t i = find_option(config_options, config_n_options, section, dot + 1);
    memory_free(section);
    return i < config_n_options ? config->values[i].text : NULL;
}

const char *config_place(const Config *config, const char *section, const char *key) {
    size_t i = find_option(config_options, config_n_options, section, key);
    const char *place = i < config_n_options ? config->values[i].place : NULL;
    return place ? place : config->path;
}

/* What follows from other keys: names, seeds, and the options structs of modules. */
static void settle(Config *config, const char *path) {
    if (!config->name) {
        config->name = file_stem_of(path);
    }
    char *pattern = config->output_folder;
    config->output_folder = replace_name(pattern, config->name);
    memory_free(pattern);
    if (!is_written(config, "split", "seed") ||
        strcmp(config_text(config, "split.seed"), "auto") == 0) {
        config->split.seed = config->seed;
    }
    config->csv.folder = config->folder;
    config->features.unknown_is_error = config->unknown->is_error;
    config->schedule.milestones = NEW(int64_t, config->milestones.n);
    config->schedule.n_milestones = config->milestones.n;
    for (size_t i = 0; i < config->milestones.n; i++) {
        config->schedule.milestones[i] = (int64_t)config->milestones.items[i];
    }
    config->fit.seed = config->seed;
    config->fit.optimizer = config->optimizer;
    config->fit.settings = config->optimizer_settings;
    config->fit.schedule = config->schedule;
    config->fit.monitor = config->monitor;
    config->fit.restore_best = config->restore->best;
    config->fit.rolls_back = config->on_nonfinite->rolls_back;
    config->fit.max_seconds = config->max_seconds;
}

static void add_overrides(Ini *ini, const TextList *overrides, Problems *problems) {
    for (size_t i = 0; i < overrides->n; i++) {
        if (!ini_add_override(ini, overrides->items[i])) {
            char shown[TEXT_SHOWN];
            problems_error(problems,
                           "command line: error: \"%s\" is no override; write section.key=value",
                           text_shown(shown, overrides->items[i], strlen(overrides->items[i])));
        }
    }
}

/* An override goes over the file, but not over another override. */
static void check_overrides(const Ini *ini, size_t first, Problems *problems) {
    for (size_t i = first; i < ini->n; i++) {
        const IniEntry *entry = &ini->entries[i];
        for (size_t j = first; j < i; j++) {
            const IniEntry *before = &ini->entries[j];
            if (strcmp(entry->section, before->section) == 0 &&
                strcmp(entry->key, before->key) == 0) {
                char name[TEXT_SHOWN];
                problems_error(problems, "%s: error: %s is already given: %s", entry->place,
                               ini_entry_name(name, entry), before->place);
                break;
            }
        }
    }
}

/* The name takes the place of {name} in output.dir, where a slash would lead to other folders. */
static void check_name(const Config *config, Problems *problems) {
    if (strchr(config->name, '/')) {
        char shown[TEXT_SHOWN];
        problems_error(
            problems, "%s: error: run.name: \"%s\" has a slash; the folder is chosen by output.dir",
            config_place(config, "run", "name"),
            text_shown(shown, config->name, strlen(config->name)));
    }
}

/* What was typed, or follows from the name of the config file, may be a text that no file gives
 * back; config.ini would not run as it is. */
static void check_writable(const Config *config, Problems *problems) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        char *written = config_written(option, config, config->output_folder);
        const char *why = ini_find_unwritable(written);
        TextBuffer pair = {0};
        if (!why && !ini_append_pair(&pair, option->key, written, option->type->is_list)) {
            why =
                option->type->is_path
                    ? "from the run folder the path is too long for a line of 190 bytes; move the "
                      "files closer together, or choose another output.dir"
                    : "it is too long for a line of 190 bytes";
        }
        text_free(&pair);
        if (why) {
            problems_error(problems, "%s: error: %s.%s: config.ini cannot hold this value: %s",
                           config_place(config, option->section, option->key), option->section,
                           option->key, why);
        }
        memory_free(written);
    }
}

bool config_parse(const char *path, const char *bytes, size_t n, const TextList *overrides,
                  Config *config, Problems *problems) {
    TextBuffer shown = {0};
    text_append_escaped(&shown, path, strlen(path));
    config->path = memory_copy_text(text_of(&shown));
    text_free(&shown);
    config->folder = file_folder_of(path);
    Ini ini = {0};
    ini_read(config->path, bytes, n, &ini, problems);
    if (ini.n == 0 && problems->n_errors) {
        ini_free(&ini);
        return false; /* no INI at all: nothing else is worth telling */
    }
    config_check_duplicates(&ini, problems);
    const size_t n_written = ini.n;
    add_overrides(&ini, overrides, problems);
    check_overrides(&ini, n_written, problems);
    move_typed_paths(config, &ini);
    config_set_defaults(config, problems);
    for (size_t i = 0; i < ini.n; i++) {
        apply_entry(config, &ini.entries[i], problems);
    }
    config->entries = ini;
    config_check_required(config, problems);
    settle(config, path);
    config_check_paths(config, problems);
    if (problems->n_errors == 0) {
        config_settle_tuning(config, problems);
        check_name(config, problems);
        check_writable(config, problems);
        config_check(config, problems);
    }
    return problems->n_errors == 0;
}

bool config_load(const char *path, const TextList *overrides, Config *config, Problems *problems,
                 Error *err) {
    char *bytes;
    size_t n;
    if (!file_read(path, MAX_CONFIG_BYTES, false, &bytes, &n, err)) {
        err->code = err->code == ERROR_SIZE ? ERROR_CONFIG : err->code;
        return false;
    }
    const bool good = config_parse(path, bytes, n, overrides, config, problems);
    memory_free(bytes);
    return good;
}

bool config_knows_data(const Config *config) {
    bool knows = config->values != NULL;
    for (size_t i = 0; knows && i < config_n_options; i++) {
        const ConfigValue *value = &config->values[i];
        knows = config_options[i].step != 1 || (value->text && !value->is_refused);
    }
    return knows;
}

bool config_vary(const Config *base, const Ini *settings, Config *config, Problems *problems) {
    config->path = memory_copy_text(base->path);
    config->folder = memory_copy_text(base->folder);
    config_set_defaults(config, problems);
    for (size_t i = 0; i < base->entries.n; i++) {
        if (!config_is_tuning(base->entries.entries[i].section)) {
            apply_entry(config, &base->entries.entries[i], problems);
        }
    }
    for (size_t i = 0; i < settings->n; i++) {
        apply_entry(config, &settings->entries[i], problems);
    }
    if (problems->n_errors == 0) {
        config->name = config->name ? config->name : memory_copy_text(base->name);
        config->threads = base->threads;
        settle(config, base->path);
        config->tuning.n_shards = 1;
        config_check_paths(config, problems);
        config_check(config, problems);
    }
    return problems->n_errors == 0;
}

static void free_values(ConfigValue *values, size_t n) {
    for (size_t i = 0; values && i < n; i++) {
        memory_free(values[i].text);
        memory_free(values[i].place);
    }
    memory_free(values);
}

void config_free(Config *config) {
    for (size_t i = 0; i < config_n_options; i++) {
        if (config_options[i].type->release) {
            config_options[i].type->release(field_of(config, &config_options[i]));
        }
    }
    for (size_t i = 0; i < config->n_layers; i++) {
        free_values(config->layers[i].values, config_n_layer_options);
        memory_free(config->layers[i].place);
    }
    free_values(config->values, config_n_options);
    memory_free(config->layers);
    memory_free(config->schedule.milestones);
    gate_list_free(&config->gates);
    space_free(&config->tuning.space);
    ini_free(&config->entries);
    memory_free(config->path);
    memory_free(config->folder);
    *config = (Config){0};
}
