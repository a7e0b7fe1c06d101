/* What is called by its name is found by it, so no two may have the same; see model_section.h. */
#include <stdlib.h>
#include <string.h>

#include "artifact/model_section.h"
#include "base/memory.h"

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Fails when a name is empty or occurs twice; sorts names. */
static bool check_distinct(const JsonAt *at, const char *what, const char **names, size_t n,
                           Error *err) {
    if (n > 0) {
        qsort(names, n, sizeof *names, compare_names);
    }
    for (size_t i = 0; i < n; i++) {
        if (names[i][0] == '\0') {
            return json_fail(at, err, "%s has an empty name", what);
        }
        if (i > 0 && strcmp(names[i - 1], names[i]) == 0) {
            char shown[TEXT_SHOWN];
            return json_fail(at, err, "%s is named twice: '%s'", what,
                             text_shown(shown, names[i], strlen(names[i])));
        }
    }
    return true;
}

static bool check_list(const JsonAt *at, const char *what, const TextList *list, size_t n,
                       Error *err) {
    const char **names = NEW(const char *, n);
    for (size_t i = 0; i < n; i++) {
        names[i] = list->items[i];
    }
    const bool good = check_distinct(at, what, names, n, err);
    memory_free(names);
    return good;
}

/* A column has one role. */
static bool check_columns(const JsonAt *root, const ModelFile *file, Error *err) {
    const TextList *targets = &file->target.names;
    const char **names = NEW(const char *, file->features.n + targets->n + file->ids.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < file->features.n; i++) {
        names[n++] = file->features.items[i].name;
    }
    for (size_t i = 0; i < targets->n; i++) {
        names[n++] = targets->items[i];
    }
    for (size_t i = 0; i < file->ids.n; i++) {
        names[n++] = file->ids.items[i];
    }
    if (file->weight_column) {
        names[n++] = file->weight_column;
    }
    const bool good = check_distinct(root, "a column", names, n, err);
    memory_free(names);
    return good;
}

bool model_names_check(const JsonAt *root, const ModelFile *file, Error *err) {
    bool good = check_columns(root, file, err) &&
                check_list(root, "a class", &file->target.classes, file->target.classes.n, err);
    for (size_t i = 0; good && i < file->features.n; i++) {
        const Feature *feature = &file->features.items[i];
        good = check_list(root, "a category", &feature->categories,
                          feature->categories.n ? feature_n_named(feature) : 0, err);
    }
    return good;
}
