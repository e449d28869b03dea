"""The table of calls: complete, in the contract's words, and never a recommendation."""

import re
from collections.abc import Callable
from dataclasses import fields

import pandas as pd
import pytest

from phosres.columns import CALL_STATUSES, CALLS
from phosres.knowledge import Knowledge
from phosres.resistance import call, rules
from phosres.scoring import score

Ask = Callable[..., pd.DataFrame]
FORBIDDEN = re.compile(
    r"recommend|should be treated|predict|\btreat with\b|\bswitch to\b|\bwill respond\b", re.I
)


@pytest.fixture(scope="module")
def everything(
    ask: Ask,
    akt_down: dict[str, float],
    erk_up: dict[str, float],
    mtorc1_up: dict[str, float],
    stress: dict[str, float],
) -> list[pd.DataFrame]:
    """Calls of pairs in which much is yes, much is no, and little is measured."""
    down = {s: -c for s, c in (erk_up | mtorc1_up).items()}
    given = [akt_down | erk_up | mtorc1_up, akt_down | erk_up | stress, akt_down | down, akt_down]
    drugs = ["PI3K inhibitor", "dual PI3K/mTOR inhibitor", None, "taxane"]
    return [ask(changes, drug=drug) for changes in given for drug in drugs]


def test_every_call_is_there_once(everything: list[pd.DataFrame], knowledge: Knowledge) -> None:
    """The gates, engagement, every route, then the rules of the drug, whatever the outcome."""
    routes = list(knowledge.routes)
    numbered = [r.call for r in knowledge.rules.values()]
    for table in everything:
        n = 5 + len(routes)
        assert table["call"].tolist()[5:n] == routes
        assert not table.duplicated(["kind", "call"]).any()
        kinds = [*["quality"] * 4, "engagement", *["compensation"] * len(routes)]
        assert table["kind"].tolist()[:n] == kinds
        rest = table["call"].tolist()[n:]
        assert rest == [c for c in numbered if c in rest]
        assert set(table["kind"].tolist()[n:]) <= {"resistance", "quality"}
        assert table.reset_index(drop=True).columns.tolist() == CALLS.names


def test_every_level_and_subject_has_every_call(make: Callable[..., object]) -> None:
    """Cohort and single pairs get the same list of calls."""
    for n_of_one in (True, False):
        contrast = make({"AKT1S1_T246": -2.0, "TSC2_T1462": -2.0}, n_of_one=n_of_one)
        table = call(contrast, score(contrast), drug="PI3K inhibitor").table
        assert len(table) > len(rules())
        assert set(table["level"]) == {"subject" if n_of_one else "cohort"}


def test_statuses_grades_and_hypotheses_fit(everything: list[pd.DataFrame]) -> None:
    """A hypothesis stands beside a yes only, a grade beside yes and no only."""
    table = pd.concat(everything)
    assert set(table["status"]) == set(CALL_STATUSES)
    assert (table.loc[table["status"] == "yes", "hypothesis"] != "").all()
    assert (table.loc[table["status"] != "yes", "hypothesis"] == "").all()
    judged = table[table["status"].isin(["yes", "no"]) & (table["kind"] != "quality")]
    assert judged["grade"].isin(["strong", "moderate", "weak"]).all()
    assert (table.loc[table["status"] == "not_assessable", "grade"] == "").all()
    assert (table["reason"] != "").all()
    assert (table["source"] != "").all()


def test_a_yes_shows_its_sites(everything: list[pd.DataFrame]) -> None:
    """Every yes names the features it rests on with their change."""
    yes = pd.concat(everything).query("status == 'yes'")
    assert yes["sites"].str.contains(r"_M\d [+-]\d\.\d\d").all()


def test_no_call_ever_recommends(everything: list[pd.DataFrame], knowledge: Knowledge) -> None:
    """No text of a call, and no hypothesis of a route, tells anyone what to do."""
    texts = pd.concat(everything)[["reason", "hypothesis", "source", "sites"]].to_numpy().ravel()
    assert [t for t in texts if FORBIDDEN.search(t)] == []
    said = [*knowledge.routes.values(), *knowledge.rules.values()]
    assert [r.id for r in said if FORBIDDEN.search(r.hypothesis)] == []
    assert all(r.hypothesis for r in knowledge.routes.values())


def test_the_sentence_says_engagement_and_routes(
    make: Callable[..., object], akt_down: dict[str, float], erk_up: dict[str, float]
) -> None:
    """The summary names the outcome of engagement and the routes that are yes."""
    contrast = make(akt_down | erk_up)
    calls = call(contrast, score(contrast), drug="alpelisib")
    assert calls.text == "on: target engaged: yes; compensation: ERK"
    assert calls.drug == "alpelisib (PI3K inhibitor)"
    assert call(contrast, score(contrast)).text == (
        "on: target engaged: not assessable; compensation: none shown"
    )


def test_every_rule_is_documented() -> None:
    """Each rule has an id of its own, a title, a source, and a function with documentation."""
    listed = rules()
    assert len({r.id for r in listed}) == len(listed)
    for rule in listed:
        assert all(getattr(rule, f.name) for f in fields(rule))
        assert getattr(rule.decide, "func", rule.decide).__doc__
