#!/usr/bin/python3
"""GFLOP/s of NumPy's float32 matrix product (its BLAS), as bench_kernels measures nntrain's.

    gemm_numpy.py ROWSxCOLUMNSxINNER ...

Prints one line per shape: the shape and the rate, the best of a few tries. Needs NumPy.
"""

import sys
import time

import numpy

TRIES = 12
TRY_SECONDS = 2e-3


def rate(rows, columns, inner):
    random = numpy.random.default_rng(1)
    a = random.random((rows, inner), numpy.float32)
    b = random.random((inner, columns), numpy.float32)
    c = numpy.empty((rows, columns), numpy.float32)
    n_calls, best, tries = 1, float("inf"), 0
    while tries < TRIES:
        begin = time.perf_counter()
        for _ in range(n_calls):
            numpy.dot(a, b, out=c)
        taken = time.perf_counter() - begin
        if taken < TRY_SECONDS:
            n_calls *= 2
            continue
        best = min(best, taken / n_calls)
        tries += 1
    return 2e-9 * rows * columns * inner / best


for shape in sys.argv[1:]:
    print(f"{shape} {rate(*map(int, shape.split('x'))):.2f}", flush=True)
