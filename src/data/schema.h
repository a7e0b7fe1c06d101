/* Which column plays which role, and of which type it is: from the options where they say so,
 * inferred where they are silent. A schema belongs to one Table (column indices); what a model
 * keeps of it are names (see features.h). */
#ifndef NNTRAIN_DATA_SCHEMA_H
#define NNTRAIN_DATA_SCHEMA_H

#include "base/error.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/table.h"
#include "data/task.h"

typedef struct SchemaOptions {
    TextList target;      /* names or "#3" */
    const Task *task;     /* NULL: auto */
    TextList missing;     /* tokens that mean "no value"; an empty cell always does */
    TextList features;    /* names and globs; "*" is every column without another role */
    TextList ignore;      /* names and globs */
    TextList numeric;     /* names and globs: read as numbers whatever they look like */
    TextList categorical; /* names and globs: read as categories */
    TextList id;          /* columns passed through to predictions */
    char *weight;         /* column names or NULL */
    char *group;
    char *time;
    char *split_column;
} SchemaOptions;

typedef enum ColumnRole {
    ROLE_IGNORED,
    ROLE_FEATURE,
    ROLE_TARGET,
    ROLE_ID,
    ROLE_WEIGHT,
    ROLE_GROUP,
    ROLE_TIME,
    ROLE_SPLIT
} ColumnRole;

typedef struct ColumnInfo {
    ColumnRole role;
    bool is_numeric; /* else categorical text */
    size_t n_missing;
    size_t n_distinct;       /* counted up to 1000 for numeric columns, exactly for text */
    double minimum, maximum; /* numeric columns, over present cells */
} ColumnInfo;

typedef struct Schema {
    ColumnInfo *columns; /* one per table column */
    size_t n_columns;
    size_t *features; /* indices in table order */
    size_t n_features;
    size_t *targets; /* indices in the order of the option */
    size_t n_targets;
    size_t *ids;
    size_t n_ids;
    size_t weight, group, time, split; /* index, or n_columns when there is none */
    const Task *task;                  /* auto resolved */
    TextList missing;
} Schema;

/* All mistakes go to problems as errors: unknown names with suggestions, a column in two roles (an
 * id may also be group, time, weight or split), a text cell in a numeric column with its line.
 * False when there was one; *schema is freed by the caller in either case. The types: a column is
 * numeric when each present cell is a number, or it is in data.numeric; text in at most one cell of
 * ten of a column with ten numbers or more is an error and not a category, unless the column is in
 * data.categorical. Columns that a glob of data.ignore or data.features matches keep the role that
 * another key gives them. What was decided by `auto` can be told with schema_describe. */
bool schema_infer(const SchemaOptions *options, const Table *table, Schema *schema,
                  Problems *problems);
void schema_free(Schema *schema);

/* What csv_read is to read the columns as, for a schema of these options (a const SchemaOptions *):
 * texts where roles need them as they are written, nothing where a column has no role. */
CsvWishes schema_wishes;

/* One line per column: name, role, type, range or categories, missing. */
void schema_describe(TextBuffer *out, const Schema *schema, const Table *table);

/* Number of a cell that must be numeric. *is_missing is set when it has no value. ERROR_DATA with
 * place and hint. */
bool schema_number(const Table *table, size_t row, size_t column, double *value, bool *is_missing,
                   Error *err);

#endif
