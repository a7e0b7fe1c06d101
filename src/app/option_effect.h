/* When a key has an effect, found out by asking its row (Option.without_effect) under every choice
 * of the other keys, so that help needs no second list of conditions. */
#ifndef NNTRAIN_APP_OPTION_EFFECT_H
#define NNTRAIN_APP_OPTION_EFFECT_H

#include "app/option.h"
#include "base/kind.h"
#include "base/text.h"

/* "only with optimizer.name = sgd, momentum", "not with training.batch_size = full"; nothing when
 * the key always has one. */
void option_describe_effect(TextBuffer *out, const Option *option);

/* The keys of which this choice decides that they have an effect: "optimizer.beta1, ..." for adam;
 * nothing when there are none. */
void option_keys_of_choice(TextBuffer *out, const KindTable *table, const Kind *choice);

#endif
