/* Signals that ask the program to stop, or to tell how far it is. A handler only takes a note;
 * every loop that may run for long looks at it and ends early, and whoever called the loop looks
 * again before it uses what came out:
 *
 *     if (interrupt_signal()) return interrupt_fail(err);
 *
 * A second signal to stop ends the program at once. Signals that were ignored when the program
 * began (nohup, a shell's background job) stay so. */
#ifndef NNTRAIN_BASE_INTERRUPT_H
#define NNTRAIN_BASE_INTERRUPT_H

#include <stdbool.h>

#include "base/error.h"

/* SIGINT, SIGTERM, SIGHUP and SIGXCPU stop, SIGUSR1 asks for the status; SIGPIPE and SIGXFSZ are
 * ignored, so that the writes they would end fail and are reported. */
void interrupt_install(void);

/* The signal to stop that came; 0: none. Stays once it is set. */
int interrupt_signal(void);

/* Before a call that may block, where a signal that comes just before it would be slept through:
 * waits until the descriptor is ready for the events of poll. False with errno EINTR when a signal
 * to stop has come. */
bool interrupt_wait(int fd, short events);

/* How often the status was asked for; a loop that answers itself remembers the number of last time.
 */
int interrupt_status_requests(void);

/* What the handler itself writes to standard error, at once, for who asks: whole lines, between
 * whose halves stands the progress told since, if any. after NULL: progress is not told. Both
 * empty: a loop answers. At most 480 bytes, else nothing; called by the main thread. */
void interrupt_describe(const char *before, const char *after);

/* How much of what was described is done, 0 to 1. Any thread. */
void interrupt_progress(double share);

/* Fails with the code of the signal, saying that it stopped the program. */
bool interrupt_fail(Error *err);

/* True when *err is what interrupt_fail made, or what was made of it. */
bool interrupt_is_reason(const Error *err);

/* Ends the program by the signal that came. */
void interrupt_die(void);

#endif
