#!/usr/bin/python3
"""Writes optimizers.json, lbfgs.json, schedules.json and clipping.json: what PyTorch (Debian's
python3-torch, 1.13) does, in float64 from values that are exact in float32.

PyTorch has no decoupled weight decay for SGD and no Lion; those are its formulas written out here.
NAdam is written out as well: PyTorch before 2.0 multiplied mu_t twice into the next product, which
neither its documentation nor Dozat's report does.
"""
import json
import math
import os

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))
N, STEPS = 48, 10


def float32_values(generator, *shape):
    return generator.standard_normal(shape).astype(np.float32).astype(np.float64)


def write(name, document):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99)):
        super().__init__(params, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p -= group["lr"] * torch.sign(beta1 * m + (1 - beta1) * p.grad)
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


class Nadam(torch.optim.Optimizer):
    """Dozat 2016, as PyTorch documents it."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (beta1, beta2), lr = group["betas"], group["lr"]
            for p in group["params"]:
                s = self.state[p]
                if not s:
                    s.update(t=0, product=1.0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                s["t"] += 1
                mu = beta1 * (1 - 0.5 * 0.96 ** (s["t"] * 0.004))
                mu_next = beta1 * (1 - 0.5 * 0.96 ** ((s["t"] + 1) * 0.004))
                s["product"] *= mu
                s["m"] = beta1 * s["m"] + (1 - beta1) * p.grad
                s["v"] = beta2 * s["v"] + (1 - beta2) * p.grad**2
                m_hat = (mu_next * s["m"] / (1 - s["product"] * mu_next)
                         + (1 - mu) * p.grad / (1 - s["product"]))
                p -= lr * m_hat / (torch.sqrt(s["v"] / (1 - beta2 ** s["t"])) + group["eps"])


def sgd(lr=0.01, momentum=0.0, nesterov=False):
    return lambda p: torch.optim.SGD(p, lr=lr, momentum=momentum, nesterov=nesterov)


def adam(kind=torch.optim.Adam, **options):
    return lambda p: kind(p, **options)


# name, settings that differ from the row's defaults, decoupled weight decay, optimizer
OPTIMIZERS = [
    ("sgd", {}, 0.0, sgd()),
    ("sgd", {"learning_rate": 0.1}, 0.2, sgd(lr=0.1)),
    ("momentum", {}, 0.0, sgd(momentum=0.9)),
    ("momentum", {"momentum": 0.5, "learning_rate": 0.05}, 0.1, sgd(lr=0.05, momentum=0.5)),
    ("nesterov", {}, 0.0, sgd(momentum=0.9, nesterov=True)),
    ("nesterov", {"momentum": 0.7}, 0.3, sgd(momentum=0.7, nesterov=True)),
    ("adagrad", {}, 0.0, adam(torch.optim.Adagrad)),
    ("adagrad", {"epsilon": 0.01}, 0.0, adam(torch.optim.Adagrad, eps=0.01)),
    ("rmsprop", {}, 0.0, adam(torch.optim.RMSprop)),
    ("rmsprop", {"rho": 0.9, "momentum": 0.8, "epsilon": 1e-3}, 0.0,
     adam(torch.optim.RMSprop, alpha=0.9, momentum=0.8, eps=1e-3)),
    ("adadelta", {}, 0.0, adam(torch.optim.Adadelta)),
    ("adadelta", {"rho": 0.5, "epsilon": 1e-3}, 0.0, adam(torch.optim.Adadelta, rho=0.5, eps=1e-3)),
    ("adam", {}, 0.0, adam()),
    ("adam", {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.1, "learning_rate": 0.02}, 0.0,
     adam(betas=(0.5, 0.9), eps=0.1, lr=0.02)),
    ("amsgrad", {}, 0.0, adam(amsgrad=True)),
    ("amsgrad", {"beta2": 0.5}, 0.0, adam(amsgrad=True, betas=(0.9, 0.5))),
    ("adamw", {}, 0.0, adam(torch.optim.AdamW, weight_decay=0.0)),
    ("adamw", {"learning_rate": 0.01}, 0.1, adam(torch.optim.AdamW, lr=0.01, weight_decay=0.1)),
    ("nadam", {}, 0.0, adam(Nadam)),
    ("nadam", {"beta1": 0.8}, 0.0, adam(Nadam, betas=(0.8, 0.999))),
    ("adamax", {}, 0.0, adam(torch.optim.Adamax)),
    ("adamax", {"beta2": 0.5, "epsilon": 0.01}, 0.0,
     adam(torch.optim.Adamax, betas=(0.9, 0.5), eps=0.01)),
    ("lion", {}, 0.0, adam(Lion)),
    ("lion", {"learning_rate": 0.01, "beta1": 0.5}, 0.3, adam(Lion, lr=0.01, betas=(0.5, 0.99))),
    ("rprop", {}, 0.0, adam(torch.optim.Rprop)),
    ("rprop", {"learning_rate": 40.0}, 0.0, adam(torch.optim.Rprop, lr=40.0)),
]


def optimizer_reference():
    generator = np.random.default_rng(1)
    start = float32_values(generator, N)
    scales = np.float32(10.0) ** generator.integers(-4, 2, N).astype(np.float32)
    gradients = (float32_values(generator, STEPS, N) * scales).astype(np.float32).astype(np.float64)
    # Half of the parameters keep the sign of their gradient most of the time.
    gradients[:, ::2] = np.where(generator.random((STEPS, N // 2)) < 0.8,
                                 np.abs(gradients[:, ::2]), gradients[:, ::2])
    gradients[3, 5] = gradients[4, 5] = 0.0
    cases = []
    for name, settings, decay, make in OPTIMIZERS:
        p = torch.tensor(start.copy(), requires_grad=True)
        optimizer = make([p])
        is_pytorch_decay = name == "adamw"
        rate = optimizer.param_groups[0]["lr"]
        after = []
        for gradient in gradients:
            if decay and not is_pytorch_decay:
                with torch.no_grad():
                    p.mul_(1 - rate * decay)
            p.grad = torch.tensor(gradient)
            optimizer.step()
            after.append(p.detach().numpy().copy())
        cases.append({"name": name, "settings": settings, "weight_decay": decay,
                      "first": after[0].tolist(), "last": after[-1].tolist()})
    write("optimizers.json", {"start": start.tolist(), "gradients": gradients.tolist(),
                              "cases": cases})


def lbfgs_reference():
    """f(x) = x'Ax / 2 - b'x + sum x^4 / 4 with a positive definite A."""
    generator = np.random.default_rng(2)
    n = 8
    root = float32_values(generator, n, n)
    a = (root @ root.T / n + np.eye(n)).astype(np.float32).astype(np.float64)
    a = (a + a.T) / 2
    b, start = float32_values(generator, n), float32_values(generator, n)
    matrix, vector = torch.tensor(a), torch.tensor(b)
    cases = []
    for settings in ({"max_iterations": 1}, {"max_iterations": 3}, {"max_iterations": 20},
                     {"max_iterations": 4, "history": 2, "learning_rate": 0.5}):
        x = torch.tensor(start.copy(), requires_grad=True)
        optimizer = torch.optim.LBFGS([x], lr=settings.get("learning_rate", 1.0),
                                      max_iter=settings["max_iterations"],
                                      history_size=settings.get("history", 100))
        evaluations = 0

        def closure():
            nonlocal evaluations
            evaluations += 1
            optimizer.zero_grad()
            loss = x @ matrix @ x / 2 - vector @ x + (x**4).sum() / 4
            loss.backward()
            return loss

        steps = []
        for _ in range(3):
            loss = float(optimizer.step(closure))
            steps.append({"loss": loss, "parameters": x.detach().tolist(),
                          "evaluations": evaluations})
        cases.append({"settings": settings, "steps": steps})
    write("lbfgs.json", {"a": a.tolist(), "b": b.tolist(), "start": start.tolist(),
                         "cases": cases})


def rates_of(make, base, n):
    p = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=base)
    schedule = make(optimizer)
    rates = []
    for _ in range(n):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def schedule_reference():
    lr = torch.optim.lr_scheduler
    epochs, steps = 14, 5
    top = 0.3 * 4
    total = epochs * steps
    cases = [
        ("constant", {}, lambda o: lr.ConstantLR(o, factor=1.0)),
        ("step", {"step_size": 4, "gamma": 0.3}, lambda o: lr.StepLR(o, 4, 0.3)),
        ("multistep", {"milestones": [3, 7, 8], "gamma": 0.5},
         lambda o: lr.MultiStepLR(o, [3, 7, 8], 0.5)),
        ("exponential", {"gamma": 0.9}, lambda o: lr.ExponentialLR(o, 0.9)),
        ("cosine", {"minimum": 0.02}, lambda o: lr.CosineAnnealingLR(o, epochs, 0.02)),
        ("linear", {"end_factor": 0.1},
         lambda o: lr.LinearLR(o, start_factor=1.0, end_factor=0.1, total_iters=epochs)),
        ("polynomial", {"power": 1.7}, lambda o: lr.PolynomialLR(o, epochs, 1.7)),
    ]
    per_epoch = [{"name": name, "settings": settings, "rates": rates_of(make, 0.3, epochs)}
                 for name, settings, make in cases]
    per_step = [{"name": "one_cycle", "settings": {"max_factor": 4.0, "warm_fraction": fraction},
                 "rates": rates_of(lambda o: lr.OneCycleLR(o, top, total, pct_start=fraction,
                                                           cycle_momentum=False), 0.3, total)}
                for fraction in (0.3, 0.05, 0.9)]
    plateau = []
    generator = np.random.default_rng(3)
    for mode, settings in (("min", {"factor": 0.5, "patience": 2, "minimum": 0.0}),
                           ("max", {"factor": 0.1, "patience": 0, "minimum": 0.004})):
        p = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([p], lr=0.3)
        schedule = lr.ReduceLROnPlateau(optimizer, mode=mode, factor=settings["factor"],
                                        patience=settings["patience"], min_lr=settings["minimum"])
        values = 1 + 0.3 * generator.standard_normal(20)
        values[5] = values[:5].min() * (1 - 5e-5)  # better, by less than the threshold
        rates = []
        for value in values:
            rates.append(optimizer.param_groups[0]["lr"])
            schedule.step(value)
        plateau.append({"higher_is_better": mode == "max", "settings": settings,
                        "values": values.tolist(), "rates": rates})
    write("schedules.json", {"base_rate": 0.3, "n_epochs": epochs, "steps_per_epoch": steps,
                             "per_epoch": per_epoch, "per_step": per_step, "plateau": plateau})


def clipping_reference():
    generator = np.random.default_rng(4)
    gradient = float32_values(generator, N)
    cases = []
    for limit in (0.5, 6.0, 1000.0):
        for name, clip in (("clip_norm", torch.nn.utils.clip_grad_norm_),
                           ("clip_value", torch.nn.utils.clip_grad_value_)):
            p = torch.zeros(N, requires_grad=True)
            p.grad = torch.tensor(gradient.copy())
            clip([p], limit)
            cases.append({"name": name, "limit": limit, "gradient": p.grad.tolist()})
    write("clipping.json", {"gradient": gradient.tolist(),
                            "norm": math.sqrt(float((gradient**2).sum())), "cases": cases})


if __name__ == "__main__":
    optimizer_reference()
    lbfgs_reference()
    schedule_reference()
    clipping_reference()
