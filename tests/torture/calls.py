"""The program is killed at each system call that changes files, or the call fails (strace's injection)."""
import collections
import os
import random
import re
import shutil
import subprocess

from scenes import LEFT_OVER, PATIENCE, Wrong, need, read_folder

KILLED_AT = ("openat write pwrite64 fsync rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir close flock ftruncate "
             "fstat newfstatat getdents64").split()
FAILING = ("write", "fsync", "rename", "renameat2", "unlink", "rmdir", "mkdir", "ftruncate", "flock")
ERRORS = ("ENOSPC", "EIO", "EXDEV")


def can_trace():
    try:
        return subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        return False


def trace(scene, folder, injection, log="/dev/null"):
    """(exit code or -signal, text of standard error)"""
    command = ["strace", "-f", "-o", log, "-e", injection, scene.program.path, "-q", "c.ini"]
    command += ["--resume"] if os.path.exists(scene.path(folder, ".partial")) else []
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=PATIENCE, check=False)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def count(scene, start):
    """How many calls of each name the main thread makes."""
    folder = start()
    log = os.path.join(folder, "log")
    code, text = trace(scene, folder, "trace=" + ",".join(KILLED_AT + ["execve"]), log)
    need(code == 0, f"under strace: {code}: {text}")
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines()
    shutil.rmtree(folder)
    main = lines[0].split()[0]
    names = (re.match(rf"{main} +(\w+)\(", line) for line in lines)
    return collections.Counter(name.group(1) for name in names if name)


def kill_at(scene, start, call, number):
    folder = start()
    code, text = trace(scene, folder, f"inject={call}:signal=KILL:when={number}")
    try:
        need(code in (0, -9, 137), f"exit code {code}: {text}")
        scene.check_whole(folder)
        if code == 0:
            scene.check_done(folder)
        else:
            scene.go_on(folder)
    except Wrong as wrong:
        raise Wrong(f"{scene.name}: killed at {call} {number}: {wrong}; kept: {folder}") from wrong
    shutil.rmtree(folder)
    return 1


def fail_at(scene, start, call, error, when):
    """The old run stays, the message names a file, nothing but .partial is left; then the run goes on."""
    folder = start()
    code, text = trace(scene, folder, f"inject={call}:error={error}:when={when}")
    try:
        need(code in (0, 1, 7), f"exit code {code}: {text}")
        is_new = scene.check_whole(folder)
        if code == 0:
            need(is_new, "exit code 0, and no new run")
        elif call != "write":
            need("runs" in text, f"names no file: {text}")
        left = set(os.listdir(os.path.join(folder, "runs"))) - {"c", "c.previous", "c.partial"}
        need(not left or call in ("unlink", "rmdir"), f"left: {left}")
        need(all(name in scene.straight or name in LEFT_OVER or name == "manifest.json" or "unlink" in call
                 for name in os.listdir(scene.path(folder))), "other files in runs/c")
        if not is_new:
            scene.go_on(folder)
        else:
            need(read_folder(scene.path(folder)) == scene.straight, "not the bytes of a straight run")
    except Wrong as wrong:
        raise Wrong(f"{scene.name}: {call} fails with {error} at {when}: {wrong}; {text}; kept: {folder}") from wrong
    shutil.rmtree(folder)
    return 1


def begun(scene):
    """A folder with a run that was killed after its first checkpoint."""
    for number in range(3, 30):
        folder = scene.copy()
        trace(scene, folder, f"inject=fsync:signal=KILL:when={number}")
        if os.path.exists(os.path.join(scene.path(folder, ".partial"), "checkpoint.bin")):
            return folder
        shutil.rmtree(folder)
    raise Wrong("there is no checkpoint to begin with")


def trials(scenes, seed):
    """All of them, in random order: (name, function) each."""
    if not can_trace():
        print("calls: strace is not permitted here, skipped")
        return
    tries = []
    for scene in scenes:
        for start in (scene.copy, lambda scene=scene: begun(scene)):
            for call, n in count(scene, start).items():
                if call in KILLED_AT:
                    tries += [("kills at a system call", lambda s=scene, b=start, c=call, i=i: kill_at(s, b, c, i))
                              for i in range(1, n + 1)]
                if call in FAILING:
                    tries += [("failing system calls", lambda s=scene, b=start, c=call, e=error, w=f"{i}{more}": fail_at(s, b, c, e, w))
                              for i in range(1, n + 1) for error in ERRORS for more in ("", "+")]
    print(f"calls: {len(tries)} places to fail at", flush=True)
    random.Random(seed).shuffle(tries)
    yield from tries
