/* What predict and evaluate share: a model from its file, and the rows of a CSV made ready for it.
 */
#ifndef NNTRAIN_COMMANDS_SCORING_H
#define NNTRAIN_COMMANDS_SCORING_H

#include "app/command_line.h"
#include "app/console.h"
#include "artifact/model_file.h"
#include "data/dataset.h"
#include "training/evaluate.h"

typedef struct Scoring {
    char *model_path;
    ModelFile model;
    Table table;
    RowSet rows;
    Dataset dataset;
    Evaluation evaluation; /* without metrics; the team is owned here */
} Scoring;

/* Arguments: the model or its run folder, then one or more CSV files. with_target: the target
 * columns must be there. Superfluous columns, unknown categories and rows left out are told. Zeroed
 * scoring; free it in any case. */
bool scoring_load(const CommandLine *line, bool with_target, Console *console, Scoring *scoring,
                  Error *err);
void scoring_free(Scoring *scoring);

/* Writes a result to the path of -o, or to standard output. ERROR_FILE when it would replace what
 * was read. */
bool scoring_write(const CommandLine *line, const Scoring *scoring, const TextBuffer *text,
                   Error *err);

#endif
