"""Disks that are full after each block, streams that take nothing, folders that may not be written to."""
import os
import random
import shutil
import subprocess

from scenes import Wrong, need, read_folder

BLOCK, PAGE = 1024, 4096
NOBODY = 65534
BEFORE = "before: a network made by nntrain 0"  # begins like a C export, which an export may replace
# Commands that write a file beside the run, and that file.
WRITERS = (
    ("predict", "runs/c/model.json", "iris.csv", "-o", "out"),
    ("evaluate", "runs/c/model.json", "iris.csv", "-o", "out"),
    ("export", "runs/c/model.json", "--format", "safetensors", "-o", "out"),
    ("export", "runs/c/model.json", "--format", "onnx", "-o", "out"),
)
SPEAKERS = (("-q", "c.ini", "--json"), ("-q", "c.ini", "--print", "validation.loss"), ("predict", "runs/c/model.json", "iris.csv"),
            ("evaluate", "runs/c/model.json", "iris.csv"), ("inspect", "runs/c"), ("compare", "runs/c", "runs/c.previous"),
            ("verify", "-q", "runs/c"), ("help",), ("help", "optimizer"), ("--version",))


def run_under(scene, folder, prefix, arguments, **options):
    done = subprocess.run([*prefix, scene.program.path, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          **{"stdout": subprocess.DEVNULL, **options}, timeout=300, check=False)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def names_below(folder):
    return {os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names}


def check_train(scene, folder, code, text):
    """Nothing lost, nothing left but .partial, and the message names a file; with 0 the run is there."""
    is_new = scene.check_whole(folder)
    need(code in (0, 1, 7), f"exit code {code}")
    need(code != 0 or is_new, "exit code 0, and no new run")
    need(code == 0 or "runs/c" in text, "the message names no file")
    left = set(os.listdir(os.path.join(folder, "runs"))) - {"c", "c.previous", "c.partial"}
    need(not left, f"left: {left}")
    return is_new


def limited_train(scene, limit):
    folder = scene.copy()
    code, text = run_under(scene, folder, ["prlimit", f"--fsize={limit}"], ["-q", "c.ini"])
    try:
        if not check_train(scene, folder, code, text):
            scene.go_on(folder)
    except Wrong as wrong:
        raise Wrong(f"training with files of at most {limit} bytes: {wrong}: {text}; kept: {folder}") from wrong
    shutil.rmtree(folder)
    return 1


def limited_writer(scene, command, limit, size):
    folder = scene.copy()
    before = names_below(folder)
    out = os.path.join(folder, "out")
    with open(out, "w", encoding="utf-8") as file:
        file.write(BEFORE)
    code, text = run_under(scene, folder, ["prlimit", f"--fsize={limit}"], command)
    try:
        with open(out, "rb") as file:
            content = file.read()
        need(code == (0 if limit >= size else 7), f"exit code {code}")
        need(content == BEFORE.encode() if code else len(content) == size, "out is not whole")
        need(code == 0 or ("out" in text and f"{size} bytes" in text), "the message does not say what it could not write")
        need(names_below(folder) == before | {"out"}, f"left: {names_below(folder) - before}")
    except Wrong as wrong:
        raise Wrong(f"{' '.join(command)} with files of at most {limit} bytes: {wrong}: {text}; kept: {folder}") from wrong
    shutil.rmtree(folder)
    return 1


def full_output(scene, command):
    folder = scene.copy()
    with open("/dev/full", "wb") as full:
        code, text = run_under(scene, folder, [], command, stdout=full)
    need(code == 7 and "standard output" in text, f"{' '.join(command)} >/dev/full: exit code {code}: {text}")
    shutil.rmtree(folder)
    return 1


class SmallDisk:
    """A tmpfs with a copy of the scene, and a file that leaves so many free pages; only root may mount one."""

    def __init__(self, scene, size="4m"):
        self.scene, self.path = scene, scene.program.folder()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", self.path], check=True, stderr=subprocess.PIPE)
        self.folder = os.path.join(self.path, "work")
        self.refill()

    def refill(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.scene.base, self.folder)

    def leave(self, n_pages):
        filler = os.path.join(self.path, "filler")
        free = os.statvfs(self.path).f_bavail
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, (free - n_pages) * PAGE)
        return filler

    def close(self):
        subprocess.run(["umount", "-l", self.path], check=True)


