#include "data/task.h"

static const Task tasks[] = {
    {.kind = {"binary", "one of two classes", "P(class 2) = sigmoid(z)", NULL},
     .bit = FOR_BINARY,
     .has_classes = true,
     .has_probabilities = true,
     .output = "sigmoid",
     .loss = "binary_cross_entropy"},
    {.kind = {"multiclass", "one of several classes", "P(class i) = softmax(z)_i", NULL},
     .bit = FOR_MULTICLASS,
     .has_classes = true,
     .has_probabilities = true,
     .outputs_per_class = true,
     .output = "softmax",
     .loss = "cross_entropy"},
    {.kind = {"multilabel", "a yes (1) or no (0) for each target column",
              "P(column j is 1) = sigmoid(z_j)", NULL},
     .bit = FOR_MULTILABEL,
     .has_probabilities = true,
     .output = "sigmoid",
     .loss = "binary_cross_entropy"},
    {.kind = {"regression", "a number for each target column", "y_j = z_j", NULL},
     .bit = FOR_REGRESSION,
     .output = "linear",
     .loss = "mse"},
};

const KindTable *task_kinds(void) {
    static const KindTable table = KIND_TABLE("task", tasks);
    return &table;
}
