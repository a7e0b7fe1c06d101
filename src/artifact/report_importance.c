#include "artifact/chart.h"
#include "artifact/report_sections.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum { MOST_BARS = 20, BAR_STEP = 20, NAMES_WIDTH = 138, NAME_LENGTH = 18 };

bool report_has_importance(const ReportInput *in) { return in->metrics->importances != NULL; }

typedef struct Ranked {
    Importance importance;
    size_t feature;
} Ranked;

static int by_falling_mean(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    if (x->importance.mean != y->importance.mean) {
        return x->importance.mean > y->importance.mean ? -1 : 1;
    }
    return (x->feature > y->feature) - (x->feature < y->feature);
}

static void draw_bar(Chart *chart, const ReportInput *in, const Ranked *ranked, double row) {
    const Importance *importance = &ranked->importance;
    const double middle = row + 0.5;
    chart_bar(chart, 0, row + 0.2, importance->mean, row + 0.8, INK_VALIDATION, 0.6);
    text_append(chart->out, "<path stroke=\"currentColor\" d=\"");
    text_printf(chart->out, "M%.1f %.1fH%.1f\"/>\n",
                scale_at(&chart->x, importance->mean - importance->std),
                scale_at(&chart->y, middle),
                scale_at(&chart->x, importance->mean + importance->std));
    chart_text(chart, chart->left - 6, scale_at(&chart->y, middle) + 4, "end", INK_TEXT,
               in->metrics->features->items[ranked->feature].name, NAME_LENGTH);
}

static void write_chart(const ReportInput *in, const Ranked *ranked, size_t n, TextBuffer *out) {
    ChartOptions options = {.title = "Permutation importance",
                            .note = "growth of the loss when shuffled",
                            .description = "A bar per input column, with the standard deviation.",
                            .x_label = "growth of the loss",
                            .has_plain_y = true,
                            .left = NAMES_WIDTH,
                            .height = (double)(n * BAR_STEP) + 40,
                            .y = {(double)n, 0, true, false}};
    range_add(&options.x, 0);
    for (size_t i = 0; i < n; i++) {
        range_add(&options.x, ranked[i].importance.mean + ranked[i].importance.std);
        range_add(&options.x, ranked[i].importance.mean - ranked[i].importance.std);
    }
    range_round(&options.x);
    Chart chart;
    chart_begin(&chart, out, &options);
    for (size_t i = 0; i < n; i++) {
        draw_bar(&chart, in, &ranked[i], (double)i);
    }
    chart_end(&chart);
}

void report_importance(const ReportInput *in, TextBuffer *out) {
    const size_t n = in->metrics->features->n, n_shown = n < MOST_BARS ? n : MOST_BARS;
    Ranked *ranked = NEW(Ranked, n);
    for (size_t i = 0; i < n; i++) {
        ranked[i] = (Ranked){in->metrics->importances[i], i};
    }
    qsort(ranked, n, sizeof *ranked, by_falling_mean);
    text_printf(out,
                "<p class=\"soft\">Of the %s rows; the line is one standard deviation over %d "
                "shuffles.</p>\n<div class=\"grid\">\n",
                part_names[in->metrics->importance_part], IMPORTANCE_REPEATS);
    write_chart(in, ranked, n_shown, out);
    text_append(out, "</div>\n");
    if (n > n_shown) {
        text_printf(out,
                    "<p class=\"soft\">The %zu largest of %zu columns; metrics.json has all."
                    "</p>\n",
                    n_shown, n);
    }
    memory_free(ranked);
}
