/* What step 8 found beside the table of metrics, in words. */
#ifndef NNTRAIN_PIPELINE_NARRATION_EVALUATION_H
#define NNTRAIN_PIPELINE_NARRATION_EVALUATION_H

#include "app/console.h"
#include "pipeline/trained.h"

/* The 95 % intervals of the metrics, and the features that matter most; nothing where there are
 * none. */
void tell_intervals(Console *console, const Results *results);
void tell_importances(Console *console, const Features *features, const Evaluated *evaluated);

#endif
