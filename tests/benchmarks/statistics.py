"""Time and memory of the statistics on 50,000 sites x 200 samples with 30 % missing.

Run with ``python -m tests.benchmarks.statistics [--rows N] [--samples N] [--repeats N] [--check]``.
Where ``Rscript`` with limma is installed it is timed in the same run on the same matrix (the paired
fit on a tenth of the rows, the correlation on a hundredth: their times are linear in them). Else it
says so, and a least-squares loop over rows in numpy stands in, also on a part of the rows.
Everything on one thread; CPU seconds, which other programs on the machine hardly change.

Every task is measured in a process of its own that has read the matrix: its peak memory is the
largest resident size less that before the task, all of numpy, scipy and BLAS included.
``--check`` fails if a ratio or the memory misses its target.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# Before numpy is loaded: on more threads CPU seconds would count waiting.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from phosres import stats  # noqa: E402

SCRIPT = Path(__file__).with_name("limma.R")
PART = 10
TARGETS = {
    "columns": 5,
    "columns_plain": 5,
    "paired": 25,
    "paired_matrix": 25,
    "correlation": 25,
    "pair": 1,
}
"""How many times as fast as the reference a task is to be."""
MEMORY = 400
"""Most MB above the input."""


def draw(rows: int, samples: int) -> np.ndarray:
    """Draw levels of sites, patients' own levels and noise; 30 % missing at random."""
    rng = np.random.default_rng(0)
    y = rng.normal(24, 2, (rows, 1)) + rng.normal(0, 0.5, (rows, samples))
    for patient in range(samples // 2):
        y[:, 2 * patient : 2 * patient + 2] += rng.normal(0, 0.7, (rows, 1))
    y[rng.random(y.shape) < 0.3] = np.nan
    return y


def designs(samples: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the design of three columns, the treatment, and the patients."""
    treated = np.tile([0.0, 1.0], samples // 2)
    covariate = np.resize([0.0, 0.0, 1.0, 1.0], samples)
    patients = np.repeat(np.arange(samples // 2), 2)
    return np.column_stack([np.ones(samples), covariate, treated]), treated, patients


def tasks(y: np.ndarray) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name."""
    design, treated, patients = designs(y.shape[1])
    # As in R: an intercept, an indicator of every patient but the first, the treatment last.
    indicators = (patients[:, None] == np.arange(1, patients.max() + 1)).astype(float)
    full = np.column_stack([np.ones(len(treated)), indicators, treated])
    options = {"trend": True, "robust": True}

    def pair() -> object:
        rng = np.random.default_rng(1)
        pre, difference = rng.normal(24, 2, len(y)), 0.3 * rng.standard_t(4, len(y))
        noise = stats.fit_pair_noise(difference, pre + difference / 2)
        return stats.two_sided(difference / noise.scale, noise.df)

    return {
        "columns": lambda: stats.moderated(y, design, 2, **options),
        "columns_plain": lambda: stats.moderated(y, design, 2),
        "paired": lambda: stats.moderated(y, treated, 0, blocks=patients, **options),
        "paired_matrix": lambda: stats.moderated(y, full, full.shape[1] - 1, **options),
        "correlation": lambda: stats.consensus_correlation(y, design[:, [0, 2]], patients),
        "pair": pair,
    }


def measure(file: str, shape: tuple[int, int], task: str, repeats: int) -> tuple[float, float]:
    """Return the least CPU seconds of the repeats and the peak memory (MB), from a new process."""
    command = [sys.executable, "-m", "tests.benchmarks.statistics", "--worker", file, task]
    size = ["--rows", str(shape[0]), "--samples", str(shape[1]), "--repeats", str(repeats)]
    out = subprocess.run(command + size, capture_output=True, text=True, check=True).stdout
    seconds, peak = json.loads(out)
    return float(seconds), float(peak)


def work(file: str, shape: tuple[int, int], task: str, repeats: int) -> None:
    """Measure one task in this process, print seconds and MB."""
    y = np.fromfile(file).reshape(shape)
    # Modules that are loaded on demand are no part of the working memory.
    tasks(draw(400, shape[1]))[task]()
    # Linux keeps the largest resident size, and forgets it on this word.
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = resident("VmRSS")
    run_task, spent = tasks(y)[task], []
    for _ in range(repeats):
        start = time.process_time()
        run_task()
        spent.append(time.process_time() - start)
    peak = resident("VmHWM") - before
    sys.stdout.write(json.dumps([min(spent), peak / 1024]))


def resident(field: str) -> int:
    """Return the memory of this process in kB: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def time_limma(file: str, shape: tuple[int, int]) -> dict[str, float] | None:
    """Return CPU seconds of R limma for all rows, or None where it is not installed."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    check = [program, "-e", 'quit(status = !requireNamespace("limma", quietly = TRUE))']
    if subprocess.run(check, capture_output=True, check=False).returncode:
        return None
    rows, samples = shape
    command = [program, str(SCRIPT), file, str(rows), str(samples), str(rows // PART)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = [line.split() for line in out.splitlines()]
    return {task: float(seconds) * rows / int(n) for task, seconds, n in found}


def time_loop(y: np.ndarray) -> dict[str, float]:
    """Return CPU seconds of a least-squares fit row by row in numpy, without moderation."""
    rows = len(y)
    design, treated, patients = designs(y.shape[1])
    indicators = (patients[:, None] == np.arange(patients.max() + 1)).astype(float)
    fitted = {"columns": design, "paired": np.column_stack([indicators, treated])}
    found = {}
    for task, design in fitted.items():
        some = y[: max(rows // PART // PART, 1)]
        start = time.process_time()
        for row in some:
            seen = np.isfinite(row)
            np.linalg.lstsq(design[seen], row[seen], rcond=None)
        found[task] = (time.process_time() - start) * rows / len(some)
    return found


def run(rows: int, samples: int, repeats: int) -> list[tuple[str, float, float, float, float]]:
    """Measure everything; rows of task, seconds, peak MB, seconds of the reference, ratio."""
    y, shape = draw(rows, samples), (rows, samples)
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        y.tofile(file.name)
        limma = time_limma(file.name, shape)
        measured = {name: measure(file.name, shape, name, repeats) for name in tasks(y)}
    reference = limma or time_loop(y)
    reference.setdefault("correlation", float("nan"))  # the loop knows none
    reference.setdefault("columns_plain", reference["columns"])
    # One complete pair is set against a tenth of what R takes for the plain fit of the matrix.
    reference["pair"] = reference["columns_plain"] / PART
    reference["paired_matrix"] = reference["paired"]
    table = [(n, s, peak, reference[n], reference[n] / s) for n, (s, peak) in measured.items()]
    title = "R limma" if limma else "SKIPPED, no R limma here; numpy row by row stands in"
    lines = [
        f"{rows:,} sites x {samples} samples, 30 % missing; reference: {title}",
        f"{'task':14}{'CPU s':>9}{'peak MB':>10}{'reference s':>13}{'ratio':>8}",
        *(f"{n:14}{s:9.2f}{peak:10.0f}{other:13.2f}{r:8.1f}" for n, s, peak, other, r in table),
        f"the input has {y.nbytes / 2**20:.0f} MB; peak is resident memory above it; pair is set",
        "against a tenth of the reference of columns_plain",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return table


def find_missed(table: list[tuple[str, float, float, float, float]]) -> list[str]:
    """Say which targets a measurement misses."""
    missed = []
    for name, _, peak, _, ratio in table:
        if ratio < TARGETS.get(name, 0):
            missed.append(f"{name}: {ratio:.1f} times as fast, target {TARGETS[name]:g}")
        if peak > MEMORY:
            missed.append(f"{name}: {peak:.0f} MB, target {MEMORY}")
    return missed


def main() -> None:
    """Read the size from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        file, task = given.worker
        work(file, (given.rows, given.samples), task, given.repeats)
        return
    missed = find_missed(run(given.rows, given.samples, given.repeats))
    if given.check and missed:
        sys.exit("\n".join(missed))


if __name__ == "__main__":
    main()
