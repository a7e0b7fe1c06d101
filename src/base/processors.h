/* How many processors this process may use. */
#ifndef NNTRAIN_BASE_PROCESSORS_H
#define NNTRAIN_BASE_PROCESSORS_H

#include <stddef.h>

/* The processors that the scheduler may choose from (sched_getaffinity), or what the quotas of the
 * control groups leave of them, rounded up. At least 1. */
size_t processors_available(void);

/* A quota as cgroup v2 writes it, "QUOTA PERIOD" in microseconds or "max PERIOD", as processors:
 * 150000 100000 are 2. 0: no limit, or no such text. */
size_t processors_in_quota(const char *text);

#endif
