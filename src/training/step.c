#include "training/step.h"

#include <math.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "nn/regularizer.h"

/* Parameters from which on the gradient does not wait in the cache for a second pass. */
enum { FEWEST_FOR_PIECES = 32 * 1024 };

/* Clipping has to know the whole gradient first. */
static bool wants_pieces(const Stepper *stepper) {
    const KindTable *clippings = clipping_kinds();
    for (size_t i = 0; i < clippings->n; i++) {
        const Clipping *clipping = (const Clipping *)kind_at(clippings, i);
        if (clipping_limit(clipping, &stepper->options->clipping) > 0) {
            return false;
        }
    }
    return !stepper->options->optimizer->is_whole_step &&
           stepper->model->network->n_parameters >= FEWEST_FOR_PIECES;
}

void stepper_init(Stepper *stepper, const FitOptions *options, const LossFunction *loss,
                  const Dataset *train, Model *model) {
    const Network *network = model->network;
    size_t wanted = options->batch_size ? (size_t)options->batch_size : train->n_rows;
    size_t batch = wanted < train->n_rows ? wanted : train->n_rows;
    *stepper = (Stepper){
        .options = options, .loss = loss, .train = train, .model = model, .batch_size = batch};
    stepper->workspace = workspace_new_shared(network, batch, options->team);
    stepper->gradient = NEW(float, network->n_parameters);
    stepper->layer_norms = NEW(double, network->n_layers);
    stepper->x = NEW(float, batch * train->x_row);
    stepper->y = NEW(float, batch * train->y_row);
    stepper->weight = train->weight ? NEW(float, batch) : NULL;
    stepper->dropout = random_stream(options->seed, RANDOM_DROPOUT);
    gradient_norm_init(&stepper->norm, network);
    optimizer_start(&stepper->optimizer, options->optimizer, &options->settings,
                    network->n_parameters);
    if (options->optimizer->is_whole_step) {
        lbfgs_init(&stepper->lbfgs, network->n_parameters, lbfgs_defaults());
    }
    stepper->updates_pieces = wants_pieces(stepper);
    for (size_t i = 0; i < network->n_tensors; i++) {
        stepper->has_penalties =
            stepper->has_penalties || network->tensors[i].l1 > 0 || network->tensors[i].l2 > 0;
    }
}

void stepper_free(Stepper *stepper) {
    workspace_free(stepper->workspace);
    optimizer_free(&stepper->optimizer);
    lbfgs_free(&stepper->lbfgs);
    memory_free(stepper->gradient);
    memory_free(stepper->layer_norms);
    gradient_norm_free(&stepper->norm);
    memory_free(stepper->x);
    memory_free(stepper->y);
    memory_free(stepper->weight);
    *stepper = (Stepper){0};
}

double stepper_penalty(const Stepper *stepper) {
    const Network *network = stepper->model->network;
    const KindTable *penalties = penalty_kinds();
    double total = 0;
    for (size_t t = 0; stepper->has_penalties && t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        for (size_t p = 0; p < penalties->n; p++) {
            const Penalty *penalty = (const Penalty *)kind_at(penalties, p);
            double strength = penalty_strength(penalty, tensor);
            if (strength > 0) {
                total += strength * penalty->size(stepper->model->parameters + tensor->offset,
                                                  tensor->rows * tensor->row);
            }
        }
    }
    return total;
}

/* A gradient as all threads complete and measure it. */
typedef struct Measure {
    Stepper *stepper;
    float *gradient;
} Measure;

static void add_penalty_gradient(const Model *model, const Tensor *tensor, Range floats,
                                 float *gradient) {
    const KindTable *penalties = penalty_kinds();
    for (size_t p = 0; p < penalties->n; p++) {
        const Penalty *penalty = (const Penalty *)kind_at(penalties, p);
        const double strength = penalty_strength(penalty, tensor);
        if (strength > 0) {
            penalty->add_gradient(gradient + floats.first, model->parameters + floats.first,
                                  (float)strength, floats.end - floats.first);
        }
    }
}

static void measure_share(void *context, const TeamShare *share) {
    const Measure *measure = context;
    Stepper *stepper = measure->stepper;
    GradientNorm *norm = &stepper->norm;
    for (GradientChunk *chunk = norm->chunks; chunk < norm->chunks + norm->n_chunks; chunk++) {
        if (share->n_threads > 1 && !gradient_chunk_is_own(chunk, share)) {
            continue;
        }
        if (stepper->has_penalties) {
            const Range floats = {chunk->first, chunk->first + chunk->n};
            add_penalty_gradient(stepper->model, chunk->tensor, floats, measure->gradient);
        }
        gradient_chunk_measure(chunk, measure->gradient);
    }
}

