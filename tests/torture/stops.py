"""Signals in every phase: the program ends soon, by the signal, and what it says of how to go on is true."""
import os
import random
import shutil
import signal
import subprocess
import threading
import time

from scenes import PATIENCE, ROOT, Wrong, need, read_folder

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU)
# Of processor time, so that a loaded machine does not decide: the second that is promised, on every processor.
MOST_SECONDS = 1.0 * (os.cpu_count() or 1)
TICK = os.sysconf("SC_CLK_TCK")

CONFIG = "[data]\nfile = iris.csv\ntarget = species\n[network]\nhidden = 8\n[checkpoint]\nevery = 0.05s\n"
BIG = "[data]\nfile = big.csv\ntarget = y\n[network]\nhidden = 8\n[training]\nepochs = 2\nbatch_size = 1024\n"
TUNING = "[tuning]\ntrials = {}\nworkers = {}\n[tuning.space]\noptimizer.learning_rate = log 1e-3 .. 1e-1\n"


class Phase:
    """sign: text on standard error, or the name of an open file (:big.csv) or of a file (/runs/...), that tells that the
    phase has begun; ends: the run ends by itself, with the bytes of a straight run; way_on: overrides that let what
    was stopped end soon; None: nothing is left to go on with."""

    def __init__(self, name, config, arguments, sign, ends=False, way_on=None):
        self.name, self.config, self.arguments, self.sign, self.ends, self.way_on = name, config, arguments, sign, ends, way_on
        self.lock, self.straight = threading.Lock(), None


TRAIN = ("c.ini",)
PHASES = (
    Phase("loading", BIG, TRAIN, ":big.csv"),
    Phase("checking", BIG, ("check", "c.ini"), ":big.csv"),
    Phase("waiting for a pipe", CONFIG, (*TRAIN, "data.file=-"), "caught"),
    Phase("training", CONFIG + "[training]\nepochs = 10000000\n", TRAIN, "step 7", way_on="epochs"),
    Phase("training, 4 threads", CONFIG + "[training]\nepochs = 10000000\n[run]\nthreads = 4\n", TRAIN, "step 7", way_on="epochs"),
    Phase("training on much", BIG.replace("epochs = 2", "epochs = 10000000"), TRAIN, "step 7", way_on="epochs"),
    Phase("a training that ends", CONFIG + "[training]\nepochs = 5000\n", TRAIN, "step 7", ends=True, way_on=()),
    Phase("resampling", CONFIG + "[training]\nepochs = 3\n[evaluation]\nbootstrap = 1000000\n", TRAIN, "epoch 3/3"),
    Phase("evaluating much", BIG + "[evaluation]\nimportance = permutation\nbootstrap = 100000\n", TRAIN, "epoch 2/2"),
    Phase("folds", CONFIG + "[training]\nepochs = 2000\n[split]\nfolds = 6\n", TRAIN, "fold 1/", ends=True, way_on=()),
    Phase("the first fold", CONFIG + "[training]\nepochs = 2000\n[split]\nfolds = 6\n", TRAIN, "step 6", ends=True, way_on=()),
    Phase("tuning", CONFIG + "[training]\nepochs = 1000\n" + TUNING.format(8, 2), TRAIN, "trial 1/", ends=True, way_on=()),
    Phase("the first trial", CONFIG + "[training]\nepochs = 4000\n" + TUNING.format(3, 1), TRAIN, "step 9", ends=True, way_on=()),
    Phase("training after tuning", CONFIG + "[training]\nepochs = 8000\n" + TUNING.format(2, 2), TRAIN, "step 7", ends=True, way_on=()),
    Phase("resampling after tuning", CONFIG + "[training]\nepochs = 3\n[evaluation]\nbootstrap = 1000000\n" + TUNING.format(2, 2), TRAIN,
          "epoch 3/3", way_on=("evaluation.bootstrap=0",)),
    Phase("predicting", "", ("predict", "model.json", "many.csv", "-o", "out.csv"), ":many.csv"),
    Phase("evaluating", "", ("evaluate", "model.json", "many.csv", "-o", "out.json"), ":many.csv"),
)


class Ground:
    """Large files, made once."""

    def __init__(self, program):
        self.program, self.folder = program, program.folder()
        with open(os.path.join(ROOT, "data", "iris.csv"), encoding="utf-8") as file:
            iris = file.read().split("\n", 1)
        with open(os.path.join(self.folder, "many.csv"), "w", encoding="utf-8") as file:
            file.write(iris[0] + "\n")
            for _ in range(5000):
                file.write(iris[1])
        rows = "".join(f"{i * 37 % 1009},{i * 91 % 757},{i * 13 % 499},{i % 2}\n" for i in range(1000))
        with open(os.path.join(self.folder, "big.csv"), "w", encoding="utf-8") as file:
            file.write("a,b,c,y\n")
            for _ in range(1000):
                file.write(rows)
        shutil.copy(os.path.join(ROOT, "data", "iris.csv"), self.folder)
        with open(os.path.join(self.folder, "m.ini"), "w", encoding="utf-8") as file:
            file.write(CONFIG + "[training]\nepochs = 2\n")
        code, text = program.run(self.folder, "-q", "m.ini")
        need(code == 0, text)

    def place(self, phase):
        folder = self.program.folder()
        for name in ("iris.csv", "many.csv", "big.csv"):
            os.link(os.path.join(self.folder, name), os.path.join(folder, name))
        os.link(os.path.join(self.folder, "runs/m/model.json"), os.path.join(folder, "model.json"))
        with open(os.path.join(folder, "c.ini"), "w", encoding="utf-8") as file:
            file.write(phase.config)
        return folder


