"""Print seconds and memory of the kinase scores: ``python speed.py``.

50,000 sites of 9,000 proteins, 40 % missing, 300 sets of 5 to 500 members; every method in a
process of its own, warmed up on a few experiments; then the default method on fewer experiments
and with more missing, to show that the cost is linear in both.
"""

import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from phosres.kinases import METHODS, score_sets

SITES, PROTEINS, SETS, SMALLEST, LARGEST = 50_000, 9_000, 300, 5, 500
REPEATS = 3


def simulate(experiments: int, missing: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Noise with missing cells, and a network on it."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(SITES, experiments))
    for column in range(experiments):
        values[rng.random(SITES) < missing, column] = np.nan
    names = np.array([f"G{p}_S{i}" for i, p in enumerate(rng.integers(0, PROTEINS, SITES))])
    sizes = np.geomspace(SMALLEST, LARGEST, SETS).astype(int)
    targets = [names[rng.choice(SITES, size, replace=False)] for size in sizes]
    sources = np.repeat([f"K{i}" for i in range(SETS)], sizes)
    network = pd.DataFrame({"source": sources, "target": np.concatenate(targets), "weight": 1.0})
    return pd.DataFrame(values, index=names, copy=False), network


def peak() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(method: str, experiments: int, missing: float) -> None:
    """Print one line."""
    matrix, network = simulate(experiments, missing)
    score_sets(matrix.iloc[:, :2], network, method=method)
    before, wall, cpu = peak(), [], []
    for _ in range(REPEATS):
        start, used = time.perf_counter(), time.process_time()
        score_sets(matrix, network, method=method)
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    sys.stdout.write(
        f"{method:14s} {experiments:4d} {missing:4.0%} {min(wall):7.3f} {min(cpu):7.3f}"
        f" {before:7.0f} {peak() - before:5.0f}\n"
    )


def main() -> None:
    """Measure every method in a fresh process."""
    header = ("method", "n", "NaN", "wall s", "CPU s", "RSS before", "added MB")
    sys.stdout.write(" ".join(header) + "\n")
    default = METHODS[0].name
    runs = [(m.name, 500, 0.4) for m in METHODS]
    runs += [(default, n, 0.4) for n in (125, 250)] + [(default, 500, x) for x in (0.0, 0.8)]
    for method, experiments, missing in runs:
        sys.stdout.flush()
        command = [sys.executable, __file__, method, str(experiments), str(missing)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        measure(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
