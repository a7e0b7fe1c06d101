#!/usr/bin/python3
"""Writes splits.json: how many rows of each class scikit-learn (Debian's python3-sklearn, 1.2) puts
into training, validation and test part and into folds, and how whole groups fall into folds.

Which rows they are differs, since the random numbers do. How many may differ by one: train_test_split
rounds the test part up and cuts the validation part from the rest, class by class in shares of what
it has rounded already; nntrain gives what is left to the largest remainders. Folds leave no choice
but their order.

Usage: /usr/bin/python3 tests/reference/make_split_reference.py
"""
import json
import os

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, train_test_split

HERE = os.path.dirname(os.path.abspath(__file__))
FRACTIONS = ([0.7, 0.15, 0.15], [0.6, 0.2, 0.2], [0.8, 0.0, 0.2], [0.8, 0.2, 0.0], [0.5, 0.25, 0.25])
FOLDS = (2, 3, 5, 10)


def class_counts():
    for load in (load_iris, load_wine, load_breast_cancer, load_digits):
        yield load.__name__[len("load_"):], np.bincount(load().target).tolist()
    yield "even", [40, 40, 20]
    yield "uneven", [301, 97, 53, 29, 13]
    yield "one class", [83]


def cut(rows, target, size, is_stratified):
    """(rest, part): size is a share of rows, or their number."""
    if size == 0:
        return rows, rows[:0]
    stratify = target[rows] if is_stratified else None
    return train_test_split(rows, test_size=size, stratify=stratify, random_state=0)


def parts_of(target, fractions, is_stratified):
    _, validation, test = fractions
    rest, test_rows = cut(np.arange(len(target)), target, test, is_stratified)
    # Rounded down, as the test part is rounded up: a training share that is whole stays whole.
    n_validation = int(validation * len(target) + 1e-9)
    train_rows, validation_rows = cut(rest, target, n_validation, is_stratified)
    return train_rows, validation_rows, test_rows


def counts_of(rows, target, n_classes):
    return np.bincount(target[rows], minlength=n_classes).tolist()


def split_cases():
    for name, counts in class_counts():
        target = np.repeat(np.arange(len(counts)), counts)
        for fractions in FRACTIONS:
            for is_stratified in (False, True):
                parts = parts_of(target, fractions, is_stratified)
                yield {"data": name, "counts": counts, "fractions": fractions,
                       "method": "stratified" if is_stratified else "random",
                       "parts": [counts_of(rows, target, len(counts)) for rows in parts]}


def fold_cases():
    for name, counts in class_counts():
        target = np.repeat(np.arange(len(counts)), counts)
        for k in FOLDS:
            for method, cutter in (("stratified", StratifiedKFold), ("random", KFold)):
                folds = cutter(k, shuffle=True, random_state=0).split(target, target)
                yield {"data": name, "counts": counts, "method": method, "folds": k,
                       "parts": [counts_of(rows, target, len(counts)) for _, rows in folds]}


def group_cases():
    generator = np.random.default_rng(0)
    for sizes in ([4] * 30, generator.integers(1, 12, 40).tolist(), [30] + [2] * 35):
        group = np.repeat(np.arange(len(sizes)), sizes)
        for k in FOLDS:
            folds = [rows for _, rows in GroupKFold(k).split(group, groups=group)]
            yield {"sizes": sizes, "folds": k, "rows": sorted(len(rows) for rows in folds)}


def main():
    sections = {"splits": split_cases(), "folds": fold_cases(), "groups": group_cases()}
    text = ",\n".join(
        f'"{name}":[\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]"
        for name, cases in sections.items())
    with open(os.path.join(HERE, "splits.json"), "w") as file:
        file.write("{\n" + text + "\n}\n")


if __name__ == "__main__":
    main()
