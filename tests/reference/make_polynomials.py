#!/usr/bin/python3
"""Prints the polynomial coefficients of src/compute/functions.h (needs numpy and mpmath).

Each polynomial is the minimax fit, by Lawson's reweighted least squares on Chebyshev points, of a smooth remainder;
the weight makes it the relative error of the whole function. Coefficients are rounded to float32 one after the other,
lowest power first, and what is left is fitted again, so that rounding costs little.
"""
import mpmath as mp
import numpy as np

mp.mp.dps = 40


def fit(function, weight, low, high, degree):
    """Coefficients c[0..degree], lowest power first, of function on [low, high], and the largest weighted error."""
    nodes = np.cos(np.pi * (np.arange(1500) + 0.5) / 1500)
    x = (low + high) / 2 + (high - low) / 2 * nodes
    y = np.array([float(function(mp.mpf(v))) for v in x])
    w = np.array([float(weight(mp.mpf(v))) for v in x])
    fixed = []
    for _ in range(degree + 1):
        rest = y - sum((c * x**k for k, c in enumerate(fixed)), np.zeros_like(x))
        powers = np.stack([x**k for k in range(len(fixed), degree + 1)], axis=1)
        lawson = np.ones_like(x)
        for _ in range(60):
            root = np.sqrt(lawson)
            rows = powers * (w * root)[:, None]
            size = np.abs(rows).max(axis=0)
            solution = np.linalg.lstsq(rows / size, rest * w * root, rcond=None)[0] / size
            error = np.abs((powers @ solution - rest) * w)
            lawson *= error + 1e-30
            lawson /= lawson.sum()
        fixed.append(float(np.float32(solution[0])))
    error = sum(c * x**k for k, c in enumerate(fixed)) - y
    return fixed, np.abs(error * w).max()


def show(name, formula, result):
    coefficients, error = result
    print(f"{name}: {formula}; largest relative error 2^{np.log2(error):.1f}")
    for k, c in enumerate(coefficients):
        print(f"    {k:2d}  {float.hex(c)}f".replace("0000000p", "p"))


half_log2 = float(mp.log(2) / 2) * 1.0001
root = float(mp.sqrt(2))


def exp_rest(r):
    return (mp.exp(r) - 1 - r) / r**2 if r else mp.mpf(1) / 2


show("exp", "e^r = 1 + r + r^2 P(r), |r| <= log(2)/2",
     fit(exp_rest, lambda r: r**2 / mp.exp(r), -half_log2, half_log2, 4))

show("expm1", "e^r - 1 = r + r^2 P(r), |r| <= log(2)/2",
     fit(exp_rest, lambda r: abs(r**2 / mp.expm1(r)), -half_log2, half_log2, 5))


def log_rest(f):
    return (mp.log1p(f) - f + f**2 / 2) / f**3


show("log", "log(1 + f) = f - f^2/2 + f^3 P(f), sqrt(1/2) <= 1 + f < sqrt(2)",
     fit(log_rest, lambda f: abs(f**3 / mp.log1p(f)), 1 / root - 1, root - 1, 8))

show("erf, small", "erf(x) = x + x P(x^2), |x| <= 1",
     fit(lambda t: mp.erf(mp.sqrt(t)) / mp.sqrt(t) - 1, lambda t: mp.sqrt(t) / mp.erf(mp.sqrt(t)), 1e-12, 1, 6))

show("erf, large", "erf(x) = 1 - exp(-x P(x)), 1 <= x <= 4",
     fit(lambda x: -mp.log(mp.erfc(x)) / x, lambda x: x * mp.erfc(x) / mp.erf(x), 1.0, 4.0, 7))

log2_high = float(np.float32(0.693359375))
print("log(2) = high + low:", float.hex(log2_high), float.hex(float(np.float32(float(mp.log(2) - log2_high)))))
print("log2(e):", float.hex(float(np.float32(float(1 / mp.log(2))))))
