/* A C export under construction. The parts of the .c file are written in any order and put together
 * by export_c.c: export_c_inputs.c writes what becomes of a row's cells, export_c_network.c the
 * layers. Used by export_c.c. */
#ifndef NNTRAIN_ARTIFACT_EXPORT_C_SOURCE_H
#define NNTRAIN_ARTIFACT_EXPORT_C_SOURCE_H

#include "artifact/model_file.h"

typedef struct CSource {
    const ModelFile *model;
    const char *file_name; /* of the export, without suffix */
    const char *prefix;    /* of every public name */
    const char *guard;     /* the same in capitals */
    TextList fields;       /* of the input struct, one per feature */
    bool *needed;          /* C functions, one entry per row of c_function_kinds */
    size_t n_widest;       /* floats of the widest layer */
    size_t n_constant_bytes;
    TextBuffer constants; /* weights, categories, quantiles */
    TextBuffer prepare;   /* body that fills x from `in` */
    TextBuffer layers;    /* body from x to the outputs; result names the array that holds them */
    const char *result;
} CSource;

/* Fill constants and prepare, or constants and layers. ERROR_MODEL when a kind has no C function.
 */
void export_c_inputs(CSource *source);
bool export_c_network(CSource *source, Error *err);

#endif
