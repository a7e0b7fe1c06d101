#include "app/option.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "training/fit.h"

static bool is_word(const Option *option, const char *text) {
    return option->word && strcmp(text, option->word) == 0;
}

static bool has_range(const Option *option) { return option->minimum != 0 || option->maximum != 0; }

/* Fills reason with 'VALUE is not RULE' and returns false. */
static bool refuse(const Option *option, const char *text, TextBuffer *reason) {
    char shown[TEXT_SHOWN];
    text_printf(reason, "\"%s\" is not ", text_shown(shown, text, strlen(text)));
    option_describe_values(reason, option);
    return false;
}

static bool parse_text(const Option *option, const char *text, void *field, TextBuffer *reason) {
    if (*text == '\0') {
        return refuse(option, text, reason);
    }
    char **value = field;
    memory_free(*value);
    *value = is_word(option, text) ? NULL : memory_copy_text(text);
    return true;
}

static void release_text(void *field) {
    memory_free(*(char **)field);
    *(char **)field = NULL;
}

static bool parse_names(const Option *option, const char *text, void *field, TextBuffer *reason) {
    TextList list = {0};
    const char *problem = NULL;
    if (!is_word(option, text) && (!text_split_list(text, &list, &problem) || list.n == 0)) {
        if (problem) {
            char shown[TEXT_SHOWN];
            text_printf(reason, "%s in the list \"%s\"", problem,
                        text_shown(shown, text, strlen(text)));
        } else {
            text_printf(reason, "the list is empty; name at least one%s%s",
                        option->word ? ", or write " : "", option->word ? option->word : "");
        }
        text_list_free(&list);
        return false;
    }
    text_list_free(field);
    *(TextList *)field = list;
    return true;
}

static void release_names(void *field) { text_list_free(field); }

static bool parse_boolean(const Option *option, const char *text, void *field, TextBuffer *reason) {
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true}, {"false", false}, {"yes", true}, {"no", false},
                 {"on", true},   {"off", false},   {"1", true},   {"0", false}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i].word) == 0) {
            *(bool *)field = words[i].value;
            return true;
        }
    }
    return refuse(option, text, reason);
}

static bool in_range(const Option *option, double value) {
    return !has_range(option) || (value >= option->minimum && value <= option->maximum);
}

static bool parse_integer(const Option *option, const char *text, void *field, TextBuffer *reason) {
    int64_t value;
    if (is_word(option, text)) {
        value = (int64_t)option->word_value;
    } else if (!text_to_int64(text, strlen(text), &value) || !in_range(option, (double)value)) {
        return refuse(option, text, reason);
    }
    *(int64_t *)field = value;
    return true;
}

static bool parse_seed(const Option *option, const char *text, void *field, TextBuffer *reason) {
    if (is_word(option, text)) {
        return true; /* what the word means is settled by config_load */
    }
    return text_to_uint64(text, strlen(text), field) || refuse(option, text, reason);
}

/* A number, or a percentage. */
static bool read_number(const char *text, double *value) {
    size_t n = strlen(text);
    bool percent = n > 1 && text[n - 1] == '%';
    if (!text_to_double(text, percent ? n - 1 : n, value)) {
        return false;
    }
    *value = percent ? *value / 100 : *value;
    return true;
}

/* As integers are written elsewhere: no percentage, no fraction. */
static bool read_whole(const char *text, double *value) {
    int64_t whole;
    const bool good = text_to_int64(text, strlen(text), &whole);
    *value = good ? (double)whole : 0;
    return good;
}

static bool parse_number(const Option *option, const char *text, void *field, TextBuffer *reason) {
    double value;
    if (is_word(option, text)) {
        value = option->word_value;
    } else if (!read_number(text, &value) || !in_range(option, value)) {
        return refuse(option, text, reason);
    }
    *(double *)field = value;
    return true;
}

