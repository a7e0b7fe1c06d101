/* The target columns: class names to codes, or numbers to scaled numbers, and back. Fitted on
 * training rows only.
 *
 * Classes are the distinct cells of the training rows in category order (data/categories.h). A
 * target that is a yes or no per column (multilabel) reads 1, true and yes as 1, and 0, false and
 * no as 0, in any case. */
#ifndef NNTRAIN_DATA_TARGET_H
#define NNTRAIN_DATA_TARGET_H

#include "base/error.h"
#include "data/scaler.h"
#include "data/schema.h"
#include "data/table.h"
#include "data/task.h"

typedef struct TargetOptions {
    const Scaler *scaler; /* NULL: auto (standard for regression with loss on scaled values) ; only
                             linear scalers */
} TargetOptions;

typedef struct Target {
    const Task *task;
    TextList names;   /* target columns */
    TextList classes; /* class tasks: numeric names in numeric order, else in byte order; class 1 of
                         a binary task is the second */
    const Scaler *scaler; /* regression */
    Scaling *scalings;    /* (names.n) regression */
} Target;

/* ERROR_DATA: one class only, more than two of a binary task, fractional labels, one number spelled
 * in two ways, a missing target cell (all with the place). */
bool target_fit(const TargetOptions *options, const Table *table, const Schema *schema,
                const RowSet *train, Target *target, Error *err);
/* Tells which number targets have one value in all training rows; after a target_fit of the same.
 */
void target_warn_constant(const Table *table, const Schema *schema, const RowSet *train,
                          Problems *problems);
void target_free(Target *target);

/* Network outputs that the task needs: 1 for binary, classes for multiclass, names.n otherwise. */
size_t target_outputs(const Target *target);

/* Columns of y: 1 for class tasks (the code), names.n otherwise (0/1, or scaled values). */
size_t target_columns(const Target *target);

/* Encodes rows into y (rows->n, y_row), columns beyond target_columns zeroed. columns: the table
 * columns of names. ERROR_DATA with the place: a class that no training row has, a missing or
 * unreadable cell. */
bool target_encode(const Target *target, const Table *table, const size_t *columns,
                   const RowSet *rows, float *y, size_t y_row, Error *err);

/* Table columns of the target's names; columns has names.n entries. ERROR_DATA when one is absent.
 */
bool target_bind(const Target *target, const Table *table, size_t *columns, Error *err);

/* Raw units of an output of column `name_index` (regression). */
double target_decode(const Target *target, size_t name_index, double scaled);

#endif
