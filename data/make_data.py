#!/usr/bin/python3
"""Writes every CSV of this folder except penguins.csv, which make_penguins.sh writes.

Needs scikit-learn 1.1 or newer (Debian: python3-sklearn), and no network: the data sets come with
that package. The files go into the folder this script lies in; two runs give the same bytes.
README.md beside it names the sources and licences.
"""

import re
from pathlib import Path

from sklearn import datasets

FOLDER = Path(__file__).resolve().parent


def snake_case(name):
    """'sepal length (cm)' -> 'sepal_length_cm'"""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def number_text(value):
    """The shortest text that reads back to the same double, without a trailing '.0'."""
    return repr(float(value)).removesuffix(".0")


def write_csv(name, header, rows):
    lines = [",".join(cells) for cells in [header, *rows]]
    text = "".join(line + "\n" for line in lines)
    (FOLDER / name).write_bytes(text.encode("ascii"))
    print(f"{name}: {len(rows)} rows, {len(header)} columns, {len(text)} bytes")


def write_truth_table(name, function):
    rows = [[str(a), str(b), str(function(a, b))] for a in (0, 1) for b in (0, 1)]
    write_csv(name, ["x1", "x2", "y"], rows)


def write_bunch(name, bunch, target_name, target_text):
    """A scikit-learn data set: its features, then the target as the last column."""
    header = [snake_case(feature) for feature in bunch.feature_names] + [target_name]
    rows = [
        [number_text(x) for x in features] + [target_text(target)]
        for features, target in zip(bunch.data, bunch.target)
    ]
    write_csv(name, header, rows)


def write_classes(name, bunch, target_name):
    write_bunch(name, bunch, target_name, lambda target: str(bunch.target_names[target]))


def main():
    write_truth_table("and.csv", lambda a, b: a & b)
    write_truth_table("xor.csv", lambda a, b: a ^ b)
    write_classes("iris.csv", datasets.load_iris(), "species")
    write_classes("wine.csv", datasets.load_wine(), "class")
    write_classes("breast_cancer.csv", datasets.load_breast_cancer(), "diagnosis")
    write_classes("digits.csv", datasets.load_digits(), "digit")
    write_bunch("diabetes.csv", datasets.load_diabetes(scaled=False), "progression", number_text)


if __name__ == "__main__":
    main()
