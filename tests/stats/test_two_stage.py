"""Sites inside selected sets: by hand, and the error rate it promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import adjust_within_selected, benjamini_hochberg, two_sided

nan = np.nan


def test_by_hand():
    """Two of four sets selected: the sites' BH values double."""
    out = adjust_within_selected(
        [0.001, 0.01, 0.5, nan, 0.9], [[0.01, 0.04, nan], [0.3], [0.001], [0.001], []]
    )
    assert_allclose(out.set_q, [0.004, 0.02, 2 / 3, nan, 0.9])
    assert out.selected.tolist() == [True, True, False, False, False]
    assert (out.n_selected, out.n_tested) == (2, 4)
    assert_allclose(out.site_q[0], [0.04, 0.08, nan])
    assert_allclose(out.site_q[1], [0.6])
    assert np.isnan(out.site_q[2]).all()
    assert np.isnan(out.site_q[3]).all()
    assert out.site_q[4].size == 0


def test_nothing_selected_gives_nothing():
    """Without a selected set no site has an adjusted value."""
    out = adjust_within_selected([0.5, 0.6], [[0.0001], [0.0001]])
    assert not out.selected.any()
    assert np.isnan(np.concatenate(out.site_q)).all()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=6), min_size=1, max_size=8),
    st.floats(0.01, 0.5),
)
def test_never_below_plain_adjustment(families, level):
    """Selection costs: values are at least those of BH within the set, and equal if all are."""
    set_p = [min(p) for p in families]
    out = adjust_within_selected(set_p, families, level=level)
    for chosen, p, q in zip(out.selected, families, out.site_q, strict=True):
        if chosen:
            assert (q >= benjamini_hochberg(p) - 1e-12).all()
            if out.selected.all():
                assert_allclose(q, benjamini_hochberg(p))


def test_average_false_discovery_proportion_over_selected_sets():
    """Mean over selected sets of the false share of the sites found stays below the level.

    Plain BH inside sets that were selected for their small p values does not keep it.
    """
    rng = np.random.default_rng(0)
    kept, plain = [], []
    for _ in range(400):
        effect = np.zeros((40, 10))
        effect[:4, :5] = 3.5
        p = two_sided(rng.normal(effect), np.inf)
        set_p = np.minimum(p.min(axis=1) * 10, 1.0)
        out = adjust_within_selected(set_p, list(p))
        if not out.n_selected:
            continue
        for total, adjusted in (
            (kept, out.site_q),
            (plain, [benjamini_hochberg(row) for row in p]),
        ):
            share = []
            for k in np.flatnonzero(out.selected):
                found = adjusted[k] <= 0.05
                share.append((found & (effect[k] == 0)).sum() / max(found.sum(), 1))
            total.append(np.mean(share))
    assert np.mean(kept) <= 0.06  # expectation 0.0475, standard error 0.005
    assert np.mean(plain) > 0.07


@pytest.mark.parametrize(
    ("p", "sites", "level", "message"),
    [
        ([0.1], [[0.1], [0.2]], 0.05, "1 sets have a p value, 2 have sites"),
        ([0.1], [[0.1]], 1.0, "level is 1.0"),
        ([1.1], [[0.1]], 0.05, "outside"),
        ([0.01], [[-0.1]], 0.05, "outside"),
    ],
)
def test_bad_input_is_refused(p, sites, level, message):
    """Lengths, levels and p values that cannot be are named."""
    with pytest.raises(ValueError, match=message):
        adjust_within_selected(p, sites, level=level)
