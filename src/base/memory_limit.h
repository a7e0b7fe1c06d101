/* How much memory this process may use. */
#ifndef NNTRAIN_BASE_MEMORY_LIMIT_H
#define NNTRAIN_BASE_MEMORY_LIMIT_H

#include <stdint.h>

typedef struct MemoryLimit {
    uint64_t bytes;   /* 0: not known */
    const char *what; /* what sets it, in words */
} MemoryLimit;

/* The smallest of the machine's memory, that of the control groups, and the limit of the
 * address space (ulimit -v). */
MemoryLimit memory_limit(void);

#endif
