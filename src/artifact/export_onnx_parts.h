/* The parts of an ONNX export: inputs to x, x to the network's outputs. Used by export_onnx.c. */
#ifndef NNTRAIN_ARTIFACT_EXPORT_ONNX_PARTS_H
#define NNTRAIN_ARTIFACT_EXPORT_ONNX_PARTS_H

#include "artifact/model_file.h"
#include "artifact/onnx_graph.h"

/* True when the model refuses some rows; ONNX cannot, and gives NaN for them. */
bool export_onnx_refuses(const Features *features);

/* Inputs of the first layer (rows, n_expanded) from an input per column: numbers as doubles with
 * NaN where there is none, texts with "". Rows that are refused have a NaN. */
const char *export_onnx_inputs(OnnxGraph *graph, const ModelFile *model);

/* Outputs of the network (rows, outputs), after the output activation; NULL and ERROR_MODEL when a
 * kind has no ONNX form. */
const char *export_onnx_network(OnnxGraph *graph, const ModelFile *model, const char *x,
                                Error *err);

/* e^z, z tanh(log(1 + e^z)), ...: one row per activation and output; the network's own names. */
typedef struct OnnxFunction {
    Kind kind;
    const char *(*build)(OnnxGraph *graph, const char *z);
} OnnxFunction;

const KindTable *onnx_function_kinds(void);

#endif
