#include "training/tuning_space.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "compute/scalar.h"

/* ---- Distributions ---- */

static const char *skip_blanks(const char *text) { return text + strspn(text, " \t"); }

/* The number that text begins with; what follows goes to *rest. */
static bool take_number(const char *text, double *value, const char **rest) {
    const char *first = skip_blanks(text);
    size_t n = strcspn(first, " \t");
    const char *dots = strstr(first, "..");
    n = dots && (size_t)(dots - first) < n ? (size_t)(dots - first) : n;
    *rest = skip_blanks(first + n);
    return text_to_double(first, n, value);
}

/* "LOW .. HIGH", and what follows. */
static bool parse_range(SpaceKey *key, const char *text, const char **rest, Error *err) {
    const bool good = take_number(text, &key->low, rest) && strncmp(*rest, "..", 2) == 0 &&
                      take_number(*rest + 2, &key->high, rest);
    if (!good) {
        char shown[TEXT_SHOWN];
        return fail(err, ERROR_CONFIG, "\"%s\" is no range; write %s LOW .. HIGH",
                    text_shown(shown, text, strlen(text)), key->distribution->kind.name);
    }
    return key->low < key->high ||
           fail(err, ERROR_CONFIG, "the range %g .. %g is empty; the lower end comes first",
                key->low, key->high);
}

static bool check_end(const char *rest, Error *err) {
    char shown[TEXT_SHOWN];
    return *rest == '\0' || fail(err, ERROR_CONFIG, "\"%s\" is not understood after the range",
                                 text_shown(shown, rest, strlen(rest)));
}

static bool parse_uniform(SpaceKey *key, const char *text, Error *err) {
    const char *rest;
    return parse_range(key, text, &rest, err) && check_end(rest, err);
}

static bool parse_log(SpaceKey *key, const char *text, Error *err) {
    return parse_uniform(key, text, err) &&
           (key->low > 0 ||
            fail(err, ERROR_CONFIG, "a logarithmic range begins above 0, not at %g", key->low));
}

static bool is_whole(double value) { return floor(value) == value && fabs(value) < 1e15; }

static bool parse_int(SpaceKey *key, const char *text, Error *err) {
    const char *rest;
    if (!parse_range(key, text, &rest, err)) {
        return false;
    }
    key->step = 1;
    if (strncmp(rest, "step", 4) == 0 && !take_number(rest + 4, &key->step, &rest)) {
        return fail(err, ERROR_CONFIG, "after step a number is missing, as in int 5 .. 30 step 5");
    }
    return check_end(rest, err) &&
           ((is_whole(key->low) && is_whole(key->high) && is_whole(key->step) && key->step >= 1) ||
            fail(err, ERROR_CONFIG,
                 "an int range has whole ends and a whole step of at "
                 "least 1"));
}

static bool parse_choice(SpaceKey *key, const char *text, Error *err) {
    const char *problem = NULL;
    char shown[TEXT_SHOWN];
    text_shown(shown, text, strlen(text));
    if (!text_split_list(text, &key->choices, &problem)) {
        return fail(err, ERROR_CONFIG, "%s in the list \"%s\"", problem, shown);
    }
    for (size_t i = 0; i < key->choices.n; i++) {
        if (text_list_find(&key->choices, key->choices.items[i]) < i) {
            return fail(err, ERROR_CONFIG, "\"%s\" is twice in the list \"%s\"",
                        text_shown(shown, key->choices.items[i], strlen(key->choices.items[i])),
                        text);
        }
    }
    return key->choices.n >= 2 ||
           fail(err, ERROR_CONFIG, "choice needs at least two values, as in choice 16, 32, 64");
}

/* Six digits are as good as any, and can be read; the ends stay ends. */
static double round_off(const SpaceKey *key, double value) {
    TextBuffer text = {0};
    double rounded = value;
    text_printf(&text, "%.6g", value);
    text_to_double(text_of(&text), text.n, &rounded);
    text_free(&text);
    return fmin(fmax(rounded, key->low), key->high);
}

static double uniform_from_unit(const SpaceKey *key, double unit) {
    return round_off(key, key->low + unit * (key->high - key->low));
}

static double uniform_to_unit(const SpaceKey *key, double value) {
    return (value - key->low) / (key->high - key->low);
}

static double log_from_unit(const SpaceKey *key, double unit) {
    const double low = scalar_log(key->low), high = scalar_log(key->high);
    return round_off(key, scalar_exp(low + unit * (high - low)));
}

