/* Numbers in text, strict in reading and exact in writing; no locale changes them. The program must
 * never call setlocale(LC_NUMERIC). Included by base/text.h. */
#ifndef NNTRAIN_BASE_TEXT_NUMBER_H
#define NNTRAIN_BASE_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole-string numbers: optional sign, digits with an optional decimal point (".5" and "5." are
 * numbers), optional exponent; no blanks, hex, inf or nan. The double is the nearest one (ties to
 * even); a text too near to zero for a double is 0. False, with *out untouched, when the text is no
 * such number or not finite. */
bool text_to_double(const char *text, size_t n, double *out);
/* The number that text starts with, of a common form: at most 19 digits and a short exponent.
 * Returns the place after it, which the caller looks at; NULL when there is none, or it takes
 * text_to_double to read it, which gives the same for what this reads. */
const char *text_read_double(const char *text, const char *end, double *out);
/* Optional sign and digits; false also when the number does not fit. No minus sign for uint64. */
bool text_to_int64(const char *text, size_t n, int64_t *out);
bool text_to_uint64(const char *text, size_t n, uint64_t *out);

/* The fewest digits that read back to the same value; out holds at least TEXT_NUMBER bytes; returns
 * the length. The value must be finite. */
enum { TEXT_NUMBER = 32 };
size_t text_from_float(char out[TEXT_NUMBER], float value);
size_t text_from_double(char out[TEXT_NUMBER], double value);

#endif
