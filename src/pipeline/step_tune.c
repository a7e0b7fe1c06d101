#include "pipeline/step_tune.h"

#include "base/memory.h"
#include "base/processors.h"
#include "pipeline/steps.h"
#include "pipeline/tune.h"

/* The network of the config itself tells how large those of the trials are. */
static void choose_threads(const Config *config, const Trained *trained, TrialGround *ground) {
    const bool is_large = trained->n_threads > 1 && trained->n_threads >= processors_available();
    const int64_t workers = config->tuning.workers;
    ground->threads = is_large && workers == 0 ? config->threads : 1;
}

static bool search(const PipelineInput *in, Outputs *outputs, const TrialGround *ground,
                   Tuning *tuning, Error *err) {
    char data_sha256[65];
    size_t shard;
    char *path = run_folder_file(&outputs->folder, RUN_FOLDER_TRIALS);
    char *ahead = run_folder_file(&outputs->folder, RUN_FOLDER_TRIALS_AHEAD);
    tune_data_sha256(ground->prepared, ground->n_parts, data_sha256);
    const bool good =
        tuning_init(tuning, in->config, in->console, data_sha256, err) &&
        (!in->resumes ||
         (tuning_know(tuning, path, "give the same again, or leave out --resume to search anew",
                      &shard, err) &&
          tuning_know_ahead(tuning, ahead, err))) &&
        tuning_run(tuning, ground, path, ahead, err);
    memory_free(path);
    memory_free(ahead);
    text_list_add(&outputs->files, RUN_FOLDER_TRIALS);
    return good;
}

static bool write_findings(const Tuning *tuning, Outputs *outputs, Error *err) {
    TextBuffer best = {0};
    char *path = run_folder_file(&outputs->folder, "leaderboard.json");
    const bool is_written = tuning_write_leaderboard(tuning, path, err);
    memory_free(path);
    text_list_add(&outputs->files, "leaderboard.json");
    return is_written && (tuning->ranking.n_ok == 0 ||
                          (tuning_print_best(tuning, outputs->folder.path, &best, err) &&
                           outputs_write(outputs, "best.ini", &best, err)));
}

/* Steps 1 to 6 again, for the best setting. */
static bool take_best(PipelineInput *in, const TrialGround *ground, const Tuning *tuning,
                      Outcome *outcome, Error *err) {
    const double *values = tuning_best(tuning);
    bool reads;
    if (!trial_config(in->config, values, 0, &outcome->tuned, err)) {
        return false;
    }
    if (trial_changes_data(&in->config->tuning.space, values, &reads)) {
        Source own = {0};
        if (!trial_source(ground, &outcome->tuned, values, &own, err)) {
            source_free(&own);
            return false;
        }
        outcome->loaded = outcome->source;
        outcome->source = own;
        if (own.is_borrowed) { /* the table is given over */
            outcome->loaded.is_borrowed = true;
            outcome->source.is_borrowed = false;
        }
    }
    in->config = &outcome->tuned;
    trained_free(&outcome->trained);
    console_doing(in->console, false, "step 9, tuning: preparing the best setting");
    console_aside(in->console, "        ", "the best setting is trained again:\n");
    if (in->console->notes) {
        notes_forget(in->console->notes, 1, 6);
    }
    return plan_steps(in->config, &outcome->source, &outcome->source.split, in->console,
                      &outcome->trained, err);
}

bool step_tune(PipelineInput *in, Outputs *outputs, Outcome *outcome, Error *err) {
    const Config *config = in->config;
    if (!config->tuning.is_on) {
        return true;
    }
    TrialGround ground = {0};
    Tuning tuning = {.writer = {.fd = -1}, .ahead_writer = {.fd = -1}};
    bool good = trial_ground_init(&ground, config, &outcome->source, err);
    choose_threads(config, &outcome->trained, &ground);
    good = good && search(in, outputs, &ground, &tuning, err);
    if (good) {
        tuning_tell(&tuning);
        tune_report_take(&outcome->tuning, &tuning);
        good = write_findings(&tuning, outputs, err);
    }
    if (good) {
        outcome->is_only_searched = !tuning_check(&tuning, err) || config->tuning.n_shards > 1;
        good = !outcome->is_only_searched && take_best(in, &ground, &tuning, outcome, err);
    }
    tuning_free(&tuning);
    trial_ground_free(&ground);
    return good;
}
