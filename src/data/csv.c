#include "data/csv.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/processors.h"
#include "data/csv_bytes.h"
#include "data/csv_files.h"
#include "data/csv_first.h"
#include "data/csv_header.h"
#include "data/csv_join.h"
#include "data/csv_wave.h"

enum { STRETCH = 256 * 1024, SMALL = 1024 * 1024 };

/* What goes through the reading of all files. */
typedef struct Reader {
    const CsvOptions *options;
    Table *table;
    Team *team;
    size_t max_rows;
    bool is_again;  /* the second pass */
    bool *has_text; /* (n_columns) a column of numbers has a text in it; NULL before the names */
    Problems warnings;
    /* the file being read */
    CsvFile file;
    CsvWave wave;
    CsvFirst first;
    CsvJoin join;
} Reader;

static bool refuse_file(const Reader *reader, const char *message, Error *err) {
    return file_fail(err, ERROR_DATA, reader->file.path, "%s", message);
}

/* ---- the first record ---- */

/* From the records of the first wave and the sizes of all files, as they are on disk; SIZE_MAX when
 * that does not tell. */
static size_t guess_rows(const Reader *reader) {
    const CsvWave *wave = &reader->wave;
    const TextList *files = &reader->table->files;
    double n_bytes = 0;
    for (size_t i = 0; i < files->n; i++) {
        struct stat status;
        n_bytes += stat(files->items[i], &status) == 0 ? (double)status.st_size : 0;
    }
    if (n_bytes == 0 || wave->n_whole == 0) {
        return SIZE_MAX;
    }
    const double n_rows = n_bytes * (double)wave->whole_rows / (double)wave->n_whole;
    return (size_t)fmin(n_rows, (double)reader->max_rows) + 1;
}

/* The names of the first file; those of the others must be equal. */
static bool take_names(Reader *reader, Error *err) {
    Table *table = reader->table;
    const bool has_header = reader->options->header;
    const bool is_first_file = table->n_columns == 0;
    TextList generated = {0};
    TextBuffer message = {0};
    size_t column = 1;
    csv_header_generate(&generated, has_header ? 0 : reader->first.cells.n);
    const TextList *names = has_header ? &reader->first.cells : &generated;
    const bool ok = is_first_file ? !has_header || csv_header_check(names, &column, &message)
                                  : csv_header_compare(names, &table->names, table->files.items[0],
                                                       &column, &message);
    if (ok && is_first_file) {
        table_set_names(table, names, guess_rows(reader));
    } else if (!ok) {
        csv_fail_at(reader->file.path, ERROR_DATA, reader->first.line, column, err,
                    text_of(&message));
    }
    text_list_free(&generated);
    text_free(&message);
    return ok;
}

/* A file without header whose first row has a text in it, such as a class, passes for a header. */
static void warn_numeric_names(Reader *reader) {
    const TextList *names = &reader->table->names;
    const size_t n_numbers = csv_header_count_numbers(names);
    char shown[TEXT_SHOWN];
    if (reader->options->header && n_numbers > 0 && 2 * n_numbers >= names->n) {
        problems_warning(&reader->warnings,
                         "%s:1: warning: %zu of %zu column names are numbers; if the file has no "
                         "header, set data.header = false",
                         text_shown(shown, reader->file.path, strlen(reader->file.path)), n_numbers,
                         names->n);
    }
}

/* Before the first row of the first file: what the columns hold. */
static void choose_forms(Reader *reader) {
    const CsvOptions *options = reader->options;
    CsvWish *wishes = NEW(CsvWish, reader->table->n_columns);
    if (options->wishes) {
        options->wishes(options->wishes_context, reader->table, wishes);
    }
    csv_first_guess(&reader->file, &reader->wave, wishes, reader->table);
    reader->has_text = NEW(bool, reader->table->n_columns);
    memory_free(wishes);
}

/* A flaw in the text, behind all records that could be read. */
static bool fail_flaw(const Reader *reader, Error *err) {
    TextBuffer path = {0};
    text_append_uncut(&path, reader->file.path, strlen(reader->file.path));
    fail(err, ERROR_DATA, "%s:%llu: error: %s", text_of(&path),
         (unsigned long long)reader->wave.flaw_line, reader->wave.flaw);
    text_free(&path);
    return false;
}

