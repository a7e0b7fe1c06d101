/* What a text that is not read as a number probably means, for messages. */
#ifndef NNTRAIN_DATA_NUMBER_HINT_H
#define NNTRAIN_DATA_NUMBER_HINT_H

#include <stdbool.h>

/* A clause that says how to write the number, or NULL when the text resembles none. */
const char *number_hint(const char *text);

/* Digits with one comma among them, and points or a sign perhaps: 1,5 or 1.234,5 or -1,234. */
bool number_has_comma(const char *text);

#endif
