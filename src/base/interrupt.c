#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the handlers touch: the only file-scope variables that change. */
static volatile sig_atomic_t stopped_by;
static volatile sig_atomic_t n_status_requests;
static struct {
    char text[480];
    size_t n_before, n; /* bytes in front of the percentage, and all */
    bool has_share;
} activities[2];                /* the one that is told, and the one being written */
static atomic_int current;      /* of them */
static atomic_int percent = -1; /* -1: nobody knows */

static void note_stop(int number) {
    if (stopped_by) {
        signal(number, SIG_DFL);
        raise(number);
    } else {
        stopped_by = number;
    }
}

/* ", 45 %" at `to`; the number of bytes. */
static size_t put_percent(char *to, int value) {
    size_t n = 0;
    to[n++] = ',';
    to[n++] = ' ';
    if (value >= 100) {
        to[n++] = '1';
    }
    if (value >= 10) {
        to[n++] = (char)('0' + value / 10 % 10);
    }
    to[n++] = (char)('0' + value % 10);
    to[n++] = ' ';
    to[n++] = '%';
    return n;
}

/* In one call, and with nothing that a signal may not interrupt. */
static void tell_activity(void) {
    const int which = atomic_load(&current), value = atomic_load(&percent);
    char line[sizeof activities[0].text + 16];
    size_t n = activities[which].n_before;
    memcpy(line, activities[which].text, n);
    if (activities[which].has_share && value >= 0) {
        n += put_percent(line + n, value);
    }
    const size_t n_after = activities[which].n - activities[which].n_before;
    memcpy(line + n, activities[which].text + activities[which].n_before, n_after);
    const ssize_t written = n + n_after > 0 ? write(STDERR_FILENO, line, n + n_after) : 0;
    (void)written; /* who asked without listening is not told */
}

static void note_status_request(int number) {
    (void)number;
    const int before = errno;
    n_status_requests = n_status_requests + 1;
    tell_activity();
    errno = before;
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

void interrupt_describe(const char *before, const char *after) {
    const int next = 1 - atomic_load(&current);
    const size_t room = sizeof activities[0].text, n_before = strlen(before);
    const size_t n_after = after ? strlen(after) : 0;
    const bool fits = n_before + n_after <= room;
    activities[next].n_before = fits ? n_before : 0;
    activities[next].n = fits ? n_before + n_after : 0;
    activities[next].has_share = after != NULL;
    if (fits) {
        memcpy(activities[next].text, before, n_before);
        memcpy(activities[next].text + n_before, after ? after : "", n_after);
    }
    atomic_store(&percent, -1);
    atomic_store(&current, next);
}

void interrupt_progress(double share) { atomic_store(&percent, (int)(100 * share)); }

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
