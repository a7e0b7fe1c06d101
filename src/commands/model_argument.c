#include "commands/model_argument.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static const char MODEL[] = "model.json";

/* Not whether a model can be read from there, but whether one is meant. */
static bool is_model(const char *path) {
    const size_t n = strlen(path), n_suffix = strlen(".json");
    return file_is_folder(path) || (n > n_suffix && strcmp(path + n - n_suffix, ".json") == 0);
}

static bool fail_order(const CommandLine *line, size_t model, Error *err) {
    const char *command = line->command->kind.name;
    TextBuffer text = {0};
    text_printf(&text, "error: the model comes first: nntrain %s ", command);
    text_append_uncut(&text, line->arguments.items[model], strlen(line->arguments.items[model]));
    for (size_t i = 0; i < line->arguments.n; i++) {
        if (i != model) {
            text_append(&text, " ");
            text_append_uncut(&text, line->arguments.items[i], strlen(line->arguments.items[i]));
        }
    }
    fail(err, ERROR_USAGE, "%s", text_of(&text));
    text_free(&text);
    return false;
}

static bool check_order(const CommandLine *line, Error *err) {
    for (size_t i = 1; i < line->arguments.n && !is_model(line->arguments.items[0]); i++) {
        if (is_model(line->arguments.items[i])) {
            return fail_order(line, i, err);
        }
    }
    return true;
}

char *model_argument_path(const CommandLine *line, Error *err) {
    const char *given = line->arguments.items[0];
    if (!check_order(line, err)) {
        return NULL;
    }
    if (!file_is_folder(given)) {
        return memory_copy_text(given);
    }
    char *path = file_join(given, MODEL);
    if (!file_exists(path)) {
        file_fail(err, ERROR_FILE, given,
                  "is a folder without a %s; give the folder of a run, or "
                  "a %s itself",
                  MODEL, MODEL);
        memory_free(path);
        return NULL;
    }
    return path;
}
