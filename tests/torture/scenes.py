"""What every part of the torture uses: the program, small runs with the bytes that they must end in, and what must hold
after whatever was done to them."""
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MANIFEST = "manifest.json"
# Files that a run which was killed right after it was put in place may still have.
LEFT_OVER = {"checkpoint.bin", "checkpoint.previous.bin", "trials_ahead.jsonl", ".nntrain-run"}
# No machine is so slow; whoever waits for so long hangs.
PATIENCE = 300

CONFIG = """[data]
file = {data}.csv
target = {target}
[network]
hidden = 16, 8
{network}
[training]
epochs = {epochs}
{training}
[evaluation]
predictions = test
bootstrap = 20
[checkpoint]
every = {every}s
{more}
"""


# What --resume says where no state was kept; the complete run may be the old one.
NOTHING_TO_GO_ON_WITH = ("the run is complete", "there is no interrupted run", "before its first one")


class Wrong(Exception):
    """What should not be."""


def need(good, text):
    if not good:
        raise Wrong(text)


def read_folder(path):
    """Content of the files of a run by name, but for what differs from run to run; None when there is no folder."""
    if not os.path.isdir(path):
        return None
    content = {}
    for name in os.listdir(path):
        if name != MANIFEST and name not in LEFT_OVER:
            with open(os.path.join(path, name), "rb") as file:
                content[name] = file.read()
    return content


def check_manifest(path):
    """Every file that the manifest of a run names has its hash."""
    with open(os.path.join(path, MANIFEST), encoding="utf-8") as file:
        manifest = json.load(file)
    for entry in manifest["files"]:
        with open(os.path.join(path, entry["name"]), "rb") as file:
            need(hashlib.sha256(file.read()).hexdigest() == entry["sha256"], f"{path}/{entry['name']}: not the hash of the manifest")


class Program:
    """nntrain, in a folder where any user may run it, and the folder that scenes are made in."""

    def __init__(self, path, scratch):
        self.scratch = scratch
        os.chmod(scratch, 0o755)
        self.path = os.path.join(scratch, "nntrain")
        shutil.copy(path, self.path)
        refused = subprocess.run([path, "help", "--cpu", "none_such"], capture_output=True, text=True, check=False)
        self.levels = refused.stderr.split("must be one of auto, ")[1].replace(",", " ").split()

    def start(self, folder, *arguments, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([self.path, *arguments], cwd=folder, **options)

    def run(self, folder, *arguments, **options):
        """(exit code or -signal, text of standard error)"""
        process = self.start(folder, *arguments, **options)
        try:
            text = process.communicate(timeout=PATIENCE)[1]
        except subprocess.TimeoutExpired as slow:
            process.kill()
            process.communicate()
            raise Wrong(f"hangs: {' '.join(arguments)}") from slow
        return process.returncode, (text or b"").decode("utf-8", "replace")

    def folder(self):
        return tempfile.mkdtemp(dir=self.scratch)

    @staticmethod
    def remove(folder):
        """Whatever the rights on it are."""
        subprocess.run(["chmod", "-R", "u+rwx", folder], check=False)
        shutil.rmtree(folder)


class Scene:
    """c.ini and its data, runs/c of another seed and the one before it; `straight` is what c.ini ends in."""

    def __init__(self, program, name, data="iris", target="species", epochs=300, network="", training="", more="",
                 every="0.002"):
        self.program, self.name = program, name
        self.base = program.folder()
        shutil.copy(os.path.join(ROOT, "data", f"{data}.csv"), self.base)
        text = CONFIG.format(data=data, target=target, epochs=epochs, network=network, training=training, more=more, every=every)
        with open(os.path.join(self.base, "c.ini"), "w", encoding="utf-8") as file:
            file.write(text)
        for seed in (8, 7):
            self._run_base(f"run.seed={seed}")
        self.older, self.old = read_folder(self.path(self.base, ".previous")), read_folder(self.path(self.base))
        straight = self.copy()
        begin = time.monotonic()
        self._must(program.run(straight, "-q", "c.ini"))
        self.seconds = time.monotonic() - begin
        self.straight = read_folder(self.path(straight))
        need(self.straight != self.old and self.old != self.older, "the runs are all the same")
        shutil.rmtree(straight)

    @staticmethod
    def _must(done):
        need(done[0] == 0, f"exit code {done[0]}: {done[1]}")

    def _run_base(self, *overrides):
        self._must(self.program.run(self.base, "-q", "c.ini", *overrides))

    @staticmethod
    def path(folder, suffix=""):
        return os.path.join(folder, "runs", "c" + suffix)

    def copy(self):
        folder = self.program.folder()
        shutil.copytree(self.base, folder, dirs_exist_ok=True)
        return folder

    def check_whole(self, folder):
        """After anything: a whole run is in its place, the old one or the new one, and the old one is not lost."""
        now = read_folder(self.path(folder))
        need(now is not None, "runs/c is gone")
        need(now in (self.old, self.straight), "runs/c is neither the old run nor the new one")
        check_manifest(self.path(folder))
        places = [read_folder(self.path(folder, suffix)) for suffix in ("", ".previous", ".partial")]
        need(self.old in places, "the old run is lost")
        return now == self.straight

    def check_done(self, folder):
        """After a run that has ended well: the bytes of a straight run, and nothing left beside it."""
        now = read_folder(self.path(folder))
        need(now is not None and now.keys() == self.straight.keys(), f"runs/c has {sorted(now or {})}")
        for name, content in self.straight.items():
            need(now[name] == content, f"{name} is not that of a straight run")
        need(not LEFT_OVER & set(os.listdir(self.path(folder))), "runs/c has a state to go on from")
        need(read_folder(self.path(folder, ".previous")) == self.old, "the old run is not runs/c.previous")
        need(set(os.listdir(os.path.join(folder, "runs"))) == {"c", "c.previous"}, f"left: {os.listdir(folder + '/runs')}")

    def go_on(self, folder, *arguments):
        """--resume where something can be gone on with, else the run anew; to its end."""
        code, text = self.program.run(folder, "-q", "c.ini", "--resume", *arguments)
        if code == 7 and "the run is complete" in text and read_folder(self.path(folder)) == self.straight:
            pass
        elif code == 7 and any(words in text for words in NOTHING_TO_GO_ON_WITH):
            partial = self.path(folder, ".partial")
            need(not os.path.exists(os.path.join(partial, "checkpoint.bin")), "has a checkpoint, and is not gone on with")
            code, text = self.program.run(folder, "-q", "c.ini", *arguments)
            need(code == 0, f"a run anew ends with {code}: {text}")
        else:
            need(code == 0, f"--resume ends with {code}: {text}")
        self.check_done(folder)
