"""Many sets at once give what the two stages give one by one."""

import numpy as np
import pandas as pd
import pytest

from phosres import stats
from phosres.kinases._pieces import average_pieces, cut_pieces, join_forms

STRETCH, PROTEIN, BETWEEN = 0.5, 0.15, 0.02


def test_two_stages_are_those_of_stats() -> None:
    """Random sets, forms missing per column: estimate, noise and df of the general functions."""
    rng = np.random.default_rng(4)
    members = pd.DataFrame(
        {
            "set": rng.integers(0, 4, 60),
            "row": np.arange(60),
            "sign": rng.choice([-1.0, 1.0], 60),
            "weight": rng.choice([1.0, 3.0], 60),
            "protein": rng.integers(0, 5, 60),
            "position": rng.integers(0, 80, 60),
        }
    ).sort_values(["set", "protein", "position"], ignore_index=True)
    pieces = cut_pieces(members, stretch=15, n_sets=4)
    change, se = rng.normal(size=(60, 3)), rng.uniform(0.2, 0.9, (60, 3))
    df = rng.uniform(3, 20, (60, 3))
    change[rng.random((60, 3)) < 0.3] = np.nan
    rho = [np.full(3, r) for r in (STRETCH, PROTEIN, BETWEEN)]
    joined = join_forms(pieces, change, se, df, correlation=rho[0])
    got = average_pieces(pieces, joined, protein=rho[1], between=rho[2])
    checked = 0
    for column in range(3):
        for piece in range(pieces.of_set.size):
            at = pieces.piece == piece
            x = change[at, column]
            if 0 < np.isfinite(x).sum() < 4:  # from four forms on the general one is robust
                one = stats.combine_measurements(
                    x, se[at, column], df[at, column], correlation=STRETCH, moderated=True
                )
                expected = [one.estimate, one.se, one.df]
                assert [
                    joined.change[piece, column],
                    joined.se[piece, column],
                    joined.df[piece, column],
                ] == pytest.approx(expected, rel=1e-6)
                checked += 1
        for one_set in range(4):
            at = pieces.of_set == one_set
            protein = pieces.protein[at]
            same = protein[:, None] == protein[None, :]
            r = np.where(same, PROTEIN, BETWEEN)
            np.fill_diagonal(r, 1.0)
            s = joined.se[at, column]
            pooled = stats.pool(
                joined.change[at, column],
                s,
                joined.df[at, column],
                weights=pieces.weight[at] / (s**2 + np.nanmedian(s) ** 2),
                correlation=r,
            )
            assert [
                got.change[one_set, column],
                got.se[one_set, column],
                got.df[one_set, column],
            ] == pytest.approx([pooled.estimate, pooled.se, pooled.df])
    assert checked > 50


def test_a_piece_is_a_stretch_of_one_protein_in_one_set() -> None:
    """15 residues apart is one piece, 16 are two; another protein or set is another piece."""
    members = pd.DataFrame(
        {
            "set": [0, 0, 0, 0, 1],
            "row": [0, 1, 2, 3, 0],
            "sign": 1.0,
            "weight": [1.0, 3.0, 1.0, 1.0, 1.0],
            "protein": [0, 0, 0, 1, 0],
            "position": [10, 25, 41, 41, 10],
        }
    )
    pieces = cut_pieces(members, stretch=15, n_sets=3)
    assert pieces.piece.tolist() == [0, 0, 1, 2, 3]
    assert pieces.of_set.tolist() == [0, 0, 0, 1]
    assert pieces.weight.tolist() == [3.0, 1.0, 1.0, 1.0]


def test_nothing_measured_is_nan() -> None:
    """Never a zero, and no warning."""
    members = pd.DataFrame(
        {"set": [0], "row": [0], "sign": 1.0, "weight": 1.0, "protein": 0, "position": 1}
    )
    pieces = cut_pieces(members, stretch=15, n_sets=2)
    empty = np.full((1, 1), np.nan)
    rho = np.array([0.5])
    joined = join_forms(pieces, empty, empty, empty, correlation=rho)
    got = average_pieces(pieces, joined, protein=rho, between=rho)
    assert np.isnan(got.change).all()
    assert (got.share == 0).all()
