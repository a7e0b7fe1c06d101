/* [tuning] and [tuning.space] in the config: whose keys are those of all other sections. Called by
 * config_load only. */
#ifndef NNTRAIN_APP_CONFIG_TUNING_H
#define NNTRAIN_APP_CONFIG_TUNING_H

#include "app/config.h"

/* Is it [tuning.space], or one of the two? */
bool config_is_space(const char *section);
bool config_is_tuning(const char *section);

/* A line of [tuning.space]: a key, and a distribution whose values the key takes. */
void config_add_space_entry(Config *config, const IniEntry *entry, Problems *problems);

/* Whether a search can be decided by the objective; says nothing when there is no search. */
void config_check_objective(const Config *config, Problems *problems);
/* The space as a whole, the shard. */
void config_check_tuning(const Config *config, Problems *problems);
/* Fills what follows from other keys. */
void config_settle_tuning(Config *config, Problems *problems);

/* What else a setting's config must pass; ERROR_CONFIG says that it does not. */
typedef bool SettingCheck(void *context, const Config *setting, const double *values, Error *err);

/* An error for each value of the space, of a range its ends, that no setting can have: with which
 * none is a config, or passes the check (may be NULL). */
void config_check_values(const Config *config, SettingCheck *check, void *context,
                         Problems *problems);

/* The option that "section.key" names, of layers too; NULL: none. */
const Option *config_find_option(const char *name);

#endif
