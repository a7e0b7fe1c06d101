/* L-BFGS with PyTorch's semantics and fixed step length (Liu & Nocedal 1989; Nocedal & Wright 2006,
 * algorithm 7.4): a step is up to max_iterations moves along -H g, where H is built from the last
 * moves and gradient changes. The loss must be the same function each time it is evaluated within a
 * step: one batch, best the full one. */
#ifndef NNTRAIN_NN_LBFGS_H
#define NNTRAIN_NN_LBFGS_H

#include <stddef.h>
#include <stdint.h>

typedef struct LbfgsOptions {
    size_t max_iterations;     /* moves per step */
    size_t max_evaluations;    /* of the loss per step; 0: max_iterations * 5 / 4 */
    size_t history;            /* pairs kept: 8 bytes each per parameter */
    double tolerance_gradient; /* a step ends when no |g| is larger */
    double tolerance_change;   /* or when neither a parameter nor the loss changed by more */
} LbfgsOptions;

/* PyTorch's defaults: 20, 25, 100, 1e-7, 1e-9. */
LbfgsOptions lbfgs_defaults(void);

/* What is kept from step to step. Flat arrays have n_parameters floats; all lie in one block. */
typedef struct Lbfgs {
    LbfgsOptions options;
    size_t n_parameters;
    uint64_t n_iterations;    /* over all steps */
    size_t n_pairs, oldest;   /* the pairs are a ring that begins at oldest */
    double step_length;       /* of the last move */
    double scale;             /* H before the pairs: this times the identity */
    float *direction;         /* of the last move */
    float *gradient;          /* at the parameters of now */
    float *previous_gradient; /* before the last move */
    float *changes;           /* (history, n_parameters) gradient changes y */
    float *moves;             /* (history, n_parameters) moves s */
    double *curvature;        /* (history) 1 / (y s) */
    double *weights;          /* (history) scratch of the two loops */
} Lbfgs;

/* n_parameters: a multiple of LANES; padding has zero gradients and stays as it is. */
void lbfgs_init(Lbfgs *state, size_t n_parameters, LbfgsOptions options);
void lbfgs_free(Lbfgs *state);

/* Loss and gradient (n_parameters) at the parameters as they are now. */
typedef double LbfgsEvaluate(void *context, float *gradient);

/* One step; evaluate is called at least once. Returns the loss before the step. A loss that is not
 * finite ends the step: where it is returned, nothing was moved. */
double lbfgs_step(Lbfgs *state, double learning_rate, float *parameters, LbfgsEvaluate *evaluate,
                  void *context);

#endif
