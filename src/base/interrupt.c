#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the handlers touch: the only file-scope variables that change. */
static volatile sig_atomic_t stopped_by;
static volatile sig_atomic_t n_status_requests;

static void note_stop(int number) {
    if (stopped_by) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    stopped_by = number;
}

static void note_status_request(int number) {
    (void)number;
    n_status_requests = n_status_requests + 1;
}

/* Without SA_RESTART, so that a read that waits for a pipe comes back. */
static void handle(int number, void (*handler)(int)) {
    struct sigaction old;
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN) {
        return;
    }
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void interrupt_install(void) {
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        handle(stops[i], note_stop);
    }
    handle(SIGUSR1, note_status_request);
}

int interrupt_signal(void) { return stopped_by; }

bool interrupt_wait(int fd, short events) {
    enum { MILLISECONDS = 100 }; /* between two looks at what a signal may have left */
    struct pollfd ready = {.fd = fd, .events = events};
    while (!stopped_by) {
        const int n = poll(&ready, 1, MILLISECONDS);
        if (n > 0 || (n < 0 && errno != EINTR)) {
            return true; /* the call itself says what is wrong */
        }
    }
    errno = EINTR;
    return false;
}

int interrupt_status_requests(void) { return n_status_requests; }

bool interrupt_fail(Error *err) {
    const int number = stopped_by;
    const char *name = sigabbrev_np(number);
    return fail(err, number == SIGINT ? ERROR_INTERRUPTED : ERROR_TERMINATED, "stopped by SIG%s",
                name ? name : "nal");
}

bool interrupt_is_reason(const Error *err) {
    return err->code == ERROR_INTERRUPTED || err->code == ERROR_TERMINATED;
}

void interrupt_die(void) {
    const int number = stopped_by;
    signal(number, SIG_DFL);
    raise(number);
    _exit(128 + number); /* where the signal is blocked */
}
