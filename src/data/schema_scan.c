#include "data/schema_scan.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/categories.h"
#include "data/number_hint.h"
#include "data/schema.h"

static void add_distinct(ColumnScan *scan, double value) {
    size_t low = 0, high = scan->n_distinct;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (scan->distinct[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < scan->n_distinct && scan->distinct[low] == value) {
        return;
    }
    if (!scan->distinct) {
        scan->distinct = NEW(double, MAX_DISTINCT_NUMBERS);
    }
    memmove(scan->distinct + low + 1, scan->distinct + low,
            (scan->n_distinct - low) * sizeof *scan->distinct);
    scan->distinct[low] = value;
    scan->n_distinct++;
}

static void add_number(ColumnScan *scan, double value) {
    const bool is_first = scan->n_numbers++ == 0;
    scan->minimum = is_first || value < scan->minimum ? value : scan->minimum;
    scan->maximum = is_first || value > scan->maximum ? value : scan->maximum;
    scan->is_whole = (is_first || scan->is_whole) && value == floor(value);
    if (scan->n_distinct < MAX_DISTINCT_NUMBERS) {
        add_distinct(scan, value);
    }
}

static void add_cell(ColumnScan *scan, const char *cell, size_t row) {
    double value;
    const bool is_first_text = scan->n_numbers == scan->n_present;
    if (text_to_double(cell, strlen(cell), &value)) {
        add_number(scan, value);
    } else {
        scan->first_text_row = is_first_text ? row : scan->first_text_row;
        scan->n_with_comma += number_has_comma(cell);
    }
    scan->n_present++;
}

void schema_scan(const Table *table, const TextList *missing, const bool *is_wanted,
                 ColumnScan *scans) {
    for (size_t column = 0; column < table->n_columns; column++) {
        scans[column].first_text_row = table->n_rows;
    }
    /* Row by row, because that is how cells lie in memory. */
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t column = 0; column < table->n_columns; column++) {
            const char *cell = table_cell(table, row, column);
            if (is_wanted[column] && !schema_is_missing(missing, cell)) {
                add_cell(&scans[column], cell, row);
            }
        }
    }
}

void schema_scan_free(ColumnScan *scans, size_t n_columns) {
    for (size_t column = 0; column < n_columns; column++) {
        memory_free(scans[column].distinct);
    }
    memory_free(scans);
}

size_t schema_scan_count_texts(const Table *table, const TextList *missing, size_t column) {
    Categories texts = {0};
    for (size_t row = 0; row < table->n_rows; row++) {
        const char *cell = table_cell(table, row, column);
        if (!schema_is_missing(missing, cell)) {
            categories_add(&texts, cell, row);
        }
    }
    const size_t n = texts.n;
    categories_free(&texts);
    return n;
}