static double log_to_unit(const SpaceKey *key, double value) {
    const double low = scalar_log(key->low), high = scalar_log(key->high);
    return (scalar_log(value) - low) / (high - low);
}

static double n_steps(const SpaceKey *key) { return floor((key->high - key->low) / key->step) + 1; }

static double int_from_unit(const SpaceKey *key, double unit) {
    return key->low + key->step * fmin(floor(unit * n_steps(key)), n_steps(key) - 1);
}

static double int_to_unit(const SpaceKey *key, double value) {
    return ((value - key->low) / key->step + 0.5) / n_steps(key);
}

static double choice_from_unit(const SpaceKey *key, double unit) {
    return fmin(floor(unit * (double)key->choices.n), (double)key->choices.n - 1);
}

static double choice_to_unit(const SpaceKey *key, double value) {
    return (value + 0.5) / (double)key->choices.n;
}

/* clang-format off */
static const Distribution rows[] = {
    {{.name = "log", .help = "log LOW .. HIGH: a number, each factor as likely as another",
      .formula = "exp(uniform(log LOW, log HIGH))"},
     parse_log, log_from_unit, log_to_unit, false, false},
    {{.name = "uniform", .help = "uniform LOW .. HIGH: a number, each as likely as another"},
     parse_uniform, uniform_from_unit, uniform_to_unit, false, false},
    {{.name = "int", .help = "int LOW .. HIGH step N: LOW, LOW + N, ... up to HIGH; without step, N is 1"},
     parse_int, int_from_unit, int_to_unit, false, true},
    {{.name = "choice", .help = "choice A, B, \"C, D\": one of the values; one with a comma in it is quoted"},
     parse_choice, choice_from_unit, choice_to_unit, true, true},
};
/* clang-format on */

const KindTable *distribution_kinds(void) {
    static const KindTable table = KIND_TABLE("distribution", rows);
    return &table;
}

/* ---- Keys ---- */

static void key_free(SpaceKey *key) {
    memory_free(key->name);
    memory_free(key->text);
    memory_free(key->place);
    memory_free(key->condition);
    text_list_free(&key->choices);
    text_list_free(&key->condition_texts);
    *key = (SpaceKey){0};
}

/* The last " if " outside of quotes, or NULL. */
static const char *find_condition(const char *text) {
    const char *found = NULL;
    bool is_quoted = false;
    for (const char *at = text; *at; at++) {
        is_quoted = is_quoted != (*at == '"');
        found = !is_quoted && strncmp(at, " if ", 4) == 0 ? at : found;
    }
    return found;
}

/* "KEY is VALUE, VALUE". */
static bool parse_condition(SpaceKey *key, const char *text, Error *err) {
    const char *name = skip_blanks(text);
    const char *is = strstr(name, " is ");
    const char *problem = NULL;
    if (!is || !text_split_list(is + 4, &key->condition_texts, &problem) ||
        key->condition_texts.n == 0) {
        char shown[TEXT_SHOWN];
        return fail(err, ERROR_CONFIG,
                    "\"%s\" is no condition; write if KEY is VALUE, as in if optimizer.name is sgd",
                    text_shown(shown, text, strlen(text)));
    }
    key->condition = memory_copy_bytes(name, strcspn(name, " \t"));
    return true;
}

static bool key_parse(SpaceKey *key, const char *text, Error *err) {
    const char *condition = find_condition(text);
    char *own = memory_copy_bytes(text, condition ? (size_t)(condition - text) : strlen(text));
    char *word = memory_copy_bytes(own, strcspn(own, " \t"));
    char shown[TEXT_SHOWN];
    key->distribution = (const Distribution *)kind_find(distribution_kinds(), word);
    bool good = key->distribution != NULL;
    if (!good) {
        TextBuffer names = {0};
        kind_list_names(&names, distribution_kinds());
        fail(err, ERROR_CONFIG,
             "\"%s\" does not begin with a distribution (one of %s), as in choice 16, 32",
             text_shown(shown, text, strlen(text)), text_of(&names));
        text_free(&names);
    }
    good = good && key->distribution->parse(key, skip_blanks(own + strlen(word)), err) &&
           (!condition || parse_condition(key, condition + 4, err));
    memory_free(word);
    memory_free(own);
    return good;
}

