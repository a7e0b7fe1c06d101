#!/usr/bin/env python3
"""Kills, starves and stops the program in every way; whatever is done, nothing that was there is lost, and a run goes on
to the bytes that it would have had.

Usage: torture.py PROGRAM [SECONDS [SEED [PART ...]]]

Parts: kills calls disk stops crowd. Each takes its share of SECONDS, and what others have left. Trials that fail are
printed with the folder that they leave.
"""
import collections
import concurrent.futures
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

import calls
import crowd
import disk
import kills
import scenes
import stops

# Of the time; in this order, so that the endless ones take what is left.
SHARES = (("disk", 0.15), ("stops", 0.2), ("crowd", 0.1), ("calls", 0.25), ("kills", 0.3))
WORKERS = 2


def make_scenes(program):
    tuning = "[tuning]\ntrials = 4\nworkers = 2\n[tuning.space]\noptimizer.learning_rate = log 1e-3 .. 1e-1\n"
    return {
        "plain": scenes.Scene(program, "plain", epochs=60, network="norm = batch\ndropout = 0.1",
                              more="[schedule]\nname = plateau\n[early_stopping]\npatience = 40"),
        "folds": scenes.Scene(program, "folds", epochs=20, more="[split]\nfolds = 4"),
        "tuning": scenes.Scene(program, "tuning", epochs=20, more=tuning),
        "categories": scenes.Scene(program, "categories", "penguins", epochs=20, more="[preprocess]\nencode = embedding"),
        "regression": scenes.Scene(program, "regression", "diabetes", "progression", epochs=6,
                                   more="[optimizer]\nname = lbfgs", training="batch_size = full"),
        "short": scenes.Scene(program, "short", epochs=3, every="0.000001"),
    }


def find_room():
    """In memory, where fsync takes no time, if there is room to run programs in."""
    status = os.statvfs("/dev/shm") if os.path.isdir("/dev/shm") else None
    if not status or status.f_flag & os.ST_NOEXEC or status.f_bavail * status.f_frsize < 1 << 28:
        return None
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def run_part(pool, trials, seconds, n_done, wrong):
    """Trials until the time is over or there are no more; counts into n_done by name, failures into wrong."""
    end = time.monotonic() + seconds
    waiting = set()
    trials = iter(trials)
    more = True
    while more or waiting:
        more = more and time.monotonic() < end
        while more and len(waiting) < WORKERS:
            name, trial = next(trials, (None, None))
            if name is None:
                more = False
            else:
                future = pool.submit(trial)
                future.name = name
                waiting.add(future)
        done, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
        for future in done:
            try:
                n_done[future.name] += future.result()
            except (scenes.Wrong, subprocess.TimeoutExpired) as mistake:
                n_done[future.name] += 1
                wrong.append(f"{future.name}: {mistake}")
                print(wrong[-1], flush=True)


def main():
    program = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    parts = sys.argv[4:] or [part for part, _ in SHARES]
    n_done, wrong = collections.Counter(), []
    for number in stops.STOPS:  # jobs in the background, and those under nohup, have some ignored
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    scratch = tempfile.mkdtemp(prefix="nntrain-torture-", dir=find_room())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        all_scenes = make_scenes(scenes.Program(program, scratch))
        makers = {
            "kills": lambda: kills.trials(list(all_scenes.values()), seed),
            "calls": lambda: calls.trials([all_scenes["short"]] + [all_scenes[name] for name in ("tuning", "folds")], seed),
            "disk": lambda: disk.trials(all_scenes["short"], seed),
            "stops": lambda: stops.trials(all_scenes["short"].program, seed),
            "crowd": lambda: crowd.trials(all_scenes["short"].program, seed),
        }
        left, shares_left = seconds, sum(share for part, share in SHARES if part in parts)
        for part, share in SHARES:
            if part in parts:
                start = time.monotonic()
                run_part(pool, makers[part](), left * share / shares_left, n_done, wrong)
                left -= time.monotonic() - start
                shares_left -= share
    print(f"torture, seed {seed}, {time.monotonic() - begin:.0f} s:", ", ".join(f"{n} {name}" for name, n in n_done.items()),
          f"- {len(wrong)} wrong")
    if not wrong:
        scenes.shutil.rmtree(scratch)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
