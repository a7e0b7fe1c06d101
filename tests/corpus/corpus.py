#!/usr/bin/env python3
"""Bad inputs and what nntrain must say of them.

Usage: corpus.py PROGRAM [--update] [--only TEXT] [FAMILY ...]
       corpus.py PROGRAM --seeds FOLDER        the inputs for fuzz targets, FOLDER/TARGET/NUMBER

Each family (*_cases.py beside this file) yields cases: a name, files, a command. Each case runs in a folder of its
own, a copy of the same small base (iris.csv, c.ini, model.json), and must end

  - with the exit code and the messages that are kept in FAMILY.golden (one line a case, --update writes it anew;
    read the difference before it is committed),
  - by itself, never by a signal it was not sent, and within a second of processor time,
  - with nothing on disk changed, created or removed, unless the case names what may be,
  - with no raw control, invisible or bidirectional character and no line a CI system would obey in what it prints.
"""
import concurrent.futures
import importlib
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FAMILIES = sorted(name[:-len("_cases.py")] for name in os.listdir(HERE) if name.endswith("_cases.py"))

# Instrumented programs take longer.
SECONDS = int(os.environ.get("CORPUS_SECONDS", "1"))
HANGS_AFTER = 120

# What is kept of a message.
LONGEST = 700

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|^::", re.M)


@dataclass
class Case:
    """files: path -> bytes or text. command: a list of arguments after the program, or one line for a shell, in which
    $nntrain is the program. may_change: paths (or folders) that may be different afterwards. prepare: called with the
    folder before the program runs. golden: False for a case of which only the exit code is kept."""
    name: str
    files: dict = field(default_factory=dict)
    command: object = ("-q", "x.ini")
    may_change: tuple = ()
    prepare: object = None
    stdin: bytes = b""
    golden: bool = True
    env: dict = field(default_factory=dict)


def write(folder, path, content):
    path = os.path.join(os.fsencode(folder), os.fsencode(path))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(content.encode() if isinstance(content, str) else content)


def snapshot(folder):
    """Everything below a folder: path -> kind, mode, content or target."""
    seen = {}
    for at, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            path = os.path.join(at, name)
            status = os.lstat(path)
            kind = stat.S_IFMT(status.st_mode)
            content = None
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                # what cannot be read is told by its size and time
                content = (status.st_size, status.st_mtime_ns)
                if os.access(path, os.R_OK) and status.st_size < 1 << 20:
                    with open(path, "rb") as file:
                        content = file.read()
            seen[os.path.relpath(path, os.fsencode(folder))] = (kind, stat.S_IMODE(status.st_mode), content)
    return seen


def is_allowed(path, case):
    path = os.fsdecode(path)
    return any(path == allowed or path.startswith(allowed + "/") for allowed in case.may_change)


def shorten(text):
    """One line: newlines and backslashes escaped, long runs of one character told as their number."""
    text = text.replace("\\", "\\\\").replace("\r", "\\r").rstrip("\n").replace("\n", "\\n")
    text = re.sub(r"(([^\\\n])\2{39,})", lambda m: f"{m[2]}{{{len(m[1])}}}", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def limit_processor_time():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(program, case, base, scratch):
    """Runs a case; returns (exit code, messages, list of what is wrong)."""
    folder = tempfile.mkdtemp(dir=scratch)
    wrong = []
    try:
        shutil.copytree(base, folder, dirs_exist_ok=True)
        for path, content in case.files.items():
            write(folder, path, content)
        if case.prepare:
            case.prepare(folder)
        before = snapshot(folder)
        if isinstance(case.command, str):
            command = ["bash", "-c", case.command]
        else:
            command = [os.fsencode(part) for part in (program, *case.command)]
        env = dict(os.environ, nntrain=program, LC_ALL="C.UTF-8", **case.env)
        child = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, preexec_fn=limit_processor_time)
        try:
            out, errors = child.communicate(case.stdin, timeout=HANGS_AFTER)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return 0, "", [f"still runs after {HANGS_AFTER} seconds"]
        text = errors.decode("utf-8", "backslashreplace")
        for stream in (out.decode("utf-8", "backslashreplace"), text):
            found = FORBIDDEN.search(stream)
            if found:
                wrong.append(f"prints {found[0]!r} as it is")
        code = child.returncode
        if code < 0 or code in (132, 134, 135, 136, 137, 139):
            wrong.append(f"ended by a signal ({code}): {text[-2000:]}")
        if "Sanitizer" in text or "runtime error" in text:
            wrong.append(text[-3000:])
        after = snapshot(folder)
        for path in sorted(set(before) | set(after)):
            if before.get(path) != after.get(path) and not is_allowed(path, case):
                what = "created" if path not in before else "removed" if path not in after else "changed"
                wrong.append(f"{what}: {os.fsdecode(path)!r}")
        return code, shorten(text.replace(folder, "FOLDER")), wrong
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def make_base(program, folder):
    """What every case finds: data, a config of three epochs, a model trained by it, and one of numbers that embeds."""
    os.makedirs(folder)
    with open(os.path.join(ROOT, "data", "iris.csv"), "rb") as file:
        write(folder, "iris.csv", file.read())
    write(folder, "c.ini", "[data]\nfile = iris.csv\ntarget = species\n[training]\nepochs = 3\n[network]\nhidden = 4\n"
                           "[run]\nthreads = 1\n")
    subprocess.run([program, "-q", "c.ini", "output.dir=base"], cwd=folder, check=True)
    shutil.copy(os.path.join(folder, "base", "model.json"), os.path.join(folder, "model.json"))
    subprocess.run([program, "-q", "c.ini", "output.dir=base", "data.target=petal_width_cm, petal_length_cm", "preprocess.encode=embedding"],
                   cwd=folder, check=True)
    shutil.copy(os.path.join(folder, "base", "model.json"), os.path.join(folder, "numbers.json"))
    shutil.rmtree(os.path.join(folder, "base"))
    shutil.rmtree(os.path.join(folder, "base.previous"))


