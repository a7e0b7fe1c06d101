#include "artifact/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/html.h"
#include "artifact/thin.h"
#include "base/memory.h"

/* The style sheet gives the classes other colours on a dark page. */
static const struct {
    const char *class_name, *colour;
} inks[N_INKS] = {[INK_TEXT] = {"q", "currentColor"},
                  [INK_TRAIN] = {"a", "#c25400"},
                  [INK_VALIDATION] = {"b", "#0068a6"},
                  [INK_TEST] = {"c", "#00805c"},
                  [INK_MARK] = {"m", "#a8447e"}};

void chart_ink(TextBuffer *out, ChartInk ink) {
    if (ink == INK_TEXT) {
        text_printf(out, " class=\"%s\"", inks[ink].class_name);
    } else {
        text_printf(out, " class=\"%s\" color=\"%s\"", inks[ink].class_name, inks[ink].colour);
    }
}

/* ---- The frame ---- */

static void append_head(TextBuffer *out, const ChartOptions *options, double height) {
    text_append(out, "<figure><figcaption><h3>");
    html_cut(out, options->title, 60);
    text_printf(out, "</h3><p class=\"note\">%s</p></figcaption>\n",
                options->note ? options->note : "&nbsp;");
    text_printf(out,
                "<svg viewBox=\"0 0 %d %.0f\" width=\"100%%\" role=\"img\" font-size=\"11\" "
                "font-family=\"system-ui,sans-serif\" fill=\"currentColor\" data-x=\"",
                CHART_WIDTH, height);
    html_text(out, options->x_label);
    text_append(out, "\"><title>");
    html_cut(out, options->title, 60);
    text_append(out, "</title><desc>");
    html_text(out, options->description);
    text_append(out, "</desc>\n");
}

static void draw_tick_text(Chart *chart, double x, double y, const char *anchor, double value) {
    text_printf(chart->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" opacity=\".7\">", x, y,
                anchor);
    html_number(chart->out, value, 6);
    text_append(chart->out, "</text>\n");
}

static void draw_y_axis(Chart *chart) {
    double ticks[SCALE_TICKS];
    const size_t n = scale_ticks(&chart->y.range, 4, ticks);
    text_append(chart->out, "<path stroke=\"currentColor\" stroke-opacity=\".15\" d=\"");
    for (size_t i = 0; i < n; i++) {
        text_printf(chart->out, "M%.1f %.1fH%.1f", chart->left, scale_at(&chart->y, ticks[i]),
                    chart->right);
    }
    text_append(chart->out, "\"/>\n");
    for (size_t i = 0; i < n; i++) {
        draw_tick_text(chart, chart->left - 5, scale_at(&chart->y, ticks[i]) + 3.5, "end",
                       ticks[i]);
    }
}

static void draw_x_axis(Chart *chart) {
    double ticks[SCALE_TICKS];
    const size_t n = scale_ticks(&chart->x.range, 4, ticks);
    text_append(chart->out, "<path stroke=\"currentColor\" stroke-opacity=\".5\" d=\"");
    for (size_t i = 0; i < n; i++) {
        text_printf(chart->out, "M%.1f %.1fv4", scale_at(&chart->x, ticks[i]), chart->bottom);
    }
    text_append(chart->out, "\"/>\n");
    for (size_t i = 0; i < n; i++) {
        draw_tick_text(chart, scale_at(&chart->x, ticks[i]), chart->bottom + 15, "middle",
                       ticks[i]);
    }
}

void chart_begin(Chart *chart, TextBuffer *out, const ChartOptions *options) {
    const double height = options->height > 0 ? options->height : CHART_HEIGHT;
    *chart = (Chart){.out = out,
                     .left = options->left > 0 ? options->left : 46,
                     .right = CHART_WIDTH - (options->right > 0 ? options->right : 12),
                     .top = 8,
                     .bottom = height - 32};
    chart->x = (Scale){options->x, chart->left, chart->right};
    chart->y = (Scale){options->y, chart->bottom, chart->top};
    append_head(out, options, height);
    if (!options->has_plain_y) {
        draw_y_axis(chart);
    }
    if (!options->has_plain_x) {
        draw_x_axis(chart);
    }
    text_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" opacity=\".7\">",
                chart->right, height - 4);
    html_text(out, options->x_label);
    text_append(out, "</text>\n");
}

