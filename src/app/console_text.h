/* What the console says to people: text broken to the terminal's width, tables, a bar. */
#ifndef NNTRAIN_APP_CONSOLE_TEXT_H
#define NNTRAIN_APP_CONSOLE_TEXT_H

#include "app/console.h"

/* Escape sequences, or "" without colour. */
typedef enum Paint {
    PAINT_NONE,
    PAINT_QUIET,
    PAINT_STRONG,
    PAINT_WARNING,
    PAINT_ERROR,
    PAINT_BAR
} Paint;
const char *console_paint(const Console *console, Paint paint);

/* A terminal of fewer columns has no room for indented columns. */
enum { CONSOLE_NARROW = 60 };
bool console_is_narrow(const Console *console);

/* Columns of the terminal; 0 where there is none, or it does not say. */
size_t console_terminal_width(void);

/* Bytes of the first n bytes of text that fit a line of room columns: up to a blank where there is
 * one. Characters of UTF-8 count one column. */
size_t console_fitting(const char *text, size_t n, size_t room);

void console_text_step(Console *console, int step, const char *title, const char *text);
void console_text_lines(Console *console, const char *indent, const char *text);
void console_text_epoch(Console *console, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics);
void console_text_results(Console *console, const Results *results); /* console_table.c */
void console_text_error(Console *console, const Error *err);

/* "epoch 3/100  train.loss 0.5  ..." */
void console_epoch_line(TextBuffer *out, const EpochRecord *record, const FitOptions *options,
                        const MetricList *metrics);

/* The bar of an epoch, as wide as the terminal; console_bar.c. */
void console_draw_bar(Console *console, const EpochRecord *record, const FitOptions *options,
                      const MetricList *metrics);

#endif
