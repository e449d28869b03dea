"""h5ad files: read by their layout on disk, refused with the reason where they are none."""

import sys

import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read, recognise, sketch_samples

X = np.array([[20.5, np.nan], [18.25, 21.0]])


def _texts(values):
    return np.array(values, dtype=object)


@pytest.fixture
def h5ad(tmp_path):
    """Write an AnnData file of two samples and two features; the matrix dense or sparse."""
    h5py = pytest.importorskip("h5py", reason="h5ad files are read with h5py (extra anndata)")

    def _write(kind):
        path = tmp_path / "t.h5ad"
        with h5py.File(path, "w") as file:
            if kind == "dense":
                file["X"] = X
            else:
                block = X if kind == "csr" else X.T
                seen = ~np.isnan(block)
                group = file.create_group("X")
                group.attrs["encoding-type"] = f"{kind}_matrix"
                group["data"] = block[seen]
                group["indices"] = np.nonzero(seen)[1]
                group["indptr"] = np.r_[0, np.cumsum(seen.sum(axis=1))]
            text = h5py.string_dtype()
            obs, var = file.create_group("obs"), file.create_group("var")
            obs.attrs["_index"], obs.attrs["column-order"] = "_index", ["condition"]
            obs.create_dataset("_index", data=_texts(["A", "B"]), dtype=text)
            condition = obs.create_group("condition")
            condition["codes"] = np.array([1, 0], dtype=np.int8)
            condition.create_dataset("categories", data=_texts(["on", "pre"]), dtype=text)
            names = ["gene", "site_aa", "site_position", "multiplicity"]
            var.attrs["_index"], var.attrs["column-order"] = "index", names
            for name, cells in (("index", "12"), ("gene", ["RPS6", "AKT1"]), ("site_aa", "ST")):
                var.create_dataset(name, data=_texts(list(cells)), dtype=text)
            var["site_position"] = np.array([235, 308])
            counted = var.create_group("multiplicity")
            counted["values"], counted["mask"] = np.array([1, 0]), np.array([False, True])
        return path

    return _write


@pytest.mark.parametrize("kind", ["dense", "csr", "csc"])
def test_samples_are_rows_and_features_columns(h5ad, kind):
    """Values, identity and the annotation of samples, whatever the layout of the matrix."""
    path = h5ad(kind)
    assert recognise(path).fields == {"condition": ("pre", "on")}
    drafted = sketch_samples(path)
    assert drafted["condition"].tolist() == ["pre", "on"]
    table = read(path, drafted)
    assert list(table.features.index) == ["AKT1_T308", "RPS6_S235_M1"]
    assert np.allclose(table.values, [[np.nan, 21], [20.5, 18.25]], equal_nan=True)


def test_other_and_damaged_files_are_refused(h5ad, tmp_path):
    """An HDF5 file without observations is no AnnData; a cut one cannot be read."""
    import h5py

    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["x"] = X
    with pytest.raises(DataError, match="no AnnData: it lacks X, obs or var"):
        recognise(other)
    whole = h5ad("dense").read_bytes()
    (tmp_path / "cut.h5ad").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="the h5ad file cannot be read"):
        recognise(tmp_path / "cut.h5ad")


def test_without_h5py_the_message_names_the_extra(tmp_path, monkeypatch):
    """What is missing can be installed by name."""
    monkeypatch.setitem(sys.modules, "h5py", None)
    path = tmp_path / "t.h5ad"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 64)
    with pytest.raises(DataError) as error:
        recognise(path)
    assert "phosres[anndata]" in error.value.problems[0].hint
