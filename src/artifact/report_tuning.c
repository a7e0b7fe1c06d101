#include "artifact/chart.h"
#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MOST_SLICES = 8, MOST_ROWS = 10, MOST_POINTS = 2000 };

bool report_has_tuning(const ReportInput *in) { return in->tuning && in->tuning->n_trials > 0; }

static size_t best_trial(const ReportTuning *tuning) {
    size_t best = tuning->n_trials;
    for (size_t i = 0; i < tuning->n_trials; i++) {
        const double value = tuning->trials[i].objective;
        const double most = best < tuning->n_trials ? tuning->trials[best].objective : (double)NAN;
        if (!isnan(value) &&
            (isnan(most) || (tuning->higher_is_better ? value > most : value < most))) {
            best = i;
        }
    }
    return best;
}

static ScaleRange objective_range(const ReportTuning *tuning) {
    ScaleRange range = {0};
    for (size_t i = 0; i < tuning->n_trials; i++) {
        range_add(&range, tuning->trials[i].objective);
    }
    range_choose_log(&range, 40);
    range_round(&range);
    return range;
}

/* One trial in so many is drawn, beside the best. */
static size_t point_step(const ReportTuning *tuning) { return tuning->n_trials / MOST_POINTS + 1; }

static void draw_trials(Chart *chart, const ReportTuning *tuning, const double *x) {
    const size_t best = best_trial(tuning), step = point_step(tuning);
    for (size_t i = 0; i < tuning->n_trials; i += step) {
        if (!isnan(tuning->trials[i].objective) && !isnan(x[i]) && i != best) {
            chart_point(chart, x[i], tuning->trials[i].objective, 2.5, INK_VALIDATION, 0.5);
        }
    }
    if (best < tuning->n_trials && !isnan(x[best])) {
        chart_point(chart, x[best], tuning->trials[best].objective, 4, INK_TRAIN, 1);
    }
}

static void write_order(const ReportTuning *tuning, TextBuffer *out) {
    double *x = NEW(double, tuning->n_trials);
    const size_t step = point_step(tuning);
    char note[100] = "trial by trial, in their order; the best is marked";
    if (step > 1) {
        snprintf(note, sizeof note, "of one trial in %zu, in their order; the best is marked",
                 step);
    }
    ChartOptions options = {.title = tuning->objective,
                            .note = note,
                            .description = "The objective of the trials.",
                            .x_label = "trial",
                            .y = objective_range(tuning)};
    for (size_t i = 0; i < tuning->n_trials; i++) {
        x[i] = (double)(i + 1);
    }
    range_add_all(&options.x, x, tuning->n_trials);
    range_round(&options.x);
    Chart chart;
    chart_begin(&chart, out, &options);
    draw_trials(&chart, tuning, x);
    chart_end(&chart);
    memory_free(x);
}

static void name_choices(Chart *chart, const TextList *choices) {
    const double room = (chart->right - chart->left) / (double)choices->n;
    for (size_t i = 0; i < choices->n; i++) {
        chart_text(chart, scale_at(&chart->x, (double)i), chart->bottom + 15, "middle", INK_TEXT,
                   choices->items[i], room > 16 ? (size_t)(room / 7) : 2);
    }
}

static void write_slice(const ReportTuning *tuning, size_t p, TextBuffer *out) {
    const ReportParameter *parameter = &tuning->parameters[p];
    double *x = NEW(double, tuning->n_trials);
    TextBuffer note = {0};
    if (!isnan(parameter->importance)) {
        text_append(&note, parameter->is_eta ? "eta squared " : "rank correlation ");
        html_number(&note, parameter->importance, 2);
    }
    ChartOptions options = {.title = parameter->name,
                            .description = "The objective against this setting.",
                            .x_label = parameter->choices ? "" : "value",
                            .note = note.n ? text_of(&note) : NULL,
                            .x = {.is_log = parameter->has_decades},
                            .y = objective_range(tuning),
                            .has_plain_x = parameter->choices != NULL};
    for (size_t i = 0; i < tuning->n_trials; i++) {
        x[i] = tuning->trials[i].values[p];
    }
    if (parameter->choices) {
        range_add(&options.x, -0.5);
        range_add(&options.x, (double)parameter->choices->n - 0.5);
    } else {
        range_add_all(&options.x, x, tuning->n_trials);
        range_round(&options.x);
    }
    Chart chart;
    chart_begin(&chart, out, &options);
    if (parameter->choices) {
        name_choices(&chart, parameter->choices);
    }
    draw_trials(&chart, tuning, x);
    chart_end(&chart);
    text_free(&note);
    memory_free(x);
}

