/* The step lines: what each of the nine steps decided, in words. */
#ifndef NNTRAIN_PIPELINE_NARRATION_H
#define NNTRAIN_PIPELINE_NARRATION_H

#include "app/config.h"
#include "app/console.h"
#include "pipeline/source.h"
#include "training/memory_plan.h"

void tell_data(Console *console, const Config *config, const Source *source, const Prepared *data);
void tell_network(Console *console, const Config *config, const Network *network);
void tell_hyperparameters(Console *console, const Config *config, size_t n_train,
                          const FitOptions *options);
/* Nothing for one thread; step_time: microseconds of a training step on one. */
void tell_plan(Console *console, size_t n_threads, double step_time, const MemoryPlan *plan);
void tell_start(Console *console, const Config *config, const Network *network);
void tell_loss(Console *console, const LossFunction *loss, const MetricList *metrics);
void tell_optimizer(Console *console, const Config *config, const FitOptions *options);
/* Step 9 of a config that asks for none; always true. */
bool tell_no_search(Console *console, const Config *config);

#endif
