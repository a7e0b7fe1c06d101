#!/usr/bin/python3
"""What a search finds beside scikit-learn's MLP with its defaults: test RMSE.

    tuning.py NNTRAIN FOLDER [FOLDER ...]

NNTRAIN is the built program. Each FOLDER holds train.csv, val.csv and test.csv of a regression, the
target in the last column. nntrain tries 60 settings of a plain network, chooses by validation rows
and trains the best one again; scikit-learn's MLPRegressor trains once on the training rows, with
standardised inputs and categories as 0/1 columns. Both are judged on the test rows.

Needs scikit-learn and pandas (Debian: python3-sklearn python3-pandas).
"""

import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pandas
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import mean_squared_error
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CONFIG = """[data]
file = {folder}/train.csv
validation_file = {folder}/val.csv
test_file = {folder}/test.csv
target = {target}
task = regression
[split]
train = 1
validation = 0
test = 0
[preprocess]
scale = quantile
[training]
epochs = 54
[schedule]
name = cosine
[output]
report = false
[tuning]
method = {method}
trials = 60
min_epochs = 6
[tuning.space]
network.hidden = choice 64, "64, 64", "128, 64", "128, 128", "96, 96, 96"
network.activation = choice relu, silu, gelu
network.dropout = uniform 0 .. 0.2
optimizer.name = choice adam, adamw
optimizer.learning_rate = log 5e-4 .. 2e-2
regularization.l2 = log 1e-6 .. 1e-2
training.batch_size = choice 32, 64, 128, 256
"""


def by_sklearn(folder, target):
    parts = [pandas.read_csv(folder / f"{part}.csv") for part in ("train", "test")]
    both = pandas.get_dummies(pandas.concat(parts))
    train, test = both[: len(parts[0])], both[len(parts[0]) :]
    model = make_pipeline(StandardScaler(), MLPRegressor(random_state=42))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(train.drop(columns=target), train[target])
    return mean_squared_error(test[target], model.predict(test.drop(columns=target)), squared=False)


def by_nntrain(program, folder, target, method):
    with tempfile.TemporaryDirectory() as place:
        config = Path(place) / "search.ini"
        config.write_text(CONFIG.format(folder=folder, target=f'"{target}"', method=method))
        command = [program, str(config), "--quiet", "--print", "test.rmse", f"output.dir={place}/run"]
        begin = time.monotonic()
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return float(out), time.monotonic() - begin


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    print(f"{'data':16}{'sklearn':>10}{'nntrain':>10}{'below':>8}  search")
    for folder in (Path(text).resolve() for text in sys.argv[2:]):
        target = pandas.read_csv(folder / "train.csv", nrows=1).columns[-1]
        theirs = by_sklearn(folder, target)
        ours, seconds = by_nntrain(sys.argv[1], folder, target, "hyperband")
        print(f"{folder.name:16}{theirs:10.4f}{ours:10.4f}{theirs - ours:8.4f}  {seconds:.1f} s")


main()
