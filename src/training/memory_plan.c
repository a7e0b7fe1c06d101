#include "training/memory_plan.h"

#include <math.h>

#include "base/memory_limit.h"
#include "nn/lbfgs.h"
#include "training/activity.h"

static double dataset_bytes(const Dataset *dataset) {
    return (double)dataset->n_rows * (double)(dataset->x_row + dataset->y_row) * sizeof(float);
}

/* Floats of state for each parameter. */
static double state_size(const Optimizer *optimizer) {
    return optimizer->is_whole_step ? 3.0 + 2.0 * (double)lbfgs_defaults().history
                                    : (double)optimizer->n_slots;
}

MemoryPlan memory_plan(const Network *network, const FitOptions *options, const Dataset *parts,
                       size_t n_parts, size_t n_threads) {
    const double n = (double)network->n_parameters * sizeof(float);
    const Dataset *train = &parts[0];
    const size_t n_rows = train->n_rows, wanted = (size_t)options->batch_size;
    const size_t batch = wanted > 0 && wanted < n_rows ? wanted : n_rows;
    MemoryPlan plan = {
        .parameters = 3 * n, .gradient = n, .optimizer = state_size(options->optimizer) * n};
    size_t most_rows = 0;
    for (size_t i = 0; i < n_parts; i++) {
        plan.data += dataset_bytes(&parts[i]);
        most_rows = parts[i].n_rows > most_rows ? parts[i].n_rows : most_rows;
    }
    plan.workspaces = workspace_bytes(network, batch, n_threads, true) +
                      workspace_bytes(network, ACTIVITY_ROWS, n_threads, false) +
                      evaluation_space_bytes(network, most_rows, n_threads) +
                      (double)batch * (double)(train->x_row + train->y_row) * sizeof(float);
    return plan;
}

double memory_plan_total(const MemoryPlan *plan) {
    return plan->data + plan->parameters + plan->gradient + plan->optimizer + plan->workspaces;
}

void memory_plan_append_size(TextBuffer *out, double bytes) {
    if (bytes < 1e6) {
        text_printf(out, "%.0f kB", ceil(bytes / 1e3));
    } else {
        text_printf(out, bytes < 1e9 ? "%.1f MB" : "%.1f GB", bytes / (bytes < 1e9 ? 1e6 : 1e9));
    }
}

bool memory_plan_check(const MemoryPlan *plan, Error *err) {
    const MemoryLimit limit = memory_limit();
    if (limit.bytes == 0 || memory_plan_total(plan) <= (double)limit.bytes) {
        return true;
    }
    const struct {
        const char *before;
        double bytes;
    } sizes[] = {{"training needs about ", memory_plan_total(plan)},
                 {" of memory (data ", plan->data},
                 {", parameters ", plan->parameters},
                 {", gradient ", plan->gradient},
                 {", optimizer state ", plan->optimizer},
                 {", workspaces ", plan->workspaces}};
    TextBuffer text = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        text_append(&text, sizes[i].before);
        memory_plan_append_size(&text, sizes[i].bytes);
    }
    text_printf(&text, "), %s ", limit.what);
    memory_plan_append_size(&text, (double)limit.bytes);
    fail(err, ERROR_SIZE, "error: %s; use narrower layers, smaller batches or fewer rows",
         text_of(&text));
    text_free(&text);
    return false;
}