def full_disk(scene, n_pages):
    disk = SmallDisk(scene)
    filler = disk.leave(n_pages)
    try:
        code, text = run_under(scene, disk.folder, [], ["-q", "c.ini"])
        is_new = check_train(scene, disk.folder, code, text)
        os.unlink(filler)
        if not is_new:
            scene.go_on(disk.folder)
    except Wrong as wrong:
        raise Wrong(f"training with {n_pages} free pages: {wrong}: {text}; {os.listdir(disk.folder + '/runs')}") from wrong
    finally:
        disk.close()
    return 1


def read_only_disk(scene):
    disk = SmallDisk(scene)
    try:
        subprocess.run(["mount", "-o", "remount,ro", disk.path], check=True)
        for command in [["-q", "c.ini"], ["-q", "c.ini", "output.dir=new/run"], *WRITERS]:
            code, text = run_under(scene, disk.folder, [], command)
            need(code == 7 and ("runs" in text or "out" in text or "new" in text) and "Read-only" in text,
                 f"read-only: {' '.join(command)}: {code}: {text}")
        need(read_folder(scene.path(disk.folder)) == scene.old, "read-only: the old run is gone")
    finally:
        disk.close()
    return 1


def forbidden_folder(scene):
    """Without the right to write: into the folder of runs, and into that of the run before the last."""
    folder = scene.copy()
    os.chmod(folder, 0o755)
    prefix = []
    if os.geteuid() == 0:
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    os.chmod(os.path.join(folder, "runs"), 0o555)
    before = names_below(folder)
    code, text = run_under(scene, folder, prefix, ["-q", "c.ini"])
    need(code == 7 and "runs/c" in text and "Permission denied" in text, f"forbidden runs: {code}: {text}")
    need(names_below(folder) == before, "forbidden runs: something is left")
    os.chmod(os.path.join(folder, "runs"), 0o755)
    if os.geteuid() == 0:
        for place, _, names in os.walk(folder):
            for path in [place] + [os.path.join(place, name) for name in names]:
                os.chown(path, NOBODY, NOBODY)
    os.chmod(scene.path(folder, ".previous"), 0o555)
    code, text = run_under(scene, folder, prefix, ["-q", "c.ini"])
    need(code == 7 and "runs/c.previous" in text, f"forbidden runs/c.previous: {code}: {text}")
    need(read_folder(scene.path(folder)) == scene.old, "forbidden runs/c.previous: the old run is not in its place")
    need(read_folder(scene.path(folder, ".previous")) == scene.older, "forbidden runs/c.previous: it has changed")
    os.chmod(scene.path(folder, ".previous"), 0o755)
    code, text = run_under(scene, folder, prefix, ["-q", "c.ini"])
    need(code == 0, f"allowed again: {code}: {text}")
    scene.program.remove(folder)
    return 1


def can_mount(scene):
    try:
        SmallDisk(scene).close()
        return True
    except (subprocess.CalledProcessError, FileNotFoundError):
        return False


def trials(scene, seed):
    """All of them, in random order: (name, function) each."""
    largest = max(len(content) for content in scene.straight.values())
    n_pages = sum(len(content) // PAGE + 2 for content in scene.straight.values()) + 8
    tries = [("full disks", lambda n=n: limited_train(scene, n)) for n in range(0, largest + BLOCK, BLOCK)]
    folder = scene.copy()
    for command in WRITERS:
        code, text = run_under(scene, folder, [], command)
        need(code == 0, f"{' '.join(command)}: {text}")
        out = os.path.join(folder, "out")
        size = os.path.getsize(out)
        os.remove(out)
        limits = {*range(0, size, BLOCK), size - 1, size}
        tries += [("full disks", lambda c=command, n=n, s=size: limited_writer(scene, c, n, s)) for n in limits]
    shutil.rmtree(folder)
    tries += [("full streams", lambda c=command: full_output(scene, c)) for command in SPEAKERS]
    tries += [("forbidden folders", lambda: forbidden_folder(scene))]
    if can_mount(scene):
        tries += [("full disks", lambda n=n: full_disk(scene, n)) for n in range(n_pages + 1)]
        tries += [("forbidden folders", lambda: read_only_disk(scene))]
    else:
        print("disk: no file system can be mounted here, so that none is full: skipped")
    random.Random(seed).shuffle(tries)
    yield from tries