static bool read_first(Reader *reader, Error *err) {
    CsvFirst *first = &reader->first;
    CsvWave *wave = &reader->wave;
    if (!csv_first_read(&reader->file, wave, first, err)) {
        return false;
    }
    if (first->n == 0) {
        return wave->flaw ? fail_flaw(reader, err)
                          : refuse_file(reader,
                                        first->blank_line ? "the file has nothing but blank lines"
                                                          : "the file is empty",
                                        err);
    }
    reader->join.has_lf = first->has_lf;
    reader->join.has_crlf = first->has_crlf;
    if (first->blank_line > 0) {
        reader->join.blank_line = first->blank_line;
        return csv_join_blank(&reader->join, err);
    }
    if (!take_names(reader, err)) {
        return false;
    }
    if (reader->options->header) {
        csv_wave_pass(wave, first->n);
        if (!csv_wave_fill(wave, err)) {
            return false;
        }
    }
    if (!reader->has_text) {
        choose_forms(reader);
    }
    return true;
}

/* ---- rows ---- */

static bool fail_limit(const Reader *reader, Error *err) {
    return csv_fail_at(reader->file.path, ERROR_SIZE,
                       table_line(reader->table, reader->table->n_rows - 1), 1, err,
                       "the limit of 4294967294 rows is passed; set data.max_rows");
}

static bool is_full(const Reader *reader) { return reader->table->n_rows >= reader->max_rows; }

/* For who asks how far the reading is. */
static void tell_share(const Reader *reader) {
    const double size = (double)csv_bytes_size(reader->wave.bytes);
    if (size > 0) {
        const double done = (double)reader->wave.place / size;
        interrupt_progress(((double)reader->file.index + fmin(done, 1)) /
                           (double)reader->table->files.n);
    }
}

static bool read_rows(Reader *reader, Error *err) {
    CsvWave *wave = &reader->wave;
    CsvJoin *join = &reader->join;
    const size_t first_row = reader->table->n_rows;
    size_t row = first_row;
    for (;;) {
        csv_wave_read(wave, &reader->file, reader->table, row, reader->max_rows);
        row += wave->whole_rows;
        if (!csv_join_wave(join, wave, err)) {
            return false;
        }
        if (is_full(reader) || wave->flaw || wave->ends_file) {
            break;
        }
        if (wave->n_whole == 0) {
            csv_wave_enlarge(wave);
        }
        csv_wave_pass(wave, wave->n_whole);
        tell_share(reader);
        if (!csv_wave_fill(wave, err)) {
            return false;
        }
    }
    if (!csv_join_end(join, err)) {
        return false;
    }
    if (is_full(reader)) {
        return reader->table->n_rows < UINT32_MAX || fail_limit(reader, err);
    }
    if (wave->flaw) {
        return fail_flaw(reader, err);
    }
    return reader->table->n_rows > first_row ||
           refuse_file(reader, "the file has a header, but no rows", err);
}

/* ---- one file ---- */

static bool has_number(const TextList *tokens) {
    bool found = false;
    for (size_t i = 0; tokens && i < tokens->n; i++) {
        double value;
        found = found || text_to_double(tokens->items[i], strlen(tokens->items[i]), &value);
    }
    return found;
}

/* In the second pass a pipe is there from the first, and other files must be as they were. */
static CsvBytes *open_file(Reader *reader, Error *err) {
    CsvSource *source = &reader->table->sources[reader->file.index];
    if (source->kept) {
        return source->kept;
    }
    CsvBytes *bytes = csv_bytes_open(reader->file.path, err);
    if (bytes && reader->is_again && csv_bytes_version(bytes) != source->version) {
        csv_bytes_close(bytes);
        refuse_file(reader, "the file changed while it was read", err);
        return NULL;
    }
    return bytes;
}

/* Remembers how the file was read; returns true when that needs the open file. */
static bool keep_source(Reader *reader, CsvBytes *bytes) {
    CsvSource *source = &reader->table->sources[reader->file.index];
    *source = (CsvSource){.path = reader->file.path,
                          .delimiter = reader->file.delimiter,
                          .version = csv_bytes_version(bytes),
                          .kept = csv_bytes_is_kept(bytes) ? bytes : NULL};
    return source->kept != NULL;
}

/* Not more than a small file has. */
static size_t choose_stretch(const CsvOptions *options, const CsvBytes *bytes) {
    const uint64_t n_bytes = csv_bytes_size(bytes);
    return options->stretch                   ? options->stretch
           : n_bytes > 0 && n_bytes < STRETCH ? (size_t)n_bytes
                                              : STRETCH;
}

