"""The benchmark runs; what it measures on the full size is for a quiet machine."""

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.normalization import measure


def test_statistics_benchmark_runs_on_a_small_table():
    """A line of numbers a task, whether R limma is installed or not."""
    command = [sys.executable, "-m", "tests.benchmarks.statistics"]
    size = ["--rows", "2000", "--samples", "20", "--repeats", "1"]
    root = Path(__file__).parents[2]
    out = subprocess.run(command + size, cwd=root, capture_output=True, text=True, check=True)
    tasks = [line.split()[0] for line in out.stdout.splitlines()[2:8]]
    paired = ["paired", "paired_matrix"]
    assert tasks == ["columns", "columns_plain", *paired, "correlation", "pair"]


def test_only_stable_sites_resist_a_broad_fall():
    """40 % of the sites fall by 1.5: the majority's methods raise the others, a list does not."""
    bias = measure(0.4, features=1000)
    for name in ("median of ratios", "column median", "quantile", "cyclic loess"):
        assert 0.25 < bias[name] < 0.75
    assert abs(bias["100 stable sites"]) < 0.12
    assert bias["20 of 100 wrong"] > 0.1
