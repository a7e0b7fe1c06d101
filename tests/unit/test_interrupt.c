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

/* What the handler writes to standard error when the status is asked for. */
static void expect_told(const char *expected) {
    int ends[2];
    char told[1024];
    expect(pipe(ends) == 0 && dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    raise(SIGUSR1);
    expect(write(ends[1], "|", 1) == 1);
    const ssize_t n = read(ends[0], told, sizeof told);
    expect(n == (ssize_t)strlen(expected) + 1 && memcmp(told, expected, strlen(expected)) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void tell_activities(void) {
    char longest[600];
    expect_told("");
    interrupt_describe("reading", "\n");
    expect_told("reading\n");
    interrupt_progress(0);
    expect_told("reading, 0 %\n");
    interrupt_progress(0.4567);
    expect_told("reading, 45 %\n");
    interrupt_progress(1);
    expect_told("reading, 100 %\n");
    interrupt_describe("writing\n", NULL);
    interrupt_progress(0.5);
    expect_told("writing\n");
    memset(longest, 'x', sizeof longest);
    longest[479] = '\0';
    interrupt_describe(longest, "\n");
    interrupt_progress(1);
    memcpy(longest + 479, ", 100 %\n", sizeof ", 100 %\n");
    expect_told(longest);
    memset(longest, 'x', 481);
    longest[481] = '\0';
    interrupt_describe(longest, NULL);
    expect_told("");
    expect(interrupt_status_requests() == 8);
}

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

static void test_activities_are_told(void **state) {
    (void)state;
    assert_int_equal(status_of(tell_activities), 0);
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
        cmocka_unit_test(test_activities_are_told),
        cmocka_unit_test(test_second_signal_ends_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
