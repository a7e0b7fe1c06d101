#include "pipeline/narration_evaluation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MOST_SHOWN = 5 };

static const char indent[] = "        ";

void tell_intervals(Console *console, const Results *results) {
    const Part part = results_last_part(results);
    const PartResult *result = &results->parts[part];
    TextBuffer line = {0};
    for (size_t i = 0; result->low && i < result->n_metrics; i++) {
        if (!isnan(result->low[i])) {
            text_printf(&line, "%s%s %.4g to %.4g", line.n ? ", " : "",
                        results->metrics->items[i]->kind.name, result->low[i], result->high[i]);
        }
    }
    if (line.n) {
        TextBuffer text = {0};
        text_printf(&text, "%s, 95 %% intervals: %s\n", part_names[part], text_of(&line));
        console_aside(console, indent, text_of(&text));
        text_free(&text);
    }
    text_free(&line);
}

typedef struct Ranked {
    const char *name;
    Importance importance;
} Ranked;

static int compare(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    if (x->importance.mean != y->importance.mean) {
        return x->importance.mean > y->importance.mean ? -1 : 1;
    }
    return (x->name > y->name) - (x->name < y->name);
}

void tell_importances(Console *console, const Features *features, const Evaluated *evaluated) {
    if (!evaluated->importances) {
        return;
    }
    Ranked *ranked = NEW(Ranked, features->n);
    for (size_t i = 0; i < features->n; i++) {
        ranked[i] = (Ranked){features->items[i].name, evaluated->importances[i]};
    }
    qsort(ranked, features->n, sizeof *ranked, compare);
    TextBuffer text = {0};
    text_printf(&text, "importance, as %s.loss that shuffling adds: ",
                part_names[evaluated->importance_part]);
    for (size_t i = 0; i < features->n && i < MOST_SHOWN; i++) {
        char shown[TEXT_SHOWN];
        text_printf(&text, "%s%s %.3g +- %.2g", i ? ", " : "",
                    text_shown(shown, ranked[i].name, strlen(ranked[i].name)),
                    ranked[i].importance.mean, ranked[i].importance.std);
    }
    if (features->n > MOST_SHOWN) {
        text_printf(&text, "; %zu more in metrics.json", features->n - MOST_SHOWN);
    }
    text_append(&text, "\n");
    console_aside(console, indent, text_of(&text));
    text_free(&text);
    memory_free(ranked);
}
