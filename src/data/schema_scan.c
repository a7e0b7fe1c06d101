#include "data/schema_scan.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/number_hint.h"

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

static void add_text(ColumnScan *scan, const char *cell, size_t row) {
    const bool is_first_text = scan->n_numbers == scan->n_present;
    scan->first_text_row = is_first_text ? row : scan->first_text_row;
    scan->n_with_comma += number_has_comma(cell);
}

static void scan_column(const Table *table, size_t column, ColumnScan *scan) {
    for (size_t row = 0; row < table->n_rows; row++) {
        const double value = table_value(table, row, column);
        if (isnan(value)) {
            continue;
        }
        if (isfinite(value)) {
            add_number(scan, value);
        } else {
            add_text(scan, table_cell(table, row, column), row);
        }
        scan->n_present++;
    }
}

void schema_scan(const Table *table, const bool *is_wanted, ColumnScan *scans) {
    for (size_t column = 0; column < table->n_columns; column++) {
        scans[column].first_text_row = table->n_rows;
        if (is_wanted[column]) {
            scan_column(table, column, &scans[column]);
        }
    }
}

void schema_scan_free(ColumnScan *scans, size_t n_columns) {
    for (size_t column = 0; column < n_columns; column++) {
        memory_free(scans[column].distinct);
    }
    memory_free(scans);
}

size_t schema_scan_count_texts(const Table *table, size_t column) {
    const Dictionary *texts = &table->columns[column].texts;
    size_t n = 0;
    for (size_t i = 0; i < texts->n; i++) {
        n += isnan(texts->entries[i].value) ? 0 : 1;
    }
    return n;
}
