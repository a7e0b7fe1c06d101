#!/usr/bin/python3
"""TPE beside random search and Optuna's TPE: medians over seeds of the least value found.

usage: compare_search.py build/release/bench/bench_search NNTRAIN [TRIALS] [SEEDS] [FIRST SEED]

On analytic functions, and on the digits: the least validation loss of short trainings, in a wide
space of eight keys, one of them conditional. A seed decides about the draws of the samplers and, on
the digits, about the split and the networks, the same for all. The sign test counts the seeds in
which TPE ends lower than random search; the ratio is the geometric mean of TPE's value over that of
Optuna's, above what can be reached at all.

Needs Optuna (Debian: python3-optuna).
"""
import concurrent.futures
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SPACES = {
    "sphere": [("x", "uniform", -5, 5), ("y", "uniform", -5, 5), ("z", "uniform", -5, 5)],
    "branin": [("x", "uniform", -5, 10), ("y", "uniform", 0, 15)],
    "rosenbrock": [("x", "uniform", -2, 2), ("y", "uniform", -2, 2), ("z", "uniform", -2, 2)],
    "training": None,
}


def sphere(x, y, z):
    return (x - 1) ** 2 + (y + 2) ** 2 + (z - 3) ** 2


def branin(x, y):
    bend = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def rosenbrock(x, y, z):
    return 100 * (y - x * x) ** 2 + (1 - x) ** 2 + 100 * (z - y * y) ** 2 + (1 - y) ** 2


def training(trial):
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True)) + 2.5
    width = (trial.suggest_int("width", 8, 128, step=8) - 48) / 32
    name = trial.suggest_categorical("name", ["adam", "sgd", "rmsprop"])
    momentum = (trial.suggest_float("momentum", 0, 1) - 0.9) ** 2 if name == "sgd" else 0.3
    return rate**2 + 0.3 * width**2 + momentum + 0.2 * (name != "sgd")


DIGITS = """[data]
file = {root}/data/digits.csv
target = digit
[training]
epochs = 6
[output]
report = false
"""
DIGITS_SPACE = {
    "optimizer.name": ("choice", "sgd", "momentum", "rmsprop", "adam"),
    "optimizer.learning_rate": ("log", 1e-5, 1),
    "optimizer.momentum": ("uniform", 0.5, 0.99, "if optimizer.name is momentum"),
    "network.hidden": ("choice", "16", "32", "64", "32, 32", "64, 32"),
    "network.activation": ("choice", "sigmoid", "tanh", "relu", "silu"),
    "network.dropout": ("uniform", 0, 0.7),
    "regularization.l2": ("log", 1e-6, 1),
    "training.batch_size": ("choice", "8", "16", "32", "64", "128"),
}


def digits_lines():
    for key, (kind, *values) in DIGITS_SPACE.items():
        if kind == "choice":
            yield f"{key} = choice " + ", ".join(f'"{value}"' for value in values)
        else:
            low, high, *condition = values
            yield f"{key} = {kind} {low} .. {high} {' '.join(condition)}"


def digits_setting(trial):
    setting = {}
    for key, (kind, *values) in DIGITS_SPACE.items():
        if kind == "choice":
            setting[key] = trial.suggest_categorical(key, values)
        elif len(values) == 2 or setting["optimizer.name"] == "momentum":
            setting[key] = trial.suggest_float(key, *values[:2], log=kind == "log")
    return setting


