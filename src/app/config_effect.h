/* Whether a key has an effect under some setting of a search, where the config alone would say that
 * it has none. Called by config_check and config_check_tuning. */
#ifndef NNTRAIN_APP_CONFIG_EFFECT_H
#define NNTRAIN_APP_CONFIG_EFFECT_H

#include "app/config.h"

/* The keys of a setting, (space->n) values, as a config has them. */
void config_add_setting(const Space *space, const double *values, Ini *settings);

/* Of a key that the config writes, when the space is searched: true without [tuning] too, when the
 * key has an effect. *why: the reasons found, "optimizer.name = adam or optimizer.name = sgd". */
bool config_has_effect(const Config *config, const Option *option, TextBuffer *why);
/* Of key k of the space. */
bool config_search_has_effect(const Config *config, size_t k, TextBuffer *why);

#endif
