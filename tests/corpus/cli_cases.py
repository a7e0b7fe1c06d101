"""Command lines, paths, streams, limits and locales that are not as they should be."""
import functools
import os
import subprocess

from corpus import Case

TRAIN = ("-q", "c.ini", "output.dir=out")


# Root may do everything and has no limits, so the program runs as another user then.
WORLD_CHANGES = ("nn", "iris.csv", "c.ini", "model.json")
if os.getuid() == 0:
    AS_OTHER = "setpriv --reuid 65534 --regid 65534 --clear-groups "
    COPY = 'chmod 644 *; cp "$nntrain" ./nn; chmod 755 nn; '
    LOCK = "chmod 755 .; " + COPY
    WORLD = "chmod 777 .; " + COPY
else:
    AS_OTHER = ""
    LOCK = 'cp "$nntrain" ./nn; trap "chmod u+w ." EXIT; chmod u-w .; '
    WORLD = 'cp "$nntrain" ./nn; '


def shell(name, command, may_change=(), **more):
    return Case(name, {}, command, may_change, **more)


def usage():
    for name, arguments in {
        "no arguments": (), "an empty argument": ("",), "a hyphen": ("-",), "two hyphens": ("--",),
        "an unknown command": ("trian", "c.ini"), "an unknown option": ("c.ini", "--quite"),
        "an unknown letter": ("c.ini", "-x"), "an option in capitals": ("c.ini", "--QUIET"),
        "an option with one hyphen": ("c.ini", "-quiet"), "the beginning of an option": ("c.ini", "--qui"),
        "an option twice": ("c.ini", "--json", "--json"), "an option and its letter": ("c.ini", "-q", "--quiet"),
        "an option without value": ("c.ini", "--print"), "a letter without value": ("c.ini", "-j"),
        "a value for a switch": ("c.ini", "--json=yes"), "an empty value": ("c.ini", "--print="),
        "an option of another command": ("predict", "model.json", "iris.csv", "--print", "train.loss"),
        "a key for a command without": ("predict", "model.json", "iris.csv", "run.seed=1"),
        "two configs": ("c.ini", "d.ini"), "predict without data": ("predict", "model.json"),
        "predict without model": ("predict",), "evaluate without data": ("evaluate", "model.json"),
        "export without format": ("export", "model.json"), "export to nothing known": ("export", "model.json", "--format", "\x1b"),
        "check without config": ("check",), "init without target": ("init", "iris.csv"),
        "help for nothing known": ("help", "xyzzy"), "help for a typo": ("help", "optimzer"),
        "help twice": ("help", "relu", "selu"), "an unknown level": ("c.ini", "--cpu", "x"),
        "0 threads": ("-q", "c.ini", "--threads", "0"), "-1 threads": ("-q", "c.ini", "--threads", "-1"),
        "513 threads": ("-q", "c.ini", "--threads", "513"), "1.5 threads": ("-q", "c.ini", "--threads", "1.5"),
        "no number of threads": ("-q", "c.ini", "--threads", "many"), "hex threads": ("-q", "c.ini", "-j", "0x2"),
        "empty threads": ("-q", "c.ini", "--threads="),
        "an override without key": ("-q", "c.ini", "training.=3"), "an override without section": ("-q", "c.ini", ".epochs=3"),
        "an override of an unknown section": ("-q", "c.ini", "trainng.epoch=3"),
        "an override without dot": ("-q", "c.ini", "epochs=3"), "an override twice": ("-q", "c.ini", "run.seed=1", "run.seed=2"),
        "an override twice, with hyphens": ("-q", "c.ini", "run.seed=1", "--run.seed=1"),
        "an override of nothing": ("-q", "c.ini", "=3"), "only =": ("-q", "c.ini", "="),
        "an override with hyphens only": ("-q", "c.ini", "--=3"), "an override in capitals": ("-q", "c.ini", "Run.Seed=3"),
        "an override before the config": ("run.seed=1",), "a layer of 0": ("-q", "c.ini", "layer.0.units=3"),
        "a layer of 1001": ("-q", "c.ini", "layer.1001.units=3"), "a layer of x": ("-q", "c.ini", "layer.x.units=3"),
        "layers with a hole": ("-q", "c.ini", "layer.2.units=3"), "an unknown key of a layer": ("-q", "c.ini", "layer.1.unit=3"),
        "a metric to print that is none": ("-q", "c.ini", "--print", "test.acuracy"),
        "a metric to print without part": ("-q", "c.ini", "--print", "accuracy"),
        "a missing baseline": ("-q", "c.ini", "--baseline", "no.json"),
        "a baseline that is none": ("-q", "c.ini", "--baseline", "model.json", "gate.test.accuracy.drop=<= 0.1"),
        "a drop without baseline": ("-q", "c.ini", "gate.test.accuracy.drop=<= 0.1"),
    }.items():
        yield Case(name, {}, arguments)


