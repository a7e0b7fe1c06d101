#!/usr/bin/python3
"""Microseconds of a training step: nntrain beside PyTorch and scikit-learn on this machine.

    compare_steps.py BENCH_STEPS [--rounds N] [NETWORK ...]

BENCH_STEPS is the built program (`make bench` calls this script with it). Each round runs every
side once, one after the other (nntrain, PyTorch, scikit-learn, nntrain, ...), so that whatever
else the machine does meets all of them alike. Columns are medians over the rounds; a ratio says
how many times longer the peer's step takes than nntrain's in the same round: median (min..max).
nntrain and the columns "1 thread" use one thread; "default" is what PyTorch chooses by itself.
Adam, ReLU, softmax cross-entropy, float32, batches by shuffled index. Peers that are not installed
are left out. Standard library only; the peers run in processes of their own.
"""

import argparse
import os
import statistics
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# title of the column, module that must be there, script with its options, environment
PEERS = [
    ("PyTorch, 1 thread", "torch", ["steps_pytorch.py", "--threads", "1"], ONE_THREAD),
    ("PyTorch, default", "torch", ["steps_pytorch.py"], {}),
    ("scikit-learn, 1 thread", "sklearn", ["steps_sklearn.py"], ONE_THREAD),
]


def version_of(module):
    """The version of a Python module, or None when it is not installed."""
    code = f"import {module}; print({module}.__version__)"
    result = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else None


def present_peers():
    versions = {module: version_of(module) for _, module, _, _ in PEERS}
    for module, version in versions.items():
        print(f"{module} {version}" if version else f"{module} is not installed and is left out")
    return [peer for peer in PEERS if versions[peer[1]]]


def run_side(command, environment):
    """{network: microseconds} from lines of `name number`."""
    result = subprocess.run(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True
    )
    return {name: float(number) for name, number in map(str.split, result.stdout.splitlines())}


def ratio_text(times, own):
    ratios = [time / mine for time, mine in zip(times, own)]
    return f"{statistics.median(ratios):.1f} ({min(ratios):.1f}..{max(ratios):.1f})"


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def table_rows(rounds):
    """rounds: one {title: {network: microseconds}} each, nntrain first."""
    own, *peers = rounds[0]
    rows = [["network", own + ", us"]]
    for title in peers:
        rows[0] += [title + ", us", "ratio"]
    for network in rounds[0][own]:
        times = {title: [sides[title][network] for sides in rounds] for title in rounds[0]}
        row = [network, f"{statistics.median(times[own]):.2f}"]
        for title in peers:
            row += [f"{statistics.median(times[title]):.1f}", ratio_text(times[title], times[own])]
        rows.append(row)
    return rows


def main():
    parser = argparse.ArgumentParser(description="Training steps of nntrain beside its peers.")
    parser.add_argument("bench_steps", metavar="BENCH_STEPS")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("networks", nargs="*", metavar="NETWORK")
    arguments = parser.parse_intermixed_args()
    sides = [("nntrain", [arguments.bench_steps], {})]
    for title, _, script, environment in present_peers():
        sides.append((title, [PYTHON, str(FOLDER / script[0]), *script[1:]], environment))
    rounds = [
        {
            title: run_side(command + arguments.networks, environment)
            for title, command, environment in sides
        }
        for _ in range(arguments.rounds)
    ]
    print()
    print_table(table_rows(rounds))


if __name__ == "__main__":
    main()
