"""How much memory a run takes, measured and estimated."""

import sys
from pathlib import Path

from phosres.config import Config

_BASE_MB = 450.0
"""What a process with everything imported and the figures drawn takes (measured; see
``tests/benchmarks/batch.py``)."""
_PER_BYTE = 6.0
"""Bytes held per byte of the uncompressed table at the peak (measured, the same script)."""
_PACKED = 6.0
"""Bytes in a table per byte of its compressed file: five to seven for tables of numbers."""
_PACKED_NAMES = (".gz", ".xz", ".zip", ".bz2", ".xlsx", ".parquet", ".h5ad")
_MEGA = 1e6


def peak_mb() -> float:
    """Return the largest memory this process has held so far, MB; 0 where it cannot be told."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (_MEGA if sys.platform == "darwin" else 1e3), 1)


def estimate_mb(config: Config) -> float:
    """Estimate the memory a run will take, MB, from the sizes of its files.

    Parameters
    ----------
    config
        Its configuration.
    """
    return _BASE_MB + sum(_PER_BYTE * _size(path) for _, path in config.files()) / _MEGA


def _size(path: Path) -> float:
    """Return about how many bytes a file has when it is unpacked; 0 if it is not there."""
    try:
        size = path.stat().st_size
    except OSError:
        return 0.0
    return size * (_PACKED if path.suffix.lower() in _PACKED_NAMES else 1.0)
