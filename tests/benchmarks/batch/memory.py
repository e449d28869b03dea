"""Memory of one run against sites, samples and the kind of file, and what was estimated for it."""

from pathlib import Path

import numpy as np

from phosres.batch import estimate_mb
from phosres.config import load
from tests.benchmarks.batch.studies import fresh, measure, write_study

GRID = (
    *(("maxquant", n, p) for n, p in ((1500, 1), (6000, 1), (6000, 10), (20000, 20))),
    *(("wide", n, p) for n, p in ((6000, 1), (30000, 3), (30000, 30), (100000, 10))),
    *(("gz", 30000, 30), ("long", 20000, 10), ("xlsx", 6000, 10)),
)


def memory(folder: Path) -> None:
    """Print features, samples, peak and estimate of each study, and how far the estimate is off."""
    print("kind features samples file_MB peak_MB estimate_MB estimate/peak CPU_s", flush=True)
    off = []
    for kind, features, patients in GRID:
        place = folder / f"{kind}_{features}_{patients}"
        path = write_study(place, kind, features, patients)
        config = load(path)
        took = measure("run", str(path), "--out", str(fresh(place / "out")))
        estimate, size = estimate_mb(config), config.input.table.stat().st_size / 1e6
        off.append(estimate / took.mb)
        print(
            f"{kind} {features:,} {2 * patients} {size:.1f} {took.mb:,.0f} {estimate:,.0f} "
            f"{off[-1]:.2f} {took.cpu:.1f}" + (f" exit {took.code}" if took.code else ""),
            flush=True,
        )
        fresh(place)
    print(f"estimate/peak: {np.min(off):.2f} to {np.max(off):.2f}, median {np.median(off):.2f}")
