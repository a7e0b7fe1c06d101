#include "base/team.h"

#include <stdatomic.h>

#include "unit.h"

enum { MOST = 16, N_RUNS = 200, N_PHASES = 20 };

static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 16};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

/* How often each thread was called, and with what. */
typedef struct Calls {
    size_t n_threads;
    int count[MOST];
} Calls;

static void count_call(void *context, const TeamShare *share) {
    Calls *calls = context;
    calls->count[share->thread]++;
    if (share->thread == 0) {
        calls->n_threads = share->n_threads;
    }
}

static void every_thread_runs_once_in_every_run(void **state) {
    (void)state;
    for (size_t s = 0; s < N_SIZES; s++) {
        Team *team = team_start(sizes[s]);
        assert_int_equal(team_size(team), sizes[s]);
        Calls calls = {0};
        for (int run = 1; run <= N_RUNS; run++) {
            team_run(team, count_call, &calls);
            assert_int_equal(calls.n_threads, sizes[s]);
            for (size_t i = 0; i < MOST; i++) {
                assert_int_equal(calls.count[i], i < sizes[s] ? run : 0);
            }
        }
        team_stop(team);
    }
}

static void no_team_is_a_team_of_one(void **state) {
    (void)state;
    Calls calls = {0};
    assert_int_equal(team_size(NULL), 1);
    team_run(NULL, count_call, &calls);
    assert_int_equal(calls.n_threads, 1);
    assert_int_equal(calls.count[0], 1);
    team_stop(NULL);
}

/* In phase p every thread writes its own place, then reads all of them. */
typedef struct Phases {
    int places[2][MOST];
    atomic_int n_late;
} Phases;

static void write_and_read(void *context, const TeamShare *share) {
    Phases *phases = context;
    for (int p = 1; p <= N_PHASES; p++) {
        int *places = phases->places[p % 2];
        places[share->thread] = p;
        team_barrier(share);
        for (size_t i = 0; i < share->n_threads; i++) {
            atomic_fetch_add(&phases->n_late, places[i] != p);
        }
    }
}

static void barriers_show_what_others_wrote(void **state) {
    (void)state;
    for (size_t s = 0; s < N_SIZES; s++) {
        Team *team = team_start(sizes[s]);
        for (int run = 0; run < N_RUNS / N_PHASES; run++) {
            Phases phases = {.n_late = 0};
            team_run(team, write_and_read, &phases);
            assert_int_equal(atomic_load(&phases.n_late), 0);
        }
        team_stop(team);
    }
}

static void ranges_are_even_and_without_gaps(void **state) {
    (void)state;
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 63, 64, 65, 100, 784};
    static const size_t grains[] = {1, 4, 16};
    for (size_t s = 0; s < N_SIZES; s++) {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            for (size_t g = 0; g < sizeof grains / sizeof *grains; g++) {
                const size_t grain = grains[g];
                size_t next = 0, shortest = SIZE_MAX, longest = 0;
                for (size_t thread = 0; thread < sizes[s]; thread++) {
                    const TeamShare share = {.thread = thread, .n_threads = sizes[s]};
                    const Range range = team_range(&share, counts[c], grain);
                    assert_int_equal(range.first, next);
                    assert_true(range.first % grain == 0 || range.first == counts[c]);
                    const size_t length = (range.end - range.first + grain - 1) / grain;
                    shortest = length < shortest ? length : shortest;
                    longest = length > longest ? length : longest;
                    next = range.end;
                }
                assert_int_equal(next, counts[c]);
                assert_true(longest - shortest <= 1);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_thread_runs_once_in_every_run),
        cmocka_unit_test(no_team_is_a_team_of_one),
        cmocka_unit_test(barriers_show_what_others_wrote),
        cmocka_unit_test(ranges_are_even_and_without_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