def arguments():
    yield Case("an option of 128 KiB", {}, ("c.ini", "--" + "x" * 131000))
    yield Case("a path of 128 KiB", {}, ("-q", "x" * 131000))
    yield Case("a key of 128 KiB", {}, ("-q", "c.ini", "run." + "x" * 131000 + "=1"))
    yield Case("a value of 128 KiB", {}, ("-q", "c.ini", "run.name=" + "x" * 131000))
    yield Case("a list of 128 KiB", {}, ("-q", "c.ini", "data.ignore=" + "x," * 65000 + "x"))
    yield Case("a name of 200 bytes", {}, ("-q", "c.ini", "run.name=" + "x" * 200))
    yield Case("an output path of 5000 bytes", {}, ("-q", "c.ini", "output.dir=" + "x/" * 2500))
    yield Case("1000 overrides of one key", {}, ("-q", "c.ini", *(f"run.seed={i}" for i in range(1000))))
    yield Case("1000 unknown overrides", {}, ("-q", "c.ini", *(f"run.x{i}=1" for i in range(1000))))
    yield Case("20000 arguments", {}, ("-q", "c.ini", *("x" for i in range(20000))))
    for name, odd in {"a newline": "a\nb", "an escape": "\x1b[31mred", "no UTF-8": b"\xff\xfe\xfd", "a tab": "a\tb",
                      "bidirectional marks": "a\u202egnp.exe", "a line for a CI system": "\n::error::x"}.items():
        odd = os.fsencode(odd)
        yield Case(f"a config with {name}", {}, ("-q", odd + b".ini"))
        yield Case(f"a data file with {name}", {}, ("-q", "c.ini", b"data.file=" + odd))
        yield Case(f"an output folder with {name}", {}, ("-q", "c.ini", b"output.dir=" + odd, "data.file=no.csv"))
        yield Case(f"a model with {name}", {}, ("predict", odd, "iris.csv"))
        yield Case(f"data to predict with {name}", {}, ("predict", "model.json", odd))
        yield Case(f"an unknown option with {name}", {}, ("c.ini", b"--" + odd))
        yield Case(f"a command with {name}", {}, (odd,))
        yield Case(f"a key with {name}", {}, ("-q", "c.ini", b"run." + odd + b"=1"))
        yield Case(f"help for {name}", {}, ("help", odd))
        yield Case(f"a metric with {name}", {}, ("-q", "c.ini", "--print", odd))
        yield Case(f"a column with {name}", {}, ("-q", "c.ini", b"data.target=" + odd))
        yield Case(f"a target to init with {name}", {}, ("init", "iris.csv", "--target", odd))
    yield shell("a config with a leading hyphen", 'cp c.ini ./-x.ini; "$nntrain" -q ./-x.ini output.dir=out && [ -e out/model.json ]',
                ("out", "-x.ini"))
    yield shell("a config with a leading hyphen after --", 'cp c.ini ./-x.ini; "$nntrain" -q output.dir=out -- -x.ini && [ -e out/model.json ]',
                ("out", "-x.ini"))
    yield shell("data with a newline in its name", 'cp iris.csv $\'a\\nb.csv\'; "$nntrain" predict model.json $\'a\\nb.csv\' >/dev/null',
                ("a\nb.csv",))
    yield shell("data with a name that is no UTF-8", 'cp iris.csv $\'\\xff.csv\'; "$nntrain" predict model.json $\'\\xff.csv\' >/dev/null',
                (os.fsdecode(b"\xff.csv"),))


