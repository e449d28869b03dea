"""Time and memory of the statistics on 50,000 sites x 200 samples with 30 % missing.

Run with ``python -m tests.benchmarks.statistics [--rows N] [--samples N] [--repeats N]``. Where
``Rscript`` with limma is installed it is timed in the same run on the same matrix (the paired fit
on a tenth of the rows, the correlation on a hundredth: their times are linear in them). Else a
least-squares loop over rows in numpy stands in, also on a part of the rows. Everything on one
thread; CPU seconds.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

# Before numpy is loaded: on more threads CPU seconds would count waiting.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from phosres import stats  # noqa: E402

SCRIPT = Path(__file__).with_name("limma.R")
PART = 10


def draw(rows: int, samples: int) -> np.ndarray:
    """Draw levels of sites, patients' own levels and noise; 30 % missing at random."""
    rng = np.random.default_rng(0)
    y = rng.normal(24, 2, (rows, 1)) + rng.normal(0, 0.5, (rows, samples))
    for patient in range(samples // 2):
        y[:, 2 * patient : 2 * patient + 2] += rng.normal(0, 0.7, (rows, 1))
    y[rng.random(y.shape) < 0.3] = np.nan
    return y


def tasks(y: np.ndarray) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name."""
    samples = y.shape[1]
    treated = np.tile([0.0, 1.0], samples // 2)
    patients = np.repeat(np.arange(samples // 2), 2)
    covariate = np.resize([0.0, 0.0, 1.0, 1.0], samples)
    design = np.column_stack([np.ones(samples), covariate, treated])
    options = {"trend": True, "robust": True}

    rng = np.random.default_rng(1)
    pre, on = rng.normal(24, 2, len(y)), rng.standard_t(4, len(y))

    def pair() -> object:
        difference, mean = 0.3 * on, pre + 0.15 * on
        noise = stats.fit_pair_noise(difference, mean)
        return stats.two_sided(difference / noise.scale, noise.df)

    return {
        "columns": lambda: stats.moderated(y, design, 2, **options),
        "paired": lambda: stats.moderated(y, treated, 0, blocks=patients, **options),
        "correlation": lambda: stats.consensus_correlation(y, design[:, [0, 2]], patients),
        "pair": pair,
    }


def measure(task: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the least CPU seconds of the repeats, and the peak of memory allocated (MB)."""
    tracemalloc.start()
    task()  # also loads what is imported on demand
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        task()
        spent.append(time.process_time() - start)
    return min(spent), peak / 2**20


def time_limma(y: np.ndarray) -> dict[str, float] | None:
    """Return CPU seconds of R limma for all rows, or None where it is not installed."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    check = [program, "-e", 'quit(status = !requireNamespace("limma", quietly = TRUE))']
    if subprocess.run(check, capture_output=True, check=False).returncode:
        return None
    rows, samples = y.shape
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        y.tofile(file.name)
        command = [program, str(SCRIPT), file.name, str(rows), str(samples), str(rows // PART)]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = [line.split() for line in out.splitlines()]
    return {task: float(seconds) * rows / int(n) for task, seconds, n in found}


def time_loop(y: np.ndarray) -> dict[str, float]:
    """Return CPU seconds of a least-squares fit row by row in numpy, without moderation."""
    rows, samples = y.shape
    treated = np.tile([0.0, 1.0], samples // 2)
    covariate = np.resize([0.0, 0.0, 1.0, 1.0], samples)
    patients = np.repeat(np.arange(samples // 2), 2)
    designs = {
        "columns": np.column_stack([np.ones(samples), covariate, treated]),
        "paired": np.column_stack([patients[:, None] == np.arange(samples // 2), treated]) * 1.0,
    }
    found = {}
    for task, design in designs.items():
        some = y[: max(rows // PART // PART, 1)]
        start = time.process_time()
        for row in some:
            seen = np.isfinite(row)
            np.linalg.lstsq(design[seen], row[seen], rcond=None)
        found[task] = (time.process_time() - start) * rows / len(some)
    return found


def run(rows: int, samples: int, repeats: int) -> list[tuple[str, float, float, float, float]]:
    """Measure everything; rows of task, seconds, peak MB, seconds of the reference, ratio."""
    y = draw(rows, samples)
    limma = time_limma(y)
    reference = limma or time_loop(y)
    reference.setdefault("correlation", float("nan"))  # the loop knows none
    # One complete pair is set against a tenth of what R takes for the fit of the whole matrix.
    reference = {**reference, "pair": reference["columns"] / PART}
    table = []
    for name, task in tasks(y).items():
        seconds, peak = measure(task, repeats)
        table.append((name, seconds, peak, reference[name], reference[name] / seconds))
    title = "R limma" if limma else "numpy row by row (no R limma)"
    lines = [
        f"{rows:,} sites x {samples} samples, 30 % missing; reference: {title}",
        f"{'task':12}{'CPU s':>9}{'peak MB':>10}{'reference s':>13}{'ratio':>8}",
        *(f"{n:12}{s:9.2f}{peak:10.0f}{other:13.2f}{r:8.1f}" for n, s, peak, other, r in table),
        f"the input has {y.nbytes / 2**20:.0f} MB; peak is what is allocated above it; pair is",
        "set against a tenth of the reference of columns",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return table


def main() -> None:
    """Read the size from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    run(given.rows, given.samples, given.repeats)


if __name__ == "__main__":
    main()
