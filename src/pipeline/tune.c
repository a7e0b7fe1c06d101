#include "pipeline/tune.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/processors.h"
#include "pipeline/tune_crew.h"
#include "pipeline/tune_tell.h"

/* ---- What makes a search the same ---- */

static bool decides(const Option *option) {
    return !option->is_beside_trials && !option->is_outward && !option->type->is_path;
}

static bool has_effect(const Option *option, const Config *config) {
    TextBuffer reason = {0};
    const bool is_idle =
        option->step == 9 && option->without_effect && option->without_effect(config, &reason);
    text_free(&reason);
    return !is_idle;
}

static void print_layers(TextBuffer *text, const Config *config) {
    for (size_t l = 0; l < config->n_layers; l++) {
        for (size_t i = 0; i < config_n_layer_options; i++) {
            const char *value = config->layers[l].values[i].text;
            text_printf(text, "layer.%zu.%s = %s\n", l + 1, config_layer_options[i].key,
                        value ? value : "");
        }
    }
}

static void print_space(TextBuffer *text, const Config *config) {
    for (size_t k = 0; k < config->tuning.space.n; k++) {
        text_printf(text, "tuning.space.%s = %s\n", config->tuning.space.keys[k].name,
                    config->tuning.space.keys[k].text);
    }
}

/* What init.from names: a search whose trials begin with another model is another one. */
static void print_start(TextBuffer *text, const Config *config) {
    char *path = file_join(config->folder, config->warm_start), *bytes = NULL, hex[65] = "";
    size_t n = 0;
    if (file_read(path, SIZE_MAX / 4, false, &bytes, &n, NULL)) {
        file_sha256(bytes, n, hex);
    }
    text_printf(text, "init.from = %s\n", hex);
    memory_free(bytes);
    memory_free(path);
}

void tune_config_sha256(const Config *config, char hex[65]) {
    TextBuffer text = {0};
    for (size_t i = 0; i < config_n_options; i++) {
        const Option *option = &config_options[i];
        if (decides(option) && has_effect(option, config)) {
            char *written = config_written(option, config, "");
            text_printf(&text, "%s.%s = %s\n", option->section, option->key, written);
            memory_free(written);
        }
    }
    print_layers(&text, config);
    print_space(&text, config);
    if (config->warm_start) {
        print_start(&text, config);
    }
    file_sha256(text_of(&text), text.n, hex);
    text_free(&text);
}

static void compare_key(TextBuffer *out, const Option *option, const Config *then,
                        const Config *now) {
    char *values[] = {config_written(option, then, ""), config_written(option, now, "")};
    if (decides(option) && has_effect(option, then) && has_effect(option, now) &&
        strcmp(values[0], values[1]) != 0) {
        char shown[2][TEXT_SHOWN];
        text_printf(out, "%s%s.%s = %s, not %s", out->n > 0 ? "; " : "", option->section,
                    option->key, text_shown(shown[0], values[0], strlen(values[0])),
                    text_shown(shown[1], values[1], strlen(values[1])));
    }
    memory_free(values[0]);
    memory_free(values[1]);
}

static void compare_sections(TextBuffer *out, const char *name,
                             void (*print)(TextBuffer *, const Config *), const Config *then,
                             const Config *now) {
    TextBuffer texts[2] = {0};
    print(&texts[0], then);
    print(&texts[1], now);
    if (strcmp(text_of(&texts[0]), text_of(&texts[1])) != 0) {
        text_printf(out, "%sanother [%s]", out->n > 0 ? "; " : "", name);
    }
    text_free(&texts[0]);
    text_free(&texts[1]);
}

/* What differs in the config.ini beside a trials.jsonl: nothing when it cannot be read. */
static void print_difference(TextBuffer *out, const char *trials, const Config *now) {
    char *folder = file_folder_of(trials), *path = file_join(folder, "config.ini");
    TextList overrides = {0};
    Problems problems = {0};
    Config then = {0};
    Error unreadable = {0};
    if (config_load(path, &overrides, &then, &problems, &unreadable)) {
        for (size_t i = 0; i < config_n_options; i++) {
            compare_key(out, &config_options[i], &then, now);
        }
        compare_sections(out, "layer.N", print_layers, &then, now);
        compare_sections(out, "tuning.space", print_space, &then, now);
        if (out->n == 0 && now->warm_start) {
            text_append(out, "another model in init.from");
        }
    }
    config_free(&then);
    problems_free(&problems);
    memory_free(path);
    memory_free(folder);
}

