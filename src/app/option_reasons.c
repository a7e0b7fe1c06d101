#include "app/option_reasons.h"

#include <math.h>

#include "app/config.h"

static const char *because(TextBuffer *reason, const char *key, const Kind *kind) {
    text_printf(reason, "%s = %s", key, kind ? kind->name : "auto");
    return text_of(reason);
}

#define OPTIMIZER_LACKS(setting)                                                                   \
    const char *optimizer_lacks_##setting(const void *config, TextBuffer *reason) {                \
        const Optimizer *row = ((const Config *)config)->optimizer;                                \
        return isnan(row->defaults.setting) ? because(reason, "optimizer.name", &row->kind)        \
                                            : NULL;                                                \
    }
OPTIMIZER_LACKS(momentum)
OPTIMIZER_LACKS(beta1)
OPTIMIZER_LACKS(beta2)
OPTIMIZER_LACKS(epsilon)
OPTIMIZER_LACKS(rho)

#define SCHEDULE_LACKS(setting)                                                                    \
    const char *schedule_lacks_##setting(const void *config, TextBuffer *reason) {                 \
        const Schedule *row = ((const Config *)config)->schedule.schedule;                         \
        return row->has_##setting ? NULL : because(reason, "schedule.name", &row->kind);           \
    }
SCHEDULE_LACKS(step_size)
SCHEDULE_LACKS(gamma)
SCHEDULE_LACKS(milestones)
SCHEDULE_LACKS(minimum)
SCHEDULE_LACKS(end_factor)
SCHEDULE_LACKS(power)
SCHEDULE_LACKS(max_factor)
SCHEDULE_LACKS(warm_fraction)
SCHEDULE_LACKS(factor)
SCHEDULE_LACKS(patience)

/* `auto` chooses among mse and the cross entropies, which have label smoothing only. */
#define LOSS_LACKS(setting, when_auto)                                                             \
    const char *loss_lacks_##setting(const void *config, TextBuffer *reason) {                     \
        const Loss *row = ((const Config *)config)->loss;                                          \
        bool has = row ? row->has_##setting : (when_auto);                                         \
        return has ? NULL : because(reason, "loss.name", row ? &row->kind : NULL);                 \
    }
LOSS_LACKS(label_smoothing, true)
LOSS_LACKS(delta, false)
LOSS_LACKS(quantile, false)
LOSS_LACKS(gamma, false)

#define INITIALIZER_LACKS(setting)                                                                 \
    const char *initializer_lacks_##setting(const void *config, TextBuffer *reason) {              \
        const Config *all = config;                                                                \
        bool has = all->initializer && all->initializer->has_##setting;                            \
        for (size_t i = 0; i < all->n_layers; i++) {                                               \
            const Initializer *row = all->layers[i].options.initializer;                           \
            has = has || (row && row->has_##setting);                                              \
        }                                                                                          \
        return has ? NULL                                                                          \
                   : because(reason, "init.weights",                                               \
                             all->initializer ? &all->initializer->kind : NULL);                   \
    }
INITIALIZER_LACKS(std)
INITIALIZER_LACKS(limit)
INITIALIZER_LACKS(value)

const char *no_weight_decay(const void *config, TextBuffer *reason) {
    const Optimizer *row = ((const Config *)config)->optimizer;
    return row->has_weight_decay ? NULL : because(reason, "optimizer.name", &row->kind);
}

const char *no_early_stopping(const void *config, TextBuffer *reason) {
    (void)reason;
    return ((const Config *)config)->fit.patience ? NULL : "early_stopping.patience = 0";
}

const char *no_embedding(const void *config, TextBuffer *reason) {
    const Encoder *row = ((const Config *)config)->features.encoder;
    return row->is_looked_up ? NULL : because(reason, "preprocess.encode", &row->kind);
}

const char *layers_by_section(const void *config, TextBuffer *reason) {
    (void)reason;
    return ((const Config *)config)->n_layers ? "layers given by [layer.1], ..." : NULL;
}

const char *no_hidden_layer(const void *config, TextBuffer *reason) {
    const Config *all = config;
    (void)reason;
    return all->n_layers || all->network.hidden.n ? NULL : "network.hidden empty";
}

const char *split_by_column(const void *config, TextBuffer *reason) {
    const Config *all = config;
    const SplitMethod *method = all->split.method;
    if (method) {
        return method->needs_column ? because(reason, "split.method", &method->kind) : NULL;
    }
    return all->schema.split_column ? "rows parted by split.column" : NULL;
}

const char *full_batch(const void *config, TextBuffer *reason) {
    (void)reason;
    return ((const Config *)config)->fit.batch_size == 0 ? "training.batch_size = full" : NULL;
}

const char *step_is_whole(const void *config, TextBuffer *reason) {
    const Optimizer *row = ((const Config *)config)->optimizer;
    return row->is_whole_step ? because(reason, "optimizer.name", &row->kind) : NULL;
}

const char *optimizer_has_fixed_rate(const void *config, TextBuffer *reason) {
    const Optimizer *row = ((const Config *)config)->optimizer;
    return row->has_fixed_rate ? because(reason, "optimizer.name", &row->kind) : NULL;
}

const char *target_is_unscaled(const void *config, TextBuffer *reason) {
    const Task *row = ((const Config *)config)->schema.task;
    return row && row->has_probabilities ? because(reason, "data.task", &row->kind) : NULL;
}

/* Only if the search method is (or is not) so. */
#define SEARCH_REASON(name, is_without)                                                            \
    const char *name(const void *config, TextBuffer *reason) {                                     \
        const Sampler *row = ((const Config *)config)->tuning.sampler;                             \
        return (is_without) ? because(reason, "tuning.method", &row->kind) : NULL;                 \
    }
SEARCH_REASON(search_is_exhaustive, row->is_exhaustive)
SEARCH_REASON(search_has_no_grid, !row->is_exhaustive)
SEARCH_REASON(search_has_no_rungs, !row->uses_rungs)
SEARCH_REASON(search_learns_nothing, !row->learns)
