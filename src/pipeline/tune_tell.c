#include "pipeline/tune_tell.h"

#include <math.h>

#include "base/clock.h"
#include "pipeline/tune_crew.h"
#include "training/tuning_words.h"

static const char indent[] = "        ";
enum { N_SHOWN = 10 };

void tune_tell_begin(Console *console, const Config *config, const Search *search,
                     size_t n_workers) {
    TextBuffer line = {0};
    if (search->options.sampler->is_exhaustive) {
        text_append(&line, "every setting");
    } else {
        text_printf(&line, "%zu trials", search->options.n_trials);
    }
    text_printf(&line, " of %zu key%s", search->space->n, search->space->n == 1 ? "" : "s");
    if (search->options.n_shards > 1) {
        text_printf(&line, ", shard %zu of %zu", search->options.shard + 1,
                    search->options.n_shards);
    }
    if (config->split.folds > 0 || config->tuning.repeats > 1) {
        text_printf(&line, ", each the mean of %lld trainings",
                    (long long)config->tuning.repeats *
                        (config->split.folds > 0 ? (long long)config->split.folds : 1));
    }
    console_step(console, 9, "tuning", "%s for the %s %s: %s", search->options.sampler->kind.name,
                 search->options.higher_is_better ? "highest" : "lowest", config->tuning.objective,
                 text_of(&line));
    line.n = 0;
    text_printf(&line, "%zu trial%s at a time\n", n_workers, n_workers == 1 ? "" : "s");
    console_aside(console, indent, text_of(&line));
    text_free(&line);
    console_doing(console, false, "step 9, tuning: no trial has ended");
}

void tune_begin_generation(TuneProgress *progress, const Search *search) {
    progress->n_told = 0;
    progress->n_known = 0;
    progress->n_jobs = search->n_jobs;
    progress->generation_begin = clock_now();
}

static void append_time(TextBuffer *out, double seconds) {
    if (seconds < 90) {
        text_printf(out, "%.0f s", ceil(seconds));
    } else if (seconds < 5400) {
        text_printf(out, "%.0f min", seconds / 60);
    } else {
        text_printf(out, "%.1f h", seconds / 3600);
    }
}

/* From the trials of this generation; how long the rungs above will take is not known. */
static void append_time_left(TextBuffer *out, const TuneProgress *progress, const Search *search) {
    const size_t n_run = progress->n_told - progress->n_known;
    const bool has_rungs = search->options.sampler->uses_rungs;
    size_t n_left = progress->n_jobs - progress->n_told;
    if (search->options.sampler->learns) {
        n_left += search->options.n_trials - search->n;
    }
    if (n_run == 0 || n_left == 0) {
        return;
    }
    const double each = (clock_now() - progress->generation_begin) / (double)n_run;
    text_append(out, has_rungs ? "; rung: " : "; about ");
    append_time(out, each * (double)n_left);
    text_append(out, " left");
}

static void append_value(TextBuffer *out, const TrialResult *result) {
    text_printf(out, "%.5g", result->mean);
    if (result->deviation > 0) {
        text_printf(out, " +- %.2g", result->deviation);
    }
}

/* Values of different rungs are not the same thing: only the longest trainings can be the best. */
static void note_best(TuneProgress *progress, const Search *search, size_t trial) {
    const Trial *own = &search->trials[trial], *best = &search->trials[progress->best];
    const bool has_value = own->result.status->has_value;
    if (has_value &&
        (!progress->has_best || own->epochs > best->epochs ||
         (own->epochs == best->epochs && search_is_better(search, trial, progress->best)))) {
        progress->best = trial;
        progress->has_best = true;
    }
}

/* For who asks before the next trial ends. */
static void describe(const TuneProgress *progress, const Console *console, const Search *search) {
    const bool has_rungs = search->options.sampler->uses_rungs;
    TextBuffer text = {0};
    text_printf(&text, "step 9, tuning: ");
    if (has_rungs) {
        text_printf(&text, "%zu trainings done", progress->n_done);
    } else {
        text_printf(&text, "%zu of %zu trials done", progress->n_done, search_n_trials(search));
    }
    if (progress->has_best) {
        text_printf(&text, "; best %.4g, trial %zu", search->trials[progress->best].result.mean,
                    progress->best + 1);
    }
    console_doing(console, false, text_of(&text));
    text_free(&text);
}

/* The setting is named where it says something: of a new best trial, and of one without a value. */
void tune_tell_trial(TuneProgress *progress, Console *console, const Search *search, size_t trial,
                     bool was_known) {
    const Trial *own = &search->trials[trial];
    TextBuffer line = {0};
    progress->n_told++;
    progress->n_done++;
    progress->n_known += was_known;
    note_best(progress, search, trial);
    describe(progress, console, search);
    const bool is_best = progress->has_best && progress->best == trial;
    const bool has_value = own->result.status->has_value;
    text_printf(&line, "trial %zu/%zu", trial + 1, search_n_trials(search));
    if (own->epochs > 0) {
        text_printf(&line, " of %lld epochs", (long long)own->epochs);
    }
    text_append(&line, "  ");
    if (has_value) {
        append_value(&line, &own->result);
    } else {
        text_printf(&line, "%s%s%s", own->result.status->kind.name, own->result.message ? ": " : "",
                    own->result.message ? own->result.message : "");
    }
    if (is_best) {
        text_append(&line, ", the best");
    } else if (progress->has_best) {
        text_printf(&line, "; best %.4g, trial %zu", search->trials[progress->best].result.mean,
                    progress->best + 1);
    }
    append_time_left(&line, progress, search);
    if (is_best || !has_value) {
        text_append(&line, "\n  ");
        space_append_setting(&line, search->space, own->values);
    }
    console_aside(console, indent, text_of(&line));
    text_free(&line);
}

void tune_tell_end(Console *console, const char *objective, const Search *search,
                   const Ranking *ranking, bool is_out_of_time) {
    TextBuffer text = {0};
    if (is_out_of_time) {
        text_append(&text, "tuning.max_time is up: not every trial was run\n");
    }
    const size_t margin = sizeof indent - 1;
    const size_t width = console->width > margin ? console->width - margin : 0;
    tuning_append_table(&text, ranking, search, N_SHOWN, objective, width);
    if (ranking->n > N_SHOWN) {
        text_printf(&text, "the best %d of %zu trials; all are in leaderboard.json\n", N_SHOWN,
                    ranking->n);
    }
    tuning_append_noise(&text, ranking, search);
    text_append(&text, "what mattered:\n");
    tuning_append_importances(&text, ranking, search);
    console_aside(console, indent, text_of(&text));
    text_free(&text);
}
