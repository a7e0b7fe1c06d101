#include <stdio.h>
#include <string.h>

#include "app/config.h"
#include "app/starter.h"
#include "base/file.h"
#include "base/memory.h"
#include "commands/commands.h"

enum { SHOWN_COLUMNS = 60 };

/* Everything that init works with: a config of defaults, the data, and what is to be written. */
typedef struct Init {
    const char *path;   /* the CSV as typed */
    const char *output; /* NULL: standard output */
    Config config;
    Table table;
    Schema schema;
    Problems problems;
} Init;

static void init_free(Init *init) {
    schema_free(&init->schema);
    table_free(&init->table);
    config_free(&init->config);
    problems_free(&init->problems);
}

static bool fail_with_columns(const Init *init, const char *what, Error *err) {
    const TextList *names = &init->table.names;
    TextBuffer columns = {0};
    for (size_t i = 0; i < names->n && i < SHOWN_COLUMNS; i++) {
        text_append(&columns, i ? ", " : "");
        text_append_escaped(&columns, names->items[i], strlen(names->items[i]));
    }
    if (names->n > SHOWN_COLUMNS) {
        text_printf(&columns, ", ... (%zu in all)", names->n);
    }
    fail(err, ERROR_USAGE, "error: %s; the columns are %s", what, text_of(&columns));
    text_free(&columns);
    return false;
}

static bool fail_unknown_target(const Init *init, const char *name, Error *err) {
    const TextList *names = &init->table.names;
    const char *meant = text_suggest(name, (const char *const *)names->items, names->n);
    char shown[TEXT_SHOWN], likely[TEXT_SHOWN];
    text_shown(shown, name, strlen(name));
    if (meant) {
        return fail(err, ERROR_USAGE,
                    "error: --target \"%s\": there is no such column; did you mean %s?", shown,
                    text_shown(likely, meant, strlen(meant)));
    }
    TextBuffer what = {0};
    text_printf(&what, "--target \"%s\": there is no such column", shown);
    fail_with_columns(init, text_of(&what), err);
    text_free(&what);
    return false;
}

/* The columns of --target: one name, or a list as in data.target. */
static bool find_target(Init *init, const char *target, Error *err) {
    if (!target) {
        return fail_with_columns(init, "init needs --target COLUMN, what the network is to predict",
                                 err);
    }
    TextList *names = &init->config.schema.target;
    const char *problem = NULL;
    if (table_find(&init->table, target) < init->table.n_columns) {
        text_list_add(names, target);
    } else if (!text_split_list(target, names, &problem)) {
        return fail(err, ERROR_USAGE, "error: --target: %s", problem);
    }
    for (size_t i = 0; i < names->n; i++) {
        if (table_find(&init->table, names->items[i]) == init->table.n_columns) {
            return fail_unknown_target(init, names->items[i], err);
        }
    }
    return names->n > 0 || fail_with_columns(init, "--target names no column", err);
}

/* What the target's cells are read as decides whether they can be classes. */
static void wish(const void *context, const Table *table, CsvWish *wishes) {
    const char *target = context;
    const char *problem;
    TextList names = {0};
    if (table_find(table, target) < table->n_columns) {
        wishes[table_find(table, target)] = CSV_WISH_CLASSES;
    } else if (text_split_list(target, &names, &problem) && names.n == 1 &&
               table_find(table, names.items[0]) < table->n_columns) {
        wishes[table_find(table, names.items[0])] = CSV_WISH_CLASSES;
    }
    text_list_free(&names);
}

/* Reads data as a config with nothing but file and target would. */
static bool read_data(Init *init, const char *target, Error *err) {
    config_set_defaults(&init->config, &init->problems);
    text_list_add(&init->config.csv.files, init->path);
    CsvOptions options = init->config.csv;
    options.missing = &init->config.schema.missing;
    options.wishes = target ? wish : NULL;
    options.wishes_context = target;
    if (!csv_read(&options, &init->table, &init->problems, err) ||
        !find_target(init, target, err)) {
        return false;
    }
    if (!schema_infer(&init->config.schema, &init->table, &init->schema, &init->problems)) {
        return fail(err, ERROR_DATA, "%s", text_of(&init->problems.text));
    }
    return true;
}

static char *data_path_for(const Init *init) {
    if (strcmp(init->path, "-") == 0) {
        return memory_copy_text(init->path);
    }
    char *folder = file_folder_of(init->output ? init->output : "");
    char *path = file_relative("", init->path, folder);
    memory_free(folder);
    return path;
}

static bool make_config(const Init *init, TextBuffer *out, Error *err) {
    char *file = data_path_for(init);
    const StarterInput input = {file, init->output ? init->output : "CONFIG.ini", &init->table,
                                &init->schema};
    const bool good =
        starter_print(out, &input) ||
        file_fail(
            err, ERROR_USAGE, init->path,
            "a config cannot hold this path (%zu bytes as seen from there); use a shorter one",
            strlen(file));
    memory_free(file);
    return good;
}

static bool write_config(const Init *init, const TextBuffer *text, Error *err) {
    if (init->output) {
        return file_write(init->output, text_of(text), text->n, err);
    }
    fputs(text_of(text), stdout);
    return true;
}

bool command_init(const CommandLine *line, Error *err) {
    const bool to_file = line->output && strcmp(line->output, "-") != 0;
    Init init = {.path = line->arguments.items[0], .output = to_file ? line->output : NULL};
    if (to_file && file_exists(init.output)) {
        return file_fail(err, ERROR_FILE, init.output,
                         "would be overwritten; name another file, or remove it first");
    }
    TextBuffer text = {0};
    const bool good = read_data(&init, line->target, err) && make_config(&init, &text, err) &&
                      write_config(&init, &text, err);
    text_free(&text);
    init_free(&init);
    return good;
}
