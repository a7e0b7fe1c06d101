#!/usr/bin/python3
"""exports.py PROGRAM [WORD ...]: exports of models against `nntrain predict`, on every row of their data.

Trains each config of configs/ for a few epochs, and more models for what no config has, and then

- compiles the C export with gcc and clang (those installed), runs its own test, and compares all predictions: same bits;
- checks the ONNX export with Debian's python3-onnx, and runs it in onnxruntime, today's and that of 2022, where
  tests/onnx_runtime.sh has put them: every value within 1e-5 of itself, of 1 or of the target's
  scale, labels the same but for such ties. Where a network amplifies the rounding of float32 so much that
  `predict` itself is further than that from the same network in double, within twice that distance, which is told;
- reads the safetensors export back: same bits as model.json; where there is PyTorch (python3-torch), a module of
  linear layers takes them by name and shape.

What is left out is told. WORDs: only cases whose name contains one of them. OTHER=COMMAND compiles the C exports for
another machine, with RUN=COMMAND in front of what is run.
"""
import base64
import csv
import json
import math
import glob
import os
import shutil
import struct
import subprocess
import sys
import tempfile

import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STRICT = "-std=c99 -O1 -Wall -Wextra -pedantic -Wshadow -Wconversion -Wdouble-promotion -Werror".split()
TOLERANCE = 1e-5
FEW = ["training.epochs=3", "evaluation.bootstrap=0"]

ACTIVATIONS = "linear step sigmoid tanh relu leaky_relu elu selu gelu silu mish softplus softsign".split()
SCALERS = "standard minmax robust quantile none".split()


def penguins(name, *more):
    return name, ["penguins.csv", "species", *more]


def variants():
    """Name, and data file, target, overrides: what the configs leave out."""
    yield penguins("onehot-indicator", "preprocess.missing_indicator=true", "preprocess.impute=mean")
    yield penguins("ordinal-batch", "preprocess.encode=ordinal", "network.norm=batch", "preprocess.impute=mode")
    yield penguins("embedding-layer", "preprocess.encode=embedding", "network.norm=layer", "network.hidden=19, 19, 33",
                   "network.residual=true", "network.dropout=0.2")
    yield penguins("drop", "preprocess.impute=drop", "preprocess.unknown=error")
    yield penguins("residual-batch", "network.hidden=20, 20, 20", "network.residual=true", "network.norm=batch")
    for scaler in SCALERS:
        yield penguins("scale-" + scaler, "preprocess.scale=" + scaler, "preprocess.impute=zero",
                       "preprocess.missing_indicator=true")
    for activation in ACTIVATIONS:
        yield "wide-range-" + activation, ["wide.csv", "y", "network.hidden=5", "network.activation=" + activation,
                                           "preprocess.scale=none", "init.weights=normal", "init.std=2",
                                           "optimizer.learning_rate=1e-9", "preprocess.target_scale=none"]
    yield "binary-text", ["places.csv", "sold", "preprocess.max_categories=3", "evaluation.threshold=f1"]
    yield "binary-hinge", ["places.csv", "sold", "loss.name=hinge"]
    yield "multiclass-hinge", ["penguins.csv", "species", "loss.name=hinge"]
    yield "multilabel", ["labels.csv", "a, b, c", "data.task=multilabel", "evaluation.threshold=0.4"]
    yield "timestamps", ["places.csv", "price", "data.ignore=sold", "preprocess.scale=standard"]
    yield "two-targets", ["diabetes.csv", "progression, bmi", "preprocess.target_scale=minmax"]
    yield "target-raw", ["diabetes.csv", "progression", "preprocess.target_scale=none", "network.output=sigmoid"]
    yield "poisson", ["diabetes.csv", "progression", "loss.name=poisson", "preprocess.target_scale=none"]
    yield "no-header", ["bare.csv", "c3", "data.header=false"]
    yield "many-quantiles", ["wide.csv", "y", "preprocess.scale=quantile"]


