#!/usr/bin/env python3
"""Lets each call of a kind fail, once and from then on, and looks at what is left.

Usage: faults.py PROGRAM [MOST]

PROGRAM is linked with faults.c. Each scenario runs once to count its calls, then again for call N = 1, 2, ... (when
there are more than MOST, that many spread over all). Whatever fails,

  - the exit code is 0, 1 or 7, no signal, and not without a message unless it is 0,
  - with 0, what was to be written is there as a whole,
  - otherwise what was there before is still there, or what is new is there as a whole,
  - a run that was to go on can go on afterwards, to the same result,
  - no temporary file is left but in the .partial of a run.
"""
import concurrent.futures
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Seconds: who takes longer hangs.
PATIENCE = 120
HARMLESS = ("short_read", "short_write", "calendar")
# An unwritten file may differ in times only.
TIMED = "manifest.json"
# What a finished run removes, and harms nobody where that fails.
STAYING = (".nntrain-run", "checkpoint.", "trials_ahead.")


def read_tree(path):
    """Content of a file, or of the files in a folder by name; None when there is nothing."""
    if os.path.isdir(path):
        return {name: open(os.path.join(path, name), "rb").read() for name in os.listdir(path)
                if name != TIMED and not name.startswith(STAYING) and os.path.isfile(os.path.join(path, name))}
    if os.path.exists(path):
        with open(path, "rb") as file:
            return file.read()
    return None


class Scenario:
    """may_retry: what failed can be done again afterwards, with the same result. env: what else faults.c is told."""

    def __init__(self, name, command, result, may_retry=False, **env):
        self.name, self.command, self.result, self.may_retry, self.env = name, command, result, may_retry, env


# So large that a checkpoint is due before many epochs have passed.
LARGE = "network.hidden=128,128 training.batch_size=1"
SCENARIOS = [
    Scenario("train", "-q c.ini training.epochs=2 output.dir=out --threads 2", "out"),
    Scenario("train, folders by turns", "-q c.ini training.epochs=2 output.dir=out", "out", FAULT_NO_EXCHANGE="1"),
    Scenario("train anew", "-q c.ini training.epochs=2 output.dir=new/run --threads 2", "new/run"),
    Scenario("resume", "-q c.ini training.epochs={epochs} output.dir=again " + LARGE + " --threads 2 --resume", "again", may_retry=True),
    Scenario("begin anew", "-q c.ini training.epochs=2 output.dir=again", "again"),
    Scenario("tune", "-q c.ini output.dir=tuned tuning.trials=2 tuning.workers=2 "
             "optimizer.name=sgd 'tuning.space.optimizer.momentum=uniform 0 .. 0.9'", "tuned"),
    Scenario("verify", "-q verify out", "out"),
    Scenario("predict", "predict model.json iris.csv -o old.csv", "old.csv"),
    Scenario("evaluate", "evaluate model.json iris.csv -o old.json", "old.json"),
    Scenario("export", "export model.json --format safetensors -o old.csv", "old.csv"),
    Scenario("init", "init iris.csv --target species -o new.ini", "new.ini"),
    Scenario("read by two", "-q check c.ini data.file=large.csv --threads 2", "large.csv"),
    Scenario("check", "-q check c.ini", "c.ini"),
]


def make_base(program, folder):
    os.makedirs(folder)
    shutil.copy(os.path.join(ROOT, "data", "iris.csv"), folder)
    with open(os.path.join(folder, "iris.csv"), encoding="utf-8") as file:
        header, rows = file.readline(), file.read()
    with open(os.path.join(folder, "large.csv"), "w", encoding="utf-8") as file:
        file.write(header + 400 * rows)
    with open(os.path.join(folder, "c.ini"), "w", encoding="utf-8") as file:
        file.write("[data]\nfile = iris.csv\ntarget = species\n[training]\nepochs = 1\n[network]\nhidden = 4\n[checkpoint]\nevery = 0.000001s\n")
    subprocess.run([program, "-q", "c.ini", "output.dir=out"], cwd=folder, check=True)
    shutil.copy(os.path.join(folder, "out", "model.json"), os.path.join(folder, "model.json"))
    for name in ("old.csv", "old.json"):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("a text: a network made by nntrain before\n")


def interrupt_run(program, folder):
    """Leaves again.partial behind; returns a number of epochs that it has not reached."""
    run = subprocess.Popen([program, "-q", "c.ini", "output.dir=again", "training.epochs=1000000", *LARGE.split()], cwd=folder,
                           stderr=subprocess.DEVNULL)
    partial = os.path.join(folder, "again.partial")
    while not os.path.exists(os.path.join(partial, "checkpoint.previous.bin")):
        time.sleep(0.01)
    run.send_signal(signal.SIGTERM)
    assert run.wait() == -signal.SIGTERM
    with open(os.path.join(partial, "history.jsonl"), encoding="utf-8") as file:
        return len(file.readlines()) + 2


