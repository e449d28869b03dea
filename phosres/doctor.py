"""What an installation is made of and whether it can work, for a bug report.

Every probe is by itself: one that fails becomes a line, never a traceback. Names of users, machines
and folders are left out unless they are asked for. Nothing heavy is imported before a probe runs.
"""

import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

Light = Literal["ok", "note", "wrong"]

TESTED_PANDAS = ("2.2", "2.3", "3.1")
"""Versions of pandas the test suite was run with; others are expected to work."""

_RESEARCH_USE = "For research use only. Not for use in diagnostic procedures."
_DEVELOPERS = ("test", "docs")
_SHOWN = ("numpy", "pandas", "polars", "scipy", "statsmodels", "matplotlib")
_MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}
_REQUIREMENT = re.compile(r"^\s*(?P<name>[A-Za-z0-9._-]+)\s*(?P<bounds>[^;]*)(?:;(?P<marker>.*))?$")
_BOUND = re.compile(r"(>=|<=|<|>|==|!=)\s*([0-9][0-9.]*)")
_EXTRA = re.compile(r"extra\s*==\s*['\"](?P<extra>[^'\"]+)['\"]")
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination.

    Parameters
    ----------
    name
        What was looked at.
    text
        What was found, and what to do if it is wrong.
    light
        ``ok``; ``note`` if something optional is missing; ``wrong`` if phosres cannot work so.
    """

    name: str
    text: str
    light: Light = "ok"

    def __str__(self) -> str:
        return f"{_MARKS[self.light]} {self.name:14} {self.text}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package that phosres names.

    Parameters
    ----------
    name
        The package.
    bounds
        Pairs of a comparison and a version.
    extra
        The extra that brings it; empty if phosres always needs it.
    """

    name: str
    bounds: tuple[tuple[str, str], ...]
    extra: str = ""

    def installed(self) -> str:
        """Return the installed version, empty if there is none."""
        try:
            return metadata.version(self.name)
        except metadata.PackageNotFoundError:
            return ""

    def fits(self, version: str) -> bool:
        """Tell whether a version is within the bounds.

        Parameters
        ----------
        version
            A version; what follows its numbers (``rc1``) is not looked at.
        """
        compare: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
            ">=": lambda a, b: a >= b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            "<": lambda a, b: a < b,
            "==": lambda a, b: a[: len(b)] == b,
            "!=": lambda a, b: a[: len(b)] != b,
        }
        return all(compare[sign](_numbers(version), _numbers(bound)) for sign, bound in self.bounds)

    def __str__(self) -> str:
        return self.name + ",".join(f"{sign}{bound}" for sign, bound in self.bounds)


def examine(*, paths: bool = False) -> tuple[Finding, ...]:
    """Look at everything phosres needs.

    Parameters
    ----------
    paths
        Name folders, too; they may hold names of users.

    Returns
    -------
    The findings, in the order they are shown.
    """
    probes: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("phosres", lambda: _look_at_phosres(paths=paths)),
        ("packages", _look_at_packages),
        ("extras", _look_at_extras),
        ("numbers", _look_at_numbers),
        ("threads", _look_at_threads),
        ("executors", _look_at_executors),
        ("browser", lambda: _look_at_browser(paths=paths)),
        ("text", _look_at_text),
        ("temporary", lambda: _look_at_temporary(paths=paths)),
    )
    return tuple(finding for name, probe in probes for finding in _guarded(name, probe))


def describe_version() -> str:
    """Describe the version in a few lines: ours, those below it, the research-use statement."""
    versions = [f"{r.name} {r.installed()}" for r in list_requirements() if r.name in _SHOWN]
    return "\n".join(
        (
            f"phosres {_own_version()}",
            f"Python {platform.python_version()}, {', '.join(versions)}",
            _RESEARCH_USE,
        )
    )


def list_requirements() -> tuple[Requirement, ...]:
    """Return the packages that the metadata of the installed phosres name."""
    try:
        lines = metadata.requires("phosres") or []
    except metadata.PackageNotFoundError:
        return ()
    return tuple(_parse(line) for line in lines)


def _parse(line: str) -> Requirement:
    found = _REQUIREMENT.match(line)
    if found is None:
        return Requirement(line, ())
    extra = _EXTRA.search(found["marker"] or "")
    bounds = tuple((sign, bound) for sign, bound in _BOUND.findall(found["bounds"]))
    return Requirement(found["name"], bounds, extra["extra"] if extra else "")


def _numbers(version: str) -> tuple[int, ...]:
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    parts = [int(p) for p in numbers[0].split(".")] if numbers else []
    while parts and parts[-1] == 0:  # 2.0 is 2
        parts.pop()
    return tuple(parts)


def _own_version() -> str:
    from phosres import __version__

    return __version__


