#include "app/starter.h"

#include <stdio.h>
#include <string.h>

#include "app/starter_columns.h"
#include "base/memory.h"
#include "data/categories.h"
#include "data/task.h"

/* MANY_CATEGORIES: the default of preprocess.max_categories. */
enum {
    MANY_CLASSES = 12,
    MANY_COLUMNS = 40,
    MANY_CATEGORIES = 64,
    UNEQUAL = 3,
    COMMENT_AT = 31,
    FEW_OF_A_CLASS = 10
};

/* What suits how much data. A larger network has more to learn from more rows; a small data set
 * needs more passes. */
typedef struct Size {
    size_t below;                                        /* rows */
    const char *hidden, *batch_size, *epochs, *patience; /* patience NULL: too few rows to split */
    const char *learning_rate;
} Size;

/* clang-format off */
static const Size sizes[] = {
    {50,       "8",        "full", "500", NULL, "0.05"},
    {500,      "32, 16",   "16",   "300", "30", "0.001"},
    {5000,     "64, 32",   "32",   "200", "20", "0.001"},
    {100000,   "128, 64",  "128",  "100", "10", "0.001"},
    {SIZE_MAX, "256, 128", "256",  "50",  "5",  "0.001"},
};
/* clang-format on */

/* What the parts of the config are made from. */
typedef struct Starter {
    const Table *table;
    const Schema *schema;
    StarterColumns columns;
    Categories classes; /* of the target, when the task has classes */
    size_t rarest, largest;
    const Size *size;
} Starter;

static void count_classes(Starter *in) {
    const size_t column = in->schema->targets[0];
    Categories *classes = &in->classes;
    for (size_t row = 0; row < in->table->n_rows; row++) {
        if (!table_is_missing(in->table, row, column)) {
            categories_add(classes, table_cell(in->table, row, column), row);
        }
    }
    categories_sort(classes);
    for (size_t i = 1; i < classes->n; i++) {
        in->rarest = classes->items[i].count < classes->items[in->rarest].count ? i : in->rarest;
        in->largest = classes->items[i].count > classes->items[in->largest].count ? i : in->largest;
    }
}

/* Has each class a row among the oldest, which train, when rows are in the order of time? */
static bool are_classes_early(const Starter *in) {
    const size_t n_train = in->table->n_rows * 7 / 10;
    for (size_t i = 0; i < in->classes.n; i++) {
        if (in->classes.items[i].first_row >= n_train) {
            return false;
        }
    }
    return true;
}

/* Without a class of some rows there is nothing to set apart, however many rows there are. */
static const Size *size_for(const Starter *in) {
    const bool rare = in->classes.n && in->classes.items[in->largest].count < FEW_OF_A_CLASS;
    const Size *size = sizes;
    while (!rare && in->table->n_rows >= size->below) {
        size++;
    }
    return size;
}

/* ---- the comment at the top ---- */

static void append_number(TextBuffer *out, double value) {
    char text[TEXT_NUMBER];
    text_append_bytes(out, text, text_from_double(text, value));
}

static void append_class(TextBuffer *out, const Category *category) {
    text_append_escaped(out, category->name, strlen(category->name));
    text_printf(out, " (%zu)", category->count);
}

static void append_classes(TextBuffer *out, const Starter *in) {
    const Category *classes = in->classes.items;
    text_printf(out, "%zu classes, ", in->classes.n);
    if (in->classes.n > MANY_CLASSES) {
        text_append(out, "from ");
        append_class(out, &classes[in->rarest]);
        text_append(out, " to ");
        append_class(out, &classes[in->largest]);
        return;
    }
    for (size_t i = 0; i < in->classes.n; i++) {
        text_append(out, i ? ", " : "");
        append_class(out, &classes[i]);
    }
}

static void append_target(TextBuffer *out, const Starter *in, size_t column) {
    const char *name = in->table->names.items[column];
    const ColumnInfo *info = &in->schema->columns[column];
    text_append(out, "; target ");
    text_append_escaped(out, name, strlen(name));
    text_printf(out, ": %s, ", in->schema->task->kind.name);
    if (in->schema->task->has_classes) {
        append_classes(out, in);
    } else {
        append_number(out, info->minimum);
        text_append(out, " to ");
        append_number(out, info->maximum);
    }
    if (info->n_missing) {
        text_printf(out, "; missing in %zu rows: fill them in, or remove them, before training",
                    info->n_missing);
    }
    text_append(out, "\n");
}

static size_t count_missing(const Starter *in) {
    size_t n = 0;
    for (size_t i = 0; i < in->schema->n_columns; i++) {
        n += in->schema->columns[i].n_missing;
    }
    return n;
}

