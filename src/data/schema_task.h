/* The task that the target columns allow: found out when the options leave it open, else checked.
 * Used by schema.c. */
#ifndef NNTRAIN_DATA_SCHEMA_TASK_H
#define NNTRAIN_DATA_SCHEMA_TASK_H

#include "data/schema.h"
#include "data/schema_scan.h"

/* Sets schema->task from `given` (NULL: auto); the target columns have their types. The rule for
 * auto: several targets are labels when all are 0 or 1, else quantities; one target has classes
 * when it is text or has at most 20 different numbers that are all whole, else it is a quantity. */
void schema_task_settle(const Task *given, const Table *table, const ColumnScan *scans,
                        Schema *schema, Problems *problems);

#endif