static SpaceKey *find_or_add(Space *space, const char *name) {
    for (size_t i = 0; i < space->n; i++) {
        if (strcmp(space->keys[i].name, name) == 0) {
            key_free(&space->keys[i]);
            return &space->keys[i];
        }
    }
    GROW(space->keys, space->n, space->capacity);
    return &space->keys[space->n++];
}

bool space_add(Space *space, const char *name, const char *text, const char *place, Error *err) {
    SpaceKey key = {.name = memory_copy_text(name),
                    .text = memory_copy_text(text),
                    .place = memory_copy_text(place)};
    if (!key_parse(&key, text, err)) {
        key_free(&key);
        return false;
    }
    *find_or_add(space, name) = key;
    return true;
}

static void link_key(Space *space, size_t k, Problems *problems) {
    SpaceKey *key = &space->keys[k];
    size_t above = 0;
    while (above < k && strcmp(space->keys[above].name, key->condition) != 0) {
        above++;
    }
    char shown[TEXT_SHOWN];
    if (above == k || !space->keys[above].distribution->is_choice) {
        problems_error(problems,
                       "%s: error: tuning.space.%s: the condition is about %s, which must be a key "
                       "above it with a choice",
                       key->place, key->name,
                       text_shown(shown, key->condition, strlen(key->condition)));
        return;
    }
    key->condition_key = above;
    for (size_t i = 0; i < key->condition_texts.n; i++) {
        const char *text = key->condition_texts.items[i];
        if (!text_list_has(&space->keys[above].choices, text)) {
            problems_error(problems, "%s: error: tuning.space.%s: %s has no choice \"%s\"",
                           key->place, key->name, key->condition,
                           text_shown(shown, text, strlen(text)));
        }
    }
}

bool space_link(Space *space, Error *err) {
    Problems problems = {0};
    for (size_t k = 0; k < space->n; k++) {
        if (space->keys[k].condition) {
            link_key(space, k, &problems);
        }
    }
    const bool good =
        problems.n_errors == 0 || fail(err, ERROR_CONFIG, "%s", text_of(&problems.text));
    problems_free(&problems);
    return good;
}

void space_free(Space *space) {
    for (size_t i = 0; i < space->n; i++) {
        key_free(&space->keys[i]);
    }
    memory_free(space->keys);
    *space = (Space){0};
}

/* ---- Values ---- */

size_t space_grid_size(const SpaceKey *key, size_t n_points) {
    if (key->distribution->is_choice) {
        return key->choices.n;
    }
    return key->distribution->is_discrete ? (size_t)n_steps(key) : n_points;
}

double space_grid_value(const SpaceKey *key, size_t index, size_t n_points) {
    const double n = (double)space_grid_size(key, n_points), i = (double)index;
    if (key->distribution->is_discrete) {
        return key->distribution->from_unit(key, (i + 0.5) / n);
    }
    return n > 1 ? key->distribution->from_unit(key, i / (n - 1))
                 : key->distribution->from_unit(key, 0.5);
}

bool space_is_active(const Space *space, size_t k, const double *values) {
    const SpaceKey *key = &space->keys[k];
    if (!key->condition) {
        return true;
    }
    const double choice = values[key->condition_key];
    return !isnan(choice) &&
           text_list_has(&key->condition_texts,
                         space->keys[key->condition_key].choices.items[(size_t)choice]);
}

void space_append_value(TextBuffer *out, const SpaceKey *key, double value) {
    if (key->distribution->is_choice) {
        text_append(out, key->choices.items[(size_t)value]);
        return;
    }
    char number[TEXT_NUMBER];
    text_from_double(number, value);
    text_append(out, number);
}

static const char *without_section(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

const char *space_short_name(const Space *space, size_t k) {
    const char *name = without_section(space->keys[k].name);
    if (strcmp(name, "name") == 0) {
        return space->keys[k].name; /* "optimizer.name": the section says it */
    }
    for (size_t other = 0; other < space->n; other++) {
        if (other != k && strcmp(name, without_section(space->keys[other].name)) == 0) {
            return space->keys[k].name;
        }
    }
    return name;
}

void space_append_setting(TextBuffer *out, const Space *space, const double *values) {
    const char *separator = "";
    for (size_t k = 0; k < space->n; k++) {
        if (!isnan(values[k])) {
            text_printf(out, "%s%s ", separator, space_short_name(space, k));
            const size_t before = out->n;
            space_append_value(out, &space->keys[k], values[k]);
            text_append(out, out->n == before ? "\"\"" : "");
            separator = "; ";
        }
    }
}