class Digits:
    """What searches find on the digits, in a folder of its own per seed."""

    def __init__(self, program, n_trials, place):
        self.program, self.n_trials, self.place = Path(program).resolve(), n_trials, Path(place)
        text = DIGITS.format(root=Path(__file__).resolve().parents[2])
        (self.place / "train.ini").write_text(text)
        tuning = [f"[tuning]\ntrials = {n_trials}\nworkers = 1\n[tuning.space]", *digits_lines()]
        (self.place / "search.ini").write_text(text + "\n".join(tuning) + "\n")

    def run(self, config, *arguments, **options):
        command = [self.program, config, "-q", "run.threads=1", *arguments]
        return subprocess.run(command, cwd=self.place, text=True, stderr=subprocess.DEVNULL, **options)

    def by_nntrain(self, sampler, seed):
        folder = f"{sampler}-{seed}"
        given = (f"tuning.method={sampler}", f"run.seed={seed}", f"output.dir={folder}")
        self.run("search.ini", *given, check=True)
        return json.loads((self.place / folder / "leaderboard.json").read_text())["trials"][0]["value"]

    def by_optuna(self, seed):
        import optuna

        def loss(trial):
            given = [f"{key}={value}" for key, value in digits_setting(trial).items()]
            given += [f"run.seed={seed}", f"output.dir=optuna-{seed}", "--print", "validation.loss"]
            ended = self.run("train.ini", *given, stdout=subprocess.PIPE)
            if ended.returncode != 0:
                raise optuna.TrialPruned
            return float(ended.stdout)

        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(loss, n_trials=self.n_trials)
        return study.best_value


def objective(name):
    if SPACES[name] is None:
        return training
    function = globals()[name]
    return lambda trial: function(*(trial.suggest_float(key, low, high) for key, _, low, high in SPACES[name]))


def by_optuna(n_trials, seeds):
    import optuna

    found = {}
    for name in SPACES:
        for seed in seeds:
            study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
            study.optimize(objective(name), n_trials=n_trials)
            found.setdefault(name, []).append(study.best_value)
    return found


def by_nntrain(program, sampler, n_trials, seeds):
    found = {}
    command = [program, sampler, str(n_trials), str(len(seeds)), str(seeds[0])]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        name, _, value = line.split()
        found.setdefault(name, []).append(float(value))
    return found


def sign_test(wins, n):
    """P(at least so many wins of n by chance)."""
    return sum(math.comb(n, k) for k in range(wins, n + 1)) / 2**n


def search_digits(program, n_trials, seeds, has_optuna):
    with tempfile.TemporaryDirectory() as place, concurrent.futures.ThreadPoolExecutor(2) as pool:
        digits = Digits(program, n_trials, place)
        found = {s: list(pool.map(lambda seed: digits.by_nntrain(s, seed), seeds)) for s in ("random", "tpe")}
        if has_optuna:
            found["optuna tpe"] = list(pool.map(digits.by_optuna, seeds))
    return found


def tell(name, found):
    """Analytic values count from the least there is."""
    floor = 0.397887 if name == "branin" else 0
    medians = "".join(f"{statistics.median(values) - floor:13.5g}" for values in found.values())
    wins = sum(a < b for a, b in zip(found["tpe"], found["random"]))
    n = len(found["tpe"])
    text = f"{name:12}{medians}   {wins:2} of {n}, p = {sign_test(wins, n):<8.2g}"
    if "optuna tpe" in found:
        logs = [math.log((a - floor) / (b - floor)) for a, b in zip(found["tpe"], found["optuna tpe"])]
        text += f"  {math.exp(statistics.mean(logs)):.2f}"
    print(text, flush=True)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    given = [int(text) for text in sys.argv[3:]]
    n_trials, n_seeds, first = given + [100, 20, 0][len(given) :]
    seeds = range(first, first + n_seeds)
    columns = {s: by_nntrain(sys.argv[1], s, n_trials, seeds) for s in ("random", "tpe")}
    try:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        columns["optuna tpe"] = by_optuna(n_trials, seeds)
    except ImportError:
        print("optuna is not installed")
    has_optuna = "optuna tpe" in columns
    print(f"median of the least value, {n_trials} trials, {n_seeds} seeds from {first}")
    heads = "".join(f"{name:>13}" for name in columns)
    print(f"{'':12}{heads}   tpe beats random      " + ("  tpe / optuna" if has_optuna else ""))
    for name in SPACES:
        tell(name, {column: found[name] for column, found in columns.items()})
    tell("digits", search_digits(sys.argv[2], n_trials, seeds, has_optuna))


main()
