/* Rooms below the config name its keys in their messages ("data.target: error: ..."); here these
 * get the place where the key was written. */
#ifndef NNTRAIN_PIPELINE_KEY_PLACES_H
#define NNTRAIN_PIPELINE_KEY_PLACES_H

#include "app/config.h"

/* In each line of *err (NULL: nothing happens) that begins with a key and a colon, "iris.ini:3:1:
 * error: data.target:
 * ..." takes the place of "data.target: error: ...". Returns false, as what failed does. */
bool key_places_fail(const Config *config, Error *err);

#endif
