/* A folder that a test program works in, and what its tests ask of files there. */
#ifndef NNTRAIN_TESTS_SCRATCH_H
#define NNTRAIN_TESTS_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Makes a new folder and the program's working folder; for cmocka's group setup. */
static inline int scratch_enter(void **state) {
    (void)state;
    char folder[] = "/tmp/nntrain-test-XXXXXX";
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

/* Removes what scratch_enter made; for cmocka's group teardown. */
static inline int scratch_leave(void **state) {
    (void)state;
    char folder[4096];
    char command[5000];
    if (!getcwd(folder, sizeof folder) || strncmp(folder, "/tmp/nntrain-test-", 18) != 0) {
        return -1;
    }
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static inline void scratch_put(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static inline bool scratch_holds(const char *path, const char *text) {
    char content[4096] = "";
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    const size_t n = fread(content, 1, sizeof content - 1, file);
    fclose(file);
    return n == strlen(text) && memcmp(content, text, n) == 0;
}

/* How many names are in a folder, or 1000 if there is none. */
static inline size_t scratch_count(const char *path) {
    DIR *folder = opendir(path);
    size_t n = 0;
    if (!folder) {
        return 1000;
    }
    for (const struct dirent *entry; (entry = readdir(folder));) {
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(folder);
    return n;
}

#endif