def streams():
    yield shell("/dev/full for predictions", '"$nntrain" predict model.json iris.csv >/dev/full')
    yield shell("/dev/full for predictions by -o", '"$nntrain" predict model.json iris.csv -o /dev/full')
    yield shell("/dev/full for metrics", '"$nntrain" evaluate model.json iris.csv >/dev/full')
    yield shell("/dev/full for a starter", '"$nntrain" init iris.csv --target species >/dev/full')
    yield shell("/dev/full for help", '"$nntrain" help >/dev/full')
    yield shell("/dev/full for the version", '"$nntrain" --version >/dev/full')
    yield shell("/dev/full for json", '"$nntrain" -q c.ini output.dir=out --json >/dev/full', ("out",))
    yield shell("/dev/full for errors", '"$nntrain" -q no.ini 2>/dev/full')
    yield shell("/dev/full for messages", '"$nntrain" c.ini output.dir=out 2>/dev/full', ("out",))
    yield shell("closed stdout for predictions", '"$nntrain" predict model.json iris.csv >&-')
    yield shell("closed stdout for help", '"$nntrain" help >&-')
    yield shell("closed stdout for the version", '"$nntrain" --version >&-')
    yield shell("closed stdout for training", '"$nntrain" -q c.ini output.dir=out >&-', ("out",))
    yield shell("closed stderr for training", '"$nntrain" c.ini output.dir=out 2>&-', ("out",))
    yield shell("closed stdin for training", '"$nntrain" -q c.ini output.dir=out <&-', ("out",))
    yield shell("closed streams for training", '"$nntrain" c.ini output.dir=out <&- >&- 2>&-', ("out",))
    yield shell("closed stdin for data", '"$nntrain" predict model.json - <&-')
    yield shell("closed stdin for training data", '"$nntrain" -q c.ini data.file=- <&-')
    yield shell("stdin that may only be written to", '"$nntrain" predict model.json - 0>/dev/null')
    yield shell("a folder as stdin", '"$nntrain" predict model.json - <.')
    # Few enough bytes to be in the pipe at once: head may be gone before more would follow.
    yield shell("predictions to head", 'head -20 iris.csv >x.csv; set -o pipefail; "$nntrain" predict model.json x.csv | head -1', ("x.csv",))
    yield shell("help to head", '"$nntrain" help config | head -1 >/dev/null', golden=False)
    yield shell("a reader that is gone", 'trap "" PIPE; for i in {1..200}; do cat iris.csv; done >x.csv; '
                'sed -i "2,\\$ { /sepal/d }" x.csv; "$nntrain" predict model.json x.csv | true; exit "${PIPESTATUS[0]}"', ("x.csv",))
    yield shell("half a pipe of a gzip file", 'gzip -c iris.csv | head -c 700 | "$nntrain" predict model.json - ')
    yield shell("a pipe of 200 kB for a model", 'head -c 200000 /dev/zero | "$nntrain" predict - iris.csv')
    yield shell("an empty pipe", 'true | "$nntrain" predict model.json -')
    yield shell("half a row from a pipe", 'head -c 1000 iris.csv | "$nntrain" -q c.ini data.file=- output.dir=out')


IRIS = "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,species\n"


def odd_but_right():
    yield shell("an override with blanks around its value", '"$nntrain" -q c.ini output.dir=out "training.epochs=  2  " && '
                'grep -q "^epochs = 2 " out/config.ini', ("out",))


def mistakes():
    """What fits neither the data nor other keys."""
    train = ("-q", "c.ini")
    for name, arguments in {
        "rows limited with a file for validation": ("data.max_rows=50", "data.validation_file=iris.csv"),
        "a metric of another task": ("--print", "test.r2"),
        "an interval where there are none": ("--print", "test.loss.low", "evaluation.bootstrap=0"),
        "class weights for numbers": ("data.target=petal_width_cm", "loss.class_weight=balanced"),
        "a target scaled by quantiles": ("data.target=petal_width_cm", "preprocess.target_scale=quantile"),
        "sigmoid for classes": ("network.output=sigmoid",),
        "a loss for numbers for classes": ("loss.name=mae",),
        "two targets, one of them a text": ("data.target=species,petal_width_cm",),
        "two targets for two classes": ("data.task=binary", "data.target=petal_width_cm,petal_length_cm"),
        "numbers wanted of a category": ("data.task=regression", "data.target=petal_width_cm", "data.categorical=petal_width_cm"),
        "a target that is no column": ("data.target=spezies",),
        "a split by time without time": ("split.method=time",),
        "a time that is a text": ("split.method=time", "data.time=species"),
        "a part that is none": ("split.column=species",),
        "other layers to begin with": ("init.from=model.json", "network.hidden=5"),
        "a grid of too many settings": ("tuning.method=grid", "tuning.grid_points=1000", "tuning.space.optimizer.learning_rate=log 1e-5 .. 1",
                                        "tuning.space.network.dropout=uniform 0 .. 0.5", "tuning.space.regularization.l2=log 1e-9 .. 1"),
    }.items():
        yield Case(name, {}, (*train, *arguments))
    yield Case("headers of which one ends early", {"x.csv": "sepal_length_cm,sepal_width_cm\n1,2\n"}, (*train, "data.file=iris.csv,x.csv"))
    yield Case("headers that differ", {"x.csv": IRIS.replace("width", "breadth", 1) + "1,2,3,4,setosa\n"}, (*train, "data.file=iris.csv,x.csv"))
    yield Case("a target for init with an empty item", {}, ("init", "iris.csv", "--target", "a,,b"))
    wide = ",".join(f"column_{i}" for i in range(60))
    yield Case("a target for init that is none of 60", {"x.csv": wide + "\n" + ",".join("1" * 60) + "\n"}, ("init", "x.csv", "--target", "nope"))
    yield shell("columns that the model does not use", 'awk -F, -v OFS=, \'{ for (i = 0; i < 30; i++) printf "%s,", NR == 1 ? "x" i : i; print }\' '
                'iris.csv >x.csv; "$nntrain" evaluate model.json x.csv >/dev/null', ("x.csv",))
    yield shell("no weights to evaluate with", '"$nntrain" -q c.ini output.dir=out data.weight=petal_width_cm 2>/dev/null; cut -d, -f1-3,5 iris.csv >x.csv; '
                '"$nntrain" evaluate out/model.json x.csv >/dev/null', ("x.csv", "out"))
    yield shell("folds of a column that splits", 'sed "1s/$/,part/; 2,\\$s/$/,train/" iris.csv >x.csv; '
                '"$nntrain" -q c.ini output.dir=out data.file=x.csv split.column=part split.folds=3', ("x.csv", "out"))


