/* What is in a model file, for people and as JSON: architecture, parameters by layer, inputs with
 * their preprocessing. */
#ifndef NNTRAIN_ARTIFACT_INSPECTION_H
#define NNTRAIN_ARTIFACT_INSPECTION_H

#include "artifact/json.h"
#include "artifact/model_file.h"

/* Text of lines up to INSPECTION_WIDTH columns, as far as names are not longer. path: where the
 * model is; version: of the nntrain that wrote it. */
enum { INSPECTION_WIDTH = 80 };
void inspection_print(TextBuffer *out, const ModelFile *model, const char *path,
                      const char *version);

/* "label       text" with text broken at blanks; foreign text is escaped by the caller. */
void inspection_fact(TextBuffer *out, const char *label, const char *text);

/* The model without its weights, and "layers": parameters by layer. */
void inspection_add(Json *to, const ModelFile *model);

#endif
