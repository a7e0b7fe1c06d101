/* Checks a text against the grammar of JSON (RFC 8259) before a lenient parser sees it. Used by
 * json_read.c. */
#ifndef NNTRAIN_ARTIFACT_JSON_SCAN_H
#define NNTRAIN_ARTIFACT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct JsonScan {
    const char *at, *end;
    size_t n_values;
    const char *problem; /* a constant text, when the check failed; `at` is then where */
} JsonScan;

/* One value with blanks around it and nothing else; limits as for json_parse, but for duplicate
 * keys. */
bool json_scan(JsonScan *scan, const char *bytes, size_t n);

#endif
