"""The sentences: each status has its words and its numbers, and none advises."""

import re

import pytest

from phosres.columns import CALL_STATUSES, STATUSES
from phosres.report import sentences
from phosres.report.groups import Group
from phosres.report.sentences import Tone

READOUT = {
    "readout": "S6_S240_S244",
    "complex": "MTORC1",
    "log2fc": -1.104,
    "ci_low": -1.5,
    "ci_high": -0.7,
    "p": 0.00001,
    "q": 0.0123,
    "n_features": 3,
    "n_agree": 2,
    "p_unchanged": 0.9,
    "mdc": 0.62,
    "normalization_dependent": False,
    "detection": "",
    "reason": "-1.10 log2 (adjusted p 0.012), but its forms contradict each other; 3 forms",
}
ACTIVITY = {
    "set": "MTORC1",
    "score": 0.52,
    "ci_low": 0.2,
    "ci_high": 0.84,
    "p": 0.004,
    "q": 0.008,
    "n_measured": 9,
    "n_members": 20,
    "n_proteins": 4,
    "reason": "rests on one protein",
}
CALL = {"call": "AKT_FEEDBACK", "kind": "compensation", "grade": "weak", "reason": "why"}
PAIR = Tone(differ_only=True)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("up", "S6 S240/S244 rose: "),
        ("down", "S6 S240/S244 fell: "),
        ("unchanged", "S6 S240/S244 stayed within 1.5-fold: "),
        ("inconclusive", "S6 S240/S244 is inconclusive: "),
    ],
)
def test_readout_says_status_and_numbers(status: str, expected: str) -> None:
    """A measured readout is told with change, interval, p and number of peptidoforms."""
    said = sentences.readout_sentence({**READOUT, "status": status}, Tone())
    numbers = "-1.10 log2 (95 % CI -1.50 to -0.70), p <0.0001, adjusted 0.012"
    assert said.startswith(f"{expected}{numbers}, from 3 peptidoforms")
    if status == "inconclusive":
        found = "the smallest change that would be found in 80 of 100 cases is 0.62 log2 (1.5-fold)"
        assert found in said
        assert said.endswith("; no status is given: its forms contradict each other.")
    if status in ("up", "down"):
        assert said.endswith("; 2 of 3 point this way.")


def test_not_measured_is_no_change() -> None:
    """What was not measured is said to say nothing."""
    row = {**READOUT, "status": "not_measured", "log2fc": float("nan"), "n_features": 0}
    said = "S6 S240/S244 was not measured, which says nothing about a change."
    assert sentences.readout_sentence(row, Tone()) == said


def test_seen_without_estimate_is_inconclusive() -> None:
    """Forms without a value on both sides give no number."""
    row = {**READOUT, "status": "inconclusive", "log2fc": float("nan")}
    said = "S6 S240/S244 is inconclusive: 3 peptidoforms seen, no change could be estimated."
    assert sentences.readout_sentence(row, Tone()) == said


def test_one_pair_differs_unless_the_biopsies_are_known() -> None:
    """With one sample a side nothing rises or falls; with biopsy_sd it does."""
    group = Group("on", "subject", "P1", 1, 1, n_of_one=True)
    row = {**READOUT, "status": "down"}
    unknown = sentences.tone({"statistics": {"biopsy_sd": None}}, group)
    said = sentences.readout_sentence(row, unknown)
    assert said.startswith("S6 S240/S244: the two samples differ, lower on treatment: -1.10 log2")
    known = sentences.tone({"statistics": {"biopsy_sd": 0.4}}, group)
    assert sentences.readout_sentence(row, known).startswith("S6 S240/S244 fell: ")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("up", "mTORC1 rose: score +0.52 log2 (95 % CI +0.20 to +0.84), p 0.004, adjusted 0.008, "
               "from 9 of 20 member sites on 4 proteins."),
        ("inconclusive", "mTORC1 is inconclusive: score +0.52 log2 (95 % CI +0.20 to +0.84), "
                         "p 0.004, adjusted 0.008, from 9 of 20 member sites on 4 proteins; "
                         "no status is given: rests on one protein."),
        ("not_measured", "mTORC1 was not measured: 9 of 20 member sites seen, which says nothing "
                         "about a change."),
    ],
)  # fmt: skip
def test_activity_says_coverage(status: str, expected: str) -> None:
    """A set is told with its score and its coverage."""
    assert sentences.activity_sentence({**ACTIVITY, "status": status}, Tone()) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("yes", "Engagement seen of everolimus on mTORC1 (weak). Why."),
        ("no", "No engagement seen of everolimus on mTORC1 (weak). Why."),
        ("not_assessable", "Engagement could not be assessed of everolimus on mTORC1 (weak). Why."),
    ],
)
def test_engagement_has_three_outcomes(status: str, expected: str) -> None:
    """Yes, no and not assessable are told apart, each with its reason."""
    row = {**CALL, "call": "MTORC1", "kind": "engagement", "status": status}
    assert sentences.engagement_sentence([row], "everolimus") == expected


