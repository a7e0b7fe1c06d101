#!/usr/bin/python3
"""The goals of speed and memory beside what this machine reaches, as Markdown.

    compare.py BUILD [--quick] [--rounds N] [--docs] [SECTION ...]

BUILD is the folder of the built programs (`make bench` calls this script with it). Sections: steps,
products, csv, start, memory. Every comparison alternates: a round runs each side once, one after the
other, so that whatever else the machine does meets all of them alike; a ratio is taken in each round,
and shown as median (least..most). Peers that are not installed are told and left out. --quick: one
round, small sizes; numbers to see that it works. --docs puts all tables between the markers of docs/performance.md,
and that of the goals between those of README.md, with date, processor and versions. Standard library only; peers run
as processes.
"""

import argparse
import datetime
import os
import platform
import random
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
PYTHON = "/usr/bin/python3"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# OpenBLAS chooses its kernels by the processor's model, and takes slow ones for a model it does not know.
NAMED_KERNELS = {**ONE_THREAD, "OPENBLAS_CORETYPE": "SkylakeX"}
NAMED = "PyTorch, 1 thread, OPENBLAS_CORETYPE=SkylakeX"
ALL_NETWORKS = ("tiny", "tab", "mid", "image", "wide")
QUICK_NETWORKS = ("tiny", "tab", "mid")
SHAPES = ("32x64x30", "128x128x256", "128x512x784", "512x2048x2048")

# network: times PyTorch with one thread, per cent of the FMA peak, two threads against one; None for
# the last: one thread is chosen
GOALS = {
    "tiny": (150, None, None),
    "tab": (38, 38, None),
    "mid": (3.3, 70, 1.6),
    "image": (2.1, 70, 1.8),
    "wide": (1.75, 75, 1.9),
}
START_GOAL = 10  # times as fast as the scikit-learn script


