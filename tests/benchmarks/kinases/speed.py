"""Print seconds, ratios and memory of the kinase scores: ``python speed.py``.

50,000 sites of 9,000 proteins, 40 % missing, 300 sets of 5 to 500 members, 500 experiments. Ratios
are of seconds an experiment in one process, the methods in turn, the median of the repeats, so
that a busy machine slows all of them: decoupler's ulm on the matrix with 0 for missing, and its z
score of one experiment at a time on what was measured there (its only way with missing values).
Without decoupler a plain loop stands in for the latter. Then memory, every method in a process of
its own, and the cost against experiments, missing values and edges.
"""

import importlib.util
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from phosres.kinases import METHODS, score_sets

SITES, PROTEINS, SETS, SMALLEST, LARGEST = 50_000, 9_000, 300, 5, 500
REPEATS, LOOPED = 5, 10
DEFAULT = METHODS[0].name


def simulate(
    experiments: int, missing: float, sets: int = SETS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Noise with missing cells, and a network on it."""
    rng = np.random.default_rng(1)
    values = np.asfortranarray(rng.normal(size=(SITES, experiments)))
    for column in range(experiments):
        values[rng.random(SITES) < missing, column] = np.nan
    names = np.array([f"G{p}_S{i}" for i, p in enumerate(rng.integers(0, PROTEINS, SITES))])
    sizes = np.geomspace(SMALLEST, LARGEST, sets).astype(int)
    targets = [names[rng.choice(SITES, size, replace=False)] for size in sizes]
    sources = np.repeat([f"K{i}" for i in range(sets)], sizes)
    network = pd.DataFrame({"source": sources, "target": np.concatenate(targets), "weight": 1.0})
    return pd.DataFrame(values, index=names, columns=[f"s{i}" for i in range(experiments)]), network


def peers(
    matrix: pd.DataFrame, network: pd.DataFrame
) -> dict[str, tuple[int, Callable[[], object]]]:
    """Return what is compared: experiments, and the call."""
    some = matrix.iloc[:, :LOOPED]
    if importlib.util.find_spec("decoupler") is None:
        members = {k: g.to_numpy() for k, g in network.groupby("source")["target"]}
        return {"plain z, one by one": (LOOPED, lambda: [plain_z(some[s], members) for s in some])}
    import decoupler

    filled = matrix.fillna(0.0).T
    one = [some[[s]].dropna().T for s in some]
    return {
        "decoupler ulm, 0 for missing": (
            matrix.shape[1],
            lambda: decoupler.mt.ulm(filled, network, verbose=False),
        ),
        "decoupler zscore, one by one": (
            LOOPED,
            lambda: [decoupler.mt.zscore(x, network, verbose=False) for x in one],
        ),
    }


def plain_z(column: "pd.Series[float]", members: dict[str, np.ndarray]) -> dict[str, float]:
    """z score of every set in one experiment, as one writes it down (`tests.benchmarks.naive`)."""
    x = column.dropna()
    mean, sd = x.mean(), x.std()
    found = {k: x[x.index.intersection(t)] for k, t in members.items()}
    return {k: (m.mean() - mean) * np.sqrt(m.size) / sd for k, m in found.items()}


def seconds(call: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def ratios() -> None:
    """Print how many times longer each peer takes than each of ours, in the same process."""
    matrix, network = simulate(500, 0.4)
    ours = {
        name: (500, lambda n=name: score_sets(matrix, network, method=n))  # type: ignore[misc]
        for name in (DEFAULT, "ulm", "ksea_z")
    }
    every = {**ours, **peers(matrix, network)}
    for _, call in every.values():
        call()
    taken = pd.DataFrame(
        [{k: seconds(call) / n for k, (n, call) in every.items()} for _ in range(REPEATS)]
    )
    sys.stdout.write("seconds for 500 experiments, the fastest of the repeats\n")
    sys.stdout.write((taken.min() * 500).to_string(float_format="%.3f") + "\n")
    for name in ours:
        for peer in every.keys() - ours.keys():
            ratio = taken[peer] / taken[name]
            sys.stdout.write(
                f"{peer} / {name}: {ratio.median():.1f} ({ratio.min():.1f} to {ratio.max():.1f})\n"
            )


def memory(field: str) -> float:
    """Memory of this process in MB: ``VmRSS`` now, ``VmHWM`` at its peak (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def measure(method: str, experiments: int, missing: float, sets: int) -> None:
    """Print one line."""
    matrix, network = simulate(experiments, missing, sets)
    if method in {m.name for m in METHODS}:

        def call(x: pd.DataFrame) -> object:
            return score_sets(x, network, method=method)
    else:

        def call(x: pd.DataFrame) -> object:
            return peers(x, network)["decoupler ulm, 0 for missing"][1]()

    call(matrix.iloc[:, :LOOPED])
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of the simulation
    taken, used = [], []
    for _ in range(REPEATS):
        start = time.process_time()
        taken.append(seconds(lambda: call(matrix)))
        used.append(time.process_time() - start)
    seen = int((network["target"].map(matrix.notna().sum(axis=1))).sum())
    sys.stdout.write(
        f"{method:14s} {experiments:4d} {missing:4.0%} {len(network):6d} {seen / 1e6:8.2f}"
        f" {min(taken):7.3f} {min(used):7.3f} {before:7.0f} {memory('VmHWM') - before:5.0f}\n"
    )


def main() -> None:
    """Print ratios, then a table, with a fresh process for the ratios and for every line."""
    subprocess.run([sys.executable, __file__, "ratios"], check=True)
    sys.stdout.write(
        "method, experiments, NaN, edges, edges seen (million), s, CPU s, MB before, added\n"
    )
    runs = [(m.name, 500, 0.4, SETS) for m in METHODS]
    if importlib.util.find_spec("decoupler") is not None:
        runs.append(("decoupler ulm", 500, 0.4, SETS))
    runs += [(DEFAULT, n, 0.4, SETS) for n in (125, 250, 1000)]
    runs += [(DEFAULT, 500, x, SETS) for x in (0.0, 0.8)]
    runs += [(DEFAULT, 500, 0.4, n) for n in (75, 150, 600)]
    for run in runs:
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, *map(str, run)], check=True)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "ratios":
        ratios()
    else:
        measure(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
