#!/usr/bin/python3
"""CSV file to float32 matrix, beside pandas' read_csv (C engine) on the same processors, as Markdown.

    compare_csv.py BUILD [--quick]

Both sides run once in each round, one after the other, as processes that time themselves, without their
start; ratios are taken in each round and shown as median (least..most).
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PYTHON = "/usr/bin/python3"
GOAL = 3
PANDAS = """
import sys, time
import pandas
begin = time.perf_counter()
matrix = pandas.read_csv(sys.argv[1], engine="c").to_numpy("float32")
print(time.perf_counter() - begin)
"""


def write_file(path, n_rows, n_columns, form):
    """Rows of random numbers, a thousand different ones."""
    numbers = random.Random(1)
    lines = [",".join(form(numbers.gauss(0, 1)) for _ in range(n_columns)) + "\n" for _ in range(1000)]
    with open(path, "w", encoding="ascii") as file:
        file.write(",".join(f"x{i}" for i in range(n_columns)) + "\n")
        file.writelines("".join(lines) for _ in range(n_rows // 1000))


def seconds_of(command):
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def spread(values):
    return f"{statistics.median(values):.3g} ({min(values):.3g}..{max(values):.3g})"


def main():
    build, quick = Path(sys.argv[1]), "--quick" in sys.argv
    has_pandas = subprocess.run([PYTHON, "-c", "import pandas"], capture_output=True, check=False).returncode == 0
    n_threads = str(len(os.sched_getaffinity(0)))
    rounds, n_rows = (1, 20_000) if quick else (7, 300_000)
    print(f"| CSV to float32 matrix, {n_threads} threads | nntrain, MB/s | pandas, MB/s | ratio | goal |")
    print("|---|---|---|---|---|")
    cases = {"6 decimals": "{:.6f}".format, "17 digits": repr, "whole numbers": lambda x: str(int(1000 * x))}
    for name, form in cases.items():
        own, peer = [], []
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/numbers.csv"
            write_file(path, n_rows, 20, form)
            size = os.path.getsize(path) / 1e6
            for _ in range(rounds):
                own.append(seconds_of([build / "bench/bench_csv", path, n_threads]))
                if has_pandas:
                    peer.append(seconds_of([PYTHON, "-c", PANDAS, path]))
        row = [f"{name}, {size:.0f} MB", spread([size / one for one in own])]
        if peer:
            ratios = [b / a for a, b in zip(own, peer)]
            mark = "met" if statistics.median(ratios) >= GOAL else "not met"
            row += [spread([size / one for one in peer]), spread(ratios), f">= {GOAL}: {mark}"]
        else:
            row += ["not installed", "-", f">= {GOAL}"]
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
