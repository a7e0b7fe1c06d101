#include "artifact/chart.h"
#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"

enum { MOST_METRICS = 8, TABLE_ROWS = 12, LABEL_ROOM = 62 };

bool report_has_curves(const ReportInput *in) { return in->history->n > 0; }

/* One number of every epoch; (history->n), released with memory_free. */
typedef double EpochValue(const EpochRecord *record, size_t index);

static double *series(const History *history, EpochValue *value, size_t index) {
    double *values = NEW(double, history->n);
    for (size_t i = 0; i < history->n; i++) {
        values[i] = value(&history->epochs[i], index);
    }
    return values;
}

static double epoch_of(const EpochRecord *record, size_t index) {
    (void)index;
    return (double)record->epoch;
}

static double loss_of(const EpochRecord *record, size_t index) {
    (void)index;
    return record->loss;
}

static double validation_loss(const EpochRecord *record, size_t index) {
    (void)index;
    return record->validation.rows ? record->validation.loss : (double)NAN;
}

static double metric_of(const EpochRecord *record, size_t index) {
    const PartResult *part = &record->validation;
    return part->rows && index < part->n_metrics ? part->values[index] : (double)NAN;
}

static double rate_of(const EpochRecord *record, size_t index) {
    (void)index;
    return record->learning_rate;
}

static ScaleRange epochs_range(const History *history) {
    ScaleRange range = {0};
    range_add(&range, history->n > 1 ? 1 : 0);
    range_add(&range, (double)history->epochs[history->n - 1].epoch);
    return range;
}

static bool has_validation(const History *history) {
    return history->epochs[0].validation.rows > 0;
}

/* The best epoch is named once, at the loss. */
static void mark_best(Chart *chart, const ReportInput *in, const double *values, bool is_named) {
    const size_t best = in->history->best_epoch;
    if (best > 0 && best <= in->history->n && !isnan(values[best - 1])) {
        char label[40];
        snprintf(label, sizeof label, "best, epoch %zu", best);
        chart_mark(chart, (double)best, values[best - 1], is_named ? label : NULL);
    }
}

static void write_loss(const ReportInput *in, const double *epochs, TextBuffer *out) {
    const History *history = in->history;
    double *train = series(history, loss_of, 0), *watched = series(history, validation_loss, 0);
    ChartOptions options = {.title = "Loss",
                            .description = "Training and validation loss of every epoch.",
                            .x_label = "epoch",
                            .x = epochs_range(history),
                            .right = LABEL_ROOM};
    range_add_all(&options.y, train, history->n);
    range_add_all(&options.y, watched, history->n);
    range_choose_log(&options.y, 40);
    range_add(&options.y, 0);
    range_round(&options.y);
    options.note = options.y.is_log ? "logarithmic" : NULL;
    Chart chart;
    chart_begin(&chart, out, &options);
    chart_line(&chart, &(ChartLine){epochs, train, history->n, INK_TRAIN, 0, 0, "train", 0, 0});
    if (has_validation(history)) {
        chart_line(&chart, &(ChartLine){epochs, watched, history->n, INK_VALIDATION, 0, 0,
                                        "validation", 0, 0});
        mark_best(&chart, in, watched, true);
    }
    chart_end(&chart);
    memory_free(train);
    memory_free(watched);
}

static void write_metric(const ReportInput *in, const double *epochs, size_t metric,
                         TextBuffer *out) {
    const History *history = in->history;
    double *values = series(history, metric_of, metric);
    TextBuffer title = {0};
    text_printf(&title, "Validation %s", in->metrics->results->metrics->items[metric]->kind.name);
    ChartOptions options = {.title = text_of(&title),
                            .description = "The metric on validation rows after every epoch.",
                            .x_label = "epoch",
                            .x = epochs_range(history)};
    range_add_all(&options.y, values, history->n);
    range_round(&options.y);
    Chart chart;
    chart_begin(&chart, out, &options);
    chart_line(&chart, &(ChartLine){epochs, values, history->n, INK_VALIDATION, 0, 0, "validation",
                                    true, 0});
    mark_best(&chart, in, values, false);
    chart_end(&chart);
    text_free(&title);
    memory_free(values);
}

static void write_rate(const ReportInput *in, const double *epochs, TextBuffer *out) {
    const History *history = in->history;
    double *rates = series(history, rate_of, 0);
    ChartOptions options = {.title = "Learning rate",
                            .description = "Learning rate of the last step of every epoch.",
                            .x_label = "epoch",
                            .x = epochs_range(history)};
    range_add_all(&options.y, rates, history->n);
    range_choose_log(&options.y, 40);
    range_add(&options.y, 0);
    range_round(&options.y);
    Chart chart;
    chart_begin(&chart, out, &options);
    chart_line(&chart, &(ChartLine){epochs, rates, history->n, INK_TEXT, 0, 0.7, "rate", true, 0});
    chart_end(&chart);
    memory_free(rates);
}

static void table_row(const ReportInput *in, const EpochRecord *record, TextBuffer *out) {
    const double values[] = {record->loss, validation_loss(record, 0), metric_of(record, 0),
                             record->learning_rate, record->gradient_norm};
    text_printf(out, "<tr%s><td class=\"n\">%zu</td>",
                record->epoch == in->history->best_epoch ? " class=\"strong\"" : "", record->epoch);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        html_number_cell(out, values[i], 4);
    }
    text_append(out, "</tr>\n");
}

/* Epochs at equal distances, the best and the last. */
static void write_table(const ReportInput *in, TextBuffer *out) {
    const History *history = in->history;
    const MetricList *metrics = in->metrics->results->metrics;
    const size_t stride = (history->n + TABLE_ROWS - 1) / TABLE_ROWS;
    text_printf(out,
                "<details><summary>As a table</summary><div class=\"wide\"><table>\n<tr>"
                "<th class=\"n\">epoch</th><th class=\"n\">train loss</th>"
                "<th class=\"n\">validation loss</th><th class=\"n\">validation %s</th>"
                "<th class=\"n\">learning rate</th><th class=\"n\">gradient norm</th></tr>\n",
                metrics->n ? metrics->items[0]->kind.name : "metric");
    for (size_t i = 0; i < history->n; i++) {
        const bool is_best = history->epochs[i].epoch == history->best_epoch;
        if (i % stride == 0 || is_best || i + 1 == history->n) {
            table_row(in, &history->epochs[i], out);
        }
    }
    text_append(out, "</table></div></details>\n");
}

void report_curves(const ReportInput *in, TextBuffer *out) {
    const size_t n = in->metrics->results->metrics->n;
    double *epochs = series(in->history, epoch_of, 0);
    text_append(out, "<div class=\"grid\">\n");
    write_loss(in, epochs, out);
    for (size_t m = 0; has_validation(in->history) && m < n && m < MOST_METRICS; m++) {
        write_metric(in, epochs, m, out);
    }
    write_rate(in, epochs, out);
    text_append(out, "</div>\n");
    write_table(in, out);
    memory_free(epochs);
}
