"""Engagement: yes, no, or a reason why it cannot be told."""

import re
from collections.abc import Callable

import pandas as pd
import pytest

from phosres.errors import KnowledgeError
from phosres.knowledge import Knowledge

Ask = Callable[..., pd.DataFrame]


def test_target_outputs_that_fall_are_engagement(ask: Ask, akt_down: dict[str, float]) -> None:
    """Substrates of the target on several proteins that fall give a yes with all its evidence."""
    found = ask(akt_down).loc["ENGAGEMENT"]
    assert (found["status"], found["kind"], found["grade"]) == ("yes", "engagement", "moderate")
    assert all(f"{site}_M1 {change:+.2f}" in found["sites"] for site, change in akt_down.items())
    assert "as expected of PI3K inhibitor" in found["reason"]
    assert re.search(r"AKT -2\.\d\d log2 \(-2\.\d\d to -1\.\d\d, .*\b4\b", found["reason"])
    assert found["hypothesis"]


@pytest.mark.parametrize(
    ("drug", "named"),
    [
        ("PI3K inhibitor", "AKT"),
        ("everolimus", "MTORC1_S6K"),
        ("trametinib", "ERK"),
        ("everolimus + trametinib", "MTORC1_S6K"),
        ("taxane", "TARGET"),
        (None, "TARGET"),
    ],
)
def test_the_call_is_named_after_the_target(
    ask: Ask, akt_down: dict[str, float], drug: str | None, named: str
) -> None:
    """The call names the most direct target set of the (first) class, or TARGET without one."""
    assert ask(akt_down, drug=drug).loc["ENGAGEMENT", "call"] == named


def test_target_outputs_that_rise_are_no_engagement(ask: Ask, akt_down: dict[str, float]) -> None:
    """The same sites moving the other way are a no, not an unknown."""
    found = ask({s: -c for s, c in akt_down.items()}).loc["ENGAGEMENT"]
    assert (found["status"], found["hypothesis"]) == ("no", "")
    assert "did not move as expected" in found["reason"]
    assert found["grade"] == "moderate"


def test_an_activator_is_engaged_by_a_rise(ask: Ask) -> None:
    """The direction that counts is that of the drug's class."""
    up = {"ACACA_S80": 2.0, "ULK1_S556": 2.1, "TSC2_S1387": 1.9}
    assert ask(up, drug="AMPK activator").loc["ENGAGEMENT", "status"] == "yes"
    down = {s: -c for s, c in up.items()}
    assert ask(down, drug="AMPK activator").loc["ENGAGEMENT", "status"] == "no"


def test_replicates_allow_a_strong_grade(ask: Ask, akt_down: dict[str, float]) -> None:
    """A cohort can be strong, a single pair is never better than moderate."""
    assert ask(akt_down, n_of_one=False).loc["ENGAGEMENT", "grade"] == "strong"
    assert ask(akt_down, n_of_one=True).loc["ENGAGEMENT", "grade"] == "moderate"
    one_protein = {"TSC2_T1462": -2.0, "TSC2_S939": -2.1}
    assert ask(one_protein, n_of_one=False).loc["ENGAGEMENT", ["status", "grade"]].tolist() == [
        "yes",
        "weak",
    ]


def test_without_a_drug_there_is_no_target(ask: Ask, akt_down: dict[str, float]) -> None:
    """No drug, no engagement claim, whatever moved."""
    found = ask(akt_down, drug=None).loc["ENGAGEMENT"]
    assert (found["status"], found["grade"]) == ("not_assessable", "")
    assert "no drug was named" in found["reason"]


def test_an_unknown_drug_names_the_nearest(ask: Ask, akt_down: dict[str, float]) -> None:
    """A misspelt drug stops with the nearest names and how to go on without one."""
    with pytest.raises(KnowledgeError) as error:
        ask(akt_down, drug="alpelisb")
    (problem,) = error.value.problems
    assert "'alpelisb' is not known" in problem.message
    assert "alpelisib" in problem.hint
    assert "without a drug is possible" in problem.hint


def test_every_class_without_a_marker_says_so(
    ask: Ask, akt_down: dict[str, float], knowledge: Knowledge
) -> None:
    """Where no phosphosite shows engagement, the class is named and nothing is claimed."""
    silent = [c for c in knowledge.classes.values() if not (c.target_sets and c.target_direction)]
    assert len(silent) >= 3
    for drug_class in silent:
        found = ask(akt_down, drug=drug_class.name).loc["ENGAGEMENT"]
        assert found["status"] == "not_assessable"
        assert drug_class.name in found["reason"]
        assert "no phosphosite that shows engagement" in found["reason"]


def test_unmeasured_targets_are_not_assessable(ask: Ask, erk_up: dict[str, float]) -> None:
    """A target without a measured site is named; seen before treatment only is not measured."""
    for changes in (erk_up, erk_up | {"AKT1S1_T246": float("nan")}):
        found = ask(changes).loc["ENGAGEMENT"]
        assert found["status"] == "not_assessable"
        assert "no tested site in the target outputs AKT" in found["reason"]


def test_one_site_is_not_enough(ask: Ask) -> None:
    """A single site that falls by 3 log2 gives no yes and says why."""
    found = ask({"AKT1S1_T246": -3.0}).loc["ENGAGEMENT"]
    assert found["status"] == "not_assessable"
    assert "one peptidoform alone is not enough" in found["reason"]


