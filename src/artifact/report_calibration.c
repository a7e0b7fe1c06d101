#include "artifact/chart.h"
#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <stdio.h>

/* Are probabilities what they say? Rows are put into bins by the probability that the model gives;
 * in each bin its mean stands beside the share of rows for which it came true (Niculescu-Mizil &
 * Caruana 2005). Of several classes the probability is that of the decided one, which came true
 * when it was right; of two it is that of the second. */

enum { BINS = 10 };

typedef struct Bins {
    double weight[BINS], probability[BINS], truth[BINS]; /* sums */
    double total;
} Bins;

bool report_has_calibration(const ReportInput *in) {
    const Predictions *predictions = in->predictions;
    return predictions->has_probabilities && predictions->truth && predictions->n > 0;
}

static void add(Bins *bins, double probability, bool came_true, double weight) {
    if (!isfinite(probability)) {
        return;
    }
    const double place = probability * BINS;
    const size_t bin = place < 0 ? 0 : place < BINS ? (size_t)place : BINS - 1;
    bins->weight[bin] += weight;
    bins->probability[bin] += weight * probability;
    bins->truth[bin] += came_true ? weight : 0;
    bins->total += weight;
}

static void add_row(Bins *bins, const Predictions *predictions, size_t i) {
    const double *scores = predictions->scores + i * predictions->n_scores;
    const double *truth = predictions->truth + i * predictions->n_targets;
    const double weight = predictions->weight ? predictions->weight[i] : 1;
    if (predictions->n_classes == 2) {
        add(bins, scores[1], truth[0] == 1, weight);
    } else if (predictions->n_classes > 0) {
        const size_t decided = (size_t)predictions->decided[i];
        add(bins, scores[decided], truth[0] == predictions->decided[i], weight);
    } else {
        for (size_t j = 0; j < predictions->n_scores; j++) {
            add(bins, scores[j], truth[j] > 0, weight);
        }
    }
}

/* Expected calibration error: mean distance of the two, by weight (Naeini et al. 2015). */
static double expected_error(const Bins *bins) {
    double sum = 0;
    for (size_t i = 0; i < BINS; i++) {
        sum += fabs(bins->probability[i] - bins->truth[i]);
    }
    return bins->total > 0 ? sum / bins->total : (double)NAN;
}

static void draw_bins(Chart *chart, const Bins *bins) {
    double x[BINS], y[BINS];
    size_t n = 0;
    for (size_t i = 0; i < BINS; i++) {
        const double share = bins->weight[i] / bins->total;
        if (bins->weight[i] > 0) {
            chart_bar(chart, (double)i / BINS + 0.01, 0, (double)(i + 1) / BINS - 0.01,
                      0.25 * share, INK_TEXT, 0.18);
            x[n] = bins->probability[i] / bins->weight[i];
            y[n++] = bins->truth[i] / bins->weight[i];
        }
    }
    chart_rule(chart, 0, 0, 1, 1);
    chart_line(
        chart,
        &(ChartLine){
            .x = x, .y = y, .n = n, .ink = INK_VALIDATION, .name = "came true", .is_silent = true});
    for (size_t i = 0, at = 0; i < BINS; i++) {
        if (bins->weight[i] > 0) {
            chart_point(chart, x[at], y[at], 2.5 + 4 * sqrt(bins->weight[i] / bins->total),
                        INK_VALIDATION, 0.85);
            at++;
        }
    }
}

static void write_table(const Bins *bins, TextBuffer *out) {
    text_append(out,
                "<details><summary>Reliability as a table</summary><div class=\"wide\"><table>\n"
                "<tr><th class=\"n\">from</th><th class=\"n\">to</th><th class=\"n\">rows</th>"
                "<th class=\"n\">mean probability</th><th class=\"n\">came true</th></tr>\n");
    for (size_t i = 0; i < BINS; i++) {
        if (bins->weight[i] > 0) {
            const double values[] = {(double)i / BINS, (double)(i + 1) / BINS, bins->weight[i],
                                     bins->probability[i] / bins->weight[i],
                                     bins->truth[i] / bins->weight[i]};
            text_append(out, "<tr>");
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                html_number_cell(out, values[v], 4);
            }
            text_append(out, "</tr>\n");
        }
    }
    text_append(out, "</table></div></details>\n");
}

static void collect(const Predictions *predictions, Bins *bins) {
    *bins = (Bins){0};
    for (size_t i = 0; i < predictions->n; i++) {
        add_row(bins, predictions, i);
    }
}

void report_calibration_chart(const ReportInput *in, TextBuffer *out) {
    const Predictions *predictions = in->predictions;
    Bins bins;
    collect(predictions, &bins);
    char note[160];
    snprintf(note, sizeof note, "came true against predicted; mean error %.3f",
             expected_error(&bins));
    ChartOptions options = {.title = "Reliability",
                            .note = note,
                            .description = "Share of rows that came true in ten bins of predicted "
                                           "probability; the table has the numbers.",
                            .x_label = predictions->n_classes > 2
                                           ? "probability of the decided class"
                                           : "predicted probability",
                            .x = {0, 1, true, false},
                            .y = {0, 1, true, false},
                            .height = 250};
    Chart chart;
    chart_begin(&chart, out, &options);
    draw_bins(&chart, &bins);
    chart_end(&chart);
}

void report_calibration_table(const ReportInput *in, TextBuffer *out) {
    Bins bins;
    collect(in->predictions, &bins);
    write_table(&bins, out);
}
