"""h5ad and h5mu: the layout of AnnData and MuData on disk, written with h5py alone.

The layout is documented (https://anndata.readthedocs.io/en/stable/fileformat-prose.html,
https://mudata.readthedocs.io/en/latest/io/spec.html). Written directly, so that it does not depend
on the pandas that an AnnData release accepts, and texts are plain strings, which R reads too.
"""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from phosres.errors import ConfigError, Problem
from phosres.exports._matrix import Matrix

_MARK = b"MuData (format-version=0.1.0;creator=phosres;creator-version=0)"
_MARK_SIZE = 512
"""What a h5mu file begins with, and the room before its HDF5 part."""

_EMPTY = ("obsm", "varm", "obsp", "varp")


def format_h5ad(matrix: Matrix) -> bytes:
    """Return a matrix as h5ad: columns become observations, rows become variables.

    Parameters
    ----------
    matrix
        The matrix; NaN stays NaN, and its layers become layers.

    Returns
    -------
    The file; the same bytes for the same matrix.

    Raises
    ------
    ConfigError
        If h5py is not installed.
    """
    h5py = _require_h5py()
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        _write_anndata(file, matrix)
    return stream.getvalue()


def format_h5mu(matrices: Mapping[str, Matrix]) -> bytes:
    """Return several matrices of the same samples as h5mu.

    Parameters
    ----------
    matrices
        By modality, for example ``phospho`` and ``proteome``; row names may repeat between them.

    Returns
    -------
    The file.

    Raises
    ------
    ConfigError
        If h5py is not installed.
    """
    h5py = _require_h5py()
    samples = list(dict.fromkeys(s for m in matrices.values() for s in m.columns.index))
    features = [f"{name}:{row}" for name, m in matrices.items() for row in m.rows.index]
    stream = io.BytesIO()
    with h5py.File(stream, "w", userblock_size=_MARK_SIZE) as file:
        _label(file, "MuData", "0.1.0")
        file.attrs.update({"encoder": "phosres", "encoder-version": "0.1.0", "axis": 0})
        group = file.create_group("mod")
        group.attrs["mod-order"] = np.array(list(matrices), dtype=h5py.string_dtype())
        start = 0
        maps: dict[str, dict[str, Any]] = {"obsmap": {}, "varmap": {}, "obsm": {}, "varm": {}}
        for name, matrix in matrices.items():
            named = matrix.rows.set_axis([f"{name}:{row}" for row in matrix.rows.index], axis=0)
            values = matrix.values.set_axis(named.index, axis=0)
            layers = {k: v.set_axis(named.index, axis=0) for k, v in matrix.layers.items()}
            inner = group.create_group(name)
            _write_anndata(
                inner,
                Matrix(values, named, matrix.columns, matrix.title, layers, matrix.losses),
            )
            # Places in the modality from 1, 0 where it has none (the specification's maps).
            at = {s: i + 1 for i, s in enumerate(matrix.columns.index)}
            maps["obsmap"][name] = np.array([at.get(s, 0) for s in samples], dtype=np.uint32)
            place = np.zeros(len(features), dtype=np.uint32)
            place[start : start + len(named)] = np.arange(1, len(named) + 1)
            maps["varmap"][name] = place
            start += len(named)
        maps["obsm"] = {name: places > 0 for name, places in maps["obsmap"].items()}
        maps["varm"] = {name: places > 0 for name, places in maps["varmap"].items()}
        for kind, arrays in maps.items():
            part = _label(file.create_group(kind), "dict", "0.1.0")
            for name, array in arrays.items():
                _array(part, name, array)
        for kind in ("obsp", "varp", "uns"):
            _label(file.create_group(kind), "dict", "0.1.0")
        _frame(file.create_group("obs"), pd.DataFrame(index=samples))
        _frame(file.create_group("var"), pd.DataFrame(index=features))
    return _MARK.ljust(_MARK_SIZE, b"\0") + stream.getvalue()[_MARK_SIZE:]


