#!/usr/bin/python3
"""Writes baseline.json beside it: rows for tests/unit/test_baseline.c, and the metrics of scikit-learn's linear models.

Needs Debian's python3-sklearn. The penalty is l2 = 1e-4 as in src/training/baseline.c: loss + l2/2 sum w^2, where loss is
the mean over rows; hence C = 1 / (n l2) for the logistic models and alpha = n l2 / 2 for the ridge regression.
"""
import json
import pathlib

import numpy as np
from sklearn import linear_model, metrics

random = np.random.RandomState(7)
L2 = 1e-4
N_TRAIN, N_TEST, N_INPUTS = 240, 80, 3


def numbers(array):
    return [float(v) for v in np.ravel(array)]


def make_inputs():
    return np.float32(random.normal(size=(N_TRAIN + N_TEST, N_INPUTS)))


def record(task, n_targets, x, y, majority, linear):
    return {"task": task, "n_targets": n_targets, "n_classes": len(np.unique(y)) if n_targets == 0 else 0,
            "n_train": N_TRAIN, "n_test": N_TEST, "n_inputs": N_INPUTS, "x": numbers(x), "y": numbers(y),
            "constant": majority, "linear": linear}


def of_classes(task, n_classes):
    x = make_inputs()
    logits = x @ random.normal(size=(N_INPUTS, n_classes)) * 1.5 + random.gumbel(size=(len(x), n_classes))
    y = logits.argmax(axis=1)
    train, test = slice(N_TRAIN), slice(N_TRAIN, None)
    shares = np.bincount(y[train]) / N_TRAIN
    model = linear_model.LogisticRegression(C=1 / (N_TRAIN * L2), tol=1e-10, max_iter=10000).fit(x[train], y[train])
    if n_classes == 2:  # scikit-learn's binary model has one weight per input, as ours
        assert model.coef_.shape == (1, N_INPUTS)
    probabilities = model.predict_proba(x[test])
    return record(task, 0, x, y,
                  {"accuracy": (y[test] == shares.argmax()).mean(),
                   "log_loss": -np.log(shares[y[test]]).mean()},
                  {"accuracy": metrics.accuracy_score(y[test], probabilities.argmax(axis=1)),
                   "log_loss": metrics.log_loss(y[test], probabilities)})


def of_values(scale, center):
    """Two target columns; scale and center far from 1 and 0 stand for targets that are not scaled."""
    x = make_inputs()
    y = x @ random.normal(size=(N_INPUTS, 2)) + random.normal(size=(len(x), 2)) * 0.5
    y = np.float32(y * scale + center)
    train, test = slice(N_TRAIN), slice(N_TRAIN, None)
    mean = np.tile(y[train].mean(axis=0), (N_TEST, 1))
    model = linear_model.Ridge(alpha=N_TRAIN * L2 / 2 * 2).fit(x[train], y[train])  # mse is the mean over 2 columns
    values = model.predict(x[test])
    result = record("regression", 2, x, y,
                    {"rmse": float(np.sqrt(((y[test] - mean) ** 2).mean(axis=0)).mean()),
                     "r2": metrics.r2_score(y[test], mean)},
                    {"rmse": float(np.sqrt(((y[test] - values) ** 2).mean(axis=0)).mean()),
                     "r2": metrics.r2_score(y[test], values)})
    return result


cases = [of_classes("binary", 2), of_classes("multiclass", 4), of_values(1, 0), of_values(50, 300)]
path = pathlib.Path(__file__).with_name("baseline.json")
path.write_text('{"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
