/* A model over a dataset: predictions, and the numbers made of them. Training, step 8, the commands
 * and the baselines share it. Use: choose the metrics (metric_list_choose), fill an Evaluation,
 * then evaluate_part; or evaluate_predict and evaluate_metrics where the predictions are wanted
 * too. */
#ifndef NNTRAIN_TRAINING_EVALUATE_H
#define NNTRAIN_TRAINING_EVALUATE_H

#include "data/dataset.h"
#include "data/target.h"
#include "nn/model.h"
#include "training/metric_list.h"
#include "training/predictions.h"

/* Scratch for evaluations of one network over datasets of up to max_rows on one team, for callers
 * that evaluate again and again. Its size is bounded, however many rows there are. */
typedef struct EvaluationSpace EvaluationSpace;
EvaluationSpace *evaluation_space_new(const Network *network, size_t max_rows, Team *team);
void evaluation_space_free(EvaluationSpace *space);

/* Its bytes before it is made. */
double evaluation_space_bytes(const Network *network, size_t max_rows, size_t n_threads);

/* What evaluation needs beside model, loss and data; nothing is owned. */
typedef struct Evaluation {
    const Target *target;
    const MetricList *metrics;
    double threshold; /* from evaluate_threshold or threshold_tune; NAN: the output's own */
    bool wants_confusion;
    Team *team;             /* that does the work; NULL: the caller alone */
    EvaluationSpace *space; /* NULL: one is made for each call */
} Evaluation;

/* What a threshold given as a number means for an output: probabilities are cut there; outputs that
 * are none (step, linear) are cut at their own place. */
double evaluate_threshold(const Output *output, double number);

/* loss may be NULL. The dataset may lack the target. */
void evaluate_predict(const Evaluation *evaluation, const Model *model, const LossFunction *loss,
                      const Dataset *dataset, Predictions *predictions);

/* Numbers of one part. */
typedef struct PartResult {
    size_t rows;        /* 0: there is no such part, and nothing else is set */
    double loss;        /* NAN when there is none */
    double *values;     /* (n_metrics) aligned with the metrics; NAN when undefined */
    double *low, *high; /* (n_metrics) bounds of 95 % intervals, or NULL (bootstrap_part) */
    size_t n_metrics;
    double *confusion; /* (n_classes, n_classes) rows are the truth, or NULL */
    size_t n_classes;
} PartResult;

/* predictions must have the truth. No rows give rows = 0. */
void evaluate_metrics(const Evaluation *evaluation, const Predictions *predictions,
                      PartResult *result);
void part_result_free(PartResult *result);

/* Both of the above. A dataset that is NULL or empty gives rows = 0. */
void evaluate_part(const Evaluation *evaluation, const Model *model, const LossFunction *loss,
                   const Dataset *dataset, PartResult *result);

/* The mean loss alone; NAN for no rows. */
double evaluate_loss(const Model *model, const LossFunction *loss, const Dataset *dataset,
                     Team *team);

#endif
