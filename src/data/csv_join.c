#include "data/csv_join.h"

#include <stdio.h>

#include "base/memory.h"
#include "data/csv_delimiter.h"

/* ---- mistakes ---- */

static bool fail_ragged(const CsvJoin *join, Error *err) {
    const size_t expected = join->table->n_columns, found = join->ragged_cells;
    char message[400];
    int n = snprintf(message, sizeof message, "the row has %zu cell%s, but the %s has %zu", found,
                     found == 1 ? "" : "s", join->has_header ? "header" : "first row", expected);
    if (join->n_ragged > 1) {
        n += snprintf(message + n, sizeof message - (size_t)n,
                      "; %zu more row%s of the file %s wrong as well", join->n_ragged - 1,
                      join->n_ragged == 2 ? "" : "s", join->n_ragged == 2 ? "is" : "are");
    }
    const char other =
        expected == 1 ? csv_delimiter_other(join->table->names.items[0], join->file->delimiter) : 0;
    if (other) {
        snprintf(message + n, sizeof message - (size_t)n, "; is the delimiter %s? (data.delimiter)",
                 csv_delimiter_name(other));
    }
    return csv_fail_at(join->file->path, ERROR_DATA, join->ragged_line,
                       (found < expected ? found : expected) + 1, err, message);
}

bool csv_join_end(const CsvJoin *join, Error *err) {
    return join->n_ragged == 0 || fail_ragged(join, err);
}

static bool fail_blank(const CsvJoin *join, uint64_t line, Error *err) {
    return csv_join_end(join, err) &&
           csv_fail_at(join->file->path, ERROR_DATA, line, 1, err,
                       "a blank line; they are allowed only at the end of the file (an empty cell "
                       "of a file with one column is written as \"\")");
}

bool csv_join_blank(const CsvJoin *join, Error *err) {
    return fail_blank(join, join->blank_line, err);
}

/* ---- joining one stretch ---- */

static void join_ragged(CsvJoin *join, const CsvRows *rows) {
    if (join->n_ragged == 0) {
        join->ragged_line = rows->ragged_line;
        join->ragged_cells = rows->ragged_cells;
    }
    join->n_ragged += rows->n_ragged;
}

static bool check_rows(CsvJoin *join, const CsvRows *rows, Error *err) {
    if (join->blank_line && (rows->n_filled > 0 || rows->failed_blank)) {
        return csv_join_blank(join, err);
    }
    join_ragged(join, rows);
    if (rows->failed_blank) {
        return fail_blank(join, rows->failed_blank, err);
    }
    if (rows->has_failed && csv_join_end(join, err)) {
        *err = rows->err;
    }
    if (!join->blank_line) {
        join->blank_line = rows->blank_line;
    }
    return !rows->has_failed;
}

/* The table's codes of the texts that the rows have in a column; NULL when they are the same. */
static uint32_t *join_texts(const CsvJoin *join, size_t column, const Dictionary *texts) {
    Dictionary *all = &join->table->columns[column].texts;
    uint32_t *codes = NEW(uint32_t, texts->n);
    bool is_same = true;
    for (size_t i = 0; i < texts->n; i++) {
        const size_t n_before = all->n;
        codes[i] = dictionary_add_entry(all, texts, i);
        is_same = is_same && codes[i] == i;
        if (all->n > n_before) {
            DictionaryEntry *entry = &all->entries[codes[i]];
            entry->value =
                table_value_of(dictionary_text(all, codes[i]), entry->length, join->file->missing);
        }
    }
    if (is_same) {
        memory_free(codes);
        return NULL;
    }
    return codes;
}

static void join_rows(CsvJoin *join, CsvRows *rows) {
    Table *table = join->table;
    for (size_t i = 0; i < rows->n_places; i++) {
        table_add_place(table, rows->places[i]);
    }
    for (size_t i = 0; i < table->n_columns; i++) {
        join->has_text[i] |= rows->has_text[i];
        rows->codes[i] = rows->texts[i].n > 0 ? join_texts(join, i, &rows->texts[i]) : NULL;
    }
    join->has_lf |= rows->has_lf;
    join->has_crlf |= rows->has_crlf;
    if (rows->n_filled > 0) {
        table->n_rows = rows->end_row;
    }
}

/* ---- joining a wave ---- */

static void recode_column(const CsvRows *rows, size_t column) {
    const Table *table = rows->table;
    for (size_t row = rows->first_row; row < rows->end_row; row++) {
        uint32_t *code = &table_block(table, row, column)->codes[table_offset(table, row)];
        *code = rows->codes[column][*code];
    }
}

static void recode_part(void *context, const TeamShare *share) {
    CsvWave *wave = context;
    for (size_t i = share->thread; i < wave->n_stretches; i += share->n_threads) {
        const CsvRows *rows = &wave->stretches[i].rows;
        for (size_t column = 0; column < rows->table->n_columns; column++) {
            if (rows->codes[column]) {
                if (rows->n_ragged == 0) { /* else cells are lacking, and nobody will read them */
                    recode_column(rows, column);
                }
                memory_free(rows->codes[column]);
                rows->codes[column] = NULL;
            }
        }
    }
}

bool csv_join_wave(CsvJoin *join, CsvWave *wave, Error *err) {
    for (size_t i = 0; i < wave->n_stretches; i++) {
        CsvRows *rows = &wave->stretches[i].rows;
        if (!check_rows(join, rows, err)) {
            return false;
        }
        join_rows(join, rows);
    }
    team_run(wave->team, recode_part, wave);
    return true;
}
