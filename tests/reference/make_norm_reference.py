#!/usr/bin/python3
"""Writes norms.json: PyTorch's batch and layer norm, forward and backward, computed in float64 from float32 inputs.

Run from the repository's root: /usr/bin/python3 tests/reference/make_norm_reference.py
"""
import json
import pathlib

import torch


def flat(tensor):
    return [float("%.9g" % v) for v in tensor.detach().reshape(-1)]  # 9 digits hold a float32


def uniform(generator, *shape, low=-2.0, high=2.0):
    values = torch.rand(*shape, generator=generator) * (high - low) + low
    return values.float().double()


def case(norm, rows, columns, generator):
    z = uniform(generator, rows, columns) + uniform(generator, 1, columns)
    z = z.float().double().requires_grad_()
    dy = uniform(generator, rows, columns)
    module = torch.nn.BatchNorm1d(columns) if norm == "batch" else torch.nn.LayerNorm(columns)
    module = module.double().train()
    module.weight.data = uniform(generator, columns, low=0.5, high=1.5)
    module.bias.data = uniform(generator, columns)
    y = module(z)
    y.backward(dy)
    result = {"norm": norm, "rows": rows, "columns": columns, "z": flat(z), "gain": flat(module.weight),
              "shift": flat(module.bias), "dy": flat(dy), "y": flat(y), "dz": flat(z.grad),
              "d_gain": flat(module.weight.grad), "d_shift": flat(module.bias.grad)}
    if norm == "batch":
        result["running_mean"] = flat(module.running_mean)
        result["running_variance"] = flat(module.running_var)
    result["evaluated"] = flat(module.eval()(z))
    return result


def main():
    generator = torch.Generator().manual_seed(7)
    shapes = [("batch", 2, 1), ("batch", 5, 3), ("batch", 4, 37), ("batch", 140, 2),
              ("layer", 1, 4), ("layer", 5, 3), ("layer", 4, 37), ("layer", 140, 3)]
    cases = [case(*shape, generator) for shape in shapes]
    lines = ",\n".join(json.dumps(c) for c in cases)
    (pathlib.Path(__file__).parent / "norms.json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
