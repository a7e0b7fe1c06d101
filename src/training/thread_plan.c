#include "training/thread_plan.h"

#include "base/processors.h"
#include "compute/level.h"

/* What a thread must have to do between two meetings, in microseconds, to be worth it. */
static const double least_time = 10;

/* Multiplications and additions of one product of one row with all weight matrices. */
static double row_operations(const Network *network) {
    double n = 0;
    for (size_t i = 0; i < network->n_layers; i++) {
        n += 2 * (double)network->layers[i].n_inputs * (double)network->layers[i].n_units;
    }
    return n;
}

static double time_of(double operations) {
    const Level *level = (const Level *)kind_at(level_kinds(), compute_level());
    return operations / level->speed * 1e-3;
}

double thread_plan_forward_time(const Network *network, size_t rows) {
    return time_of((double)rows * row_operations(network));
}

/* Forward, input gradient, weight gradient. */
double thread_plan_step_time(const Network *network, size_t rows) {
    return 3 * thread_plan_forward_time(network, rows);
}

size_t thread_plan_choose(size_t wanted, double microseconds) {
    if (wanted > 0) {
        return wanted;
    }
    const size_t most = processors_available();
    const double worth = microseconds / least_time;
    return worth >= (double)most ? most : worth >= 2 ? (size_t)worth : 1;
}
