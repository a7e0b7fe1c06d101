#!/usr/bin/python3
"""Microseconds of one training step in PyTorch, as bench_steps.c measures them for nntrain.

    steps_pytorch.py [--threads N] [NETWORK ...]

Prints one line per network: its name and the median microseconds. The batch is taken by indexing
(x[index]), which is faster than a DataLoader. Without --threads PyTorch chooses, as it does for
its users. Needs PyTorch (Debian: python3-torch).
"""

import argparse

import torch

from step_networks import DEFAULT_NETWORKS, N_ROWS, NETWORKS, median_step


def make_network(units):
    layers = []
    for n_inputs, n_units in zip(units, units[1:]):
        layers += [torch.nn.Linear(n_inputs, n_units), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])  # the last layer gives logits


def measure(units, batch):
    torch.manual_seed(1)
    x = (2 * torch.rand(N_ROWS, units[0]) - 1) * 3**0.5
    y = torch.randint(units[-1], (N_ROWS,))
    batches = torch.randperm(N_ROWS).split(batch)
    network = make_network(units)
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters())
    done = 0

    def run(n):
        nonlocal done
        for _ in range(n):
            index = batches[done % len(batches)]
            optimizer.zero_grad(set_to_none=True)
            loss_of(network(x[index]), y[index]).backward()
            optimizer.step()
            done += 1

    return median_step(run)


def main():
    parser = argparse.ArgumentParser(description="Microseconds of a training step in PyTorch.")
    parser.add_argument("--threads", type=int)
    parser.add_argument("networks", nargs="*", metavar="NETWORK")
    arguments = parser.parse_intermixed_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    for name in arguments.networks or DEFAULT_NETWORKS:
        print(f"{name} {1e6 * measure(*NETWORKS[name]):.4f}", flush=True)


if __name__ == "__main__":
    main()
