/* The clock that never jumps, whatever the calendar is set to. */
#ifndef NNTRAIN_BASE_CLOCK_H
#define NNTRAIN_BASE_CLOCK_H

/* Seconds since some moment before the program began: only differences mean something. */
double clock_now(void);

#endif
