/* Charts as inline SVG: a figure with a heading, two axes with round ticks, lines, points and bars,
 * and labels beside what they name. Everything that must be seen is a presentation attribute, in
 * the text's own colour or one of a few inks, so that a page without its style sheet shows it, and
 * a dark one too.
 * Use: fill ChartOptions, chart_begin, draw, chart_end. */
#ifndef NNTRAIN_ARTIFACT_CHART_H
#define NNTRAIN_ARTIFACT_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "artifact/scale.h"
#include "base/text.h"

/* Colours that people with any kind of colour vision tell apart (after Okabe & Ito 2008). */
typedef enum ChartInk { INK_TEXT, INK_TRAIN, INK_VALIDATION, INK_TEST, INK_MARK, N_INKS } ChartInk;

enum { CHART_WIDTH = 320, CHART_HEIGHT = 200, CHART_LABELS = 12, CHART_POINTS = 480 };

typedef struct ChartOptions {
    const char *title;       /* the heading; foreign text is fine */
    const char *note;        /* a quiet line beneath it, escaped already; or NULL */
    const char *description; /* for those who do not see the chart */
    const char *x_label;
    ScaleRange x, y;
    bool has_plain_x, has_plain_y; /* no ticks there */
    double left, right;            /* margins; 0: the usual */
    double height;                 /* 0: CHART_HEIGHT */
} ChartOptions;

/* What stands beside the end of a line; moved apart at the end. */
typedef struct ChartLabel {
    double y;
    ChartInk ink;
    char text[96]; /* escaped */
} ChartLabel;

typedef struct Chart {
    TextBuffer *out;
    Scale x, y;
    double left, right, top, bottom; /* of the plot, in pixels */
    ChartLabel labels[CHART_LABELS];
    size_t n_labels;
} Chart;

void chart_begin(Chart *chart, TextBuffer *out, const ChartOptions *options);
void chart_end(Chart *chart);

/* A line through n points; NAN breaks it. Long ones are thinned to the extremes of CHART_POINTS / 2
 * groups. name is told beside its end and when pointed at; NULL: neither. */
typedef struct ChartLine {
    const double *x, *y;
    size_t n;
    ChartInk ink;
    double width, opacity; /* 0: 1.5, 1 */
    const char *name;
    bool is_silent; /* told when pointed at only */
    bool is_dashed;
} ChartLine;
void chart_line(Chart *chart, const ChartLine *line);

/* Straight lines across, without a name of their own. */
void chart_rule(Chart *chart, double x1, double y1, double x2, double y2);

/* A mark at a place: a ring, and its label (or NULL) above or below. */
void chart_mark(Chart *chart, double x, double y, const char *label);

void chart_point(Chart *chart, double x, double y, double radius, ChartInk ink, double opacity);

/* A rectangle between two corners in values. */
void chart_bar(Chart *chart, double x1, double y1, double x2, double y2, ChartInk ink,
               double opacity);

/* n bins between low and high with their heights: filled, or as an outline. */
void chart_steps(Chart *chart, double low, double high, const double *heights, size_t n,
                 ChartInk ink, bool is_filled);

/* Text at a place in pixels; anchor is start, middle or end. Escapes and cuts it to n characters.
 */
void chart_text(Chart *chart, double x, double y, const char *anchor, ChartInk ink,
                const char *text, size_t n);

/* ` class="..." color="..."` of an ink. */
void chart_ink(TextBuffer *out, ChartInk ink);

#endif