def _guarded(name: str, probe: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Run one probe; what it raises becomes a finding."""
    try:
        yield from probe()
    except Exception as error:  # noqa: BLE001 - a broken installation raises anything
        what = " ".join(str(error).split())
        yield Finding(name, f"{type(error).__name__}: {_without_paths(what)}", "wrong")


def _without_paths(text: str) -> str:
    """Leave folders out of a message: they may hold names of users."""
    return re.sub(r"(?:[A-Za-z]:)?(?:[/\\][^/\\\s'\"]+){2,}", "(path)", text)


def _look_at_phosres(*, paths: bool) -> Iterator[Finding]:
    place = f", in {Path(__file__).parent}" if paths else ""
    yield Finding("phosres", f"{_own_version()}{place}")
    yield Finding("Python", f"{platform.python_implementation()} {platform.python_version()}")
    yield Finding("system", f"{platform.system()} {platform.release()}, {platform.machine()}")
    package = Path(__file__).parent
    here = (package / "_demo", package.parent / "example_data")
    there = any(p.is_dir() for p in here)
    text = "there" if there else "not in this installation: install phosres again"
    yield Finding("example data", text, "ok" if there else "wrong")
    from phosres.knowledge import load

    yield Finding("knowledge", load().content_hash[:12])


def _look_at_packages() -> Iterator[Finding]:
    needed = [r for r in list_requirements() if not r.extra]
    if not needed:
        yield Finding("packages", "phosres is not installed: pip install phosres", "wrong")
    for requirement in needed:
        version = requirement.installed()
        if not version:
            text = f"missing: pip install '{requirement}'"
            yield Finding(requirement.name, text, "wrong")
        elif not requirement.fits(version):
            text = f"{version}, but phosres needs {requirement}: pip install '{requirement}'"
            yield Finding(requirement.name, text, "wrong")
        elif requirement.name == "pandas" and not version.startswith(
            tuple(f"{v}." for v in TESTED_PANDAS)
        ):
            text = f"{version}; tested with {', '.join(TESTED_PANDAS)}"
            yield Finding(requirement.name, text, "note")
        else:
            yield Finding(requirement.name, version)


def _look_at_extras() -> Iterator[Finding]:
    requirements = list_requirements()
    extras = dict.fromkeys(r.extra for r in requirements if r.extra)
    for extra in extras:
        mine = [r for r in requirements if r.extra == extra]
        found = {r.name: r.installed() for r in mine}
        missing = [name for name, version in found.items() if not version]
        if extra in _DEVELOPERS and missing:
            continue
        if missing:
            text = f"missing {', '.join(missing)}: pip install 'phosres[{extra}]'"
            yield Finding(f"[{extra}]", text, "note")
        else:
            yield Finding(f"[{extra}]", ", ".join(f"{n} {v}" for n, v in found.items()))


def _look_at_numbers() -> Iterator[Finding]:
    """Read a table with polars, hand it to pandas and test a difference, with known numbers."""
    import numpy as np
    import pandas as pd
    import polars as pl

    frame = pl.read_csv(b"a\tb\nx\t1\ny\t\n", separator="\t")
    handed = pd.DataFrame({c: frame[c].to_list() for c in frame.columns})
    if list(handed["a"]) != ["x", "y"] or not np.isnan(float(handed["b"].iloc[1])):
        yield Finding("numbers", "polars and pandas disagree on a small table", "wrong")
        return
    from phosres.stats.adjust import benjamini_hochberg

    adjusted = benjamini_hochberg([0.01, 0.04, np.nan])
    right = np.allclose(adjusted, [0.02, 0.04, np.nan], equal_nan=True)
    text = "polars, pandas and numpy work together" if right else f"adjusted p are {adjusted}"
    yield Finding("numbers", text, "ok" if right else "wrong")


def _look_at_threads() -> Iterator[Finding]:
    import numpy as np
    from threadpoolctl import threadpool_info  # comes with scikit-learn

    np.linalg.qr(np.eye(2))  # so that the library is loaded
    pools = [
        f"{p['internal_api']} {p.get('version') or ''}".strip() + f", {p['num_threads']} threads"
        for p in threadpool_info()
    ]
    named = [f"{k}={os.environ[k]}" for k in _THREADS if k in os.environ]
    yield Finding("threads", "; ".join([*dict.fromkeys(pools), *named]) or "none found")


_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def _look_at_executors() -> Iterator[Finding]:
    from multiprocessing import get_start_method
    from shutil import which

    has_dask = bool(Requirement("distributed", ()).installed())
    kinds = ["serial", f"local ({os.cpu_count()} processors, {get_start_method()})"]
    kinds += ["dask"] if has_dask else []
    kinds += [f"{name} found" for name in ("sbatch", "qsub", "bsub") if which(name)]
    yield Finding("executors", ", ".join(kinds))


def _look_at_browser(*, paths: bool) -> Iterator[Finding]:
    from phosres.errors import ConfigError
    from phosres.report import find_browser

    try:
        found = find_browser()
    except ConfigError as error:
        hint = error.problems[0].hint
        yield Finding("browser", f"no Chromium for --pdf: {hint}", "note")
    else:
        yield Finding("browser", found if paths else Path(found).name)


def _look_at_text() -> Iterator[Finding]:
    import locale

    language = ".".join(part or "C" for part in locale.getlocale())
    encoding = sys.stdout.encoding or "none"
    files = sys.getfilesystemencoding()
    light: Light = "ok" if "utf" in files.lower() else "note"
    yield Finding("text", f"locale {language}, output {encoding}, file names {files}", light)


def _look_at_temporary(*, paths: bool) -> Iterator[Finding]:
    from shutil import disk_usage

    where = f" in {tempfile.gettempdir()}" if paths else ""
    with tempfile.TemporaryFile() as stream:
        stream.write(b"x")
    free = disk_usage(tempfile.gettempdir()).free / _MEGABYTE
    yield Finding("temporary", f"can be written{where}, {free:,.0f} MB free")
