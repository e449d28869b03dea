"""What other programs make of the exports: the programs themselves, where they are installed."""

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import readers
from phosres.exports import (
    export,
    format_h5ad,
    format_h5mu,
    list_network,
    show_changes,
    show_measured,
    to_anndata,
    to_sites,
)
from phosres.kinases import score_sets
from phosres.knowledge import load as load_knowledge
from tests.exports.conftest import Small

DOCS = Path(__file__).parents[2] / "docs"


def skip_without(package: str) -> object:
    """The package, or a skip that says how to run the test."""
    return pytest.importorskip(package, reason=f"{package} is not installed; pip install {package}")


def test_decoupler_scores_the_export_as_phosres_does(small: Small, tmp_path: Path) -> None:
    """The univariate linear model of decoupler and of phosres on the exported files agree."""
    dc = skip_without("decoupler")
    export(small.run, "decoupler", tmp_path / "dc")
    matrix = pd.read_csv(tmp_path / "dc" / "matrix.tsv", sep="\t", index_col=0)
    network = pd.read_csv(tmp_path / "dc" / "network.tsv", sep="\t")
    own = score_sets(matrix.T, network, min_size=2, method="ulm")
    compared = 0
    for name, row in matrix.iterrows():
        measured = row.dropna().to_frame().T  # decoupler takes no missing values
        scores = dc.mt.ulm(measured, network, tmin=2)[0]
        for source in scores.columns:
            assert scores.loc[name, source] == pytest.approx(own.loc[source, name], rel=1e-6)
            compared += 1
    assert compared >= 4


def test_decoupler_files_hold_what_the_run_found(small: Small, tmp_path: Path) -> None:
    """Without decoupler: exact values, and a network whose targets are rows of the matrix."""
    export(small.run, "decoupler", tmp_path / "dc")
    matrix = pd.read_csv(tmp_path / "dc" / "matrix.tsv", sep="\t", index_col=0)
    sites = to_sites(show_changes(small.result.table("sites")), ids="gene_site")
    np.testing.assert_allclose(matrix.T.loc[sites.values.index], sites.values, rtol=1e-5)
    network = pd.read_csv(tmp_path / "dc" / "network.tsv", sep="\t")
    assert {"RPS6_S235", "RPS6_S240"} <= set(network["target"]) & set(matrix.columns)
    assert not network.duplicated(["source", "target"]).any()


def test_network_has_the_signs_of_the_knowledge() -> None:
    """A site that falls when its set is active has a negative weight."""
    network = list_network(load_knowledge()).set_index(["source", "target"])["weight"]
    assert network["MTORC1", "RPS6_S240"] > 0
    assert (network != 0).all()
    assert (network < 0).any()


def test_h5ad_is_read_by_our_own_reader(small: Small, tmp_path: Path) -> None:
    """The layout on disk, as the reader of h5ad of phosres finds it."""
    skip_without("h5py")
    path = tmp_path / "a.h5ad"
    export(small.config, "h5ad", path)
    table = readers.read(path, small.folder / "samples.tsv", columns=None)
    expected = small.measured.normalized
    assert table.n_samples == expected.n_samples
    by_rows = table.values.set_axis(
        [f"{g}_{s}" for g, s in zip(table.features["gene"], table.features["sites"], strict=True)]
    )
    names = [
        f"{g}_{s}"
        for g, s in zip(expected.features["gene"], expected.features["sites"], strict=True)
    ]
    wanted = expected.values.set_axis(names)
    assert set(by_rows.index) == set(names)
    np.testing.assert_allclose(by_rows.loc[names, wanted.columns], wanted, rtol=1e-10)


def test_h5ad_has_the_same_bytes_twice(small: Small) -> None:
    """No time stamp is in the file."""
    skip_without("h5py")
    matrix = show_measured(small.measured.normalized, small.measured.raw)
    assert format_h5ad(matrix) == format_h5ad(matrix)


def test_anndata_reads_the_h5ad(small: Small, tmp_path: Path) -> None:
    """Values, NaN, layers, annotation as object; and the object in memory is the same."""
    anndata = skip_without("anndata")
    matrix = show_measured(small.measured.normalized, small.measured.raw)
    path = tmp_path / "a.h5ad"
    path.write_bytes(format_h5ad(matrix))
    for found in (anndata.read_h5ad(path), to_anndata(matrix)):
        np.testing.assert_array_equal(found.X, matrix.values.T)
        np.testing.assert_array_equal(found.layers["raw"], matrix.layers["raw"].T)
        assert list(found.obs_names) == list(matrix.columns.index)
        assert list(found.var_names) == list(matrix.rows.index)
        assert found.var["gene"].dtype == object
        assert list(found.var["gene"]) == list(matrix.rows["gene"])
        assert list(found.obs["condition"]) == list(matrix.columns["condition"])
        assert "log2 intensity" in str(found.uns["title"])


@pytest.mark.filterwarnings("ignore::FutureWarning:mudata")
def test_mudata_reads_the_h5mu(small: Small, tmp_path: Path) -> None:
    """Two modalities of the same samples."""
    mudata = skip_without("mudata")
    matrix = show_measured(small.measured.normalized)
    path = tmp_path / "m.h5mu"
    path.write_bytes(format_h5mu({"phospho": matrix, "proteome": matrix}))
    found = mudata.read_h5mu(path)
    assert list(found.mod) == ["phospho", "proteome"]
    assert found.n_obs == matrix.values.shape[1]
    assert found.n_vars == 2 * len(matrix.values)
    np.testing.assert_array_equal(found["proteome"].X, matrix.values.T)


def test_r_reads_the_tables(small: Small, tmp_path: Path) -> None:
    """The recipe of docs/exports.md runs in R, with SummarizedExperiment if that is installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed: apt-get install r-base-core")
    text = (DOCS / "exports.md").read_text("utf-8")
    recipe = text.split("```r\n")[1].split("```")[0]
    export(small.config, "gct", tmp_path / "sites.gct")
    shutil.copy(small.run / "tables" / "readouts.tsv", tmp_path)
    check = 'cat(dim(values), sum(is.na(values)), nrow(readouts), class(made)[1], sep="\\n")\n'
    (tmp_path / "recipe.R").write_text(recipe + check)
    done = subprocess.run(
        [rscript, "--vanilla", "recipe.R"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    rows, columns, missing, readouts, kind = done.stdout.split()
    expected = to_sites(show_measured(small.measured.normalized)).values
    assert (int(rows), int(columns)) == expected.shape
    assert int(missing) == int(expected.isna().to_numpy().sum())
    assert int(readouts) == len(small.result.table("readouts"))
    if kind == "list":
        pytest.skip("R has no SummarizedExperiment: the recipe stopped at its parts")


def test_h5ad_needs_nothing_but_h5py(small: Small) -> None:
    """Its texts are plain strings, which R's readers take."""
    h5py = skip_without("h5py")
    content = format_h5ad(show_measured(small.measured.normalized))
    with h5py.File(io.BytesIO(content)) as file:
        assert file.attrs["encoding-type"] == "anndata"
        gene = file["var"]["gene"]
        assert gene.attrs["encoding-type"] == "string-array"
        assert h5py.check_string_dtype(gene.dtype).encoding == "utf-8"