def places():
    yield shell("output into a file", '"$nntrain" -q c.ini output.dir=iris.csv')
    yield shell("output below a file", '"$nntrain" -q c.ini output.dir=iris.csv/x')
    yield shell("output into a device", '"$nntrain" -q c.ini output.dir=/dev/null')
    yield shell("output into /proc", '"$nntrain" -q c.ini output.dir=/proc/x')
    yield shell("output over the folder of the config", '"$nntrain" -q c.ini output.dir=.')
    yield shell("output over the root", '"$nntrain" -q c.ini output.dir=/')
    yield shell("output over a foreign folder", '"$nntrain" -q c.ini output.dir=out', (),
                prepare=lambda folder: (os.mkdir(folder + "/out"), open(folder + "/out/mine", "w").close()))
    yield shell("output through a link", 'mkdir real; ln -s real link; "$nntrain" -q c.ini output.dir=link && [ -L link ] && '
                '[ -e real/model.json ]', ("real", "link", "real.previous"))
    yield shell("output through a loop", 'ln -s a b; ln -s b a; "$nntrain" -q c.ini output.dir=a', ("a", "b"))
    yield shell("output through a link to nothing", 'ln -s real link; "$nntrain" -q c.ini output.dir=link && [ -L link ] && '
                '[ -e real/model.json ]', ("real", "link"))
    yield shell("predictions over the data", '"$nntrain" predict model.json iris.csv -o iris.csv')
    yield shell("predictions over the data by another name", 'mkdir d; "$nntrain" predict model.json iris.csv -o d/../iris.csv', ("d",))
    yield shell("predictions over the data by a hard link", 'ln iris.csv b.csv; "$nntrain" predict model.json iris.csv -o b.csv', ("b.csv",))
    yield shell("predictions over the data by a link", 'ln -s iris.csv b.csv; "$nntrain" predict model.json iris.csv -o b.csv', ("b.csv",))
    yield shell("predictions over the model", '"$nntrain" predict model.json iris.csv -o model.json')
    yield shell("predictions into a folder", 'mkdir d; "$nntrain" predict model.json iris.csv -o d', ("d",))
    yield shell("predictions into no folder", '"$nntrain" predict model.json iris.csv -o no/x.csv')
    yield shell("predictions through a link", 'mkdir d; ln -s d/x.csv l; "$nntrain" predict model.json iris.csv -o l && [ -L l ] && [ -s d/x.csv ]',
                ("d", "l"))
    yield shell("an export over the model", '"$nntrain" export model.json --format safetensors -o model.json')
    yield shell("a starter over the data", '"$nntrain" init iris.csv --target species -o iris.csv')
    yield shell("a name of 255 bytes", f'"$nntrain" predict model.json iris.csv -o {"x" * 255} && [ -s {"x" * 255} ]', ("x" * 255,))
    yield shell("a name of 256 bytes", f'"$nntrain" predict model.json iris.csv -o {"x" * 256}')
    yield shell("run folder with a name of 250 bytes", f'"$nntrain" -q c.ini output.dir={"x" * 250}')
    yield shell("a path between folders that is too long for a config", 'd=$(printf "%080d/" 1 2 3); mkdir -p "$d"; cp iris.csv "$d"; '
                '"$nntrain" -q c.ini output.dir=out data.file="$d/iris.csv"', ("0" * 79 + "1",))
    yield shell("a folder without permission to write", LOCK + AS_OTHER + "./nn -q c.ini output.dir=out", ("nn", "iris.csv", "c.ini", "model.json"))
    yield shell("predictions without permission to write", LOCK + AS_OTHER + "./nn predict model.json iris.csv -o x.csv",
                ("nn", "iris.csv", "c.ini", "model.json"))
    yield shell("predictions into a folder that nobody may list", WORLD + "chmod 333 .; " + AS_OTHER + "./nn predict model.json iris.csv -o x.csv && [ -s x.csv ]"
                "; code=$?; chmod 755 .; exit $code", ("x.csv", *WORLD_CHANGES))
    yield shell("predictions over a file that may not be written", WORLD + "echo >x.csv; chmod 444 x.csv; " + AS_OTHER +
                "./nn predict model.json iris.csv -o x.csv", ("x.csv", *WORLD_CHANGES))
    yield shell("a config without permission to read", LOCK + "chmod 000 c.ini; " + AS_OTHER + "./nn -q c.ini output.dir=out",
                ("nn", "iris.csv", "c.ini", "model.json"))
    yield shell("data without permission to read", LOCK + "chmod 000 iris.csv; " + AS_OTHER + "./nn -q c.ini output.dir=out",
                ("nn", "iris.csv", "c.ini", "model.json"))


