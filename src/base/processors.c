#include "base/processors.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/control_group.h"
#include "base/text.h"

enum { MOST_PROCESSORS = 8192 };

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

static uint64_t limit_in(const char *text) { return processors_in_quota(text); }

/* cgroup v1 has quota and period in two files; -1 is no limit. */
static size_t quota_of_old_group(void) {
    char quota[CONTROL_GROUP_MOST_TEXT], period[CONTROL_GROUP_MOST_TEXT];
    char both[2 * CONTROL_GROUP_MOST_TEXT];
    if (!control_group_read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quota) ||
        !control_group_read("/sys/fs/cgroup/cpu/cpu.cfs_period_us", period) || quota[0] == '-') {
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
    const uint64_t quota =
        control_group_smaller(control_group_smallest("cpu.max", limit_in), quota_of_old_group());
    return (size_t)control_group_smaller(count_affinity(), quota);
}