void tune_data_sha256(const Prepared *prepared, size_t n, char hex[65]) {
    TextBuffer text = {0};
    for (size_t i = 0; i < n; i++) {
        for (Part part = PART_TRAIN; part <= PART_VALIDATION; part++) {
            const Dataset *data = &prepared[i].parts[part];
            file_sha256(data->x, data->n_rows * data->x_row * sizeof *data->x, hex);
            text_append(&text, hex);
            file_sha256(data->y, data->n_rows * data->y_row * sizeof *data->y, hex);
            text_append(&text, hex);
        }
    }
    file_sha256(text_of(&text), text.n, hex);
    text_free(&text);
}

/* ---- Beginning ---- */

bool tuning_init(Tuning *tuning, const Config *config, Console *console, const char *data_sha256,
                 Error *err) {
    const TuningConfig *options = &config->tuning;
    *tuning = (Tuning){
        .config = config, .console = console, .writer = {.fd = -1}, .ahead_writer = {.fd = -1}};
    tune_config_sha256(config, tuning->config_sha256);
    memcpy(tuning->data_sha256, data_sha256, sizeof tuning->data_sha256);
    tuning->header = (TrialsHeader){.method = options->sampler->kind.name,
                                    .objective = options->objective,
                                    .seed = config->seed,
                                    .config_sha256 = tuning->config_sha256,
                                    .data_sha256 = tuning->data_sha256,
                                    .shard = options->shard,
                                    .n_shards = options->n_shards};
    const SearchOptions search = {.sampler = options->sampler,
                                  .seed = config->seed,
                                  .n_trials = (size_t)options->trials,
                                  .grid_points = (size_t)options->grid_points,
                                  .batch = (size_t)options->batch,
                                  .min_epochs = options->min_epochs,
                                  .max_epochs = config->fit.epochs,
                                  .eta = (size_t)options->eta,
                                  .shard = options->shard,
                                  .n_shards = options->n_shards,
                                  .higher_is_better = results_higher_is_better(options->objective)};
    return search_init(&tuning->search, &options->space, &search, err);
}

bool tuning_know(Tuning *tuning, const char *path, const char *way_out, size_t *shard, Error *err) {
    KnownTrials *known = &tuning->known;
    known->readers = memory_resize(known->readers, known->n, known->n + 1, sizeof *known->readers);
    TrialsReader *reader = &known->readers[known->n++];
    if (!trials_reader_open(reader, path, err) || reader->header.n == 0) {
        return !err->code;
    }
    const char *other = NULL;
    const bool good = trials_reader_check(reader, &tuning->header, shard, &other, err);
    if (other) {
        TextBuffer difference = {0};
        if (strcmp(other, TRIALS_OTHER_CONFIG) == 0) {
            print_difference(&difference, path, tuning->config);
        }
        const bool is_known = difference.n > 0;
        file_fail(err, ERROR_DATA, path, "the search was begun with %s%s%s%s; %s", other,
                  is_known ? " (" : "", text_of(&difference), is_known ? ")" : "", way_out);
        text_free(&difference);
    }
    return good;
}

bool tuning_know_ahead(Tuning *tuning, const char *path, Error *err) {
    return trials_reader_open(&tuning->ahead, path, err);
}

void tuning_free(Tuning *tuning) {
    for (size_t i = 0; i < tuning->known.n; i++) {
        trials_reader_close(&tuning->known.readers[i]);
    }
    memory_free(tuning->known.readers);
    trials_reader_close(&tuning->ahead);
    trials_writer_close(&tuning->writer);
    trials_writer_close(&tuning->ahead_writer);
    ranking_free(&tuning->ranking);
    search_free(&tuning->search);
    *tuning = (Tuning){.writer = {.fd = -1}, .ahead_writer = {.fd = -1}};
}

/* ---- Generations ---- */

