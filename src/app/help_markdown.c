#include <string.h>

#include "app/config.h"
#include "app/help_pages.h"
#include "compute/level.h"

/* Text of a table cell: what Markdown would take for its own is escaped. */
static void append_cell(TextBuffer *out, const char *text) {
    for (const char *at = text; *at; at++) {
        if (*at == '<') {
            text_append(out, "&lt;");
        } else {
            text_append(out, strchr("|*\\[]", *at) ? "\\" : "");
            text_append_bytes(out, at, 1);
        }
    }
}

/* Within code only the bar between cells has to be escaped. */
static void append_code(TextBuffer *out, const char *text) {
    text_append(out, "`");
    for (const char *at = text; *at; at++) {
        text_append(out, *at == '|' ? "\\" : "");
        text_append_bytes(out, at, 1);
    }
    text_append(out, "`");
}

static void append_key_row(TextBuffer *out, const Option *option) {
    TextBuffer name = {0}, values = {0};
    text_printf(&name, "%s.%s", option->section, option->key);
    option_describe_values(&values, option);
    if (option->step) {
        text_printf(out, "| %d | ", option->step);
    } else {
        text_append(out, "| - | ");
    }
    append_code(out, text_of(&name));
    text_append(out, " | ");
    if (option->default_text) {
        append_code(out, option->default_text);
    } else {
        text_append(out, "**required**");
    }
    text_append(out, " | ");
    append_cell(out, text_of(&values));
    text_append(out, " | ");
    append_cell(out, option->help);
    text_append(out, " |\n");
    text_free(&name);
    text_free(&values);
}

void help_markdown_keys(TextBuffer *out) {
    text_append(out, "| step | key | default | values | meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < config_n_options; i++) {
        append_key_row(out, &config_options[i]);
    }
    for (size_t i = 0; i < config_n_layer_options; i++) {
        append_key_row(out, &config_layer_options[i]);
    }
}

/* What a table's rows have besides name and help. */
typedef struct Columns {
    bool formula, source;
} Columns;

static void append_title(TextBuffer *out, const KindTable *table) {
    TextBuffer keys = {0};
    TextList list = {0};
    const char *problem;
    kind_table_keys(&keys, table);
    text_split_list(text_of(&keys), &list, &problem);
    text_printf(out, "### %s\n\n", table->noun);
    for (size_t i = 0; i < list.n; i++) {
        text_append(out, i ? ", " : "Chosen by ");
        append_code(out, list.items[i]);
    }
    text_append(out, list.n ? ".\n\n" : "");
    text_list_free(&list);
    text_free(&keys);
}

static void append_row(TextBuffer *out, const Kind *kind, Columns columns) {
    text_append(out, "| ");
    append_code(out, kind->name);
    text_append(out, " | ");
    append_cell(out, kind->help);
    if (columns.formula) {
        text_append(out, " | ");
        if (kind->formula) {
            append_code(out, kind->formula);
        }
    }
    if (columns.source) {
        text_append(out, " | ");
        append_cell(out, kind->source ? kind->source : "");
    }
    text_append(out, " |\n");
}

static Columns columns_of(const KindTable *table) {
    Columns columns = {0};
    for (size_t i = 0; i < table->n; i++) {
        columns.formula = columns.formula || kind_at(table, i)->formula;
        columns.source = columns.source || kind_at(table, i)->source;
    }
    return columns;
}

static void append_table(TextBuffer *out, const KindTable *table, const char *first) {
    const Columns columns = columns_of(table);
    text_printf(out, "| %s | meaning |%s%s\n", first, columns.formula ? " formula |" : "",
                columns.source ? " source |" : "");
    text_printf(out, "|---|---|%s%s\n", columns.formula ? "---|" : "",
                columns.source ? "---|" : "");
    for (size_t i = 0; i < table->n; i++) {
        append_row(out, kind_at(table, i), columns);
    }
}

void help_markdown_table(TextBuffer *out, const KindTable *table) {
    append_table(out, table, table->noun);
}

void help_markdown_kinds(TextBuffer *out, const KindTables *tables) {
    bool is_first = true;
    for (size_t i = 0; i < tables->n; i++) {
        const KindTable *table = tables->items[i];
        if (table == level_kinds()) { /* which differs from machine to machine */
            continue;
        }
        text_append(out, is_first ? "" : "\n");
        append_title(out, table);
        append_table(out, table, "name");
        is_first = false;
    }
}

void help_markdown_commands(TextBuffer *out, const KindTable *commands) {
    text_append(out, "| command | what it does |\n|---|---|\n");
    for (size_t i = 0; i < commands->n; i++) {
        const Command *command = (const Command *)kind_at(commands, i);
        TextBuffer line = {0};
        text_printf(&line, "nntrain %s %s", command->kind.name, command->usage);
        text_append(out, "| ");
        append_code(out, text_of(&line));
        text_append(out, " | ");
        append_cell(out, command->kind.help);
        text_append(out, " |\n");
        text_free(&line);
    }
}
