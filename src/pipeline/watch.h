/* Step 7 as it is watched: each epoch goes to the console and to history.jsonl, checkpoints to the
 * run folder. */
#ifndef NNTRAIN_PIPELINE_WATCH_H
#define NNTRAIN_PIPELINE_WATCH_H

#include "pipeline/outputs.h"

/* Trains as train_model does, from the state in outputs->checkpoints where there is one. */
bool watch_training(const PipelineInput *in, Outputs *outputs, Trained *trained, Error *err);

#endif