def read_golden(family):
    path = os.path.join(HERE, family + ".golden")
    golden = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                name, code, text = line.rstrip("\n").split(" | ", 2)
                golden[name] = (int(code), text)
    return golden


def write_golden(family, results):
    with open(os.path.join(HERE, family + ".golden"), "w", encoding="utf-8") as file:
        for case, (code, text, _) in results:
            file.write(f"{case.name} | {code} | {text if case.golden else '*'}\n")


def complaints(case, result, golden):
    code, text, wrong = result
    wrong = list(wrong)
    if case.name not in golden:
        return wrong + [f"is not in the golden file; gives {code}: {text}"]
    expected_code, expected_text = golden[case.name]
    if code != expected_code:
        wrong.append(f"exit code {code}, expected {expected_code}: {text}")
    elif expected_text not in ("*", text):
        wrong.append(f"says     {text}\n        expected {expected_text}")
    return wrong


def run_family(program, family, base, scratch, options):
    cases = [case for case in importlib.import_module(family + "_cases").cases(base)
             if options["only"] in case.name]
    names = [case.name for case in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(zip(cases, pool.map(lambda case: run(program, case, base, scratch), cases)))
    if options["update"]:
        write_golden(family, results)
    golden = read_golden(family)
    bad = 0
    for case, result in results:
        wrong = complaints(case, result, golden)
        bad += bool(wrong)
        for what in wrong:
            print(f"{family}: {case.name}: {what}")
    # instrumented programs leave cases out
    stale = set() if options["only"] or "CORPUS_SECONDS" in os.environ else set(golden) - set(names)
    for name in sorted(stale):
        print(f"{family}: {name}: is in the golden file, but there is no such case")
    print(f"{family}: {len(cases)} cases, {bad + len(stale)} wrong ({time.monotonic() - start:.1f} s)", flush=True)
    return len(cases), bad + len(stale)


SEED_FILES = {"x.ini": ("ini", "config"), "model.json": ("model",), "x.csv": ("csv", "checkpoint"), "iris.csv": ("csv",)}
MOST_SEED_BYTES = 20000


def write_seeds(base, folder):
    """The inputs of all cases for the fuzz targets that read such files."""
    seeds = {target: set() for targets in SEED_FILES.values() for target in targets}
    seeds.update(override=set(), number=set())
    for case in (case for family in FAMILIES for case in importlib.import_module(family + "_cases").cases(base)):
        for path, content in case.files.items():
            for target in SEED_FILES.get(path, ()):
                seeds[target].add(content.encode() if isinstance(content, str) else content)
        for part in case.command if not isinstance(case.command, str) else ():
            part = os.fsencode(part)
            if b"=" in part:
                seeds["override"].add(part)
                seeds["number"].add(part.split(b"=", 1)[1])
    for target, contents in seeds.items():
        for number, content in enumerate(sorted(content for content in contents if len(content) <= MOST_SEED_BYTES)):
            write(folder, f"{target}/{number:04}", content)


def main():
    arguments = sys.argv[1:]
    options = {"update": "--update" in arguments, "only": ""}
    arguments = [a for a in arguments if a != "--update"]
    if "--only" in arguments:
        at = arguments.index("--only")
        options["only"] = arguments[at + 1]
        del arguments[at:at + 2]
        assert not options["update"], "--update keeps whole families"
    program = os.path.abspath(arguments[0])
    sys.path.insert(0, HERE)
    with tempfile.TemporaryDirectory(prefix="nntrain-corpus-") as scratch:
        os.chmod(scratch, 0o755)
        base = os.path.join(scratch, "base")
        make_base(program, base)
        if "--seeds" in arguments:
            write_seeds(base, arguments[arguments.index("--seeds") + 1])
            return
        counts = [run_family(program, family, base, scratch, options) for family in arguments[1:] or FAMILIES]
    print(f"corpus: {sum(n for n, _ in counts)} cases, {sum(bad for _, bad in counts)} wrong")
    sys.exit(1 if any(bad for _, bad in counts) else 0)


if __name__ == "__main__":
    main()
