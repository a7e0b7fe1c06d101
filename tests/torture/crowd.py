"""Many processes want one run folder at once: one of them trains, all others say which one that is."""
import os
import random
import re
import shutil
import signal
import threading
import time

from scenes import PATIENCE, ROOT, need

N_PROCESSES = 64


def wait_until(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        need(time.monotonic() < end, f"waited in vain for {what}")
        time.sleep(0.002)


def crowd(program, folder, chance):
    """One round: the one that trains is ended in some way, so that the next round finds what it leaves."""
    command = ["-q", "c.ini"] + (["--resume"] if os.path.exists(os.path.join(folder, "runs/c.partial/checkpoint.bin")) else [])
    processes = []
    for i in range(N_PROCESSES):
        with open(os.path.join(folder, f"err.{i}"), "wb") as text:
            processes.append(program.start(folder, *command, stderr=text))
    try:
        wait_until(lambda: sum(process.poll() is None for process in processes) <= 1, "all but one to end")
        alive = [process for process in processes if process.poll() is None]
        need(len(alive) == 1, "nobody trains")
        for i, process in enumerate(processes):
            with open(os.path.join(folder, f"err.{i}"), encoding="utf-8") as file:
                text = file.read()
            if process is not alive[0]:
                found = re.fullmatch(r"runs/c: error: process (\d+) is writing this run; wait for it, or choose another output.dir\n", text)
                need(process.returncode == 7 and found, f"exit code {process.returncode}: {text}")
                need(int(found.group(1)) == alive[0].pid, f"{alive[0].pid} trains, but: {text}")
        state = os.path.join(folder, "runs/c.partial/checkpoint.bin")
        wait_until(lambda: os.path.exists(state), "a checkpoint")
        how = chance.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
        alive[0].send_signal(how)
        need(alive[0].wait(PATIENCE) == -how, f"the one that trains ends with {alive[0].returncode}")
        need(os.path.exists(os.path.join(folder, "runs/c.lock")) == (how == signal.SIGKILL), "the lock")
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()
    return N_PROCESSES


def make_folder(program):
    folder = program.folder()
    shutil.copy(os.path.join(ROOT, "data", "iris.csv"), folder)
    with open(os.path.join(folder, "c.ini"), "w", encoding="utf-8") as file:
        file.write("[data]\nfile = iris.csv\ntarget = species\n[training]\nepochs = 10000000\n[checkpoint]\nevery = 0.05s\n")
    return folder


def trials(program, seed):
    """Endless, one after the other in the same folder: (name, function) each."""
    chance = random.Random(seed)
    folder, turn = make_folder(program), threading.Lock()

    def trial():
        with turn:
            return crowd(program, folder, chance)

    while True:
        yield "processes for one folder", trial
