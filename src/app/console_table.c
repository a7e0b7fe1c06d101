#include "app/console_text.h"

#include <math.h>
#include <string.h>

/* The final table: a column for the rows, one for the loss, one for each metric that is shown. */
typedef struct ResultsTable {
    const Console *console;
    FILE *stream;
    const MetricList *metrics;
    size_t n_shown;
    int label_width;
    bool is_narrow; /* without the column of rows, and close together */
} ResultsTable;

enum { MAX_SHOWN_METRICS = 4, TABLE_INDENT = 8, ROWS_WIDTH = 7, NUMBER_WIDTH = 11 };

static int indent_of(const ResultsTable *table) { return table->is_narrow ? 2 : TABLE_INDENT; }

static int number_width(const ResultsTable *table) { return table->is_narrow ? 9 : NUMBER_WIDTH; }

static int rows_width(const ResultsTable *table) { return table->is_narrow ? 0 : ROWS_WIDTH; }

static int metric_width(const ResultsTable *table, size_t metric) {
    const int n = (int)strlen(table->metrics->items[metric]->kind.name);
    return n > number_width(table) ? n : number_width(table);
}

static void print_number(const ResultsTable *table, int width, double value) {
    if (isnan(value)) {
        fprintf(table->stream, "  %*s", width, "-");
    } else {
        fprintf(table->stream, "  %*.*g", width, table->is_narrow ? 4 : 5, value);
    }
}

static void print_row(const ResultsTable *table, const char *label, const PartResult *result) {
    fprintf(table->stream, "%*s%-*s", indent_of(table), "", table->label_width, label);
    if (!table->is_narrow) {
        fprintf(table->stream, "%*zu", ROWS_WIDTH, result->rows);
    }
    print_number(table, number_width(table), result->loss);
    for (size_t m = 0; m < table->n_shown; m++) {
        print_number(table, metric_width(table, m), result->values[m]);
    }
    fputc('\n', table->stream);
}

static void print_head(const ResultsTable *table) {
    fprintf(table->stream, "\n%s%*s%-*s%*s  %*s", console_paint(table->console, PAINT_QUIET),
            indent_of(table), "", table->label_width, "", rows_width(table),
            table->is_narrow ? "" : "rows", number_width(table), "loss");
    for (size_t m = 0; m < table->n_shown; m++) {
        fprintf(table->stream, "  %*s", metric_width(table, m),
                table->metrics->items[m]->kind.name);
    }
    fprintf(table->stream, "%s\n", console_paint(table->console, PAINT_NONE));
}

enum { MAX_LABEL = 64 };

static void label_baseline(const ResultsTable *table, char label[MAX_LABEL], Part part,
                           const Kind *baseline) {
    snprintf(label, MAX_LABEL, "%s: %s%s", part_names[part], baseline->name,
             table->is_narrow ? "" : " baseline");
}

/* The label's column is as wide as the longest; as many metrics as a terminal is wide enough for.
 */
static void fit_table(ResultsTable *table, const Console *console, const Results *results,
                      Part part) {
    table->label_width = (int)strlen(part_names[PART_VALIDATION]);
    for (size_t b = 0; b < results->n_baselines; b++) {
        char label[MAX_LABEL];
        label_baseline(table, label, part, results->baselines[b].kind);
        const int n = (int)strlen(label);
        table->label_width = n > table->label_width ? n : table->label_width;
    }
    const int first_columns =
        indent_of(table) + table->label_width + rows_width(table) + 2 + number_width(table);
    size_t width = (size_t)first_columns;
    while (table->n_shown < table->metrics->n && table->n_shown < MAX_SHOWN_METRICS) {
        width += 2 + (size_t)metric_width(table, table->n_shown);
        if (table->n_shown > 0 && console->width > 0 && width > console->width) {
            return;
        }
        table->n_shown++;
    }
}

void console_text_results(Console *console, const Results *results) {
    const Part last = results_last_part(results);
    ResultsTable table = {.console = console,
                          .stream = console->stream,
                          .metrics = results->metrics,
                          .is_narrow = console_is_narrow(console)};
    fit_table(&table, console, results, last);
    print_head(&table);
    for (Part part = 0; part < N_PARTS; part++) {
        if (results->parts[part].rows) {
            print_row(&table, part_names[part], &results->parts[part]);
        }
    }
    for (size_t b = 0; b < results->n_baselines; b++) {
        char label[MAX_LABEL];
        label_baseline(&table, label, last, results->baselines[b].kind);
        print_row(&table, label, &results->baselines[b].parts[last]);
    }
    fputc('\n', console->stream);
}
