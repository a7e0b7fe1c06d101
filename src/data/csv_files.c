#include "data/csv_files.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static bool add_paths(const char *name, const char *folder, TextList *paths, Error *err) {
    if (strcmp(name, "-") == 0) {
        text_list_add(paths, name);
        return true;
    }
    char *path = file_join(folder ? folder : "", name);
    const bool ok = file_glob(path, paths, err);
    memory_free(path);
    return ok;
}

bool csv_files_are_same(const char *a, const char *b) {
    return strcmp(a, b) == 0 || file_is_same(a, b);
}

static bool check_distinct(const TextList *files, Error *err) {
    for (size_t i = 1; i < files->n; i++) {
        for (size_t j = 0; j < i; j++) {
            const char *a = files->items[j], *b = files->items[i];
            if (csv_files_are_same(a, b)) {
                return file_fail(err, ERROR_DATA, b,
                                 "the same file as %s; its rows would be read twice", a);
            }
        }
    }
    return true;
}

bool csv_files_resolve(const TextList *names, const char *folder, TextList *paths, Error *err) {
    for (size_t i = 0; i < names->n; i++) {
        if (!add_paths(names->items[i], folder, paths, err)) {
            return false;
        }
    }
    return true;
}

bool csv_files_list(const TextList *names, const char *folder, TextList *paths, Error *err) {
    return csv_files_resolve(names, folder, paths, err) && check_distinct(paths, err);
}
