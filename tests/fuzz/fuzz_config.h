/* A config that loads is printed in a form that loads, and prints the same again. */
#ifndef NNTRAIN_TESTS_FUZZ_CONFIG_H
#define NNTRAIN_TESTS_FUZZ_CONFIG_H

#include "app/config.h"
#include "fuzz.h"

/* The resolved config, or an empty text when it has mistakes. */
static inline TextBuffer fuzz_resolve(const char *text, size_t n, const TextList *overrides) {
    Config config = {0};
    Problems problems = {0};
    TextBuffer resolved = {0};
    if (config_parse("x.ini", text, n, overrides, &config, &problems)) {
        config_print(&resolved, &config, config.folder);
    }
    fuzz_check_message(text_of(&problems.text));
    config_free(&config);
    problems_free(&problems);
    return resolved;
}

/* Entries without the comments, which tell where a value came from. */
static inline void fuzz_compare(const TextBuffer *a, const TextBuffer *b) {
    Ini first = {0}, second = {0};
    Problems problems = {0};
    ini_read("a.ini", text_of(a), a->n, &first, &problems);
    ini_read("b.ini", text_of(b), b->n, &second, &problems);
    require(problems.n_errors == 0);
    require(first.n == second.n);
    for (size_t i = 0; i < first.n; i++) {
        require(strcmp(first.entries[i].section, second.entries[i].section) == 0);
        require(!first.entries[i].key == !second.entries[i].key);
        require(!first.entries[i].key || strcmp(first.entries[i].key, second.entries[i].key) == 0);
        require(strcmp(first.entries[i].value, second.entries[i].value) == 0);
    }
    ini_free(&first);
    ini_free(&second);
    problems_free(&problems);
}

static inline void fuzz_config(const char *text, size_t n, const TextList *overrides) {
    TextBuffer resolved = fuzz_resolve(text, n, overrides);
    if (resolved.n > 0) {
        const TextList none = {0};
        TextBuffer again = fuzz_resolve(text_of(&resolved), resolved.n, &none);
        require(again.n > 0);
        fuzz_compare(&resolved, &again);
        text_free(&again);
    }
    text_free(&resolved);
}

#endif