def test_two_thirds_of_the_evidence_must_agree(ask: Ask) -> None:
    """A mean that one protein of four carries alone is not engagement, though p is small."""
    split = {"AKT1S1_T246": -8.0, "TSC2_T1462": 1.0, "GSK3B_S9": 1.0, "FOXO3_S253": 0.9}
    found = ask(split).loc["ENGAGEMENT"]
    assert found["status"] == "not_assessable"
    assert re.search(r"adjusted p (<0\.0001|\d.*e-)", found["reason"])  # and still no yes
    agreeing = split | {"TSC2_T1462": -3.0, "GSK3B_S9": -3.0}
    assert ask(agreeing).loc["ENGAGEMENT", "status"] == "yes"


def test_two_target_sets_are_adjusted_by_holm(ask: Ask) -> None:
    """A p value of 0.03 is enough for one target set and too little for the better of two."""
    small = {"AKT1S1_T246": -0.90, "TSC2_T1462": -0.99}
    flat = {"ERBB2_Y1248": 0.3, "ERBB2_Y1196": 0.0}
    alone = ask(small, drug="PI3K inhibitor", se=0.6).loc["ENGAGEMENT"]
    both = ask(small | flat, drug="HER2 inhibitor", se=0.6).loc["ENGAGEMENT"]
    one, two = (
        float(re.search(r"AKT -.*adjusted p ([\d.]+)", found["reason"]).group(1))
        for found in (alone, both)
    )
    assert 0.025 < one < 0.05
    assert two == pytest.approx(2 * one, rel=0.05)
    assert (alone["status"], both["status"]) == ("yes", "not_assessable")


@pytest.mark.parametrize(("stress", "grade"), [(-2.0, "weak"), (2.0, "moderate")])
def test_a_warm_sample_before_treatment_weakens_engagement(
    ask: Ask, stress: float, grade: str
) -> None:
    """ERK that falls with the stress sites may be handling; ERK that falls against them is not."""
    erk = {"MAPK1_Y187": -2.0, "MAPK3_Y204": -2.1, "ERF_T526": -1.9, "RPS6KA1_S363": -2.0}
    sites = ("HSPB1_S82", "MAPK14_Y182", "JUN_S63", "MAPK8_Y185")
    found = ask(erk | dict.fromkeys(sites, stress), drug="trametinib").loc["ENGAGEMENT"]
    assert (found["status"], found["grade"]) == ("yes", grade)
    assert ("as in a sample that lay warm" in found["reason"]) == (grade == "weak")
    akt = {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.2, "GSK3B_S9": -1.8}
    other = ask(akt | dict.fromkeys(sites, stress), drug="alpelisib").loc["ENGAGEMENT"]
    assert (other["status"], other["grade"]) == ("yes", "moderate")


def test_a_small_change_is_no_engagement_however_sure(ask: Ask) -> None:
    """A fall of 0.15 log2 with a tiny p is shown to be within the margin: no, and it says so."""
    small = {"AKT1S1_T246": -0.15, "TSC2_T1462": -0.16, "GSK3B_S9": -0.14}
    found = ask(small, se=0.02).loc["ENGAGEMENT"]
    assert (found["status"], found["grade"]) == ("no", "moderate")
    assert "adjusted p <0.0001, sites: 3, unchanged" in found["reason"]


def test_one_target_of_several_is_partial_engagement(
    ask: Ask, akt_down: dict[str, float], mtorc1_up: dict[str, float]
) -> None:
    """One target set as expected is a yes that names the sets that did not move."""
    found = ask(akt_down | mtorc1_up, drug="dual PI3K/mTOR inhibitor").loc["ENGAGEMENT"]
    assert found["status"] == "yes"
    assert "not shown for MTORC1" in found["reason"]
    assert "RPS6" not in found["sites"]


def test_paradoxical_sites_do_not_speak_of_engagement(ask: Ask, knowledge: Knowledge) -> None:
    """Sites of the target that are known to rise under the drug neither help nor hurt."""
    braf = knowledge.classes["BRAF"]
    paradoxical = "RAF1_S338"
    assert paradoxical in braf.paradoxical_up
    down = {"MAP2K1_S222": -2.0, "MAP2K2_S222": -2.1, "MAP2K2_S226": -1.9}
    with_it = ask(down | {paradoxical: 6.0}, drug="BRAF inhibitor").loc["ENGAGEMENT"]
    without = ask(down, drug="BRAF inhibitor").loc["ENGAGEMENT"]
    assert with_it["status"] == "yes"
    assert with_it[["status", "grade", "sites", "reason"]].equals(
        without[["status", "grade", "sites", "reason"]]
    )


def test_a_combination_is_engaged_by_either_part(
    ask: Ask, s6k_down: dict[str, float], erk_up: dict[str, float]
) -> None:
    """The reason and the sites cover the targets of both parts."""
    changes = s6k_down | {s: -c for s, c in erk_up.items()}
    found = ask(changes, drug="everolimus + trametinib").loc["ENGAGEMENT"]
    assert found["status"] == "yes"
    assert "everolimus" in found["reason"]
    assert "trametinib" in found["reason"]
    assert "RPS6KA1_S363_M1" in found["sites"]
    assert "CAD_S1859_M1" in found["sites"]
