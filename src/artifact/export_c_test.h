/* The self test of a C export; see export_c_source.h. */
#ifndef NNTRAIN_ARTIFACT_EXPORT_C_TEST_H
#define NNTRAIN_ARTIFACT_EXPORT_C_TEST_H

#include "artifact/export_c_source.h"

/* Where yes begins, the output's own place where the model names none. */
double export_c_threshold(const ModelFile *model);

/* A main that compares the rows of the model's self test bit by bit. */
void export_c_test(TextBuffer *out, const CSource *source);

#endif
