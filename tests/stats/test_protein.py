"""Protein correction: closed forms by hand, and the size it keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import correct_for_protein, moderated, subtract_protein, two_sided

nan, inf = np.nan, np.inf


def test_ratio_by_hand():
    """Site minus its protein in the same sample; without either, not measured."""
    sites = [[5.0, 6.0, nan], [1.0, 2.0, 3.0], [9.0, 9.0, 9.0]]
    proteins = [[1.0, nan, 1.0], [0.5, 0.5, 4.0]]
    out = subtract_protein(sites, proteins, [0, 1, -1])
    assert_allclose(out, [[4.0, nan, nan], [0.5, 1.5, -1.0], [nan, nan, nan]])


def test_combined_error_by_hand():
    """SE 3 and 4 give 5; df 625 / (81 / 9 + 256 / 8) = 625 / 41."""
    out = correct_for_protein([2.0], [3.0], [9.0], [-8.0], [4.0], [8.0])
    assert_allclose([out.log2fc[0], out.se[0], out.df[0], out.t[0]], [10.0, 5.0, 625 / 41, 2.0])
    assert_allclose(out.p, two_sided(2.0, 625 / 41))


def test_known_errors_keep_the_other_degrees():
    """Infinite df of both stay infinite; a protein known exactly leaves the site's df."""
    out = correct_for_protein([1.0, 1.0], 1.0, [inf, 6.0], 0.0, [1.0, 0.0], [inf, 3.0])
    assert_allclose(out.df, [inf, 6.0])
    assert_allclose(out.se, [np.sqrt(2), 1.0])


def test_without_protein_there_is_no_correction():
    """A missing estimate, error or df on either side: NaN, never the uncorrected value."""
    out = correct_for_protein(
        [1.0, nan, 1.0, 1.0],
        [1.0, 1.0, nan, 1.0],
        [4.0, 4.0, 4.0, 0.0],
        [nan, 1.0, 1.0, 1.0],
        1.0,
        4.0,
    )
    for column in (out.log2fc, out.se, out.df, out.t, out.p):
        assert np.isnan(column).all()


@given(st.floats(0.01, 10), st.floats(0.01, 10), st.floats(1, 100), st.floats(1, 100))
def test_degrees_lie_between_the_smaller_and_the_sum(s, s_p, d, d_p):
    """Satterthwaite df are at least the smaller and at most the sum of both."""
    out = correct_for_protein(0.0, s, d, 0.0, s_p, d_p)
    assert min(d, d_p) - 1e-9 <= float(out.df) <= d + d_p + 1e-9


def test_correction_finds_the_change_of_the_site_and_keeps_its_size():
    """Protein +1, occupancy -1 or 0: both ways give -1 and 0, with at most nominal false calls."""
    rng = np.random.default_rng(0)
    pairs, rows = 6, 3000
    treated, blocks = np.tile([0.0, 1.0], pairs), np.repeat(np.arange(pairs), 2)
    protein = rng.normal(0, 0.3, (rows, 12)) + treated
    true = np.repeat([-1.0, 0.0], rows // 2)[:, None]
    site = protein + true * treated + rng.normal(0, 0.4, (rows, 12))
    ratio = moderated(subtract_protein(site, protein, np.arange(rows)), treated, 0, blocks=blocks)
    other = rng.normal(0, 0.3, (rows, 12)) + treated
    s = moderated(site, treated, 0, blocks=blocks)
    p = moderated(other, treated, 0, blocks=blocks)
    both = correct_for_protein(s.log2fc, s.se, s.df, p.log2fc, p.se, p.df)
    for result in (ratio, both):
        assert result.log2fc[: rows // 2].mean() == pytest.approx(-1, abs=0.03)
        assert result.log2fc[rows // 2 :].mean() == pytest.approx(0, abs=0.03)
        assert (result.p[rows // 2 :] < 0.05).mean() <= 0.065
    assert (s.p[rows // 2 :] < 0.05).mean() > 0.9  # uncorrected, the protein is called


@pytest.mark.parametrize(
    ("sites", "proteins", "at", "message"),
    [
        (np.ones((2, 3)), np.ones((1, 4)), [0, 0], "samples must be the same"),
        (np.ones((2, 3)), np.ones((1, 3)), [0], "each site needs one entry"),
        (np.ones((2, 3)), np.ones((1, 3)), [0, 1], "names protein 1, there are 1"),
    ],
)
def test_bad_input_is_refused(sites, proteins, at, message):
    """Other samples, missing entries and proteins that do not exist are named."""
    with pytest.raises(ValueError, match=message):
        subtract_protein(sites, proteins, at)
