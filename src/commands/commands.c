#include "commands/commands.h"

/* clang-format off */
static const Command rows[] = {
    {{.name = "train", .help = "the nine steps: train a network and write the run folder (the default command)"},
     "CONFIG.ini [SECTION.KEY=VALUE ...]", 1, 1, true, command_train},
    {{.name = "check", .help = "config, data and shapes, every problem at once; trains nothing"},
     "CONFIG.ini [--gradients] [SECTION.KEY=VALUE ...]", 1, 1, true, command_check},
    {{.name = "predict", .help = "predictions of a model for the rows of a CSV, as CSV"},
     "MODEL.json|RUN DATA.csv [DATA.csv ...] [-o OUT.csv]", 2, 1000000, false, command_predict},
    {{.name = "evaluate", .help = "metrics of a model on labelled data, as JSON"},
     "MODEL.json|RUN DATA.csv [DATA.csv ...] [-o OUT.json]", 2, 1000000, false, command_evaluate},
    {{.name = "compare", .help = "runs side by side: what differs in configs and metrics, and what is noise"},
     "RUN RUN ... [--json | --markdown]", 2, 1000000, false, command_compare},
    {{.name = "export", .help = "a model as another program reads it: ONNX, C source, safetensors"},
     "MODEL.json|RUN --format NAME [-o FILE]", 1, 1, false, command_export},
    {{.name = "inspect", .help = "what is in a model or a run: architecture, columns, metrics, provenance"},
     "MODEL.json|RUN [--json]", 1, 1, false, command_inspect},
    {{.name = "merge", .help = "join the shards of a search: trials.jsonl, leaderboard.json and best.ini as of one machine"},
     "RUN [RUN ...] -o FOLDER", 1, 1000000, false, command_merge},
    {{.name = "verify", .help = "run again from the run's own config.ini, and compare bytes"},
     "RUN [--baseline METRICS.json]", 1, 1, false, command_verify},
    {{.name = "init", .help = "a commented starter config, from what is in the data"},
     "DATA.csv --target COLUMN [-o CONFIG.ini]", 1, 1, false, command_init},
    {{.name = "help", .help = "commands, sections, keys and kinds, from the tables"},
     "[COMMAND | SECTION | SECTION.KEY | KIND]", 0, 1, false, command_help},
};
/* clang-format on */

const KindTable *command_kinds(void) {
    static const KindTable table = KIND_TABLE("command", rows);
    return &table;
}

const Command *command_default(void) { return &rows[0]; }
