/* Limits that the control groups (cgroup v2) of this process set: its own group's and those of all
 * groups above it. */
#ifndef NNTRAIN_BASE_CONTROL_GROUP_H
#define NNTRAIN_BASE_CONTROL_GROUP_H

#include <stdbool.h>
#include <stdint.h>

enum { CONTROL_GROUP_MOST_TEXT = 4096 };

/* The first bytes of a file as text; false when it cannot be read. */
bool control_group_read(const char *path, char text[CONTROL_GROUP_MOST_TEXT]);

/* The smaller of two limits, where 0 is none. */
static inline uint64_t control_group_smaller(uint64_t a, uint64_t b) {
    return a == 0 || (b > 0 && b < a) ? b : a;
}

/* The smallest limit that limit_in finds in the groups' files of this name, "cpu.max"; 0: none. */
uint64_t control_group_smallest(const char *file, uint64_t (*limit_in)(const char *text));

#endif
