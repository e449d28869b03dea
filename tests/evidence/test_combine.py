"""Features to one number: units, signs, shares and invariances."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as reference

from phosres.evidence import combine, nothing

nan = np.nan


def test_a_single_feature_is_returned_exactly(spot, look, site):
    """One form: its very numbers, and all of the share."""
    out = combine(look(spot(-1.3, 0.25, df=7)), [site("A_S10")])
    assert (out.estimate, out.se, out.df, out.tau) == (-1.3, 0.25, 7.0, 0.0)
    assert out.se_spread == 0.25
    assert out.p == pytest.approx(2 * reference.t.sf(1.3 / 0.25, 7))
    (form,) = out.forms
    assert (form.feature, form.protein, form.unit) == ("F0", "A", "A#1")
    assert (form.site_ids, form.sign, form.share, form.note) == (("A_S10",), 1, 1.0, "")
    half = reference.t.ppf(0.975, 7) * 0.25
    assert out.interval(0.05) == pytest.approx((-1.3 - half, -1.3 + half))
    assert out.listed() == "F0 -1.30"


@pytest.mark.parametrize("n", [2, 3, 10, 40])
@pytest.mark.parametrize("rho", [0.5, 0.9, 1.0])
def test_forms_of_one_stretch_never_count_as_many(spot, look, site, n, rho):
    """n identical forms bring sqrt((1 + (n - 1) rho) / n) of one form's error, and no df."""
    given = {"stretch": rho, "protein": 0.3, "between": 0.1}
    view = look(*[spot(-1.0, 0.2, df=8)] * n, correlation=given)
    out = combine(view, [site("A_S10")])
    assert out.estimate == pytest.approx(-1.0)
    assert out.se == pytest.approx(0.2 * np.sqrt((1 + (n - 1) * rho) / n))
    assert out.se >= 0.2 * np.sqrt(rho) - 1e-12
    assert out.df == pytest.approx(8)
    assert_allclose([f.share for f in out.forms], 1 / n)
    assert {f.unit for f in out.forms} == {"A#1"}


def test_two_units_of_two_proteins_by_hand(spot, look, site):
    """Units are weighed by 1 / (se^2 + median se^2); their noise is correlated."""
    view = look(spot(-2.0, 0.2, df=6), spot(-0.5, 0.4, "B", df=20))
    out = combine(view, [site("A_S10"), site("B_S10")])
    w = 1 / np.array([0.04 + 0.09, 0.16 + 0.09])
    w /= w.sum()
    part = w * [0.2, 0.4]
    assert out.estimate == pytest.approx(w @ [-2.0, -0.5])
    assert out.se == pytest.approx(np.sqrt(part @ part + 2 * 0.1 * part[0] * part[1]))
    own = part**2 / (part @ part)
    u = own / np.sqrt([6, 20])
    assert out.df == pytest.approx(1 / (u @ u + 2 * 0.1**2 * u[0] * u[1]))
    assert_allclose([f.share for f in out.forms], w)
    assert out.proteins == ("A", "B")
    assert out.sites == ("A_S10", "B_S10")
    assert out.se_spread > out.se


def test_specificity_weighs_units(spot, look, site):
    """A unit of half the specificity counts half at equal precision."""
    view = look(spot(-3.0), spot(0.0, protein="B"))
    out = combine(view, [site("A_S10", weight=1.0), site("B_S10", weight=0.5)])
    assert out.estimate == pytest.approx(-2.0)
    assert_allclose([f.share for f in out.forms], [2 / 3, 1 / 3])
    assert [f.weight for f in out.forms] == [1.0, 0.5]


def test_the_estimate_is_the_sum_of_shares(spot, look, site):
    """Two stages: estimate = sum of share x signed change over all counted forms."""
    view = look(spot(-2.0, 0.2), spot(-1.5, 0.3), spot(-1.8, 0.2, position=60), spot(1.0, 0.4, "B"))
    members = [site("A_S10"), site("A_S60", weight=0.5), site("B_S10", -1)]
    out = combine(view, members)
    assert sum(f.share for f in out.forms) == pytest.approx(1)
    assert out.estimate == pytest.approx(sum(f.share * f.signed for f in out.forms))
    assert {f.unit for f in out.forms} == {"A#1", "A#2 (shared)", "B#1"}


