#!/usr/bin/python3
"""TPE against random search on the digits: the best validation loss of 60 trials, seed by seed.

usage: tuning_tpe.py NNTRAIN [SEEDS] [FIRST SEED]

The sign test counts the seeds in which TPE ends lower.
"""
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = """[data]
file = {root}/data/digits.csv
target = digit
[training]
epochs = 6
[tuning]
method = random
trials = 60
[output]
dir = run
[tuning.space]
optimizer.name = choice adam, momentum
optimizer.learning_rate = log 1e-4 .. 1e-1
optimizer.momentum = uniform 0.5 .. 0.99 if optimizer.name is momentum
network.hidden = choice 16, 32, 64, "32, 32"
network.dropout = uniform 0 .. 0.5
regularization.l2 = log 1e-5 .. 1e-1
training.batch_size = choice 16, 32, 64, 128
"""


def least(program, place, method, seed):
    command = [program, "search.ini", "-q", f"tuning.method={method}", f"run.seed={seed}"]
    subprocess.run(command, cwd=place, check=True, stderr=subprocess.DEVNULL)
    return json.loads((Path(place) / "run/leaderboard.json").read_text())["trials"][0]["value"]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = str(Path(sys.argv[1]).resolve())
    given = [int(text) for text in sys.argv[2:]]
    n, first = given + [20, 200][len(given) :]
    found = {"random": [], "tpe": []}
    with tempfile.TemporaryDirectory() as place:
        root = Path(__file__).resolve().parents[2]
        (Path(place) / "search.ini").write_text(CONFIG.format(root=root))
        for seed in range(first, first + n):
            for method, values in found.items():
                values.append(least(program, place, method, seed))
    wins = sum(a < b for a, b in zip(found["tpe"], found["random"]))
    p = sum(math.comb(n, k) for k in range(wins, n + 1)) / 2**n
    for method, values in found.items():
        print(f"{method:8} median validation.loss {statistics.median(values):.5f}")
    print(f"tpe ends lower in {wins} of {n} seeds, p = {p:.2g}")


main()
