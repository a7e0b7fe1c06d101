/* What one training step costs: median microseconds of a step of batch, forward, loss, backward and
 * Adam update, through the functions that training itself uses. The networks have ReLU layers and
 * softmax cross-entropy; rows are synthetic and reached through shuffled indices.
 *
 *     bench_steps [--cpu LEVEL] [--steps N] [--phases N] [-j THREADS] [NETWORK ...]
 *
 * The networks are tiny, tab, mid, image and, only when named, wide. One line per network: its
 * name, the microseconds, the percentage that its matrix products alone are of the FMA peak
 * measured before and after it, and the threads that nntrain chooses for it; or, with --steps, just
 * that many steps and no timing, for programs that count what a step does (count_instructions.sh);
 * or, with --phases, where the time of so many steps goes, in microseconds of a step: its name,
 * batch, forward, loss and backward, update, transposing the new weights. (Training itself updates
 * large networks while their gradients are in the cache, and takes less than the sum.)
 * compare.py sets the numbers beside those of PyTorch and others; by itself a number says little,
 * since it depends on the machine and on what else runs there. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "fma_peak.h"
#include "training/step.h"
#include "training/thread_plan.h"

enum { N_ROWS = 4096, MOST_HIDDEN = 3, MOST_CHUNKS = 64 };

/* Steps are timed in chunks of CHUNK_SECONDS, until MEASURED_SECONDS are full. */
#define WARM_UP_SECONDS  0.1
#define CHUNK_SECONDS    0.01
#define MEASURED_SECONDS 0.5

typedef struct Case {
    Kind kind;
    size_t n_inputs, hidden[MOST_HIDDEN], n_hidden, n_classes, batch;
    bool only_when_named;
} Case;

static const Case cases[] = {
    {{.name = "tiny"}, 4, {16}, 1, 3, 16, false},
    {{.name = "tab"}, 30, {64, 32}, 2, 2, 32, false},
    {{.name = "mid"}, 100, {256, 128}, 2, 10, 128, false},
    {{.name = "image"}, 784, {512, 256}, 2, 10, 128, false},
    {{.name = "wide"}, 1024, {2048, 2048, 2048}, 3, 10, 512, true},
};
static const KindTable case_kinds = KIND_TABLE("network", cases);

