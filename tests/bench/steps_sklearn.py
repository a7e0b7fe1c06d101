#!/usr/bin/python3
"""Microseconds of one training step in scikit-learn, as bench_steps.c measures them for nntrain.

    steps_sklearn.py [NETWORK ...]

Prints one line per network: its name and the median microseconds. It is what MLPClassifier.fit
takes for a number of epochs, divided by their steps. Its own shuffling (a few per cent) counts;
checking the input and drawing the first weights do not, since the time of a fit of one epoch is
taken off.
Threads are those of its BLAS (OPENBLAS_NUM_THREADS). Needs scikit-learn (Debian: python3-sklearn).
"""

import statistics
import sys
import time
import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from step_networks import DEFAULT_NETWORKS, MEASURED_SECONDS, N_ROWS, NETWORKS

N_REPEATS = 3


def seconds_of_fit(units, batch, x, y, epochs):
    model = MLPClassifier(
        units[1:-1],
        activation="relu",
        solver="adam",
        alpha=0.0,
        batch_size=batch,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=epochs + 1,
        random_state=1,
    )
    begin = time.perf_counter()
    model.fit(x, y)
    return time.perf_counter() - begin


def measure(units, batch):
    random = numpy.random.default_rng(1)
    x = random.uniform(-(3**0.5), 3**0.5, (N_ROWS, units[0])).astype(numpy.float32)
    y = random.integers(units[-1], size=N_ROWS)
    steps = N_ROWS // batch
    once = seconds_of_fit(units, batch, x, y, 1)
    epochs = 1 + max(1, round(MEASURED_SECONDS / N_REPEATS / once))
    more = [
        seconds_of_fit(units, batch, x, y, 1 + epochs) - seconds_of_fit(units, batch, x, y, 1)
        for _ in range(N_REPEATS)
    ]
    return statistics.median(more) / (epochs * steps)


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)  # epochs are few on purpose
    for name in sys.argv[1:] or DEFAULT_NETWORKS:
        print(f"{name} {1e6 * measure(*NETWORKS[name]):.4f}", flush=True)


if __name__ == "__main__":
    main()
