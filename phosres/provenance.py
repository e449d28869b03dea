"""Where a result came from: versions, hashes, command line, and how long each step took."""

import hashlib
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from phosres.config import Config
from phosres.knowledge import Knowledge
from phosres.table import PhosphoTable

Progress = Callable[[str], None]
PACKAGES = (
    "phosres",
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "scikit-learn",
    "matplotlib",
    "seaborn",
)


def collect_provenance(
    settings: Config,
    raw: PhosphoTable,
    knowledge: Knowledge,
    argv: Sequence[str],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Collect what is needed to say where a result came from.

    Parameters
    ----------
    settings
        The configuration of the run.
    raw
        The table as read.
    knowledge
        Prior knowledge, for its hash.
    argv
        Command line.
    seconds
        Duration of each step.

    Returns
    -------
    Versions, input and knowledge hashes, command line, seed and timings for ``run.json``.
    """
    return {
        "versions": {p: _version(p) for p in PACKAGES} | {"python": platform.python_version()},
        "platform": sys.platform,
        "inputs": {
            str(settings.input.table): raw.source.sha256,
            **{str(path): _sha256(path) for path in _other_files(settings)},
        },
        "knowledge": knowledge.content_hash,
        "argv": list(argv),
        "seed": settings.seed,
        "seconds": dict(seconds),
    }


def _other_files(settings: Config) -> list[Path]:
    """List the files a configuration names beside the table."""
    given = settings.input
    files = (given.samples, given.fasta, given.protein_table, settings.normalization.stable_sites)
    return [f for f in files if f is not None]


def _version(package: str) -> str:
    """Return the installed version of a package."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _sha256(path: Path) -> str:
    """Hash the bytes of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Clock:
    """Times the steps of a run and announces them.

    Parameters
    ----------
    progress
        Called with the name of each step before it starts; None to say nothing.
    """

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress

    def step(self, name: str) -> "_Timed":
        """Start a step; leaving its context ends it.

        Parameters
        ----------
        name
            Name of the step.
        """
        if self._progress:
            self._progress(name)
        return _Timed(self.seconds, name)


class _Timed:
    """One timed step."""

    def __init__(self, seconds: dict[str, float], name: str) -> None:
        self._seconds, self._name = seconds, name

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._name] = round(time.perf_counter() - self._started, 3)
