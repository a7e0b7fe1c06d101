/* The operations of compute/vector.h as functions over 16 floats, so that a test can call those of
 * every level: tests/unit/level_vector.c is compiled once per level. */
#ifndef NNTRAIN_TESTS_LEVEL_VECTOR_H
#define NNTRAIN_TESTS_LEVEL_VECTOR_H

#include "compute/level.h"

/* out, and up to three operands; masks come out as 0 and 1. */
typedef void VectorFunction(float *out, const float *a, const float *b, const float *c);

typedef struct VectorOperation {
    const char *name;
    VectorFunction *run;
} VectorOperation;

enum { MOST_OPERATIONS = 64 };

typedef struct VectorOperations {
    VectorOperation operation[MOST_OPERATIONS];            /* up to the first without a name */
    void (*copy_n)(float *out, const float *in, size_t n); /* v_load_n, v_store_n */
    float (*scale2)(float x, float n);
} VectorOperations;

DECLARE_LEVELS(const VectorOperations, vector_operations);

#endif
