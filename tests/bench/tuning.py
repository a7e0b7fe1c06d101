#!/usr/bin/python3
"""What a search finds beside scikit-learn's MLP with its defaults: test RMSE.

    tuning.py NNTRAIN FOLDER [FOLDER ...] [--splits N]

NNTRAIN is the built program. Each FOLDER holds train.csv, val.csv and test.csv of a regression, the
target in the last column. nntrain tries 60 settings of a plain network, chooses by validation rows
and trains the best one again on the training rows; scikit-learn's MLPRegressor trains once on them,
with standardised inputs and categories as 0/1 columns: the median of five seeds. Both are judged on
the test rows. Then both train once more, on the training and the validation rows together: the
columns "of both".

The folder's own split is followed by N others of the same rows and sizes, drawn with the seeds 1 to
N (default 3), so that no lucky test part decides; the last line has the medians.

Needs scikit-learn and pandas (Debian: python3-sklearn python3-pandas).
"""

import argparse
import statistics
import subprocess
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

# Wide, strongly regularised networks that train for long; for as many updates on any number of rows.
CONFIG = """[data]
file = train.csv
validation_file = val.csv
test_file = test.csv
target = {target}
task = regression
[split]
train = 1
validation = 0
test = 0
[training]
epochs = {epochs}
[optimizer]
name = adamw
[schedule]
name = cosine
[early_stopping]
restore = last
[output]
dir = run
report = false
[tuning]
method = halving
trials = 60
min_epochs = {min_epochs}
[tuning.space]
network.hidden = choice "256, 128", "256, 256", "512, 256"
network.dropout = uniform 0.1 .. 0.5
optimizer.learning_rate = log 5e-4 .. 1e-2
regularization.weight_decay = log 0.01 .. 0.3
training.batch_size = choice 64, 128
"""
UPDATES_OF_64 = 297 * 65
PARTS = ("train", "val", "test")


def by_sklearn(parts, target):
    """On the training rows, and on those and the validation rows."""
    coded = pandas.get_dummies(pandas.concat(parts, keys=PARTS))
    test = coded.loc["test"]
    found = []
    for names in (["train"], ["train", "val"]):
        rows = coded.loc[names]
        errors = []
        for seed in range(5):
            model = make_pipeline(StandardScaler(), MLPRegressor(random_state=seed))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(rows.drop(columns=target), rows[target])
            predicted = model.predict(test.drop(columns=target))
            errors.append(mean_squared_error(test[target], predicted, squared=False))
        found.append(statistics.median(errors))
    return found


def by_nntrain(program, parts, target):
    def test_rmse(place, *arguments):
        command = [program, *arguments, "--quiet", "--print", "test.rmse"]
        return float(subprocess.run(command, cwd=place, check=True, capture_output=True, text=True).stdout)

    unit = max(1, round(UPDATES_OF_64 / (len(parts[0]) / 64) / 27))
    with tempfile.TemporaryDirectory() as place:
        for name, part in zip(PARTS, parts):
            part.to_csv(Path(place) / f"{name}.csv", index=False)
        text = CONFIG.format(target=f'"{target}"', epochs=27 * unit, min_epochs=3 * unit)
        (Path(place) / "search.ini").write_text(text)
        begin = time.monotonic()
        chosen = test_rmse(place, "search.ini")
        seconds = time.monotonic() - begin
        joined = ["data.file=train.csv, val.csv", "data.validation_file=none"]
        return chosen, test_rmse(place, "run/best.ini", *joined), seconds


def splits(folder, n):
    """The parts of the folder, then the same rows in other parts."""
    parts = [pandas.read_csv(folder / f"{name}.csv") for name in PARTS]
    yield "as given", parts
    train, val = len(parts[0]), len(parts[0]) + len(parts[1])
    for seed in range(1, n + 1):
        rows = pandas.concat(parts).sample(frac=1, random_state=seed)
        yield f"seed {seed}", [rows[:train], rows[train:val], rows[val:]]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--splits", type=int, default=3)
    given = parser.parse_args()
    columns = ("sklearn", "nntrain", "below", "sklearn", "nntrain", "below")
    print(f"{'':34}train rows{'':16}of both")
    print(f"{'data':14}{'split':10}" + "".join(f"{name:>9}" for name in columns) + "  search")
    for folder in given.folders:
        rows = []
        for name, parts in splits(folder, given.splits):
            target = parts[0].columns[-1]
            theirs = by_sklearn(parts, target)
            *ours, seconds = by_nntrain(given.program.resolve(), parts, target)
            rows.append([value for a, b in zip(theirs, ours) for value in (a, b, a - b)] + [seconds])
            tell(folder.name, name, rows[-1])
        tell(folder.name, "median", [statistics.median(column) for column in zip(*rows)])


def tell(data, split, row):
    print(f"{data:14}{split:10}" + "".join(f"{value:9.4f}" for value in row[:-1]) + f"  {row[-1]:.0f} s", flush=True)


main()