static const void *row_named(const KindTable *table, const char *name) {
    const Kind *row = kind_find(table, name);
    if (row == NULL) {
        TextBuffer names = {0};
        kind_list_names(&names, table);
        fprintf(stderr, "bench_steps: no %s is called %s; there are %s\n", table->noun, name,
                text_of(&names));
        exit(2);
    }
    return row;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void build_network(const Case *of, Network *network) {
    LayerOptions layers[MOST_HIDDEN];
    for (size_t i = 0; i < of->n_hidden; i++) {
        layers[i] = (LayerOptions){.units = (int64_t)of->hidden[i],
                                   .activation = row_named(activation_kinds(), "relu"),
                                   .norm = row_named(norm_kinds(), "none")};
    }
    const NetworkOptions options = {
        .layers = layers, .n_layers = of->n_hidden, .output = row_named(output_kinds(), "softmax")};
    NetworkInput *inputs = NEW(NetworkInput, of->n_inputs);
    Error err = {0};
    if (!network_build(&options, inputs, of->n_inputs, of->n_classes, network, &err)) {
        fprintf(stderr, "bench_steps: the network %s cannot be built\n", of->kind.name);
        exit(1);
    }
    memory_free(inputs);
}

/* Inputs uniform with mean 0 and variance 1, classes by chance. */
static void make_dataset(const Case *of, Dataset *dataset) {
    *dataset = (Dataset){.n_rows = N_ROWS,
                         .n_inputs = of->n_inputs,
                         .n_targets = 1,
                         .x_row = compute_spread(of->n_inputs),
                         .y_row = compute_pad(1)};
    dataset->x = NEW(float, N_ROWS * dataset->x_row);
    dataset->y = NEW(float, N_ROWS * dataset->y_row);
    const RandomStream stream = random_stream(1, RANDOM_BOOTSTRAP);
    const float reach = sqrtf(3.0f);
    for (uint32_t i = 0; i < N_ROWS; i++) {
        uint32_t words[4];
        for (uint32_t j = 0; j < of->n_inputs; j++) {
            random_words(stream, i, j, 0, 0, words);
            dataset->x[i * dataset->x_row + j] = reach * (2.0f * random_unit(words[0]) - 1.0f);
        }
        random_words(stream, i, 0, 1, 0, words);
        dataset->y[i * dataset->y_row] =
            (float)random_below(words[0], words[1], (uint32_t)of->n_classes);
    }
}

/* Training that can go on for any number of steps. */
typedef struct Run {
    Stepper stepper;
    uint32_t order[N_ROWS];
    size_t next; /* first example of the next batch */
    uint32_t epoch;
} Run;

/* The seconds that n steps take. */
static double time_steps(Run *run, size_t n) {
    const size_t batch = run->stepper.batch_size;
    const double rate = run->stepper.optimizer.settings.learning_rate;
    const double begin = seconds_now();
    for (size_t i = 0; i < n; i++) {
        if (!stepper_step(&run->stepper, run->order + run->next, batch, run->epoch, rate)
                 .is_finite) {
            fprintf(stderr, "bench_steps: training diverged\n");
            exit(1);
        }
        run->next += batch;
        if (run->next + batch > N_ROWS) {
            run->next = 0;
            run->epoch++;
        }
    }
    return seconds_now() - begin;
}

/* Adds the seconds since *last to *phase. */
static void pass_phase(double *phase, double *last) {
    const double now = seconds_now();
    *phase += now - *last;
    *last = now;
}

/* The parts of n steps one after the other, as training has them for small networks. */
static void time_phases(const Case *of, Run *run, size_t n) {
    Stepper *s = &run->stepper;
    const double rate = s->optimizer.settings.learning_rate;
    double gather = 0.0, forward = 0.0, backward = 0.0, update = 0.0, refresh = 0.0;
    time_steps(run, n / 10 + 1); /* warm caches */
    double last = seconds_now();
    for (size_t i = 0; i < n; i++) {
        const size_t first = i % (N_ROWS / s->batch_size) * s->batch_size;
        dataset_gather(s->train, run->order + first, s->batch_size, s->x, s->y, NULL);
        pass_phase(&gather, &last);
        model_forward_training(s->model, s->workspace, s->x, s->batch_size, NULL);
        pass_phase(&forward, &last);
        model_backward(s->model, s->workspace, s->loss, s->y, s->train->y_row, NULL, s->batch_size,
                       s->gradient);
        pass_phase(&backward, &last);
        optimizer_apply(&s->optimizer, optimizer_begin_step(&s->optimizer, rate), 0.0,
                        s->model->parameters, s->gradient, 0, s->model->network->n_parameters);
        pass_phase(&update, &last);
        model_refresh(s->model);
        pass_phase(&refresh, &last);
    }
    const double each = 1e6 / (double)n;
    printf("%s batch %.2f forward %.2f backward %.2f update %.2f transpose %.2f\n", of->kind.name,
           each * gather, each * forward, each * backward, each * update, each * refresh);
    fflush(stdout);
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median seconds of a step over chunks of steps. */
static double median_step(Run *run) {
    size_t n = 1;
    for (double warm = 0.0; warm < WARM_UP_SECONDS;) {
        const double taken = time_steps(run, n);
        warm += taken;
        n = (size_t)(CHUNK_SECONDS * (double)n / taken) + 1;
    }
    double steps[MOST_CHUNKS], total = 0.0;
    size_t n_chunks = 0;
    for (; n_chunks < MOST_CHUNKS && total < MEASURED_SECONDS; n_chunks++) {
        const double taken = time_steps(run, n);
        steps[n_chunks] = taken / (double)n;
        total += taken;
    }
    qsort(steps, n_chunks, sizeof *steps, compare_doubles);
    return steps[n_chunks / 2];
}

/* Operations of a step's matrix products: forward, weight gradient and, but for the first layer,
 * input gradient. */
static double step_flops(const Case *of) {
    double flops = 0.0;
    size_t n_inputs = of->n_inputs;
    for (size_t i = 0; i <= of->n_hidden; i++) {
        const size_t n_units = i < of->n_hidden ? of->hidden[i] : of->n_classes;
        flops += (i == 0 ? 2.0 : 3.0) * 2.0 * (double)(of->batch * n_inputs * n_units);
        n_inputs = n_units;
    }
    return flops;
}

static void report(const Case *of, const Network *network, Run *run) {
    const FmaPeak *level = BY_LEVEL(fma_peak);
    const double before = fma_peak_rate(level), seconds = median_step(run);
    const double after = fma_peak_rate(level), peak = before > after ? before : after;
    printf("%s %.4f %.2f %zu\n", of->kind.name, 1e6 * seconds,
           1e-7 * step_flops(of) / seconds / peak,
           thread_plan_choose(0, thread_plan_step_time(network, of->batch)));
    fflush(stdout);
}

typedef struct Request {
    size_t n_steps;  /* 0: as many as a good timing takes */
    size_t n_phases; /* steps of which the phases are timed; 0: none */
    size_t n_threads;
} Request;

static void bench(const Case *of, const Request *request, Team *team) {
    static const double none = (double)NAN; /* the default */
    const FitOptions options = {.seed = 1,
                                .batch_size = (int64_t)of->batch,
                                .optimizer = row_named(optimizer_kinds(), "adam"),
                                .settings = {none, none, none, none, none, none},
                                .team = team};
    const LossFunction loss = {.loss = row_named(loss_kinds(), "cross_entropy"),
                               .n_classes = of->n_classes};
    Network network = {0};
    build_network(of, &network);
    Dataset dataset;
    make_dataset(of, &dataset);
    Model model;
    model_init(&model, &network);
    model_start(&model, &(InitializerSettings){0}, options.seed);
    Run run = {.epoch = 1};
    stepper_init(&run.stepper, &options, &loss, &dataset, &model);
    for (uint32_t i = 0; i < N_ROWS; i++) {
        run.order[i] = i;
    }
    random_shuffle(random_stream(options.seed, RANDOM_SHUFFLE), 1, 0, run.order, N_ROWS);
    if (request->n_phases > 0) {
        time_phases(of, &run, request->n_phases);
    } else if (request->n_steps > 0) {
        time_steps(&run, request->n_steps);
    } else {
        report(of, &network, &run);
    }
    stepper_free(&run.stepper);
    model_free(&model);
    dataset_free(&dataset);
    network_free(&network);
}

static void use_level(const char *name) {
    if (!compute_use_level(row_named(level_kinds(), name))) {
        fprintf(stderr, "bench_steps: this machine has no %s\n", name);
        exit(2);
    }
}

static size_t read_number(const char *option, const char *value) {
    const size_t n = strtoul(value, NULL, 10);
    if (n == 0) {
        fprintf(stderr, "bench_steps: %s %s: must be a number from 1 on\n", option, value);
        exit(2);
    }
    return n;
}

static void read_option(const char *option, const char *value, Request *request) {
    if (strcmp(option, "--cpu") == 0) {
        use_level(value);
    } else if (strcmp(option, "--steps") == 0) {
        request->n_steps = read_number(option, value);
    } else if (strcmp(option, "--phases") == 0) {
        request->n_phases = read_number(option, value);
    } else if (strcmp(option, "-j") == 0) {
        request->n_threads = read_number(option, value);
    } else {
        fprintf(stderr, "bench_steps: %s: there are --cpu LEVEL, --steps N, --phases N and -j N\n",
                option);
        exit(2);
    }
}

int main(int n_arguments, char **arguments) {
    Request request = {.n_threads = 1};
    int first = 1;
    for (; first + 1 < n_arguments && arguments[first][0] == '-'; first += 2) {
        read_option(arguments[first], arguments[first + 1], &request);
    }
    Team *team = team_start(request.n_threads);
    for (int i = first; i < n_arguments; i++) {
        row_named(&case_kinds, arguments[i]);
    }
    for (int i = first; i < n_arguments; i++) {
        bench(row_named(&case_kinds, arguments[i]), &request, team);
    }
    for (size_t i = 0; first == n_arguments && i < case_kinds.n; i++) {
        if (!cases[i].only_when_named) {
            bench(&cases[i], &request, team);
        }
    }
    team_stop(team);
    return 0;
}
