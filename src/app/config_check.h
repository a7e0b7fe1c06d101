/* What can be wrong with a config beyond one value: unknown and duplicate keys, missing ones, keys
 * that contradict each other, keys without effect. Called by config_load only. */
#ifndef NNTRAIN_APP_CONFIG_CHECK_H
#define NNTRAIN_APP_CONFIG_CHECK_H

#include "app/config.h"

/* An error that names the key meant: a near one, the same key in another section, or another tool's
 * word for it. */
void config_report_unknown_key(const IniEntry *entry, Problems *problems);

/* The line that opens a section must name one. */
void config_check_section(const IniEntry *entry, Problems *problems);

/* The same key twice, the same section opened twice (both lines are named). */
void config_check_duplicates(const Ini *ini, Problems *problems);

/* Keys that have no default. */
void config_check_required(const Config *config, Problems *problems);

/* A warning, or an error where warnings are. */
void config_report_no_effect(const char *place, const char *what, Problems *problems);

/* The numbers that early stopping and a search go by, which no other mistake touches. */
void config_check_paths(const Config *config, Problems *problems);

/* Contradictions as errors, keys without effect as warnings. */
void config_check(const Config *config, Problems *problems);

#endif
