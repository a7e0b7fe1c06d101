/* Checked allocation. Every block is zeroed, aligned to 64 bytes and freed with memory_free.
 * Products of sizes are tested for overflow. Out of memory ends the program here, with the size,
 * exit status 1. */
#ifndef NNTRAIN_BASE_MEMORY_H
#define NNTRAIN_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed block of n * size bytes; never NULL (n or size may be 0). */
void *memory_new(size_t n, size_t size);

/* Moves a block of old_n elements to one of new_n elements (new ones zeroed) and frees the old;
 * block may be NULL. */
void *memory_resize(void *block, size_t old_n, size_t new_n, size_t size);

/* Copy of n * size bytes. */
void *memory_copy(const void *source, size_t n, size_t size);

/* Copies of a string, and of its first n bytes plus a terminator. */
char *memory_copy_text(const char *text);
char *memory_copy_bytes(const char *bytes, size_t n);

void memory_free(void *block);

/* Typed forms: NEW(float, n) is float *. GROW doubles the capacity of a dynamic array when n has
 * reached it. */
#define NEW(type, n) ((type *)memory_new((n), sizeof(type)))
#define GROW(array, n, capacity)                                                                   \
    do {                                                                                           \
        if ((n) == (capacity)) {                                                                   \
            size_t grown_ = (capacity) ? 2 * (capacity) : 16;                                      \
            (array) = memory_resize((array), (capacity), grown_, sizeof *(array));                 \
            (capacity) = grown_;                                                                   \
        }                                                                                          \
    } while (0)

#endif
