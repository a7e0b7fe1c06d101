#include "base/file_path.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

bool file_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

bool file_is_missing(const char *path) {
    struct stat status;
    return stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool file_is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool file_is_same(const char *a, const char *b) {
    struct stat first;
    struct stat second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

char *file_join(const char *folder, const char *name) {
    const size_t n = strlen(folder);
    if (n == 0 || name[0] == '/') {
        return memory_copy_text(name);
    }
    TextBuffer path = {0};
    text_printf(&path, "%s%s%s", folder, folder[n - 1] == '/' ? "" : "/", name);
    return path.bytes;
}

/* Length without the slashes at the end. */
static size_t trimmed_length(const char *path, size_t n) {
    while (n > 1 && path[n - 1] == '/') {
        n--;
    }
    return n;
}

/* Where the last part of the first n bytes starts. */
static size_t last_part(const char *path, size_t n) {
    while (n > 0 && path[n - 1] != '/') {
        n--;
    }
    return n;
}

char *file_folder_of(const char *path) {
    const size_t start = last_part(path, trimmed_length(path, strlen(path)));
    return memory_copy_bytes(path, trimmed_length(path, start));
}

char *file_stem_of(const char *path) {
    const size_t end = trimmed_length(path, strlen(path));
    const size_t start = last_part(path, end);
    size_t dot = end;
    while (dot > start && path[dot - 1] != '.') {
        dot--;
    }
    /* A dot in front starts a name, not a suffix. */
    const size_t stem_end = dot > start + 1 ? dot - 1 : end;
    return memory_copy_bytes(path + start, stem_end - start);
}

char *file_follow_links(const char *path) {
    enum { MOST_LINKS = 40 };
    char *at = memory_copy_text(path);
    for (int i = 0; i < MOST_LINKS; i++) {
        char link[PATH_MAX];
        const ssize_t n = readlink(at, link, sizeof link - 1);
        if (n < 0) {
            return at;
        }
        link[n] = '\0';
        char *folder = file_folder_of(at);
        memory_free(at);
        at = file_join(folder, link);
        memory_free(folder);
    }
    memory_free(at);
    errno = ELOOP;
    return NULL;
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool file_glob(const char *pattern, TextList *out, Error *err) {
    if (!strpbrk(pattern, "*?[") || file_exists(pattern)) {
        text_list_add(out, pattern);
        return true;
    }
    glob_t found = {0};
    if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0) {
        globfree(&found);
        return file_fail(err, ERROR_FILE, pattern, "no file matches this pattern");
    }
    qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, compare_texts);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        text_list_add(out, found.gl_pathv[i]);
    }
    globfree(&found);
    return true;
}

bool file_fail(Error *err, ErrorCode code, const char *path, const char *format, ...) {
    TextBuffer text = {0};
    if (strcmp(path, "-") == 0) {
        text_append(&text, "standard input");
    } else {
        const size_t n = strlen(path);
        (n < PATH_MAX ? text_append_uncut : text_append_escaped)(&text, path, n);
    }
    text_append(&text, ": error: ");
    va_list args;
    va_start(args, format);
    text_vprintf(&text, format, args);
    va_end(args);
    fail(err, code, "%s", text.bytes);
    text_free(&text);
    return false;
}

/* The parts of an absolute path, without "." and with ".." taken back. */
static void split_path(const char *path, TextList *parts) {
    while (*path) {
        size_t n = strcspn(path, "/");
        if (n == 2 && strncmp(path, "..", 2) == 0) {
            if (parts->n > 0) {
                memory_free(parts->items[--parts->n]);
            }
        } else if (n > 0 && !(n == 1 && *path == '.')) {
            text_list_add_bytes(parts, path, n);
        }
        path += n + (path[n] == '/');
    }
}

/* The parts of folder/name as seen from the root. */
static void split_absolute(const char *folder, const char *name, TextList *parts) {
    char current[PATH_MAX];
    char *there = file_join(getcwd(current, sizeof current) ? current : "/", folder);
    char *path = *name ? file_join(there, name) : memory_copy_text(there);
    split_path(path, parts);
    memory_free(path);
    memory_free(there);
}

char *file_relative(const char *from, const char *path, const char *to) {
    if (*path == '/') {
        return memory_copy_text(path);
    }
    TextList target = {0}, base = {0};
    split_absolute(from, path, &target);
    split_absolute(to, "", &base);
    size_t common = 0;
    while (common < target.n && common < base.n &&
           strcmp(target.items[common], base.items[common]) == 0) {
        common++;
    }
    TextBuffer out = {0};
    for (size_t i = common; i < base.n; i++) {
        text_append(&out, "../");
    }
    for (size_t i = common; i < target.n; i++) {
        text_printf(&out, "%s%s", target.items[i], i + 1 < target.n ? "/" : "");
    }
    text_list_free(&target);
    text_list_free(&base);
    char *result = memory_copy_text(text_of(&out));
    text_free(&out);
    return result;
}
