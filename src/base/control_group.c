#include "base/control_group.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char control_groups[] = "/sys/fs/cgroup";

bool control_group_read(const char *path, char text[CONTROL_GROUP_MOST_TEXT]) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const size_t n = fread(text, 1, CONTROL_GROUP_MOST_TEXT - 1, file);
    text[n] = '\0';
    fclose(file);
    return true;
}

static uint64_t limit_of_group(const char *group, const char *file,
                               uint64_t (*limit_in)(const char *text)) {
    char text[CONTROL_GROUP_MOST_TEXT];
    TextBuffer path = {0};
    text_printf(&path, "%s%s/%s", control_groups, group, file);
    const uint64_t limit = control_group_read(text_of(&path), text) ? limit_in(text) : 0;
    text_free(&path);
    return limit;
}

/* The process's line is "0::/path". */
uint64_t control_group_smallest(const char *file, uint64_t (*limit_in)(const char *text)) {
    char text[CONTROL_GROUP_MOST_TEXT];
    if (!control_group_read("/proc/self/cgroup", text)) {
        return 0;
    }
    char *group = strstr(text, "0::/");
    if (group == NULL) {
        return 0;
    }
    group += strlen("0::");
    group[strcspn(group, "\n")] = '\0';
    uint64_t limit = limit_of_group("", file, limit_in);
    for (char *slash; (slash = strrchr(group, '/')) != NULL; *slash = '\0') {
        limit = control_group_smaller(limit, limit_of_group(group, file, limit_in));
    }
    return limit;
}
