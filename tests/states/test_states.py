"""The table of states: what is claimed, on what evidence, and when nothing is."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

import phosres
from phosres.columns import ACTIVITIES, EVIDENCE, READOUTS
from phosres.columns import STATES as SCHEMA
from phosres.evidence import view
from phosres.knowledge import load
from phosres.results import Scores
from phosres.scoring import score
from phosres.states import STATES, infer_states
from phosres.states._channels import channel_members, measure

OFF, UP = -1.8, 1.3


UNGATED = Scores(READOUTS.empty(), ACTIVITIES.empty(), EVIDENCE.empty(), "")


def told(contrast, scores=UNGATED, **changes):
    """Rows of states of the one level, by state; without scores there is nothing to gate."""
    return infer_states(contrast, replace(scores, **changes)).states.set_index("state")


@pytest.fixture(scope="session")
def panel(spot):
    """Make the spots of a pattern: changes of S240/S244, S235/S236, 4E-BP1, AKT and RSK."""

    def build(s6k, dual, ebp, akt, rsk=0.0, se=0.2, left_out=()):
        every = {
            "s6k": [spot("RPS6", "S240;S244", s6k, se), spot("RICTOR", "T1135", s6k, se)],
            "dual": [spot("RPS6", "S235;S236", dual, se)],
            "ebp": [spot("EIF4EBP1", "T37;T46", ebp, se), spot("EIF4EBP1", "S65;T70", ebp, se)],
            "akt": [spot("AKT1", "S473", akt, se), spot("AKT1S1", "T246", akt, se)],
            "rsk": [spot("RPS6KA1", "S380", rsk, se), spot("RPS6KA3", "S369", rsk, se)],
        }
        return [s for name, spots in every.items() if name not in left_out for s in spots]

    return build


PATTERNS = {
    "BOTH_OFF": (OFF, OFF, OFF, OFF),
    "MTORC1_OFF_AKT_FEEDBACK": (OFF, OFF, OFF, UP),
    "S6_OFF_4EBP1_KEPT": (OFF, OFF, 0.0, 0.0),
    "RSK_BYPASS": (OFF, 0.7, OFF, 0.0, 1.5),
    "MTORC1_KEPT": (0.0, 0.0, 0.0, OFF),
    "MTORC1_UP": (UP, UP, UP, 0.0),
    "CANNOT_TELL": (OFF, OFF, UP, 0.0),
}


@pytest.mark.parametrize("state", PATTERNS)
def test_each_pattern_is_named(panel, observed, state):
    """With ten good readouts every state is told by its pattern, and no other is claimed."""
    rows = told(observed(*panel(*PATTERNS[state])))
    assert rows["probability"].sum() == pytest.approx(1)
    assert rows["claimed"].sum() == 1
    assert rows.loc[state, "claimed"]
    assert rows.loc[state, "rank"] == 1
    assert sorted(rows["rank"]) == list(range(1, 8))
    assert list(rows.index) == list(STATES)


def test_the_table_keeps_its_contract(panel, observed):
    """Columns in order; the state of nothing measured is not told, and each row says so."""
    c = observed(*panel(*PATTERNS["BOTH_OFF"]))
    states = infer_states(c, score(c)).states
    assert list(states.columns)[:9] == [
        "contrast", "level", "subject", "state", "probability", "rank", "evidence_for",
        "evidence_against", "text",
    ]  # fmt: skip
    assert list(states.columns) == SCHEMA.names
    nothing = told(observed())
    assert_allclose(nothing["probability"], 1 / 7)
    assert nothing.loc["CANNOT_TELL", "claimed"]
    assert nothing.loc["CANNOT_TELL", "text"].endswith("none of its readouts has a tested change")
    assert (nothing["n_measured"] == 0).all()
    assert phosres.infer_states is infer_states


def test_evidence_names_readouts_with_their_change(panel, observed):
    """AKT speaks for feedback and against both off, with its change and the factor."""
    rows = told(observed(*panel(*PATTERNS["MTORC1_OFF_AKT_FEEDBACK"])))
    assert "AKT S473 +1.30 ± 0.20 (odds ×" in rows.loc["MTORC1_OFF_AKT_FEEDBACK", "evidence_for"]
    assert "AKT S473 +1.30 ± 0.20 (odds ÷" in rows.loc["BOTH_OFF", "evidence_against"]
    assert "4E-BP1 T37/T46" in rows.loc["S6_OFF_4EBP1_KEPT", "evidence_against"]
    assert "NDRG1 (SGK, stand-in)" in rows.loc["BOTH_OFF", "not_measured"]


@pytest.mark.parametrize(
    ("state", "gone"),
    [
        ("BOTH_OFF", "akt"),
        ("BOTH_OFF", "ebp"),
        ("BOTH_OFF", "s6k"),
        ("MTORC1_OFF_AKT_FEEDBACK", "akt"),
        ("S6_OFF_4EBP1_KEPT", "ebp"),
        ("RSK_BYPASS", "dual"),
        ("RSK_BYPASS", "s6k"),
        ("MTORC1_KEPT", "s6k"),
        ("MTORC1_UP", "s6k"),
    ],
)
def test_what_a_state_speaks_of_must_have_been_seen(panel, observed, state, gone):
    """Without the readouts of a part of the state nothing is claimed: missing is not off."""
    rows = told(observed(*panel(*PATTERNS[state], left_out=(gone,))))
    assert rows.loc["CANNOT_TELL", "claimed"]


@pytest.mark.parametrize("state", ["BOTH_OFF", "MTORC1_KEPT", "RSK_BYPASS"])
def test_losing_sites_does_not_make_another_claim(panel, observed, state):
    """Whatever is missing, what is claimed is the state that is there, or nothing."""
    spots = panel(*PATTERNS[state])
    rng = np.random.default_rng(5)
    for _ in range(6):
        kept = [s for s in spots if rng.random() > 0.4]
        rows = told(observed(*kept))
        assert rows.index[rows["claimed"]][0] in (state, "CANNOT_TELL")


def test_swapping_before_and_on_treatment_turns_the_state(panel, observed):
    """What was off is up: both arms and AKT rise; what was kept is kept."""
    turned = [replace(s, log2fc=-s.log2fc) for s in panel(*PATTERNS["BOTH_OFF"])]
    assert told(observed(*turned)).loc["MTORC1_UP", "claimed"]
    still = panel(0.1, -0.1, 0.1, -0.1)
    back = [replace(s, log2fc=-s.log2fc) for s in still]
    first, second = told(observed(*still)), told(observed(*back))
    assert first.loc["MTORC1_KEPT", "claimed"]
    assert second.loc["MTORC1_KEPT", "claimed"]


def test_names_and_order_change_nothing(panel, observed):
    """Another subject name, and features in another order, give the same numbers."""
    spots = panel(*PATTERNS["S6_OFF_4EBP1_KEPT"])
    c = observed(*spots)
    again = told(observed(*spots[::-1]))
    renamed = replace(c, effects=(replace(c.effects[0], subject="Q"),))
    expected = told(c)["probability"]
    assert_allclose(again["probability"], expected, atol=1e-12)
    rows = told(renamed)
    assert_allclose(rows["probability"], expected, atol=1e-12)
    assert set(rows["subject"]) == {"Q"}


def test_stress_normalisation_and_protein_lower_the_certainty(panel, observed, spot):
    """Each gate draws the probability of the claimed state towards the others, and is named."""
    spots = panel(*PATTERNS["BOTH_OFF"])
    c = observed(*spots)
    scores = score(c)
    p = told(c, scores).loc["BOTH_OFF", "probability"]
    flagged = scores.readouts.assign(
        normalization_dependent=scores.readouts["readout"] == "S6_S240_S244"
    )
    shifted = told(c, scores, readouts=flagged)
    assert shifted.loc["BOTH_OFF", "probability"] < p
    protein = scores.readouts.assign(protein_dependent=scores.readouts["readout"] == "4EBP1")
    assert told(c, scores, readouts=protein).loc["BOTH_OFF", "probability"] < p
    warm = [spot("HSPB1", "S82", 3.0), spot("HSPB1", "S15", 3.0), spot("MAPK14", "Y182", 3.0)]
    handled = told(warmed := observed(*spots, *warm), score(warmed))
    assert handled.loc["BOTH_OFF", "probability"] < p
    first = handled[handled["rank"] == 1].iloc[0]
    assert "stress sites rose between the samples" in first["text"]


def test_a_paralog_alone_is_doubted(observed, spot, panel):
    """4E-BP2 T46 alone speaks less for 4E-BP1 T37/T46 than its own sites, and that is said."""
    rest = panel(OFF, OFF, 0.0, 0.0, left_out=("ebp",))
    own, other = (
        told(observed(*rest, spot(gene, "T46", 0.0))) for gene in ("EIF4EBP1", "EIF4EBP2")
    )
    name = "S6_OFF_4EBP1_KEPT"
    assert other.loc[name, "probability"] < own.loc[name, "probability"]
    top = other[other["rank"] == 1]["text"].iloc[0]
    assert "4E-BP1 T37/T46 rests on EIF4EBP2 only" in top


def test_the_sentence_says_what_akt_rests_on(panel, observed, spot):
    """Stand-ins for AKT S473 are named; a rise beside a rapalog's pattern is said."""
    spots = [s for s in panel(*PATTERNS["BOTH_OFF"]) if s.gene != "AKT1"]
    rows = told(observed(*spots, spot("NDRG1", "T346", OFF)))
    assert "AKT S473 was not measured" in rows.loc["BOTH_OFF", "text"]
    beside = told(observed(*panel(OFF, OFF, 0.0, UP)))
    assert beside.loc["S6_OFF_4EBP1_KEPT", "text"].endswith("; AKT rose beside it")