class Bench:
    def __init__(self, program, scratch):
        self.program, self.scratch = program, scratch
        self.base = os.path.join(scratch, "base")
        make_base(program, self.base)
        self.epochs = interrupt_run(program, self.base)
        # What an interrupted run is put aside for is in the way already.
        shutil.copytree(os.path.join(self.base, "again.partial"), os.path.join(self.base, "again.interrupted"))

    def run(self, scenario, **faults):
        """Runs in a fresh copy; returns (folder, exit code, messages)."""
        folder = tempfile.mkdtemp(dir=self.scratch)
        shutil.copytree(self.base, folder, dirs_exist_ok=True)
        return folder, *self.run_in(folder, scenario, **faults)

    def run_in(self, folder, scenario, **faults):
        env = dict(os.environ, TMPDIR=self.scratch, **scenario.env, **faults)
        command = shlex.split(scenario.command.format(epochs=self.epochs))
        try:
            done = subprocess.run([self.program, *command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL, "hangs"
        return done.returncode, done.stderr.decode("utf-8", "replace")

    def count(self, scenario):
        counts = os.path.join(self.scratch, "counts")
        folder, code, text = self.run(scenario, FAULT_COUNTS=counts)
        assert code == 0, (scenario.name, code, text)
        fresh = read_tree(os.path.join(folder, scenario.result))
        names = set(os.listdir(folder))
        shutil.rmtree(folder)
        with open(counts, encoding="utf-8") as file:
            return fresh, names, {kind: int(n) for kind, n in (line.split() for line in file)}

    def try_fault(self, scenario, fresh, names, kind, at, mode):
        folder, code, text = self.run(scenario, FAULT_KIND=kind, FAULT_AT=str(at), FAULT_MODE=mode)
        result = read_tree(os.path.join(folder, scenario.result))
        before = read_tree(os.path.join(self.base, scenario.result))
        wrong = []
        if code not in (0, 1, 7):
            wrong.append(f"exit code {code}")
        if code != 0 and not text.strip():
            wrong.append("no message")
        if kind in HARMLESS and code != 0:
            wrong.append(f"exit code {code} for what is no failure")
        if code == 0 and result != fresh:
            wrong.append("exit code 0, but the result is not what it should be")
        if code != 0 and result not in (before, fresh):
            aside = read_tree(os.path.join(folder, scenario.result + ".previous"))
            if result is not None or aside != before or f"the run that was here in {scenario.result}.previous" not in text:
                wrong.append("what was there before is gone")
        left = {name for name in os.listdir(folder) if name not in names and not name.endswith((".partial", ".lock", ".previous"))
                and not (name == "new" and scenario.result.startswith("new"))}
        if left and kind != "unlink":
            wrong.append(f"left behind: {sorted(left)}")
        if scenario.may_retry and code != 0 and result != fresh:
            again, retry_text = self.run_in(folder, scenario)
            if again != 0 or read_tree(os.path.join(folder, scenario.result)) != fresh:
                wrong.append(f"cannot be done again: {again}: {retry_text[-300:]}")
        shutil.rmtree(folder)
        return [f"{scenario.name}: {kind} {at} {mode}: {what}: {text.strip()[-300:]}" for what in wrong]


def chosen(n, most):
    """Calls 1..n, or `most` of them: the first and last, and the rest evenly."""
    if n <= most:
        return range(1, n + 1)
    return sorted({1 + round(i * (n - 1) / (most - 1)) for i in range(most)})


def main():
    program = os.path.abspath(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    n_tried = 0
    wrong = []
    with tempfile.TemporaryDirectory(prefix="nntrain-faults-") as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        bench = Bench(program, scratch)
        for scenario in SCENARIOS:
            fresh, names, counts = bench.count(scenario)
            assert fresh is not None
            tries = [(kind, at, mode) for kind, n in counts.items() for at in chosen(n, most) for mode in ("once", "forever")]
            found = list(pool.map(lambda t: bench.try_fault(scenario, fresh, names, *t), tries))
            bad = [text for texts in found for text in texts]
            wrong += bad
            n_tried += len(tries)
            print(f"{scenario.name}: {len(tries)} faults in {sum(counts.values())} calls, {len(bad)} wrong", flush=True)
            for text in bad[:30]:
                print("  " + text, flush=True)
    print(f"faults: {n_tried} tried, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