/* A generation as its jobs are received. */
typedef struct Generation {
    Tuning *tuning;
    CrewJob *jobs;
    TuneProgress *progress;
} Generation;

static bool add_line(Tuning *tuning, size_t trial, Error *err) {
    TextBuffer line = {0};
    trials_line_print(&line, &tuning->search, trial);
    const bool good = trials_writer_add(&tuning->writer, &line, err);
    text_free(&line);
    return good;
}

static bool receive(void *context, size_t job, bool is_last_ready, Error *err) {
    Generation *generation = context;
    Tuning *tuning = generation->tuning;
    const size_t trial = tuning->search.jobs[job].trial;
    search_tell(&tuning->search, job, &generation->jobs[job].result);
    tune_tell_trial(generation->progress, tuning->console, &tuning->search, trial,
                    generation->jobs[job].was_known);
    return add_line(tuning, trial, err) &&
           (!is_last_ready || trials_writer_sync(&tuning->writer, err));
}

static bool add_pruned(Tuning *tuning, Error *err) {
    bool good = true;
    for (size_t i = 0; good && i < tuning->search.n_pruned; i++) {
        good = add_line(tuning, tuning->search.pruned[i], err);
    }
    return good;
}

/* Looks each job up in all files of known results. */
static bool find_known(Tuning *tuning, CrewJob *job, Error *err) {
    bool good = true;
    for (size_t i = 0; good && !job->was_known && i < tuning->known.n; i++) {
        good = trials_reader_take(&tuning->known.readers[i], &job->job, &job->result,
                                  &job->was_known, err);
    }
    good = good && (job->was_known || trials_reader_search(&tuning->ahead, &job->job, &job->result,
                                                           &job->was_known, err));
    job->is_done = job->was_known;
    return good;
}

/* What cannot be kept is trained again after a kill; a disk that is full is told by the writer of
 * what has its turn. */
static void keep_ahead(void *context, const CrewJob *job) {
    Tuning *tuning = context;
    TextBuffer line = {0};
    trials_result_print(&line, tuning->search.space, &job->job, job->values, &job->result);
    if (tuning->ahead_writer.fd >= 0 && !trials_writer_add(&tuning->ahead_writer, &line, NULL)) {
        trials_writer_close(&tuning->ahead_writer); /* nothing must follow half a line */
    }
    text_free(&line);
}

static bool run_generation(Tuning *tuning, const CrewOptions *options, TuneProgress *progress,
                           Error *err) {
    const Search *search = &tuning->search;
    const size_t n = search->n_jobs;
    CrewJob *jobs = NEW(CrewJob, n);
    bool good = true;
    for (size_t j = 0; good && j < n; j++) {
        jobs[j].job = search->jobs[j];
        jobs[j].values = search->trials[search->jobs[j].trial].values;
        good = find_known(tuning, &jobs[j], err);
        if (good && !options->ground && !jobs[j].was_known) {
            good = fail(err, ERROR_DATA,
                        "error: trial %zu is in none of the files: a shard is missing, or has not "
                        "ended",
                        search->jobs[j].trial + 1);
        }
    }
    tune_begin_generation(progress, search);
    Generation generation = {tuning, jobs, progress};
    good = good && crew_run(options, jobs, n, receive, &generation, err);
    for (size_t j = 0; j < n; j++) {
        tuning->is_out_of_time = tuning->is_out_of_time || !jobs[j].is_done;
        trial_result_free(&jobs[j].result); /* those that were not received */
    }
    memory_free(jobs);
    return good;
}

/* One at a time where a network keeps all processors busy. */
static size_t choose_workers(const Tuning *tuning, const TrialGround *ground) {
    const int64_t asked = tuning->config->tuning.workers;
    if (asked > 0) {
        return (size_t)asked;
    }
    return ground && ground->threads != 1 ? 1 : processors_available();
}

