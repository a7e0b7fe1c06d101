/* A fixed team of threads that run one function together, each on its share of the work:
 *
 *     team_run     ---+--- function(context, share 0)  ---+---   the caller is thread 0
 *                     +--- function(context, share 1)  ---+
 *                     +--- ...                         ---+
 *
 * Threads that wait spin for some microseconds, then sleep: steps of training follow each other
 * too fast for a visit to the scheduler, and a machine that others use is not kept busy for
 * nothing. A team of one has no threads and no locks: its runs are plain calls. NULL is such a
 * team. */
#ifndef NNTRAIN_BASE_TEAM_H
#define NNTRAIN_BASE_TEAM_H

#include <stddef.h>

/* What may be asked for. */
enum { TEAM_MOST_THREADS = 512 };

typedef struct Team Team;

/* Which thread of how many runs this call. */
typedef struct TeamShare {
    Team *team;
    size_t thread, n_threads;
} TeamShare;

typedef void TeamFunction(void *context, const TeamShare *share);

/* A team of n threads, or of fewer when the system refuses to make so many. Release with
 * team_stop. */
Team *team_start(size_t n);
void team_stop(Team *team);

/* At least 1. */
size_t team_size(const Team *team);

/* Runs function on all threads and returns when all are done. Not to be called inside a run. */
void team_run(Team *team, TeamFunction *function, void *context);

/* Inside a run: returns when all threads of the team have come here. What was written before is
 * seen after it by all. */
void team_barrier(const TeamShare *share);

/* Items [first, end). */
typedef struct Range {
    size_t first, end;
} Range;

/* team_range for more than one thread. */
Range team_range_of_many(const TeamShare *share, size_t n, size_t grain);

/* This thread's part of n items, in whole multiples of grain (but for the last): the same for every
 * run, as even as that allows, and empty where there is too little. */
static inline Range team_range(const TeamShare *share, size_t n, size_t grain) {
    return share->n_threads == 1 ? (Range){0, n} : team_range_of_many(share, n, grain);
}

#endif
