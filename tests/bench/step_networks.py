"""The networks of bench_steps.c, and the way their steps are timed, for the Python peers.

Same rows, batches and chunks as bench_steps.c; keep the two in step. Standard library only.
"""

import statistics
import time

N_ROWS = 4096
WARM_UP_SECONDS = 0.1
CHUNK_SECONDS = 0.01
MEASURED_SECONDS = 0.5

# name: (units of each layer, inputs first and classes last; batch)
NETWORKS = {
    "tiny": ((4, 16, 3), 16),
    "tab": ((30, 64, 32, 2), 32),
    "mid": ((100, 256, 128, 10), 128),
    "image": ((784, 512, 256, 10), 128),
    "wide": ((1024, 2048, 2048, 2048, 10), 512),
}
DEFAULT_NETWORKS = ("tiny", "tab", "mid", "image")  # the others only when named


def median_step(run):
    """Median seconds of a step, where run(n) takes n steps."""

    def seconds(n):
        begin = time.perf_counter()
        run(n)
        return time.perf_counter() - begin

    n, warm, total, steps = 1, 0.0, 0.0, []
    while warm < WARM_UP_SECONDS:
        taken = seconds(n)
        warm += taken
        n = int(CHUNK_SECONDS * n / taken) + 1
    while total < MEASURED_SECONDS:
        taken = seconds(n)
        total += taken
        steps.append(taken / n)
    return statistics.median(steps)