def make_data(folder):
    """Small data with what the shipped files lack: hostile names and texts, timestamps, several labels."""
    with open(os.path.join(folder, "wide.csv"), "w") as out:
        out.write("x,y\n")
        for i in range(2001):
            x = (i - 1000) / 10 if i % 2 else (i - 1000) / 1000
            out.write(f"{x},{x / 7 + i % 3}\n")
    with open(os.path.join(folder, "places.csv"), "w") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["class", "*/ size\\", "2nd \"name\" ??/", "Zeit (\u00fc)", "label", "sold", "price"])
        words = ["north", "s\u00fcd \"x\"", "e,a\\s??/t", "*/ west", "NA", "", "rare one", "?"]
        for i in range(300):
            size = "" if i % 11 == 0 else repr(i * 37 % 101 / 7)
            writer.writerow([words[i * 7 % 8 if i % 50 else 6], size, ["1", "01", "1.0", "2"][i * i % 4],
                             str(1.6e9 + i * 86400.5), "NaN" if i % 13 == 0 else i % 5,
                             "yes" if i * 37 % 101 > 40 + i % 20 else "no", 1e6 + i * 1000 % 77777])
    with open(os.path.join(folder, "labels.csv"), "w") as out:
        out.write("u,v,a,b,c\n")
        for i in range(200):
            out.write(f"{i % 17},{i % 23},{int(i % 17 > 8)},{int(i % 23 > 5)},{i % 2}\n")
    with open(os.path.join(folder, "bare.csv"), "w") as out:
        for i in range(90):
            out.write(f"{i % 9},{i % 7 / 3},{'pqr'[i % 9 // 3]}\n")


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


class Failed(Exception):
    pass


def need(done, what):
    if done.returncode != 0:
        raise Failed(f"{what}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Case:
    """A trained model, its data and what `nntrain predict` says of them."""

    def __init__(self, program, folder, name, arguments):
        self.program, self.name = program, name
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        done = run(program, "-q", *arguments, "output.dir=" + self.path("run"))
        self.model_path = self.path("run/model.json")
        if done.returncode not in (0, 5, 6) or (done.returncode == 6 and not os.path.exists(self.model_path)):
            need(done, "training")
        self.has_model = os.path.exists(self.model_path)
        self.distance = None
        self.is_in_torch = False

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, data):
        with open(self.model_path) as file:
            self.model = json.load(file)
        predicted = need(run(self.program, "predict", "-q", self.model_path, data), "predict")
        self.header, *self.expected = list(csv.reader(predicted.splitlines()))
        with open(data, newline="") as file:
            rows = list(csv.reader(file))
        names = rows.pop(0) if self.model["data"]["header"] else [f"c{i + 1}" for i in range(len(rows[0]))]
        missing = {"", *self.model["data"]["missing"]}
        self.inputs = self.model["inputs"]
        self.cells = [[None if row[names.index(i["name"])] in missing else row[names.index(i["name"])]
                       for i in self.inputs] for row in rows]
        if self.inputs and self.inputs[0]["missing"]["impute"] == "drop":
            self.cells = [row for row in self.cells if None not in row]
        if len(self.cells) != len(self.expected):
            raise Failed(f"{len(self.cells)} rows, {len(self.expected)} predictions")
        skip = len(self.header) - len(self.expected[0])
        assert skip == 0

    def export(self, form, name):
        need(run(self.program, "export", "-q", self.model_path, "--format", form, "-o", self.path(name)),
             "export to " + form)
        return self.path(name)

    def values(self, row):
        """Of a row of `predict`: labels, numbers."""
        ids = len(self.model["data"]["id"])
        cells = row[len(row) - self.width():]
        if self.kind() == "classes":
            return cells[:1], [number(c) for c in cells[1:]]
        if self.kind() == "labels":
            return cells[::2], [number(c) for c in cells[1::2]]
        return [], [number(c) for c in cells]

    def rounding(self):
        """How far `predict` is from its own network in double; 0 where this program cannot tell."""
        if self.distance is None:
            exact = outputs_in_double(self)
            predicted = [self.values(row)[1] for row in self.expected]
            self.distance = 0.0 if exact is None else float(abs(exact - numpy.array(predicted)).max())
        return self.distance

    def kind(self):
        return {"binary": "classes", "multiclass": "classes", "multilabel": "labels"}.get(self.model["task"], "values")

    def width(self):
        names = self.model["output"]["name"]
        n = len(names) if isinstance(names, list) else 1
        return {"classes": 1 + len(self.model["output"].get("classes", [])), "labels": 2 * n, "values": n}[self.kind()]


def number(text):
    return float(text) if text else math.nan


def float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


# ---- C ----

def c_string(text):
    return '"' + "".join(f"\\{byte:03o}" for byte in text.encode()) + '"'


def c_cell(case, index, cell):
    if case.inputs[index]["type"] == "category":
        return "NULL" if cell is None else c_string(cell)
    return "(double)NAN" if cell is None else repr(float(cell))


