/* Settings to ask about a space before it is searched: few enough to go through, and yet those in
 * which what is asked about would show, as two keys together mostly decide. */
#ifndef NNTRAIN_TRAINING_TUNING_SETTINGS_H
#define NNTRAIN_TRAINING_TUNING_SETTINGS_H

#include <stdint.h>

#include "training/tuning_space.h"

/* No key of the space has a value of its own. */
#define ANY_KEY SIZE_MAX

/* Whether the setting, (space->n) values, is what is looked for. Keys that are NAN keep the value
 * of the config. */
typedef bool SettingTest(void *context, const double *values);

/* The first setting with key at value that passes: the key by itself, then with each value of each
 * other key (the ends of a range), then with all others at random. Keys that its condition, or that
 * of the other key, is about have a choice under which it counts. False when none does. */
bool space_find_setting(const Space *space, size_t key, double value, SettingTest *test,
                        void *context);

#endif
