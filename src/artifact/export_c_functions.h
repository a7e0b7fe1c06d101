/* The functions that exported C is made of, as source text: the scalar forms of compute/functions.h
 * and nn/activation.c, with the same operations in the same order and so the same bits. One row per
 * function; those of activations and outputs have the name of the row that they stand for. */
#ifndef NNTRAIN_ARTIFACT_EXPORT_C_FUNCTIONS_H
#define NNTRAIN_ARTIFACT_EXPORT_C_FUNCTIONS_H

#include <stdbool.h>

#include "base/kind.h"

typedef struct CFunction {
    Kind kind;        /* the function is called NAME_of */
    const char *uses; /* functions that stand before it in the table, comma-separated, or NULL */
    bool is_over_row; /* void NAME_of(float *z, int n); else float NAME_of(float z) */
    const char *text; /* NULL: nothing is to be done, and no function is there */
} CFunction;

const KindTable *c_function_kinds(void);

/* Marks the function of that name, and those that it uses; needed has one entry per row. False when
 * there is none. */
bool c_function_need(const char *name, bool *needed);

/* Appends the marked functions, in the order of the table. */
void c_functions_print(TextBuffer *out, const bool *needed);

#endif
