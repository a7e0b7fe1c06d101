#!/usr/bin/python3
"""Writes metrics.json beside it: inputs of tests/unit/test_metric.c and what scikit-learn makes of them.

Needs Debian's python3-sklearn (1.2). Where a later scikit-learn changed or added a definition that is used here, it
is spelled out in numpy: brier over several classes (1.7), log_loss without rescaling (1.5, margin 2^-52),
root_mean_squared_error (1.4).
"""
import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")
random = np.random.RandomState(20240717)
EPSILON = np.finfo(np.float64).eps


def log_loss_rows(truth, scores):
    clipped = np.clip(scores, EPSILON, 1 - EPSILON)
    return -np.log(clipped[np.arange(len(truth)), truth])


def of_classes(truth, decided, scores, weight):
    n_classes = scores.shape[1]
    onehot = np.eye(n_classes)[truth]
    squares = (scores - onehot) ** 2
    squares = squares[:, 1] if n_classes == 2 else squares.sum(axis=1)
    binary = n_classes == 2
    macro = dict(average="macro", zero_division=0, sample_weight=weight)
    occurs = len(np.unique(truth)) == n_classes
    result = {
        "accuracy": sk.accuracy_score(truth, decided, sample_weight=weight),
        "balanced_accuracy": sk.balanced_accuracy_score(truth, decided, sample_weight=weight),
        "precision_macro": sk.precision_score(truth, decided, **macro),
        "recall_macro": sk.recall_score(truth, decided, **macro),
        "f1_macro": sk.f1_score(truth, decided, **macro),
        "roc_auc": float("nan") if not occurs else
                   sk.roc_auc_score(truth, scores[:, 1], sample_weight=weight) if binary else
                   sk.roc_auc_score(truth, scores, multi_class="ovr", average="macro", sample_weight=weight),
        "log_loss": np.average(log_loss_rows(truth, scores), weights=weight),
        "brier": np.average(squares, weights=weight),
        "mcc": sk.matthews_corrcoef(truth, decided, sample_weight=weight),
    }
    if binary:
        result["average_precision"] = sk.average_precision_score(truth, scores[:, 1], sample_weight=weight)
        assert np.isclose(result["brier"], sk.brier_score_loss(truth, scores[:, 1], sample_weight=weight, pos_label=1))
    confusion = sk.confusion_matrix(truth, decided, labels=range(n_classes), sample_weight=weight)
    return result, confusion


def of_labels(truth, decided, scores, weight):
    macro = dict(average="macro", zero_division=0, sample_weight=weight)
    losses = [log_loss_rows(truth[:, j], np.stack([1 - scores[:, j], scores[:, j]], axis=1))
              for j in range(truth.shape[1])]
    return {
        "accuracy": sk.accuracy_score(truth, decided, sample_weight=weight),
        "precision_macro": sk.precision_score(truth, decided, **macro),
        "recall_macro": sk.recall_score(truth, decided, **macro),
        "f1_macro": sk.f1_score(truth, decided, **macro),
        "roc_auc": sk.roc_auc_score(truth, scores, average="macro", sample_weight=weight),
        "average_precision": sk.average_precision_score(truth, scores, average="macro", sample_weight=weight),
        "log_loss": np.average(np.mean(losses, axis=0), weights=weight),
    }


def of_values(truth, decided, weight):
    squares = sk.mean_squared_error(truth, decided, sample_weight=weight, multioutput="raw_values")
    return {
        "rmse": np.sqrt(squares).mean(),
        "mae": sk.mean_absolute_error(truth, decided, sample_weight=weight),
        "r2": sk.r2_score(truth, decided, sample_weight=weight),
        "mape": sk.mean_absolute_percentage_error(truth, decided, sample_weight=weight),
        "max_error": np.abs(truth - decided).max(),
    }


def plain(values):
    """Numbers of an array in row order; a result that is not a number becomes null."""
    return [None if np.isnan(v) else float(v) for v in np.ravel(values)]


def case(name, task, truth, decided, scores, weight, n_classes, n_targets, result, confusion=None):
    record = {"name": name, "task": task, "n": len(truth), "n_classes": n_classes, "n_targets": n_targets,
              "truth": plain(truth), "decided": plain(decided)}
    if scores is not None:
        record["scores"] = plain(scores)
    if weight is not None:
        record["weight"] = plain(weight)
    record["metrics"] = {key: plain(value)[0] for key, value in result.items()}
    if confusion is not None:
        record["confusion"] = plain(confusion)
    return record