static bool read_content(Reader *reader, CsvBytes *bytes, Error *err) {
    if (!csv_first_delimiter(reader->options, reader->file.path, bytes, &reader->file.delimiter,
                             err)) {
        return false;
    }
    csv_wave_open(&reader->wave, bytes, reader->team, choose_stretch(reader->options, bytes));
    reader->join = (CsvJoin){
        .file = &reader->file, .table = reader->table, .has_header = reader->options->header};
    bool good = read_first(reader, err);
    if (good) {
        reader->join.has_text = reader->has_text;
        good = read_rows(reader, err);
    }
    csv_wave_close(&reader->wave, reader->table);
    text_list_free(&reader->first.cells);
    reader->first = (CsvFirst){0};
    return good && (is_full(reader) || csv_bytes_check_unchanged(bytes, err));
}

static void warn_line_ends(Reader *reader) {
    const char *path = reader->file.path;
    char shown[TEXT_SHOWN];
    if (reader->join.has_lf && reader->join.has_crlf) {
        problems_warning(&reader->warnings, "%s: warning: some lines end in CR LF and some in LF",
                         text_shown(shown, path, strlen(path)));
    }
}

static bool read_file(Reader *reader, size_t index, Error *err) {
    const CsvOptions *options = reader->options;
    reader->file = (CsvFile){.path = reader->table->files.items[index],
                             .index = (uint32_t)index,
                             .has_plain_path = !options->is_all_strict,
                             .has_number_tokens = has_number(options->missing),
                             .missing = options->missing};
    CsvBytes *bytes = open_file(reader, err);
    if (!bytes) {
        return false;
    }
    const bool good = read_content(reader, bytes, err);
    if (!keep_source(reader, bytes)) {
        csv_bytes_close(bytes);
    }
    if (good && index == 0) {
        warn_numeric_names(reader);
    }
    if (good) {
        warn_line_ends(reader);
    }
    return good;
}

/* ---- all files ---- */

static bool read_files(Reader *reader, Error *err) {
    bool good = true;
    for (size_t i = 0; good && i < reader->table->files.n && !is_full(reader); i++) {
        good = read_file(reader, i, err);
    }
    return good;
}

/* Makes columns of numbers that have a text in them columns of texts, to be read again. */
static bool must_read_again(Reader *reader) {
    bool must = false;
    for (size_t i = 0; reader->has_text && i < reader->table->n_columns; i++) {
        if (reader->has_text[i]) {
            table_clear_column(reader->table, i, COLUMN_TEXTS);
            must = true;
        }
        reader->has_text[i] = false;
    }
    if (must) {
        problems_free(&reader->warnings);
        reader->table->n_rows = reader->table->n_places = 0;
        reader->is_again = true;
    }
    return must;
}

static void tell_warnings(const Reader *reader, Problems *problems) {
    if (reader->warnings.text.n > 0) {
        text_printf(&problems->text, "%s%s", problems->text.n > 0 ? "\n" : "",
                    text_of(&reader->warnings.text));
        problems->n_warnings += reader->warnings.n_warnings;
        problems->n_errors += reader->warnings.n_errors;
    }
}

/* Threads cost more than they give where all is read in a moment. */
static size_t choose_threads(const CsvOptions *options, const TextList *files) {
    bool is_small = options->stretch == 0;
    for (size_t i = 0; i < files->n; i++) {
        struct stat status;
        is_small = is_small && stat(files->items[i], &status) == 0 && status.st_size < SMALL;
    }
    return is_small ? 1 : options->n_threads ? options->n_threads : processors_available();
}

bool csv_read(const CsvOptions *options, Table *table, Problems *problems, Error *err) {
    bool (*list)(const TextList *, const char *, TextList *, Error *) =
        options->may_repeat ? csv_files_resolve : csv_files_list;
    if (!list(&options->files, options->folder, &table->files, err)) {
        return false;
    }
    Reader reader = {.options = options,
                     .table = table,
                     .max_rows = options->max_rows > 0 ? (size_t)options->max_rows : UINT32_MAX};
    reader.warnings.is_strict = problems->is_strict;
    table->sources = NEW(CsvSource, table->files.n);
    reader.team = team_start(choose_threads(options, &table->files));
    bool good = read_files(&reader, err);
    if (good && must_read_again(&reader)) {
        good = read_files(&reader, err);
    }
    if (good) {
        tell_warnings(&reader, problems);
    }
    team_stop(reader.team);
    problems_free(&reader.warnings);
    memory_free(reader.has_text);
    return good;
}
