"""Model files that are damaged, forged or none. Forged ones are signed again: what is wrong with them must be found in
what they say, not by their hash."""
import base64
import copy
import hashlib
import json
import struct

from corpus import Case

END = '\n}\n'


def sign(document):
    """The text of a document, which is a dictionary or a text without its sha256, with its hash as the last member."""
    if isinstance(document, dict):
        members = {key: value for key, value in document.items() if key != "sha256"}
        document = json.dumps(members, indent=2, ensure_ascii=False)[:-len("\n}")] + ",\n  "
    content = document.encode() if isinstance(document, str) else document
    digest = hashlib.sha256(content).hexdigest()
    return content + b'"sha256": "' + digest.encode() + b'"' + END.encode()


def reaches(text):
    """The part of a text that is signed."""
    return text[:text.rindex(b'"sha256"')]


def predict(name, content, **more):
    return Case(name, {"model.json": content}, ("predict", "model.json", "iris.csv"), **more)


class Forge:
    """Copies of a good model with one thing changed, signed again."""

    def __init__(self, good, prefix=""):
        self.good, self.prefix = json.loads(good), prefix

    def case(self, name, change):
        forged = copy.deepcopy(self.good)
        change(forged)
        return predict("forged: " + self.prefix + name, sign(forged))

    def set(self, path, value):
        def change(document):
            at = document
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = value
        label = ".".join(map(str, path))
        shown = json.dumps(value, ensure_ascii=True)
        return self.case(f"{label} = {shown[:60]}", change)

    def drop(self, path):
        def change(document):
            at = document
            for key in path[:-1]:
                at = at[key]
            del at[path[-1]]
        return self.case("no " + ".".join(map(str, path)), change)


