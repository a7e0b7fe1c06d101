/* Step 1, data preparation: files to a typed table, rows to parts, cells to numbers. What is
 * fitted, is fitted on training rows only. The source is read once; folds prepare it again with
 * another split. */
#ifndef NNTRAIN_PIPELINE_SOURCE_H
#define NNTRAIN_PIPELINE_SOURCE_H

#include "app/config.h"
#include "data/dataset.h"

/* Where the files of each part end in the table's list of files. */
typedef struct FileCounts {
    size_t ends[N_PARTS];
} FileCounts;

/* The data as read, and the parts that its rows belong to. */
typedef struct Source {
    Table table;
    FileCounts files;
    bool is_borrowed; /* the table is another source's */
    Schema schema;
    RowSet rows;      /* all rows that are used */
    size_t n_dropped; /* rows left out by preprocess.impute = drop */
    Split split;
    Table examples; /* a few training rows as texts, once the columns have been released */
} Source;

bool source_load(const Config *config, Source *source, Problems *problems, Error *err);
/* The same table under a config that differs in other keys than those of [data]; loaded must
 * outlive it. */
bool source_share(const Config *config, const Source *loaded, Source *source, Problems *problems,
                  Error *err);
void source_free(Source *source);

/* Gives back the memory of the columns when no more data will be prepared from them: what is left
 * are the ids, where rows came from, and as many training rows as a model file keeps for its self
 * test. */
void source_release_columns(const Config *config, Source *source);

/* The table, and rows of it, that hold such training rows: of all columns, or of what is left. */
const Table *source_examples(const Source *source, RowSet *rows);

/* Numbers for a network, under one split. */
typedef struct Prepared {
    Features features;
    Target target;
    Dataset parts[N_PARTS];
    size_t
        n_unknown; /* cells of validation and test rows with a category that training rows lack */
    size_t most_unknown; /* the feature with most of them */
} Prepared;

bool prepared_build(const Config *config, const Source *source, const Split *split,
                    Prepared *prepared, Problems *problems, Error *err);
void prepared_free(Prepared *prepared);

#endif
