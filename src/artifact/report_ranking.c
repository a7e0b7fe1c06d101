#include "artifact/chart.h"
#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

/* ROC and precision-recall curves: of the second of two classes, of each class against the rest, or
 * of each label (Fawcett 2006; Davis & Goadrich 2006). */

enum { MOST_CURVES = 10, MOST_INKS = 4 };

/* The curves of one class through n places, from the highest score down, ties in one step. */
typedef struct Curves {
    double *false_share, *recall, *precision;
    size_t n;
    double area, average_precision, positive_share;
    const char *name;
} Curves;

typedef struct Ranked {
    double score, positive, negative;
    size_t row;
} Ranked;

static int by_falling_score(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

static Ranked *rank_rows(const Predictions *predictions, size_t column) {
    Ranked *rows = NEW(Ranked, predictions->n);
    for (size_t i = 0; i < predictions->n; i++) {
        const double weight = predictions->weight ? predictions->weight[i] : 1;
        const double truth =
            predictions->truth[i * predictions->n_targets + (predictions->n_classes ? 0 : column)];
        const bool is_positive = predictions->n_classes ? (size_t)truth == column : truth > 0;
        rows[i] = (Ranked){predictions->scores[i * predictions->n_scores + column],
                           is_positive ? weight : 0, is_positive ? 0 : weight, i};
    }
    qsort(rows, predictions->n, sizeof *rows, by_falling_score);
    return rows;
}

static void add_place(Curves *curves, double positive, double negative) {
    curves->false_share[curves->n] = negative;
    curves->recall[curves->n] = positive;
    curves->precision[curves->n++] = positive / (positive + negative);
}

static void finish_curves(Curves *curves) {
    const double positive = curves->recall[curves->n - 1];
    const double negative = curves->false_share[curves->n - 1];
    curves->positive_share = positive / (positive + negative);
    for (size_t i = 0; i < curves->n; i++) {
        curves->recall[i] /= positive;
        curves->false_share[i] /= negative;
    }
    for (size_t i = 1; i < curves->n; i++) {
        const double gain = curves->recall[i] - curves->recall[i - 1];
        curves->area += (curves->false_share[i] - curves->false_share[i - 1]) *
                        (curves->recall[i] + curves->recall[i - 1]) / 2;
        curves->average_precision += gain > 0 ? gain * curves->precision[i] : 0;
    }
    curves->precision[0] = curves->n > 1 ? curves->precision[1] : (double)NAN;
}

static void curves_init(Curves *curves, const Predictions *predictions, size_t column) {
    const size_t n = predictions->n + 1;
    Ranked *rows = rank_rows(predictions, column);
    *curves = (Curves){
        .false_share = NEW(double, n), .recall = NEW(double, n), .precision = NEW(double, n)};
    double positive = 0, negative = 0;
    add_place(curves, 0, 0);
    for (size_t i = 0; i < predictions->n; i++) {
        positive += rows[i].positive;
        negative += rows[i].negative;
        if (i + 1 == predictions->n || rows[i].score != rows[i + 1].score) {
            add_place(curves, positive, negative);
        }
    }
    finish_curves(curves);
    memory_free(rows);
}

static void curves_free(Curves *curves) {
    memory_free(curves->false_share);
    memory_free(curves->recall);
    memory_free(curves->precision);
}

bool report_has_ranking(const ReportInput *in) {
    const Predictions *predictions = in->predictions;
    if (predictions->n_scores == 0 || !predictions->truth || predictions->n == 0) {
        return false;
    }
    for (size_t i = 0; i < predictions->n * predictions->n_scores; i++) {
        if (!isfinite(predictions->scores[i])) {
            return false;
        }
    }
    return true;
}

/* The ends of runs in one direction are enough: points that a pixel would cover are left out. */
static size_t drop_covered(const double *x, const double *y, size_t n, double *to_x, double *to_y) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const bool is_far =
            kept == 0 || fabs(x[i] - to_x[kept - 1]) > 0.004 || fabs(y[i] - to_y[kept - 1]) > 0.004;
        if (!isnan(y[i]) && !isnan(x[i]) && (is_far || i + 1 == n)) {
            to_x[kept] = x[i];
            to_y[kept++] = y[i];
        }
    }
    return kept;
}

/* Few curves have a look each, which the table tells. One is dashed: its ink is near to its
 * neighbours' for some. */
typedef struct CurveLook {
    ChartInk ink;
    bool is_dashed;
} CurveLook;

static CurveLook look_of(size_t curve, size_t n) {
    static const CurveLook looks[MOST_INKS] = {
        {INK_VALIDATION, false}, {INK_TRAIN, false}, {INK_TEST, true}, {INK_MARK, false}};
    return n <= MOST_INKS ? looks[curve] : looks[0];
}

