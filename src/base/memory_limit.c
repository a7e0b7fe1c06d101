#include "base/memory_limit.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/control_group.h"
#include "base/text.h"

/* "max" is no number, and no limit. */
static uint64_t bytes_in(const char *text) {
    uint64_t bytes;
    return text_to_uint64(text, strcspn(text, "\n"), &bytes) ? bytes : 0;
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
        {control_group_smallest("memory.max", bytes_in), "the control group allows"},
        {address_space(), "ulimit -v allows"}};
    MemoryLimit smallest = {0};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (control_group_smaller(smallest.bytes, limits[i].bytes) != smallest.bytes) {
            smallest = limits[i];
        }
    }
    return smallest;
}