bool tuning_run(Tuning *tuning, const TrialGround *ground, const char *path, const char *ahead,
                Error *err) {
    const TuningConfig *config = &tuning->config->tuning;
    const double begin = clock_now();
    const CrewOptions options = {.ground = ground,
                                 .keep = ahead ? keep_ahead : NULL,
                                 .keeper = tuning,
                                 .n_workers = ground ? choose_workers(tuning, ground) : 1,
                                 .deadline =
                                     config->max_seconds > 0 ? begin + config->max_seconds : 0,
                                 .trial_seconds = config->trial_seconds};
    TuneProgress progress = {.begin = begin};
    TextBuffer header = {0};
    tune_tell_begin(tuning->console, tuning->config, &tuning->search, options.n_workers);
    trials_header_print(&header, &tuning->header);
    bool good =
        trials_writer_open(&tuning->writer, path, err) &&
        trials_writer_add(&tuning->writer, &header, err) &&
        (!ahead || trials_writer_append(&tuning->ahead_writer, ahead, &tuning->header, err));
    while (good && !tuning->is_out_of_time && search_next(&tuning->search)) {
        good = add_pruned(tuning, err) && run_generation(tuning, &options, &progress, err);
    }
    good = good && add_pruned(tuning, err);
    good = trials_writer_sync(&tuning->writer, good ? err : NULL) && good;
    text_free(&header);
    if (good) {
        ranking_make(&tuning->search, &tuning->ranking);
    }
    return good;
}

/* ---- The end ---- */

void tuning_tell(const Tuning *tuning) {
    tune_tell_end(tuning->console, tuning->config->tuning.objective, &tuning->search,
                  &tuning->ranking, tuning->is_out_of_time);
}

/* "; trial 3 failed: ...": the first trial without a value, for why there are so few. */
static void append_failure(TextBuffer *out, const Search *search) {
    for (size_t t = 0; t < search->n; t++) {
        const TrialResult *result = &search->trials[t].result;
        if (result->status && !result->status->has_value) {
            text_printf(out, "; trial %zu: %s%s%s", t + 1, result->status->kind.name,
                        result->message ? ": " : "", result->message ? result->message : "");
            return;
        }
    }
}

bool tuning_check(const Tuning *tuning, Error *err) {
    const size_t least = (size_t)tuning->config->tuning.min_success;
    const bool is_whole = tuning->config->tuning.n_shards == 1;
    const size_t needed = least == 0 ? 1 : least; /* something must be trained at the end */
    if (!is_whole || tuning->ranking.n_ok >= needed) {
        return true;
    }
    TextBuffer failure = {0};
    append_failure(&failure, &tuning->search);
    fail(err, ERROR_TUNING,
         "error: %zu of %zu trials have a value of %s; tuning.min_success is %zu%s",
         tuning->ranking.n_ok, tuning->ranking.n, tuning->config->tuning.objective, least,
         text_of(&failure));
    text_free(&failure);
    return false;
}

const double *tuning_best(const Tuning *tuning) {
    return tuning->search.trials[tuning->ranking.order[0]].values;
}

bool tuning_write_leaderboard(const Tuning *tuning, const char *path, Error *err) {
    return leaderboard_write(path, &tuning->search, &tuning->ranking,
                             tuning->config->tuning.objective, err);
}

/* A run of best.ini must not take the place of the run that it comes from. */
static void rename_run(const Config *base, Ini *settings) {
    TextBuffer name = {0}, folder = {0};
    const char *pattern = config_text(base, "output.dir");
    text_printf(&name, "%s-best", base->name);
    ini_add_setting(settings, "run.name", text_of(&name), "step 9");
    if (!strstr(pattern, "{name}")) {
        text_printf(&folder, "%s-best", pattern);
        ini_add_setting(settings, "output.dir", text_of(&folder), "step 9");
    }
    text_free(&name);
    text_free(&folder);
}

bool tuning_print_best(const Tuning *tuning, const char *folder, TextBuffer *out, Error *err) {
    Config best = {0};
    Ini settings = {0};
    Problems problems = {0};
    trial_settings(tuning->config, tuning_best(tuning), 0, &settings);
    rename_run(tuning->config, &settings);
    const bool good = config_vary(tuning->config, &settings, &best, &problems) ||
                      fail(err, ERROR_CONFIG, "%s", text_of(&problems.text));
    if (good) {
        config_print(out, &best, folder);
    }
    problems_free(&problems);
    ini_free(&settings);
    config_free(&best);
    return good;
}
