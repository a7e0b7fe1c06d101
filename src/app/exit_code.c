#include "app/exit_code.h"

/* clang-format off */
static const ExitCode rows[] = {
    {{.name = "0", .help = "done; early stopping and the time limit count as done; all gates passed"},
     ERROR_NONE},
    {{.name = "1", .help = "internal error, or out of memory"},
     ERROR_INTERNAL},
    {{.name = "2", .help = "usage: unknown option or command, missing argument; nothing was written"},
     ERROR_USAGE},
    {{.name = "3", .help = "mistakes in the config, all of them listed; nothing was written"},
     ERROR_CONFIG},
    {{.name = "4", .help = "data error (CSV, columns, types); nothing was written"},
     ERROR_DATA},
    {{.name = "5", .help = "training diverged: a value that is not finite; the run folder tells where"},
     ERROR_DIVERGED},
    {{.name = "6", .help = "a gate failed or could not be evaluated; all files were written"},
     ERROR_GATE},
    {{.name = "7", .help = "cannot read or write (missing, no permission, disk full, run folder in use); "
                           "what was there before is still there"},
     ERROR_FILE},
    {{.name = "8", .help = "tuning: fewer trials with a value than tuning.min_success; all trials were written"},
     ERROR_TUNING},
    {{.name = "9", .help = "verify found a difference"},
     ERROR_DIFFERENT},
    {{.name = "10", .help = "a model file that is damaged or does not fit; nothing was written"},
     ERROR_MODEL},
    {{.name = "11", .help = "a size over a limit, found before allocating; nothing was written"},
     ERROR_SIZE},
    {{.name = "130", .help = "stopped by SIGINT (Ctrl-C); --resume goes on with the run"},
     ERROR_INTERRUPTED},
    {{.name = "143", .help = "stopped by SIGTERM (SIGHUP and SIGXCPU end with 129 and 152); --resume goes on "
                             "with the run"},
     ERROR_TERMINATED},
};
/* clang-format on */

const KindTable *exit_code_kinds(void) {
    static const KindTable table = KIND_TABLE("exit code", rows);
    return &table;
}
