#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* Runs a test in a process of its own, because a signal to stop stays. */
static int status_of(void (*test)(void)) {
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
    const pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
            signal(stops[i], SIG_DFL); /* nohup and background jobs have some ignored */
        }
        interrupt_install();
        test();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void expect(bool good) {
    if (!good) {
        _exit(1);
    }
}

static void wait_on_an_empty_pipe(void) {
    int ends[2];
    expect(pipe(ends) == 0);
    raise(SIGTERM);
    expect(!interrupt_wait(ends[0], POLLIN) && errno == EINTR);
}

static void wait_on_a_full_pipe(void) {
    int ends[2];
    expect(pipe(ends) == 0);
    expect(interrupt_wait(ends[1], POLLOUT));
    raise(SIGUSR1);
    expect(interrupt_wait(ends[1], POLLOUT) && interrupt_status_requests() == 1);
    expect(write(ends[1], "x", 1) == 1 && interrupt_wait(ends[0], POLLIN));
}

static void wait_on_nothing(void) { expect(interrupt_wait(1000, POLLIN)); }

static void stop(void) {
    raise(SIGHUP);
    Error err = {0};
    expect(interrupt_signal() == SIGHUP && !interrupt_fail(&err) && interrupt_is_reason(&err));
    expect(err.code == ERROR_TERMINATED && strcmp(err.text, "stopped by SIGHUP") == 0);
}

static void stop_twice(void) {
    raise(SIGTERM);
    raise(SIGINT);
}

static void stop_and_die(void) {
    raise(SIGTERM);
    interrupt_die();
}

/* A signal that comes just before a call that blocks is not slept through. */
static void test_wait_sees_signals_that_came_before(void **state) {
    (void)state;
    assert_int_equal(status_of(wait_on_an_empty_pipe), 0);
    assert_int_equal(status_of(wait_on_a_full_pipe), 0);
    assert_int_equal(status_of(wait_on_nothing), 0);
}

static void test_stop_is_told(void **state) {
    (void)state;
    assert_int_equal(status_of(stop), 0);
}

static void test_second_signal_ends_at_once(void **state) {
    (void)state;
    assert_int_equal(WTERMSIG(status_of(stop_twice)), SIGINT);
    assert_int_equal(WTERMSIG(status_of(stop_and_die)), SIGTERM);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wait_sees_signals_that_came_before),
        cmocka_unit_test(test_stop_is_told),
        cmocka_unit_test(test_second_signal_ends_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
