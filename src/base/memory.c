#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Blocks of huge pages' size are asked to consist of such: matrices are walked along columns, a
 * page for each row, and what is read from files is written once, a visit to the system for each
 * page. */
enum { ALIGNMENT = 64, HUGE_PAGE = 1 << 21 };

static _Noreturn void out_of_memory(size_t n, size_t size) {
    fprintf(stderr, "nntrain: error: out of memory: cannot allocate %zu x %zu bytes\n", n, size);
    exit(EXIT_FAILURE);
}

/* Bytes of a block, rounded up to whole alignments (never 0, so that every block has its own
 * address). */
static size_t block_bytes(size_t n, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > (size_t)PTRDIFF_MAX - ALIGNMENT) {
        out_of_memory(n, size);
    }
    return bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void *new_block(size_t n, size_t size) {
    const size_t bytes = block_bytes(n, size);
    const bool is_huge = bytes >= HUGE_PAGE;
    const size_t alignment = is_huge ? HUGE_PAGE : ALIGNMENT;
    void *block = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!block) {
        out_of_memory(n, size);
    }
#ifdef MADV_HUGEPAGE
    if (is_huge) {
        (void)madvise(block, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE); /* a wish */
    }
#endif
    return block;
}

void *memory_new(size_t n, size_t size) {
    void *block = new_block(n, size);
    memset(block, 0, block_bytes(n, size));
    return block;
}

void *memory_resize(void *block, size_t old_n, size_t new_n, size_t size) {
    char *resized = new_block(new_n, size);
    const size_t kept = (block ? (old_n < new_n ? old_n : new_n) : 0) * size;
    if (kept > 0) {
        memcpy(resized, block, kept);
    }
    memset(resized + kept, 0, block_bytes(new_n, size) - kept);
    memory_free(block);
    return resized;
}

void *memory_copy(const void *source, size_t n, size_t size) {
    void *block = memory_new(n, size);
    if (n > 0 && size > 0) {
        memcpy(block, source, n * size);
    }
    return block;
}

char *memory_copy_text(const char *text) { return memory_copy_bytes(text, strlen(text)); }

char *memory_copy_bytes(const char *bytes, size_t n) {
    if (n == SIZE_MAX) {
        out_of_memory(n, 1);
    }
    char *copy = memory_new(n + 1, 1);
    if (n > 0) {
        memcpy(copy, bytes, n);
    }
    return copy;
}

void memory_free(void *block) { free(block); }
