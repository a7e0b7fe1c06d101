/* Gates: conditions on the numbers of a run, so that it can be a test in CI. Each is an entry of
 * [gate]: a metric path (training/results.h), or path.drop for how much worse it became than in the
 * run of --baseline, and an operator with a number. A gate that cannot be evaluated fails.
 * Use: gate_list_add per entry, gate_evaluate per gate at the end of the run. */
#ifndef NNTRAIN_TRAINING_GATE_H
#define NNTRAIN_TRAINING_GATE_H

#include "base/error.h"
#include "base/kind.h"
#include "training/results.h"

typedef struct GateOperator {
    Kind kind;
    bool (*holds)(double value, double limit);
} GateOperator;

const KindTable *gate_operator_kinds(void);

typedef struct Gate {
    char *name;      /* as written: "test.accuracy.drop" */
    char *path;      /* without ".drop" */
    char *condition; /* as written: ">= 95%" */
    char *place;     /* where it was written: "iris.ini:12:1" */
    bool is_drop;
    const GateOperator *comparison;
    double limit;
} Gate;

/* Zero-initialise. */
typedef struct GateList {
    Gate *items;
    size_t n, capacity;
} GateList;

/* Adds the entry `name = condition`: an operator (>= > <= < ==), blanks, a number or a percentage.
 * An entry of the same name is replaced. ERROR_CONFIG, in words without a place. */
bool gate_list_add(GateList *list, const char *name, const char *condition, const char *place,
                   Error *err);
void gate_list_free(GateList *list);

/* The numbers of an earlier run: find gives the value at a metric path, or false. */
typedef struct GateBaseline {
    bool (*find)(const void *context, const char *path, double *value);
    const void *context;
} GateBaseline;

typedef struct GateResult {
    double value; /* NAN when the gate could not be evaluated */
    bool passed;
    const char *reason; /* why it could not, a constant text; else NULL */
} GateResult;

/* baseline may be NULL: then a .drop cannot be evaluated. The drop is positive when the number
 * became worse, whichever its direction. */
GateResult gate_evaluate(const Gate *gate, const Results *results, const GateBaseline *baseline);

/* "test.accuracy >= 0.95: 0.967, passed" */
void gate_describe(TextBuffer *out, const Gate *gate, const GateResult *result);

#endif
