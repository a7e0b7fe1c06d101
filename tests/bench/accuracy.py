#!/usr/bin/python3
"""The test metric of nntrain beside scikit-learn's MLP, as a Markdown table for the README.

    accuracy.py NNTRAIN [--seeds N] [DATA ...]

NNTRAIN is the built program (`make bench-accuracy` calls this script with it) and runs configs/DATA.ini
as it is, but for the split. For each seed the rows of a data set are split once into train,
validation and test, and both programs train on the same training rows and are judged on the same
test rows, with the same layers, optimizer, learning rate, batch size and epochs. scikit-learn runs
twice: with its own default penalty, and with the config's (its alpha counts per row of a batch).

How to read it: mean and standard deviation of the test metric over the seeds, and the mean of the
difference seed by seed to the better of the two (positive: nntrain is better) with its standard
error. A difference of less than two standard errors is chance: the programs draw different first
weights and batches.

Needs scikit-learn and pandas (Debian: python3-sklearn python3-pandas).
"""

import argparse
import configparser
import statistics
import subprocess
import tempfile
import warnings
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
DEFAULT_ALPHA = 1e-4  # of scikit-learn
METRICS = {"iris": "accuracy", "wine": "accuracy", "breast_cancer": "accuracy", "digits": "accuracy",
           "diabetes": "r2"}


def split_rows(data, classes, seed):
    """The name of its part for each row: 64 % train, 16 % validation, 20 % test, by class."""
    rest, test = train_test_split(data.index, test_size=0.2, stratify=classes, random_state=seed)
    of_rest = None if classes is None else classes[rest]
    _, validation = train_test_split(rest, test_size=0.2, stratify=of_rest, random_state=seed)
    part = pandas.Series("train", index=data.index)
    part[validation] = "validation"
    part[test] = "test"
    return part


def train_nntrain(program, name, data, part, seed):
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "data.csv"
        data.assign(part=part).to_csv(csv, index=False)
        command = [program, str(ROOT / "configs" / f"{name}.ini"), "--quiet", "--print", f"test.{METRICS[name]}",
                   f"data.file={csv}", "split.column=part", f"run.seed={seed}", f"output.dir={folder}/run"]
        # a gate of the config may fail on another split (exit code 6); the number is printed all the same
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return float(result.stdout)


def train_sklearn(config, name, data, part, alpha, seed):
    epochs = int(config["training"]["epochs"])
    settings = {
        "hidden_layer_sizes": [int(units) for units in config["network"]["hidden"].split(",")],
        "activation": "relu",
        "solver": config["optimizer"]["name"],
        "alpha": alpha,
        "learning_rate_init": float(config["optimizer"]["learning_rate"]),
        "batch_size": int(config["training"]["batch_size"]),
        "max_iter": epochs,
        "n_iter_no_change": epochs + 1,  # never stops before the last epoch
        "random_state": seed,
    }
    if METRICS[name] == "r2":  # the target is scaled, as nntrain does by default
        model = TransformedTargetRegressor(MLPRegressor(**settings), transformer=StandardScaler())
    else:
        model = MLPClassifier(**settings)
    model = make_pipeline(StandardScaler(), model)
    x, y = data.iloc[:, :-1].to_numpy(), data.iloc[:, -1].to_numpy()
    model.fit(x[part == "train"], y[part == "train"])
    score = r2_score if METRICS[name] == "r2" else accuracy_score
    return score(y[part == "test"], model.predict(x[part == "test"]))


def compare(program, name, n_seeds):
    """Test metrics by seed: of nntrain, of scikit-learn with its own penalty, and with the config's."""
    config = configparser.ConfigParser()
    config.read(ROOT / "configs" / f"{name}.ini")
    matched = float(config["regularization"]["l2"]) * int(config["training"]["batch_size"])
    data = pandas.read_csv(ROOT / "data" / f"{name}.csv")
    classes = None if METRICS[name] == "r2" else data.iloc[:, -1]
    results = [], [], []
    for seed in range(1, n_seeds + 1):
        part = split_rows(data, classes, seed)
        results[0].append(train_nntrain(program, name, data, part, seed))
        for column, alpha in ((1, DEFAULT_ALPHA), (2, matched)):
            results[column].append(train_sklearn(config, name, data, part, alpha, seed))
    return config, results


def spread_text(values):
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}"


def table_row(name, config, results):
    ours = results[0]
    better = max(results[1:], key=statistics.mean)
    differences = [mine - other for mine, other in zip(ours, better)]
    error = statistics.stdev(differences) / len(differences) ** 0.5
    columns = " | ".join(spread_text(values) for values in results)
    return (f"| {name} | {config['network']['hidden']} | {METRICS[name]} | {columns} "
            f"| {statistics.mean(differences):+.4f} ± {error:.4f} |")


def main():
    parser = argparse.ArgumentParser(description="Test metrics of nntrain and scikit-learn.")
    parser.add_argument("program", metavar="NNTRAIN")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("data", nargs="*", metavar="DATA")
    arguments = parser.parse_intermixed_args()
    wrong = set(arguments.data) - set(METRICS)
    if wrong or arguments.seeds < 2:
        parser.error(f"no such data: {', '.join(wrong)}" if wrong else "at least two seeds")
    warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are fixed on purpose
    print(f"Test metric, mean ± standard deviation over {arguments.seeds} seeds, each with a split of its own; the\n"
          "same layers, Adam, learning rate, batch size, epochs and training rows on both sides.\n")
    print("| data | hidden | metric | nntrain, configs/ as shipped | scikit-learn | scikit-learn, same penalty "
          "| difference to the better |")
    print("|---|---|---|---|---|---|---|")
    program = str(Path(arguments.program).resolve())
    for name in arguments.data or METRICS:
        config, results = compare(program, name, arguments.seeds)
        print(table_row(name, config, results), flush=True)


if __name__ == "__main__":
    main()
