#include "nn/metric.h"

#include <math.h>

#include "data/task.h"
#include "nn/metric_rows.h"

double metric_mean(const MetricInput *in,
                   double (*value)(const MetricInput *in, size_t i, size_t context),
                   size_t context) {
    MetricSum sum = {0}, weight = {0};
    for (size_t i = 0; i < in->n; i++) {
        double w = metric_weight(in, i);
        metric_sum_add(&sum, w * value(in, i, context));
        metric_sum_add(&weight, w);
    }
    double total = metric_sum_finish(&weight);
    return total > 0 ? metric_sum_finish(&sum) / total : (double)NAN;
}

enum {
    LABELS = FOR_CLASSES | FOR_MULTILABEL, /* every task but regression */
    RANKED = FOR_BINARY | FOR_MULTILABEL
};

/* clang-format off */
static const Metric metrics[] = {
    {.kind = {"accuracy", "share of rows that are right (multilabel: right in every label)",
              "sum w_i [decided_i = truth_i] / sum w_i", "scikit-learn accuracy_score"},
     .tasks = LABELS, .default_tasks = LABELS, .higher_is_better = true,
     .lowest = 0, .highest = 1,
     .compute = metric_accuracy},
    {.kind = {"balanced_accuracy", "mean recall of the classes that occur",
              "mean over classes c of correct_c / truth_c", "scikit-learn balanced_accuracy_score"},
     .tasks = FOR_CLASSES, .default_tasks = FOR_CLASSES, .higher_is_better = true,
     .lowest = 0, .highest = 1,
     .compute = metric_balanced_accuracy},
    {.kind = {"precision_macro", "share of the rows told to be of a class that are, mean over "
              "classes (0 for a class that was never told)",
              "mean over classes c of correct_c / decided_c",
              "scikit-learn precision_score(average='macro', zero_division=0)"},
     .tasks = LABELS, .default_tasks = FOR_CLASSES, .higher_is_better = true,
     .lowest = 0, .highest = 1,
     .compute = metric_precision_macro},
    {.kind = {"recall_macro", "share of the rows of a class that were found, mean over classes "
              "that occur or were told (0 for a class without rows)",
              "mean over classes c of correct_c / truth_c",
              "scikit-learn recall_score(average='macro', zero_division=0)"},
     .tasks = LABELS, .default_tasks = FOR_CLASSES, .higher_is_better = true,
     .lowest = 0, .highest = 1,
     .compute = metric_recall_macro},
    {.kind = {"f1_macro", "harmonic mean of precision and recall, mean over classes",
              "mean over classes c of 2 correct_c / (truth_c + decided_c)",
              "scikit-learn f1_score(average='macro', zero_division=0)"},
     .tasks = LABELS, .default_tasks = LABELS, .higher_is_better = true,
     .lowest = 0, .highest = 1,
     .compute = metric_f1_macro},
    {.kind = {"roc_auc", "probability that a row of the class scores above a row of another "
              "(several classes or labels: each against the rest, mean)",
              "sum of w_i w_j ([s_i > s_j] + [s_i = s_j] / 2) / sum of w_i w_j, i in, j not in",
              "scikit-learn roc_auc_score(multi_class='ovr', average='macro')"},
     .tasks = LABELS, .default_tasks = LABELS, .needs_scores = true, .higher_is_better = true,
     .lowest = 0, .highest = 1,
     .compute = metric_roc_auc},
    {.kind = {"average_precision", "precision averaged over the steps in recall (multilabel: "
              "mean over labels)",
              "sum over thresholds n of (recall_n - recall_{n-1}) precision_n",
              "scikit-learn average_precision_score"},
     .tasks = RANKED, .default_tasks = RANKED, .needs_scores = true, .higher_is_better = true,
     .lowest = 0, .highest = 1,
     .compute = metric_average_precision},
    {.kind = {"log_loss", "minus the mean log-probability of the truth, probabilities kept "
              "2^-52 from 0 and 1 (multilabel: mean over labels too)",
              "-sum w_i log p_i[truth_i] / sum w_i", "scikit-learn log_loss"},
     .tasks = LABELS, .default_tasks = LABELS, .needs_probabilities = true,
     .lowest = 0, .highest = (double)INFINITY,
     .compute = metric_log_loss},
    {.kind = {"brier", "mean squared error of the probabilities: of the second class when there "
              "are two, summed over all classes otherwise",
              "sum w_i (p_i - [truth_i = 1])^2 / sum w_i",
              "scikit-learn (1.7 and later) brier_score_loss"},
     .tasks = FOR_CLASSES, .default_tasks = FOR_CLASSES, .needs_probabilities = true,
     .lowest = 0, .highest = 2,
     .compute = metric_brier},
    {.kind = {"mcc", "Matthews correlation of decided and true classes (0 when either is constant)",
              "(n sum_c correct_c - t.d) / sqrt((n^2 - t.t) (n^2 - d.d)), t = truth_c, "
              "d = decided_c",
              "scikit-learn matthews_corrcoef; Gorodkin 2004"},
     .tasks = FOR_CLASSES, .default_tasks = FOR_CLASSES, .higher_is_better = true,
     .lowest = -1, .highest = 1,
     .compute = metric_mcc},
    {.kind = {"rmse", "root of the mean squared error, of each target column, then their mean",
              "mean over columns of sqrt(sum w_i (y_i - p_i)^2 / sum w_i)",
              "scikit-learn (1.4 and later) root_mean_squared_error"},
     .tasks = FOR_REGRESSION, .default_tasks = FOR_REGRESSION, .lowest = 0, .highest = (double)INFINITY,
     .compute = metric_rmse},
    {.kind = {"mae", "mean absolute error (several target columns: mean)",
              "sum w_i |y_i - p_i| / sum w_i", "scikit-learn mean_absolute_error"},
     .tasks = FOR_REGRESSION, .default_tasks = FOR_REGRESSION, .lowest = 0, .highest = (double)INFINITY,
     .compute = metric_mae},
    {.kind = {"r2", "share of the variance that is explained (several target columns: mean); a "
              "constant column counts 1 when predicted exactly, else 0",
              "1 - sum w_i (y_i - p_i)^2 / sum w_i (y_i - mean y)^2", "scikit-learn r2_score"},
     .tasks = FOR_REGRESSION, .default_tasks = FOR_REGRESSION, .higher_is_better = true,
     .lowest = -(double)INFINITY, .highest = 1,
     .compute = metric_r2},
    {.kind = {"mape", "mean absolute error relative to the truth, as a fraction (several target "
              "columns: mean)",
              "sum w_i |y_i - p_i| / max(|y_i|, 2^-52) / sum w_i",
              "scikit-learn mean_absolute_percentage_error"},
     .tasks = FOR_REGRESSION, .default_tasks = FOR_REGRESSION, .lowest = 0, .highest = (double)INFINITY,
     .compute = metric_mape},
    {.kind = {"max_error", "largest absolute error of any row and target column, weights aside",
              "max |y_i - p_i|", "scikit-learn max_error"},
     .tasks = FOR_REGRESSION, .default_tasks = FOR_REGRESSION, .lowest = 0, .highest = (double)INFINITY,
     .compute = metric_max_error},
};
/* clang-format on */

const KindTable *metric_kinds(void) {
    static const KindTable table = KIND_TABLE("metric", metrics);
    return &table;
}
