#include "artifact/chart.h"
#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"

enum { MOST_TARGETS = 4, MOST_POINTS = 600, GRID = 48, BINS = 25 };

bool report_has_residuals(const ReportInput *in) {
    const Predictions *predictions = in->predictions;
    return predictions->n_scores == 0 && predictions->truth && predictions->n > 0;
}

/* Points where they are few, else squares as dark as they hold many. */
static void draw_cloud(Chart *chart, const double *x, const double *y, size_t n) {
    if (n <= MOST_POINTS) {
        for (size_t i = 0; i < n; i++) {
            chart_point(chart, x[i], y[i], 2.2, INK_VALIDATION, 0.55);
        }
        return;
    }
    const ScaleRange *across = &chart->x.range, *up = &chart->y.range;
    const double width = (across->high - across->low) / GRID, height = (up->high - up->low) / GRID;
    double *counts = NEW(double, (size_t)GRID *GRID), most = 0;
    for (size_t i = 0; i < n; i++) {
        const double column = (x[i] - across->low) / width, row = (y[i] - up->low) / height;
        if (column >= 0 && row >= 0) {
            const size_t c = column < GRID ? (size_t)column : GRID - 1;
            const size_t r = row < GRID ? (size_t)row : GRID - 1;
            most = fmax(most, ++counts[r * GRID + c]);
        }
    }
    for (size_t i = 0; i < (size_t)GRID * GRID; i++) {
        if (counts[i] > 0) {
            const size_t row = i / GRID, column = i % GRID;
            const double left = across->low + (double)column * width;
            const double low = up->low + (double)row * height;
            chart_bar(chart, left, low, left + width, low + height, INK_VALIDATION,
                      0.1 + 0.9 * sqrt(counts[i] / most));
        }
    }
    memory_free(counts);
}

static void write_predicted(const char *name, const double *truth, const double *predicted,
                            size_t n, TextBuffer *out) {
    TextBuffer title = {0};
    text_printf(&title, "Predicted %s", name);
    ChartOptions options = {.title = text_of(&title),
                            .note = "against actual; on the line they are equal",
                            .description = "Predicted against actual values.",
                            .x_label = "actual",
                            .height = 250};
    range_add_all(&options.x, truth, n);
    range_add_all(&options.x, predicted, n);
    range_round(&options.x);
    options.y = options.x;
    Chart chart;
    chart_begin(&chart, out, &options);
    chart_rule(&chart, options.x.low, options.x.low, options.x.high, options.x.high);
    draw_cloud(&chart, truth, predicted, n);
    chart_end(&chart);
    text_free(&title);
}

static void write_residuals(const double *predicted, const double *residuals, size_t n,
                            TextBuffer *out) {
    ChartOptions options = {.title = "Residuals",
                            .note = "predicted minus actual, against predicted",
                            .description = "Residuals against predicted values.",
                            .x_label = "predicted",
                            .height = 250};
    range_add_all(&options.x, predicted, n);
    range_round(&options.x);
    range_add_all(&options.y, residuals, n);
    range_add(&options.y, 0);
    range_round(&options.y);
    Chart chart;
    chart_begin(&chart, out, &options);
    chart_rule(&chart, options.x.low, 0, options.x.high, 0);
    draw_cloud(&chart, predicted, residuals, n);
    chart_end(&chart);
}

static void write_histogram(const double *residuals, size_t n, TextBuffer *out) {
    double bins[BINS] = {0}, sum = 0, squares = 0;
    ChartOptions options = {.title = "Distribution of residuals",
                            .description = "Histogram of the residuals.",
                            .x_label = "predicted minus actual",
                            .height = 250};
    range_add_all(&options.x, residuals, n);
    range_round(&options.x);
    for (size_t i = 0; i < n; i++) {
        if (isfinite(residuals[i])) {
            const double place =
                (residuals[i] - options.x.low) / (options.x.high - options.x.low) * BINS;
            const size_t bin = place > 0 ? (size_t)place : 0;
            bins[bin < BINS ? bin : BINS - 1]++;
        }
        sum += residuals[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        squares += (residuals[i] - sum) * (residuals[i] - sum) / (double)n;
    }
    TextBuffer note = {0};
    text_append(&note, "mean ");
    html_number(&note, sum, 4);
    text_append(&note, ", standard deviation ");
    html_number(&note, sqrt(squares), 4);
    options.note = text_of(&note);
    range_add(&options.y, 0);
    range_add_all(&options.y, bins, BINS);
    range_round(&options.y);
    Chart chart;
    chart_begin(&chart, out, &options);
    chart_steps(&chart, options.x.low, options.x.high, bins, BINS, INK_VALIDATION, true);
    chart_rule(&chart, 0, options.y.low, 0, options.y.high);
    chart_end(&chart);
    text_free(&note);
}

static void write_target(const ReportInput *in, size_t target, TextBuffer *out) {
    const Predictions *predictions = in->predictions;
    const size_t n = predictions->n, stride = predictions->n_targets;
    double *truth = NEW(double, n), *predicted = NEW(double, n), *residuals = NEW(double, n);
    for (size_t i = 0; i < n; i++) {
        truth[i] = predictions->truth[i * stride + target];
        predicted[i] = predictions->decided[i * stride + target];
        residuals[i] = predicted[i] - truth[i];
    }
    write_predicted(in->metrics->target->names.items[target], truth, predicted, n, out);
    write_residuals(predicted, residuals, n, out);
    write_histogram(residuals, n, out);
    memory_free(truth);
    memory_free(predicted);
    memory_free(residuals);
}

void report_residuals(const ReportInput *in, TextBuffer *out) {
    const size_t n = in->predictions->n_targets;
    text_printf(out, "<p class=\"soft\">Of the %zu %s rows.</p>\n<div class=\"grid\">\n",
                in->predictions->n, part_names[in->part]);
    for (size_t target = 0; target < n && target < MOST_TARGETS; target++) {
        write_target(in, target, out);
    }
    text_append(out, "</div>\n");
    if (n > MOST_TARGETS) {
        text_printf(out, "<p class=\"soft\">The first %d of %zu targets.</p>\n", MOST_TARGETS, n);
    }
}
