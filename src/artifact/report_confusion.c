#include "artifact/chart.h"
#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <math.h>

enum { MOST_CELLS = 20, MOST_TABLE_ROWS = 50, NAMES_WIDTH = 66 };

static const PartResult *shown_part(const ReportInput *in) {
    return &in->metrics->results->parts[in->part];
}

bool report_has_confusion(const ReportInput *in) { return shown_part(in)->confusion != NULL; }

static double row_sum(const PartResult *part, size_t row) {
    double sum = 0;
    for (size_t j = 0; j < part->n_classes; j++) {
        sum += part->confusion[row * part->n_classes + j];
    }
    return sum;
}

static double column_sum(const PartResult *part, size_t column) {
    double sum = 0;
    for (size_t i = 0; i < part->n_classes; i++) {
        sum += part->confusion[i * part->n_classes + column];
    }
    return sum;
}

/* A cell is as dark as its share of the row; the diagonal, where answers are right, has an ink of
 * its own. */
static void write_cell(TextBuffer *out, double x, double y, double size, double count, double share,
                       bool is_right) {
    const double opacity = count > 0 ? 0.06 + 0.5 * share : 0.02;
    text_append(out, "<rect");
    chart_ink(out, is_right ? INK_VALIDATION : INK_TRAIN);
    text_printf(out,
                " x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"currentColor\" "
                "fill-opacity=\"%.2f\"/>",
                x + 1, y + 1, size - 2, size - 2, opacity);
    if (count > 0) {
        text_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x + size / 2,
                    y + size / 2 + 4);
        html_number(out, count, 5);
        text_append(out, "</text>");
    }
    text_append(out, "\n");
}

static void write_row(const ReportInput *in, size_t row, double top, double size, TextBuffer *out) {
    const PartResult *part = shown_part(in);
    const double sum = row_sum(part, row);
    text_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", NAMES_WIDTH - 6,
                top + size / 2 + 4);
    html_cut(out, in->metrics->target->classes.items[row], 10);
    text_append(out, "</text>\n");
    for (size_t j = 0; j < part->n_classes; j++) {
        const double count = part->confusion[row * part->n_classes + j];
        write_cell(out, NAMES_WIDTH + (double)j * size, top, size, count, sum > 0 ? count / sum : 0,
                   row == j);
    }
}

static void write_column_names(const ReportInput *in, double size, TextBuffer *out) {
    const TextList *classes = &in->metrics->target->classes;
    const bool is_slanted = size < 60;
    for (size_t j = 0; j < classes->n; j++) {
        const double x = NAMES_WIDTH + ((double)j + 0.5) * size;
        text_printf(out,
                    is_slanted ? "<text transform=\"translate(%.1f %d) rotate(-50)\">"
                               : "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
                    is_slanted ? x + 3 : x, is_slanted ? 52 : 50);
        html_cut(out, classes->items[j], is_slanted ? 7 : 10);
        text_append(out, "</text>\n");
    }
}

static void write_matrix(const ReportInput *in, TextBuffer *out) {
    enum { TOP = 58 };
    const size_t n = shown_part(in)->n_classes;
    const double size = fmin((CHART_WIDTH - NAMES_WIDTH) / (double)n, 72);
    text_printf(out,
                "<figure><figcaption><h3>Confusion matrix, %s rows</h3><p class=\"note\">rows are "
                "the truth, columns the prediction</p></figcaption>\n"
                "<svg viewBox=\"0 0 %d %.0f\" width=\"100%%\" role=\"img\" font-size=\"%s\" "
                "font-family=\"system-ui,sans-serif\" fill=\"currentColor\"><title>Confusion "
                "matrix</title><desc>The counts of the table of classes beside it.</desc>\n",
                part_names[in->part], CHART_WIDTH, TOP + size * (double)n + 2, n > 12 ? "8" : "11");
    text_printf(out, "<text x=\"%d\" y=\"10\" opacity=\".7\">predicted</text>\n", NAMES_WIDTH);
    write_column_names(in, size, out);
    for (size_t i = 0; i < n; i++) {
        write_row(in, i, TOP + (double)i * size, size, out);
    }
    text_append(out, "</svg></figure>\n");
}

static void share_cell(TextBuffer *out, double part, double whole) {
    html_number_cell(out, whole > 0 ? part / whole : (double)NAN, 3);
}

static void write_class(const ReportInput *in, size_t i, TextBuffer *out) {
    const PartResult *part = shown_part(in);
    const size_t n = part->n_classes;
    const double right = part->confusion[i * n + i];
    const double truth = row_sum(part, i), predicted = column_sum(part, i);
    size_t taken = n;
    for (size_t j = 0; j < n; j++) {
        const double count = part->confusion[i * n + j];
        if (j != i && count > 0 && (taken == n || count > part->confusion[i * n + taken])) {
            taken = j;
        }
    }
    text_append(out, "<tr><td class=\"name\">");
    html_cut(out, in->metrics->target->classes.items[i], 40);
    text_append(out, "</td>");
    html_number_cell(out, truth, 6);
    share_cell(out, right, predicted);
    share_cell(out, right, truth);
    share_cell(out, 2 * right, truth + predicted);
    text_append(out, "<td class=\"name\">");
    if (taken < n) {
        html_cut(out, in->metrics->target->classes.items[taken], 24);
        text_append(out, " (");
        html_number(out, part->confusion[i * n + taken], 5);
        text_append(out, ")");
    }
    text_append(out, "</td></tr>\n");
}

void report_confusion(const ReportInput *in, TextBuffer *out) {
    const size_t n = shown_part(in)->n_classes;
    text_append(out, "<div class=\"pair\">\n");
    if (n <= MOST_CELLS) {
        write_matrix(in, out);
    }
    text_append(out, "<div class=\"wide\"><table>\n<tr><th>class</th><th class=\"n\">rows"
                     "</th><th class=\"n\">precision</th><th class=\"n\">recall</th>"
                     "<th class=\"n\">F1</th><th>most often taken for</th></tr>\n");
    for (size_t i = 0; i < n && i < MOST_TABLE_ROWS; i++) {
        write_class(in, i, out);
    }
    text_append(out, "</table></div>\n</div>\n");
    if (n > MOST_TABLE_ROWS) {
        text_printf(out, "<p class=\"soft\">The first %d of %zu classes.</p>\n", MOST_TABLE_ROWS,
                    n);
    }
}
