#include "artifact/chart.h"
#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { MOST_COLUMNS = 60, MOST_CLASSES = 20, BINS = 16 };

static void count_classes(const Dataset *part, double *counts, size_t n_classes) {
    for (size_t i = 0; i < part->n_rows; i++) {
        const size_t code = (size_t)part->y[i * part->y_row];
        counts[code < n_classes ? code : 0]++;
    }
}

static void write_classes(const ReportInput *in, TextBuffer *out) {
    const TextList *classes = &in->metrics->target->classes;
    const size_t n = classes->n;
    double *counts = NEW(double, N_PARTS *n);
    text_append(out, "<h3>Rows by class</h3>\n<div class=\"wide\"><table>\n<tr><th>class</th>");
    for (Part part = 0; part < N_PARTS; part++) {
        text_printf(out, "<th class=\"n\">%s</th>", part_names[part]);
        count_classes(&in->parts[part], counts + part * n, n);
    }
    text_append(out, "</tr>\n");
    for (size_t c = 0; c < n && c < MOST_CLASSES; c++) {
        text_append(out, "<tr><td class=\"name\">");
        html_cut(out, classes->items[c], 40);
        text_append(out, "</td>");
        for (Part part = 0; part < N_PARTS; part++) {
            text_printf(out, "<td class=\"n\">%.0f</td>", counts[part * n + c]);
        }
        text_append(out, "</tr>\n");
    }
    text_append(out, "</table></div>\n");
    if (n > MOST_CLASSES) {
        text_printf(out, "<p class=\"soft\">The first %d of %zu classes.</p>\n", MOST_CLASSES, n);
    }
    memory_free(counts);
}

/* One value of each training row. */
typedef struct Values {
    const float *first;
    size_t n, stride;
} Values;

/* A small histogram; nothing for values that are all the same. */
static void write_spark(const Values *values, TextBuffer *out) {
    ScaleRange range = {0};
    double bins[BINS] = {0}, most = 0;
    for (size_t i = 0; i < values->n; i++) {
        range_add(&range, (double)values->first[i * values->stride]);
    }
    if (range.high <= range.low) {
        return;
    }
    for (size_t i = 0; i < values->n; i++) {
        const double value = (double)values->first[i * values->stride];
        const double place = (value - range.low) / (range.high - range.low) * BINS;
        const size_t bin = place < BINS ? (size_t)place : BINS - 1;
        most = fmax(most, ++bins[bin]);
    }
    text_append(out, "<svg viewBox=\"0 0 96 18\" width=\"96\" aria-hidden=\"true\"><path "
                     "fill=\"currentColor\" fill-opacity=\".45\" d=\"M0 18");
    for (size_t i = 0; i < BINS; i++) {
        text_printf(out, "V%.1fh6", 18 - 17 * bins[i] / most);
    }
    text_append(out, "V18z\"/></svg>");
}

static const Feature *find_feature(const ReportInput *in, size_t column) {
    for (size_t i = 0; i < in->schema->n_features && i < in->metrics->features->n; i++) {
        if (in->schema->features[i] == column) {
            return &in->metrics->features->items[i];
        }
    }
    return NULL;
}

/* A numeric input as the network sees it, or a target that is a number, on its scale. */
static void write_values(const ReportInput *in, size_t column, TextBuffer *out) {
    const Dataset *train = &in->parts[PART_TRAIN];
    const Task *task = in->metrics->target->task;
    const Feature *feature = find_feature(in, column);
    if (feature && feature->is_numeric) {
        write_spark(&(Values){train->x + feature->first_column, train->n_rows, train->x_row}, out);
    }
    for (size_t i = 0; i < in->schema->n_targets; i++) {
        if (in->schema->targets[i] == column && !task->has_classes && !task->has_probabilities) {
            write_spark(&(Values){train->y + i, train->n_rows, train->y_row}, out);
        }
    }
}

static void write_column(const ReportInput *in, size_t c, TextBuffer *out) {
    static const char *const roles[] = {
        [ROLE_IGNORED] = "ignored", [ROLE_FEATURE] = "input", [ROLE_TARGET] = "target",
        [ROLE_ID] = "id",           [ROLE_WEIGHT] = "weight", [ROLE_GROUP] = "group",
        [ROLE_TIME] = "time",       [ROLE_SPLIT] = "split"};
    const ColumnInfo *column = &in->schema->columns[c];
    text_append(out, "<tr><td class=\"name\">");
    html_cut(out, in->table->names.items[c], 40);
    text_printf(out, "</td><td>%s</td><td>%s</td><td class=\"n\">%zu</td><td>", roles[column->role],
                column->is_numeric ? "number" : "category", column->n_missing);
    if (column->is_numeric) {
        html_number(out, column->minimum, 4);
        text_append(out, " to ");
        html_number(out, column->maximum, 4);
    } else {
        text_printf(out, "%zu distinct", column->n_distinct);
    }
    text_append(out, "</td><td>");
    write_values(in, c, out);
    text_append(out, "</td></tr>\n");
}

/* The first inputs, and all columns that have another part to play. */
static bool is_shown(const ColumnInfo *column, size_t n_before) {
    return n_before < MOST_COLUMNS ||
           (column->role != ROLE_FEATURE && column->role != ROLE_IGNORED);
}

/* Warnings about the data stand under the first step. */
static void write_warnings(const ReportInput *in, TextBuffer *out) {
    static const char mark[] = "warning: ";
    size_t n = 0;
    for (size_t i = 0; i < in->notes->n; i++) {
        const Note *note = &in->notes->items[i];
        n += note->step == 1 && strncmp(note->text, mark, strlen(mark)) == 0;
    }
    if (n > 0) {
        text_printf(out,
                    "<p><a class=\"bad\" href=\"#steps\">%zu warning%s about the data</a></p>\n", n,
                    n == 1 ? "" : "s");
    }
}

void report_data(const ReportInput *in, TextBuffer *out) {
    write_warnings(in, out);
    if (in->metrics->target->task->has_classes) {
        write_classes(in, out);
    }
    text_append(out, "<h3>Columns</h3>\n<div class=\"wide\"><table>\n<tr><th>column</th><th>role"
                     "</th><th>type</th><th class=\"n\">missing</th><th>range</th>"
                     "<th>training rows</th></tr>\n");
    size_t n_shown = 0;
    for (size_t c = 0; c < in->schema->n_columns; c++) {
        if (is_shown(&in->schema->columns[c], n_shown)) {
            write_column(in, c, out);
            n_shown++;
        }
    }
    text_append(out, "</table></div>\n");
    if (n_shown < in->schema->n_columns) {
        text_printf(out, "<p class=\"soft\">%zu of %zu columns are shown.</p>\n", n_shown,
                    in->schema->n_columns);
    }
}
