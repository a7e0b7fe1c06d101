#include "artifact/html.h"
#include "artifact/report_sections.h"

static void cell(TextBuffer *out, double value) { html_number_cell(out, value, 4); }

/* A value of a part, with its interval beneath where there is one. */
static void part_cell(TextBuffer *out, const PartResult *part, size_t metric) {
    text_append(out, "<td class=\"n\">");
    html_number(out, part->values[metric], 4);
    if (part->low) {
        text_append(out, "<small>");
        html_number(out, part->low[metric], 3);
        text_append(out, " to ");
        html_number(out, part->high[metric], 3);
        text_append(out, "</small>");
    }
    text_append(out, "</td>");
}

static void fold_cell(TextBuffer *out, const MetricsReport *metrics, size_t value) {
    if (metrics->n_folds > 0) {
        text_append(out, "<td class=\"n\">");
        html_number(out, metrics->fold_mean[value], 4);
        text_append(out, " ± ");
        html_number(out, metrics->fold_deviation[value], 2);
        text_append(out, "</td>");
    }
}

static void write_header(const ReportInput *in, TextBuffer *out) {
    const Results *results = in->metrics->results;
    text_append(out, "<div class=\"wide\"><table>\n<tr><th scope=\"col\">");
    text_append(out, results->parts[in->part].low ? "95 % intervals beneath" : "");
    text_append(out, "</th>");
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            text_printf(out, "<th scope=\"col\" class=\"n\">%s</th>", part_names[part]);
        }
    }
    for (size_t b = 0; b < results->n_baselines; b++) {
        text_printf(out, "<th scope=\"col\" class=\"n\">%s<br>baseline, %s</th>",
                    results->baselines[b].kind->name, part_names[in->part]);
    }
    if (in->metrics->n_folds > 0) {
        text_printf(out, "<th scope=\"col\" class=\"n\">mean ± std<br>of %zu folds</th>",
                    in->metrics->n_folds);
    }
    text_append(out, "</tr>\n");
}

static void write_rows(const ReportInput *in, TextBuffer *out) {
    const Results *results = in->metrics->results;
    text_append(out, "<tr><td>rows</td>");
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            text_printf(out, "<td class=\"n\">%zu</td>", results->parts[part].rows);
        }
    }
    for (size_t b = 0; b < results->n_baselines; b++) {
        text_printf(out, "<td class=\"n\">%zu</td>", results->baselines[b].parts[in->part].rows);
    }
    text_append(out, in->metrics->n_folds > 0 ? "<td></td></tr>\n" : "</tr>\n");
}

static void write_losses(const ReportInput *in, TextBuffer *out) {
    const Results *results = in->metrics->results;
    text_append(out, "<tr><td>loss</td>");
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            cell(out, results->parts[part].loss);
        }
    }
    for (size_t b = 0; b < results->n_baselines; b++) {
        cell(out, results->baselines[b].parts[in->part].loss);
    }
    fold_cell(out, in->metrics, 0);
    text_append(out, "</tr>\n");
}

static void write_metric(const ReportInput *in, size_t metric, TextBuffer *out) {
    const Results *results = in->metrics->results;
    text_printf(out, "<tr%s><td>%s</td>", metric == 0 ? " class=\"strong\"" : "",
                results->metrics->items[metric]->kind.name);
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            part_cell(out, &results->parts[part], metric);
        }
    }
    for (size_t b = 0; b < results->n_baselines; b++) {
        const PartResult *part = &results->baselines[b].parts[in->part];
        if (part->n_metrics > metric) {
            part_cell(out, part, metric);
        } else {
            text_append(out, "<td class=\"n\">–</td>");
        }
    }
    fold_cell(out, in->metrics, 1 + metric);
    text_append(out, "</tr>\n");
}

/* Lines under step 8 are what the diagnosis found. */
static void write_findings(const ReportInput *in, TextBuffer *out) {
    bool has_any = false;
    for (size_t i = 0; i < in->notes->n; i++) {
        const Note *note = &in->notes->items[i];
        if (note->step == 8 && !note->title) {
            text_append(out, has_any ? "<li>" : "<h3>What the numbers say</h3>\n<ul>\n<li>");
            html_text(out, note->text);
            text_append(out, "</li>\n");
            has_any = true;
        }
    }
    text_append(out, has_any ? "</ul>\n" : "");
}

static void write_gates(const ReportInput *in, TextBuffer *out) {
    const GateList *gates = in->metrics->gates;
    if (!gates || gates->n == 0) {
        return;
    }
    text_append(out, "<h3>Gates</h3>\n<div class=\"wide\"><table>\n");
    for (size_t i = 0; i < gates->n; i++) {
        const GateResult *result = &in->metrics->gate_results[i];
        text_append(out, "<tr><td class=\"name\">");
        html_text(out, gates->items[i].name);
        text_append(out, "</td><td>");
        html_text(out, gates->items[i].condition);
        text_append(out, "</td><td class=\"n\">");
        html_number(out, result->value, 5);
        text_printf(out, "</td><td class=\"%s\">%s</td></tr>\n", result->passed ? "good" : "bad",
                    result->passed   ? "passed"
                    : result->reason ? result->reason
                                     : "failed");
    }
    text_append(out, "</table></div>\n");
}

void report_results(const ReportInput *in, TextBuffer *out) {
    write_header(in, out);
    write_rows(in, out);
    write_losses(in, out);
    for (size_t m = 0; m < in->metrics->results->metrics->n; m++) {
        write_metric(in, m, out);
    }
    text_append(out, "</table></div>\n");
    write_gates(in, out);
    write_findings(in, out);
}