@pytest.mark.parametrize(("gap", "units"), [(15, 1), (16, 2)])
def test_stretches_end_after_fifteen_residues(spot, look, site, gap, units):
    """Sites up to 15 residues apart are one unit, further apart two."""
    view = look(spot(-1.0), spot(-1.0, position=10 + gap))
    out = combine(view, [site("A_S10"), site(f"A_S{10 + gap}")])
    assert len({f.unit for f in out.forms}) == units
    rho = 0.6 if units == 1 else 0.3  # of one stretch, of one protein
    assert out.se == pytest.approx(0.2 * np.sqrt((1 + rho) / 2))


def test_stretches_are_of_one_protein(spot, look, site):
    """Equal positions of two proteins have nothing to do with each other."""
    out = combine(look(spot(-1.0), spot(-1.0, protein="B")), [site("A_S10"), site("B_S10")])
    assert out.se == pytest.approx(0.2 * np.sqrt((1 + 0.1) / 2))


def test_shared_and_specific_forms_of_a_stretch_are_two_units(spot, look, site):
    """Shared-input forms do not speak for specific ones, but their noise is that of a stretch."""
    view = look(spot(-2.0), spot(-1.0, position=15))
    out = combine(view, [site("A_S10", weight=0.5), site("A_S15", weight=1.0)])
    assert [f.unit for f in out.forms] == ["A#1 (shared)", "A#1"]
    assert out.estimate == pytest.approx((-2.0 * 0.5 - 1.0) / 1.5)
    w = np.array([1, 2]) / 3
    expected = 0.2 * np.sqrt(w @ [[1, 0.6], [0.6, 1]] @ w)
    assert out.se == pytest.approx(expected)


def test_a_form_with_a_specific_site_is_specific(spot, look, site):
    """A form that carries both kinds of sites belongs to the specific unit, at its weight."""
    view = look(spot(-2.0, site="A_S10;A_S15"), spot(-1.0, position=15, site="A_S15"))
    out = combine(view, [site("A_S10", weight=0.5), site("A_S15", weight=1.0)])
    assert {f.unit for f in out.forms} == {"A#1"}
    assert out.forms[0].site_ids == ("A_S10", "A_S15")
    assert out.forms[0].weight == 1.0


def test_inverse_members_count_inversely(spot, look, site):
    """A site of sign -1 that falls speaks for a rise, with its own change shown."""
    view = look(spot(1.0), spot(-1.0, protein="B"))
    out = combine(view, [site("A_S10"), site("B_S10", -1)])
    assert out.estimate == pytest.approx(1.0)
    inverse = out.forms[1]
    assert (inverse.sign, inverse.log2fc, inverse.signed) == (-1, -1.0, 1.0)
    assert out.agreement == pytest.approx(1)


def test_forms_with_contradicting_sites_are_left_out(spot, look, site):
    """A form that carries sites of both signs says nothing and is not listed."""
    view = look(spot(-1.0, site="A_S10;A_S12"), spot(-0.5, site="A_S10"))
    out = combine(view, [site("A_S10", 1), site("A_S12", -1)])
    assert [f.feature for f in out.forms] == ["F1"]
    assert out.estimate == -0.5


def test_members_without_direction_do_not_count(spot, look, site):
    """Sign 0 is as if the site were no member: neither counted nor a contradiction."""
    view = look(spot(-1.0, site="A_S10;A_S12"), spot(4.0, site="A_S12"))
    out = combine(view, [site("A_S10"), site("A_S12", 0)])
    assert [f.feature for f in out.forms] == ["F0"]
    assert out.forms[0].site_ids == ("A_S10",)
    assert combine(view, [site("A_S12", 0)]).forms == ()


def test_no_member_was_measured(spot, look, site):
    """Without any member feature there is nothing: NaN everywhere, no form, no p value."""
    out = combine(look(spot(-1.0)), [site("B_S10")])
    assert out == nothing() or (out.forms == () and np.isnan(out.estimate))
    assert not out.estimable
    assert np.isnan(out.p)
    assert np.isnan(out.interval(0.05)).all()
    assert out.counted == ()