/* Adds the gradient of the penalties, and finds L2 norms by layer and in total. */
static double complete_gradient(Stepper *stepper, float *gradient) {
    team_run(stepper->options->team, measure_share, &(Measure){stepper, gradient});
    return gradient_norm(&stepper->norm, stepper->layer_norms);
}

/* An update as all threads make it. */
typedef struct Update {
    Stepper *stepper;
    UpdateStep step;
    double norm; /* of the gradient before clipping */
} Update;

static void clip_gradient(const Update *update, Range floats) {
    Stepper *stepper = update->stepper;
    const KindTable *clippings = clipping_kinds();
    for (size_t i = 0; i < clippings->n; i++) {
        const Clipping *clipping = (const Clipping *)kind_at(clippings, i);
        const double limit = clipping_limit(clipping, &stepper->options->clipping);
        if (limit > 0) {
            clipping->clip(stepper->gradient + floats.first, floats.end - floats.first, limit,
                           update->norm);
        }
    }
}

static void update_range(const Update *update, double decay, Range floats) {
    Stepper *stepper = update->stepper;
    clip_gradient(update, floats);
    optimizer_apply(&stepper->optimizer, update->step, decay, stepper->model->parameters,
                    stepper->gradient, floats.first, floats.end - floats.first);
}

static double tensor_decay(const Stepper *stepper, const Tensor *tensor) {
    return tensor->role == TENSOR_WEIGHT ? stepper->options->weight_decay : 0;
}

/* Penalties, norm and update of a piece of the gradient (no clipping). */
static void update_piece(void *context, const GradientPiece *piece) {
    const Update *update = context;
    Stepper *stepper = update->stepper;
    if (stepper->has_penalties) {
        add_penalty_gradient(stepper->model, piece->tensor, piece->floats, stepper->gradient);
    }
    gradient_norm_measure_piece(&stepper->norm, stepper->gradient, piece);
    optimizer_apply(&stepper->optimizer, update->step, tensor_decay(stepper, piece->tensor),
                    stepper->model->parameters, stepper->gradient, piece->floats.first,
                    piece->floats.end - piece->floats.first);
}

/* Tensors differ in weight decay. Without it one thread takes them all at once. */
static void update_parameters(const Update *update, const TeamShare *share) {
    const Network *network = update->stepper->model->network;
    if (update->stepper->options->weight_decay == 0 && share->n_threads == 1) {
        update_range(update, 0, (Range){0, network->n_parameters});
        return;
    }
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        update_range(update, tensor_decay(update->stepper, tensor),
                     gradient_own_floats(tensor, share));
    }
}

static void limit_unit_norms(const Stepper *stepper, const TeamShare *share) {
    const Network *network = stepper->model->network;
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        if (tensor->role == TENSOR_WEIGHT) {
            const Range columns = team_range(share, tensor->columns, LANES);
            regularizer_limit_norms(stepper->model->parameters + tensor->offset + columns.first,
                                    tensor->rows, columns.end - columns.first, tensor->row,
                                    stepper->options->max_norm);
        }
    }
}

/* What is left to do when all parameters have moved. */
static void finish_update(Stepper *stepper, const TeamShare *share) {
    const bool has_max_norm = stepper->options->max_norm > 0;
    if (has_max_norm) {
        limit_unit_norms(stepper, share);
    }
    if (!workspace_transposes(stepper->workspace)) {
        if (has_max_norm) {
            team_barrier(share);
        }
        model_refresh_share(stepper->model, share);
    }
}

/* One batch as a whole-step optimizer asks for it again and again. */
typedef struct Closure {
    Stepper *stepper;
    const DropoutKey *dropout;
    size_t n;
    LossSum loss; /* of the first call */
    double norm;
    bool was_called;
} Closure;

static double evaluate_closure(void *context, float *gradient) {
    Closure *closure = context;
    Stepper *stepper = closure->stepper;
    model_refresh(stepper->model);
    model_forward_training(stepper->model, stepper->workspace, stepper->x, closure->n,
                           closure->dropout);
    LossSum loss = model_backward(stepper->model, stepper->workspace, stepper->loss, stepper->y,
                                  stepper->train->y_row, stepper->weight, closure->n, gradient);
    const double norm = complete_gradient(stepper, gradient);
    if (!closure->was_called) {
        closure->loss = loss;
        closure->norm = norm;
        closure->was_called = true;
    }
    return loss.loss / loss.weight + stepper_penalty(stepper);
}

static StepResult step_whole(Stepper *stepper, size_t n, const DropoutKey *dropout,
                             double learning_rate) {
    Closure closure = {.stepper = stepper, .dropout = dropout, .n = n};
    lbfgs_step(&stepper->lbfgs, learning_rate, stepper->model->parameters, evaluate_closure,
               &closure);
    model_refresh(stepper->model);
    bool finite = isfinite(closure.norm) && isfinite(closure.loss.loss);
    return (StepResult){closure.loss, closure.norm, finite};
}

