/* What a sampler finds on analytic functions: bench_search SAMPLER TRIALS SEEDS [BATCH] prints
 * "FUNCTION SEED LEAST" per search. compare_search.py sets it beside Optuna. */
#include <stdio.h>
#include <stdlib.h>

#include "search_functions.h"

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: bench_search SAMPLER TRIALS SEEDS [FIRST]\n");
        return 2;
    }
    const size_t n_trials = strtoul(argv[2], NULL, 10), n_seeds = strtoul(argv[3], NULL, 10);
    const size_t first = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    for (size_t f = 0; f < N_SEARCH_FUNCTIONS; f++) {
        for (size_t seed = first; seed < first + n_seeds; seed++) {
            const SearchOptions options = function_options(argv[1], n_trials, seed);
            printf("%s %zu %.9g\n", search_functions[f].name, seed,
                   search_least(&search_functions[f], &options));
        }
    }
    return 0;
}
