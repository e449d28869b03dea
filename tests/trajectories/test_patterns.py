"""Patterns over time and the rules that need several times, on outcomes made by hand."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from phosres.columns import ACTIVITIES, READOUTS
from phosres.knowledge import load
from phosres.patterns import find_patterns, list_targets
from phosres.resistance._over_time import Times, decide_over_time
from phosres.results import Scores

KNOWLEDGE = load()
WHO = {("subject", "A"): None}
Outcome = tuple[str, float, float]
"""Status, change, p value."""


def scores(readouts: Mapping[str, Outcome], sets: Mapping[str, Outcome] | None = None) -> Scores:
    """Scores of one subject with given outcomes."""

    def fill(schema, column: str, number: str, given: Mapping[str, Outcome]) -> pd.DataFrame:
        rows = [
            {
                **{c.name: "" if c.kind == "text" else np.nan for c in schema if not c.optional},
                **{c.name: False for c in schema if c.kind == "flag"},
                **{c.name: 4 for c in schema if c.kind == "count" and not c.optional},
                "level": "subject",
                "subject": "A",
                column: name,
                "status": status,
                number: change,
                "p": p,
                "q": p,
                "ci_low": change - 0.3,
                "ci_high": change + 0.3,
            }
            | ({"kind": "pathway"} if column == "set" else {})
            for name, (status, change, p) in given.items()
        ]
        return schema.order(pd.DataFrame(rows)) if rows else schema.empty()

    return Scores(
        fill(READOUTS, "readout", "log2fc", readouts),
        fill(ACTIVITIES, "set", "score", sets or {}),
        pd.DataFrame(),
        "",
    )


@pytest.mark.parametrize(
    ("early", "late", "step", "pattern", "words"),
    [
        (("down", -2, 0), ("down", -1.9, 0), (0.1, 0.7), "sustained", "fell and stayed so"),
        (("inconclusive", -0.5, 0.2), ("down", -1.9, 0), None, "late", "fell later only"),
        (("down", -2, 0), ("unchanged", 0.1, 0.9), (2.1, 1e-6), "adaptive", "came back from"),
        (("down", -2, 0), ("down", -1, 0), (1.0, 1e-6), "adaptive", "came back, in part"),
        (("unchanged", 0, 0.9), ("up", 1, 0), None, "intrinsic", "never fell, shown at every"),
        (("inconclusive", -1, 0.1), ("unchanged", 0, 0.9), None, "cannot_tell", "not shown"),
        (("down", -2, 0), ("inconclusive", -1, 0.1), (1.0, 0.2), "cannot_tell", "neither still"),
    ],
)
def test_each_pattern(early, late, step, pattern, words):
    """Two times of one readout: what was shown at each, and between them."""
    times = {"day3": scores({"S6_S240_S244": early}), "day28": scores({"S6_S240_S244": late})}
    change, p = step or (0.0, np.nan)
    steps = {"day3": scores({"S6_S240_S244": ("", change, p)})}
    found = find_patterns(times, steps, WHO, KNOWLEDGE)
    assert found["pattern"].tolist() == [pattern]
    assert words in found["text"].iloc[0]
    assert found["statuses"].iloc[0] == f"{early[0]} > {late[0]}"


def test_a_return_that_could_not_be_tested_is_not_claimed():
    """Without the two times compared with each other nothing is adaptive."""
    times = {
        "day3": scores({"S6_S240_S244": ("down", -2, 0)}),
        "day28": scores({"S6_S240_S244": ("unchanged", 0.1, 0.9)}),
    }
    found = find_patterns(times, {}, WHO, KNOWLEDGE)
    assert found["pattern"].tolist() == ["cannot_tell"]
    assert found["q"].isna().all()


def test_returns_are_adjusted_within_a_kind():
    """Two readouts that came back: Holm doubles the smaller p; one time alone has no pattern."""
    down, back = ("down", -2.0, 0.0), ("unchanged", 0.0, 0.9)
    names = ("S6_S240_S244", "4EBP1")
    times = {t: scores(dict.fromkeys(names, o)) for t, o in (("a", down), ("b", back))}
    steps = {"a": scores({names[0]: ("", 2.0, 0.01), names[1]: ("", 2.0, 0.03)})}
    found = find_patterns(times, steps, WHO, KNOWLEDGE).set_index("target")
    assert found.loc[names[0], "q"] == pytest.approx(0.02)
    assert found["pattern"].tolist() == ["adaptive", "adaptive"]
    assert find_patterns({"a": times["a"]}, {}, WHO, KNOWLEDGE).empty


def test_targets_are_what_the_drug_moves():
    """A PI3K inhibitor lowers AKT and S6; a biguanide raises AMPK."""
    pi3k = {t.name: t.expected for t in list_targets(KNOWLEDGE, KNOWLEDGE.find_drug("PI3Ki"))}
    assert (pi3k["AKT"], pi3k["S6_S240_S244"]) == (-1, -1)
    metformin = list_targets(KNOWLEDGE, KNOWLEDGE.find_drug("metformin"))
    assert {t.name: t.expected for t in metformin}["AMPK_LKB1"] == 1


def over_time(rule: str, early: Outcome, late: Outcome, step: Outcome, **more: Outcome):
    """Decide a rule of one subject: its set at two times, between them, and sets upstream."""
    name = {"R04": "ERK", "R20": "MTORC1_S6K"}[rule]
    calls = pd.DataFrame(
        {
            "call": ["ISCHEMIA", "X"],
            "kind": ["quality", "engagement"],
            "status": ["no", "yes"],
        }
    )
    tables = [
        scores({}, {name: outcome, **extra}).activities.set_index("set", drop=False)
        for outcome, extra in ((early, {}), (late, {}), (step, more))
    ]
    against = {"day3": tables[0], "day28": tables[1]}
    times = Times(against, {"day3": tables[2]}, {"day3": calls, "day28": calls}, n_of_one=True)
    return decide_over_time(KNOWLEDGE.rules[rule], times, step[2], 0.05)


DOWN, BACK, RISE = ("down", -2.0, 0.0), ("unchanged", 0.0, 0.9), ("up", 2.0, 1e-4)


def test_erk_that_came_back_is_a_rebound():
    """R04: fell under an engaged drug, back at its level before, the step tested."""
    found = over_time("R04", DOWN, BACK, RISE)
    assert (found.status, found.grade) == ("yes", "moderate")
    assert "a missed dose" in found.reason
    assert found.hypothesis == KNOWLEDGE.rules["R04"].hypothesis


@pytest.mark.parametrize(
    ("early", "late", "step", "status", "words"),
    [
        (DOWN, ("down", -1.0, 0.0), RISE, "no", "came back in part"),
        (DOWN, DOWN, ("inconclusive", 0.1, 0.8), "no", "stays down"),
        (BACK, BACK, RISE, "no", "had not fallen"),
        (("inconclusive", -1, 0.1), BACK, RISE, "not_assessable", "not shown to have fallen"),
        (DOWN, ("inconclusive", -0.5, 0.2), RISE, "not_assessable", "a return is not shown"),
        (DOWN, BACK, ("inconclusive", 1.0, 0.2), "not_assessable", "a return is not shown"),
    ],
)
def test_what_is_no_rebound(early, late, step, status, words):
    """Each condition that fails, or cannot be told, is said."""
    found = over_time("R04", early, late, step)
    assert found.status == status
    assert words in found.reason


@pytest.mark.parametrize(
    ("akt", "status", "words"),
    [
        ("unchanged", "yes", "came back"),
        ("up", "no", "AKT rose, too"),
        ("inconclusive", "not_assessable", "whether AKT rose"),
    ],
)
def test_mtorc1_escapes_only_without_a_cause_upstream(akt, status, words):
    """R20: S6K sites back, and AKT and ERK shown not to have risen."""
    found = over_time("R20", DOWN, BACK, RISE, AKT=(akt, 0.0, 0.5), ERK=("unchanged", 0.0, 0.9))
    assert found.status == status
    assert words in found.reason
