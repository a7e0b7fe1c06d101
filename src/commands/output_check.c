#include "commands/output_check.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/run_file.h"
#include "artifact/exporter.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/run_folder.h"

static bool begins_as(const char *path, OutputIsOwn *is_own) {
    char head[EXPORTER_HEAD];
    FILE *file = fopen(path, "rb");
    const size_t n = file ? fread(head, 1, sizeof head, file) : 0;
    if (file) {
        fclose(file);
    }
    return is_own(head, n);
}

static bool is_config(const char *path) {
    const size_t n = strlen(path);
    return n >= 4 && strcmp(path + n - 4, ".ini") == 0;
}

static bool is_of_run(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = file_folder_of(path);
    char *mark = file_join(folder, RUN_FOLDER_MARK);
    const bool is_it =
        file_exists(mark) && kind_find(run_file_kinds(), slash ? slash + 1 : path) != NULL;
    memory_free(mark);
    memory_free(folder);
    return is_it;
}

bool output_check(const char *path, OutputIsOwn *is_own, Error *err) {
    struct stat status;
    char *target = file_follow_links(path);
    const bool is_file = target && strcmp(path, "-") != 0 && stat(target, &status) == 0 &&
                         S_ISREG(status.st_mode) && status.st_size > 0;
    const bool is_kept =
        is_file && (is_own ? !begins_as(target, is_own) : is_config(target) || is_of_run(target));
    memory_free(target);
    return !is_kept || file_fail(err, ERROR_FILE, path,
                                 "would be overwritten; name another file, or remove it first");
}
