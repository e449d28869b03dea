"""One run of the demo that every test of this folder looks at."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import pipeline
from phosres.results import RunResult

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Demo:
    """The demo as it was run and written once.

    Parameters
    ----------
    result
        What the run computed.
    folder
        Folder it was written to.
    steps
        Steps announced while it ran.
    failed
        What the writing reported as failed.
    """

    result: RunResult
    folder: Path
    steps: tuple[str, ...]
    failed: tuple[str, ...]


@pytest.fixture(scope="session")
def demo_config() -> Path:
    """The configuration of the demo."""
    return ROOT / "configs" / "demo.yaml"


@pytest.fixture(scope="session")
def demo(demo_config: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run and write the demo."""
    steps: list[str] = []
    folder = tmp_path_factory.mktemp("demo") / "out"
    result = pipeline.run(demo_config, argv=["demo"], progress=steps.append)
    return Demo(result, folder, tuple(steps), pipeline.write(result, folder))


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """Write a cohort of three subjects and 200 features; returns its configuration."""

    def _small(extra: str = "", conditions: tuple[str, ...] = ("pre", "on")) -> Path:
        rng = np.random.default_rng(0)
        names = [f"{s}_{c}" for s in "ABC" for c in conditions]
        log2 = rng.normal(22, 2, (200, 1)) + rng.normal(0, 0.2, (200, len(names)))
        frame = pd.DataFrame((2**log2).round(0), columns=names)
        frame.insert(0, "Gene", ["RPS6", "RPS6", *(f"GENE{i}" for i in range(198))])
        frame.insert(1, "Site", ["S235;S236", "S240;S244", *(f"S{i + 9}" for i in range(198))])
        frame.to_csv(tmp_path / "table.tsv", sep="\t", index=False)
        sheet = pd.DataFrame(
            {
                "sample": names,
                "subject": [n.split("_")[0] for n in names],
                "condition": [n.split("_")[1] for n in names],
            }
        )
        sheet.to_csv(tmp_path / "samples.tsv", sep="\t", index=False)
        path = tmp_path / "config.yaml"
        on = ", ".join(conditions[1:])
        path.write_text(
            "name: small\ninput:\n  table: table.tsv\n  samples: samples.tsv\n"
            f"design:\n  pre: pre\n  on: [{on}]\n{extra}"
        )
        return path

    return _small
