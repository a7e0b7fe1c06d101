#!/usr/bin/python3
"""The test metric of nntrain beside scikit-learn's MLP, as a Markdown table for the README.

    accuracy.py NNTRAIN [--seeds N] [--init KIND] [DATA ...]

NNTRAIN is the built program (`make bench-accuracy` calls this script with it); DATA are names from
the table below, all by default. For each seed the rows of a data set are split once, and both
programs get the same rows with the same layers, optimizer, learning rate, batch size, epochs and
scaling, through the interfaces that their users have: nntrain a config and a CSV with a column
that names the part, scikit-learn a Pipeline. First weights are each program's own default, which
differ: He for nntrain, Glorot for scikit-learn. `--init xavier_uniform` gives nntrain's weights
scikit-learn's distribution, to tell that difference from all others.

How to read it: mean and standard deviation of the test metric over the seeds, and the mean of the
difference seed by seed (positive: nntrain is better) with its standard error. A difference of less
than two standard errors is chance: the programs draw different first weights and batches.

Needs scikit-learn and pandas (Debian: python3-sklearn python3-pandas).
"""

import argparse
import statistics
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import pandas
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parents[2]
TEST_SHARE = 0.25
LEARNING_RATE = 0.001


@dataclass
class Task:
    name: str  # data/NAME.csv; the target is its last column
    hidden: tuple
    batch_size: int
    epochs: int
    metric: str = "accuracy"


TASKS = [
    Task("iris", (16,), 16, 200),
    Task("wine", (32, 16), 16, 100),
    Task("breast_cancer", (64, 32), 32, 60),
    Task("digits", (128, 64), 32, 60),
    Task("diabetes", (32,), 32, 60, metric="r2"),
]


def train_nntrain(program, init, task, data, is_test, seed, folder):
    """data: with the target as its last column; is_test says which rows test."""
    csv = folder / "data.csv"
    data.assign(part=["test" if test else "train" for test in is_test]).to_csv(csv, index=False)
    config = folder / "task.ini"
    config.write_text(
        f"""[run]
seed = {seed}
[data]
file = {csv}
target = {data.columns[-1]}
[split]
column = part
[preprocess]
scale = standard
[network]
hidden = {", ".join(map(str, task.hidden))}
activation = relu
[training]
epochs = {task.epochs}
batch_size = {task.batch_size}
[optimizer]
name = adam
learning_rate = {LEARNING_RATE}
[init]
weights = {init}
[output]
dir = {folder / "run"}
"""
    )
    command = [program, str(config), "--quiet", "--print", f"test.{task.metric}"]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(result.stdout)


def train_sklearn(task, data, is_test, seed):
    settings = {
        "hidden_layer_sizes": task.hidden,
        "activation": "relu",
        "solver": "adam",
        "alpha": 0.0,
        "learning_rate_init": LEARNING_RATE,
        "batch_size": task.batch_size,
        "max_iter": task.epochs,
        "n_iter_no_change": task.epochs + 1,  # never stops early
        "random_state": seed,
    }
    if task.metric == "r2":  # the target is scaled, as nntrain does by default
        model = TransformedTargetRegressor(MLPRegressor(**settings), transformer=StandardScaler())
    else:
        model = MLPClassifier(**settings)
    model = make_pipeline(StandardScaler(), model)
    x, y = data.iloc[:, :-1].to_numpy(), data.iloc[:, -1].to_numpy()
    model.fit(x[~is_test], y[~is_test])
    score = r2_score if task.metric == "r2" else accuracy_score
    return score(y[is_test], model.predict(x[is_test]))


def compare(program, init, task, n_seeds):
    """Test metrics of nntrain and of scikit-learn, by seed."""
    data = pandas.read_csv(ROOT / "data" / f"{task.name}.csv")
    rows = data.index.to_numpy()
    classes = None if task.metric == "r2" else data.iloc[:, -1]
    ours, theirs = [], []
    for seed in range(1, n_seeds + 1):
        _, test = train_test_split(rows, test_size=TEST_SHARE, stratify=classes, random_state=seed)
        is_test = data.index.isin(test)
        with tempfile.TemporaryDirectory() as folder:
            ours.append(train_nntrain(program, init, task, data, is_test, seed, Path(folder)))
        theirs.append(train_sklearn(task, data, is_test, seed))
    return ours, theirs


def spread_text(values):
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}"


def table_row(task, ours, theirs):
    differences = [mine - other for mine, other in zip(ours, theirs)]
    error = statistics.stdev(differences) / len(differences) ** 0.5
    hidden = "-".join(map(str, task.hidden))
    return (
        f"| {task.name} | {hidden} | {task.batch_size} | {task.epochs} | {task.metric} "
        f"| {spread_text(ours)} | {spread_text(theirs)} "
        f"| {statistics.mean(differences):+.4f} ± {error:.4f} |"
    )


def print_caption(n_seeds, init):
    own = "each program's own default" if init == "auto" else f"{init} in nntrain"
    print(
        f"Test metric, mean ± standard deviation over {n_seeds} seeds; difference: mean ± "
        "standard error, seed by seed.\n"
        f"Each seed splits the rows anew, {1 - TEST_SHARE:.0%} train and {TEST_SHARE:.0%} test "
        "(by class), the same rows on both sides.\n"
        f"On both sides: ReLU layers, Adam with learning rate {LEARNING_RATE}, no penalty, no "
        "early stopping, weights of the last epoch,\n"
        "inputs (and the target of a regression) scaled to mean 0 and variance 1 on the training "
        f"rows; first weights: {own}.\n"
    )


def main():
    parser = argparse.ArgumentParser(description="Test metrics of nntrain and scikit-learn.")
    parser.add_argument("program", metavar="NNTRAIN")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--init", default="auto", metavar="KIND", help="init.weights of nntrain")
    parser.add_argument("data", nargs="*", metavar="DATA")
    arguments = parser.parse_intermixed_args()
    wrong = set(arguments.data) - {task.name for task in TASKS}
    if wrong or arguments.seeds < 2:
        parser.error(f"no such data: {', '.join(wrong)}" if wrong else "at least two seeds")
    warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are fixed on purpose
    print_caption(arguments.seeds, arguments.init)
    print("| data | hidden | batch | epochs | metric | nntrain | scikit-learn | difference |")
    print("|---|---|---|---|---|---|---|---|")
    program = str(Path(arguments.program).resolve())
    for task in TASKS:
        if not arguments.data or task.name in arguments.data:
            ours, theirs = compare(program, arguments.init, task, arguments.seeds)
            print(table_row(task, ours, theirs), flush=True)


if __name__ == "__main__":
    main()
