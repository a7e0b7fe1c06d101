#include "training/gate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text_number.h"

static bool is_at_least(double value, double limit) { return value >= limit; }
static bool is_above(double value, double limit) { return value > limit; }
static bool is_at_most(double value, double limit) { return value <= limit; }
static bool is_below(double value, double limit) { return value < limit; }
static bool is_equal(double value, double limit) { return value == limit; }

/* clang-format off */
static const GateOperator operators[] = {
    {.kind = {">=", "at least",     "value >= limit", NULL}, .holds = is_at_least},
    {.kind = {">",  "above",        "value > limit",  NULL}, .holds = is_above},
    {.kind = {"<=", "at most",      "value <= limit", NULL}, .holds = is_at_most},
    {.kind = {"<",  "below",        "value < limit",  NULL}, .holds = is_below},
    {.kind = {"==", "exactly",      "value = limit",  NULL}, .holds = is_equal},
};
/* clang-format on */

const KindTable *gate_operator_kinds(void) {
    static const KindTable table = KIND_TABLE("gate operator", operators);
    return &table;
}

static void gate_free(Gate *gate) {
    memory_free(gate->name);
    memory_free(gate->path);
    memory_free(gate->condition);
    memory_free(gate->place);
    *gate = (Gate){0};
}

/* Takes ".drop" off the name. */
static void set_path(Gate *gate, const char *name) {
    static const char ending[] = ".drop";
    size_t n = strlen(name), n_ending = sizeof ending - 1;
    gate->is_drop = n > n_ending && strcmp(name + n - n_ending, ending) == 0;
    gate->name = memory_copy_text(name);
    gate->path = memory_copy_bytes(name, gate->is_drop ? n - n_ending : n);
}

static bool set_operator(Gate *gate, const char *condition, size_t *length, Error *err) {
    *length = strspn(condition, "<>=!~");
    char *word = memory_copy_bytes(condition, *length);
    gate->comparison = (const GateOperator *)kind_find(gate_operator_kinds(), word);
    memory_free(word);
    if (gate->comparison != NULL) {
        return true;
    }
    TextBuffer choices = {0};
    char shown[TEXT_SHOWN];
    kind_list_names(&choices, gate_operator_kinds());
    fail(err, ERROR_CONFIG, "'%s' does not begin with an operator (one of %s), as in '>= 0.95'",
         text_shown(shown, condition, strlen(condition)), text_of(&choices));
    text_free(&choices);
    return false;
}

static bool set_limit(Gate *gate, const char *text, Error *err) {
    size_t n = strlen(text);
    bool is_percentage = n > 0 && text[n - 1] == '%';
    char shown[TEXT_SHOWN];
    if (!text_to_double(text, is_percentage ? n - 1 : n, &gate->limit)) {
        return fail(err, ERROR_CONFIG, "'%s' after the operator is no number, such as 0.95 or 95%%",
                    text_shown(shown, text, n));
    }
    gate->limit /= is_percentage ? 100 : 1;
    return true;
}

/* What a metric can be, or of how much it became worse. */
static void find_limits(const Gate *gate, double *lowest, double *highest) {
    results_limits(gate->path, lowest, highest);
    if (gate->is_drop) {
        *highest = *highest - *lowest;
        *lowest = -*highest;
    }
}

/* A limit that no value can reach makes a gate that says nothing: 95 where 0.95 was meant. */
static bool check_limit(const Gate *gate, Error *err) {
    double lowest, highest;
    find_limits(gate, &lowest, &highest);
    if (gate->limit >= lowest && gate->limit <= highest) {
        return true;
    }
    const bool is_above = gate->limit > highest;
    TextBuffer text = {0};
    text_printf(&text, "'%s' %s holds, for no value is %s %g", gate->condition,
                gate->comparison->holds(is_above ? highest : lowest, gate->limit) ? "always"
                                                                                  : "never",
                is_above ? "above" : "below", is_above ? highest : lowest);
    if (gate->limit > 1 && gate->limit <= 100) {
        text_printf(&text, "; write '%s %g' or '%s %g%%'", gate->comparison->kind.name,
                    gate->limit / 100, gate->comparison->kind.name, gate->limit);
    }
    fail(err, ERROR_CONFIG, "%s", text_of(&text));
    text_free(&text);
    return false;
}

static bool gate_parse(Gate *gate, const char *name, const char *condition, Error *err) {
    size_t n_operator;
    set_path(gate, name);
    gate->condition = memory_copy_text(condition);
    if (!results_check_path(gate->path, err) || !set_operator(gate, condition, &n_operator, err)) {
        return false;
    }
    const char *number = condition + n_operator;
    return set_limit(gate, number + strspn(number, " \t"), err) && check_limit(gate, err);
}

static Gate *find_or_add(GateList *list, const char *name) {
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->items[i].name, name) == 0) {
            gate_free(&list->items[i]);
            return &list->items[i];
        }
    }
    GROW(list->items, list->n, list->capacity);
    return &list->items[list->n++];
}

bool gate_list_add(GateList *list, const char *name, const char *condition, const char *place,
                   Error *err) {
    Gate gate = {.place = memory_copy_text(place)};
    if (!gate_parse(&gate, name, condition, err)) {
        gate_free(&gate);
        return false;
    }
    *find_or_add(list, name) = gate;
    return true;
}

void gate_list_free(GateList *list) {
    for (size_t i = 0; i < list->n; i++) {
        gate_free(&list->items[i]);
    }
    memory_free(list->items);
    *list = (GateList){0};
}

/* NULL with *drop, or why there is none. */
static const char *take_drop(const Gate *gate, double value, const GateBaseline *baseline,
                             double *drop) {
    double before;
    if (baseline == NULL) {
        return "no --baseline was given";
    }
    if (!baseline->find(baseline->context, gate->path, &before)) {
        return "the baseline file has no such number";
    }
    *drop = results_higher_is_better(gate->path) ? before - value : value - before;
    return NULL;
}

GateResult gate_evaluate(const Gate *gate, const Results *results, const GateBaseline *baseline) {
    GateResult result = {.value = (double)NAN};
    double value;
    if (!results_find(results, gate->path, &value, &result.reason)) {
        return result;
    }
    if (gate->is_drop) {
        double drop;
        result.reason = take_drop(gate, value, baseline, &drop);
        if (result.reason != NULL) {
            return result;
        }
        value = drop;
    }
    if (!isfinite(value)) {
        result.reason = "the value is not finite";
        return result;
    }
    result.value = value;
    result.passed = gate->comparison->holds(value, gate->limit);
    return result;
}

/* Five digits, or all of them where five would be on the other side of the limit. */
static void append_value(TextBuffer *out, const Gate *gate, const GateResult *result) {
    char number[TEXT_NUMBER];
    double shown;
    const int n = snprintf(number, sizeof number, "%.5g", result->value);
    if (!text_to_double(number, (size_t)n, &shown) ||
        gate->comparison->holds(shown, gate->limit) != result->passed) {
        text_from_double(number, result->value);
    }
    text_append(out, number);
}

void gate_describe(TextBuffer *out, const Gate *gate, const GateResult *result) {
    text_printf(out, "%s %s: ", gate->name, gate->condition);
    if (result->reason != NULL) {
        text_printf(out, "%s, failed", result->reason);
        return;
    }
    append_value(out, gate, result);
    text_append(out, result->passed ? ", passed" : ", failed");
}
