#include "artifact/notes.h"

#include <string.h>

#include "base/memory.h"

static void add(Notes *notes, int step, const char *title, char *text) {
    GROW(notes->items, notes->n, notes->capacity);
    notes->items[notes->n++] =
        (Note){.step = step, .title = title ? memory_copy_text(title) : NULL, .text = text};
}

void notes_add_step(Notes *notes, int step, const char *title, const char *text) {
    add(notes, step, title, memory_copy_text(text));
}

static void add_line(Notes *notes, const char *line, size_t n) {
    static const char mark[] = " warning: ";
    const char *warning = memmem(line, n, mark, strlen(mark));
    if (warning) {
        n -= (size_t)(warning + 1 - line);
        line = warning + 1;
    }
    const size_t blanks = strspn(line, " ");
    if (blanks < n) {
        add(notes, notes->n ? notes->items[notes->n - 1].step : 0, NULL,
            memory_copy_bytes(line + blanks, n - blanks));
    }
}

void notes_add_lines(Notes *notes, const char *text) {
    while (*text) {
        const size_t n = strcspn(text, "\n");
        add_line(notes, text, n);
        text += n + (text[n] == '\n');
    }
}

static void free_note(Note *note) {
    memory_free(note->title);
    memory_free(note->text);
}

void notes_forget(Notes *notes, int first, int last) {
    size_t n = 0;
    for (size_t i = 0; i < notes->n; i++) {
        if (notes->items[i].step >= first && notes->items[i].step <= last) {
            free_note(&notes->items[i]);
        } else {
            notes->items[n++] = notes->items[i];
        }
    }
    notes->n = n;
}

void notes_free(Notes *notes) {
    for (size_t i = 0; i < notes->n; i++) {
        free_note(&notes->items[i]);
    }
    memory_free(notes->items);
    *notes = (Notes){0};
}
