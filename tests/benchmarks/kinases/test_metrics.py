"""The metrics of the benchmark against numbers done by hand; the benchmark where its data are."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from phosres.kinases import score_sets

HERE = Path(__file__).parent
DATA = HERE.parents[3] / "shared" / "data" / "perturbation_benchmark_dev"


@pytest.fixture(scope="module")
def metrics() -> ModuleType:
    """The metrics beside this file."""
    spec = importlib.util.spec_from_file_location("kinase_metrics", HERE / "metrics.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kinase_metrics"] = module
    spec.loader.exec_module(module)
    return module


def test_auroc_counts_pairs(metrics: ModuleType) -> None:
    """Of six pairs four are in order and one is a tie."""
    got = metrics.auroc(np.array([3.0, 1.0]), np.array([0.0, 1.0, 2.0]))
    assert got == pytest.approx(4.5 / 6)


def test_cells_by_hand(metrics: ModuleType) -> None:
    """Zero is no score, the sign of the perturbation turns the ranks, n - 1 scales."""
    scores = pd.DataFrame({"e": [-3.0, 4.0, 0.0, np.nan]}, index=list("ABCD"))
    pairs = pd.DataFrame({"sample": ["e"], "target": ["A"], "sign": [-1], "PMID": ["1"]})
    got = metrics.cells(scores, pairs)
    np.testing.assert_allclose(got.score, [0.6, -0.8])
    assert got.rank.tolist() == [1.0, 2.0]
    assert got.positive.tolist() == [True, False]
    row = metrics.evaluate(got, draws=3)
    assert (row["auroc"], row["hit5"], row["scaled_rank"], row["pairs"]) == (1.0, 1.0, 0.5, 1)


def test_bootstrap_of_a_method_with_itself_is_zero(metrics: ModuleType) -> None:
    """No difference, and no interval."""
    rng = np.random.default_rng(0)
    scores = pd.DataFrame(rng.normal(size=(6, 4)), index=list("ABCDEF"), columns=list("wxyz"))
    pairs = pd.DataFrame({"sample": list("wxyz"), "target": list("ABCA"), "sign": 1})
    a = metrics.cells(scores, pairs.assign(PMID=list("1123")))
    got = metrics.paired_bootstrap(a, a, draws=20)
    assert set(got.values()) == {(0.0, 0.0, 0.0)}
    weight = np.ones(a.score.size)
    plain = metrics.auroc(a.score[a.positive], a.score[~a.positive])
    assert metrics.weighted_auroc(a, weight) == pytest.approx(plain)


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="the perturbation benchmark is not here")
def test_phosres_is_ahead_of_the_z_score_on_the_development_part(metrics: ModuleType) -> None:
    """At equal cells AUROC, top 10 and scaled rank are ahead, and more pairs are scored."""
    data = metrics.load(DATA)
    ours = score_sets(data.matrix, data.network)
    theirs = score_sets(data.matrix, data.network, method="ksea_z")
    a = metrics.evaluate(metrics.cells(ours, data.pairs, theirs.notna()), draws=200)
    b = metrics.evaluate(metrics.cells(theirs, data.pairs), draws=200)
    assert b["auroc"] == pytest.approx(0.831, abs=0.01)
    assert a["auroc"] > b["auroc"] + 0.03
    assert a["hit10"] > b["hit10"] + 0.05
    assert a["scaled_rank"] < b["scaled_rank"] - 0.03
    assert ours.notna().sum().sum() > theirs.notna().sum().sum()
