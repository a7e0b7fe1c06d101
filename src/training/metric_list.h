/* The metrics that a run computes, in the order in which they are told. */
#ifndef NNTRAIN_TRAINING_METRIC_LIST_H
#define NNTRAIN_TRAINING_METRIC_LIST_H

#include "base/error.h"
#include "data/task.h"
#include "nn/activation.h"
#include "nn/metric.h"

typedef struct MetricList {
    const Metric **items;
    size_t n;
} MetricList;

/* The n chosen rows of metric_kinds; none: those that the task has by default, less those that need
 * probabilities when output gives none. ERROR_CONFIG, one line with all mistakes and without a
 * place, for metrics given twice and those that task or output cannot have. *list is overwritten.
 */
bool metric_list_choose(const Kind *const *chosen, size_t n, const Task *task, const Output *output,
                        MetricList *list, Error *err);
void metric_list_free(MetricList *list);

/* Place of the metric of that name, or list->n. */
size_t metric_list_find(const MetricList *list, const char *name);

#endif