static void sort_labels(Chart *chart) {
    for (size_t i = 1; i < chart->n_labels; i++) {
        const ChartLabel label = chart->labels[i];
        size_t at = i;
        for (; at > 0 && chart->labels[at - 1].y > label.y; at--) {
            chart->labels[at] = chart->labels[at - 1];
        }
        chart->labels[at] = label;
    }
}

/* Downward until none covers another, then upward from the lower edge. */
static void part_labels(Chart *chart) {
    enum { LINE = 12 };
    sort_labels(chart);
    for (size_t i = 1; i < chart->n_labels; i++) {
        chart->labels[i].y = fmax(chart->labels[i].y, chart->labels[i - 1].y + LINE);
    }
    double limit = chart->bottom - 2;
    for (size_t i = chart->n_labels; i-- > 0; limit = chart->labels[i].y - LINE) {
        chart->labels[i].y = fmin(chart->labels[i].y, limit);
    }
}

void chart_end(Chart *chart) {
    part_labels(chart);
    for (size_t i = 0; i < chart->n_labels; i++) {
        const ChartLabel *label = &chart->labels[i];
        text_append(chart->out, "<text");
        chart_ink(chart->out, label->ink);
        text_printf(chart->out, " x=\"%.1f\" y=\"%.1f\" fill=\"currentColor\">%s</text>\n",
                    chart->right + 5, label->y + 4, label->text);
    }
    text_append(chart->out, "</svg></figure>\n");
}

/* ---- Marks ---- */

/* A pixel to a tenth. Paths are most of a page, and printf takes its time with fractions. */
static char *put_pixel(char *at, double pixel) {
    const long tenths = (long)(pixel * 10 + (pixel < 0 ? -0.5 : 0.5));
    const unsigned long size = (unsigned long)labs(tenths);
    char digits[TEXT_NUMBER];
    size_t n = 0;
    for (unsigned long rest = size / 10; n == 0 || rest > 0; rest /= 10) {
        digits[n++] = (char)('0' + rest % 10);
    }
    *at = '-';
    at += tenths < 0;
    while (n > 0) {
        *at++ = digits[--n];
    }
    at[0] = '.';
    at[1] = (char)('0' + size % 10);
    return at + (size % 10 ? 2 : 0);
}

static void append_path(Chart *chart, const double *x, const double *y, size_t n) {
    text_append(chart->out, " d=\"");
    bool is_down = false;
    for (size_t i = 0; i < n; i++) {
        if (isnan(y[i])) {
            is_down = false;
            continue;
        }
        char point[2 * TEXT_NUMBER + 2], *at = point;
        *at++ = is_down ? 'L' : 'M';
        at = put_pixel(at, scale_at(&chart->x, x[i]));
        *at++ = ' ';
        at = put_pixel(at, scale_at(&chart->y, y[i]));
        text_append_bytes(chart->out, point, (size_t)(at - point));
        is_down = true;
    }
    text_append(chart->out, "\"");
}

/* What the pointer is told: the same points as the path has. */
static void append_values(Chart *chart, const char *name, const double *x, const double *y,
                          size_t n) {
    text_append(chart->out, " data-n=\"");
    html_cut(chart->out, name, 40);
    text_append(chart->out, "\" data-v=\"");
    for (size_t i = 0; i < n; i++) {
        if (!isnan(y[i])) {
            text_printf(chart->out, "%.6g %.4g ", x[i], y[i]);
        }
    }
    text_append(chart->out, "\"");
}

static void add_label(Chart *chart, const ChartLine *line, double y) {
    if (chart->n_labels < CHART_LABELS) {
        ChartLabel *label = &chart->labels[chart->n_labels++];
        TextBuffer text = {0};
        html_cut(&text, line->name, 11);
        *label = (ChartLabel){.y = scale_at(&chart->y, y), .ink = line->ink};
        snprintf(label->text, sizeof label->text, "%s", text_of(&text));
        text_free(&text);
    }
}

