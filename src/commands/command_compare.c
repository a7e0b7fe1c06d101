#include <stdio.h>

#include "app/comparison.h"
#include "commands/commands.h"

bool command_compare(const CommandLine *line, Error *err) {
    Comparison comparison = {0};
    TextBuffer text = {0};
    if (line->json && line->markdown) {
        return fail(err, ERROR_USAGE, "error: --json and --markdown exclude each other");
    }
    const bool good = comparison_read(&line->arguments, &comparison, err);
    if (good && line->json) {
        comparison_print_json(&text, &comparison);
    } else if (good) {
        comparison_print(&text, &comparison, line->markdown);
    }
    fputs(text_of(&text), stdout);
    text_free(&text);
    comparison_free(&comparison);
    return good;
}