def read_proc(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", encoding="utf-8") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_caught(pid, number):
    for line in read_proc(pid, "status").splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def has_open(pid, name):
    try:
        return any(os.readlink(f"/proc/{pid}/fd/{fd}").endswith(name) for fd in os.listdir(f"/proc/{pid}/fd"))
    except (FileNotFoundError, ProcessLookupError):
        return False


def seconds_used(pid):
    fields = read_proc(pid, "stat").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK if fields else 0


class Run:
    """A process that is stopped at a sign."""

    def __init__(self, program, folder, arguments):
        self.errors = os.path.join(folder, "errors")
        with open(self.errors, "wb") as text:
            self.process = program.start(folder, *arguments, stdin=subprocess.PIPE, stderr=text)

    def text(self):
        with open(self.errors, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for(self, sign, number):
        """False when the program ends before."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            need(time.monotonic() < end, f"no sign of {sign}")
            if is_caught(self.process.pid, number) and (
                    has_open(self.process.pid, sign[1:]) if sign[0] == ":" else sign == "caught" or sign in self.text()):
                return True
            time.sleep(0.0005)
        return False

    def stop(self, number):
        """(exit code or -signal, processor seconds that passed since)"""
        used = seconds_used(self.process.pid)
        os.kill(self.process.pid, number)
        end = time.monotonic() + PATIENCE
        while True:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > end:
                self.process.kill()
                raise Wrong("does not end")
            time.sleep(0.001)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process.stdin.close()
        return self.process.returncode, usage.ru_utime + usage.ru_stime - used


def straight_of(ground, phase):
    with phase.lock:
        if phase.straight is None:
            folder = ground.place(phase)
            code, text = ground.program.run(folder, "-q", *phase.arguments)
            need(code == 0, text)
            phase.straight = read_folder(os.path.join(folder, "runs/c"))
            shutil.rmtree(folder)
    return phase.straight


def go_on(ground, phase, folder, text):
    """As the message says."""
    partial = os.path.join(folder, "runs/c.partial")
    kept = set(os.listdir(partial)) & {"checkpoint.bin", "checkpoint.previous.bin", "trials.jsonl"} if os.path.isdir(partial) else set()
    if "nothing was kept" in text:
        need(not kept, "there is something to go on with")
        return
    need("--resume" in text and "runs/c.partial" in text and kept, "does not say how to go on")
    way_on = phase.way_on or ()
    if way_on == "epochs":
        with open(os.path.join(partial, "history.jsonl"), encoding="utf-8") as file:
            way_on = (f"training.epochs={len(file.readlines()) + 2}",)
    if phase.way_on is None:
        return
    code, text = ground.program.run(folder, "-q", *phase.arguments, "--resume", *way_on)
    need(code == 0, f"--resume ends with {code}: {text}")
    if phase.ends:
        straight, now = straight_of(ground, phase), read_folder(os.path.join(folder, "runs/c"))
        need(now.keys() == straight.keys(), f"has {sorted(now)}")
        for name, content in straight.items():
            need(name == "report.html" or now[name] == content, f"{name} is not that of a straight run")


def stop(ground, phase, number, seed):
    chance = random.Random(seed)
    folder = ground.place(phase)
    asks = chance.random() < 0.3
    text = ""
    run = Run(ground.program, folder, phase.arguments)
    try:
        if run.wait_for(phase.sign, number):
            if asks:
                os.kill(run.process.pid, signal.SIGUSR1)
            time.sleep(chance.choice((0, chance.uniform(0, 0.02), chance.uniform(0, 0.3))))
            code, seconds = run.stop(number)
            text = run.text()
            need(code in (-number, 0), f"ends with {code}")
            need(seconds <= MOST_SECONDS, f"took {seconds:.2f} s of processor time to end")
            if code != 0:
                need(f"stopped by {signal.Signals(number).name}" in text, "does not say why it ended")
                need(not os.path.exists(os.path.join(folder, "runs/c")), "has put a run in place")
                need(not os.path.exists(os.path.join(folder, "runs/c.lock")), "has left its lock")
                if phase.arguments[0] == "c.ini":
                    go_on(ground, phase, folder, text)
            need(not [name for name in os.listdir(folder) if name.startswith(".nntrain")], "a temporary file is left")
        else:
            run.process.wait()
            need(run.process.returncode == 0, f"ends with {run.process.returncode}")
    except Wrong as wrong:
        raise Wrong(f"{phase.name}, {signal.Signals(number).name}: {wrong}: {text[-800:]}; kept: {folder}") from wrong
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
    ground.program.remove(folder)
    return 1


def trials(program, seed):
    """Endless: every phase with every signal in turn."""
    ground = Ground(program)
    while True:
        for number in STOPS:
            for phase in PHASES:
                seed += 1
                yield "signals", lambda phase=phase, number=number, seed=seed: stop(ground, phase, number, seed)
