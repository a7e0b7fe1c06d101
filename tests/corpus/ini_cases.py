"""Configs that are none, or not as they seem."""
import os
import re

from corpus import ROOT, Case

DATA = "[data]\nfile = iris.csv\ntarget = species\n"
SMALL = DATA + "[training]\nepochs = 1\n"
TRAIN = ("-q", "x.ini")


def text(name, content, **more):
    return Case(name, {"x.ini": content}, **more)


def override(name, value):
    return Case(f"{name}={value[:40]}", {}, ("-q", "c.ini", f"{name}={value}"))


def good(name, content, **more):
    return text(name, content, command=("-q", "x.ini", "output.dir=out"), may_change=("out",), **more)


def whole_files():
    yield text("empty", "")
    yield text("one newline", "\n")
    yield text("comments only", "; nothing\n# at all\n")
    yield text("byte order mark only", b"\xef\xbb\xbf")
    yield text("sections only", "[data]\n[training]\n")
    yield good("byte order mark", b"\xef\xbb\xbf" + SMALL.encode())
    yield text("two byte order marks", b"\xef\xbb\xbf" * 2 + SMALL.encode())
    yield text("byte order mark inside", SMALL.replace("iris", "\ufeffiris").encode())
    yield text("UTF-16 little-endian", SMALL.encode("utf-16-le"))
    yield text("UTF-16 little-endian with mark", b"\xff\xfe" + SMALL.encode("utf-16-le"))
    yield text("UTF-16 big-endian with mark", b"\xfe\xff" + SMALL.encode("utf-16-be"))
    yield text("UTF-32 with mark", SMALL.encode("utf-32"))
    yield text("Latin-1", SMALL.encode() + "[run]\nname = größe\n".encode("latin-1"))
    yield text("lone carriage returns", SMALL.replace("\n", "\r"))
    yield good("carriage return and line feed", SMALL.replace("\n", "\r\n"))
    yield text("two carriage returns", SMALL.replace("\n", "\r\r\n"))
    yield good("no newline at the end", SMALL.rstrip("\n"))
    yield good("blank lines and blanks", "\n\n  \t\n" + SMALL.replace("\n", "  \t\n\n"))
    yield text("a CSV", "a,b,c\n" * 1000)
    yield text("a JSON", '{\n  "data": {"file": "iris.csv"}\n}\n')
    yield text("a YAML", "data:\n  file: iris.csv\n  target: species\n")
    yield text("a TOML", '[data]\nfile = "iris.csv\n')
    yield text("a gzip file", b"\x1f\x8b\x08\x00" + bytes(range(256)))
    yield text("an ELF file", b"\x7fELF\x02\x01\x01" + bytes(64))
    yield text("zeros", bytes(10000))
    yield text("4 MiB of newlines", "\n" * (4 << 20))
    yield text("more than 4 MiB", "; comment\n" * 500000)
    yield text("a million keys", "[data]\n" + "".join(f"k{i} = 1\n" for i in range(1000000)))
    yield text("99,990 unknown keys", DATA + "".join(f"k{i} = 1\n" for i in range(99990)))
    yield text("99,990 times one key", DATA + "id = none\n" * 99990)
    yield text("99,990 sections", DATA + "".join(f"[s{i}]\n" for i in range(99990)))
    yield text("99,990 layers", DATA + "".join(f"[layer.{i}]\n" for i in range(99990)))
    yield text("one line of 4 million bytes", DATA + "[run]\nname = " + "x" * 4000000)
    yield text("one list of 90,001 items", DATA + "[network]\nhidden = 8" + ",\n 8" * 90000 + "\n")