def test_total_s6_phosphate_tells_a_bypass_from_traded_forms(observed, spot):
    """S240/S244 lost: S235/S236 alone rises by what the full form loses; the amount stands."""
    c = observed(spot("RPS6", "S235;S236;S240", -1.0), spot("RPS6", "S235;S236", 0.8))
    found = measure(view(c, c.effects[0]), channel_members(load()))
    by_hand = np.log2((2**-0.5 + 2**0.4) / (2**0.5 + 2**-0.4))
    assert abs(by_hand) < 0.2
    assert found["S6_S235_S236"].estimate == pytest.approx(by_hand)
    assert found["S6_S240_S244"].estimate == pytest.approx(-1.0)


def test_a_cohort_and_its_subjects_have_states(spot, cohort):
    """Six tumours with both complexes off: the cohort is told, single pairs are less sure."""
    spots = [
        spot("RPS6", "S240;S244", OFF), spot("RPS6", "S235;S236", OFF),
        spot("EIF4EBP1", "T37;T46", OFF), spot("AKT1", "S473", OFF), spot("AKT1S1", "T246", OFF),
    ]  # fmt: skip
    made = phosres.contrast(cohort(*spots), pre="pre", on="on")
    states = infer_states(made, score(made)).states
    top = states[states["rank"] == 1].set_index(["level", "subject"])
    assert top.loc[("cohort", ""), "state"] == "BOTH_OFF"
    assert len(top) == 7
    alone = top.loc["subject", "state"]
    assert "; one by one: " in top.loc[("cohort", ""), "text"]
    assert (
        f"{(alone == 'BOTH_OFF').sum()} mTORC1 and mTORC2 off" in top["text"].iloc[0]
        or (alone == "CANNOT_TELL").all()
    )
