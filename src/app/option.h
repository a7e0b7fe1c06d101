/* One configuration key is ONE row: where it stands, its type, default, range, choices, help, and
 * when it has an effect. Parsing, validation, help, the README's table and the resolved config all
 * walk the table of rows (app/options.c). A type is a pair of functions; "auto", "none", "full" are
 * the row's word. */
#ifndef NNTRAIN_APP_OPTION_H
#define NNTRAIN_APP_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/kind.h"
#include "base/text.h"

typedef struct Option Option;

typedef struct OptionType {
    const char *name;  /* as tables show it: "integer", "number", "text", ... */
    const char *words; /* as messages say it: "an integer" */
    /* Parses a whole value into field; false with a reason that names the rule. */
    bool (*parse)(const Option *option, const char *text, void *field, TextBuffer *reason);
    void (*release)(void *field);   /* NULL when the field owns nothing */
    bool is_path;                   /* relative to the config's folder */
    bool is_list;                   /* of items with commas between them */
    const struct OptionType *items; /* of a list, what each is; NULL: a text, or no list */
} OptionType;

struct Option {
    const char *section, *key;
    const OptionType *type;
    size_t offset;              /* of the field in the struct that the table fills */
    const char *default_text;   /* NULL: required */
    double minimum, maximum;    /* numbers; both 0: no range */
    const char *word;           /* a word that is allowed instead of a value, or NULL */
    double word_value;          /* what numbers then hold */
    KindTableFunction *choices; /* kinds */
    const char *help;
    /* Why the key has no effect under this config ("optimizer.name = adam"), or NULL when it has;
     * may be NULL. */
    const char *(*without_effect)(const void *config, TextBuffer *reason);
    int step;              /* 1..9, of the nine steps; 0 for the rest */
    bool is_outward;       /* says how the run is done and where it goes; no number depends on it */
    bool may_change;       /* between an interruption and --resume, as what is outward may */
    bool is_beside_trials; /* may differ in a shard of a search, and when the search goes on, as
                            * what is outward and paths may */
};

/* Arrays that options fill. */
typedef struct NumberList {
    double *items;
    size_t n;
} NumberList;

typedef struct KindList {
    const Kind **items;
    size_t n;
} KindList;

/* A number, or one of a few rules that find it. */
typedef struct NumberOrKind {
    double value;
    const Kind *kind; /* NULL: value counts */
} NumberOrKind;

extern const OptionType type_text;           /* char * */
extern const OptionType type_paths;          /* TextList: paths and globs */
extern const OptionType type_path;           /* char * */
extern const OptionType type_folder;         /* char *, relative to the current folder */
extern const OptionType type_names;          /* TextList; the word gives none */
extern const OptionType type_boolean;        /* bool */
extern const OptionType type_integer;        /* int64_t */
extern const OptionType type_seed;           /* uint64_t */
extern const OptionType type_number;         /* double; also "10%" */
extern const OptionType type_duration;       /* double seconds: 90s 15m 2h */
extern const OptionType type_period;         /* CheckpointPeriod: epochs, or a duration */
extern const OptionType type_delimiter;      /* char */
extern const OptionType type_kind;           /* const Kind * (the row); the word gives NULL */
extern const OptionType type_kinds;          /* KindList */
extern const OptionType type_numbers;        /* NumberList */
extern const OptionType type_integers;       /* NumberList of whole numbers */
extern const OptionType type_number_or_kind; /* NumberOrKind */

/* The values that the option takes, in words: "one of linear, step, ...", "a number from 0 to 1, or
 * none". */
void option_describe_values(TextBuffer *out, const Option *option);

/* Do two texts mean the same value, as "16,8" and "16, 8", or "70%" and "0.7"? Paths: only when
 * they are equal. */
bool option_is_same(const Option *option, const char *a, const char *b);

#endif
