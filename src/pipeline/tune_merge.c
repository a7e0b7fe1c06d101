#include "pipeline/tune_merge.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/run_folder.h"
#include "pipeline/tune.h"

/* The config of a shard, and that of the data in its trials. */
static bool load_shard(const char *run, Config *config, char data_sha256[65], Error *err) {
    Problems problems = {0};
    TextList overrides = {0};
    TrialsReader reader = {0};
    char *path = file_join(run, "config.ini"), *trials = file_join(run, "trials.jsonl");
    Error unreadable = {0};
    bool good = config_load(path, &overrides, config, &problems, &unreadable);
    if (unreadable.code) {
        *err = unreadable;
    } else if (!good) {
        fail(err, ERROR_CONFIG, "%s", text_of(&problems.text));
    } else if (config->tuning.n_shards < 2) {
        good = file_fail(err, ERROR_DATA, path, "tuning.shard is none: the run is no shard");
    }
    good = good && trials_reader_open(&reader, trials, err) &&
           trials_reader_data(&reader, data_sha256, err);
    trials_reader_close(&reader);
    problems_free(&problems);
    memory_free(path);
    memory_free(trials);
    return good;
}

/* Takes the trials of every run; each shard must be there once. */
static bool know_all(Tuning *tuning, const TextList *runs, Error *err) {
    size_t *run_of_shard = NEW(size_t, tuning->header.n_shards); /* 1-based; 0: none */
    bool good = true;
    for (size_t i = 0; good && i < runs->n; i++) {
        size_t shard = SIZE_MAX;
        char *path = file_join(runs->items[i], "trials.jsonl");
        good = tuning_know(tuning, path, "the shards of a search have the same", &shard, err);
        if (good && shard == SIZE_MAX) {
            good =
                file_fail(err, ERROR_DATA, path, "is empty: the shard has not begun; run it again");
        } else if (good && (shard >= tuning->header.n_shards || run_of_shard[shard] > 0)) {
            good = file_fail(err, ERROR_DATA, path, "shard %zu is there twice", shard + 1);
        } else if (good) {
            run_of_shard[shard] = i + 1;
        }
        memory_free(path);
    }
    for (size_t s = 0; good && s < tuning->header.n_shards; s++) {
        good =
            run_of_shard[s] > 0 ||
            fail(err, ERROR_DATA, "error: shard %zu of %zu is missing; give the run folders of all",
                 s + 1, tuning->header.n_shards);
    }
    memory_free(run_of_shard);
    return good;
}

static const char leaderboard[] = "leaderboard.json", best_config[] = "best.ini";

static bool write_file(const char *folder, const char *name, TextBuffer *text, Error *err) {
    char *path = file_join(folder, name);
    const bool good = file_write(path, text_of(text), text->n, err);
    memory_free(path);
    text_free(text);
    return good;
}

/* trials.jsonl is made beside its place, so that an older one stays if this fails. */
static bool write_trials(Tuning *tuning, const char *folder, Error *err) {
    char *path = file_join(folder, "trials.jsonl"), *made = file_join(folder, "trials.jsonl.part");
    unlink(made);
    const bool good =
        tuning_run(tuning, NULL, made, NULL, err) &&
        (rename(made, path) == 0 || file_fail(err, ERROR_FILE, path, "cannot write the file"));
    if (!good) {
        unlink(made);
    }
    memory_free(path);
    memory_free(made);
    return good;
}

static bool write_findings(const Tuning *tuning, const char *folder, Error *err) {
    TextBuffer best = {0};
    char *path = file_join(folder, leaderboard);
    const bool good = tuning_write_leaderboard(tuning, path, err) && tuning_check(tuning, err) &&
                      tuning_print_best(tuning, folder, &best, err) &&
                      write_file(folder, best_config, &best, err) && file_sync_folder(folder, err);
    memory_free(path);
    return good;
}

static bool is_in(const char *folder, const char *name) {
    char *path = file_join(folder, name);
    const bool is_there = !file_is_missing(path);
    memory_free(path);
    return is_there;
}

/* What an earlier merge has left may be replaced; it has all of the files. */
static bool check_folder(const char *folder, Error *err) {
    if (is_in(folder, RUN_FOLDER_MARK) || is_in(folder, RUN_FOLDER_OPEN_MARK)) {
        return file_fail(err, ERROR_FILE, folder,
                         "is the folder of a run, whose files merge would overwrite; name another");
    }
    const bool has_trials = is_in(folder, RUN_FOLDER_TRIALS);
    const bool has_others = is_in(folder, leaderboard) || is_in(folder, best_config);
    return has_trials || !has_others ||
           file_fail(err, ERROR_FILE, folder,
                     "has a leaderboard.json or a best.ini that no merge has made; name another "
                     "folder, or remove it first");
}

bool tune_merge(const TextList *runs, const char *folder, Console *console, Error *err) {
    Config config = {0};
    Tuning tuning = {.writer = {.fd = -1}, .ahead_writer = {.fd = -1}};
    char data_sha256[65];
    bool good = check_folder(folder, err) && load_shard(runs->items[0], &config, data_sha256, err);
    const size_t n_shards = config.tuning.n_shards;
    config.tuning.shard = 0;
    config.tuning.n_shards = 1;
    good = good && tuning_init(&tuning, &config, console, data_sha256, err);
    tuning.header.n_shards = n_shards;
    good = good && know_all(&tuning, runs, err);
    tuning.header.n_shards = 1;
    tuning.header.shard = 0;
    good = good && file_make_folder(folder, err) && write_trials(&tuning, folder, err);
    if (good) {
        tuning_tell(&tuning);
        good = write_findings(&tuning, folder, err);
    }
    tuning_free(&tuning);
    config_free(&config);
    return good;
}
