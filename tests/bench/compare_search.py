#!/usr/bin/python3
"""Samplers on analytic functions: medians over seeds of the least value, beside Optuna's TPE.

usage: compare_search.py build/release/bench/bench_search [TRIALS] [SEEDS] [FIRST SEED]
"""
import math
import statistics
import subprocess
import sys

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


def objective(name):
    if SPACES[name] is None:
        return training
    function = globals()[name]
    return lambda trial: function(*(trial.suggest_float(key, low, high) for key, _, low, high in SPACES[name]))


def by_optuna(n_trials, seeds):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
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


def main():
    program = sys.argv[1]
    given = [int(text) for text in sys.argv[2:]]
    n_trials, n_seeds, first = given + [60, 20, 0][len(given) :]
    seeds = range(first, first + n_seeds)
    columns = {sampler: by_nntrain(program, sampler, n_trials, seeds) for sampler in ("random", "tpe")}
    try:
        columns["optuna tpe"] = by_optuna(n_trials, seeds)
    except ImportError:
        print("optuna is not installed")
    print(f"median of the least value, {n_trials} trials, {n_seeds} seeds from {first}")
    print(f"{'':12}" + "".join(f"{name:>14}" for name in columns) + "   tpe beats random")
    for name in SPACES:
        medians = "".join(f"{statistics.median(found[name]):14.5g}" for found in columns.values())
        wins = sum(a < b for a, b in zip(columns["tpe"][name], columns["random"][name]))
        print(f"{name:12}{medians}   {wins} of {n_seeds}, p = {sign_test(wins, n_seeds):.2g}")


main()
