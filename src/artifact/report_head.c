#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <string.h>

static void key_begin(TextBuffer *out, const char *part, const char *name) {
    text_printf(out, "<div><dt>%s %s</dt><dd>", part, name);
}

static void key_number(TextBuffer *out, const char *part, const char *name, double value) {
    key_begin(out, part, name);
    html_number(out, value, 4);
    text_append(out, "</dd></div>\n");
}

/* The most telling metric of the part, with the best baseline beside it. */
static void write_first_metric(const ReportInput *in, TextBuffer *out) {
    const Results *results = in->metrics->results;
    const PartResult *part = &results->parts[in->part];
    if (results->metrics->n == 0 || part->n_metrics == 0) {
        return;
    }
    const Metric *metric = results->metrics->items[0];
    key_number(out, part_names[in->part], metric->kind.name, part->values[0]);
    for (size_t b = 0; b < results->n_baselines; b++) {
        const BaselineResult *baseline = &results->baselines[b];
        if (baseline->parts[in->part].n_metrics > 0) {
            key_number(out, baseline->kind->name, "baseline", baseline->parts[in->part].values[0]);
        }
    }
}

static void write_key_figures(const ReportInput *in, TextBuffer *out) {
    const MetricsReport *metrics = in->metrics;
    text_append(out, "<dl class=\"key\">\n");
    write_first_metric(in, out);
    key_number(out, part_names[in->part], "loss", metrics->results->parts[in->part].loss);
    key_begin(out, "best", "epoch");
    text_printf(out, "%zu <small>of %zu</small></dd></div>\n</dl>\n", metrics->best_epoch,
                metrics->epochs);
}

static void write_alerts(const ReportInput *in, TextBuffer *out) {
    static const char mark[] = "error: ";
    if (in->divergence) {
        const char *message = strstr(in->divergence, mark);
        text_append(out, "<p class=\"alert\"><strong class=\"bad\">Training diverged.</strong> ");
        html_text(out, message ? message + strlen(mark) : in->divergence);
        text_append(out, " The numbers below are of the best finite weights.</p>\n");
    }
    const GateList *gates = in->metrics->gates;
    for (size_t i = 0; gates && i < gates->n; i++) {
        if (!in->metrics->gate_results[i].passed) {
            TextBuffer line = {0};
            gate_describe(&line, &gates->items[i], &in->metrics->gate_results[i]);
            text_append(out, "<p class=\"alert\"><strong class=\"bad\">Gate failed.</strong> ");
            html_text(out, text_of(&line));
            text_append(out, "</p>\n");
            text_free(&line);
        }
    }
}

void report_head(const ReportInput *in, TextBuffer *out) {
    const Target *target = in->metrics->target;
    size_t rows = 0;
    for (Part part = 0; part < N_PARTS; part++) {
        rows += in->parts[part].n_rows;
    }
    text_append(out, "<header>\n<h1>");
    html_cut(out, in->name, 80);
    text_append(out, "</h1>\n<p class=\"soft\">");
    text_printf(out, "%s of ", target->task->kind.name);
    for (size_t i = 0; i < target->names.n && i < 3; i++) {
        text_append(out, i ? ", " : "");
        html_cut(out, target->names.items[i], 40);
    }
    text_printf(out, "%s, %zu rows, %zu parameters, seed %llu</p>\n",
                target->names.n > 3 ? ", …" : "", rows, in->network->n_true_parameters,
                (unsigned long long)in->seed);
    write_alerts(in, out);
    write_key_figures(in, out);
    text_append(out, "</header>\n");
}
