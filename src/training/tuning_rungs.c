/* Successive halving (Jamieson & Talwalkar 2016) and Hyperband (Li et al. 2018). Trials stand in
 * brackets; in each, all trials of a rung end before the best of them go on, so that it does not
 * matter when each of them ended. Brackets know nothing of each other and can be shards. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "training/tuning_search.h"

/* Rungs are max_epochs, max_epochs / eta, ... as long as min_epochs is reached; the last is the
 * longest. */
size_t search_n_rungs(const SearchOptions *options) {
    size_t n = 1;
    for (int64_t epochs = options->max_epochs / (int64_t)options->eta;
         epochs >= options->min_epochs && epochs > 0; epochs /= (int64_t)options->eta) {
        n++;
    }
    return n;
}

static int64_t rung_epochs(const SearchOptions *options, size_t rung) {
    int64_t epochs = options->max_epochs;
    for (size_t up = rung + 1; up < search_n_rungs(options); up++) {
        epochs /= (int64_t)options->eta;
    }
    return epochs;
}

static size_t power_of(size_t base, size_t exponent) {
    size_t power = 1;
    for (size_t i = 0; i < exponent; i++) {
        power *= base;
    }
    return power;
}

/* How many trials a bracket begins with, so that it ends with about one. */
typedef size_t BracketSize(const SearchOptions *options, size_t first_rung);

static size_t size_of_halving(const SearchOptions *options, size_t first_rung) {
    return power_of(options->eta, search_n_rungs(options) - 1 - first_rung);
}

/* ceil((s_max + 1) / (s + 1) eta^s), s the rungs above the first. */
static size_t size_of_hyperband(const SearchOptions *options, size_t first_rung) {
    const size_t n_rungs = search_n_rungs(options), above = n_rungs - 1 - first_rung;
    return (n_rungs * power_of(options->eta, above) + above) / (above + 1);
}

/* Lays all trials out in brackets; n_starts: the first rungs that brackets take in turn. */
static void begin_brackets(Search *search, BracketSize *size, size_t n_starts) {
    const SearchOptions *options = &search->options;
    for (size_t bracket = 0; search->n < options->n_trials; bracket++) {
        const size_t first_rung = bracket % n_starts;
        const size_t end = search->n + size(options, first_rung);
        while (search->n < end && search->n < options->n_trials) {
            Trial *trial = search_add_trial(search);
            trial->bracket = bracket;
            trial->rung = first_rung;
            search_draw(search, search->n - 1);
            search_add_job(search, search->n - 1, rung_epochs(options, first_rung), bracket);
        }
    }
}

/* How many trials of the bracket of trial a are better than it, of those still waiting. */
static size_t count_better(const Search *search, size_t first, size_t end, size_t a) {
    size_t n = 0;
    for (size_t b = first; b < end; b++) {
        const TrialStatus *status = search->trials[b].result.status;
        n += status == trial_waiting() && b != a && search_is_better(search, b, a);
    }
    return n;
}

/* One of eta goes on, and at least one. Trials that failed count as the rest that stays. */
static void raise_bracket(Search *search, size_t first, size_t end, size_t *survivors) {
    size_t n_waiting = 0, rung = 0;
    size_t n_on_rung = 0;
    for (size_t i = first; i < end; i++) {
        if (search->trials[i].result.status == trial_waiting()) {
            rung = search->trials[i].rung;
            n_waiting++;
        }
    }
    for (size_t i = first; n_waiting > 0 && i < end; i++) {
        n_on_rung += search->trials[i].rung == rung && search->trials[i].result.status != NULL;
    }
    const size_t share = n_on_rung / search->options.eta;
    const size_t n_risen = share > 0 ? share : 1;
    for (size_t i = first; n_waiting > 0 && i < end; i++) {
        if (search->trials[i].result.status == trial_waiting() &&
            count_better(search, first, end, i) < n_risen) {
            survivors[i] = 1;
        }
    }
}

static void next_rungs(Search *search, BracketSize *size, size_t n_starts) {
    if (search->generation == 0) {
        begin_brackets(search, size, n_starts);
        return;
    }
    size_t *survivors = NEW(size_t, search->n);
    for (size_t first = 0, end; first < search->n; first = end) {
        end = first + 1;
        while (end < search->n && search->trials[end].bracket == search->trials[first].bracket) {
            end++;
        }
        raise_bracket(search, first, end, survivors);
    }
    for (size_t i = 0; i < search->n; i++) {
        Trial *trial = &search->trials[i];
        if (survivors[i]) {
            trial->rung++;
            search_add_job(search, i, rung_epochs(&search->options, trial->rung), trial->bracket);
        } else if (trial->result.status == trial_waiting()) {
            trial->result.status = trial_pruned();
            search->pruned[search->n_pruned++] = i;
        }
    }
    memory_free(survivors);
}

void sampler_next_halving(Search *search) { next_rungs(search, size_of_halving, 1); }

void sampler_next_hyperband(Search *search) {
    next_rungs(search, size_of_hyperband, search_n_rungs(&search->options));
}
