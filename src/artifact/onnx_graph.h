/* An ONNX graph under construction. Values are known by their names, which the graph owns; each
 * call adds an initializer or a node and returns the name of what it gives. Use: onnx_graph_init,
 * any of these, onnx_graph_print, onnx_graph_free.
 * (https://onnx.ai/onnx/operators/: operator set 13, ai.onnx.ml 2) */
#ifndef NNTRAIN_ARTIFACT_ONNX_GRAPH_H
#define NNTRAIN_ARTIFACT_ONNX_GRAPH_H

#include <stdint.h>

#include "base/text.h"

typedef enum OnnxType {
    ONNX_FLOAT = 1,
    ONNX_INT64 = 7,
    ONNX_STRING = 8,
    ONNX_DOUBLE = 11
} OnnxType;

typedef struct OnnxGraph {
    TextBuffer nodes, initializers, inputs, outputs; /* fields of the message */
    TextList names;                                  /* of all values */
    TextBuffer prefix;                               /* of those that are made here */
} OnnxGraph;

/* taken: names that others choose; none that is made here is one of them. */
void onnx_graph_init(OnnxGraph *graph, const TextList *taken);
void onnx_graph_free(OnnxGraph *graph);

/* Inputs and outputs (rows, columns), or (rows) with 0 columns. A value becomes an output under
 * `name`, which is changed when a column has it; returns the name. */
const char *onnx_input(OnnxGraph *graph, const char *name, OnnxType type, const char *help);
const char *onnx_output(OnnxGraph *graph, const char *name, OnnxType type, size_t columns,
                        const char *value, const TextList *taken);

/* Constants of shape (rows, columns), or (columns) with 0 rows, or none with both 0. */
const char *onnx_floats(OnnxGraph *graph, size_t rows, size_t columns, const float *values);
const char *onnx_doubles(OnnxGraph *graph, size_t rows, size_t columns, const double *values);
const char *onnx_integers(OnnxGraph *graph, size_t columns, const int64_t *values);
const char *onnx_float(OnnxGraph *graph, float value);
const char *onnx_double(OnnxGraph *graph, double value);
const char *onnx_integer(OnnxGraph *graph, int64_t value);

/* Attributes of a node to come. Zero-initialise; the node frees them. */
void onnx_set_integer(TextBuffer *attributes, const char *name, int64_t value);
void onnx_set_integers(TextBuffer *attributes, const char *name, const int64_t *values, size_t n);
void onnx_set_float(TextBuffer *attributes, const char *name, float value);
void onnx_set_floats(TextBuffer *attributes, const char *name, const float *values, size_t n);
void onnx_set_text(TextBuffer *attributes, const char *name, const char *value);
void onnx_set_texts(TextBuffer *attributes, const char *name, const TextList *values);

/* A node of n inputs; domain NULL: the standard operators. attributes may be NULL. */
const char *onnx_node(OnnxGraph *graph, const char *domain, const char *operation,
                      const char *const *inputs, size_t n, TextBuffer *attributes);
/* The same, of standard operators without attributes, for up to three inputs. */
const char *onnx_apply(OnnxGraph *graph, const char *operation, const char *a);
const char *onnx_apply2(OnnxGraph *graph, const char *operation, const char *a, const char *b);
const char *onnx_apply3(OnnxGraph *graph, const char *operation, const char *a, const char *b,
                        const char *c);
const char *onnx_cast(OnnxGraph *graph, const char *value, OnnxType type);
const char *onnx_concat(OnnxGraph *graph, const TextList *values);
/* Along axis 1: Gather with indices, and ReduceSum or ReduceMean that keep the axis. */
const char *onnx_sum_row(OnnxGraph *graph, const char *value);
const char *onnx_mean_row(OnnxGraph *graph, const char *value);
const char *onnx_gather(OnnxGraph *graph, const char *value, const char *indices, int64_t axis);

/* The model: graph, operator sets, and metadata (pairs of key and value). */
void onnx_graph_print(TextBuffer *out, const OnnxGraph *graph, const TextList *metadata);

#endif
