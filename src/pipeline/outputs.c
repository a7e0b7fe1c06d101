#include "pipeline/outputs.h"

#include <math.h>
#include <string.h>

#include "artifact/metrics_file.h"
#include "artifact/model_file.h"
#include "artifact/predictions_file.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "pipeline/report_compose.h"

static void tell_put_aside(const PipelineInput *in, const RunFolder *folder) {
    TextBuffer text = {0};
    text_printf(&text,
                "warning: an interrupted run was in %s, and this one starts anew without --resume: "
                "it is %s now\n",
                folder->partial, folder->interrupted);
    console_aside(in->console, "        ", text_of(&text));
    text_free(&text);
}

bool outputs_hold_resumed(const PipelineInput *in, Outputs *outputs, Error *err) {
    return !in->resumes || run_folder_resume(&outputs->folder, in->config->output_folder, err);
}

static bool open_folder(const PipelineInput *in, Outputs *outputs, Error *err) {
    RunFolder *folder = &outputs->folder;
    if (!in->resumes && !run_folder_begin(folder, in->config->output_folder, err)) {
        return false;
    }
    outputs->is_open = true;
    if (folder->has_put_aside) {
        tell_put_aside(in, folder);
    }
    outputs->checkpoints = (Checkpoints){.config = in->config,
                                         .trained = outputs->trained,
                                         .console = in->console,
                                         .folder = folder->partial,
                                         .saved = outputs->started.steady};
    /* What a search goes on from are its trials; which network is trained then, is not known yet.
     */
    const bool is_searched = in->config->tuning.is_on;
    return !in->resumes || ((is_searched || checkpoints_open(&outputs->checkpoints, err)) &&
                            run_folder_clear(folder, err));
}

static bool write_file(const Outputs *outputs, const char *name, TextBuffer *text, Error *err) {
    char *path = run_folder_file(&outputs->folder, name);
    const bool good = file_write(path, text_of(text), text->n, err);
    memory_free(path);
    text_free(text);
    return good;
}

static bool write_config(const Outputs *outputs, Error *err) {
    TextBuffer text = {0};
    config_print(&text, outputs->config, outputs->folder.path);
    return write_file(outputs, RUN_FOLDER_CONFIG, &text, err);
}

/* A run that took the place of the model that it began with could not be made again. */
static bool check_start(const Config *config, Error *err) {
    if (!config->warm_start) {
        return true;
    }
    char *start = file_join(config->folder, config->warm_start);
    char *own = file_join(config->output_folder, "model.json");
    const bool good =
        !file_is_same(start, own) ||
        file_fail(err, ERROR_FILE, start,
                  "init.from is the model of the run that this one would take the place of; choose "
                  "another run.name or output.dir");
    memory_free(start);
    memory_free(own);
    return good;
}

bool outputs_begin(const PipelineInput *in, const Trained *trained, Outputs *outputs, Error *err) {
    outputs->started = manifest_now();
    outputs->trained = trained;
    outputs->config = in->config;
    if (!check_start(in->config, err) || !open_folder(in, outputs, err)) {
        return false;
    }
    char *path = run_folder_file(&outputs->folder, "history.jsonl");
    bool good = history_file_open(&outputs->history, path, 0, err);
    memory_free(path);
    text_list_add(&outputs->files, "history.jsonl");
    const bool begins_search = in->config->tuning.is_on && !in->resumes;
    return good && (!begins_search || write_config(outputs, err));
}

bool outputs_note_start(const PipelineInput *in, Outputs *outputs, Error *err) {
    Checkpoints *checkpoints = &outputs->checkpoints;
    checkpoints->config = in->config;
    if (in->config->report) {
        weight_sample_take(&outputs->start_weights, &outputs->trained->model);
    }
    const bool was_trained = in->resumes && outputs->config->tuning.is_on &&
                             checkpoint_file_exists(outputs->folder.partial);
    Error why = {0};
    if (!was_trained || checkpoints_open(checkpoints, &why)) {
        return true;
    }
    if (why.code ==
        ERROR_CONFIG) { /* not the config as given, which the trials were held against */
        checkpoint_file_free(&checkpoints->file);
        checkpoints->is_kept = false;
        console_aside(in->console, "        ",
                      "note: the search has found another setting than the one whose training was "
                      "interrupted\n");
        return true;
    }
    *err = why;
    return false;
}

void outputs_add_epoch(Outputs *outputs, const EpochRecord *record) {
    if (!outputs->failure.code) {
        history_file_add(&outputs->history, record, &outputs->trained->metrics,
                         outputs->trained->network.n_layers, &outputs->failure);
    }
}

