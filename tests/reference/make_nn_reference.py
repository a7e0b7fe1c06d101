#!/usr/bin/python3
"""Writes activations.json and losses.json: values and gradients of PyTorch (1.13) in double precision, at inputs that
float32 holds exactly. Usage: /usr/bin/python3 tests/reference/make_nn_reference.py"""
import json
import pathlib

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent


def exact(values):
    """The nearest float32 values, as doubles."""
    return torch.as_tensor(values, dtype=torch.float32).double()


def gradient(f, z):
    z = z.clone().requires_grad_(True)
    value = f(z)
    (slope,) = torch.autograd.grad(value.sum(), z, allow_unused=True)
    return value.detach(), torch.zeros_like(z) if slope is None else slope


def step(z):
    return (z > 0).double() + 0 * z


ACTIVATIONS = {
    "linear": lambda z: 1 * z,
    "step": step,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    # Without the straight line that PyTorch takes above 20, which is exact in float32 only.
    "softplus": lambda z: F.softplus(z, threshold=1000),
    "softsign": F.softsign,
}
OUTPUTS = {"linear": lambda z: 1 * z, "step": step, "sigmoid": torch.sigmoid, "softmax": lambda z: torch.softmax(z, 1)}


def make_activations():
    torch.manual_seed(1)
    special = [0, 1e-6, -1e-6, 0.5, -0.5, 1, -1, 5, -5, 12, -12, 25, -25, 60, -60]
    z = exact(torch.cat([torch.tensor(special), 3 * torch.randn(36)]))
    activations = []
    for name, f in ACTIVATIONS.items():
        y, slope = gradient(f, z)
        activations.append({"name": name, "z": z.tolist(), "y": y.tolist(), "slope": slope.tolist()})
    outputs = []
    for name, f in OUTPUTS.items():
        for n in (3, 16, 21):
            z = exact(4 * torch.randn(4, n))
            dy = exact(torch.randn(4, n))
            z[1, 2] = 50
            variable = z.clone().requires_grad_(True)
            y = f(variable)
            (dz,) = torch.autograd.grad((y * dy).sum(), variable)
            outputs.append({"name": name, "n": n, "z": z.flatten().tolist(), "y": y.flatten().tolist(),
                            "dy": dy.flatten().tolist(), "dz": dz.flatten().tolist()})
    return {"torch": torch.__version__, "activations": activations, "outputs": outputs}


def pinball(q):
    return lambda z, t: torch.maximum(q * (t - z), (q - 1) * (t - z))


def smooth_binary(t, s):
    return t * (1 - s) + s / 2


def focal_binary(gamma, s):
    def f(z, t):
        t = smooth_binary(t, s)
        return -t * torch.sigmoid(-z) ** gamma * F.logsigmoid(z) - (1 - t) * torch.sigmoid(z) ** gamma * F.logsigmoid(-z)
    return f


def focal_classes(gamma, s):
    def f(z, t):
        n = z.shape[1]
        target = (1 - s) * F.one_hot(t, n) + s / n
        log_p = torch.log_softmax(z, 1)
        return -(target * (1 - log_p.exp()) ** gamma * log_p).sum(1)
    return f


def side(t):
    return 2 * t - 1


def elementwise_cases():
    """name, options, f(z, t) of each element, kind of target, outputs"""
    for n in (1, 3, 20):
        yield "mse", {}, lambda z, t: F.mse_loss(z, t, reduction="none"), "value", n
        yield "mae", {}, lambda z, t: F.l1_loss(z, t, reduction="none"), "value", n
        for delta in (1.0, 0.25):
            yield "huber", {"delta": delta}, lambda z, t, d=delta: F.huber_loss(z, t, reduction="none", delta=d), "value", n
        yield "quantile", {"quantile": 0.9}, pinball(0.9), "value", n
        yield "poisson", {}, lambda z, t: F.poisson_nll_loss(z, t, log_input=True, full=False, reduction="none"), "count", n
        for s in (0.0, 0.1):
            yield ("binary_cross_entropy", {"label_smoothing": s},
                   lambda z, t, s=s: F.binary_cross_entropy_with_logits(z, smooth_binary(t, s), reduction="none"), "bit", n)
            for gamma in (2.0, 0.5, 0.0):
                yield "focal", {"label_smoothing": s, "gamma": gamma}, focal_binary(gamma, s), "bit", n
    yield "hinge", {}, lambda z, t: F.relu(1 - side(t) * z), "bit", 1
    yield "perceptron", {}, lambda z, t: F.relu(-side(t) * z), "bit", 1