def test_untested_features_are_shown_and_not_counted(spot, look, site):
    """A form without a tested change keeps its record with share 0; the rest is as without it."""
    view = look(spot(-1.0), spot(nan, nan), spot(nan, nan, "B"), spot(-3.0, nan, "C"))
    members = [site("A_S10"), site("B_S10"), site("C_S10")]
    out = combine(view, members)
    assert (out.estimate, out.se) == (-1.0, 0.2)
    assert [f.share for f in out.forms] == [1.0, 0.0, 0.0, 0.0]
    assert out.proteins == ("A",)
    none = combine(look(spot(nan, nan)), [site("A_S10")])
    assert not none.estimable
    assert len(none.forms) == 1


def test_untested_features_say_why(spot, look, site):
    """Alone in their unit or beside tested forms: the side a form was seen on is noted."""
    view = look(
        spot(-1.0),
        spot(nan, nan, n_on=0),
        spot(nan, nan, "B", n_pre=0),
        spot(nan, nan, "B"),
        spot(2.0, nan, "C"),
    )
    out = combine(view, [site("A_S10"), site("B_S10"), site("C_S10")])
    assert [f.note for f in out.forms] == [
        "",
        "seen before treatment only: not detected is not a fold change",
        "seen on treatment only: not detected is not a fold change",
        "no comparison of two values, or no noise to judge it by",
        "no comparison of two values, or no noise to judge it by",
    ]


def test_a_form_far_off_is_weighed_down_and_named(spot, look, site):
    """Among five forms, one 5 standard deviations off neither decides nor is hidden."""
    values = [-1.0, -1.1, -0.9, -1.05, -0.95]
    forms = [spot(v, 0.1) for v in values]
    odd = [*forms, spot(2.0, 0.1)]
    out = combine(look(*odd), [site("A_S10")])
    assert abs(out.estimate + 1) < 0.15
    assert out.forms[-1].share < 0.06
    assert out.forms[-1].note == "disagrees with the other forms, down-weighted"
    assert {f.note for f in out.forms[:-1]} == {""}
    assert out.notes == ("1 of 6 forms disagree with the rest and were down-weighted",)
    assert combine(look(*forms), [site("A_S10")]).notes == ()


def test_disagreement_between_few_forms_is_uncertainty(spot, look, site):
    """Two forms of one stretch that move apart widen the interval of their unit."""
    apart = combine(look(spot(-2.0), spot(0.0)), [site("A_S10")])
    together = combine(look(spot(-1.0), spot(-1.0)), [site("A_S10")])
    assert apart.estimate == pytest.approx(together.estimate)
    assert apart.se > 1.2 * together.se
    assert apart.tau > 0.5


def test_differences_between_units_are_no_uncertainty_of_their_average(spot, look, site):
    """Substrates that move differently keep the error of their noise; the spread is kept apart."""
    members = [site("A_S10"), site("B_S10")]
    apart = combine(look(spot(-3.0), spot(3.0, protein="B")), members)
    together = combine(look(spot(0.0), spot(0.0, protein="B")), members)
    assert apart.se == pytest.approx(together.se)
    assert apart.se_spread > 2
    assert apart.tau > 2
    assert together.se_spread == pytest.approx(together.se)


def test_agreement_by_hand(spot, look, site):
    """The share of the evidence that moves with the estimate, by weight."""
    view = look(spot(-3.0), spot(1.0, protein="B"), spot(0.5, protein="C"))
    members = [site("A_S10"), site("B_S10", weight=0.5), site("C_S10", weight=0.5)]
    out = combine(view, members)
    assert out.estimate == pytest.approx((-3 + 0.5 + 0.25) / 2)
    assert out.agreement == pytest.approx(0.5)


def test_listed_is_shortened(spot, look, site):
    """The list of forms goes by share and counts the rest."""
    view = look(spot(-2.0, 0.2), spot(-1.0, 0.4, "B"), spot(-0.5, 0.8, "C"))
    out = combine(view, [site(f"{p}_S10") for p in "ABC"])
    assert out.listed(2) == "F0 -2.00 | F1 -1.00 | and 1 more"


