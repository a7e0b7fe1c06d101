#include "app/help.h"

#include <string.h>

#include "app/completion.h"
#include "app/config.h"
#include "app/exit_code.h"
#include "app/help_layout.h"
#include "app/help_pages.h"
#include "app/run_file.h"
#include "base/memory.h"

/* ---- commands ---- */

static void append_options(TextBuffer *out, const Command *command) {
    for (size_t i = 0; i < command_option_kinds()->n; i++) {
        const CommandOption *option = (const CommandOption *)kind_at(command_option_kinds(), i);
        if (command && !command_option_is_for(option, command)) {
            continue;
        }
        const bool for_some = !command && !command_option_is_for_all(option);
        TextBuffer name = {0}, text = {0};
        help_option_name(&name, option);
        text_printf(&text, "%s%s%s%s", option->kind.help, for_some ? " (" : "",
                    for_some ? option->commands : "", for_some ? ")" : "");
        help_item(out, 2, text_of(&name), 31, text_of(&text));
        text_free(&name);
        text_free(&text);
    }
}

void help_command(TextBuffer *out, const Command *command) {
    text_printf(out, "usage: nntrain %s %s\n\n", command->kind.name, command->usage);
    help_item(out, 0, "", 2, command->kind.help);
    if (command->takes_overrides) {
        text_append(out, "\n");
        help_item(
            out, 0, "", 2,
            "SECTION.KEY=VALUE, or --SECTION.KEY=VALUE, replaces a key of the config; `nntrain "
            "help config` lists the keys.");
    }
    text_append(out, "\noptions\n");
    append_options(out, command);
}

static void append_commands(TextBuffer *out, const KindTable *commands) {
    text_append(out, "commands\n");
    for (size_t i = 0; i < commands->n; i++) {
        const Command *command = (const Command *)kind_at(commands, i);
        help_item(out, 2, command->kind.name, 13, command->usage);
        help_item(out, 0, "", 13, command->kind.help);
    }
}

/* ---- overview ---- */

const char help_purpose[] =
    "nntrain trains a neural network on a CSV file, as a config file says, in nine steps.";
const char help_smallest_config[] = "  [data]\n"
                                    "  file = iris.csv\n"
                                    "  target = species\n";

static void append_nouns(TextBuffer *out, const KindTable *commands) {
    KindTables tables = {0};
    TextBuffer nouns = {0};
    kind_tables_list(&tables, commands);
    for (size_t i = 0; i < tables.n; i++) {
        text_printf(&nouns, "%s%s", i ? ", " : "", tables.items[i]->noun);
    }
    help_item(out, 2, "tables", 13, text_of(&nouns));
    text_free(&nouns);
    kind_tables_free(&tables);
}

static void append_sections(TextBuffer *out) {
    TextBuffer sections = {0};
    for (size_t i = 0; i < config_n_options; i++) {
        if (i == 0 || strcmp(config_options[i].section, config_options[i - 1].section) != 0) {
            text_printf(&sections, "%s, ", config_options[i].section);
        }
    }
    text_append(&sections, "layer, gate, tuning.space");
    help_item(out, 2, "sections", 13, text_of(&sections));
    text_free(&sections);
}

static void append_next(TextBuffer *out, const KindTable *commands) {
    static const char *const steps[][2] = {
        {"nntrain init DATA.csv --target COLUMN", "a starter config for your data"},
        {"nntrain help COMMAND", "a command and its options"},
        {"nntrain help config", "all keys with their defaults and values"},
        {"nntrain help optimizer", "a section, or a table of kinds"},
        {"nntrain help optimizer.name", "a key, and what it chooses from"},
        {"nntrain help adam", "one kind: formula and source"},
        {"nntrain help completion-bash", "completion for a shell; also -zsh and -fish"},
    };
    text_append(out, "\nwhere to go next\n");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        help_item(out, 2, steps[i][0], 42, steps[i][1]);
    }
    text_append(out, "\n");
    append_sections(out);
    append_nouns(out, commands);
}

void help_overview(TextBuffer *out, const KindTable *commands) {
    help_wrap(out, 0, 0, help_purpose);
    text_append(out, "\n"
                     "usage: nntrain CONFIG.ini [SECTION.KEY=VALUE ...]\n"
                     "       nntrain COMMAND ...\n\n");
    append_commands(out, commands);
    text_append(out, "\noptions\n");
    append_options(out, NULL);
    text_append(out, "\nexit codes\n");
    help_rows(out, exit_code_kinds(), 2);
    text_append(out, "\nthe smallest config\n");
    text_append(out, help_smallest_config);
    append_next(out, commands);
}

/* ---- topics ---- */

typedef struct Topic {
    const char *word;
    const KindTable *commands;
    KindTables tables;
    TextBuffer *out;
} Topic;