def class_case(name, n, n_classes, digits=None, weighted=False, absent=(), certain=False, constant=False):
    """digits: scores rounded so that they tie; absent: classes no row is of (but some may be decided)."""
    present = [c for c in range(n_classes) if c not in absent]
    truth = random.choice(present, size=n)
    logits = random.normal(size=(n, n_classes)) + 1.2 * np.eye(n_classes)[truth]
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    if digits is not None:
        scores[:, 0] = np.round(scores[:, 0], digits)
        scores[:, -1] = 1 - scores[:, :-1].sum(axis=1)
    if certain:
        scores = np.eye(n_classes)[scores.argmax(axis=1)]
    decided = np.zeros(n, int) if constant else scores.argmax(axis=1)
    weight = None
    if weighted:
        weight = np.round(random.uniform(0, 3, size=n), 2)
        weight[::7] = 0
    result, confusion = of_classes(truth, decided, scores, weight)
    task = "binary" if n_classes == 2 else "multiclass"
    return case(name, task, truth, decided, scores, weight, n_classes, 1, result, confusion)


def label_case(name, n, n_labels, digits=None, weighted=False):
    truth = (random.uniform(size=(n, n_labels)) < [0.3, 0.5, 0.15][:n_labels]).astype(int)
    scores = 1 / (1 + np.exp(-(random.normal(size=(n, n_labels)) + 1.5 * (truth - 0.5))))
    if digits is not None:
        scores = np.round(scores, digits)
    decided = (scores > 0.5).astype(int)
    weight = np.round(random.uniform(0, 3, size=n), 2) if weighted else None
    return case(name, "multilabel", truth, decided, scores, weight, 0, n_labels,
                of_labels(truth, decided, scores, weight))


def value_case(name, n, n_targets, weighted=False, constant=False):
    truth = 10 * random.normal(size=(n, n_targets)) * (1 + np.arange(n_targets))
    decided = truth + random.normal(size=(n, n_targets))
    if constant:
        truth[:, 0] = 3
    weight = np.round(random.uniform(0, 3, size=n), 2) if weighted else None
    return case(name, "regression", truth, decided, None, weight, 0, n_targets, of_values(truth, decided, weight))


def make_cases():
    yield class_case("two classes", 50, 2)
    yield class_case("two classes, ties", 70, 2, digits=1)
    yield class_case("two classes, ties and weights", 70, 2, digits=1, weighted=True)
    yield class_case("two classes, one decided", 20, 2, constant=True)
    yield class_case("two classes, certain", 20, 2, certain=True)
    yield class_case("two classes, one occurs", 20, 2, absent=[0])
    yield class_case("three classes", 200, 3)
    yield class_case("three classes, weights", 60, 3, weighted=True)
    yield class_case("four classes, ties and weights", 60, 4, digits=1, weighted=True)
    yield class_case("five classes, one does not occur", 40, 5, absent=[2])
    yield class_case("five classes, two rows", 2, 5)
    yield label_case("three labels", 60, 3)
    yield label_case("three labels, ties and weights", 60, 3, digits=1, weighted=True)
    yield label_case("two labels", 60, 2)
    yield value_case("one column", 50, 1)
    yield value_case("one column, 1000 rows", 1000, 1)
    yield value_case("three columns", 50, 3)
    yield value_case("three columns, weights", 50, 3, weighted=True)
    yield value_case("constant truth", 20, 2, constant=True)
    truth = np.full((5, 1), 0.1)
    yield case("constant truth, exact", "regression", truth, truth, None, None, 0, 1, of_values(truth, truth, None))
    truth = np.array([[0.0], [2.0]])
    decided = np.array([[0.5], [1.0]])
    yield case("zero in the truth", "regression", truth, decided, None, None, 0, 1, of_values(truth, decided, None))
    yield case("one row", "regression", truth[:1], decided[:1], None, None, 0, 1,
               of_values(truth[:1], decided[:1], None))


path = pathlib.Path(__file__).with_name("metrics.json")
cases = ",\n".join(json.dumps(record) for record in make_cases())
path.write_text(f'{{"scikit-learn": "1.2", "cases": [\n{cases}\n]}}\n')
