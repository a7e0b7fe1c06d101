#include "pipeline/tune_crew.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"

typedef struct Crew {
    const CrewOptions *options;
    CrewJob *jobs;
    size_t n;
    atomic_size_t next;
    atomic_bool is_stopped; /* no more jobs */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t n_working;  /* under the lock, as is_done of each job */
    size_t n_received; /* under the lock: the job whose turn it is */
} Crew;

/* Seconds that a trial may take; 0: as long as it likes. Negative: none are left. */
static double seconds_for_trial(const CrewOptions *options) {
    if (options->deadline <= 0) {
        return options->trial_seconds;
    }
    const double left = options->deadline - clock_now();
    return left <= 0                                                     ? -1
           : options->trial_seconds > 0 && options->trial_seconds < left ? options->trial_seconds
                                                                         : left;
}

static void set_done(Crew *crew, CrewJob *job) {
    const CrewOptions *options = crew->options;
    pthread_mutex_lock(&crew->lock);
    if (options->keep && (size_t)(job - crew->jobs) > crew->n_received) {
        options->keep(options->keeper, job);
    }
    job->is_done = true;
    pthread_cond_signal(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

/* Takes jobs until there are none. */
static void *work(void *context) {
    Crew *crew = context;
    while (!atomic_load(&crew->is_stopped)) {
        const size_t i = atomic_fetch_add(&crew->next, 1);
        if (i >= crew->n) {
            break;
        }
        CrewJob *job = &crew->jobs[i];
        if (job->was_known) {
            continue;
        }
        const double seconds = seconds_for_trial(crew->options);
        if (seconds < 0 || !trial_run(crew->options->ground, job->values, job->job.epochs, seconds,
                                      &job->result)) {
            break;
        }
        set_done(crew, job);
    }
    pthread_mutex_lock(&crew->lock);
    crew->n_working--;
    pthread_cond_signal(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Waits for job i; false when nobody will do it. */
static bool wait_for(Crew *crew, size_t i, bool *is_next_done) {
    pthread_mutex_lock(&crew->lock);
    crew->n_received = i;
    while (!crew->jobs[i].is_done && crew->n_working > 0) {
        pthread_cond_wait(&crew->changed, &crew->lock);
    }
    const bool is_done = crew->jobs[i].is_done;
    *is_next_done = i + 1 < crew->n && crew->jobs[i + 1].is_done;
    pthread_mutex_unlock(&crew->lock);
    return is_done;
}

/* As many threads as the system gives; where it gives none, the caller works. */
static size_t start_workers(Crew *crew, pthread_t *threads) {
    size_t n_unknown = 0, n = 0;
    for (size_t i = 0; i < crew->n; i++) {
        n_unknown += !crew->jobs[i].was_known;
    }
    const size_t wanted =
        n_unknown < crew->options->n_workers ? n_unknown : crew->options->n_workers;
    crew->n_working = wanted;
    while (n < wanted && pthread_create(&threads[n], NULL, work, crew) == 0) {
        n++;
    }
    pthread_mutex_lock(&crew->lock);
    crew->n_working -= wanted - n;
    pthread_mutex_unlock(&crew->lock);
    if (n == 0 && wanted > 0) {
        crew->n_working = 1;
        work(crew);
    }
    return n;
}

static bool receive_all(Crew *crew, CrewReceiver *receive, void *context, Error *err) {
    for (size_t i = 0; i < crew->n; i++) {
        bool is_next_done;
        if (!wait_for(crew, i, &is_next_done)) {
            return !interrupt_signal() || interrupt_fail(err);
        }
        if (!receive(context, i, !is_next_done, err)) {
            return false;
        }
    }
    return true;
}

bool crew_run(const CrewOptions *options, CrewJob *jobs, size_t n, CrewReceiver *receive,
              void *context, Error *err) {
    Crew crew = {.options = options, .jobs = jobs, .n = n};
    pthread_t *threads = NEW(pthread_t, options->n_workers);
    pthread_mutex_init(&crew.lock, NULL);
    pthread_cond_init(&crew.changed, NULL);
    const size_t n_threads = start_workers(&crew, threads);
    const bool good = receive_all(&crew, receive, context, err);
    atomic_store(&crew.is_stopped, true);
    for (size_t i = 0; i < n_threads; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_cond_destroy(&crew.changed);
    pthread_mutex_destroy(&crew.lock);
    memory_free(threads);
    return good;
}
