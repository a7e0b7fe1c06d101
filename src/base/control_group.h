/* Limits that the control groups of this process set: its own group's and those of all groups above
 * it, of cgroup v2 and of each controller of v1. */
#ifndef NNTRAIN_BASE_CONTROL_GROUP_H
#define NNTRAIN_BASE_CONTROL_GROUP_H

#include <stdbool.h>
#include <stdint.h>

enum { CONTROL_GROUP_MOST_TEXT = 4096 };

/* The first bytes of a file as text; false when it cannot be read. */
bool control_group_read(const char *folder, const char *name, char text[CONTROL_GROUP_MOST_TEXT]);

/* The number that a file begins with; 0 when it cannot be read, or begins with a word: "max". */
uint64_t control_group_number(const char *folder, const char *name);

/* The smaller of two limits, where 0 is none. */
static inline uint64_t control_group_smaller(uint64_t a, uint64_t b) {
    return a == 0 || (b > 0 && b < a) ? b : a;
}

/* The smallest limit that limit_of finds in the groups' folders; 0: none. The controller is one of
 * v1, "memory", or "" for v2. */
uint64_t control_group_smallest(const char *controller, uint64_t (*limit_of)(const char *folder));

/* Where /proc/self/cgroup says that the group is: the path of the line "ID:CONTROLLERS:PATH" among
 * whose CONTROLLERS, parted by commas, the controller is; NULL when there is none. Lines of the
 * text are cut in pieces. */
char *control_group_find(char *text, const char *controller);

#endif
