#include "base/processors.h"

#include <sched.h>
#include <stdbool.h>
#include <string.h>

#include "base/control_group.h"
#include "base/text.h"

enum { MOST_PROCESSORS = 8192 };

/* 0: no limit. */
static size_t processors_of(uint64_t quota, uint64_t period) {
    return quota == 0 || period == 0 ? 0 : (size_t)((quota - 1) / period + 1);
}

size_t processors_in_quota(const char *text) {
    const size_t n_quota = strcspn(text, " \n");
    const char *rest = text + n_quota + strspn(text + n_quota, " \n");
    uint64_t quota, period;
    if (!text_to_uint64(text, n_quota, &quota) ||
        !text_to_uint64(rest, strcspn(rest, " \n"), &period)) {
        return 0;
    }
    return processors_of(quota, period);
}

static uint64_t limit_of_group(const char *folder) {
    char text[CONTROL_GROUP_MOST_TEXT];
    return control_group_read(folder, "cpu.max", text) ? processors_in_quota(text) : 0;
}

/* cgroup v1 has quota and period in two files; -1, which is no number here, is no limit. */
static uint64_t limit_of_old_group(const char *folder) {
    const uint64_t quota = control_group_number(folder, "cpu.cfs_quota_us");
    const uint64_t period = control_group_number(folder, "cpu.cfs_period_us");
    return processors_of(quota, period);
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
    const uint64_t quota = control_group_smaller(control_group_smallest("", limit_of_group),
                                                 control_group_smallest("cpu", limit_of_old_group));
    return (size_t)control_group_smaller(count_affinity(), quota);
}