static void print_config(const Topic *topic) { help_all_keys(topic->out); }
static void print_gates(const Topic *topic) { help_gates(topic->out); }
static void print_space(const Topic *topic) { help_space(topic->out); }
static void print_markdown_keys(const Topic *topic) { help_markdown_keys(topic->out); }
static void print_markdown_kinds(const Topic *topic) {
    help_markdown_kinds(topic->out, &topic->tables);
}
static void print_markdown_commands(const Topic *topic) {
    help_markdown_commands(topic->out, topic->commands);
}
static void print_markdown_exit_codes(const Topic *topic) {
    help_markdown_table(topic->out, exit_code_kinds());
}
static void print_markdown_files(const Topic *topic) {
    help_markdown_table(topic->out, run_file_kinds());
}
static void print_man(const Topic *topic) { help_man(topic->out, topic->commands); }

static void print_completion(const Topic *topic,
                             void (*print)(TextBuffer *out, const Completion *from)) {
    print(topic->out, &(Completion){.commands = topic->commands, .tables = &topic->tables});
}

static void print_bash(const Topic *topic) { print_completion(topic, completion_bash); }
static void print_zsh(const Topic *topic) { print_completion(topic, completion_zsh); }
static void print_fish(const Topic *topic) { print_completion(topic, completion_fish); }

/* Words that are neither in the tables of keys nor of kinds. */
static const struct {
    const char *word;
    void (*print)(const Topic *topic);
} pages[] = {
    {"config", print_config},
    {"gate", print_gates},
    {"tuning.space", print_space},
    {"man", print_man},
    {"completion-bash", print_bash},
    {"completion-zsh", print_zsh},
    {"completion-fish", print_fish},
    {"markdown-commands", print_markdown_commands},
    {"markdown-exit-codes", print_markdown_exit_codes},
    {"markdown-files", print_markdown_files},
    {"markdown-keys", print_markdown_keys},
    {"markdown-kinds", print_markdown_kinds},
};

enum { N_PAGES = sizeof pages / sizeof *pages };

static void separate(TextBuffer *out) { text_append(out, out->n ? "\n" : ""); }

/* Adds a text of its own to the page, a blank line before it. */
static void take(TextBuffer *out, TextBuffer *text) {
    if (text->n) {
        separate(out);
        text_append(out, text_of(text));
    }
    text_free(text);
}

static void append_sections_and_pages(const Topic *topic) {
    for (size_t i = 0; i < N_PAGES; i++) {
        if (strcmp(pages[i].word, topic->word) == 0) {
            pages[i].print(topic);
        }
    }
    const Kind *command = kind_find(topic->commands, topic->word);
    if (command) {
        separate(topic->out);
        help_command(topic->out, (const Command *)command);
    }
    TextBuffer section = {0}, key = {0};
    help_section(&section, topic->word);
    take(topic->out, &section);
    help_full_key(&key, topic->word);
    take(topic->out, &key);
}

static void append_kinds(const Topic *topic) {
    for (size_t i = 0; i < topic->tables.n; i++) {
        if (kind_table_is_called(topic->tables.items[i], topic->word)) {
            separate(topic->out);
            help_table(topic->out, topic->tables.items[i]);
        }
    }
    for (size_t i = 0; i < topic->tables.n; i++) {
        const KindTable *table = topic->tables.items[i];
        const Kind *kind = table == topic->commands ? NULL : kind_find(table, topic->word);
        if (kind) {
            separate(topic->out);
            help_row(topic->out, table, kind);
        }
    }
}

static void add_key_names(TextList *names, const Option *options, size_t n) {
    for (size_t i = 0; i < n; i++) {
        TextBuffer full = {0};
        text_printf(&full, "%s.%s", options[i].section, options[i].key);
        text_list_add(names, text_of(&full));
        text_list_add(names, options[i].section);
        text_list_add(names, options[i].key);
        text_free(&full);
    }
}

static bool fail_unknown(const Topic *topic, Error *err) {
    TextList names = {0};
    char shown[TEXT_SHOWN];
    for (size_t i = 0; i < N_PAGES; i++) {
        text_list_add(&names, pages[i].word);
    }
    for (size_t i = 0; i < topic->tables.n; i++) {
        const KindTable *table = topic->tables.items[i];
        text_list_add(&names, table->noun);
        for (size_t row = 0; row < table->n; row++) {
            text_list_add(&names, kind_at(table, row)->name);
        }
    }
    add_key_names(&names, config_options, config_n_options);
    add_key_names(&names, config_layer_options, config_n_layer_options);
    const char *meant = text_suggest(topic->word, (const char *const *)names.items, names.n);
    text_shown(shown, topic->word, strlen(topic->word));
    if (meant) {
        fail(err, ERROR_USAGE, "error: nothing is called \"%s\"; did you mean %s?", shown, meant);
    } else {
        fail(err, ERROR_USAGE,
             "error: nothing is called \"%s\"; `nntrain help` tells where to look", shown);
    }
    text_list_free(&names);
    return false;
}

bool help_topic(TextBuffer *out, const KindTable *commands, const char *word, Error *err) {
    TextBuffer page = {0};
    Topic topic = {.word = word, .commands = commands, .out = &page};
    kind_tables_list(&topic.tables, commands);
    append_sections_and_pages(&topic);
    append_kinds(&topic);
    const bool found = page.n > 0 || help_bare_key(&page, word);
    text_append(out, text_of(&page));
    const bool good = found || fail_unknown(&topic, err);
    kind_tables_free(&topic.tables);
    text_free(&page);
    return good;
}