static bool parse_duration(const Option *option, const char *text, void *field,
                           TextBuffer *reason) {
    static const struct {
        char suffix;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
    size_t n = strlen(text);
    double value;
    if (is_word(option, text)) {
        *(double *)field = option->word_value;
        return true;
    }
    for (size_t i = 0; n > 1 && i < sizeof units / sizeof *units; i++) {
        if (text[n - 1] == units[i].suffix && text_to_double(text, n - 1, &value) && value > 0) {
            *(double *)field = value * units[i].seconds;
            return true;
        }
    }
    return refuse(option, text, reason);
}

static bool parse_period(const Option *option, const char *text, void *field, TextBuffer *reason) {
    CheckpointPeriod *period = field;
    double epochs, seconds;
    if (read_whole(text, &epochs) && in_range(option, epochs)) {
        *period = (CheckpointPeriod){.epochs = (int64_t)epochs};
        return true;
    }
    TextBuffer unused = {0};
    const bool good = parse_duration(option, text, &seconds, &unused);
    text_free(&unused);
    if (good) {
        *period = (CheckpointPeriod){.seconds = seconds};
    }
    return good || refuse(option, text, reason);
}

static bool parse_delimiter(const Option *option, const char *text, void *field,
                            TextBuffer *reason) {
    static const struct {
        const char *text;
        char value;
    } choices[] = {{"auto", 0},    {",", ','},    {";", ';'}, {"\";\"", ';'},
                   {"\",\"", ','}, {"tab", '\t'}, {"|", '|'}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (strcmp(text, choices[i].text) == 0) {
            *(char *)field = choices[i].value;
            return true;
        }
    }
    return refuse(option, text, reason);
}

/* Finds a kind; otherwise says which names there are, and which is likely meant, and leaves *kind
 * as it is: what is read before the program ends on the mistake finds the default. */
static bool find_kind(const Option *option, const char *text, const Kind **kind,
                      TextBuffer *reason) {
    const KindTable *table = option->choices();
    const Kind *found = kind_find(table, text);
    if (found) {
        *kind = found;
        return true;
    }
    refuse(option, text, reason);
    const char *meant = kind_suggest(table, text);
    if (meant) {
        text_printf(reason, "; did you mean %s?", meant);
    }
    return false;
}

static bool parse_kind(const Option *option, const char *text, void *field, TextBuffer *reason) {
    if (is_word(option, text)) {
        *(const Kind **)field = NULL;
        return true;
    }
    return find_kind(option, text, field, reason);
}

static bool parse_number_or_kind(const Option *option, const char *text, void *field,
                                 TextBuffer *reason) {
    NumberOrKind *value = field;
    double number;
    if (read_number(text, &number) && in_range(option, number)) {
        *value = (NumberOrKind){.value = number};
        return true;
    }
    return find_kind(option, text, &value->kind, reason);
}

static void release_kinds(void *field) {
    KindList *list = field;
    memory_free(list->items);
    *list = (KindList){0};
}

static bool parse_kinds(const Option *option, const char *text, void *field, TextBuffer *reason) {
    TextList names = {0};
    if (!parse_names(option, text, &names, reason)) {
        return false;
    }
    Option item = *option;
    item.type = &type_kind;
    KindList list = {.items = NEW(const Kind *, names.n)};
    bool good = true;
    for (; good && list.n < names.n; list.n += good) {
        good = find_kind(&item, names.items[list.n], &list.items[list.n], reason);
    }
    text_list_free(&names);
    release_kinds(good ? field : &list);
    if (good) {
        *(KindList *)field = list;
    }
    return good;
}

static void release_numbers(void *field) {
    NumberList *list = field;
    memory_free(list->items);
    *list = (NumberList){0};
}

static bool parse_list(const Option *option, const char *text, bool whole, NumberList *field,
                       TextBuffer *reason) {
    TextList items = {0};
    if (*text == '\0' && option->default_text && !is_word(option, "")) {
        return refuse(option, text, reason);
    }
    if (*text != '\0' && !parse_names(option, text, &items, reason)) {
        return false;
    }
    Option item = *option;
    item.type = whole ? &type_integer : &type_number;
    NumberList list = {.items = NEW(double, items.n)};
    bool good = true;
    for (; good && list.n < items.n; list.n += good) {
        double *value = &list.items[list.n];
        good = (whole ? read_whole(items.items[list.n], value)
                      : read_number(items.items[list.n], value)) &&
               in_range(option, *value);
        if (!good) {
            refuse(&item, items.items[list.n], reason);
        }
    }
    text_list_free(&items);
    release_numbers(good ? field : &list);
    if (good) {
        *field = list;
    }
    return good;
}

static bool parse_numbers(const Option *option, const char *text, void *field, TextBuffer *reason) {
    return parse_list(option, text, false, field, reason);
}

static bool parse_integers(const Option *option, const char *text, void *field,
                           TextBuffer *reason) {
    return parse_list(option, text, true, field, reason);
}

/* clang-format off */
const OptionType type_text           = {"text", "a text", parse_text, release_text, false, false, NULL};
const OptionType type_paths          = {"paths", "a list of paths", parse_names, release_names, true, true, NULL};
const OptionType type_path           = {"path", "a path", parse_text, release_text, true, false, NULL};
const OptionType type_folder         = {"folder", "a folder", parse_text, release_text, false, false, NULL};
const OptionType type_names          = {"list", "a list of names", parse_names, release_names, false, true, NULL};
const OptionType type_boolean        = {"boolean", "true or false", parse_boolean, NULL, false, false, NULL};
const OptionType type_integer        = {"integer", "an integer", parse_integer, NULL, false, false, NULL};
const OptionType type_seed           = {"integer", "an integer from 0 to 18446744073709551615", parse_seed, NULL, false, false, NULL};
const OptionType type_number         = {"number", "a number", parse_number, NULL, false, false, NULL};
const OptionType type_duration       = {"duration", "a duration such as 90s, 15m or 2h", parse_duration, NULL, false, false, NULL};
const OptionType type_period         = {"epochs or duration", "a duration such as 90s or 15m, or epochs", parse_period, NULL, false, false, NULL};
const OptionType type_delimiter      = {"delimiter", "one of auto , ; tab |", parse_delimiter, NULL, false, false, NULL};
const OptionType type_kind           = {"name", "one of ", parse_kind, NULL, false, false, NULL};
const OptionType type_kinds          = {"names", "a list of ", parse_kinds, release_kinds, false, true, &type_kind};
const OptionType type_numbers        = {"numbers", "a list of numbers", parse_numbers, release_numbers, false, true, &type_number};
const OptionType type_integers       = {"integers", "a list of integers", parse_integers, release_numbers, false, true, &type_integer};
const OptionType type_number_or_kind = {"number or name", "a number", parse_number_or_kind, NULL, false, false, NULL};
/* clang-format on */

/* ---- comparing ---- */

/* Room for a value of every type that owns nothing. */
typedef union AnyValue {
    uint64_t whole;
    double number;
    bool is_true;
    char letter;
    const Kind *kind;
    NumberOrKind number_or_kind;
    CheckpointPeriod period;
} AnyValue;

/* By their bytes: what lies between members may make equal values differ, never others equal. */
static bool is_same_value(const Option *option, const char *a, const char *b) {
    AnyValue values[2];
    TextBuffer unused = {0};
    memset(values, 0, sizeof values);
    const bool good = option->type->parse(option, a, &values[0], &unused) &&
                      option->type->parse(option, b, &values[1], &unused);
    text_free(&unused);
    const unsigned char *bytes = (const unsigned char *)values;
    return good && memcmp(bytes, bytes + sizeof *values, sizeof *values) == 0;
}

static bool is_same_list(const Option *option, const char *a, const char *b) {
    TextList lists[2] = {{0}};
    const char *problem;
    Option item = *option;
    item.type = option->type->items;
    bool same = text_split_list(a, &lists[0], &problem) &&
                text_split_list(b, &lists[1], &problem) && lists[0].n == lists[1].n;
    for (size_t i = 0; same && i < lists[0].n; i++) {
        const char *const left = lists[0].items[i], *const right = lists[1].items[i];
        same = strcmp(left, right) == 0 || (item.type && is_same_value(&item, left, right));
    }
    text_list_free(&lists[0]);
    text_list_free(&lists[1]);
    return same;
}

bool option_is_same(const Option *option, const char *a, const char *b) {
    const OptionType *type = option->type;
    return strcmp(a, b) == 0 || (!is_word(option, a) && !is_word(option, b) && !type->is_path &&
                                 (type->is_list    ? is_same_list(option, a, b)
                                  : !type->release ? is_same_value(option, a, b)
                                                   : false));
}

/* ---- describing ---- */

static void append_bound(TextBuffer *out, double bound) {
    char number[TEXT_NUMBER];
    text_from_double(number, bound);
    text_append(out, number);
}

void option_describe_values(TextBuffer *out, const Option *option) {
    text_append(out, option->type->words);
    if (has_range(option) && isinf(option->maximum)) {
        text_append(out, " of at least ");
        append_bound(out, option->minimum);
    } else if (has_range(option)) {
        text_append(out, " from ");
        append_bound(out, option->minimum);
        text_append(out, " to ");
        append_bound(out, option->maximum);
    }
    if (option->choices) {
        text_append(out, has_range(option) ? " or one of " : "");
        kind_list_names(out, option->choices());
    }
    if (option->word && *option->word) {
        text_printf(out, " or %s", option->word);
    }
}
