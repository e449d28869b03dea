"""The method phosres: against dense linear algebra, and one property for each ingredient."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from phosres.kinases import Ingredients, combination, score_sets, score_sets_detailed

DEFAULT = Ingredients()
OFF = Ingredients(clip=None, own_sites=0, prior_members=0, within=0, between=0)


def slow(
    x: pd.Series, w: pd.Series, proteins: pd.Series, switches: Ingredients
) -> tuple[float, float]:
    """Score and p of one set in one experiment by inverting the whole correlation matrix."""
    x = x.dropna()
    if switches.clip is not None:
        bound = switches.clip * 1.4826 * np.median(np.abs(x))
        x = x.clip(-bound, bound)
    x = x / np.sqrt((x**2).mean())
    w = w[w.index.isin(x.index)]
    x, p = x[w.index].to_numpy(), proteins[w.index].to_numpy()
    same = p[:, None] == p[None, :]
    noise = np.where(same, switches.within, 0.0)
    np.fill_diagonal(noise, 1.0)
    u = np.linalg.solve(noise, w.to_numpy())
    v = float(u @ w.to_numpy())
    null = float(u @ np.where(same, noise, switches.between) @ u)
    return float(u @ x) / np.sqrt(v + switches.prior_members), float(
        2 * stats.norm.sf(abs(u @ x) / np.sqrt(null))
    )


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    missing=st.floats(0, 0.7),
    within=st.sampled_from([0.0, 0.15, 0.6]),
    clip=st.sampled_from([None, 1.0, 3.0]),
)
def test_scores_and_p_are_those_of_dense_algebra(
    seed: int, missing: float, within: float, clip: float | None
) -> None:
    """Sparse sums with per-column groups equal the generalised least squares of each column."""
    rng = np.random.default_rng(seed)
    proteins = rng.integers(0, 8, 24)
    names = [f"P{p}_S{i}" for i, p in enumerate(proteins, start=1)]
    values = rng.normal(0.3, 1.0, size=(24, 3))
    values[rng.random(values.shape) < missing] = np.nan
    matrix = pd.DataFrame(values, index=names, columns=list("abc"))
    edges = pd.DataFrame({"source": "K", "target": names[:14]})
    edges["weight"] = rng.choice([-1.0, 1.0, 2.0], 14)
    switches = replace(DEFAULT, within=within, clip=clip)
    got = score_sets_detailed(matrix, edges, min_size=2, method=combination(switches))
    assert got.p is not None
    of = pd.Series(proteins, index=names)
    w = edges.set_index("target")["weight"]
    for column in matrix:
        if matrix.loc[w.index, column].notna().sum() < 2:
            assert np.isnan(got.scores.loc["K", column])
            continue
        score, p = slow(matrix[column], w, of, switches)
        assert got.scores.loc["K", column] == pytest.approx(score, rel=1e-9, abs=1e-12)
        assert got.p.loc["K", column] == pytest.approx(p, rel=1e-7)


def test_all_switches_off_is_the_plain_z(matrix: pd.DataFrame, network: pd.DataFrame) -> None:
    """Sum of w x over the root of the sum of w squared, on the root mean square."""
    got = score_sets(matrix, network, min_size=2, method=combination(OFF))
    x = matrix["c"].dropna()
    w = network[network["source"] == "AKT1"].set_index("target")["weight"]
    w = w[w.index.isin(x.index)]
    expected = (w * x[w.index]).sum() / np.sqrt((w**2).sum() * (x**2).mean())
    assert got.loc["AKT1", "c"] == pytest.approx(expected)


def test_own_activating_sites_are_members_of_their_kinase(
    matrix: pd.DataFrame, network: pd.DataFrame
) -> None:
    """T308 and S473 count for AKT1, with three times the weight, and for no other set."""
    got = score_sets_detailed(matrix, network, min_size=1)
    without = score_sets_detailed(
        matrix, network, min_size=1, method=combination(replace(DEFAULT, own_sites=0))
    )
    more = (got.n_measured - without.n_measured).loc["AKT1"]
    assert more.to_dict() == {"a": 1, "b": 2, "c": 2}
    assert got.n_members.to_dict() == {"AKT1": 6, "SET": 3}
    pd.testing.assert_series_equal(got.scores.loc["SET"], without.scores.loc["SET"])
    x = matrix["c"].dropna().to_frame()
    written = pd.DataFrame({"source": "SET", "target": ["AKT1_T308", "AKT1_S473"], "weight": 3.0})
    as_edges = pd.concat([network.query("source == 'AKT1'").assign(source="SET"), written])
    same = score_sets(x, as_edges, min_size=1)
    assert got.scores.loc["AKT1", "c"] == pytest.approx(same.loc["SET", "c"])


@pytest.mark.parametrize(
    ("kinase", "spelled"),
    [
        ("KINASE-PSP_AKT1", "AKT1;S473;"),
        ("KINASE-PSP_Akt1/AKT1", "P31749;S473-p"),
        ("AKT1", "AKT1_S473|AKT1|S473"),
        ("AKT1", "AKT1(S473)"),
        ("AKT1", "AKT1 pS473"),
    ],
)
def test_own_sites_are_found_in_every_spelling(kinase: str, spelled: str) -> None:
    """Gene or accession, with the usual separators."""
    matrix = pd.DataFrame({"x": [1.0, -1.0, 2.0]}, index=["X_S1", "Y_S1", spelled])
    edges = pd.DataFrame({"source": [kinase], "target": ["X_S1"]})
    assert score_sets_detailed(matrix, edges, min_size=1).n_measured.loc[kinase, "x"] == 2


@pytest.mark.parametrize("spelled", ["AKT1_S47", "AKT1_S4733", "AKT1_T308_S473", "AKT11_S473"])
def test_other_sites_are_not_own_sites(spelled: str) -> None:
    """Neighbours, several sites at once and other genes do not count."""
    matrix = pd.DataFrame({"x": [1.0, -1.0, 2.0]}, index=["X_S1", "Y_S1", spelled])
    edges = pd.DataFrame({"source": ["AKT1"], "target": ["X_S1"]})
    assert score_sets_detailed(matrix, edges, min_size=1).n_measured.loc["AKT1", "x"] == 1


def test_a_shared_peptide_speaks_of_each_of_its_kinases() -> None:
    """MAP2K1 S218 is MAP2K2 S222 on the same peptide: it stands in only where that is no row."""
    names = ["MAP2K1_S218", "A_S1", "B_S1", "C_S1"]
    matrix = pd.DataFrame({"x": [3.0, 0.1, -0.1, 0.2]}, index=names)
    edges = pd.DataFrame({"source": ["MAP2K1", "MAP2K2"], "target": ["A_S1", "A_S1"]})
    got = score_sets_detailed(matrix, edges, min_size=1)
    assert got.n_measured["x"].tolist() == [2, 2]
    alone = combination(replace(DEFAULT, shared_peptides=False))
    got = score_sets_detailed(matrix, edges, min_size=1, method=alone)
    assert got.n_measured["x"].tolist() == [2, 1]
    both = pd.concat([matrix, pd.DataFrame({"x": [1.0]}, index=["MAP2K2_S222"])])
    got = score_sets_detailed(both, edges, min_size=1)
    assert got.n_measured["x"].tolist() == [2, 2]


def test_an_inhibitory_own_site_counts_against_the_kinase() -> None:
    """GSK3B S9 up says that GSK3B is off, although the network has it as a substrate."""
    matrix = pd.DataFrame({"x": [3.0, 0.1, -0.1, 0.2]}, index=["GSK3B_S9", "A_S1", "B_S1", "C_S1"])
    edges = pd.DataFrame({"source": ["GSK3B"] * 2, "target": ["GSK3B_S9", "A_S1"]})
    assert score_sets(matrix, edges, min_size=1).loc["GSK3B", "x"] < 0


def test_sites_of_one_protein_are_less_evidence_than_of_several() -> None:
    """Four equal changes on one protein give a smaller score and a larger p."""
    rng = np.random.default_rng(1)
    rest = [f"R{i}_S1" for i in range(50)]
    values = np.r_[np.full(8, 1.0), rng.normal(size=50)]
    names = [f"ONE_S{i}" for i in range(4)] + [f"M{i}_S1" for i in range(4)] + rest
    edges = pd.DataFrame({"source": np.repeat(["ONE", "MANY"], 4), "target": names[:8]})
    got = score_sets_detailed(pd.DataFrame({"x": values}, index=names), edges, min_size=3)
    assert got.p is not None
    assert got.scores.loc["MANY", "x"] > got.scores.loc["ONE", "x"]
    assert got.p.loc["MANY", "x"] < got.p.loc["ONE", "x"]


def test_one_wild_value_does_not_decide() -> None:
    """Beyond three robust standard deviations a change counts no more."""
    base = pd.Series(np.random.default_rng(2).normal(size=200), name="x")
    base.index = pd.Index([f"G{i}_S1" for i in range(200)])
    edges = pd.DataFrame({"source": "K", "target": base.index[:5]})
    wild, wilder = base.copy(), base.copy()
    wild.iloc[0], wilder.iloc[0] = 10.0, 1e6
    a = score_sets(wild.to_frame(), edges).loc["K", "x"]
    assert score_sets(wilder.to_frame(), edges).loc["K", "x"] == pytest.approx(a)
    off = combination(replace(DEFAULT, clip=None))
    loose = score_sets(wilder.to_frame(), edges, method=off).loc["K", "x"]
    assert loose != pytest.approx(score_sets(wild.to_frame(), edges, method=off).loc["K", "x"])


def test_small_sets_are_drawn_to_zero() -> None:
    """The same mean change scores higher in a larger set, and shrinkage costs small sets more."""
    names = [f"G{i}_S1" for i in range(100)]
    values = np.where(np.arange(100) < 23, 1.0, np.where(np.arange(100) % 2, 0.5, -0.5))
    edges = pd.DataFrame({"source": ["S"] * 3 + ["L"] * 20, "target": names[:23]})
    matrix = pd.DataFrame({"x": values}, index=names)
    none = combination(replace(DEFAULT, prior_members=0))
    kept = score_sets(matrix, edges, min_size=3) / score_sets(
        matrix, edges, min_size=3, method=none
    )
    assert kept.loc["S", "x"] == pytest.approx(np.sqrt(3 / 8))
    assert kept.loc["L", "x"] == pytest.approx(np.sqrt(20 / 25))


def test_promiscuous_sites_weigh_less() -> None:
    """A site of four sets counts a quarter at promiscuity 1, and own sites are not touched."""
    names = ["A_S1", "B_S1", "C_S1", "D_S1", "E_S1"]
    matrix = pd.DataFrame({"x": [2.0, -1.0, 0.5, -0.5, 1.0]}, index=names)
    edges = pd.DataFrame({"source": ["K", "L", "M", "N", "K"], "target": ["A_S1"] * 4 + ["B_S1"]})
    method = combination(replace(OFF, promiscuity=1.0))
    rms = np.sqrt((matrix["x"] ** 2).mean())
    got = score_sets(matrix, edges, min_size=1, method=method).loc["K", "x"]
    assert got == pytest.approx((2.0 / 4 - 1.0) / np.sqrt(1 / 16 + 1) / rms)


def test_p_is_uniform_on_correlated_noise() -> None:
    """On noise with the stated correlations a set of many sites rejects at its level."""
    rng = np.random.default_rng(5)
    proteins, n = np.repeat(np.arange(300), 4), 400
    shared = np.sqrt(0.02) * rng.normal(size=(1, n))
    by_protein = np.sqrt(0.13) * rng.normal(size=(300, n))[proteins]
    values = shared + by_protein + np.sqrt(0.85) * rng.normal(size=(1200, n))
    names = [f"P{p}_S{i}" for i, p in enumerate(proteins)]
    matrix = pd.DataFrame(values, index=names)
    edges = pd.DataFrame({"source": "K", "target": names[:160]})
    honest = score_sets_detailed(matrix, edges).p
    naive = score_sets_detailed(matrix, edges, method="rokai_z").p
    assert honest is not None
    assert naive is not None
    assert 0.02 < (honest < 0.05).to_numpy().mean() < 0.08
    assert (naive < 0.05).to_numpy().mean() > 0.2
