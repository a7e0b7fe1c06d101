/* Steps 1 to 6 and 8 of the nine (step 7 is training/fit.h): each takes what it reads as const,
 * fills what it makes, and tells the console what it decided. */
#ifndef NNTRAIN_PIPELINE_STEPS_H
#define NNTRAIN_PIPELINE_STEPS_H

#include <stdint.h>

#include "app/config.h"
#include "app/console.h"
#include "pipeline/source.h"
#include "pipeline/trained.h"

/* Step 1 (its second half; the source is read before): features, target and parts under one split.
 */
bool prepare_data(const Config *config, const Source *source, const Split *split, Console *console,
                  Prepared *data, Error *err);

/* Step 2: layers from the config, inputs and outputs from the data. ERROR_CONFIG when they do not
 * fit each other. */
bool build_network(const Config *config, const Prepared *data, Console *console, Network *network,
                   Error *err);

/* Step 3: every number that shapes training, each `auto` resolved and checked against the data. */
bool settle_hyperparameters(const Config *config, const Prepared *data, const Network *network,
                            Console *console, FitOptions *options, size_t *n_threads, Error *err);

/* Step 4: start values, drawn, or taken from another model (init.from), whose CRC-32 *start_sum is
 * then. */
bool initialize_model(const Config *config, const Prepared *data, const Network *network,
                      Console *console, Model *model, uint32_t *start_sum, Error *err);

/* Step 5: the loss for task and output, the weights of classes, and the metrics that are told
 * beside it. */
bool choose_loss(const Config *config, const Prepared *data, const Network *network,
                 Console *console, LossFunction *loss, MetricList *metrics, Error *err);

/* Step 6: optimizer, schedule and regularization. Cannot fail; true, as the steps around it. */
bool choose_optimizer(const Config *config, Console *console, FitOptions *options);

/* Step 7 in the pipeline's terms: fit on the training part, watching validation. ERROR_DIVERGED is
 * told by trained->has_diverged, and *err is kept for the end of the run. observer may be NULL. */
bool train_model(const FitObserver *observer, Trained *trained, Error *err);

/* Step 8: every part, baselines, intervals, importance. The threshold is tuned on validation rows
 * where a rule is asked for. */
bool evaluate_model(const Config *config, const Trained *trained, Console *console,
                    Evaluated *evaluated, Error *err);

/* Step 8 without all that is not needed to compare models: what a fold needs. */
bool evaluate_parts(const Config *config, const Trained *trained, Evaluated *evaluated, Error *err);

/* Steps 2 to 6 in a row, with data that is prepared. */
bool plan_training(const Config *config, Console *console, Trained *trained, Error *err);

/* Steps 1 to 6 in a row. */
bool plan_steps(const Config *config, const Source *source, const Split *split, Console *console,
                Trained *trained, Error *err);

/* What the network sees of each feature column; (features->n_columns), released with memory_free.
 */
NetworkInput *list_inputs(const Features *features);

#endif