def output_of(command, environment=None):
    """Of a side as it is installed: kernels that this shell names for OpenBLAS are not a peer's own choice."""
    own = {name: value for name, value in os.environ.items() if name not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    return subprocess.run(
        [str(part) for part in command],
        env={**own, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def module_version(module):
    """The version of a Python module, or None when it is not installed."""
    code = f"import {module}; print({module}.__version__)"
    result = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else None


def package_version(package):
    command = ["dpkg-query", "-W", "-f", "${Version}", package]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout or None
    except FileNotFoundError:
        return None


def processor():
    match = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    return f"{match[1] if match else platform.machine()}, {len(os.sched_getaffinity(0))} processors"


def table(head, rows):
    return "\n".join(
        ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        + ["| " + " | ".join(row) + " |" for row in rows]
    )


def number_text(number):
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def spread_text(numbers):
    if len(numbers) == 1:
        return number_text(numbers[0])
    middle, least, most = (number_text(of(numbers)) for of in (statistics.median, min, max))
    return f"{middle} ({least}..{most})"


def ratios(slow, fast):
    return [one / other for one, other in zip(slow, fast)]


def verdict(number, goal):
    return f">= {goal}: {'met' if number >= goal else 'not met'}"


class Bench:
    """What was asked for, and what is installed."""

    def __init__(self, arguments):
        self.build = Path(arguments.build).resolve()
        self.quick = arguments.quick
        self.rounds = arguments.rounds or (1 if arguments.quick else 5)
        self.goals = None  # the table, when it has been measured
        self.networks = QUICK_NETWORKS if arguments.quick else ALL_NETWORKS
        self.versions = {
            "PyTorch": module_version("torch"),
            "scikit-learn": module_version("sklearn"),
            "NumPy": module_version("numpy"),
            "OpenBLAS": package_version("libopenblas0-pthread"),
            "pandas": module_version("pandas"),
            "FANN": (self.build / "bench/steps_fann").exists() and package_version("libfann-dev"),
        }

    def title(self):
        installed = ", ".join(f"{name} {version}" for name, version in self.versions.items() if version)
        missing = ", ".join(name for name, version in self.versions.items() if not version)
        version = output_of([self.build / "nntrain", "--version"]).split()[-1]
        rounds = f"{self.rounds} rounds" if self.rounds > 1 else "one round"
        return (
            f"Measured on {datetime.date.today().isoformat()}, {processor()}; nntrain {version}, "
            f"{installed}; {rounds} in alternation."
            + (f" Not installed: {missing}." if missing else "")
        )

    def step_sides(self):
        """(title, command, environment, networks) of each side that is there."""
        own = self.build / "bench/bench_steps"
        most = [name for name in self.networks if name != "wide"]
        sides = [
            ("nntrain", [own], {}, self.networks),
            ("nntrain, 2 threads", [own, "-j", "2"], {}, self.networks),
        ]
        if self.versions["PyTorch"]:
            script = [PYTHON, FOLDER / "steps_pytorch.py"]
            sides.append(("PyTorch, 1 thread", [*script, "--threads", "1"], ONE_THREAD, self.networks))
            if " avx512f " in Path("/proc/cpuinfo").read_text():
                sides.append((NAMED, [*script, "--threads", "1"], NAMED_KERNELS, self.networks))
            sides.append(("PyTorch, its default", script, {}, self.networks))
        if self.versions["scikit-learn"]:
            sides.append(("scikit-learn, 1 thread", [PYTHON, FOLDER / "steps_sklearn.py"], ONE_THREAD, most))
        if self.versions["FANN"]:
            sides.append(("FANN", [self.build / "bench/steps_fann"], {}, most))
        return sides

    def steps(self):
        sides = self.step_sides()
        times = {title: {} for title, *_ in sides}  # of each network, by round
        shares, chosen = {}, {}
        for _ in range(self.rounds):
            for title, command, environment, networks in sides:
                for line in output_of([*command, *networks], environment).splitlines():
                    name, microseconds, *more = line.split()
                    times[title].setdefault(name, []).append(float(microseconds))
                    if title == "nntrain":
                        shares.setdefault(name, []).append(float(more[0]))
                        chosen[name] = int(more[1])
        rows = [self.goal_row(name, times, shares, chosen) for name in self.networks]
        head = ["network", "times PyTorch, 1 thread", "goal", "with OPENBLAS_CORETYPE=SkylakeX", "% of FMA peak", "goal", "2 threads against 1", "goal"]
        self.goals = table(head, rows)
        between = "\n\nMicroseconds of a step, and the ratio to nntrain's:\n\n"
        return self.goals + between + self.step_table(times)

    def goal_row(self, name, times, shares, chosen):
        ratio_goal, share_goal, speedup_goal = GOALS[name]
        own, row = times["nntrain"][name], [name]
        if "PyTorch, 1 thread" in times:
            numbers = ratios(times["PyTorch, 1 thread"][name], own)
            row += [spread_text(numbers), verdict(statistics.median(numbers), ratio_goal)]
        else:
            row += ["not installed", f">= {ratio_goal}"]
        row.append(spread_text(ratios(times[NAMED][name], own)) if NAMED in times else "-")
        share = statistics.median(shares[name])
        row += [spread_text(shares[name]), verdict(share, share_goal) if share_goal else "-"]
        numbers = ratios(own, times["nntrain, 2 threads"][name])
        if speedup_goal:
            row += [spread_text(numbers), verdict(statistics.median(numbers), speedup_goal)]
        else:
            row += [f"chooses {chosen[name]}", f"1: {'met' if chosen[name] == 1 else 'not met'}"]
        return row

    def step_table(self, times):
        head = ["network", "nntrain", "nntrain, 2 threads"]
        peers = [title for title in times if title not in head]
        for title in peers:
            head += [title, "ratio"]
        rows = []
        for name in self.networks:
            rows.append([name] + [number_text(statistics.median(times[title][name])) for title in head[1:3]])
            for title in peers:
                if name in times[title]:
                    text = number_text(statistics.median(times[title][name]))
                    rows[-1] += [text, spread_text(ratios(times[title][name], times["nntrain"][name]))]
                else:
                    rows[-1] += ["-", "-"]
        return table(head, rows)

    def products(self):
        shapes = SHAPES[:2] if self.quick else SHAPES
        own, share, peer = ({shape: [] for shape in shapes} for _ in range(3))
        for _ in range(self.rounds):
            for line in output_of([self.build / "bench/bench_kernels", *shapes]).splitlines():
                shape, rate, percent = line.split()
                own[shape].append(float(rate))
                share[shape].append(float(percent))
            if self.versions["NumPy"]:
                for line in output_of([PYTHON, FOLDER / "gemm_numpy.py", *shapes], ONE_THREAD).splitlines():
                    shape, rate = line.split()
                    peer[shape].append(float(rate))
        rows = []
        for shape in shapes:
            row = [shape.replace("x", " x "), spread_text(own[shape]), spread_text(share[shape])]
            if peer[shape]:
                row += [spread_text(peer[shape]), spread_text(ratios(own[shape], peer[shape]))]
            else:
                row += ["not installed", "-"]
            rows.append(row)
        head = ["product: rows x columns x inner", "GFLOP/s", "% of FMA peak", "NumPy's BLAS, 1 thread", "ratio"]
        return table(head, rows)

    def csv(self):
        script = FOLDER / "compare_csv.py"
        if not script.exists():
            return None
        return output_of([script, self.build, *(["--quick"] if self.quick else [])]).strip()

    def start(self):
        seconds = {"nntrain": [], "scikit-learn": []}
        with tempfile.TemporaryDirectory() as folder:
            sides = {"nntrain": [self.build / "nntrain", "-q", ROOT / "configs/iris.ini", f"output.dir={folder}/run"]}
            if self.versions["scikit-learn"]:
                sides["scikit-learn"] = [PYTHON, FOLDER / "iris_sklearn.py", ROOT / "data/iris.csv"]
            for _ in range(2 * self.rounds):
                for title, command in sides.items():
                    begin = time.perf_counter()
                    output_of(command)
                    seconds[title].append(time.perf_counter() - begin)
        row = ["configs/iris.ini, from start to all files", spread_text([1e3 * one for one in seconds["nntrain"]])]
        if seconds["scikit-learn"]:
            numbers = ratios(seconds["scikit-learn"], seconds["nntrain"])
            row += [spread_text([1e3 * one for one in seconds["scikit-learn"]]), spread_text(numbers)]
            row.append(verdict(statistics.median(numbers), START_GOAL))
        else:
            row += ["not installed", "-", f">= {START_GOAL}"]
        return table(["whole process", "nntrain, ms", "the same in scikit-learn, ms", "ratio", "goal"], [row])

    def memory(self):
        n_rows, n_columns = (40_000 if self.quick else 400_000), 30
        with tempfile.TemporaryDirectory() as folder:
            write_numbers(Path(folder) / "numbers.csv", n_rows, n_columns)
            program = [str(self.build / "nntrain"), "-q", f"{folder}/numbers.ini"]
            loading, training = watch_memory(program, folder)
        cells = n_rows * n_columns / 1e6
        rows = []
        for what, megabytes, goal in (
            ("loading", loading, 1.1 * cells * 12 + 64),
            ("training", training, 1.15 * cells * 4 + 64),
        ):
            mark = "met" if megabytes <= goal else "not met"
            rows.append([what, f"{megabytes:.0f}", f"<= {goal:.0f}: {mark}"])
        return table([f"memory, {n_rows} rows x {n_columns} columns", "at most, MB", "goal"], rows)


def write_numbers(path, n_rows, n_columns):
    """A CSV of numbers and a class, and beside it a config for it."""
    numbers = random.Random(1)
    names = [f"x{i}" for i in range(1, n_columns)] + ["class"]
    lines = [
        ",".join([f"{numbers.uniform(-9, 9):.5f}" for _ in names[1:]] + [numbers.choice("ab")]) for _ in range(1000)
    ]
    block = "\n".join(lines) + "\n"
    path.write_text(",".join(names) + "\n" + block * (n_rows // len(lines)))
    path.with_suffix(".ini").write_text(
        f"[data]\nfile = {path.name}\ntarget = class\n[network]\nhidden = 16\n[training]\nepochs = 10\n"
        f"[output]\ndir = {path.parent}/run\n"
    )


def resident(process):
    """Megabytes that the process holds now, 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def watch_memory(program, folder):
    """The most megabytes held before the history of training begins, and while it grows."""
    most = [0.0, 0.0]
    with subprocess.Popen(program) as process:
        is_training = False
        while process.poll() is None:
            is_training = is_training or any(file.stat().st_size for file in Path(folder).rglob("history.jsonl*"))
            most[is_training] = max(most[is_training], resident(process))
            time.sleep(0.001)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(program)} ends with {process.returncode}")
    return most


def write_between(path, marker, text):
    begin, end = f"<!-- {marker}: begin -->", f"<!-- {marker}: end -->"
    old = path.read_text()
    if old.count(begin) != 1 or old.count(end) != 1:
        raise SystemExit(f"{path}: error: needs the lines {begin} and {end}, once each")
    path.write_text(old[: old.index(begin) + len(begin)] + "\n\n" + text + "\n\n" + old[old.index(end) :])


NOTE = """A step is batch, forward, loss, backward and Adam update, with ReLU and softmax cross-entropy in
float32: tiny is 4-16-3 with batches of 16, tab 30-64-32-2 with 32, mid 100-256-128-10 and image 784-512-256-10
with 128, wide 1024-2048-2048-2048-10 with 512. The FMA peak is measured in the same process; FANN trains row by
row.
OpenBLAS 0.3.21, which PyTorch and NumPy multiply with, takes slow kernels for some processors newer than itself;
`OPENBLAS_CORETYPE=SkylakeX` makes it take those for AVX-512. Otherwise it chooses, also where this shell has that set.
`build/release/bench/bench_steps --phases 1000 image` tells where the time of a step goes.
"""


def main():
    sections = ("steps", "products", "csv", "start", "memory")
    parser = argparse.ArgumentParser(description="The goals of speed and memory, as this machine reaches them.")
    parser.add_argument("build", metavar="BUILD")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("sections", nargs="*", metavar="SECTION", choices=[[], *sections], default=[])
    arguments = parser.parse_intermixed_args()
    bench = Bench(arguments)
    texts = [bench.title(), NOTE]
    print("\n\n".join(texts), flush=True)
    for section in arguments.sections or sections:
        text = getattr(bench, section)()
        if text:
            texts.append(text)
            print(f"\n{text}", flush=True)
    if arguments.docs:
        texts.append("`make bench` prints these tables, `make bench BENCH=--docs` puts them here.")
        write_between(ROOT / "docs/performance.md", "speed", "\n\n".join(texts))
        if bench.goals:
            write_between(ROOT / "README.md", "goals", f"{bench.title()}\n\n{bench.goals}")


if __name__ == "__main__":
    main()
