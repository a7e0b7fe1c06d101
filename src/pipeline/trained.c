#include "pipeline/trained.h"

#include "base/memory.h"

void trained_free(Trained *trained) {
    team_stop(trained->team);
    prepared_free(&trained->data);
    model_free(&trained->model);
    network_free(&trained->network);
    memory_free(trained->loss.class_weight);
    metric_list_free(&trained->metrics);
    history_free(&trained->history);
    *trained = (Trained){0};
}

void evaluated_free(Evaluated *evaluated) {
    for (Part part = 0; part < N_PARTS; part++) {
        predictions_free(&evaluated->predictions[part]);
    }
    results_free(&evaluated->results);
    memory_free(evaluated->importances);
    *evaluated = (Evaluated){0};
}
