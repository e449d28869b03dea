"""AnnData files (h5ad) as text: samples are observations, features are variables.

Read by the layout on disk (https://anndata.readthedocs.io/en/stable/fileformat-prose.html), which
needs h5py only. The annotation of samples is kept as rows under the header, as Perseus writes it.
"""

import io
from typing import Any

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem

_TODO = "save the table as tab-separated text"
_CELL = 25
"""Bytes a number takes as text at most."""


def to_text(data: bytes, name: str, cap: int) -> bytes:
    """Write an h5ad file as tab-separated text.

    Parameters
    ----------
    data
        The file.
    name
        File as the user named it.
    cap
        Most bytes it may unpack to.

    Raises
    ------
    DataError
        If h5py is not installed, or the file is no AnnData, damaged or too large.
    """
    try:
        import h5py
    except ImportError:
        message = "reading h5ad files needs h5py, which is not installed"
        hint = f"{_TODO}, or: pip install 'phosres[anndata]'"
        raise DataError(Problem(message, name, hint=hint)) from None
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            if not {"X", "obs", "var"} <= set(file):
                message = "this is an HDF5 file, but no AnnData: it lacks X, obs or var"
                raise DataError(Problem(message, name, hint=_TODO))
            samples, features = _frame(file["obs"]), _frame(file["var"])
            if len(samples) * len(features) * _CELL > cap:
                raise DataError(Problem(f"the file unpacks to more than {cap:,} bytes", name))
            values = _matrix(file["X"], (len(samples), len(features)))
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001  (h5py raises anything on a damaged file)
        message = f"the h5ad file cannot be read: {type(error).__name__}"
        hint = "write it again with a current anndata, or save the table as text"
        raise DataError(Problem(message, name, hint=hint)) from None
    return _write(values, samples, features)


def _frame(group: Any) -> pd.DataFrame:
    """Read a data frame: one array a column, the index among them."""
    index = group.attrs.get("_index", "_index")
    columns = [c for c in group.attrs.get("column-order", []) if c in group]
    frame = {str(c): _column(group[c]) for c in columns}
    return pd.DataFrame(frame, index=pd.Index(_column(group[index])), dtype=object)


def _column(item: Any) -> list[str]:
    """Read a column as text: plain, categorical, or with a mask of missing values."""
    if "codes" in _keys(item):
        categories = _column(item["categories"])
        return [categories[c] if c >= 0 else "" for c in item["codes"][:]]
    if "mask" in _keys(item):
        hidden = item["mask"][:]
        return ["" if m else t for t, m in zip(_column(item["values"]), hidden, strict=True)]
    return [_plain(v) for v in item[:]]


def _keys(item: Any) -> set[str]:
    return set(item) if hasattr(item, "keys") else set()


def _plain(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "" if text == "nan" else " ".join(text.replace('"', "'").split())


def _matrix(item: Any, shape: tuple[int, int]) -> np.ndarray:
    """Read the values; what a sparse matrix does not hold was not measured."""
    if "indptr" not in _keys(item):
        values = np.asarray(item[:], dtype=np.float64)
    else:
        kind = str(item.attrs.get("encoding-type", item.attrs.get("h5sparse_format", "csr")))
        flip = kind.startswith("csc")
        values = np.full(shape[::-1] if flip else shape, np.nan)
        rows = np.repeat(np.arange(len(values)), np.diff(item["indptr"][:]))
        values[rows, item["indices"][:]] = item["data"][:]
        values = values.T if flip else values
    if values.shape != shape:
        raise ValueError(shape)
    return values


def _write(values: np.ndarray, samples: pd.DataFrame, features: pd.DataFrame) -> bytes:
    """Write features x samples with the annotation of either."""
    words = 1 + features.shape[1]
    lines = [["id", *features.columns, *samples.index]]
    lines.append([*["T"] * words, *["E"] * len(samples)])
    lines[1][0] = "#!{Type}" + lines[1][0]
    blank = [""] * (words - 1)
    lines += [[f"#!{{C:{field}}}", *blank, *samples[field]] for field in samples.columns]
    cells = np.char.mod("%.12g", values.T)
    text = ["\t".join(map(str, line)) for line in lines]
    names = np.column_stack([features.index.to_numpy(dtype=object), features.to_numpy()])
    rows = zip(names.tolist(), cells.tolist(), strict=True)
    text += ["\t".join([*map(str, name), *row]) for name, row in rows]
    return ("\n".join(text) + "\n").encode()