/* The first lines of a description, as comments. */
static void append_columns(TextBuffer *out, const Starter *in) {
    TextBuffer all = {0};
    starter_columns_describe(&all, &in->columns, in->schema, in->table);
    const char *line = text_of(&all);
    for (size_t i = 0; i < in->schema->n_columns && i < MANY_COLUMNS; i++) {
        const size_t n = strcspn(line, "\n");
        text_append(out, ";   ");
        text_append_bytes(out, line, n);
        text_append(out, "\n");
        line += n + (line[n] == '\n');
    }
    if (in->schema->n_columns > MANY_COLUMNS) {
        text_printf(out, ";   ... %zu columns in all\n", in->schema->n_columns);
    }
    text_free(&all);
}

static void append_header(TextBuffer *out, const Starter *in, const StarterInput *names) {
    const size_t n_missing = count_missing(in);
    text_append(out, "; ");
    text_append_uncut(out, names->file, strlen(names->file));
    text_printf(out, ": %zu rows, %zu columns, ", in->table->n_rows, in->table->n_columns);
    if (n_missing) {
        text_printf(out, "%zu missing cell%s\n", n_missing, n_missing == 1 ? "" : "s");
    } else {
        text_append(out, "no missing cells\n");
    }
    for (size_t i = 0; i < in->schema->n_targets; i++) {
        append_target(out, in, in->schema->targets[i]);
    }
    text_append(out, ";\n");
    append_columns(out, in);
    text_append(out, ";\n; check: nntrain check ");
    text_append_uncut(out, names->config, strlen(names->config));
    text_append(out, "\n; train: nntrain ");
    text_append_uncut(out, names->config, strlen(names->config));
    text_append(
        out,
        "\n; what a key means: nntrain help SECTION.KEY, e.g. nntrain help network.activation\n");
}

/* ---- sections ---- */

/* "key = value" with the comment, or NULL, from one column on. */
static void append_line(TextBuffer *out, const char *key, const char *value, const char *comment) {
    TextBuffer line = {0};
    text_printf(&line, "%s = %s", key, value);
    text_printf(out, "%-*s%s%s\n", comment ? COMMENT_AT : 0, text_of(&line), comment ? " ; " : "",
                comment ? comment : "");
    text_free(&line);
}

static bool is_there(const Starter *in, size_t column) { return column < in->table->n_columns; }

/* Rows in the order of their time: what comes later is what the model will meet. */
static void append_times(TextBuffer *out, const Starter *in) {
    const StarterColumns *columns = &in->columns;
    if (is_there(in, columns->time)) {
        text_append(out,
                    "; Never falls from row to row: the oldest rows train, the newest test.\n");
        starter_append_columns(out, "time", in->table, &columns->time, 1);
    } else if (is_there(in, columns->rising)) {
        text_append(out, "; Never falls from row to row. If it is time, train on the oldest rows "
                         "and test on the newest:\n");
        starter_append_columns(out, "; time", in->table, &columns->rising, 1);
    }
}

/* One key, so one list. */
static void append_ignored(TextBuffer *out, const Starter *in) {
    const StarterColumns *columns = &in->columns;
    const struct {
        const size_t *indices;
        size_t n;
        const char *why;
    } groups[] = {
        {columns->empty, columns->n_empty, "No value in any row."},
        {columns->same, columns->n_same, "The same value in every row."},
        {columns->dates, columns->n_dates,
         "Dates: new rows have others, so as categories they say nothing."},
        {columns->remarks, columns->n_remarks,
         "Remarks: no text is there twice, so as categories they say nothing."},
    };
    size_t *all = NEW(size_t, in->table->n_columns);
    size_t n = 0;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        for (size_t i = 0; i < groups[g].n; i++) {
            all[n++] = groups[g].indices[i];
        }
        if (groups[g].n > 0) {
            text_printf(out, "; %s\n", groups[g].why);
        }
    }
    if (n > 0) {
        starter_append_columns(out, "ignore", in->table, all, n);
    }
    memory_free(all);
}

static bool append_data(TextBuffer *out, const Starter *in, const StarterInput *names) {
    const StarterColumns *columns = &in->columns;
    text_append(out, "\n[data]\n");
    if (!starter_append_path(out, "file", names->file)) {
        return false;
    }
    starter_append_columns(out, "target", in->table, in->schema->targets, in->schema->n_targets);
    text_printf(out, "; task = %-22s ; as found; also: ", in->schema->task->kind.name);
    kind_list_names(out, task_kinds());
    text_append(out, "\n");
    if (columns->n_ids) {
        text_append(
            out,
            "; Different in every row, so nothing to learn from; it goes into prediction files.\n");
        starter_append_columns(out, "id", in->table, columns->ids, columns->n_ids);
    }
    append_times(out, in);
    append_ignored(out, in);
    if (columns->n_diverse) {
        text_append(
            out, "; More different texts than are useful as categories; ignore leaves them out.\n");
        starter_append_columns(out, "; ignore", in->table, columns->diverse, columns->n_diverse);
    }
    return true;
}

static void append_split(TextBuffer *out, const Starter *in) {
    text_append(out, "\n[split]\n");
    if (is_there(in, in->columns.time)) {
        text_append(out,
                    "method = time                   ; random, when nothing changes with time\n");
        return;
    }
    if (in->size->patience) {
        text_append(out,
                    "; method = group                ; with data.group, when rows belong together\n"
                    "; folds = 5                     ; cross-validation\n");
        return;
    }
    append_line(out, "train", "1", "too few rows to keep any apart");
    append_line(out, "validation", "0", NULL);
    append_line(out, "test", "0", NULL);
}

