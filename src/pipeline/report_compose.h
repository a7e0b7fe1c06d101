/* report.html of a run, from what its steps made. */
#ifndef NNTRAIN_PIPELINE_REPORT_COMPOSE_H
#define NNTRAIN_PIPELINE_REPORT_COMPOSE_H

#include "artifact/report.h"
#include "pipeline/pipeline.h"

void report_compose(TextBuffer *out, const PipelineInput *in, const Outcome *outcome,
                    const MetricsReport *metrics, const WeightSample *start_weights);

#endif
