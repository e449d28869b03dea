"""Readouts: five outcomes with their reasons, families, and the tables they stand in."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as reference

from phosres import stats
from phosres.columns import ACTIVITIES, EVIDENCE, READOUTS, STATUSES
from phosres.contrasts import contrast
from phosres.knowledge import load
from phosres.scoring import score

PANEL = ["S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473"]
nan = np.nan


def readouts(c, **given):
    """Readouts of the first level and subject, by id."""
    table = score(c, **given).readouts
    first = table[(table["level"] == table["level"][0]) & (table["subject"] == table["subject"][0])]
    return first.set_index("readout")


def test_every_outcome_with_its_reason(spot, observed):
    """Up, down, unchanged, inconclusive and not measured, each with the full sentence."""
    c = observed(
        spot("RPS6", "S235;S236", 3.0, 0.3),
        spot("RPS6", "S240;S244", -2.5, 0.3),
        spot("EIF4EBP1", "T37;T46", 0.05, 0.1),
        df=12,
    )
    out = readouts(c)
    assert list(out.index) == PANEL
    assert out["status"].tolist() == ["up", "down", "unchanged", "not_measured"]
    assert out["reason"].tolist() == [
        "+3.00 log2 (adjusted p <0.0001)",
        "-2.50 log2 (adjusted p <0.0001)",
        "+0.05 log2 (adjusted p 1), within ±0.58 log2 (equivalence p <0.0001)",
        "none of AKT1_S473, AKT2_S474, AKT3_S472 is in the table (not measured is not down); "
        "stand-ins to look at: AKT1S1_T246, FOXO3_S253, GSK3B_S9, NDRG1_S330, ACLY_S455",
    ]
    unsure = readouts(observed(spot("RPS6", "S240;S244", -0.8, 0.5), df=12)).loc["S6_S240_S244"]
    assert unsure["status"] == "inconclusive"
    p = 4 * 2 * reference.t.sf(1.6, 12)
    assert unsure["reason"] == (
        f"-0.80 log2 (adjusted p {p:.2g}): neither a change nor its absence can be shown; "
        f"smallest findable {unsure['mdc']:.2f}"
    )


def test_numbers_of_a_readout(spot, observed):
    """Change, interval, p, equivalence p and smallest findable change, by arithmetic."""
    row = readouts(observed(spot("RPS6", "S240;S244", -1.5, 0.4), df=9)).loc["S6_S240_S244"]
    assert (row["log2fc"], row["se"], row["df"], row["tau"]) == (-1.5, 0.4, 9.0, 0.0)
    half = reference.t.ppf(0.975, 9) * 0.4
    assert_allclose([row["ci_low"], row["ci_high"]], [-1.5 - half, -1.5 + half])
    p = 2 * reference.t.sf(1.5 / 0.4, 9)
    assert_allclose([row["p"], row["q"]], [p, 4 * p])
    margin = np.log2(1.5)
    assert row["p_unchanged"] == pytest.approx(reference.t.sf((margin - 1.5) / 0.4, 9))
    critical = reference.t.ppf(1 - 0.025 / 4, 9)
    assert reference.nct.sf(critical, 9, row["mdc"] / 0.4) == pytest.approx(0.8, abs=1e-6)
    assert (row["n_features"], row["n_agree"]) == (1, 1)
    assert row["features"] == "RPS6 S240;S244 2"
    assert row["family"] == "Holm over the 4 declared readouts"
    assert not row["normalization_dependent"]


def test_seen_but_not_testable(spot, observed):
    """A form with a value on one side only is inconclusive, neither unmeasured nor unchanged."""
    row = readouts(observed(spot("AKT1", "S473", nan, nan))).loc["AKT_S473"]
    assert row["status"] == "inconclusive"
    assert row["reason"] == (
        "seen (forms: 1), but no change can be tested: "
        "seen before treatment only: not detected is not a fold change"
    )
    assert row[["log2fc", "se", "p", "q", "mdc", "p_unchanged"]].isna().all()
    assert row["n_features"] == 1


def test_holm_over_the_declared_readouts_of_a_subject(spot, observed):
    """One subject's p values are adjusted over the whole panel, whatever of it was tested."""
    c = observed(
        spot("RPS6", "S235;S236", -1.0, 0.3),
        spot("RPS6", "S240;S244", -0.8, 0.3),
        spot("EIF4EBP1", "S65", -0.1, 0.3),
        spot("AKT1", "S473", nan, nan),
    )
    out = readouts(c)
    p = 2 * reference.t.sf(np.array([1.0, 0.8, 0.1]) / 0.3, 10)
    assert_allclose(out["p"].iloc[:3], p)
    assert_allclose(out["q"].iloc[:3], [4 * p[0], 3 * p[1], 1])
    assert np.isnan(out["q"].iloc[3])
    assert set(out["family"]) == {"Holm over the 4 declared readouts"}
    assert out["status"].tolist() == ["down", "inconclusive", "inconclusive", "inconclusive"]
    alone = readouts(observed(spot("RPS6", "S240;S244", -0.8, 0.3)))
    assert alone.loc["S6_S240_S244", "q"] == pytest.approx(4 * p[1])
    assert alone.loc["S6_S240_S244", "mdc"] == out.loc["S6_S240_S244", "mdc"]


