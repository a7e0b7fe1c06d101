/* Step 9 in the pipeline: searches where the config has [tuning], and hands over the best setting
 * as the one to train. */
#ifndef NNTRAIN_PIPELINE_STEP_TUNE_H
#define NNTRAIN_PIPELINE_STEP_TUNE_H

#include "pipeline/outputs.h"

/* Nothing without [tuning]. Otherwise runs the trials, into trials.jsonl, leaderboard.json and
 * best.ini of the run folder; in->config becomes outcome->tuned, and steps 1 to 6 are done again
 * for it. False with outcome->is_only_searched when there is nothing to train: after a shard, and
 * with ERROR_TUNING when too few trials have a value. */
bool step_tune(PipelineInput *in, Outputs *outputs, Outcome *outcome, Error *err);

#endif