static void draw_curve(Chart *chart, const Curves *curves, bool is_roc, CurveLook look,
                       double opacity) {
    double *x = NEW(double, curves->n), *y = NEW(double, curves->n);
    const size_t n = drop_covered(is_roc ? curves->false_share : curves->recall,
                                  is_roc ? curves->recall : curves->precision, curves->n, x, y);
    chart_line(chart, &(ChartLine){.x = x,
                                   .y = y,
                                   .n = n,
                                   .ink = look.ink,
                                   .is_dashed = look.is_dashed,
                                   .opacity = opacity,
                                   .name = curves->name,
                                   .is_silent = true});
    memory_free(x);
    memory_free(y);
}

static void write_chart(const ReportInput *in, const Curves *curves, size_t n, bool is_roc,
                        TextBuffer *out) {
    TextBuffer note = {0};
    ChartOptions options = {.title = is_roc ? "ROC" : "Precision and recall",
                            .x_label = is_roc ? "false positive rate" : "recall",
                            .description = "One curve per class; the areas are in the table.",
                            .x = {0, 1, true, false},
                            .y = {0, 1, true, false},
                            .height = 250};
    text_append(&note, is_roc ? "true against false positive rate" : "precision against recall");
    text_printf(&note, ", %s rows", part_names[in->part]);
    options.note = text_of(&note);
    Chart chart;
    chart_begin(&chart, out, &options);
    if (is_roc) {
        chart_rule(&chart, 0, 0, 1, 1);
    } else if (n == 1) {
        chart_rule(&chart, 0, curves->positive_share, 1, curves->positive_share);
    }
    for (size_t i = 0; i < n && i < MOST_CURVES; i++) {
        draw_curve(&chart, &curves[i], is_roc, look_of(i, n), n <= MOST_INKS ? 1 : 0.6);
    }
    if (n == 1) {
        char area[48];
        snprintf(area, sizeof area, "%s %.4f", is_roc ? "area" : "average precision",
                 is_roc ? curves->area : curves->average_precision);
        chart_text(&chart, chart.right - 8, chart.bottom - 10, "end", INK_VALIDATION, area, 30);
    }
    chart_end(&chart);
    text_free(&note);
}

static void write_look(CurveLook look, TextBuffer *out) {
    text_append(out, "<svg class=\"ink\" viewBox=\"0 0 18 10\" width=\"18\" aria-hidden=\"true\">"
                     "<path d=\"M0 6h18\" stroke=\"currentColor\" stroke-width=\"3\"");
    text_append(out, look.is_dashed ? " stroke-dasharray=\"4 3\"" : "");
    chart_ink(out, look.ink);
    text_append(out, "/></svg>");
}

static void write_table(const Curves *curves, size_t n, TextBuffer *out) {
    text_append(out, "<div class=\"wide\"><table>\n<tr><th>class</th><th class=\"n\">share of rows"
                     "</th><th class=\"n\">ROC area</th><th class=\"n\">average precision</th>"
                     "</tr>\n");
    for (size_t i = 0; i < n; i++) {
        const double values[] = {curves[i].positive_share, curves[i].area,
                                 curves[i].average_precision};
        text_append(out, "<tr><td class=\"name\">");
        if (n > 1 && n <= MOST_INKS) {
            write_look(look_of(i, n), out);
        }
        html_cut(out, curves[i].name, 40);
        text_append(out, "</td>");
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            html_number_cell(out, values[v], 4);
        }
        text_append(out, "</tr>\n");
    }
    text_append(out, "</table></div>\n");
}

/* What several curves are. */
static void write_introduction(const ReportInput *in, size_t n, size_t n_all, TextBuffer *out) {
    if (n_all == 1) {
        return;
    }
    text_printf(out, "<p class=\"soft\">A curve per %s",
                in->predictions->n_classes ? "class, against all others" : "target");
    if (n_all > MOST_CURVES) {
        text_printf(out, "; the first %d of %zu are drawn", MOST_CURVES, n_all);
    }
    text_printf(out, "; the table has %s.</p>\n",
                n <= MOST_INKS ? "their colours and areas" : "their areas");
}

void report_ranking(const ReportInput *in, TextBuffer *out) {
    const Predictions *predictions = in->predictions;
    const Target *target = in->metrics->target;
    const TextList *names = predictions->n_classes ? &target->classes : &target->names;
    const size_t first = predictions->n_classes == 2 ? 1 : 0;
    const size_t n_all = predictions->n_scores - first;
    const size_t n = n_all < 2 * MOST_CURVES ? n_all : 2 * MOST_CURVES;
    Curves *curves = NEW(Curves, n);
    for (size_t i = 0; i < n; i++) {
        curves_init(&curves[i], predictions, first + i);
        curves[i].name = names->items[first + i];
    }
    write_introduction(in, n, n_all, out);
    text_append(out, "<div class=\"grid\">\n");
    write_chart(in, curves, n, true, out);
    write_chart(in, curves, n, false, out);
    if (report_has_calibration(in)) {
        report_calibration_chart(in, out);
    }
    text_append(out, "</div>\n");
    write_table(curves, n, out);
    if (report_has_calibration(in)) {
        report_calibration_table(in, out);
    }
    for (size_t i = 0; i < n; i++) {
        curves_free(&curves[i]);
    }
    memory_free(curves);
}
