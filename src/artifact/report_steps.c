#include "artifact/html.h"
#include "artifact/report_sections.h"

#include <string.h>

static void write_line(TextBuffer *out, const char *text) {
    static const char mark[] = "warning: ";
    const bool is_warning = strncmp(text, mark, strlen(mark)) == 0;
    text_append(out, is_warning ? "<p class=\"bad\">" : "<p>");
    html_text(out, text);
    text_append(out, "</p>");
}

/* What stands before step 1 are warnings about the config; what stands under step 8 is told with
 * the results. */
void report_steps(const ReportInput *in, TextBuffer *out) {
    bool is_open = false;
    text_append(out, "<ul class=\"steps\">\n");
    for (size_t i = 0; i < in->notes->n; i++) {
        const Note *note = &in->notes->items[i];
        if (note->title || !is_open) {
            text_append(out, is_open ? "</div></li>\n" : "");
            if (note->title) {
                text_printf(out, "<li><b>%d</b> <b>%s</b><div>", note->step, note->title);
            } else {
                text_append(out, "<li><b></b> <b>config</b><div>");
            }
            is_open = true;
            write_line(out, note->text);
        } else if (note->step != 8) {
            write_line(out, note->text);
        }
    }
    text_append(out, is_open ? "</div></li>\n</ul>\n" : "</ul>\n");
}
