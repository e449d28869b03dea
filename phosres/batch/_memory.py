"""How much memory a run takes: measured, and estimated from the beginnings of its files."""

import bz2
import gzip
import lzma
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from phosres.config import Config

_MEGA = 1e6
_BASE_MB = 350.0
"""A process with everything imported and the figures of a small run drawn."""
_PER_BYTE = 4.0
"""Bytes held per byte of the unpacked table."""
_PER_VALUE = 100.0
"""Bytes held per value: matrices of features x samples, a dozen of them at one time."""
_PER_RESULT = 1500.0
"""Bytes held per row of the table of sites: feature x (subjects + the cohort) x contrasts."""
_PER_CELL = 60.0
"""Bytes held per byte of a workbook's XML."""
_HEAD = 1 << 18
"""Bytes that are looked at to tell the length of a row."""
_PACKED = 6.0
"""Bytes in a table per byte of a packed file that does not say: five to seven for numbers."""
_LONGER = 1.3
"""Features of a long table per row and sample: values that are missing have no row."""
_OPENERS: Mapping[str, Any] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a run, as far as the beginnings of its files tell.

    Parameters
    ----------
    megabytes
        Of its tables, unpacked.
    features, samples, subjects, contrasts
        How many.
    workbook_mb
        Megabytes of XML, if the table is a workbook.
    """

    megabytes: float
    features: float
    samples: int
    subjects: int
    contrasts: int
    workbook_mb: float = 0.0


def peak_mb() -> float:
    """Return the largest memory this process has held so far, MB; 0 where it cannot be told."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (_MEGA if sys.platform == "darwin" else 1e3), 1)


def estimate_mb(config: Config) -> float:
    """Estimate the memory a run will take at its peak, MB.

    Parameters
    ----------
    config
        Its configuration.

    Notes
    -----
    Linear in the unpacked bytes, the values, and the rows of the table of sites. The coefficients
    are fitted to peaks measured on simulated tables of several formats, rounded up
    (``python -m tests.benchmarks.batch memory``; docs/batch.md has the table).
    """
    size = measure_size(config)
    results = size.features * (size.subjects + 1) * size.contrasts
    return (
        _BASE_MB
        + _PER_BYTE * size.megabytes
        + _PER_CELL * size.workbook_mb
        + _PER_VALUE * size.features * size.samples / _MEGA
        + _PER_RESULT * results / _MEGA
    )


def measure_size(config: Config) -> Size:
    """Tell how large a run is, reading no more than the beginnings of its files.

    Parameters
    ----------
    config
        Its configuration.
    """
    names, subjects = _count_samples(config.input.samples)
    contrasts = len(config.design.on)
    size = sum(_unpacked(path) for _, path in config.files()) / _MEGA
    table = config.input.table
    if table.suffix.lower() == ".xlsx":
        # A cell takes some 40 bytes of XML.
        cells = _unpacked(table) / 40
        features = cells / max(2 * len(names), 1)
        return Size(0.0, features, len(names), subjects, contrasts, size)
    header, length = _peek(table)
    rows = _unpacked(table) / max(length, 1.0)
    found = sum(name in header for name in names)
    is_long = bool(names) and found < len(names) / 2
    features = _LONGER * rows / len(names) if is_long else rows
    return Size(size, features, max(len(names), 1), subjects, contrasts)


def _count_samples(sheet: Path | None) -> tuple[Sequence[str], int]:
    """Return names of samples and the number of subjects; of a sheet that cannot be read, none."""
    from phosres.errors import PhosresError
    from phosres.readers import read_samples

    if sheet is None:
        return (), 1
    try:
        frame = read_samples(sheet)
    except PhosresError:
        return (), 1
    return [str(s) for s in frame.index], int(frame["subject"].nunique())


def _peek(path: Path) -> tuple[str, float]:
    """Return the first line of a table, and the mean length of the lines after it, bytes."""
    try:
        opener = _OPENERS.get(path.suffix.lower())
        with opener(path) if opener else path.open("rb") as stream:
            head = stream.read(_HEAD)
    except (OSError, EOFError, lzma.LZMAError):
        return "", 1.0
    lines = head.split(b"\n")
    rest = lines[1:-1] or lines[:1]
    return lines[0].decode("utf-8", "replace"), sum(map(len, rest)) / len(rest) + 1


def _unpacked(path: Path) -> float:
    """Return about how many bytes a file has when it is unpacked; 0 if it is not there."""
    try:
        size = path.stat().st_size
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return float(sum(m.file_size for m in archive.infolist()))
        with path.open("rb") as stream:
            return _say_size(stream, size)
    except (OSError, zipfile.BadZipFile):
        return 0.0


def _say_size(stream: IO[bytes], size: int) -> float:
    """Return the size that a gzip file states in its last bytes, or a guess."""
    start = stream.read(6)
    if start.startswith(b"\x1f\x8b") and size > 18:
        stream.seek(-4, 2)
        return float(int.from_bytes(stream.read(4), "little"))
    return size * (_PACKED if start.startswith((b"\xfd7zXZ", b"BZh", b"PAR1", b"\x89HDF")) else 1.0)
