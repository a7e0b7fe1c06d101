/* What every unit test includes: cmocka with the headers that it needs before it. */
#ifndef NNTRAIN_TESTS_UNIT_H
#define NNTRAIN_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Tests mean the function of base/error.h. */
#undef fail
#undef fail_msg

/* Ends the test with a message, as cmocka's macro of this name does by means of its fail. */
#define fail_msg(...)                                                                              \
    do {                                                                                           \
        print_error("ERROR: " __VA_ARGS__);                                                        \
        print_error("\n");                                                                         \
        _fail(__FILE__, __LINE__);                                                                 \
    } while (0)

#endif
