/* The configuration: one struct filled from defaults, then the config file, then the command line,
 * through the one table of options. Every mistake is found and reported in one run, before anything
 * else happens. Use: config_load, read the fields, config_free. */
#ifndef NNTRAIN_APP_CONFIG_H
#define NNTRAIN_APP_CONFIG_H

#include "app/ini.h"
#include "app/option.h"
#include "artifact/model_file.h"
#include "base/error.h"
#include "data/csv.h"
#include "data/features.h"
#include "data/schema.h"
#include "data/split.h"
#include "data/target.h"
#include "nn/loss.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"
#include "training/fit.h"
#include "training/gate.h"
#include "training/importance.h"
#include "training/tuning_search.h"

enum { CONFIG_MOST_LAYERS = 1000 };

/* [network] as written; the pipeline makes NetworkOptions of it, once the data is known. */
typedef struct NetworkConfig {
    NumberList hidden;
    KindList activations; /* Activation rows: one, or one per hidden layer */
    const Output *output; /* NULL: auto */
    const Norm *norm;
    bool residual;
    NumberList dropout; /* one, or one per hidden layer */
    double input_dropout;
} NetworkConfig;

/* [layer.N]: what it does not say is inherited (NAN, -1, NULL). */
typedef struct LayerConfig {
    int64_t units;
    const Activation *activation;
    double dropout;
    const Norm *norm;
    const Initializer *initializer;
    double bias;
    double l1, l2;
} LayerConfig;

/* Choices that need no table of their own in a lower room. */
typedef struct Restore {
    Kind kind;
    bool best; /* else the weights of the last epoch */
} Restore;

typedef struct NonfiniteRule {
    Kind kind;
    bool rolls_back; /* else training ends */
} NonfiniteRule;

typedef struct UnknownRule {
    Kind kind;
    bool is_error;
} UnknownRule;

typedef struct PredictedPart {
    Kind kind;
    Part part;
} PredictedPart;

/* How a key's value came about; one per row of the option table. */
typedef struct ConfigValue {
    char *text;  /* as written */
    char *place; /* "iris.ini:12:1", "command line: ...", or NULL: default */
    bool is_refused;
} ConfigValue;

typedef struct ConfigLayer {
    LayerConfig options;
    char *place;         /* where its section or its first key stands; NULL: a hole */
    ConfigValue *values; /* one per row of the layer table; text NULL: inherited */
} ConfigLayer;

/* [tuning] and [tuning.space]. */
typedef struct TuningConfig {
    bool is_on; /* one of the sections is there */
    const Sampler *sampler;
    int64_t trials, grid_points, batch, min_epochs, eta;
    char *objective;
    int64_t workers; /* 0: auto */
    int64_t repeats, min_success;
    double max_seconds, trial_seconds; /* 0: none */
    char *shard_text;                  /* "3/8", or NULL */
    size_t shard, n_shards;            /* 2 of 8; 0 of 1 without */
    Space space;
} TuningConfig;

typedef struct Config {
    char *path;   /* the config file, escaped for messages */
    char *folder; /* its folder: relative paths start here */

    char *name;
    uint64_t seed;
    int64_t threads; /* 0: auto */
    double max_seconds;

    CsvOptions csv;
    TextList validation_files, test_files;
    SchemaOptions schema;
    SplitOptions split;
    FeatureOptions features;
    const UnknownRule *unknown;
    const Scaler *target_scaler; /* NULL: auto */

    NetworkConfig network;
    ConfigLayer *layers; /* [layer.1], [layer.2], ... in place of network.hidden */
    size_t n_layers;

    const Initializer *initializer; /* NULL: auto */
    InitializerSettings initializer_settings;
    double bias;
    char *warm_start; /* init.from, or NULL */

    const Loss *loss; /* NULL: auto */
    LossOptions loss_options;
    TextList class_weights; /* empty: none; "balanced"; or "class:weight" items */

    const Optimizer *optimizer;
    OptimizerSettings optimizer_settings;
    ScheduleOptions schedule;
    NumberList milestones;
    double l1, l2;
    FitOptions fit; /* seed, optimizer, schedule, monitor are filled in by config_load */
    const Restore *restore;
    const NonfiniteRule *on_nonfinite;
    char *monitor;

    KindList metrics; /* Metric rows; none: auto */
    NumberOrKind threshold;
    int64_t bootstrap;
    const ImportanceMethod *importance; /* NULL: none */
    const PredictedPart *predictions;   /* NULL: none */
    GateList gates;

    TuningConfig tuning;

    char *output_folder;               /* "{name}" replaced */
    const WeightFormat *weight_format; /* NULL: auto, by the number of parameters */
    bool report;

    ConfigValue *values; /* one per row of the option table */
    Ini entries;         /* all that was written, the command line's last */
} Config;

/* The one table of options, and the one of [layer.N] (its fields are those of LayerConfig). */
extern const Option config_options[];
extern const size_t config_n_options;
extern const Option config_layer_options[];
extern const size_t config_n_layer_options;

/* Reads the file and the overrides ("section.key=value"). Mistakes go to problems; false when there
 * are errors, or (with *err filled, ERROR_FILE) when the file cannot be read. A zeroed config; free
 * it in any case. */
bool config_load(const char *path, const TextList *overrides, Config *config, Problems *problems,
                 Error *err);
/* The same from n bytes that were read from path. */
bool config_parse(const char *path, const char *bytes, size_t n, const TextList *overrides,
                  Config *config, Problems *problems);
/* True when the keys of step 1 can be used, whatever else was wrong with the config. */
bool config_knows_data(const Config *config);
/* The same config with other values of some keys, and without [tuning]: settings are entries like
 * those of a file (paths start at the config's folder). Mistakes go to problems; false when there
 * are errors. base comes from config_load. A zeroed config; free it in any case. */
bool config_vary(const Config *base, const Ini *settings, Config *config, Problems *problems);
/* Only the defaults, of every key that has one; for what asks about defaults without a file. */
void config_set_defaults(Config *config, Problems *problems);
void config_free(Config *config);

/* The config as it was resolved: every key with its value, and where it came from as a comment.
 * Paths are written relative to `folder`, from where the file will be run. */
void config_print(TextBuffer *out, const Config *config, const char *folder);

/* What the config asks beyond the defaults, as INI text: nothing that only says how and where, no
 * folders. */
void config_print_chosen(TextBuffer *out, const Config *config);

/* The value of a key of config_options as config_print writes it. Released with memory_free. */
char *config_written(const Option *option, const Config *config, const char *folder);

/* A list of paths that are meant from folder `from`, as it is written in folder `to`; absolute ones
 * and "-" stay. Released with memory_free. */
char *config_move_paths(const char *text, const char *from, const char *to);

/* What was written for a key, "section.key". */
const char *config_text(const Config *config, const char *key);

/* Where a key was written, "iris.ini:3:1"; the path of the config for one that was not. */
const char *config_place(const Config *config, const char *section, const char *key);

#endif
