#include "base/processors.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char control_groups[] = "/sys/fs/cgroup";

enum { MOST_TEXT = 4096, MOST_PROCESSORS = 8192 };

/* The first bytes of a file as text; false when it cannot be read. */
static bool read_text(const char *path, char text[MOST_TEXT]) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const size_t n = fread(text, 1, MOST_TEXT - 1, file);
    text[n] = '\0';
    fclose(file);
    return true;
}

size_t processors_in_quota(const char *text) {
    const size_t n_quota = strcspn(text, " \n");
    const char *rest = text + n_quota + strspn(text + n_quota, " \n");
    uint64_t quota, period;
    if (!text_to_uint64(text, n_quota, &quota) ||
        !text_to_uint64(rest, strcspn(rest, " \n"), &period) || quota == 0 || period == 0) {
        return 0;
    }
    return (size_t)((quota - 1) / period + 1);
}

static size_t smaller_limit(size_t a, size_t b) { return a == 0 || (b > 0 && b < a) ? b : a; }

static size_t quota_of_group(const char *group) {
    char text[MOST_TEXT];
    TextBuffer path = {0};
    text_printf(&path, "%s%s/cpu.max", control_groups, group);
    const size_t quota = read_text(text_of(&path), text) ? processors_in_quota(text) : 0;
    text_free(&path);
    return quota;
}

/* cgroup v2: the process's own group and all above it limit it. Its line is "0::/path". */
static size_t quota_of_groups(void) {
    char text[MOST_TEXT];
    if (!read_text("/proc/self/cgroup", text)) {
        return 0;
    }
    char *group = strstr(text, "0::/");
    if (group == NULL) {
        return 0;
    }
    group += strlen("0::");
    group[strcspn(group, "\n")] = '\0';
    size_t quota = quota_of_group("");
    for (char *slash; (slash = strrchr(group, '/')) != NULL; *slash = '\0') {
        quota = smaller_limit(quota, quota_of_group(group));
    }
    return quota;
}

/* cgroup v1 has quota and period in two files; -1 is no limit. */
static size_t quota_of_old_group(void) {
    char quota[MOST_TEXT], period[MOST_TEXT], both[2 * MOST_TEXT];
    if (!read_text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quota) ||
        !read_text("/sys/fs/cgroup/cpu/cpu.cfs_period_us", period) || quota[0] == '-') {
        return 0;
    }
    snprintf(both, sizeof both, "%s %s", quota, period);
    return processors_in_quota(both);
}

static size_t count_affinity(void) {
    cpu_set_t *set = CPU_ALLOC(MOST_PROCESSORS);
    const size_t size = CPU_ALLOC_SIZE(MOST_PROCESSORS);
    int n = 1;
    if (set != NULL && sched_getaffinity(0, size, set) == 0) {
        n = CPU_COUNT_S(size, set);
    }
    CPU_FREE(set);
    return n > 0 ? (size_t)n : 1;
}

size_t processors_available(void) {
    return smaller_limit(count_affinity(), smaller_limit(quota_of_groups(), quota_of_old_group()));
}
