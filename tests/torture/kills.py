"""kill -9 at random moments of a run and of what goes on from it, with other threads and levels each time."""
import os
import random
import shutil
import time

from scenes import Wrong, need, read_folder


def wait_for_moment(process, scene, folder, chance):
    """Any moment, more often an early one, so that many a run is killed again and again before it ends; and every third
    time one near the end, when the files of the result are written."""
    end = time.monotonic() + chance.uniform(0, 1.1) * chance.choice((0.3, 1)) * scene.seconds
    sign = os.path.join(scene.path(folder, ".partial"), chance.choice(("config.ini", "model.json", "manifest.json")))
    waits_for_sign = chance.random() < 0.33
    while process.poll() is None and (waits_for_sign or time.monotonic() < end):
        if waits_for_sign and os.path.exists(sign):
            time.sleep(chance.uniform(0, 0.003))
            return
        time.sleep(0.0005)


def draw_ways(scene, chance):
    """Options of one run. What takes these small networks the most time is seldom: threads, and the slowest level."""
    levels = scene.program.levels
    return "--threads", str(chance.choice((1, 1, 1, 1, 1, 1, 2, 4))), "--cpu", chance.choice(levels + 2 * levels[1:])


def is_resumable(scene, folder):
    names = set(os.listdir(scene.path(folder, ".partial"))) if os.path.isdir(scene.path(folder, ".partial")) else set()
    return bool(names & {"checkpoint.bin", "checkpoint.previous.bin"}) or ("tuning" in scene.name and bool(names))


def chain(scene, seed):
    """One run with kills until it has ended; returns the number of kills."""
    chance = random.Random(seed)
    folder = scene.copy()
    n_kills, steps = 0, []
    try:
        for _ in range(chance.randint(1, 8)):
            resumes = is_resumable(scene, folder)
            command = ["-q", "c.ini", *draw_ways(scene, chance)]
            command += ["--resume"] if resumes else []
            process = scene.program.start(folder, *command)
            wait_for_moment(process, scene, folder, chance)
            process.kill()
            text = process.communicate()[1].decode("utf-8", "replace")
            steps.append(f"{' '.join(command)} -> {process.returncode} {text}")
            need(process.returncode in (-9, 0), f"exit code {process.returncode}: {text}")
            n_kills += process.returncode == -9
            if scene.check_whole(folder):
                break
        if process.returncode != 0 or read_folder(scene.path(folder)) != scene.straight:
            scene.go_on(folder, *draw_ways(scene, chance))
        else:
            scene.check_done(folder)
        shutil.rmtree(folder)
    except Wrong as wrong:
        raise Wrong(f"{scene.name}, seed {seed}: {wrong}\n    " + "\n    ".join(steps) + f"\n    kept: {folder}") from wrong
    return n_kills


def trials(scenes, seed):
    """Endless: (name, function) each."""
    number = seed
    while True:
        for scene in scenes:
            number += 1
            yield "kills -9", lambda scene=scene, number=number: chain(scene, number)