def test_engagement_without_a_drug_is_not_asked() -> None:
    """Without drug context nothing is claimed."""
    assert sentences.engagement_sentence([], "") == ("Not asked: the configuration names no drug.")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("yes", "not_assessable"), "Called, each a hypothesis: AKT feedback (weak). Consistent "
         "with feedback. Could not be assessed: AKT feedback."),
        (("no", "no"), "None called among 2 routes that could be assessed."),
        (("not_assessable",), "None of 1 route could be assessed."),
        ((), "No route of compensation was asked about."),
    ],
)  # fmt: skip
def test_compensation_counts_what_could_be_assessed(
    statuses: tuple[str, ...], expected: str
) -> None:
    """Called routes are hypotheses, and none called is told from none assessable."""
    rows = [{**CALL, "status": s, "hypothesis": "consistent with feedback"} for s in statuses]
    assert sentences.compensation_sentence(rows) == expected


def test_headline_carries_the_finding() -> None:
    """One line holds engagement, both complexes and compensation."""
    group = Group("on", "cohort", "", 3, 3, n_of_one=False)
    calls = [
        {**CALL, "call": "MTORC1", "kind": "engagement", "status": "yes", "grade": "strong"},
        {**CALL, "status": "yes"},
    ]
    activities = [{**ACTIVITY, "status": "down", "score": -0.8}]
    assert sentences.headline(group, activities, calls, [{**READOUT, "status": "up"}]) == (
        "Target engaged (strong); mTORC1 down (-0.80 log2); consistent with compensation by "
        "AKT feedback; 1 of 1 readouts measured."
    )


def test_certainty_names_what_was_not_seen() -> None:
    """The limits of the data are counted and named."""
    group = Group("on", "subject", "P1", 1, 1, n_of_one=True)
    rows = [
        {**READOUT, "status": "up"},
        {**READOUT, "readout": "AKT_S473", "status": "not_measured", "n_features": 0},
    ]
    said = sentences.certainty_sentence(
        group, rows, [{**CALL, "status": "not_assessable"}], 4321, PAIR
    )
    assert "1 pre-treatment sample against 1 on treatment; 4,321 features compared." in said
    assert "Not measured: AKT S473." in said
    assert "1 of 1 call could not be assessed." in said
    assert "differ or do not" in said


def test_nothing_is_advised_or_praised() -> None:
    """No sentence of any status holds advice or an adjective without a number."""
    said = [
        f(r | {"status": s}, t)
        for s in STATUSES
        for t in (Tone(), PAIR)
        for f, r in ((sentences.readout_sentence, READOUT), (sentences.activity_sentence, ACTIVITY))
    ]
    said += [
        f([{**CALL, "status": s, "hypothesis": "consistent with x"}])
        for s in CALL_STATUSES
        for f in (sentences.compensation_sentence, lambda r: sentences.engagement_sentence(r, "d"))
    ]
    said.append(sentences.pair_sentence(PAIR))
    banned = r"recommend|should|predict|respon|clear|strik|dramatic|remarkabl|significant|strongly"
    assert [s for s in said if re.search(banned, s)] == []


def test_losses_reconcile_in_words() -> None:
    """Rows dropped and rows merged are counted apart."""
    rows = [{"rows": 9, "kept": False}, {"rows": 3, "kept": True}]
    assert sentences.losses_sentence(rows, 72, 60) == (
        "72 rows in the table; 9 dropped and 3 merged into others, each with its reason; "
        "60 features used."
    )


def test_quality_names_what_failed() -> None:
    """Failures and warnings are named, and if there are none that is said."""
    rows = [
        {"light": "fail", "check": "sites_seen", "name": "P1_pre"},
        {"light": "warn", "check": "shift", "name": "P2_on"},
    ]
    assert sentences.quality_sentence(rows) == (
        "Failed: sites seen of P1_pre. Warned: shift of P2_on."
    )
    assert sentences.quality_sentence([{"light": "ok"}]) == "All 1 check were in order."