def test_holm_over_the_measured_readouts_of_a_cohort(spot, cohort):
    """A cohort's p values are adjusted over what could be tested, and the family says how many."""
    table = cohort(spot("RPS6", "S240;S244", -0.2), spot("EIF4EBP1", "S65", -0.1))
    out = readouts(contrast(table, pre="pre", on="on")).loc[["S6_S240_S244", "4EBP1"]]
    assert set(out["family"]) == {"Holm over 2 measured readouts"}
    least, most = out["p"].min(), out["p"].max()
    assert_allclose(sorted(out["q"]), sorted([min(1, 2 * least), max(2 * least, most)]))


def test_a_small_sure_change_is_unchanged(spot, observed):
    """Within the margin beyond doubt counts as unchanged, and the small change is told."""
    row = readouts(observed(spot("RPS6", "S240;S244", 0.3, 0.05))).loc["S6_S240_S244"]
    assert row["q"] < 0.05
    assert row["status"] == "unchanged"
    assert ", a small change, within ±0.58 log2" in row["reason"]


def test_the_margin_is_the_callers(spot, observed):
    """With a tighter margin the same data are no standstill."""
    c = observed(spot("RPS6", "S240;S244", 0.05, 0.1))
    assert readouts(c).loc["S6_S240_S244", "status"] == "unchanged"
    tight = readouts(c, unchanged_fold=1.1).loc["S6_S240_S244"]
    assert tight["status"] == "inconclusive"
    assert score(c, unchanged_fold=1.1).parameters == {"alpha": 0.05, "unchanged_fold": 1.1}


def test_members_that_move_apart_are_not_unchanged(spot, observed):
    """+3 and -3 average to nothing, and that is no standstill."""
    c = observed(spot("EIF4EBP1", "T37", 3.0, 0.1), spot("EIF4EBP1", "S65", -3.0, 0.1))
    row = readouts(c).loc["4EBP1"]
    assert row["log2fc"] == pytest.approx(0, abs=1e-9)
    assert row["se"] < 0.15
    assert row["p_unchanged"] > 0.3
    assert row["status"] == "inconclusive"
    quiet = observed(spot("EIF4EBP1", "T37", 0.0, 0.1), spot("EIF4EBP1", "S65", 0.0, 0.1))
    assert readouts(quiet).loc["4EBP1", "status"] == "unchanged"


def test_without_two_thirds_of_the_evidence_no_direction_is_called(spot, observed):
    """A change that half of the evidence moves against is not called, and it is told why."""
    c = observed(spot("EIF4EBP1", "T37", -5.0, 0.2), spot("EIF4EBP1", "S65", 1.0, 0.2))
    row = readouts(c).loc["4EBP1"]
    assert row["q"] < 0.05
    assert row["status"] == "inconclusive"
    assert row["reason"] == (
        "-2.00 log2 (adjusted p <0.0001), but only 50% of the evidence moves that way"
    )
    assert row["n_agree"] == 1
    two = observed(
        spot("EIF4EBP1", "T37", -5.0, 0.2),
        spot("EIF4EBP1", "S65", -4.0, 0.2),
        spot("EIF4EBP2", "T37", 1.0, 0.2),
    )
    assert readouts(two).loc["4EBP1", "status"] == "down"


def test_trading_forms_are_told_in_the_reason(spot, observed):
    """The direction is that of the doubly phosphorylated form, and the reason says so."""
    c = observed(spot("RPS6", "S240", 1.0, 0.2), spot("RPS6", "S240;S244", -2.0, 0.2))
    row = readouts(c).loc["S6_S240_S244"]
    assert (row["status"], row["log2fc"]) == ("down", -2.0)
    assert (row["n_features"], row["n_agree"]) == (2, 1)
    assert "fewer phosphates" in row["reason"]
    evidence = score(c).evidence.query("target == 'S6_S240_S244'").set_index("feature")
    assert evidence["weight"].to_dict() == {"RPS6 S240 1": 0.0, "RPS6 S240;S244 2": 1.0}
    assert "not counted" in evidence.loc["RPS6 S240 1", "note"]


@settings(max_examples=15, deadline=None)
@given(change=st.floats(-4, 4), se=st.floats(0.02, 2), df=st.floats(2, 50))
def test_alpha_only_loosens(spot, observed, change, se, df):
    """With a larger alpha intervals and the smallest findable change shrink; calls stay calls."""
    c = observed(spot("RPS6", "S240;S244", change, se), df=df)
    strict, loose = (readouts(c, alpha=a).loc["S6_S240_S244"] for a in (0.01, 0.2))
    assert 0 < loose["mdc"] < strict["mdc"]
    assert strict["ci_low"] < loose["ci_low"] <= change <= loose["ci_high"] < strict["ci_high"]
    assert strict["p"] == loose["p"]
    if strict["status"] != "inconclusive":
        assert loose["status"] in (strict["status"], "unchanged")