void outputs_free(Outputs *outputs) {
    if (outputs->history.path) {
        history_file_close(&outputs->history, NULL);
    }
    text_list_free(&outputs->files);
    weight_sample_free(&outputs->start_weights);
    checkpoints_free(&outputs->checkpoints);
    run_folder_free(&outputs->folder);
    *outputs = (Outputs){0};
}

bool outputs_write(Outputs *outputs, const char *name, TextBuffer *text, Error *err) {
    text_list_add(&outputs->files, name);
    return write_file(outputs, name, text, err);
}

static bool finish_config(Outputs *outputs, Error *err) {
    text_list_add(&outputs->files, RUN_FOLDER_CONFIG);
    return write_config(outputs, err);
}

/* The parts of a model file, borrowed from where they are. */
static ModelFile borrow_model_file(const PipelineInput *in, const Outcome *outcome) {
    const Trained *trained = &outcome->trained;
    const Source *source = &outcome->source;
    ModelFile file = {.features = trained->data.features,
                      .target = trained->data.target,
                      .network = trained->network,
                      .model = trained->model,
                      .loss = trained->loss,
                      .threshold = outcome->evaluated.threshold,
                      .header = in->config->csv.header,
                      .seed = in->config->seed,
                      .best_epoch = trained->history.best_epoch};
    for (size_t i = 0; i < source->schema.n_ids; i++) {
        text_list_add(&file.ids, source->table.names.items[source->schema.ids[i]]);
    }
    if (source->schema.weight < source->schema.n_columns) {
        file.weight_column = source->table.names.items[source->schema.weight];
    }
    for (Part part = 0; part < N_PARTS; part++) {
        const PartResult *result = &outcome->evaluated.results.parts[part];
        file.losses[part] = result->rows ? result->loss : (double)NAN;
    }
    return file;
}

static bool write_model(const PipelineInput *in, Outputs *outputs, Outcome *outcome, Error *err) {
    ModelFile file = borrow_model_file(in, outcome);
    file.model.network = &file.network; /* the network's copy, here where it stays in place */
    size_t *columns = NEW(size_t, file.features.n);
    RowSet rows;
    const Table *examples = source_examples(&outcome->source, &rows);
    bool good = features_bind(&file.features, examples, columns, NULL, err) &&
                model_file_add_self_test(&file, examples, columns, &rows, err);
    memory_free(rows.rows);
    TextBuffer text = {0};
    if (good) {
        model_file_print(&text, &file, in->config->weight_format);
        model_file_weights_sha256(&file, outcome->weights_sha256);
        good = outputs_write(outputs, "model.json", &text, err);
    }
    memory_free(columns);
    self_test_free(&file.self_test);
    text_list_free(&file.ids);
    return good;
}

static GateResult *evaluate_gates(const PipelineInput *in, const Outcome *outcome,
                                  const MetricsFile *baseline) {
    const GateList *gates = &in->config->gates;
    GateResult *results = NEW(GateResult, gates->n);
    GateBaseline lookup = {metrics_file_find, baseline};
    for (size_t i = 0; i < gates->n; i++) {
        results[i] = gate_evaluate(&gates->items[i], &outcome->evaluated.results,
                                   in->baseline ? &lookup : NULL);
    }
    return results;
}

MetricsReport outputs_metrics(const PipelineInput *in, const Outcome *outcome) {
    const Trained *trained = &outcome->trained;
    const Evaluated *evaluated = &outcome->evaluated;
    return (MetricsReport){.status = trained->has_diverged ? "diverged" : "ok",
                           .stop_reason = trained->history.stop_reason,
                           .epochs = trained->history.n,
                           .best_epoch = trained->history.best_epoch,
                           .rollbacks = trained->history.n_rollbacks,
                           .results = &evaluated->results,
                           .target = &trained->data.target,
                           .threshold = evaluated->threshold,
                           .n_folds = outcome->folds.n,
                           .fold_mean = outcome->folds.mean,
                           .fold_deviation = outcome->folds.deviation,
                           .importances = evaluated->importances,
                           .features = &trained->data.features,
                           .importance_part = evaluated->importance_part,
                           .gates = &in->config->gates,
                           .gate_results = outcome->gate_results,
                           .weights_sha256 = outcome->weights_sha256};
}

static bool write_metrics(const PipelineInput *in, Outputs *outputs, Outcome *outcome, Error *err) {
    outcome->gate_results = evaluate_gates(in, outcome, &outcome->baseline);
    const MetricsReport report = outputs_metrics(in, outcome);
    TextBuffer text = {0};
    metrics_file_print(&text, &report);
    outcome->metrics_json = memory_copy_text(text_of(&text));
    return outputs_write(outputs, "metrics.json", &text, err);
}

