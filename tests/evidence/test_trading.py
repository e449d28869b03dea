"""Trading forms: when fewer phosphates rise because more phosphates are lost."""

import numpy as np
import pytest

from phosres.evidence import combine
from phosres.evidence._trading import find_trading

nan = np.nan


def trading(multiplicity, signed, *, se=0.2, mean=25.0) -> list[bool]:
    """Which forms are not counted; changes are already in the direction of an active pathway."""
    change = np.asarray(signed, dtype=float)
    errors, means = (np.broadcast_to(np.asarray(x, float), change.shape) for x in (se, mean))
    return find_trading(multiplicity, change, errors, change, means).tolist()


def test_the_double_form_tells_the_direction(spot, look, site):
    """The double form falls, the single one rises from saturation: the kinase went down."""
    view = look(
        spot(1.0, site="A_S10", multiplicity=1, mean=25),
        spot(-2.0, site="A_S10;A_S12", multiplicity=2, mean=25),
    )
    out = combine(view, [site("A_S10"), site("A_S12")])
    assert (out.estimate, out.se) == (-2.0, 0.2)
    single, double = out.forms
    assert (single.share, double.share) == (0.0, 1.0)
    assert single.note == "trades with the forms with more phosphates, not counted"
    (note,) = out.notes
    assert "fewer phosphates" in note
    assert note.endswith("judged by the latter")
    assert out.agreement == pytest.approx(1)


def test_the_reverse_when_the_kinase_starts():
    """The double form rises on cost of the single one."""
    assert trading([1, 2], [-1.0, 2.0]) == [True, False]


def test_inverse_sites_trade_too(spot, look, site):
    """With sign -1 the direction is inverse, the balance of amounts the same."""
    spots = spot(1.0, multiplicity=1), spot(-2.0, multiplicity=2)
    assert combine(look(*spots), [site("A_S10", -1)]).estimate == 2.0


def test_amounts_that_cannot_balance():
    """A faint double form cannot have fed a strong single one: everything counts."""
    assert trading([1, 2], [1.0, -1.0], mean=[25.0, 25.0]) == [True, False]
    assert trading([1, 2], [1.0, -1.0], mean=[25.0, 22.7]) == [True, False]  # a fifth: just
    assert trading([1, 2], [1.0, -1.0], mean=[25.0, 22.6]) == [False, False]
    assert trading([1, 2], [1.0, -1.0], mean=[25.0, 15.0]) == [False, False]


def test_a_strong_double_form_may_feed_a_faint_single_one():
    """The single form need not gain all that the double one lost: it loses phosphate too."""
    assert trading([1, 2], [1.0, -1.0], mean=[15.0, 25.0]) == [True, False]


def test_ratios_hold_no_amounts():
    """Without amounts the balance is not looked at."""
    assert trading([1, 2], [1.0, -1.0], mean=nan) == [True, False]


@pytest.mark.parametrize(
    ("multiplicity", "signed", "se"),
    [
        ([1, 2], [-1.0, -1.0], 0.2),  # same direction
        ([1, 2], [0.1, -2.0], 0.2),  # the single form is within its noise
        ([1, 2], [2.0, -0.1], 0.2),  # the double form is within its noise
        ([1, 1], [1.0, -1.0], 0.2),  # one multiplicity only
        ([2, 2], [1.0, -1.0], 0.2),
        ([nan, 2], [1.0, -1.0], 0.2),  # unknown multiplicity
        ([1, nan], [1.0, -1.0], 0.2),
        ([1, 2], [0.0, 0.0], 0.2),
        ([1], [1.0], 0.2),
    ],
)
def test_no_trading(multiplicity, signed, se):
    """Without two multiplicities that surely move against each other, everything counts."""
    assert not any(trading(multiplicity, signed, se=se))


def test_the_limit_is_one_standard_error():
    """Each kind must move by more than one standard error."""
    assert trading([1, 2], [0.2, -1.0], se=0.2) == [False, False]
    assert trading([1, 2], [0.2001, -1.0], se=0.2) == [True, False]


def test_the_lowest_split_that_trades_is_taken():
    """Forms above the split tell: two and three phosphates together, or three alone."""
    assert trading([1, 2, 3, 1], [1.0, -1.0, -2.0, 0.8]) == [True, False, False, True]
    assert trading([1, 2, 3], [1.0, 3.0, -2.0]) == [True, True, False]


def test_the_most_phosphorylated_form_contests_a_direction(spot, look, site):
    """Forms with fewer phosphates that rise are no rise while the fullest form falls a little."""
    view = look(spot(1.5, multiplicity=1), spot(1.8, multiplicity=2), spot(-0.1, multiplicity=3))
    out = combine(view, [site("A_S10")])
    assert out.estimate > 0
    assert out.contested == pytest.approx(1)
    alone = combine(look(spot(1.5, multiplicity=1), spot(1.8, multiplicity=2)), [site("A_S10")])
    assert alone.contested == 0


def test_unknown_multiplicity_counts_everything(spot, look, site):
    """Where the number of phosphates is unknown, forms that disagree are averaged."""
    view = look(spot(1.0, multiplicity=nan), spot(-2.0, multiplicity=2))
    out = combine(view, [site("A_S10")])
    assert out.estimate == pytest.approx(-0.5)
    assert [f.share for f in out.forms] == [0.5, 0.5]
    assert out.notes == ()


def test_trading_is_within_a_stretch(spot, look, site):
    """Forms of different stretches or proteins do not trade."""
    far = look(spot(1.0, multiplicity=1), spot(-2.0, position=80, multiplicity=2))
    assert combine(far, [site("A_S10"), site("A_S80")]).notes == ()
    other = look(spot(1.0, multiplicity=1), spot(-2.0, protein="B", multiplicity=2))
    assert combine(other, [site("A_S10"), site("B_S10")]).notes == ()