def test_residuals_raise_the_correlation_never_lower_it(spot, look, site):
    """Forms whose residuals go together count as one; independent ones keep the assumption."""
    rng = np.random.default_rng(1)
    one = rng.normal(size=12)
    view = look(spot(-1.0), spot(-1.0))
    copies = replace(view, residuals=np.array([one, one]), residual_df=np.array([11.0, 11.0]))
    mirror = replace(view, residuals=np.array([one, -one]), residual_df=np.array([11.0, 11.0]))
    few = replace(view, residuals=np.array([one, one]), residual_df=np.array([2.0, 2.0]))
    se = [combine(v, [site("A_S10")]).se for v in (copies, mirror, few)]
    assert se[0] == pytest.approx(0.2 * np.sqrt(1.95 / 2))
    assert_allclose(se[1:], 0.2 * np.sqrt(1.6 / 2))


def draw(seed: int, spot) -> tuple[list, list[str]]:
    """Forms of three proteins and several stretches, some untested or multiply phosphorylated."""
    rng = np.random.default_rng(seed)
    spots = [
        spot(
            nan if rng.random() < 0.15 else rng.normal(0, 1),
            rng.uniform(0.1, 0.6),
            protein=str(rng.choice(list("ABC"))),
            position=int(rng.choice([10, 12, 40, 90])),
            multiplicity=float(rng.choice([1, 2, nan], p=[0.5, 0.4, 0.1])),
            df=rng.uniform(3, 30),
            mean=rng.normal(22, 2),
        )
        for _ in range(int(rng.integers(2, 12)))
    ]
    return spots, sorted({s.site_ids[0] for s in spots})


SEED = {"seed": st.integers(0, 10**6)}


@settings(max_examples=60, deadline=None)
@given(**SEED)
def test_sign_flip(spot, look, site, seed):
    """All changes the other way round give the estimate the other way round, nothing else."""
    spots, sites = draw(seed, spot)
    rng = np.random.default_rng(seed)
    members = [site(s, int(rng.choice([-1, 1])), float(rng.choice([0.5, 1]))) for s in sites]
    one = combine(look(*spots), members)
    flipped = combine(look(*[replace(s, log2fc=-s.log2fc) for s in spots]), members)
    turned = combine(look(*spots), [replace(m, sign=-m.sign) for m in members])
    for other in (flipped, turned):
        assert_allclose(other.estimate, -one.estimate, atol=1e-7)
        numbers = ("se", "df", "tau", "se_spread", "agreement")
        for name in numbers:
            assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-5, atol=1e-9)
        assert_allclose([f.share for f in other.forms], [f.share for f in one.forms], atol=1e-7)
        assert other.notes == one.notes


@settings(max_examples=60, deadline=None)
@given(**SEED)
def test_order_of_features_and_members(spot, look, site, seed):
    """Features and members may come in any order."""
    spots, sites = draw(seed, spot)
    rng = np.random.default_rng(seed)
    members = [site(s, 1, float(rng.choice([0.5, 1]))) for s in sites]
    order = rng.permutation(len(spots))
    one = combine(look(*spots), members)
    other = combine(
        look(*[spots[i] for i in order]), [members[i] for i in rng.permutation(len(members))]
    )
    for name in ("estimate", "se", "df", "tau", "se_spread"):
        assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-5, atol=1e-8)
    share = {f.feature: f.share for f in one.forms}
    again = {f"F{order[int(f.feature[1:])]}": f.share for f in other.forms}
    assert again.keys() == share.keys()
    assert_allclose([again[k] for k in share], list(share.values()), atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(**SEED)
def test_what_always_holds(spot, look, site, seed):
    """Shares sum to 1, give the estimate, and no combination is surer than its noise allows."""
    spots, sites = draw(seed, spot)
    out = combine(look(*spots), [site(s) for s in sites])
    if not any(np.isfinite(s.log2fc) for s in spots):
        assert not out.estimable
        return
    assert sum(f.share for f in out.forms) == pytest.approx(1)
    assert all(f.share >= 0 for f in out.forms)
    counted = sum(f.share * f.signed for f in out.counted)
    assert out.estimate == pytest.approx(counted, abs=1e-9)
    assert out.se_spread >= out.se > 0
    assert out.tau >= 0
    assert 0 <= out.agreement <= 1 + 1e-9
    assert out.se >= min(s.se for s in spots) * np.sqrt(1 / len(spots)) - 1e-12
    assert [f.share for f in out.forms if not np.isfinite(f.log2fc)] == [0.0] * sum(
        not np.isfinite(f.log2fc) for f in out.forms
    )