void chart_line(Chart *chart, const ChartLine *line) {
    Thinned points = {0};
    thin_line(line->x, line->y, line->n, CHART_POINTS, &points);
    const size_t n = points.n;
    text_append(chart->out, "<path");
    chart_ink(chart->out, line->ink);
    text_printf(chart->out,
                " fill=\"none\" stroke=\"currentColor\" stroke-width=\"%g\" stroke-opacity=\"%g\""
                " stroke-linejoin=\"round\"%s",
                line->width > 0 ? line->width : 1.5, line->opacity > 0 ? line->opacity : 1,
                line->is_dashed ? " stroke-dasharray=\"3 3\"" : "");
    if (line->name) {
        append_values(chart, line->name, points.x, points.y, n);
    }
    append_path(chart, points.x, points.y, n);
    text_append(chart->out, "/>\n");
    size_t last = n;
    while (last > 0 && isnan(points.y[last - 1])) {
        last--;
    }
    if (line->name && !line->is_silent && last > 0) {
        add_label(chart, line, points.y[last - 1]);
    }
    thinned_free(&points);
}

void chart_rule(Chart *chart, double x1, double y1, double x2, double y2) {
    text_printf(chart->out,
                "<path stroke=\"currentColor\" stroke-opacity=\".45\" stroke-dasharray=\"2 3\" "
                "d=\"M%.1f %.1fL%.1f %.1f\"/>\n",
                scale_at(&chart->x, x1), scale_at(&chart->y, y1), scale_at(&chart->x, x2),
                scale_at(&chart->y, y2));
}

void chart_mark(Chart *chart, double x, double y, const char *label) {
    const double at_x = scale_at(&chart->x, x), at_y = scale_at(&chart->y, y);
    const bool is_right = at_x > (chart->left + chart->right) / 2;
    const double above = at_y - 9 > chart->top + 4 ? -9 : 18;
    text_printf(chart->out,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"none\" stroke=\"currentColor\" "
                "stroke-width=\"1.5\"/>\n",
                at_x, at_y);
    if (label) { /* lines may pass behind it */
        text_append(chart->out, "<g class=\"halo\">");
        chart_text(chart, at_x + (is_right ? 4 : -4), at_y + above, is_right ? "end" : "start",
                   INK_TEXT, label, 24);
        text_append(chart->out, "</g>\n");
    }
}

void chart_point(Chart *chart, double x, double y, double radius, ChartInk ink, double opacity) {
    text_append(chart->out, "<circle");
    chart_ink(chart->out, ink);
    text_printf(
        chart->out,
        " cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"currentColor\" fill-opacity=\"%.2g\"/>\n",
        scale_at(&chart->x, x), scale_at(&chart->y, y), radius, opacity);
}

void chart_bar(Chart *chart, double x1, double y1, double x2, double y2, ChartInk ink,
               double opacity) {
    const double a = scale_at(&chart->x, x1), b = scale_at(&chart->x, x2);
    const double c = scale_at(&chart->y, y1), d = scale_at(&chart->y, y2);
    text_append(chart->out, "<rect");
    chart_ink(chart->out, ink);
    text_printf(chart->out,
                " x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"currentColor\" "
                "fill-opacity=\"%.2g\"/>\n",
                fmin(a, b), fmin(c, d), fabs(b - a), fabs(d - c), opacity);
}

void chart_steps(Chart *chart, double low, double high, const double *heights, size_t n,
                 ChartInk ink, bool is_filled) {
    const double floor_y = scale_at(&chart->y, 0);
    text_append(chart->out, "<path");
    chart_ink(chart->out, ink);
    text_append(chart->out,
                is_filled ? " fill=\"currentColor\" fill-opacity=\".55\" d=\""
                          : " fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.2\" d=\"");
    text_printf(chart->out, "M%.1f %.1f", scale_at(&chart->x, low), floor_y);
    for (size_t i = 0; i < n; i++) {
        const double right = low + (high - low) * (double)(i + 1) / (double)n;
        text_printf(chart->out, "V%.1fH%.1f", scale_at(&chart->y, heights[i]),
                    scale_at(&chart->x, right));
    }
    text_printf(chart->out, "V%.1f\"/>\n", floor_y);
}

void chart_text(Chart *chart, double x, double y, const char *anchor, ChartInk ink,
                const char *text, size_t n) {
    text_append(chart->out, "<text");
    chart_ink(chart->out, ink);
    text_printf(chart->out, " x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"currentColor\">", x,
                y, anchor);
    html_cut(chart->out, text, n);
    text_append(chart->out, "</text>\n");
}
