#include "artifact/chart.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"

enum { LABEL_ROOM = 62, ALL_LABELLED = 5 };

bool report_has_layers(const ReportInput *in) { return in->history->n > 0; }

typedef double LayerValue(const LayerRecord *record);

static double gradient_norm(const LayerRecord *record) { return record->gradient_norm; }
static double dead_units(const LayerRecord *record) { return record->dead_units; }
static double saturated_units(const LayerRecord *record) { return record->saturated_units; }

/* (n_layers, history->n) */
static double *collect(const History *history, LayerValue *value) {
    double *values = NEW(double, history->n * history->n_layers);
    for (size_t l = 0; l < history->n_layers; l++) {
        for (size_t i = 0; i < history->n; i++) {
            values[l * history->n + i] = value(&history->epochs[i].layers[l]);
        }
    }
    return values;
}

static bool has_any(const double *values, size_t n) {
    size_t i = 0;
    while (i < n && isnan(values[i])) {
        i++;
    }
    return i < n;
}

/* Later layers are darker; the output layer has an ink of its own. Of many layers only the ends are
 * named beside their lines. */
static void draw_layers(Chart *chart, const History *history, const double *values) {
    double *epochs = NEW(double, history->n);
    for (size_t i = 0; i < history->n; i++) {
        epochs[i] = (double)history->epochs[i].epoch;
    }
    const size_t n = history->n_layers;
    for (size_t l = 0; l < n; l++) {
        char name[32];
        const bool is_output = l + 1 == n;
        snprintf(name, sizeof name, "layer %zu", l + 1);
        if (has_any(values + l * history->n, history->n)) {
            chart_line(chart, &(ChartLine){.x = epochs,
                                           .y = values + l * history->n,
                                           .n = history->n,
                                           .ink = is_output ? INK_TRAIN : INK_VALIDATION,
                                           .opacity = 0.4 + 0.6 * (double)(l + 1) / (double)n,
                                           .name = is_output ? "output" : name,
                                           .is_silent = n > ALL_LABELLED && l > 0 && l + 2 < n});
        }
    }
    memory_free(epochs);
}

typedef struct LayerChart {
    const char *title, *note, *description;
    LayerValue *value;
    bool may_be_log;
} LayerChart;

static void write_chart(const History *history, const LayerChart *what, TextBuffer *out) {
    double *values = collect(history, what->value);
    if (has_any(values, history->n * history->n_layers)) {
        ChartOptions options = {.title = what->title,
                                .note = what->note,
                                .description = what->description,
                                .x_label = "epoch",
                                .right = LABEL_ROOM};
        range_add(&options.x, history->n > 1 ? 1 : 0);
        range_add(&options.x, (double)history->epochs[history->n - 1].epoch);
        range_add_all(&options.y, values, history->n * history->n_layers);
        if (what->may_be_log) {
            range_choose_log(&options.y, 10);
        } else {
            range_add(&options.y, 1);
        }
        range_add(&options.y, 0);
        range_round(&options.y);
        Chart chart;
        chart_begin(&chart, out, &options);
        draw_layers(&chart, history, values);
        chart_end(&chart);
    }
    memory_free(values);
}

void report_layers(const ReportInput *in, TextBuffer *out) {
    static const LayerChart charts[] = {
        {"Gradient norm by layer", "mean of an epoch; a fan means vanishing",
         "L2 norm of the gradient of every layer, for every epoch.", gradient_norm, true},
        {"Dead units", "share of units that give 0 for every row",
         "Share of dead units of every hidden layer, for every epoch.", dead_units, false},
        {"Saturated outputs", "share of outputs where the activation is flat",
         "Share of saturated outputs of every hidden layer, for every epoch.", saturated_units,
         false},
    };
    text_append(out, "<div class=\"grid\">\n");
    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++) {
        write_chart(in->history, &charts[i], out);
    }
    text_append(out, "</div>\n");
}
