/* Which character separates the cells of a CSV text, judged from its first records.
 * Used by csv.c; the choice is never made where two characters would do. */
#ifndef NNTRAIN_DATA_CSV_DELIMITER_H
#define NNTRAIN_DATA_CSV_DELIMITER_H

#include <stdbool.h>
#include <stddef.h>

/* The candidates: , ; tab | */
enum { N_DELIMITERS = 4 };
extern const char csv_delimiters[N_DELIMITERS];

/* As `data.delimiter` writes it: "," ";" "tab" "|". */
const char *csv_delimiter_name(char delimiter);

/* Judges the first records in n bytes; is_whole says that the file ends there, else an unfinished
 * last record is not counted. A candidate scores one for each record that has as many of it outside
 * quotes as the first record, if that has any; the highest score wins, and a text without any
 * candidate in its first record has one column and is given the comma. False with the first two
 * candidates in tied when two share the highest score. */
bool csv_delimiter_find(const char *bytes, size_t n, bool is_whole, char *delimiter, char tied[2]);

/* A candidate other than `used` that text holds, or 0. */
char csv_delimiter_other(const char *text, char used);

#endif