typedef struct Place {
    double badness;
    size_t trial;
} Place;

static int by_badness(const void *a, const void *b) {
    const Place *x = a, *y = b;
    if (x->badness != y->badness) {
        return x->badness < y->badness ? -1 : 1;
    }
    return (x->trial > y->trial) - (x->trial < y->trial);
}

/* "optimizer.learning_rate" in two lines. */
static void write_name(const char *name, TextBuffer *out) {
    const size_t n = strcspn(name, ".");
    char *section = memory_copy_bytes(name, n);
    text_append(out, "<th class=\"n\">");
    html_text(out, section);
    text_append(out, name[n] ? "<br>" : "");
    html_text(out, name + n + (name[n] == '.'));
    text_append(out, "</th>");
    memory_free(section);
}

static void write_value(const ReportParameter *parameter, double value, TextBuffer *out) {
    text_append(out, "<td class=\"n\">");
    if (parameter->choices && !isnan(value)) {
        html_cut(out, parameter->choices->items[(size_t)value], 24);
    } else {
        html_number(out, value, 4);
    }
    text_append(out, "</td>");
}

static void write_leaderboard(const ReportTuning *tuning, TextBuffer *out) {
    Place *places = NEW(Place, tuning->n_trials);
    size_t n = 0;
    for (size_t i = 0; i < tuning->n_trials; i++) {
        const double value = tuning->trials[i].objective;
        if (!isnan(value)) {
            places[n++] = (Place){tuning->higher_is_better ? -value : value, i};
        }
    }
    qsort(places, n, sizeof *places, by_badness);
    text_append(out, "<div class=\"wide\"><table>\n<tr><th class=\"n\">trial</th><th class=\"n\">");
    html_text(out, tuning->objective);
    text_append(out, "</th>");
    for (size_t p = 0; p < tuning->n_parameters; p++) {
        write_name(tuning->parameters[p].name, out);
    }
    text_append(out, "</tr>\n");
    for (size_t i = 0; i < n && i < MOST_ROWS; i++) {
        const ReportTrial *trial = &tuning->trials[places[i].trial];
        text_printf(out, "<tr%s><td class=\"n\">%zu</td>", i == 0 ? " class=\"strong\"" : "",
                    places[i].trial + 1);
        html_number_cell(out, trial->objective, 5);
        for (size_t p = 0; p < tuning->n_parameters; p++) {
            write_value(&tuning->parameters[p], trial->values[p], out);
        }
        text_append(out, "</tr>\n");
    }
    text_printf(out,
                "</table></div>\n<p class=\"soft\">%zu of %zu trials were trained to their end", n,
                tuning->n_trials);
    if (n > MOST_ROWS) {
        text_printf(out, "; these are the best %d, and leaderboard.json has all", MOST_ROWS);
    }
    text_append(out, ".</p>\n");
    memory_free(places);
}

void report_tuning(const ReportInput *in, TextBuffer *out) {
    const ReportTuning *tuning = in->tuning;
    write_leaderboard(tuning, out);
    text_append(out, "<div class=\"grid\">\n");
    write_order(tuning, out);
    for (size_t p = 0; p < tuning->n_parameters && p < MOST_SLICES; p++) {
        write_slice(tuning, p, out);
    }
    text_append(out, "</div>\n");
}
