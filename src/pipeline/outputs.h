/* The run folder: opened before training, filled while it runs and after it, swapped in whole at
 * the end. */
#ifndef NNTRAIN_PIPELINE_OUTPUTS_H
#define NNTRAIN_PIPELINE_OUTPUTS_H

#include "artifact/history_file.h"
#include "artifact/manifest.h"
#include "artifact/weight_sample.h"
#include "base/run_folder.h"
#include "pipeline/checkpoints.h"
#include "pipeline/pipeline.h"

typedef struct Outputs {
    RunFolder folder;
    bool is_open; /* something may have been written into the folder */
    HistoryFile history;
    Checkpoints checkpoints;
    ManifestMoment started;
    const Trained *trained;
    const Config *config; /* as it was given; what trains may be the best setting of a search */
    TextList files;       /* names in the folder, in the order in which they were written */
    WeightSample start_weights; /* for the report */
    Error failure;              /* of a history line; told by outputs_finish */
} Outputs;

/* Takes the folder of an interrupted run that is gone on with: before data is read, so that of many
 * who want it at once, one trains and is named by the others. */
bool outputs_hold_resumed(const PipelineInput *in, Outputs *outputs, Error *err);

/* Opens the folder, or goes on with what an interrupted run has left in the one that is held. */
bool outputs_begin(const PipelineInput *in, const Trained *trained, Outputs *outputs, Error *err);

/* Which network is trained now is known: keeps its start weights for the report, and goes on from
 * its checkpoint where a search has one. */
bool outputs_note_start(const PipelineInput *in, Outputs *outputs, Error *err);

/* One line of history.jsonl. */
void outputs_add_epoch(Outputs *outputs, const EpochRecord *record);

/* Writes all files, and swaps the folder in. Fills outcome->metrics_json. */
bool outputs_finish(const PipelineInput *in, Outputs *outputs, Outcome *outcome, Error *err);
/* The same after a search that has no best setting to train: a shard, or all trials failed. */
bool outputs_finish_search(const PipelineInput *in, Outputs *outputs, const Outcome *outcome,
                           Error *err);
/* Writes text, which is freed, under a name in the folder. */
bool outputs_write(Outputs *outputs, const char *name, TextBuffer *text, Error *err);
void outputs_free(Outputs *outputs);

/* The final numbers as metrics.json and reports tell them, borrowed from where they are. */
MetricsReport outputs_metrics(const PipelineInput *in, const Outcome *outcome);

/* Tells every gate; ERROR_GATE when one failed or could not be evaluated. */
bool outputs_check_gates(const PipelineInput *in, const Outcome *outcome, Error *err);

#endif