def limits():
    yield shell("files of at most 0 bytes", 'ulimit -f 0; "$nntrain" -q c.ini output.dir=out', ("out.partial", "out.lock"))
    yield shell("files of at most 1 KiB", 'ulimit -f 1; "$nntrain" -q c.ini output.dir=out', ("out.partial", "out.lock"))
    yield shell("predictions of at most 1 KiB", 'ulimit -f 1; "$nntrain" predict model.json iris.csv -o x.csv')
    for n in (4,):
        yield shell(f"{n} descriptors", f'ulimit -n {n}; "$nntrain" -q c.ini output.dir=out', ("out.partial", "out.lock"))
    yield shell("5 descriptors", 'ulimit -n 5; "$nntrain" -q c.ini output.dir=out', ("out",))
    yield shell("10 descriptors", 'ulimit -n 10; "$nntrain" -q c.ini output.dir=out', ("out",))
    # instrumented programs need more address space than any limit
    if not os.environ.get("CORPUS_SECONDS"):
        yield shell("60 MB of memory for a network of more", 'ulimit -v 60000; "$nntrain" -q c.ini output.dir=out network.hidden=4096,4096',
                    ("out.partial", "out.lock"), golden=False)
    same = "; [ $? = 0 ] && grep -q weights_sha256 out/model.json"
    yield shell("no more threads", WORLD + f"({AS_OTHER} bash -c 'ulimit -u 1; exec ./nn -q c.ini output.dir=out --threads 4'){same}",
                ("out", *WORLD_CHANGES), env={"ASAN_OPTIONS": "detect_leaks=0"})  # which takes a thread
    yield shell("one processor of several", 'taskset -c 0 "$nntrain" -q c.ini output.dir=out run.threads=auto', ("out",))


# Categories in which number texts and letters differ. localedef takes seconds for whole locales.
LOCALE = """LC_CTYPE
copy "{0}"
END LC_CTYPE
LC_NUMERIC
copy "{0}"
END LC_NUMERIC
"""


def make_locale(name, folder):
    """Before the case and its limit of time: localedef is not what is tested."""
    os.mkdir(os.path.join(folder, "l"))
    subprocess.run(["localedef", "-c", "-i", "x.locale", "-f", "UTF-8", f"l/{name}.UTF-8"], cwd=folder, check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # which fails for what a locale need not have


def locales():
    for name in ("de_DE", "ps_AF", "tr_TR"):
        compare = (f'[ -e l/{name}.UTF-8/LC_NUMERIC ] && $nntrain -q c.ini output.dir=a && '
                   f'LOCPATH=$PWD/l LC_ALL={name}.UTF-8 LANG={name}.UTF-8 $nntrain -q c.ini output.dir=b && '
                   'cmp a/model.json b/model.json && cmp a/metrics.json b/metrics.json')
        yield Case(f"locale {name}", {"x.locale": LOCALE.format(name)}, compare, ("a", "b"),
                   functools.partial(make_locale, name))


def cases(_base):
    for family in (usage, arguments, streams, odd_but_right, mistakes, places, limits, locales):
        yield from family()