/* A 0/1 column per category is much for many of them. */
static void append_encode(TextBuffer *out, const Starter *in) {
    const size_t n = in->schema->columns[in->columns.widest].n_distinct;
    if (n <= MANY_CATEGORIES) {
        append_line(out, "encode", "onehot", "embedding for columns with many categories");
        return;
    }
    char shown[TEXT_SHOWN], value[16], why[TEXT_SHOWN + 64];
    const char *name = in->table->names.items[in->columns.widest];
    snprintf(value, sizeof value, "%d", MANY_CATEGORIES);
    snprintf(why, sizeof why, "rarer ones share one place; %s has %zu",
             text_shown(shown, name, strlen(name)), n);
    append_line(out, "encode", "embedding", "a learned vector per category; onehot: a column each");
    append_line(out, "; max_categories", value, why);
}

static void append_preprocess(TextBuffer *out, const Starter *in) {
    text_append(out, "\n[preprocess]\n");
    append_line(out, "scale", "standard",
                "mean 0, standard deviation 1; robust when there are outliers");
    if (in->columns.has_missing) {
        append_line(out, "impute", "median", "for missing numbers");
        text_append(out, "; missing_indicator = true      ; tell the network which were missing\n");
    }
    if (is_there(in, in->columns.widest)) {
        append_encode(out, in);
    }
}

static void append_network(TextBuffer *out, const Starter *in) {
    char why[64];
    snprintf(why, sizeof why, "units per layer, for %zu rows", in->table->n_rows);
    text_append(out, "\n[network]\n");
    append_line(out, "hidden", in->size->hidden, why);
    append_line(out, "activation", "relu", "also: tanh, gelu, selu, ... (nntrain help activation)");
    text_append(out, "; dropout = 0.2                 ; against overfitting\n");
}

static void append_training(TextBuffer *out, const Starter *in) {
    text_append(out, "\n[training]\n");
    append_line(out, "epochs", in->size->epochs,
                in->size->patience ? "at most; early stopping ends it sooner"
                                   : "passes over the rows");
    append_line(out, "batch_size", in->size->batch_size, "rows per step");
}

static void append_loss(TextBuffer *out, const Starter *in) {
    const Task *task = in->schema->task;
    text_append(out, "\n[loss]\n");
    append_line(out, "; name", task->loss, "what auto chooses (nntrain help loss)");
    if (in->classes.n &&
        in->classes.items[in->largest].count >= UNEQUAL * in->classes.items[in->rarest].count) {
        text_append(out, "; class_weight = balanced       ; the classes are of unequal size\n");
    }
}

static void append_optimizer(TextBuffer *out, const Starter *in) {
    text_append(out, "\n[optimizer]\n");
    append_line(out, "name", "adam", "also: sgd, nesterov, adamw, ... (nntrain help optimizer)");
    append_line(out, "learning_rate", in->size->learning_rate, "the first thing to change");
    text_append(out,
                "\n; [schedule]\n; name = cosine                 ; the rate falls over the epochs\n"
                "\n; [regularization]\n; l2 = 0.0001                   ; against overfitting\n");
}

static void append_stopping(TextBuffer *out, const Starter *in) {
    if (in->size->patience) {
        text_append(out, "\n[early_stopping]\n");
        append_line(out, "patience", in->size->patience, "epochs without a better validation.loss");
    }
}

static void append_evaluation(TextBuffer *out, const Starter *in) {
    const Task *task = in->schema->task;
    const char *metric = task->has_classes         ? "accuracy = >= 0.9"
                         : task->has_probabilities ? "f1_macro = >= 0.8"
                                                   : "r2 = >= 0.5";
    if (in->size->patience) {
        text_append(
            out,
            "\n; [evaluation]\n; predictions = test            ; write predictions_test.csv\n");
    }
    text_printf(
        out, "\n; [gate]                        ; fail with exit code 6 unless it holds\n; %s.%s\n",
        in->size->patience ? "test" : "train", metric);
}

bool starter_print(TextBuffer *out, const StarterInput *input) {
    Starter in = {.table = input->table, .schema = input->schema};
    if (in.schema->task->has_classes) {
        count_classes(&in);
    }
    in.size = size_for(&in);
    const bool may_split_by_time = in.size->patience && are_classes_early(&in);
    starter_columns_find(in.table, in.schema, may_split_by_time, &in.columns);
    append_header(out, &in, input);
    const bool good = append_data(out, &in, input);
    append_split(out, &in);
    append_preprocess(out, &in);
    append_network(out, &in);
    append_training(out, &in);
    append_loss(out, &in);
    append_optimizer(out, &in);
    append_stopping(out, &in);
    append_evaluation(out, &in);
    categories_free(&in.classes);
    starter_columns_free(&in.columns);
    return good;
}
