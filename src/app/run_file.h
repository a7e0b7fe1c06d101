/* The files of a run folder, one row each, in the order in which a reader meets them. */
#ifndef NNTRAIN_APP_RUN_FILE_H
#define NNTRAIN_APP_RUN_FILE_H

#include "base/kind.h"

const KindTable *run_file_kinds(void);

#endif
