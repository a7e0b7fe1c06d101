#include "base/control_group.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char mount[] = "/sys/fs/cgroup";

bool control_group_read(const char *folder, const char *name, char text[CONTROL_GROUP_MOST_TEXT]) {
    TextBuffer path = {0};
    text_printf(&path, "%s/%s", folder, name);
    FILE *file = fopen(text_of(&path), "re");
    text_free(&path);
    if (file == NULL) {
        return false;
    }
    const size_t n = fread(text, 1, CONTROL_GROUP_MOST_TEXT - 1, file);
    text[n] = '\0';
    fclose(file);
    return true;
}

uint64_t control_group_number(const char *folder, const char *name) {
    char text[CONTROL_GROUP_MOST_TEXT];
    uint64_t number = 0;
    return control_group_read(folder, name, text) &&
                   text_to_uint64(text, strcspn(text, " \n"), &number)
               ? number
               : 0;
}

static bool has_item(const char *list, const char *item) {
    const size_t n = strcspn(list, ",");
    return (n == strlen(item) && memcmp(list, item, n) == 0) ||
           (list[n] == ',' && has_item(list + n + 1, item));
}

char *control_group_find(char *text, const char *controller) {
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (path) {
            *path = '\0';
            if (has_item(controllers + 1, controller)) {
                return path + 1;
            }
        }
    }
    return NULL;
}

uint64_t control_group_smallest(const char *controller, uint64_t (*limit_of)(const char *folder)) {
    char text[CONTROL_GROUP_MOST_TEXT];
    char *group = control_group_read("/proc/self", "cgroup", text)
                      ? control_group_find(text, controller)
                      : NULL;
    if (group == NULL) {
        return 0;
    }
    TextBuffer folder = {0};
    uint64_t limit = 0;
    for (char *end = group + strlen(group); end; end = strrchr(group, '/')) {
        *end = '\0';
        folder.n = 0;
        text_printf(&folder, "%s/%s%s", mount, controller, group);
        limit = control_group_smaller(limit, limit_of(text_of(&folder)));
    }
    text_free(&folder);
    return limit;
}