/* A batch as all threads work on it. */
typedef struct Batch {
    Stepper *stepper;
    const uint32_t *examples;
    size_t n;
    Truth truth;
    UpdateStep update;
    StepResult result;
} Batch;

static void gather_share(const Batch *batch, const TeamShare *share) {
    const Stepper *to = batch->stepper;
    const Dataset *from = to->train;
    const Range rows = team_range(share, batch->n, 1);
    dataset_gather(from, batch->examples + rows.first, rows.end - rows.first,
                   to->x + rows.first * from->x_row, to->y + rows.first * from->y_row,
                   to->weight != NULL ? to->weight + rows.first : NULL);
}

/* Every thread finds the same sums, which costs less than waiting for one that does. */
static StepResult measure_step(const Batch *batch, double total, double *layer_norms) {
    const LossSum loss = {loss_sum_losses(batch->stepper->workspace, &batch->truth), total};
    const double norm = gradient_norm(&batch->stepper->norm, layer_norms);
    return (StepResult){loss, norm, isfinite(norm) && isfinite(loss.loss)};
}

/* Uses the gradient piece by piece while it is summed; its norm is found when all have passed. */
static void update_by_pieces(const Batch *batch, double total, const TeamShare *share) {
    Stepper *stepper = batch->stepper;
    Update update = {.stepper = stepper, .step = batch->update};
    const GradientUse use = {update_piece, &update};
    model_backward_share(stepper->model, stepper->workspace, &batch->truth, total,
                         stepper->gradient, &use, share);
    team_barrier(share);
    gradient_norm_measure_rest(&stepper->norm, stepper->gradient, share);
    finish_update(stepper, share);
}

/* Sums the gradient, measures it, clips it by its norm, and only then uses it. */
static void update_by_norm(Batch *batch, double total, const TeamShare *share) {
    Stepper *stepper = batch->stepper;
    model_backward_share(stepper->model, stepper->workspace, &batch->truth, total,
                         stepper->gradient, NULL, share);
    team_barrier(share);
    measure_share(&(Measure){stepper, stepper->gradient}, share);
    team_barrier(share);
    const bool is_first = share->thread == 0;
    const StepResult result = measure_step(batch, total, is_first ? stepper->layer_norms : NULL);
    if (is_first) {
        batch->result = result;
    }
    if (result.is_finite) {
        update_parameters(&(Update){stepper, batch->update, result.gradient_norm}, share);
        if (stepper->options->max_norm > 0 || !workspace_transposes(stepper->workspace)) {
            team_barrier(share);
        }
        finish_update(stepper, share);
    }
}

/* The whole step in one run: threads meet where rows become sums over rows, around the gradient's
 * norm where that is needed, and where updated weights are transposed. */
static void step_share(void *context, const TeamShare *share) {
    Batch *batch = context;
    const Stepper *stepper = batch->stepper;
    gather_share(batch, share);
    if (loss_sum_has_weights(&batch->truth)) {
        team_barrier(share);
    }
    const double total = loss_sum_weights(&batch->truth);
    model_forward_training_share(stepper->model, stepper->workspace, share);
    if (stepper->updates_pieces) {
        update_by_pieces(batch, total, share);
    } else {
        update_by_norm(batch, total, share);
    }
}

static StepResult step_elementwise(Batch *batch, const DropoutKey *dropout, double learning_rate) {
    Stepper *stepper = batch->stepper;
    OptimizerState next = stepper->optimizer;
    batch->update = optimizer_begin_step(&next, learning_rate);
    model_begin(stepper->workspace, stepper->x, batch->n, dropout);
    team_run(stepper->options->team, step_share, batch);
    if (stepper->updates_pieces) {
        const double total = loss_sum_weights(&batch->truth);
        batch->result = measure_step(batch, total, stepper->layer_norms);
    }
    if (batch->result.is_finite) {
        stepper->optimizer = next;
    }
    return batch->result;
}

static void gather_all(void *context, const TeamShare *share) { gather_share(context, share); }

StepResult stepper_step(Stepper *stepper, const uint32_t *examples, size_t n, uint32_t epoch,
                        double learning_rate) {
    const DropoutKey dropout = {.stream = stepper->dropout, .epoch = epoch, .rows = examples};
    Batch batch = {.stepper = stepper,
                   .examples = examples,
                   .n = n,
                   .truth = {stepper->loss, stepper->y, stepper->train->y_row, stepper->weight, n}};
    if (!stepper->options->optimizer->is_whole_step) {
        return step_elementwise(&batch, &dropout, learning_rate);
    }
    team_run(stepper->options->team, gather_all, &batch);
    return step_whole(stepper, n, &dropout, learning_rate);
}
