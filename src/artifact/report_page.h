/* What surrounds the sections of a report: style sheet, script, and a content policy that allows
 * these two by their hashes and nothing else. */
#ifndef NNTRAIN_ARTIFACT_REPORT_PAGE_H
#define NNTRAIN_ARTIFACT_REPORT_PAGE_H

#include "base/text.h"

void report_page_begin(TextBuffer *out, const char *name);
void report_page_end(TextBuffer *out, const char *version);

#endif