def write_driver(case):
    scores = "probabilities" if any("probability_" in name for name in case.header) else "scores"
    n = case.width()
    prints = {"classes": f'printf("%s", model_classes[out.label]); SHOW({scores}, {n - 1})',
              "labels": f'for (j = 0; j < {n // 2}; j++) printf(j ? " %d" : "%d", out.labels[j]);\n        '
                        f'SHOW({scores}, {n // 2})',
              "values": f"SHOW(values, {n})"}[case.kind()]
    with open(case.path("driver.c"), "w") as out:
        out.write('#include "model.h"\n#define main self_test\n#include "model.c"\n#undef main\n'
                  '#define SHOW(array, n) for (j = 0; j < (n); j++) printf("\\t%a", (double)out.array[j])\n'
                  "static const model_input rows[] = {\n")
        for row in case.cells:
            out.write("{" + ", ".join(c_cell(case, i, cell) for i, cell in enumerate(row)) + "},\n")
        out.write("};\nint main(void) {\n    size_t i;\n    int j;\n    if (self_test() != 0) return 1;\n"
                  "    for (i = 0; i < sizeof rows / sizeof *rows; i++) {\n        model_output out;\n"
                  "        const int refused = model_predict(&rows[i], &out);\n"
                  '        if (refused) { printf("refused %d\\n", refused); continue; }\n'
                  f'        {prints}; printf("\\n");\n    }}\n    return 0;\n}}\n')


def check_c(case, compilers, runner):
    case.export("c", "model.c")
    write_driver(case)
    for compiler in compilers:
        need(run(*compiler.split(), *STRICT, "-DMODEL_TEST", case.path("driver.c"), "-lm", "-o", case.path("driver")),
             compiler)
        said, *lines = need(run(*runner, case.path("driver")), "the C export, " + compiler).splitlines()
        n = len(case.model["self_test"])
        if said != f"model: {n} of {n} rows give the same bits":
            raise Failed("the C export's own test says " + said)
        for i, (line, expected) in enumerate(zip(lines, case.expected)):
            label, *got = line.split("\t")
            labels, numbers = case.values(expected)
            got = [float.fromhex(value) for value in got]
            is_float = case.kind() != "values"
            want = [float32(value) if is_float else value for value in numbers]
            same = len(got) == len(want) and all(
                g == w and math.copysign(1, g) == math.copysign(1, w) or (not math.isfinite(g) and math.isnan(w))
                for g, w in zip(got, want))
            if not same or label != " ".join(labels):
                raise Failed(f"{compiler}, row {i + 1}: C gives {line}, predict {expected}")
        if len(lines) != len(case.expected):
            raise Failed(f"{compiler}: {len(lines)} lines for {len(case.expected)} rows")


# ---- ONNX ----

def import_checker():
    """onnx.checker of Debian's python3-onnx, which only Debian's Python sees; None without it."""
    try:
        import onnx.checker
        return onnx
    except ImportError:
        return None


def check_structure(case, onnx):
    path = case.export("onnx", "model.onnx")
    if not onnx:
        return
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    names = [value.name for value in model.graph.input]
    if names != [i["name"] for i in case.inputs]:
        raise Failed(f"the ONNX inputs are {names}")


def close(got, want, scale, tolerance):
    if got is None or not math.isfinite(got):
        return math.isnan(want) or not math.isfinite(want)
    return abs(got - want) <= tolerance * max(1, abs(want), scale)


def outputs_in_double(case):
    """Of a classifier of plain dense layers, by its weights and float32 inputs; None of any other network."""
    functions = {"tanh": numpy.tanh, "leaky_relu": lambda z: numpy.where(z > 0, z, z * numpy.float32(0.01))}
    layers = case.model["network"]["layers"]
    plain = all(layer.get("norm", "none") == "none" and not layer.get("residual") for layer in layers)
    names = [layer["activation"] for layer in layers]
    if not plain or names[-1] != "softmax" or not set(names[:-1]) <= set(functions) or any(
            i["type"] != "number" or i["scale"]["method"] == "quantile" for i in case.inputs):
        return None
    tensors = {tensor["name"]: numpy.array(values_of(tensor), dtype=numpy.float64).reshape(tensor["shape"])
               for tensor in case.model["tensors"]}
    x = numpy.array([[float(cell) for cell in row] for row in case.cells])
    x = (x - [i["scale"]["center"] for i in case.inputs]) / [i["scale"]["scale"] for i in case.inputs]
    x = x.astype(numpy.float32).astype(numpy.float64)
    for n, name in enumerate(names):
        z = x @ tensors[f"layers.{n}.weight"].T + tensors[f"layers.{n}.bias"]
        x = functions[name](z) if name in functions else z
    e = numpy.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def values_of(tensor):
    """The numbers of a tensor of model.json, which are a list or base64."""
    data = tensor["data"]
    return numpy.frombuffer(base64.b64decode(data["data"]), "<f4") if isinstance(data, dict) else data


