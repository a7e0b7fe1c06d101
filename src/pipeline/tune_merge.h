/* The shards of a search as one: its trials are gone through again in the order of one machine,
 * with the results that the shards have. */
#ifndef NNTRAIN_PIPELINE_TUNE_MERGE_H
#define NNTRAIN_PIPELINE_TUNE_MERGE_H

#include "app/console.h"
#include "base/text.h"

/* Reads the run folder of every shard, and writes trials.jsonl, leaderboard.json and best.ini into
 * folder. ERROR_DATA when a shard is missing, is there twice, or is of another search. */
bool tune_merge(const TextList *runs, const char *folder, Console *console, Error *err);

#endif