def to_anndata(matrix: Matrix) -> Any:
    """Return a matrix as an `anndata.AnnData`, samples x features.

    Parameters
    ----------
    matrix
        The matrix.

    Returns
    -------
    The object, its texts as ``object`` columns.

    Raises
    ------
    ConfigError
        If anndata is not installed.
    """
    try:
        import anndata
    except ImportError:
        raise ConfigError(_missing("anndata", "AnnData objects")) from None

    return anndata.AnnData(
        X=matrix.values.T.to_numpy(dtype=np.float64),
        obs=_plain(matrix.columns),
        var=_plain(matrix.rows),
        layers={name: layer.T.to_numpy(dtype=np.float64) for name, layer in matrix.layers.items()},
        uns={"title": matrix.title, "losses": [f"{x.rows} {x.reason}" for x in matrix.losses]},
    )


def _require_h5py() -> Any:
    try:
        import h5py
    except ImportError:
        raise ConfigError(_missing("h5py", "h5ad and h5mu files")) from None
    return h5py


def _missing(package: str, what: str) -> Problem:
    message = f"{what} need {package}, which is not installed"
    return Problem(message, hint="pip install 'phosres[anndata]'")


def _write_anndata(group: Any, matrix: Matrix) -> None:
    _label(group, "anndata", "0.1.0")
    _array(group, "X", matrix.values.T.to_numpy(dtype=np.float64))
    layers = _label(group.create_group("layers"), "dict", "0.1.0")
    for name, layer in matrix.layers.items():
        _array(layers, name, layer.T.to_numpy(dtype=np.float64))
    _frame(group.create_group("obs"), matrix.columns)
    _frame(group.create_group("var"), matrix.rows)
    for kind in _EMPTY:
        _label(group.create_group(kind), "dict", "0.1.0")
    notes = _label(group.create_group("uns"), "dict", "0.1.0")
    told = {"title": matrix.title, "losses": [f"{x.rows} {x.reason}" for x in matrix.losses]}
    _array(notes, "title", np.array([told["title"]], dtype=object))
    _array(notes, "losses", np.array(told["losses"], dtype=object))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Make every column float, bool or text, the index text; a count with gaps becomes float."""
    columns = {}
    for label in frame.columns:
        column = frame[label]
        name = str(label).replace("/", "_")  # a slash would open a group
        if pd.api.types.is_bool_dtype(column.dtype) and not column.isna().any():
            columns[name] = column.to_numpy(dtype=bool)
        elif pd.api.types.is_numeric_dtype(column.dtype):
            columns[name] = column.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            columns[name] = np.array(
                ["" if v is None or v is pd.NA or v != v else str(v) for v in column], dtype=object
            )
    index = pd.Index([str(i) for i in frame.index], dtype=object)
    return pd.DataFrame(columns, index=index).astype(
        {name: object for name, cells in columns.items() if cells.dtype == object}
    )


def _frame(group: Any, frame: pd.DataFrame) -> None:
    """Write a data frame: its index and one array a column."""
    import h5py

    plain = _plain(frame)
    _label(group, "dataframe", "0.2.0")
    group.attrs["_index"] = "_index"
    group.attrs["column-order"] = np.array(list(plain.columns), dtype=h5py.string_dtype())
    _array(group, "_index", plain.index.to_numpy(dtype=object))
    for name in plain.columns:
        _array(group, name, plain[name].to_numpy())


def _array(group: Any, name: str, values: np.ndarray) -> None:
    import h5py

    text = values.dtype == object
    if text:
        made = group.create_dataset(name, data=values, dtype=h5py.string_dtype())
    else:
        made = group.create_dataset(name, data=values)
    _label(made, "string-array" if text else "array", "0.2.0")


def _label(item: Any, kind: str, version: str) -> Any:
    item.attrs["encoding-type"] = kind
    item.attrs["encoding-version"] = version
    return item
