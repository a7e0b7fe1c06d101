#include "app/completion_words.h"

#include <ctype.h>
#include <string.h>

#include "app/config.h"
#include "compute/level.h"

static void append_word(TextBuffer *out, const char *word) {
    text_printf(out, "%s%s", out->n ? " " : "", word);
}

static void append_names(TextBuffer *out, const KindTable *table) {
    for (size_t i = 0; i < table->n; i++) {
        append_word(out, kind_at(table, i)->name);
    }
}

void completion_option_values(TextBuffer *out, const Completion *from,
                              const CommandOption *option) {
    for (size_t i = 0; option->choices && i < from->tables->n; i++) {
        const KindTable *table = from->tables->items[i];
        if (strcmp(table->noun, option->choices) == 0) {
            if (table == level_kinds()) {
                append_word(out, "auto");
            }
            append_names(out, table);
        }
    }
}

void completion_key_values(TextBuffer *out, const Option *option) {
    if (option->type == &type_boolean) {
        append_word(out, "true false");
    }
    if (option->choices) {
        append_names(out, option->choices());
    }
    if (option->word && *option->word) {
        append_word(out, option->word);
    }
}

void completion_suffixes(TextBuffer *out, const Command *command) {
    TextList found = {0};
    const char *at = command->usage;
    while ((at = strchr(at, '.'))) {
        size_t n = 0;
        while (islower((unsigned char)at[1 + n])) {
            n++;
        }
        TextBuffer suffix = {0};
        text_append_bytes(&suffix, at + 1, n);
        if (n && !text_list_has(&found, text_of(&suffix))) {
            text_list_add(&found, text_of(&suffix));
            append_word(out, text_of(&suffix));
        }
        text_free(&suffix);
        at++;
    }
    if (text_list_has(&found, "csv")) {
        append_word(out, "csv.gz");
    }
    text_list_free(&found);
}

void completion_each_key(void (*visit)(const Option *option, void *context), void *context) {
    for (size_t i = 0; i < config_n_options; i++) {
        visit(&config_options[i], context);
    }
    for (size_t i = 0; i < config_n_layer_options; i++) {
        visit(&config_layer_options[i], context);
    }
}

void completion_key_name(TextBuffer *out, const Option *option, const char *number) {
    const char *place = strstr(option->section, ".N");
    if (place) {
        text_append_bytes(out, option->section, (size_t)(place - option->section));
        text_printf(out, ".%s.%s", number, option->key);
    } else {
        text_printf(out, "%s.%s", option->section, option->key);
    }
}

typedef struct KeyNames {
    TextList *names;
    const char *number;
} KeyNames;

static void add_key(const Option *option, void *context) {
    const KeyNames *to = context;
    TextBuffer name = {0};
    completion_key_name(&name, option, to->number);
    text_list_add(to->names, text_of(&name));
    text_free(&name);
}

void completion_keys(TextList *out, const char *number) {
    completion_each_key(add_key, &(KeyNames){.names = out, .number = number});
}

static void add_once(TextList *words, const char *word) {
    const bool is_word = word[strspn(word, "abcdefghijklmnopqrstuvwxyzN0123456789._-")] == '\0';
    if (is_word && isalpha((unsigned char)word[0]) && !text_list_has(words, word)) {
        text_list_add(words, word);
    }
}

void completion_topics(TextBuffer *out, const Completion *from) {
    TextList words = {0}, keys = {0};
    append_names(out, from->commands);
    add_once(&words, "config");
    add_once(&words, "gate");
    for (size_t i = 0; i < config_n_options; i++) {
        add_once(&words, config_options[i].section);
    }
    completion_keys(&keys, "N");
    for (size_t i = 0; i < keys.n; i++) {
        add_once(&words, keys.items[i]);
    }
    for (size_t i = 0; i < from->tables->n; i++) {
        const KindTable *table = from->tables->items[i];
        add_once(&words, table->noun);
        for (size_t row = 0; table != from->commands && row < table->n; row++) {
            add_once(&words, kind_at(table, row)->name);
        }
    }
    for (size_t i = 0; i < words.n; i++) {
        append_word(out, words.items[i]);
    }
    text_list_free(&words);
    text_list_free(&keys);
}