def target_scales(case, width):
    """What one unit of the network's output is in the data, for each output."""
    scales = case.model["output"].get("scale", [])
    return [abs(s["scale"]) for s in (scales if isinstance(scales, list) else [scales])] or [1] * width


def compare_onnx(case, told):
    if "error" in told:
        raise Failed(told["error"])
    width = {"classes": case.width() - 1, "labels": case.width() // 2, "values": case.width()}[case.kind()]
    outputs, scales = list(told.values()), target_scales(case, width)
    numbers = outputs[-1]["values"]
    for i, row in enumerate(case.expected):
        labels, want = case.values(row)
        got = numbers[i * width:(i + 1) * width]
        if len(got) != len(want):
            raise Failed(f"row {i + 1}: ONNX gives {len(got)} values, predict {len(want)}")
        tolerance = TOLERANCE
        if not all(close(*values, tolerance) for values in zip(got, want, scales)):
            tolerance = max(TOLERANCE, 2 * case.rounding())
        if not all(close(*values, tolerance) for values in zip(got, want, scales)):
            raise Failed(f"row {i + 1}: ONNX gives {got}, predict {want}")
        n = len(labels)
        said = [str(v) for v in outputs[0]["values"][i * n:(i + 1) * n]]
        if said != labels and not is_tie(case, want):
            raise Failed(f"row {i + 1}: ONNX says {said}, predict {labels}")


def is_tie(case, numbers):
    """Is a decision so near that rounding may turn it?"""
    if case.model["task"] == "multiclass":
        best, second = sorted(numbers)[-1:-3:-1]
        return best - second <= 2 * TOLERANCE
    threshold = case.model["output"]["threshold"]
    return any(abs(number - threshold) <= TOLERANCE for number in numbers)


def run_onnx(cases, folder, runtime):
    """Failures of one onnxruntime."""
    with open(os.path.join(folder, "cases.json"), "w") as file:
        json.dump([{"model": case.path("model.onnx"), "rows": len(case.cells),
                    "inputs": [{"name": i["name"], "type": i["type"], "values": [raw(i, row[k]) for row in case.cells]}
                               for k, i in enumerate(case.inputs)]} for case in cases], file)
    need(run("node", os.path.join(ROOT, "tests", "onnx_run.js"), file.name, file.name + ".out",
             env={**os.environ, "NODE_PATH": os.path.join(runtime, "node_modules")}), "onnxruntime")
    failures = 0
    with open(file.name + ".out") as file:
        for case, told in zip(cases, json.load(file)):
            try:
                compare_onnx(case, told)
            except Failed as failure:
                failures += 1
                print(f"{case.name}: onnxruntime {os.path.basename(runtime)}: {failure}")
    return failures


def raw(column, cell):
    if column["type"] == "category":
        return cell or ""
    return None if cell is None else float(cell)


def check_refusals(case, folder, runtime):
    """What `predict` refuses or leaves out is NaN without a label, and the other rows are as they were."""
    whole = case.cells[0]
    texts = [k for k, i in enumerate(case.inputs) if i["type"] == "category"]
    numbers = [k for k, i in enumerate(case.inputs) if i["type"] != "category"]
    cells = [whole, *[[None if k == j else c for k, c in enumerate(whole)] for j in range(len(whole))],
             [c if k not in texts else "never seen" for k, c in enumerate(whole)], whole]
    with open(os.path.join(folder, "refused.json"), "w") as file:
        json.dump([{"model": case.path("model.onnx"), "rows": len(cells),
                    "inputs": [{"name": i["name"], "type": i["type"], "values": [raw(i, row[k]) for row in cells]}
                               for k, i in enumerate(case.inputs)]}], file)
    need(run("node", os.path.join(ROOT, "tests", "onnx_run.js"), file.name, file.name + ".out",
             env={**os.environ, "NODE_PATH": os.path.join(runtime, "node_modules")}), "onnxruntime")
    with open(file.name + ".out") as file:
        told = json.load(file)[0]
    label, probabilities = told["label"]["values"], told["probabilities"]["values"]
    width = len(probabilities) // len(cells)
    assert numbers and texts
    for i in range(len(cells)):
        good = i in (0, len(cells) - 1)
        row = probabilities[i * width:(i + 1) * width]
        if (label[i] != "") != good or any((value is None) == good for value in row):
            raise Failed(f"refused row {i}: {label[i]!r} {row}")


# ---- safetensors ----

def import_torch():
    try:
        import torch
        return torch
    except ImportError:
        return None


def load_into_torch(case, torch, weights):
    """Into layers.0, layers.1, ..., which miss nothing and leave nothing over; plain layers only."""
    if any(not name.startswith("layers.") or name.count(".") != 2 for name in weights):
        return
    module = torch.nn.Module()
    module.layers = torch.nn.ModuleList(torch.nn.Linear(*reversed(weights[name].shape), bias=name[:-6] + "bias" in weights)
                                        for name in weights if name.endswith(".weight"))
    module.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in weights.items()}, strict=True)
    for name, tensor in module.state_dict().items():
        if tensor.numpy().tobytes() != weights[name].tobytes():
            raise Failed("PyTorch: " + name)
    case.is_in_torch = True


