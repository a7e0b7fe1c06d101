/* The shorter path for plain records, those of which each cell is simply the bytes between two
 * delimiters. libcsv (CSV_STRICT) does something else with a byte only in these cases, in all of
 * which the record is left to it:
 *
 * - a quote anywhere in the record;
 * - a blank or tab at an end of a cell, which it takes away;
 * - a blank line, and a record that no line feed ends;
 * - a cell of CSV_MOST_CELL_BYTES or more (here: of a fraction of that).
 *
 * Records with a wrong number of cells are left to it as well. */
#ifndef NNTRAIN_DATA_CSV_PLAIN_H
#define NNTRAIN_DATA_CSV_PLAIN_H

#include "data/csv_rows.h"

/* Puts the cells of the record that starts at a byte into the current row. Returns the byte behind
 * its line end; NULL when the record is not plain, with some of the cells put in, which reading it
 * again puts in again. */
const char *csv_plain_read(CsvRows *rows, const char *at, const char *end);

#endif
