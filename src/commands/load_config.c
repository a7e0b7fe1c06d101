#include "commands/load_config.h"

#include <string.h>

/* All messages, or as many whole lines as an Error holds with the count of the rest. */
static void fail_with_problems(const Problems *problems, Error *err) {
    enum { ROOM = sizeof err->text - 80 };
    const char *text = text_of(&problems->text);
    size_t length = strlen(text);
    if (length <= ROOM) {
        fail(err, ERROR_CONFIG, "%s", text);
        return;
    }
    size_t end = ROOM;
    while (end > 0 && text[end] != '\n') {
        end--;
    }
    size_t shown = 1;
    for (size_t i = 0; i < end; i++) {
        shown += text[i] == '\n';
    }
    fail(err, ERROR_CONFIG, "%.*s\n... and %zu more", (int)end, text,
         problems->n_errors + problems->n_warnings - shown);
}

bool load_config(const CommandLine *line, bool warnings_are_errors, Console *console,
                 Config *config, Error *err) {
    Problems problems = {.is_strict = warnings_are_errors};
    Error unreadable = {0};
    bool good =
        config_load(line->arguments.items[0], &line->overrides, config, &problems, &unreadable);
    if (unreadable.code) {
        *err = unreadable;
    } else if (!good) {
        fail_with_problems(&problems, err);
    } else {
        console_lines(console, "", text_of(&problems.text));
    }
    problems_free(&problems);
    return good && command_line_threads(line, &config->threads, err);
}
