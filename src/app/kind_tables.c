#include "app/kind_tables.h"

#include <string.h>

#include "app/command_line.h"
#include "app/config.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "app/run_file.h"
#include "artifact/exporter.h"
#include "base/memory.h"
#include "compute/level.h"
#include "nn/regularizer.h"
#include "training/baseline.h"
#include "training/gate.h"
#include "training/results.h"
#include "training/tuning_search.h"

/* Tables that stand behind something else than the value of a key. */
static KindTableFunction *const others[] = {
    gate_operator_kinds, number_kinds,       baseline_kinds,       penalty_kinds,
    clipping_kinds,      level_kinds,        command_option_kinds, exit_code_kinds,
    exporter_kinds,      progress_kinds,     color_kinds,          log_format_kinds,
    distribution_kinds,  trial_status_kinds, run_file_kinds,
};

static void add(KindTables *tables, const KindTable *table) {
    for (size_t i = 0; i < tables->n; i++) {
        if (tables->items[i] == table) {
            return;
        }
    }
    GROW(tables->items, tables->n, tables->capacity);
    tables->items[tables->n++] = table;
}

static void add_choices(KindTables *tables, const Option *options, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (options[i].choices) {
            add(tables, options[i].choices());
        }
    }
}

void kind_tables_list(KindTables *tables, const KindTable *commands) {
    add_choices(tables, config_options, config_n_options);
    add_choices(tables, config_layer_options, config_n_layer_options);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        add(tables, others[i]());
    }
    add(tables, commands);
}

void kind_tables_free(KindTables *tables) {
    memory_free(tables->items);
    *tables = (KindTables){0};
}

static void append_keys(TextBuffer *out, const KindTable *table, const Option *options, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (options[i].choices && options[i].choices() == table) {
            text_printf(out, "%s%s.%s", out->n ? ", " : "", options[i].section, options[i].key);
        }
    }
}

void kind_table_keys(TextBuffer *out, const KindTable *table) {
    TextBuffer keys = {0};
    append_keys(&keys, table, config_options, config_n_options);
    append_keys(&keys, table, config_layer_options, config_n_layer_options);
    text_append(out, text_of(&keys));
    text_free(&keys);
}

static bool is_blank(char c) { return c == ' ' || c == '-' || c == '_'; }

/* The first n bytes of noun, then nothing, "s" or "es". */
static bool is_word_or_plural(const char *word, const char *noun, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (word[i] != noun[i] && !(is_blank(word[i]) && is_blank(noun[i]))) {
            return false;
        }
    }
    const char *ending = word + n;
    return strcmp(ending, "") == 0 || strcmp(ending, "s") == 0 || strcmp(ending, "es") == 0;
}

bool kind_table_is_called(const KindTable *table, const char *word) {
    return is_word_or_plural(word, table->noun, strlen(table->noun)) ||
           is_word_or_plural(word, table->noun, strcspn(table->noun, " "));
}
