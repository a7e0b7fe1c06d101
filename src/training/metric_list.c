#include "training/metric_list.h"

#include <string.h>

#include "base/memory.h"

static bool serves(const Metric *metric, const Task *task) {
    return (metric->tasks & task->bit) != 0;
}

static bool is_possible(const Metric *metric, const Output *output) {
    return !metric->needs_probabilities || output->gives_probabilities;
}

static void choose_defaults(const Task *task, const Output *output, MetricList *list) {
    for (size_t i = 0; i < metric_kinds()->n; i++) {
        const Metric *metric = (const Metric *)kind_at(metric_kinds(), i);
        if ((metric->default_tasks & task->bit) != 0 && is_possible(metric, output)) {
            list->items[list->n++] = metric;
        }
    }
}

/* "accuracy, roc_auc, ..." of one task and output. */
static void list_choices(TextBuffer *out, const Task *task, const Output *output) {
    const char *separator = "";
    for (size_t i = 0; i < metric_kinds()->n; i++) {
        const Metric *metric = (const Metric *)kind_at(metric_kinds(), i);
        if (serves(metric, task) && is_possible(metric, output)) {
            text_printf(out, "%s%s", separator, metric->kind.name);
            separator = ", ";
        }
    }
}

/* Appends what is wrong with one more metric; nothing when it can be had. */
static void tell_mistake(TextBuffer *out, const Metric *metric, const Task *task,
                         const Output *output, const MetricList *list) {
    const char *separator = out->n > 0 ? ", " : "";
    const char *name = metric->kind.name;
    if (!serves(metric, task)) {
        text_printf(out, "%s%s does not exist for %s tasks", separator, name, task->kind.name);
    } else if (!is_possible(metric, output)) {
        text_printf(out, "%s%s needs probabilities, which network.output = %s does not give",
                    separator, name, output->kind.name);
    } else if (metric_list_find(list, name) < list->n) {
        text_printf(out, "%s%s is named twice", separator, name);
    }
}

bool metric_list_choose(const Kind *const *chosen, size_t n, const Task *task, const Output *output,
                        MetricList *list, Error *err) {
    *list = (MetricList){.items = NEW(const Metric *, n > 0 ? n : metric_kinds()->n)};
    if (n == 0) {
        choose_defaults(task, output, list);
        return true;
    }
    TextBuffer mistakes = {0};
    for (size_t i = 0; i < n; i++) {
        const Metric *metric = (const Metric *)chosen[i];
        tell_mistake(&mistakes, metric, task, output, list);
        list->items[list->n++] = metric;
    }
    bool is_good = mistakes.n == 0;
    if (!is_good) {
        TextBuffer choices = {0};
        list_choices(&choices, task, output);
        fail(err, ERROR_CONFIG, "%s; the choices are %s", text_of(&mistakes), text_of(&choices));
        text_free(&choices);
        metric_list_free(list);
    }
    text_free(&mistakes);
    return is_good;
}

void metric_list_free(MetricList *list) {
    memory_free(list->items);
    *list = (MetricList){0};
}

size_t metric_list_find(const MetricList *list, const char *name) {
    size_t i = 0;
    while (i < list->n && strcmp(list->items[i]->kind.name, name) != 0) {
        i++;
    }
    return i;
}