def check_safetensors(case, torch):
    with open(case.export("safetensors", "model.safetensors"), "rb") as file:
        header, data = json.loads(file.read(int.from_bytes(file.read(8), "little"))), file.read()
    weights = {}
    for tensor in case.model["tensors"]:
        first, end = header[tensor["name"]]["data_offsets"]
        weights[tensor["name"]] = numpy.frombuffer(data[first:end], "<f4").reshape(header[tensor["name"]]["shape"])
        if data[first:end] != numpy.array(values_of(tensor), dtype="<f4").tobytes():
            raise Failed("safetensors: " + tensor["name"])
    if torch:
        load_into_torch(case, torch, weights)


def main():
    program, words = os.path.abspath(sys.argv[1]), sys.argv[2:]
    runner = os.environ.get("RUN", "").split()
    compilers = [os.environ["OTHER"]] if "OTHER" in os.environ else [c for c in ("gcc", "clang") if shutil.which(c)]
    failures, cases, left_out = 0, [], []
    onnx = import_checker()
    if not onnx:
        left_out.append("onnx.checker (python3-onnx is not installed for this Python)")
    torch = import_torch()
    if not torch:
        left_out.append("PyTorch (python3-torch is not installed for this Python)")
    runtimes = find_runtimes(left_out)
    with tempfile.TemporaryDirectory() as folder:
        make_data(folder)
        for name, arguments, data in list_cases(folder):
            if words and not any(word in name for word in words):
                continue
            try:
                case = Case(program, folder, name, arguments + FEW)
                if not case.has_model:
                    left_out.append(f"{name} (it diverges, and has no model)")
                    continue
                case.read(data)
                check_c(case, compilers, runner)
                check_safetensors(case, torch)
                check_structure(case, onnx)
                cases.append(case)
            except Failed as failure:
                failures += 1
                print(f"{name}: {failure}")
        for runtime in runtimes if cases else []:
            failures += run_onnx(cases, folder, runtime)
            for case in cases:
                if case.name == "drop":
                    check_refusals(case, folder, runtime)
    print(f"exports: {len(cases)} models, {sum(len(c.cells) for c in cases)} rows; C by {', '.join(compilers)}, "
          f"ONNX in onnxruntime {', '.join(map(os.path.basename, runtimes)) or '-'}; {sum(c.is_in_torch for c in cases)} of plain layers in PyTorch: {failures} failures")
    for case in cases:
        if case.distance is not None:
            print(f"  {case.name}: float32 is {case.distance:.1e} from double here, so ONNX is within twice that")
    for text in left_out:
        print("  left out: " + text)
    sys.exit(1 if failures else 0)


def find_runtimes(left_out):
    """Folders of the onnxruntimes that tests/onnx_runtime.sh has made."""
    folder = os.environ.get("ONNX_RUNTIMES", os.path.join(ROOT, "build", "onnxruntime"))
    runtimes = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name != "partial") if os.path.isdir(folder) else []
    if not runtimes or not shutil.which("node"):
        left_out.append("onnxruntime (`make onnx-runtime` installs it; needs npm and the network)")
        return []
    return runtimes


def list_cases(folder):
    for path in sorted(glob.glob(os.path.join(ROOT, "configs", "*.ini"))):
        name = os.path.basename(path)
        with open(path) as file:
            line = next(line for line in file if line.startswith("file"))
        data = os.path.join(ROOT, "configs", line.split("=")[1].split(";")[0].strip())
        yield name[:-4], [path], data
    for name, (data, target, *more) in variants():
        path = os.path.join(folder, data)
        if not os.path.exists(path):
            path = os.path.join(ROOT, "data", data)
        config = os.path.join(folder, name + ".ini")
        with open(config, "w") as out:
            out.write(f"[data]\nfile = {path}\ntarget = {target}\n")
        yield name, [config] + more, path


main()
