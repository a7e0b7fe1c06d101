/* Why a key has no effect under a config (Option.without_effect): each says it in the words of the
 * key that decides, "optimizer.name = adam"; NULL when the key has an effect. */
#ifndef NNTRAIN_APP_OPTION_REASONS_H
#define NNTRAIN_APP_OPTION_REASONS_H

#include "base/text.h"

typedef const char *OptionReason(const void *config, TextBuffer *reason);

OptionReason optimizer_lacks_momentum, optimizer_lacks_beta1, optimizer_lacks_beta2,
    optimizer_lacks_epsilon, optimizer_lacks_rho;
OptionReason schedule_lacks_step_size, schedule_lacks_gamma, schedule_lacks_milestones,
    schedule_lacks_minimum, schedule_lacks_end_factor, schedule_lacks_power,
    schedule_lacks_max_factor, schedule_lacks_warm_fraction, schedule_lacks_factor,
    schedule_lacks_patience;
OptionReason loss_lacks_label_smoothing, loss_lacks_delta, loss_lacks_quantile, loss_lacks_gamma;
OptionReason initializer_lacks_std, initializer_lacks_limit, initializer_lacks_value;
OptionReason no_weight_decay, no_early_stopping, no_embedding, layers_by_section, no_hidden_layer,
    split_by_column, full_batch, step_is_whole, target_is_unscaled, optimizer_has_fixed_rate;
OptionReason search_is_exhaustive, search_has_no_grid, search_has_no_rungs, search_learns_nothing;

#endif
