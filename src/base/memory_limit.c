#include "base/memory_limit.h"

#include <sys/resource.h>
#include <unistd.h>

#include "base/control_group.h"

static uint64_t limit_of_group(const char *folder) {
    return control_group_number(folder, "memory.max");
}

/* cgroup v1 writes no limit as one that no machine has. */
static uint64_t limit_of_old_group(const char *folder) {
    return control_group_number(folder, "memory.limit_in_bytes");
}

static uint64_t machine_memory(void) {
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

static uint64_t address_space(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur
                                                                                : 0;
}

MemoryLimit memory_limit(void) {
    const MemoryLimit limits[] = {
        {machine_memory(), "this machine has"},
        {control_group_smallest("", limit_of_group), "the control group allows"},
        {control_group_smallest("memory", limit_of_old_group), "the control group allows"},
        {address_space(), "ulimit -v allows"}};
    MemoryLimit smallest = {0};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (control_group_smaller(smallest.bytes, limits[i].bytes) != smallest.bytes) {
            smallest = limits[i];
        }
    }
    return smallest;
}
