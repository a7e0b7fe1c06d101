#include "pipeline/key_places.h"

#include <string.h>

static const char marker[] = ": error: ";

/* The option whose name the line begins with, followed by the marker; NULL when there is none. */
static const Option *find_key(const char *line) {
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        size_t section = strlen(option->section), key = strlen(option->key);
        if (strncmp(line, option->section, section) == 0 && line[section] == '.' &&
            strncmp(line + section + 1, option->key, key) == 0 &&
            strncmp(line + section + 1 + key, marker, strlen(marker)) == 0) {
            return option;
        }
    }
    return NULL;
}

static void append_line(TextBuffer *out, const Config *config, const char *line, size_t n) {
    const Option *option = find_key(line);
    if (option) {
        const char *rest = strstr(line, marker) + strlen(marker);
        text_printf(out, "%s: error: %s.%s: %.*s",
                    config_place(config, option->section, option->key), option->section,
                    option->key, (int)(n - (size_t)(rest - line)), rest);
    } else {
        text_append_bytes(out, line, n);
    }
}

bool key_places_fail(const Config *config, Error *err) {
    if (!err) {
        return false;
    }
    TextBuffer out = {0};
    for (const char *line = err->text; *line;) {
        size_t n = strcspn(line, "\n");
        append_line(&out, config, line, n);
        text_append(&out, line[n] ? "\n" : "");
        line += n + (line[n] == '\n');
    }
    fail(err, err->code, "%s", text_of(&out));
    text_free(&out);
    return false;
}