def bytes_inside():
    for position in (0, 3, 7, 15, len(DATA) // 2, len(DATA)):
        changed = DATA.encode()
        yield text(f"NUL at {position}", changed[:position] + b"\0" + changed[position:])
    for byte in [*range(1, 9), *range(11, 13), *range(14, 32), 127]:
        yield text(f"control character {byte}", SMALL.encode() + b"[run]\nname = a" + bytes([byte]) + b"b\n")
    for name, bad in (("lone continuation", b"\x80"), ("cut sequence", b"\xe2\x82"), ("overlong slash", b"\xc0\xaf"),
                      ("surrogate", b"\xed\xa0\x80"), ("above 10FFFF", b"\xf4\x90\x80\x80"), ("byte FE", b"\xfe"),
                      ("five bytes", b"\xf8\x88\x80\x80\x80")):
        yield text(f"invalid UTF-8: {name}", SMALL.encode() + b"[run]\nname = " + bad + b"\n")
    for name, odd in (("right-to-left override", "\u202e"), ("zero width space", "\u200b"), ("line separator", "\u2028"),
                      ("isolate", "\u2066"), ("C1 control", "\u0085"), ("soft hyphen", "\u00ad")):
        yield text(f"in a key: {name}", SMALL + f"[run]\nse{odd}ed = 1\n")
        yield text(f"in a section: {name}", SMALL + f"[r{odd}un]\nseed = 1\n")
        yield text(f"in a value: {name}", SMALL + f"[run]\nseed = 1{odd}\n")
        yield text(f"in a line: {name}", SMALL + f"[run]\nse{odd}ed\n")
    yield text("escape sequence in a key", SMALL.encode() + b"[run]\n\x1b[31mseed = 1\n")
    yield text("a line for a CI system", SMALL + "[run]\n::set-output name=x::y\n")
    yield text("a key for a CI system", SMALL + "[run]\n::error = 1\n")
    yield text("a value for a CI system", SMALL + "[run]\nseed = ::error::\n")


def lines():
    comment = ";" + "x" * 195 + " lr=99"
    yield good("comment of 204 bytes", SMALL + comment + "\n")
    yield good("comment of 100,000 bytes", SMALL + ";" + "x" * 100000 + " epochs = 99\n")
    yield good("inline comment of 204 bytes", SMALL + "[run]\nseed = 1 ; " + "x" * 190 + "\nthreads = 1\n")
    yield good("line of 190 bytes", SMALL + "[run]\nseed = " + "0" * 182 + "7\n")
    for n in (191, 198, 199, 200, 201, 204, 400, 1000):
        yield text(f"line of {n} bytes", SMALL + "[run]\nname = " + "x" * (n - 7) + "\n")
    yield text("long line whose rest is a key", SMALL + "[run]\nname = " + "x" * 192 + "seed = 99\n")
    yield text("key before a section", "seed = 1\n" + DATA)
    yield text("unknown key before a section", "xyzzy = 1\n" + DATA)
    yield text("section without ]", DATA + "[train\n")
    yield text("section with text", DATA + "[training] x\n")
    yield text("section with a value", DATA + "[training] epochs = 3\n")
    yield text("section without name", DATA + "[]\n")
    yield text("section of a blank", DATA + "[ ]\n")
    yield text("section with blanks", DATA + "[ training ]\nepochs = 3\n")
    yield text("section in capitals", DATA + "[Training]\n")
    yield text("section in brackets twice", DATA + "[[training]]\n")
    yield text("section of 45 bytes", DATA + "[" + "x" * 45 + "]\n")
    yield text("section of 46 bytes", DATA + "[" + "x" * 46 + "]\n")
    yield text("section of 180 bytes", DATA + "[" + "x" * 180 + "]\n")
    yield text("section twice", DATA + "[data]\nid = none\n")
    yield text("section twice, other case", DATA + "[DATA]\nid = none\n")
    yield text("key twice", DATA + "target = species\n")
    yield text("key three times", DATA + "target = species\ntarget = x\n")
    yield text("key twice, other case", DATA + "Target = species\n")
    yield text("unknown keys", DATA + "lr = 0.1\n[training]\n  epoch = 3\nhidden_layer_sizes = 3\nxyzzy = 1\n")
    yield text("keys of other sections", DATA + "epochs = 1\nhidden = 8\nactivation = relu\nseed = 1\n")
    yield text("only a key", DATA + "[optimizer]\nlearning_rate\n")
    yield text("no value", DATA + "[optimizer]\nlearning_rate =\n")
    yield text("a value of a comment", DATA + "[optimizer]\nlearning_rate = ; 5\n")
    yield text("empty quotes", DATA + "[run]\nseed = \"\"\n")
    yield text("no key", DATA + "[optimizer]\n= 5\n")
    yield text("only =", DATA + "[optimizer]\n=\n")
    yield text("two =", DATA + "[training]\nepochs == 3\n")
    yield text("a colon for =", DATA + "[training]\nepochs: 3\n")
    yield text("a colon in a key", DATA + "[training]\nepochs: 5 = 6\n")
    yield good("indented keys", "[data]\n    file = iris.csv\n\ttarget = species\n[training]\n  epochs = 1\n")
    yield text("a list that ends in a comma", DATA + "[network]\nhidden = 8,\n")
    yield text("a list that goes on with a section", DATA + "[network]\nhidden = 8,\n[training]\nepochs = 1\n")
    yield text("a list that goes on with a key", DATA + "[network]\nhidden = 8,\nactivation = relu\n")
    yield text("open quote", DATA + "[run]\nname = \"a\n")
    yield text("open quote before a comment", DATA + "[run]\nname = \"a ; comment\n")
    yield text("semicolon inside quotes", DATA + "[data2]\nignore = \"a ; b\"\n")
    yield good("hash inside quotes", SMALL.replace("species\n", "species\nid = none  # \" not a quote\n"))
    yield text("text after a quoted item", DATA + "id = \"a\" b\n")


NUMBERS = ("0,1", "1e-3x", "0x10", "nan", "inf", "-inf", "infinity", "1e999", "-0.1", "\u0663", "1..2", "1e", "e5", ".",
           "+", "-", "--1", "1 2", "1_000", "1'000", "\uff11", "1f", "0b1", "1,5", "1e-400", "0", "1e7", "10%%", "%", "a%")
INTEGERS = ("-1", "2.5", "1e3", "99999999999999999999", "18446744073709551616", "-9223372036854775809", "ten", "0x10",
            "+-1", "1 ", " ", "01x", "3,", "1.0", "١")


def values():
    for value in NUMBERS:
        yield override("optimizer.learning_rate", value)
    for value in INTEGERS:
        if value != "1 ":
            yield override("training.epochs", value)
    for value in ("0", "-5", "2147483648", "9223372036854775808", "half", "1.5", "10%"):
        yield override("training.batch_size", value)
    for value in ("128,,64", "0", "-5", "8, 0", "2147483648", ",", "8,", ",8", "8 8", "\"8", "8;8", "a"):
        yield override("network.hidden", value)
    yield override("network.hidden", "2147483647, 2147483647")
    yield override("network.hidden", ", ".join(["2147483647"] * 1000))
    yield override("network.hidden", ", ".join(["8"] * 1001))
    for value in ("110%", "-0.1", "0", "1e-9", "nan", "", "100.0001%"):
        yield override("split.train", value)
    for value in ("-1", "18446744073709551616", "1e5", "auto2", ""):
        yield override("run.seed", value)
    for value in ("90", "0", "0s", "-1s", "1d", "s", "1s1", "1e999h", "nan s"):
        yield override("run.max_time", value)
    for value in ("0", "-1", "99999", "all", "1.5", ""):
        yield override("run.threads", value)
    for value in ("x", "", ",,", "\\t", "\"", "::"):
        yield override("data.delimiter", value)
    for value in ("maybe", "", "2", "TRUE ", "tru"):
        if value != "TRUE ":
            yield override("data.header", value)
    for key, value in (("network.activation", "rleu"), ("network.activation", "softmax"), ("network.activation", "relu,"),
                       ("optimizer.name", "adma"), ("optimizer.name", ""), ("loss.name", "nll"), ("loss.name", "MSE"),
                       ("preprocess.scale", "standart"), ("schedule.name", "cos"), ("init.weights", "he"),
                       ("split.method", "kfold"), ("data.task", "classification"), ("output.weights", "hex"),
                       ("network.output", "relu"), ("network.norm", "instance"), ("evaluation.metrics", "acc"),
                       ("evaluation.metrics", "accuracy, accuracy"), ("early_stopping.monitor", "validation.los"),
                       ("early_stopping.monitor", "test.loss"), ("gate.test.acuracy", ">= 1"),
                       ("gate.test.accuracy", "1"), ("gate.test.accuracy", ">= x"), ("gate.test.accuracy", ">= nan"),
                       ("gate.test.accuracy", ""), ("gate.test.accuracy", "=> 1"), ("gate.accuracy", ">= 1"),
                       ("network.dropout", "1"), ("network.dropout", "-0.1"), ("network.dropout", "0.1, 0.2, 0.3"),
                       ("loss.class_weight", "a:"), ("loss.class_weight", "setosa:-1"), ("loss.class_weight", ":1"),
                       ("loss.class_weight", "nobody:1"), ("schedule.gamma", "0"), ("regularization.l2", "-1"), ("evaluation.threshold", "2"),
                       ("evaluation.bootstrap", "-1"), ("data.max_rows", "-1"), ("split.folds", "1"),
                       ("preprocess.max_categories", "1"), ("init.from", "no.json"), ("run.name", "../a"),
                       ("run.name", ""), ("output.dir", ""), ("data.file", ""), ("data.target", ""),
                       ("data.target", "species, species"), ("data.missing", "a,,b")):
        yield Case(f"{key}={value}", {}, ("-q", "c.ini", f"{key}={value}"))
    yield Case("a value of 300 bytes", {}, ("-q", "c.ini", "data.header=" + "x" * 300))
    yield Case("a value with a line for a CI system", {}, ("-q", "c.ini", "data.header=\n::error::x"))
    yield Case("a value with escapes", {}, ("-q", "c.ini", "data.header=\x1b[2J\u202e"))
    yield Case("a value that is no UTF-8", {}, ("-q", "c.ini", b"run.name=\xff\xfe"))
    for name, argument in {"in a list": "data.target=\x1b[1m,", "in a gate": "gate.\x1b[1m=>= 1", "in a section": "layer.\x1b[1m.units=1",
                           "in a space": "tuning.space.\x1b[1m=uniform 0 .. 1", "in a choice": "tuning.space.network.activation=choice \x1b[1m, relu",
                           "in a distribution": "tuning.space.optimizer.learning_rate=\x1b[1m 1 .. 2", "in a metric": "tuning.objective=\x1b[1m",
                           "in a class weight": "loss.class_weight=\x1b[1m:1", "in a path": "init.from=\x1b[1m", "in a condition": "gate.test.loss=\x1b[1m",
                           "in a folder": "output.dir=\x1b[1m"}.items():
        yield Case(f"an escape {name}", {}, ("-q", "c.ini", argument))
    yield Case("an escape in a key given twice", {}, ("-q", "c.ini", "run.\x1b[1m=1", "run.\x1b[1m=2"))
    yield text("a bidirectional key given twice", DATA + "[run]\ns\u202eeed = 1\ns\u202eeed = 2\n")
    yield text("a bidirectional section given twice", DATA + "[r\u202eun]\nseed = 1\n[r\u202eun]\nseed = 1\n")
    yield Case("a name with a newline", {}, ("-q", "c.ini", "run.name=a\nb"))
    yield Case("a name with a comment", {}, ("-q", "c.ini", "run.name=a ; b"))


def every_key():
    """A word that nobody knows, for each key of the table in docs/keys.md."""
    with open(os.path.join(ROOT, "docs", "keys.md"), encoding="utf-8") as file:
        keys = re.findall(r"^\|[^|]*\| `([a-z_]+\.[a-z0-9_]+)`", file.read(), re.M)
    assert len(keys) > 100
    for key in keys:
        yield Case(f"a word for {key}", {}, ("check", "-q", "c.ini", f"{key}=no_such_word"))


def files():
    yield Case("missing config", {}, ("-q", "no.ini"))
    yield Case("folder for a config", {"folder/x": ""}, ("-q", "folder"))
    yield Case("pipe for a config", {}, 'mkfifo pipe; "$nntrain" -q pipe', may_change=("pipe",))
    yield Case("/dev/zero for a config", {}, ("-q", "/dev/zero"))
    yield Case("/dev/null for a config", {}, ("-q", "/dev/null"))
    yield Case("loop for a config", {}, 'ln -s a.ini b.ini; ln -s b.ini a.ini; "$nntrain" -q a.ini',
               may_change=("a.ini", "b.ini"))
    yield Case("dangling link for a config", {}, 'ln -s no.ini a.ini; "$nntrain" -q a.ini', may_change=("a.ini",))
    yield Case("file as a folder of a config", {}, ("-q", "c.ini/x.ini"))
    yield Case("config name of 300 bytes", {}, ("-q", "x" * 300 + ".ini"))
    yield Case("config path of 5000 bytes", {}, ("-q", "x/" * 2500 + "x.ini"))
    yield Case("unknown keys in check", {"x.ini": DATA + "lr = 1\n[Training]\n"}, ("-q", "check", "x.ini"))
    for name, broken in {"config and data": {"iris.csv": "a,b\n1\n"}, "config and schema": {"iris.csv": "a,b\n1,2\n"}}.items():
        yield Case(f"mistakes in {name}", {"x.ini": DATA + "lr = 1\n[training]\nepochs = x\n", **broken}, ("-q", "check", "x.ini"))
    yield Case("mistakes in the config's own data keys", {"x.ini": DATA + "delimiter = x\n[training]\nepochs = x\n",
                                                          "iris.csv": "a,b\n1\n"}, ("-q", "check", "x.ini"))


def cases(_base):
    for family in (whole_files, bytes_inside, lines, values, every_key, files):
        yield from family()
