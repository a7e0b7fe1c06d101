#include <string.h>

#include "app/config.h"
#include "app/config_tuning.h"
#include "app/ini.h"
#include "base/file.h"
#include "base/memory.h"

char *config_move_paths(const char *text, const char *from, const char *to) {
    TextList paths = {0}, moved = {0};
    TextBuffer joined = {0};
    const char *problem;
    text_split_list(text, &paths, &problem);
    for (size_t i = 0; i < paths.n; i++) {
        char *path = strcmp(paths.items[i], "-") == 0 ? memory_copy_text("-")
                                                      : file_relative(from, paths.items[i], to);
        text_list_add(&moved, path);
        memory_free(path);
    }
    text_join_list(&joined, &moved);
    text_list_free(&paths);
    text_list_free(&moved);
    return joined.bytes ? joined.bytes : memory_copy_text("");
}

static bool is_run_name(const Option *option) {
    return strcmp(option->section, "run") == 0 && strcmp(option->key, "name") == 0;
}

/* What is typed on the command line may need quotes in a file. */
static char *written_text(const Option *option, const char *text, const Config *config,
                          const char *folder) {
    TextList items = {0};
    TextBuffer joined = {0};
    const char *problem;
    const bool is_word = option->word && strcmp(text, option->word) == 0;
    if (option->type->is_path && !is_word) {
        return config_move_paths(text, config->folder, folder);
    }
    if (option->type == &type_names && !is_word && text_split_list(text, &items, &problem)) {
        text_join_list(&joined, &items);
    } else if (option->type == &type_delimiter && ini_find_unwritable(text)) {
        text_printf(&joined, "\"%s\"", text);
    }
    text_list_free(&items);
    return joined.bytes ? joined.bytes : memory_copy_text(text);
}

char *config_written(const Option *option, const Config *config, const char *folder) {
    const ConfigValue *value = &config->values[option - config_options];
    return written_text(option, is_run_name(option) ? config->name : value->text, config, folder);
}

/* Where a value came from: the name of the config file without its folder, so that the text does
 * not depend on where the program was started. */
static const char *origin_of(const ConfigValue *value, const Config *config) {
    if (!value->place) {
        return "default";
    }
    size_t folder = strlen(config->folder);
    bool inside = folder > 0 && strncmp(value->place, config->folder, folder) == 0 &&
                  value->place[folder] == '/';
    bool typed = strncmp(value->place, "command line", strlen("command line")) == 0;
    return typed ? "command line" : value->place + (inside ? folder + 1 : 0);
}

/* A default without effect is a comment, so that the file runs without a warning. One that was
 * given is a key, whose warning a run of this file tells again. */
static void append_option(TextBuffer *out, const Option *option, const ConfigValue *value,
                          const char *text, const Config *config) {
    TextBuffer reason = {0};
    const char *why = option->without_effect ? option->without_effect(config, &reason) : NULL;
    if (config->tuning.is_on && value->place && option->step < 9) {
        why = NULL; /* it may have one in a trial */
    }
    if (why && !value->place) {
        text_printf(out, "; %s = %s", option->key, text);
    } else {
        ini_append_pair(out, option->key, text, option->type->is_list);
    }
    text_printf(out, "  ; %s%s%s\n", origin_of(value, config), why ? ", no effect with " : "",
                why ? why : "");
    text_free(&reason);
}

static void append_layers(TextBuffer *out, const Config *config) {
    for (size_t i = 0; i < config->n_layers; i++) {
        text_printf(out, "\n[layer.%zu]\n", i + 1);
        for (size_t k = 0; k < config_n_layer_options; k++) {
            const ConfigValue *value = &config->layers[i].values[k];
            if (value->text) {
                append_option(out, &config_layer_options[k], value, value->text, config);
            }
        }
    }
}

static void append_space(TextBuffer *out, const Config *config) {
    const Space *space = &config->tuning.space;
    text_append(out, space->n ? "\n[tuning.space]\n" : "");
    for (size_t i = 0; i < space->n; i++) {
        ini_append_pair(out, space->keys[i].name, space->keys[i].text, true);
        text_append(out, "\n");
    }
}

void config_print(TextBuffer *out, const Config *config, const char *folder) {
    text_printf(out, "; the configuration of run %s, every key resolved; it runs as it is\n",
                config->name);
    const char *section = "";
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        if (config_is_tuning(option->section) && !config->tuning.is_on) {
            continue; /* the section alone would begin a search */
        }
        if (strcmp(section, option->section) != 0) {
            section = option->section;
            text_printf(out, "\n[%s]\n", section);
        }
        char *text = config_written(option, config, folder);
        append_option(out, option, &config->values[i], text, config);
        memory_free(text);
    }
    append_space(out, config);
    append_layers(out, config);
    if (config->gates.n) {
        text_append(out, "\n[gate]\n");
    }
    for (size_t i = 0; i < config->gates.n; i++) {
        text_printf(out, "%s = %s\n", config->gates.items[i].name,
                    config->gates.items[i].condition);
    }
}

/* Paths by their last names, the rest as config.ini has it. */
static void append_value(TextBuffer *out, const Option *option, const Config *config) {
    const char *text = config->values[option - config_options].text;
    TextList paths = {0};
    const char *problem;
    if (!option->type->is_path || !text_split_list(text, &paths, &problem)) {
        char *written = config_written(option, config, "");
        text_append(out, written);
        memory_free(written);
        return;
    }
    for (size_t i = 0; i < paths.n; i++) {
        const char *slash = strrchr(paths.items[i], '/');
        text_printf(out, "%s%s", i ? ", " : "", slash ? slash + 1 : paths.items[i]);
    }
    text_list_free(&paths);
}

static void append_chosen_layers(TextBuffer *out, const Config *config) {
    for (size_t i = 0; i < config->n_layers; i++) {
        text_printf(out, "[layer.%zu]\n", i + 1);
        for (size_t k = 0; k < config_n_layer_options; k++) {
            const char *text = config->layers[i].values[k].text;
            if (text) {
                text_printf(out, "%s = %s\n", config_layer_options[k].key, text);
            }
        }
    }
}

void config_print_chosen(TextBuffer *out, const Config *config) {
    const char *section = "";
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        const char *text = config->values[i].text;
        const bool is_default = option->default_text && strcmp(text, option->default_text) == 0;
        if (is_default || option->is_outward) {
            continue;
        }
        if (strcmp(section, option->section) != 0) {
            section = option->section;
            text_printf(out, "[%s]\n", section);
        }
        text_printf(out, "%s = ", option->key);
        append_value(out, option, config);
        text_append(out, "\n");
    }
    append_chosen_layers(out, config);
    text_append(out, config->gates.n ? "[gate]\n" : "");
    for (size_t i = 0; i < config->gates.n; i++) {
        text_printf(out, "%s = %s\n", config->gates.items[i].name,
                    config->gates.items[i].condition);
    }
}
