#include "base/team.h"

#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/processors.h"

/* SPINS takes some ten microseconds, as long as falling asleep and waking up. */
enum { SPINS = 1000, CACHE_LINE = 64 };

/* One barrier does everything: a run is the function between two of them, for which the other
 * threads wait all the time. The phase counts the barriers passed. */
struct Team {
    size_t n_threads;
    int n_spins;        /* looks at the phase before a thread goes to sleep */
    pthread_t *threads; /* (n_threads), the first one is not used */
    TeamShare *shares;  /* (n_threads) */
    pthread_mutex_t lock;
    pthread_cond_t phase_changed;
    alignas(CACHE_LINE) atomic_size_t n_arrived;
    /* One cache line tells those who wait that there is a run, and what it is. */
    alignas(CACHE_LINE) atomic_uint phase;
    atomic_uint n_asleep;
    TeamFunction *function;
    void *context;
    bool is_stopping;
};

static void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void sleep_through(Team *team, unsigned phase) {
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->n_asleep, 1);
    while (atomic_load(&team->phase) == phase) {
        pthread_cond_wait(&team->phase_changed, &team->lock);
    }
    atomic_fetch_sub(&team->n_asleep, 1);
    pthread_mutex_unlock(&team->lock);
}

static void wait_through(Team *team, unsigned phase) {
    for (int i = 0; i < team->n_spins; i++) {
        if (atomic_load_explicit(&team->phase, memory_order_acquire) != phase) {
            return;
        }
        relax();
    }
    sleep_through(team, phase);
}

/* The last one to arrive begins the next phase. Sequential consistency of phase and n_asleep:
 * either it sees a sleeper, or the sleeper sees the new phase. */
static void pass_barrier(Team *team) {
    const unsigned phase = atomic_load_explicit(&team->phase, memory_order_relaxed);
    if (atomic_fetch_add(&team->n_arrived, 1) + 1 < team->n_threads) {
        wait_through(team, phase);
        return;
    }
    atomic_store_explicit(&team->n_arrived, 0, memory_order_relaxed);
    atomic_exchange(&team->phase, phase + 1); /* emulated, a store can be overtaken by the load */
    if (atomic_load(&team->n_asleep) > 0) {
        pthread_mutex_lock(&team->lock);
        pthread_cond_broadcast(&team->phase_changed);
        pthread_mutex_unlock(&team->lock);
    }
}

static void *work(void *argument) {
    const TeamShare *share = argument;
    Team *team = share->team;
    pthread_mutex_lock(&team->lock); /* until the team is complete */
    pthread_mutex_unlock(&team->lock);
    for (;;) {
        pass_barrier(team);
        if (team->is_stopping) {
            return NULL;
        }
        team->function(team->context, share);
        pass_barrier(team);
    }
}

/* Signals are for the thread that was there before. */
static void start_threads(Team *team, size_t n) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_mutex_lock(&team->lock);
    team->n_threads = 1;
    while (team->n_threads < n) {
        const size_t thread = team->n_threads;
        team->shares[thread] = (TeamShare){.team = team, .thread = thread};
        if (pthread_create(&team->threads[thread], NULL, work, &team->shares[thread]) != 0) {
            break;
        }
        team->n_threads++;
    }
    for (size_t i = 0; i < team->n_threads; i++) {
        team->shares[i].n_threads = team->n_threads;
    }
    /* Who waits takes the processor from those that have work, where there are fewer of them. */
    team->n_spins = team->n_threads > processors_available() ? 0 : SPINS;
    pthread_mutex_unlock(&team->lock);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

Team *team_start(size_t n) {
    if (n <= 1) {
        return NULL;
    }
    Team *team = NEW(Team, 1);
    team->threads = NEW(pthread_t, n);
    team->shares = NEW(TeamShare, n);
    team->shares[0] = (TeamShare){.team = team};
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->phase_changed, NULL);
    start_threads(team, n);
    return team;
}

void team_stop(Team *team) {
    if (team == NULL) {
        return;
    }
    team->is_stopping = true;
    pass_barrier(team);
    for (size_t i = 1; i < team->n_threads; i++) {
        pthread_join(team->threads[i], NULL);
    }
    pthread_cond_destroy(&team->phase_changed);
    pthread_mutex_destroy(&team->lock);
    memory_free(team->threads);
    memory_free(team->shares);
    memory_free(team);
}

size_t team_size(const Team *team) { return team != NULL ? team->n_threads : 1; }

void team_run(Team *team, TeamFunction *function, void *context) {
    if (team_size(team) == 1) {
        function(context, &(TeamShare){.n_threads = 1});
        return;
    }
    team->function = function;
    team->context = context;
    pass_barrier(team);
    function(context, &team->shares[0]);
    pass_barrier(team);
}

void team_barrier(const TeamShare *share) {
    if (share->n_threads > 1) {
        pass_barrier(share->team);
    }
}

Range team_range_of_many(const TeamShare *share, size_t n, size_t grain) {
    const size_t grains = (n + grain - 1) / grain;
    const size_t least = grains / share->n_threads, n_longer = grains % share->n_threads;
    const size_t thread = share->thread;
    const size_t first = thread * least + (thread < n_longer ? thread : n_longer);
    const size_t end = first + least + (thread < n_longer);
    return (Range){first * grain < n ? first * grain : n, end * grain < n ? end * grain : n};
}