def class_cases():
    """name, options, f(z, t) of each row with class weights, outputs, class weights"""
    for n in (3, 16, 21):
        weight = exact(torch.rand(n) + 0.25)
        weight[1] = 0
        for s in (0.0, 0.15):
            for w in (None, weight):
                yield ("cross_entropy", {"label_smoothing": s},
                       lambda z, t, s=s, w=w: F.cross_entropy(z, t, weight=w, label_smoothing=s, reduction="none"), n, w)
            for gamma in (2.0, 0.5, 0.0):
                yield "focal", {"label_smoothing": s, "gamma": gamma}, focal_classes(gamma, s), n, None
        yield ("focal", {"label_smoothing": 0.15, "gamma": 2.0},
               lambda z, t, w=weight: w[t] * focal_classes(2.0, 0.15)(z, t), n, weight)
        for w in (None, weight):
            yield "hinge", {}, lambda z, t, w=w: F.multi_margin_loss(z, t, weight=w, reduction="none"), n, w


def case(name, options, n, z, t, weight, n_classes, losses, slope):
    return {"name": name, "options": options, "n_outputs": n, "n_classes": n_classes, "rows": len(z),
            "z": z.flatten().tolist(), "target": t.double().flatten().tolist(),
            "class_weight": None if weight is None else weight.tolist(),
            "losses": losses.tolist(), "gradient": slope.flatten().tolist()}


def make_losses():
    torch.manual_seed(2)
    cases = []
    for name, options, f, kind, n in elementwise_cases():
        rows = 21 if n == 1 else 3
        z = exact(2 * torch.randn(rows, n))
        if kind != "count":
            z[1, 0], z[2, 0] = 30, -30
        t = {"value": exact(2 * torch.randn(rows, n)), "count": torch.randint(0, 6, (rows, n)).double(),
             "bit": torch.randint(0, 2, (rows, n)).double()}[kind]
        losses, slope = gradient(lambda v: f(v, t).mean(1), z)
        cases.append(case(name, options, n, z, t, None, 0, losses, slope))
    for name, options, f, n, weight in class_cases():
        z = exact(2 * torch.randn(5, n))
        # Where p rounds to 1, PyTorch's derivative of (1 - p)^gamma is not a number.
        far = 10 if name == "focal" else 40
        z[1, 0], z[2, 2] = far, -far
        t = torch.tensor([0, 1, 2, n - 1, 1])
        losses, slope = gradient(lambda v: f(v, t), z)
        cases.append(case(name, options, n, z, t, weight, n, losses, slope))
    # The mean that PyTorch gives, with class weights and label smoothing.
    z, t = exact(torch.randn(7, 4)), torch.tensor([0, 3, 1, 2, 2, 0, 3])
    weight = exact([0.5, 2, 1, 0])
    mean, slope = gradient(lambda v: F.cross_entropy(v, t, weight=weight, label_smoothing=0.2), z)
    whole = case("cross_entropy", {"label_smoothing": 0.2}, 4, z, t, weight, 4, mean.reshape(1), slope)
    return {"torch": torch.__version__, "cases": cases, "mean": whole}


def write(name, value):
    text = json.dumps(value, indent=0, allow_nan=False).replace(",\n", ", ").replace("[\n", "[").replace("\n]", "]")
    (HERE / name).write_text(text.replace("}, {", "},\n{") + "\n")


if __name__ == "__main__":
    write("activations.json", make_activations())
    write("losses.json", make_losses())