@pytest.mark.parametrize("measured", [(), ("RPS6",), ("RPS6", "AKT1")])
def test_there_is_always_a_row_for_each_of_the_panel(spot, cohort, measured):
    """Four rows at each level and subject, in the panel's order, whatever was measured."""
    table = cohort(*[spot(g, "S473" if g == "AKT1" else "S240;S244", -2.0) for g in measured])
    out = score(contrast(table, pre="pre", on="on")).readouts
    keys = out.groupby(["level", "subject"], sort=False)["readout"].agg(list)
    assert list(keys.index) == [("cohort", "")] + [("subject", s) for s in "ABCDEF"]
    assert all(rows == PANEL for rows in keys)
    assert set(out["status"]) <= set(STATUSES)
    missing = out[out["status"] == "not_measured"]
    assert len(missing) == 7 * (4 - len(measured))
    assert missing[["log2fc", "se", "p", "q", "ci_low", "ci_high", "mdc"]].isna().all(axis=None)
    assert (missing["n_features"] == 0).all()


def test_a_cohort_from_values_to_outcomes(spot, cohort):
    """Through the real contrast: what was planted comes out, at both levels."""
    table = cohort(
        spot("RPS6", "S235;S236", -2.0),
        spot("RPS6", "S240;S244", -3.0),
        spot("EIF4EBP1", "T37;T46", 0.0),
        spot("AKT1", "S473", 1.5),
    )
    scores = score(contrast(table, pre="pre", on="on"))
    out = scores.readouts.query("level == 'cohort'").set_index("readout")
    assert out["status"].to_dict() == {
        "S6_S235_S236": "down", "S6_S240_S244": "down", "4EBP1": "unchanged", "AKT_S473": "up",
    }  # fmt: skip
    assert scores.text == (
        "on, cohort: S6_S235_S236 down, S6_S240_S244 down, 4EBP1 unchanged, AKT_S473 up"
    )
    alone = scores.readouts.query("subject == 'A'").set_index("readout")
    assert (alone["se"] > out["se"]).all()
    assert (alone["mdc"] > out["mdc"]).all()


def test_tables_follow_their_schemas(spot, cohort, observed):
    """Columns in the order of the contract with their kinds, empty cohorts included."""
    kinds = {"number": "float", "count": "Int", "flag": "bool"}
    for c in (
        contrast(cohort(spot("RPS6", "S240;S244", -2.0)), pre="pre", on="on"),
        observed(),
        observed(spot("AKT1", "S473", nan, nan)),
    ):
        scores = score(c)
        for schema in (READOUTS, ACTIVITIES, EVIDENCE):
            frame = getattr(scores, schema.name)
            assert list(frame.columns) == schema.names
            for column in schema:
                if column.kind in kinds:
                    assert str(frame[column.name].dtype).startswith(kinds[column.kind])


def test_a_contrast_without_effects_has_empty_tables(observed):
    """No level, no rows, and a sentence that says so."""
    scores = score(replace(observed(), effects=()))
    assert (len(scores.readouts), len(scores.activities), len(scores.evidence)) == (0, 0, 0)
    assert scores.text == "on: no readout could be looked at"


def test_evidence_lists_every_form(spot, observed):
    """Each form of a readout has a row with its own numbers; weights sum to 1."""
    c = observed(
        spot("EIF4EBP1", "T37;T46", -1.0, 0.3),
        spot("EIF4EBP1", "S65", -2.0, 0.2),
        spot("EIF4EBP2", "T46", -1.5, 0.2),
        spot("EIF4EBP1", "T70", nan, nan),
    )
    scores = score(c)
    rows = scores.evidence.query("target == '4EBP1'")
    assert len(rows) == 4
    assert rows["weight"].sum() == pytest.approx(1)
    assert rows["site_ids"].tolist() == [
        "EIF4EBP1_T37;EIF4EBP1_T46", "EIF4EBP1_S65", "EIF4EBP1_T70", "EIF4EBP2_T46",
    ]  # fmt: skip
    change = (rows["weight"] * rows["sign"].astype(float) * rows["log2fc"]).sum()
    assert readouts(c).loc["4EBP1", "log2fc"] == pytest.approx(change)
    assert set(scores.evidence["target"]) >= {"4EBP1", "MTORC1", "MTORC1_4EBP"}


def test_reasons_are_sentences_of_numbers(spot, cohort):
    """Every reason is text without nan, None or a traceback of formats."""
    scores = score(contrast(cohort(spot("RPS6", "S240;S244", -0.4)), pre="pre", on="on"))
    for reason in [*scores.readouts["reason"], *scores.activities["reason"]]:
        assert reason
        assert not re.search(r"\bnan\b|None|\{|\}", reason)


def test_the_knowledge_is_the_callers(spot, observed):
    """Another panel gives other rows."""
    own = load()
    small = replace(own, readouts={"4EBP1": own.readouts["4EBP1"]})
    out = score(observed(spot("EIF4EBP1", "S65", -2.0)), knowledge=small).readouts
    assert out["readout"].tolist() == ["4EBP1"]
    assert stats.holm(out["p"].to_numpy()).tolist() == out["q"].tolist()
