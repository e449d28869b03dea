"""Where a result came from: versions, hashes, command line, and how long each step took."""

import hashlib
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from phosres import crate, store
from phosres.config import Config
from phosres.knowledge import Knowledge

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
    knowledge: Knowledge,
    argv: Sequence[str],
    clock: "Clock",
) -> dict[str, Any]:
    """Collect what is needed to say where a result came from.

    Parameters
    ----------
    settings
        The configuration of the run.
    knowledge
        Prior knowledge, for its hash.
    argv
        Command line.
    clock
        When the run began, and how long each step took.

    Returns
    -------
    Versions, input and knowledge hashes, command line, seed and timings for ``run.json``.
    """
    return {
        "versions": versions(),
        "platform": sys.platform,
        "inputs": {str(path): store.hash_file(path) for _, path in settings.files()},
        "knowledge": knowledge.content_hash,
        "argv": list(argv),
        "seed": settings.seed,
        "started": clock.started,
        "seconds": dict(clock.seconds),
    }


def describe_action(
    name: str, provenance: Mapping[str, Any], files: Sequence[str]
) -> dict[str, Any]:
    """Describe a finished run as RO-Crate metadata.

    Parameters
    ----------
    name
        Name of the run.
    provenance
        What `collect_provenance` returned, with what failed.
    files
        Paths of the result's files, relative to its folder.
    """
    return crate.describe(
        crate.Action(
            name=name,
            description="mTORC1 and mTORC2 readouts, engagement and compensation from a "
            "phosphosite table. For research use only.",
            version=provenance["versions"]["phosres"],
            inputs={Path(p).name: hash_ for p, hash_ in provenance["inputs"].items()},
            outputs=files,
            started=provenance["started"],
            ended=now(),
            errors=provenance["failed"],
        )
    )


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def versions() -> dict[str, str]:
    """Return the versions of everything whose version can change a number or a picture."""
    return {p: _version(p) for p in PACKAGES} | {"python": platform.python_version()}


def hash_code() -> str:
    """Return the hash of phosres' own files, so that changed code is told from unchanged."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and "_demo" not in path.parts:
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _version(package: str) -> str:
    """Return the installed version of a package."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


class Clock:
    """Times the steps of a run and announces them.

    Parameters
    ----------
    progress
        Called with the name of each step before it starts; None to say nothing.
    """

    def __init__(self, progress: Progress | None) -> None:
        self.started = now()
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
