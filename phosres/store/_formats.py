"""Tables, JSON and configurations as bytes: the same for the same content, on every machine."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from phosres.config.writer import write_yaml
from phosres.store._errors import clear_errors

_BLOCK = 16_384
"""Rows that are texts at one time: a table of a million rows would take gigabytes at once."""
BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def format_tsv(frame: pd.DataFrame) -> bytes:
    r"""Return a table as TSV: the same bytes for the same table, on every machine.

    Parameters
    ----------
    frame
        Columns of numbers (6 significant digits), integers, booleans (true/false) or texts; the
        index is not written. Missing values are empty; breaks inside a text become spaces; texts
        with ``"`` are quoted as in CSV.

    Returns
    -------
    UTF-8, tab-separated, ``\n`` after each row.
    """
    columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    blocks = [_encode(["\t".join(_text(str(c)) for c in frame.columns)])]
    for start in range(0, len(frame), _BLOCK):
        cells = [column(slice(start, start + _BLOCK)) for column in columns]
        blocks.append(_encode("\t".join(row) for row in zip(*cells, strict=True)))
    return b"".join(blocks)


def _encode(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", errors="replace")


def write_tsv(frame: pd.DataFrame, path: Path) -> None:
    """Write one table as TSV, see `format_tsv`.

    Parameters
    ----------
    frame
        The table.
    path
        File to write.

    Raises
    ------
    ConfigError, DataError
        If it cannot be written.
    """
    with clear_errors(path):
        path.write_bytes(format_tsv(frame))


def format_json(data: Mapping[str, Any]) -> bytes:
    """Return plain data as JSON with sorted keys, for ``run.json``.

    Parameters
    ----------
    data
        Dicts, lists, texts, numbers, booleans, None; paths and numpy numbers are accepted,
        NaN and infinity become null.
    """
    plain = _plain(data)
    text = json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def read_json(path: Path) -> dict[str, Any]:
    """Read a record that was written as JSON; one that is damaged or not there is empty.

    Parameters
    ----------
    path
        Its file.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def format_config(resolved: Mapping[str, Any]) -> bytes:
    """Return a resolved configuration as YAML that loads again, for ``config.resolved.yaml``.

    Parameters
    ----------
    resolved
        As `phosres.config.Config.resolved` returns it.
    """
    return write_yaml(resolved).encode()


def _cells(column: pd.Series) -> Callable[[slice], list[str]]:
    """Make the function that formats some rows of a column, by its kind."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return lambda rows: [
            "" if v is pd.NA else "true" if v else "false" for v in column.iloc[rows]
        ]
    if pd.api.types.is_float_dtype(column.dtype):
        values = column.to_numpy(dtype=float, na_value=np.nan) + 0.0  # -0.0 becomes 0.0
        return lambda rows: ["" if v != v else f"{v:.6g}" for v in values[rows].tolist()]
    if pd.api.types.infer_dtype(column, skipna=True) in ("string", "integer"):
        # Names and counts recur in a table of sites, once a subject: each is formatted once.
        codes, distinct = pd.factorize(column)
        shown = np.array([*map(_text, distinct.tolist()), ""], dtype=object)  # -1: missing
        codes = codes.astype(np.int32)
        return lambda rows: shown[codes[rows]].tolist()
    return lambda rows: [_text(v) for v in column.iloc[rows].tolist()]


def _text(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return f"{value + 0.0:.6g}"
    text = BREAKS.sub(" ", str(value))
    return '"' + text.replace('"', '""') + '"' if '"' in text else text


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [_plain(v) for v in items]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)
