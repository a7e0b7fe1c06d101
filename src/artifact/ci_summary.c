#include <math.h>
#include <string.h>

#include "artifact/ci_report.h"

/* Foreign text so that Markdown finds nothing in it. */
static void append_text(TextBuffer *out, const char *text) {
    TextBuffer shown = {0};
    text_append_uncut(&shown, text, strlen(text));
    for (const char *at = text_of(&shown); *at; at++) {
        text_append(out, strchr("\\`*_[]<>|#~&!", *at) ? "\\" : "");
        text_append_bytes(out, at, 1);
    }
    text_free(&shown);
}

static void append_number(TextBuffer *out, double value) {
    if (isfinite(value)) {
        text_printf(out, " %.4g |", value);
    } else {
        text_append(out, " - |");
    }
}

/* A metric of a part, with its interval. */
static void append_metric(TextBuffer *out, const PartResult *part, size_t metric) {
    if (metric >= part->n_metrics || !part->low || !isfinite(part->low[metric])) {
        append_number(out, metric < part->n_metrics ? part->values[metric] : (double)NAN);
    } else {
        text_printf(out, " %.4g (%.3g to %.3g) |", part->values[metric], part->low[metric],
                    part->high[metric]);
    }
}

/* The parts with rows, then the baselines on the last of them. */
typedef struct Columns {
    const PartResult *items[16];
    size_t n;
} Columns;

static Columns collect_columns(const Results *results, TextBuffer *out) {
    Columns columns = {0};
    const Part last = results_last_part(results);
    text_append(out, "| |");
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            text_printf(out, " %s |", part_names[part]);
            columns.items[columns.n++] = &results->parts[part];
        }
    }
    for (size_t b = 0; b < results->n_baselines && columns.n < 16; b++) {
        text_printf(out, " %s baseline, %s |", results->baselines[b].kind->name, part_names[last]);
        columns.items[columns.n++] = &results->baselines[b].parts[last];
    }
    text_append(out, "\n|---|");
    for (size_t i = 0; i < columns.n; i++) {
        text_append(out, "--:|");
    }
    text_append(out, "\n");
    return columns;
}

static void append_results(TextBuffer *out, const Results *results) {
    const Columns columns = collect_columns(results, out);
    text_append(out, "| rows |");
    for (size_t i = 0; i < columns.n; i++) {
        text_printf(out, " %zu |", columns.items[i]->rows);
    }
    text_append(out, "\n| loss |");
    for (size_t i = 0; i < columns.n; i++) {
        append_number(out, columns.items[i]->loss);
    }
    for (size_t m = 0; m < results->metrics->n; m++) {
        text_printf(out, "\n| %s |", results->metrics->items[m]->kind.name);
        for (size_t i = 0; i < columns.n; i++) {
            append_metric(out, columns.items[i], m);
        }
    }
    text_append(out, "\n\n");
}

static void append_gates(TextBuffer *out, const MetricsReport *metrics) {
    const GateList *gates = metrics->gates;
    if (!gates || gates->n == 0) {
        return;
    }
    text_append(out, "| gate | condition | value | |\n|---|---|--:|---|\n");
    for (size_t i = 0; i < gates->n; i++) {
        const GateResult *result = &metrics->gate_results[i];
        text_append(out, "| ");
        append_text(out, gates->items[i].name);
        text_append(out, " | ");
        append_text(out, gates->items[i].condition);
        text_append(out, " |");
        append_number(out, result->value);
        text_printf(out, " %s |\n",
                    result->passed   ? "passed"
                    : result->reason ? result->reason
                                     : "**failed**");
    }
    text_append(out, "\n");
}

/* Lines under step 8 are what the diagnosis found. */
static void append_findings(TextBuffer *out, const Notes *notes) {
    bool has_any = false;
    for (size_t i = 0; i < notes->n; i++) {
        if (notes->items[i].step == 8 && !notes->items[i].title) {
            text_append(out, "- ");
            append_text(out, notes->items[i].text);
            text_append(out, "\n");
            has_any = true;
        }
    }
    text_append(out, has_any ? "\n" : "");
}

/* Indented, so that Markdown leaves it alone. */
static void append_error(TextBuffer *out, const Error *error) {
    for (const char *text = error->text; *text;) {
        const size_t n = strcspn(text, "\n");
        text_printf(out, "    %.*s\n", (int)n, text);
        text += n + (text[n] == '\n');
    }
    text_append(out, "\n");
}

void ci_summary_print(TextBuffer *out, const CiReport *report) {
    const MetricsReport *metrics = report->metrics;
    text_append(out, "### nntrain: ");
    append_text(out, report->name);
    text_append(out, report->error ? " – failed\n\n" : "\n\n");
    if (report->error) {
        append_error(out, report->error);
    }
    if (!metrics) {
        return;
    }
    append_results(out, metrics->results);
    append_gates(out, metrics);
    append_findings(out, report->notes);
    text_printf(out, "Best epoch %zu of %zu, stop reason %s; weights `%.16s`; run folder ",
                metrics->best_epoch, metrics->epochs, metrics->stop_reason,
                metrics->weights_sha256);
    append_text(out, report->folder);
    text_append(out, "\n\n");
}
