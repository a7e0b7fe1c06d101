#include "artifact/chart.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <stdio.h>

enum { BINS = 31, MOST_LAYERS = 12 };

bool report_has_weights(const ReportInput *in) { return in->before && in->after; }

static double deviation(const float *values, size_t n) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    const double mean = sum / (double)n;
    return sqrt(fmax(squares / (double)n - mean * mean, 0));
}

/* Shares of the values that fall into each bin. */
static void fill_bins(const float *values, size_t n, const ScaleRange *range, double bins[BINS]) {
    for (size_t i = 0; i < n; i++) {
        const double place = ((double)values[i] - range->low) / (range->high - range->low) * BINS;
        const size_t bin = place > 0 ? (size_t)place : 0;
        bins[bin < BINS ? bin : BINS - 1] += 1 / (double)n;
    }
}

static void write_layer(const ReportInput *in, size_t layer, TextBuffer *out) {
    const size_t n = in->before->n[layer];
    const float *before = in->before->values + layer * WEIGHT_SAMPLE;
    const float *after = in->after->values + layer * WEIGHT_SAMPLE;
    const Tensor *tensor = &in->network->tensors[in->network->layers[layer].weight];
    double start[BINS] = {0}, end[BINS] = {0};
    char note[160];
    snprintf(note, sizeof note,
             "%zu × %zu; outline before, filled after; deviation %.3g, then %.3g", tensor->rows,
             tensor->columns, deviation(before, n), deviation(after, n));
    ChartOptions options = {.title = tensor->name,
                            .note = note,
                            .description = "Histograms of the weights before and after training.",
                            .x_label = "weight",
                            .has_plain_y = true,
                            .left = 20,
                            .right = 20,
                            .height = 150};
    for (size_t i = 0; i < n; i++) {
        range_add(&options.x, (double)before[i]);
        range_add(&options.x, (double)after[i]);
    }
    range_round(&options.x);
    fill_bins(before, n, &options.x, start);
    fill_bins(after, n, &options.x, end);
    range_add(&options.y, 0);
    range_add_all(&options.y, start, BINS);
    range_add_all(&options.y, end, BINS);
    Chart chart;
    chart_begin(&chart, out, &options);
    chart_steps(&chart, options.x.low, options.x.high, end, BINS, INK_VALIDATION, true);
    chart_steps(&chart, options.x.low, options.x.high, start, BINS, INK_TRAIN, false);
    chart_end(&chart);
}

void report_weights(const ReportInput *in, TextBuffer *out) {
    const size_t n = in->before->n_layers;
    text_append(out, "<div class=\"grid\">\n");
    for (size_t l = 0; l < n && l < MOST_LAYERS; l++) {
        write_layer(in, l, out);
    }
    text_append(out, "</div>\n");
    if (n > MOST_LAYERS) {
        text_printf(out, "<p class=\"soft\">The first %d of %zu layers.</p>\n", MOST_LAYERS, n);
    }
}