static bool write_report(const PipelineInput *in, Outputs *outputs, const Outcome *outcome,
                         Error *err) {
    if (!in->config->report) {
        return true;
    }
    const MetricsReport metrics = outputs_metrics(in, outcome);
    TextBuffer text = {0};
    report_compose(&text, in, outcome, &metrics, &outputs->start_weights);
    return outputs_write(outputs, "report.html", &text, err);
}

static bool write_predictions(const PipelineInput *in, Outputs *outputs, const Outcome *outcome,
                              Error *err) {
    if (!in->config->predictions) {
        return true;
    }
    Part part = in->config->predictions->part;
    const Source *source = &outcome->source;
    PredictionsReport report = {.predictions = &outcome->evaluated.predictions[part],
                                .target = &outcome->trained.data.target,
                                .source = outcome->trained.data.parts[part].source,
                                .table = &source->table,
                                .ids = source->schema.ids,
                                .n_ids = source->schema.n_ids,
                                .has_row = true,
                                .has_truth = true};
    if (report.predictions->n_scores == 0) {
        report.targets = source->schema.targets;
    }
    TextBuffer text = {0}, name = {0};
    predictions_file_print(&text, &report);
    text_printf(&name, "predictions_%s.csv", part_names[part]);
    bool good = outputs_write(outputs, text_of(&name), &text, err);
    text_free(&name);
    return good;
}

static bool write_manifest(const PipelineInput *in, Outputs *outputs, const Outcome *outcome,
                           Error *err) {
    ManifestInfo info = {.name = in->config->name,
                         .status = outcome->trained.has_diverged ? "diverged" : "ok",
                         .command_line = in->command_line,
                         .started = outputs->started,
                         .finished = manifest_now(),
                         .threads = team_size(outcome->trained.team),
                         .data_files = &outcome->source.table.files,
                         .folder = outputs->folder.partial,
                         .files = &outputs->files};
    TextBuffer text = {0};
    return manifest_print(&text, &info, err) && outputs_write(outputs, "manifest.json", &text, err);
}

/* Where the run is, and where the one is that was there; weights may be NULL. */
static void tell_folder(const PipelineInput *in, const RunFolder *folder, const char *weights) {
    TextBuffer line = {0};
    text_printf(&line, "run folder %s", in->config->output_folder);
    if (weights) {
        text_printf(&line, ", weights %.16s", weights);
    }
    if (folder->has_replaced) {
        text_printf(&line, "; what was there is in %s.previous", in->config->output_folder);
    }
    console_aside(in->console, "        ", text_of(&line));
    text_free(&line);
}

bool outputs_finish(const PipelineInput *in, Outputs *outputs, Outcome *outcome, Error *err) {
    if (outputs->failure.code) {
        *err = outputs->failure;
        return false;
    }
    if (interrupt_signal()) {
        return interrupt_fail(err);
    }
    console_doing(in->console, false, "writing the run");
    bool good =
        history_file_close(&outputs->history, err) && finish_config(outputs, err) &&
        write_model(in, outputs, outcome, err) && write_metrics(in, outputs, outcome, err) &&
        write_report(in, outputs, outcome, err) && write_predictions(in, outputs, outcome, err) &&
        write_manifest(in, outputs, outcome, err) && run_folder_commit(&outputs->folder, err);
    if (good) {
        tell_folder(in, &outputs->folder, outcome->weights_sha256);
    }
    return good;
}

bool outputs_finish_search(const PipelineInput *in, Outputs *outputs, const Outcome *outcome,
                           Error *err) {
    const bool good = history_file_close(&outputs->history, err) && finish_config(outputs, err) &&
                      write_manifest(in, outputs, outcome, err) &&
                      run_folder_commit(&outputs->folder, err);
    if (good) {
        tell_folder(in, &outputs->folder, NULL);
    }
    return good;
}

bool outputs_check_gates(const PipelineInput *in, const Outcome *outcome, Error *err) {
    const GateList *gates = &in->config->gates;
    size_t n_failed = 0;
    TextBuffer passed = {0}, failed = {0};
    for (size_t i = 0; i < gates->n; i++) {
        TextBuffer line = {0};
        gate_describe(&line, &gates->items[i], &outcome->gate_results[i]);
        if (outcome->gate_results[i].passed) {
            text_printf(&passed, "gate %s\n", text_of(&line));
        } else {
            text_printf(&failed, "%s%s: error: gate %s", n_failed ? "\n" : "",
                        gates->items[i].place, text_of(&line));
            n_failed++;
        }
        text_free(&line);
    }
    console_aside(in->console, "        ", text_of(&passed));
    bool good = n_failed == 0 || fail(err, ERROR_GATE, "%s", text_of(&failed));
    text_free(&passed);
    text_free(&failed);
    return good;
}
