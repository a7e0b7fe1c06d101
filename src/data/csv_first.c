#include "data/csv_first.h"

#include <math.h>
#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/csv_delimiter.h"

enum { MAX_COLUMNS = 65536, SAMPLE_BYTES = 64 * 1024 };

bool csv_first_delimiter(const CsvOptions *options, const char *path, CsvBytes *bytes,
                         char *delimiter, Error *err) {
    char tied[2];
    *delimiter = options->delimiter;
    if (options->delimiter) {
        return true;
    }
    size_t n;
    char *sample = NEW(char, SAMPLE_BYTES);
    const bool is_read = csv_bytes_read(bytes, 0, sample, SAMPLE_BYTES, &n, err);
    const bool is_found =
        is_read && csv_delimiter_find(sample, n, n < SAMPLE_BYTES, delimiter, tied);
    memory_free(sample);
    return is_found ||
           (is_read && file_fail(err, ERROR_DATA, path,
                                 "both %s and %s could be the delimiter; set data.delimiter",
                                 csv_delimiter_name(tied[0]), csv_delimiter_name(tied[1])));
}

/* ---- the first record ---- */

typedef struct Finding {
    CsvStrict strict;
    CsvFirst *first;
    size_t n_cells; /* 0 until the record is there */
} Finding;

static void on_first_cell(void *context, size_t column, const char *bytes, size_t n) {
    const Finding *finding = context;
    if (column < MAX_COLUMNS) {
        text_list_add_bytes(&finding->first->cells, bytes, n);
    }
}

static void on_first_record(void *context, uint64_t line, size_t n_cells) {
    Finding *finding = context;
    CsvFirst *first = finding->first;
    finding->n_cells = n_cells;
    finding->strict.is_stopped = n_cells > 0;
    if (n_cells > 0) {
        first->line = line;
    } else if (first->blank_line == 0) {
        first->blank_line = line;
    }
}

static bool find_first(Finding *finding, const CsvWave *wave, Error *err) {
    size_t at = 0;
    while (at < wave->n_valid && finding->n_cells == 0) {
        const size_t n = csv_record_length(wave->buffer + at, wave->n_valid - at);
        if (!csv_strict_feed(&finding->strict, wave->buffer + at, n, err)) {
            return false;
        }
        at += n;
    }
    if (wave->ends_file && !wave->is_cut && !csv_strict_end(&finding->strict, err)) {
        return false;
    }
    finding->first->n = finding->n_cells > 0 ? at : 0;
    return true;
}

static bool check_number(const Finding *finding, Error *err) {
    char message[100];
    if (finding->n_cells <= MAX_COLUMNS) {
        return true;
    }
    snprintf(message, sizeof message, "%zu columns; the limit is %d", finding->n_cells,
             MAX_COLUMNS);
    return csv_fail_at(finding->strict.path, ERROR_SIZE, finding->first->line, MAX_COLUMNS + 1, err,
                       message);
}

/* One attempt with what the wave holds. */
static bool try_first(const CsvFile *file, const CsvWave *wave, CsvFirst *first, Error *err) {
    Finding finding = {.first = first};
    text_list_free(&first->cells);
    *first = (CsvFirst){0};
    finding.strict = (CsvStrict){.path = file->path,
                                 .on_cell = on_first_cell,
                                 .on_record = on_first_record,
                                 .context = &finding,
                                 .line = 1};
    csv_strict_new(&finding.strict, file->delimiter);
    const bool good = find_first(&finding, wave, err) && check_number(&finding, err);
    first->has_lf = finding.strict.has_lf;
    first->has_crlf = finding.strict.has_crlf;
    csv_strict_free(&finding.strict);
    return good;
}

bool csv_first_read(const CsvFile *file, CsvWave *wave, CsvFirst *first, Error *err) {
    for (;;) {
        if (!csv_wave_fill(wave, err) || !try_first(file, wave, first, err)) {
            return false;
        }
        if (first->n > 0 || wave->ends_file || wave->flaw) {
            return true;
        }
        csv_wave_enlarge(wave);
    }
}

/* ---- guessing ---- */

typedef struct Sample {
    double distinct[CSV_MOST_CLASSES];
    size_t n_distinct; /* up to one more than there is room for */
    bool has_text, has_fraction;
} Sample;

typedef struct Sampling {
    const TextList *missing;
    size_t n_columns;
    Sample *samples;
} Sampling;

static void add_value(Sample *sample, double value) {
    size_t i = 0;
    while (i < sample->n_distinct && i < CSV_MOST_CLASSES && sample->distinct[i] != value) {
        i++;
    }
    if (i == sample->n_distinct && i < CSV_MOST_CLASSES) {
        sample->distinct[i] = value;
    }
    sample->n_distinct += i == sample->n_distinct && i <= CSV_MOST_CLASSES;
    sample->has_fraction |= value != floor(value);
}

static void on_sample_cell(void *context, size_t column, const char *bytes, size_t n) {
    const Sampling *sampling = context;
    if (column >= sampling->n_columns) {
        return;
    }
    const double value = table_value_of(bytes, n, sampling->missing);
    Sample *sample = &sampling->samples[column];
    if (isfinite(value)) {
        add_value(sample, value);
    } else {
        sample->has_text |= isinf(value);
    }
}

static void on_sample_record(void *context, uint64_t line, size_t n_cells) {
    (void)context, (void)line, (void)n_cells;
}

static ColumnForm guess(CsvWish wish, const Sample *sample) {
    const bool may_be_classes = !sample->has_fraction && sample->n_distinct <= CSV_MOST_CLASSES;
    if (wish == CSV_WISH_NOTHING) {
        return COLUMN_LEFT_OUT;
    }
    return wish == CSV_WISH_TEXTS || sample->has_text ||
                   (wish == CSV_WISH_CLASSES && may_be_classes)
               ? COLUMN_TEXTS
               : COLUMN_NUMBERS;
}

void csv_first_guess(const CsvFile *file, const CsvWave *wave, const CsvWish *wishes,
                     Table *table) {
    Sampling sampling = {file->missing, table->n_columns, NEW(Sample, table->n_columns)};
    CsvStrict strict = {.path = file->path,
                        .on_cell = on_sample_cell,
                        .on_record = on_sample_record,
                        .context = &sampling,
                        .line = 1};
    Error ignored; /* whatever is wrong will be found when the rows are read */
    const size_t n = wave->n_valid < SAMPLE_BYTES ? wave->n_valid : SAMPLE_BYTES;
    csv_strict_new(&strict, file->delimiter);
    csv_strict_feed(&strict, wave->buffer, n, &ignored);
    csv_strict_free(&strict);
    for (size_t i = 0; i < table->n_columns; i++) {
        table_clear_column(table, i, guess(wishes[i], &sampling.samples[i]));
    }
    memory_free(sampling.samples);
}
