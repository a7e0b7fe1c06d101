#!/usr/bin/python3
"""Writes preprocess.json: what scikit-learn's scalers, imputers and encoders give, for tests/unit.

Needs numpy and scikit-learn (Debian: python3-sklearn). Run in this folder: ./make_preprocess.py
"""

import json

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (MinMaxScaler, OneHotEncoder, OrdinalEncoder,
                                   QuantileTransformer, RobustScaler, StandardScaler)

COLUMNS = {
    "few": [3.5, -1.25, 0.0, 8.0, 2.0],
    "even": [0.1, 0.2, 0.3, 0.7, 11.0, -4.0],
    "ties": [1, 1, 1, 2, 2, 5, 5, 5, 5, 9, 9, 10],
    "two values": [0, 1, 1, 0, 1, 1, 1],
    "constant": [0.1, 0.1, 0.1],
    "single": [42.0],
    "timestamps": [1700000000.0 + 0.25 * i * i for i in range(40)],
    "outlier": [1.0, 2.0, 3.0, 4.0, 1e9],
    "long": [float(i * 7919 % 2503) for i in range(2503)],
    "long ties": [float((i * 31 % 1700) // 7) for i in range(1700)],
}


def scalers(n):
    return {
        "standard": StandardScaler(),
        "minmax": MinMaxScaler(),
        "robust": RobustScaler(),
        "quantile": QuantileTransformer(n_quantiles=min(1000, n), subsample=10**9),
    }


def queries(values):
    low, high = min(values), max(values)
    inside = [low + (high - low) * part for part in (0.1, 0.37, 0.5, 0.93)]
    # Above a single training value QuantileTransformer gives 0, but 1 above several equal ones;
    # nntrain gives 1 in both cases.
    outside = [low - 1.5] if len(values) == 1 else [low - 1.5, high + 1.5]
    return sorted(set(values))[:12] + inside + outside


def fills(values):
    kinds = {"mean": "mean", "median": "median", "mode": "most_frequent"}
    column = np.array(values + [np.nan])[:, None]
    return {kind: float(SimpleImputer(strategy=strategy).fit(column).statistics_[0])
            for kind, strategy in kinds.items()}


def columns():
    cases = []
    for name, values in COLUMNS.items():
        asked = queries(values)
        results = {}
        for kind, scaler in scalers(len(values)).items():
            # MinMaxScaler computes x * scale + min, which cancels when the values lie far from 0.
            # A shift changes nothing else.
            shift = min(values) if kind == "minmax" else 0.0
            scaler.fit(np.array(values, dtype=np.float64)[:, None] - shift)
            results[kind] = scaler.transform(np.array(asked)[:, None] - shift)[:, 0].tolist()
        cases.append({"name": name, "values": values, "queries": asked, "scaled": results,
                      "fills": fills(values)})
    return cases


def encoded():
    cells = ["red", "blue", "green", "red", "red", "blue", "red", "grey", "blue", "green"]
    asked = ["green", "red", "blue", "grey", "pink"]
    column = np.array(cells)[:, None]
    cases = []
    # scikit-learn counts the group of infrequent categories as one of max_categories.
    for kept in (2, 3, 4):
        encoder = OneHotEncoder(max_categories=kept + 1 if kept < 4 else None, sparse_output=False,
                                handle_unknown="infrequent_if_exist" if kept < 4 else "ignore")
        encoder.fit(column)
        rows = encoder.transform(np.array(asked)[:, None]).tolist()
        cases.append({"max_categories": kept, "cells": cells, "queries": asked, "rows": rows})
    codes = OrdinalEncoder().fit(column).transform(np.array(asked[:4])[:, None])[:, 0].tolist()
    return {"onehot": cases, "ordinal": {"cells": cells, "queries": asked[:4], "codes": codes}}


def main():
    with open("preprocess.json", "w", encoding="ascii") as file:
        content = {"columns": columns(), "encoded": encoded()}
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
