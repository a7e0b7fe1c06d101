/* What the exit status says to a script; one row per code, its name the number. Other programs rely
 * on the numbers, so a code is never given another meaning. */
#ifndef NNTRAIN_APP_EXIT_CODE_H
#define NNTRAIN_APP_EXIT_CODE_H

#include "base/error.h"
#include "base/kind.h"

typedef struct ExitCode {
    Kind kind;
    ErrorCode code;
} ExitCode;

const KindTable *exit_code_kinds(void);

#endif