def damaged(good):
    for n in (0, 1, 2, 10, 100, len(good) // 2, len(good) - 70, len(good) - 2, len(good) - 1):
        yield predict(f"the first {n} bytes" if n < len(good) // 2 else f"all but the last {len(good) - n} bytes", good[:n])
    for n in range(0, len(good), len(good) // 24):
        for bit in (0, 6):
            changed = bytearray(good)
            changed[n] ^= 1 << bit
            yield predict(f"bit {bit} of byte {n}", bytes(changed), golden=False)
    yield predict("zeros", bytes(len(good)))
    yield predict("a byte behind", good + b"x")
    yield predict("a newline behind", good + b"\n")
    yield predict("a NUL behind", good + b"\0")
    yield predict("a blank before", b" " + good)
    yield predict("a byte order mark before", b"\xef\xbb\xbf" + good)
    yield predict("two models", good + good)
    yield predict("two objects", b"{}{}")
    yield predict("carriage returns", good.replace(b"\n", b"\r\n"))
    yield predict("UTF-16", good.decode().encode("utf-16"))
    yield predict("a gzip file", b"\x1f\x8b\x08\x00" + good)
    yield predict("a CSV", b"a,b\n1,2\n")
    yield predict("nothing but blanks", b" \n\t" * 1000)
    for name, text in {"an empty object": "{}", "an empty array": "[]", "null": "null", "a number": "1", "a text": '"x"',
                       "100,000 arrays": "[" * 100000, "100,000 closed arrays": "[" * 100000 + "]" * 100000,
                       "100,000 objects": '{"a":' * 100000, "33 levels": "[" * 33 + "]" * 33,
                       "a million members": "{" + ",".join(f'"k{i}":1' for i in range(100000)) + "}",
                       "one key 100,000 times": "{" + ",".join('"k":1' for _ in range(100000)) + "}",
                       "a text without end": '{"format": "nn', "an escape without end": '{"format": "nn\\',
                       "half a surrogate": '{"format": "\\ud800"}', "NUL in a text": '{"format": "a\\u0000b"}',
                       "a number with a leading 0": '{"format_version": 01}', "a number of 1e999": '{"format_version": 1e999}',
                       "NaN": '{"format_version": NaN}', "a comment": '{"format": "nntrain.model" /* x */}',
                       "single quotes": "{'format': 'nntrain.model'}", "a trailing comma": '{"format": "nntrain.model",}',
                       "a control character": '{"format": "a\x01b"}', "a foreign format": '{"format": "\x7f\u202e::error::"}',
                       "metrics": '{"format": "nntrain.metrics"}',
                       "a number of 100,000 digits": '{"format_version": ' + "9" * 100000 + "}"}.items():
        yield predict("JSON: " + name, text)
        yield predict("signed JSON: " + name, sign(text[:-1] + ", " if text.endswith("}") else text))


def duplicated(good):
    signed = reaches(good)
    for key in (b'"format_version": 1', b'"task": "multiclass"', b'"units": 4', b'"parameters": 35', b'"indicator": false'):
        if key in signed:
            yield predict(f"duplicate key {key.decode()}", sign(signed.replace(key, key + b", " + key, 1)))
            name = key.split(b":")[0]
            yield predict(f"key in another case {key.decode()}", sign(signed.replace(key, key + b", " + name.upper() + b": 1", 1)))
    yield predict("invalid UTF-8 in a name", sign(signed.replace(b"sepal_length_cm", b"sepal\xff_length")))
    yield predict("NUL in a name", sign(signed.replace(b"sepal_length_cm", b"sepal\\u0000")))
    yield predict("a newline in a name", sign(signed.replace(b"sepal_length_cm", b"sepal\\n::error::")))
    yield predict("an escape in a name", sign(signed.replace(b"sepal_length_cm", b"sepal\\u001b[31m")))


def forged(forge):
    for value in (999, 0, -1, 1.5, "1", True, 1e300):
        yield forge.set(("format_version",), value)
    for key in ("format", "format_version", "task", "data", "inputs", "output", "network", "tensors", "weights_sha256",
                "training", "self_test", "nntrain_version"):
        yield forge.drop((key,))
        yield forge.set((key,), None)
        yield forge.set((key,), 7)
        yield forge.set((key,), [])
        yield forge.set((key,), {})
    yield forge.set(("extra",), 1)
    yield forge.set(("task",), "binary")
    yield forge.set(("task",), "regression")
    yield forge.set(("task",), "\u202emulticlass\n")
    layer = ("network", "layers", 0)
    for key, values in {"type": ("output", "conv", "", None, 1), "units": (0, -4, 3, 5, 4.5, 1e18, 2**63, "4", None),
                        "activation": ("rleu", "softmax", "", None, 3), "dropout": (-0.1, 1, 2, "0", None),
                        "norm": ("batch", "group", None), "residual": (True, 1, None)}.items():
        for value in values:
            yield forge.set((*layer, key), value)
        yield forge.drop((*layer, key))
    yield forge.set(("network", "layers"), [])
    yield forge.case("layers twice", lambda d: d["network"]["layers"].insert(0, dict(d["network"]["layers"][0])))
    yield forge.case("no output layer", lambda d: d["network"]["layers"].pop())
    yield forge.case("output layer first", lambda d: d["network"]["layers"].reverse())
    yield forge.case("100,000 layers", lambda d: d["network"].update(layers=[d["network"]["layers"][0]] * 100000))
    for value in (0, 3, 5, -4, 2**40, 4.5, None, "4"):
        yield forge.set(("network", "inputs"), value)
    for value in (0, 34, 2**62, -1, None):
        yield forge.set(("network", "parameters"), value)
    for value in (-1, 1, 2, None, "0"):
        yield forge.set(("network", "input_dropout"), value)
    yield forge.set(("network", "embeddings"), [{"input": 0, "categories": 2**40, "dimension": 2**40}])
    yield forge.set(("network", "layers", 1, "units"), 2**31)
    tensor = ("tensors", 0)
    for value in ([], [4], [16], [4, 4, 1], [-4, -4], [4, -4], [2, 8], [4.5, 4], [2**32, 2**32], [2**63, 2], [0, 0], [4, 5],
                  "4x4", None, [None, 4], ["4", "4"]):
        yield forge.set((*tensor, "shape"), value)
    for value in ("f64", "F32", "", None, 32):
        yield forge.set((*tensor, "dtype"), value)
    for value in ("layers.9.weight", "", "layers.0.bias", None, 0, "\u202e", "x" * 10000):
        yield forge.set((*tensor, "name"), value)
    data = forge.good["tensors"][0]["data"]
    for name, value in {"null": None, "a text": "1", "1e39": 1e39, "true": True, "an array": [1], "1e400": 1e300}.items():
        yield forge.case(f"a weight that is {name}", lambda d, v=value: d["tensors"][0]["data"].__setitem__(0, v))
    yield forge.case("one weight less", lambda d: d["tensors"][0]["data"].pop())
    yield forge.case("one weight more", lambda d: d["tensors"][0]["data"].append(0))
    yield forge.case("no weights", lambda d: d["tensors"][0].update(data=[]))
    yield forge.case("one weight changed", lambda d: d["tensors"][0]["data"].__setitem__(0, data[0] + 1))
    yield forge.case("one tensor less", lambda d: d["tensors"].pop())
    yield forge.case("one tensor more", lambda d: d["tensors"].append(d["tensors"][0]))
    yield forge.case("tensors in another order", lambda d: d["tensors"].reverse())
    packed = struct.pack(f"<{len(data)}f", *data)
    for name, text in {"cut": base64.b64encode(packed).decode()[:-1], "too short": base64.b64encode(packed[:-4]).decode(),
                       "too long": base64.b64encode(packed + b"abcd").decode(), "with a blank": " " + base64.b64encode(packed).decode(),
                       "of another alphabet": "-_" + base64.b64encode(packed).decode()[2:], "empty": "", "of NaN":
                       base64.b64encode(b"\0\0\xc0\x7f" * len(data)).decode(), "of infinity": base64.b64encode(b"\0\0\x80\x7f" * len(data)).decode(),
                       "with too many =": base64.b64encode(packed).decode() + "="}.items():
        yield forge.case(f"base64 {name}", lambda d, t=text: d["tensors"][0].update(data={"encoding": "base64", "data": t}))
    yield forge.case("an unknown encoding", lambda d: d["tensors"][0].update(data={"encoding": "hex", "data": "00"}))
    yield forge.case("an encoding without data", lambda d: d["tensors"][0].update(data={"encoding": "base64"}))
    for value in ("0" * 64, "", "x"):
        yield forge.set(("weights_sha256",), value)


def forged_data(forge):
    for key, values in {"name": ("", None, 1, "petal_width_cm", "x\n::error::"), "type": ("text", "", None, "category"),
                        "columns": ([], None, ["a", "b"], "x"), "missing": (None, {}, 1), "scale": (None, {}, 1)}.items():
        for value in values:
            yield forge.set(("inputs", 0, key), value)
        yield forge.drop(("inputs", 0, key))
    for key, values in {"method": ("x", None, "minmax"), "center": (None, "0", 1e308, 7), "scale": (0, -1, None, 1e-320)}.items():
        for value in values:
            yield forge.set(("inputs", 0, "scale", key), value)
    for key, values in {"impute": ("x", None), "fill": (None, "1", 1e308), "indicator": (True, None, 0)}.items():
        for value in values:
            yield forge.set(("inputs", 0, "missing", key), value)
    yield forge.case("one input less", lambda d: d["inputs"].pop())
    yield forge.case("one input twice", lambda d: d["inputs"].append(d["inputs"][0]))
    yield forge.case("inputs in another order", lambda d: d["inputs"].reverse())
    for value in ([], ["a"], ["a", "a", "b"], ["a", "b", "c", "d"], None, "abc", [1, 2, 3], ["", "a", "b"]):
        yield forge.set(("output", "classes"), value)
    for value in ("linear", "relu", None, "sigmoid", 1):
        yield forge.set(("output", "activation"), value)
    for value in ("", None, "petal_width_cm", 1):
        yield forge.set(("output", "name"), value)
    for value in (None, "x", 1, {}):
        yield forge.set(("data", "missing"), value)
    yield forge.set(("data", "header"), 1)
    yield forge.set(("data", "weight"), "")
    yield forge.set(("data", "id"), ["species"])
    test = ("self_test", 0)
    for key, values in {"input": ([], ["1"], None, ["a", "b", "c", "d"], [1, 2, 3, 4], ["1", "2", "3", "4", "5"]),
                        "output": ([], [0.5], None, [0, 0, 1], [2, -1, 0], ["a", "b", "c"])}.items():
        for value in values:
            yield forge.set((*test, key), value)
    for value in (-1, [], "x", 1.5, 2**53 + 2):
        yield forge.set(("training", "seed"), value)
    yield forge.set(("training", "best_epoch"), -1)
    yield forge.set(("training", "loss"), None)
    yield forge.set(("training", "loss", "name"), "nll")
    yield forge.set(("training", "loss", "name"), "mse")
    yield forge.set(("training", "loss", "class_weight"), [1])
    yield forge.set(("training", "losses"), {})


def forged_numbers(forge):
    """A model of two numbers with an embedding."""
    for value in (None, 1, {}, [], forge.good["output"]["scale"][:1]):
        yield forge.set(("output", "scale"), value)
    scale = ("output", "scale", 1)
    for value in (None, 1, {}, {"method": "none"}):
        yield forge.set(scale, value)
    for value in ("quantile", "minmax", "none", None, 1):
        yield forge.set((*scale, "method"), value)
    for value in (0, -1, None, "1"):
        yield forge.set((*scale, "scale"), value)
    for value in (["a"], ["a", "a"], "a", []):
        yield forge.set(("output", "name"), value)
    index = next(i for i, x in enumerate(forge.good["inputs"]) if x["type"] == "category")
    for value in ([], ["setosa"], ["<other>"], ["a", "a", "b", "<other>"], ["a", "b", "c"], None, "x"):
        yield forge.set(("inputs", index, "categories"), value)
    for key, values in {"method": ("onehot", "x", None), "embedding_dim": (0, -1, 3, 2**40, 1.5, None), "unknown": ("error", "x", None)}.items():
        for value in values:
            yield forge.set(("inputs", index, "encode", key), value)
    for key, values in {"fill_code": (0, 4, -1, "a"), "impute": ("mean", "x", None)}.items():
        for value in values:
            yield forge.set(("inputs", index, "missing", key), value)
    for key, value in (("has_missing", True), ("has_other", False), ("has_other", None)):
        yield forge.set(("inputs", index, key), value)
    for value in (None, 1, {}, [], [{}], forge.good["network"]["embeddings"] * 2):
        yield forge.set(("network", "embeddings"), value)
    for key, values in {"input": ("x", None, "sepal_length_cm"), "categories": (0, 3, 5, 2**40, None), "dim": (0, 1, 3, 2**40, None)}.items():
        for value in values:
            yield forge.set(("network", "embeddings", 0, key), value)
    name = next(t["name"] for t in forge.good["tensors"] if "bias" in t["name"])
    bias = next(i for i, t in enumerate(forge.good["tensors"]) if t["name"] == name)
    for value in ([3], [5], [], [4, 1]):
        yield forge.set(("tensors", bias, "shape"), value)
    yield forge.set(("tensors", bias, "data"), {"encoding": "base64", "data": 1})
    yield forge.case("10,000 rows to test with", lambda d: d.update(self_test=d["self_test"] * 2500))


def others(good):
    for name, command in {"evaluate": ("evaluate", "model.json", "iris.csv"),
                          "export": ("export", "model.json", "--format", "safetensors", "-o", "x.safetensors"),
                          "init.from": ("-q", "c.ini", "init.from=model.json")}.items():
        yield Case(f"{name} of half a model", {"model.json": good[:len(good) // 2]}, command)
        yield Case(f"{name} of nothing", {"model.json": b""}, command)
        yield Case(f"{name} of a missing model", {}, [part if part != "model.json" else "no.json" for part in command]
                   if name != "init.from" else ("-q", "c.ini", "init.from=no.json"))
    yield Case("a folder for a model", {"d/x": ""}, ("predict", "d", "iris.csv"))
    yield Case("/dev/zero for a model", {}, ("predict", "/dev/zero", "iris.csv"))
    yield Case("a model from standard input", {}, ("predict", "-", "iris.csv"), stdin=good)


def cases(base):
    with open(base + "/model.json", "rb") as file:
        good = file.read()
    assert sign(reaches(good)) == good
    forge = Forge(good)
    yield Case("signed again", {"model.json": sign(forge.good)}, "$nntrain predict model.json iris.csv >/dev/null")
    with open(base + "/numbers.json", "rb") as file:
        numbers = Forge(file.read(), "numbers: ")
    for family in (damaged(good), duplicated(good), forged(forge), forged_data(forge), forged_numbers(numbers), others(good)):
        yield from family
