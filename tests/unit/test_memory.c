#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static void test_blocks_are_zeroed_and_aligned(void **state) {
    (void)state;
    for (size_t n = 0; n < 200; n += 7) {
        unsigned char *block = NEW(unsigned char, n);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 64, 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(block[i], 0);
        }
        memset(block, 0xFF, n); /* so that the next one is not zero by chance */
        memory_free(block);
    }
    memory_free(NULL);
}

static void test_resize_keeps_and_clears(void **state) {
    (void)state;
    uint32_t *block = memory_resize(NULL, 0, 3, sizeof *block);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(block[i], 0);
        block[i] = i + 1;
    }
    block = memory_resize(block, 3, 500, sizeof *block);
    for (uint32_t i = 0; i < 500; i++) {
        assert_int_equal(block[i], i < 3 ? i + 1 : 0);
    }
    block = memory_resize(block, 500, 2, sizeof *block);
    assert_int_equal(block[1], 2);
    memory_free(block);
}

static void test_grow(void **state) {
    (void)state;
    int *items = NULL;
    size_t n = 0;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        GROW(items, n, capacity);
        items[n++] = i;
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(items[i], i);
    }
    assert_true(capacity >= n);
    memory_free(items);
}

static void test_copies(void **state) {
    (void)state;
    const double source[] = {1.0, 2.0, 3.0};
    double *copy = memory_copy(source, 3, sizeof *source);
    assert_memory_equal(copy, source, sizeof source);
    memory_free(copy);
    char *text = memory_copy_text("abc");
    assert_string_equal(text, "abc");
    memory_free(text);
    text = memory_copy_bytes("abcdef", 4);
    assert_string_equal(text, "abcd");
    memory_free(text);
    text = memory_copy_bytes(NULL, 0);
    assert_string_equal(text, "");
    memory_free(text);
}

/* Runs action in a child; returns its exit status and the first of what it wrote to stderr. */
static int run_child(void (*action)(void), char text[200]) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        action();
        _exit(99);
    }
    close(ends[1]);
    const ssize_t n = read(ends[0], text, 199);
    text[n > 0 ? n : 0] = '\0';
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The sizes are volatile, or the compiler warns that they are too large. */
static void ask_for_too_many(void) {
    volatile size_t n = SIZE_MAX / 2;
    memory_free(memory_new(n, 3));
}

static void ask_for_too_much(void) {
    volatile size_t n = SIZE_MAX - 10;
    memory_free(memory_new(n, 1));
}

static void resize_to_too_many(void) {
    volatile size_t n = SIZE_MAX / 4;
    memory_free(memory_resize(memory_new(2, 8), 2, n, 8));
}

static void test_too_much_ends_the_program(void **state) {
    (void)state;
    void (*const actions[])(void) = {ask_for_too_many, ask_for_too_much, resize_to_too_many};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        char text[200];
        assert_int_equal(run_child(actions[i], text), 1);
        assert_non_null(strstr(text, "nntrain: error: out of memory: cannot allocate "));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_are_zeroed_and_aligned),
        cmocka_unit_test(test_resize_keeps_and_clears),
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_too_much_ends_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
