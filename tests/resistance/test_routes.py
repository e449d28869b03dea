"""Compensation: what rises or fails to fall, after engagement and past the gates."""

import re
from collections.abc import Callable

import pandas as pd
import pytest

from phosres.knowledge import Knowledge

Ask = Callable[..., pd.DataFrame]


def test_a_rise_under_an_engaged_drug_is_compensation(
    ask: Ask, akt_down: dict[str, float], erk_up: dict[str, float], knowledge: Knowledge
) -> None:
    """Yes with sites, numbers, the route's hypothesis and its sources."""
    found = ask(akt_down | erk_up).loc["ERK"]
    assert (found["status"], found["kind"]) == ("yes", "compensation")
    assert "ERK_REACTIVATION rose" in found["reason"]
    assert re.search(r"ERK_REACTIVATION \+2\.00 log2 \(\+1\.\d+ to \+2\.\d+", found["reason"])
    assert "4 of 12 sites" in found["reason"]
    assert found["hypothesis"] == knowledge.routes["ERK"].hypothesis
    assert "R04" in found["source"]
    assert "MAPK1_Y187_M1 +2.00" in found["sites"]


def test_engagement_comes_before_resistance(
    ask: Ask, akt_down: dict[str, float], erk_up: dict[str, float]
) -> None:
    """Without an engaged target a rise is not compensation, whether unmeasured or moved wrongly."""
    for changes in (erk_up, erk_up | {s: -c for s, c in akt_down.items()}):
        found = ask(changes).loc["ERK"]
        assert (found["status"], found["hypothesis"]) == ("not_assessable", "")
        assert "no evidence of engagement" in found["reason"]
        assert "ERK_REACTIVATION rose" in found["reason"]


def test_without_a_drug_nothing_compensates(
    ask: Ask, akt_down: dict[str, float], erk_up: dict[str, float], mtorc1_up: dict[str, float]
) -> None:
    """No route is a yes without a drug, and the reason says so."""
    found = ask(akt_down | erk_up | mtorc1_up, drug=None)
    assert not (found["status"] == "yes").any()
    for call in ("ERK", "MTORC1"):
        assert found.loc[call, "status"] == "not_assessable"
        assert "no drug was named" in found.loc[call, "reason"]


def test_invisible_routes_are_named_as_such(ask: Ask, knowledge: Knowledge) -> None:
    """What phosphoproteomics cannot see is not assessable even if all its proxies rise."""
    invisible = [r for r in knowledge.routes.values() if r.visible == "no"]
    assert {"MTORC2_MYC", "PDL1", "GENOMIC"} <= {r.id for r in invisible}
    members = [m for r in invisible for s in r.rises for m in knowledge.sets[s].members]
    changes = {m.site_id: 2.0 * m.sign for m in members}
    found = ask(changes | {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.0})
    for route in invisible:
        row = found.loc[route.id]
        assert (row["status"], row["hypothesis"]) == ("not_assessable", "")
        assert "invisible" in row["reason"]


def test_unmeasured_routes_name_their_sets(ask: Ask, akt_down: dict[str, float]) -> None:
    """Not measured is never not changed."""
    found = ask(akt_down).loc["ERK"]
    assert found["status"] == "not_assessable"
    assert found["reason"] == "no site of ERK_REACTIVATION is measured"


def test_deciding_sites_that_did_not_rise_contradict(ask: Ask, akt_down: dict[str, float]) -> None:
    """A set that rises on its lesser sites while the deciding ones fall is no call."""
    lesser = {"RPS6KA1_S380": 3.0, "RPS6KA3_S386": 3.0, "EPHA2_S897": 3.0, "TSC2_S664": 3.0}
    found = ask(akt_down | lesser | {"RAF1_S642": -0.1}).loc["ERK"]
    assert found["status"] == "not_assessable"
    assert "but its deciding sites did not (-0.10 log2)" in found["reason"]
    assert ask(akt_down | lesser | {"RAF1_S642": 0.1}).loc["ERK", "status"] == "yes"


def test_unmeasured_deciding_sites_decide_nothing(ask: Ask, akt_down: dict[str, float]) -> None:
    """A rise without any deciding site, or with one seen on one side only, is no call."""
    lesser = {"RPS6KA1_S380": 3.0, "RPS6KA3_S386": 3.0, "EPHA2_S897": 3.0}
    for changes in (lesser, lesser | {"RAF1_S642": float("nan")}):
        found = ask(akt_down | changes).loc["ERK"]
        assert found["status"] == "not_assessable"
        assert "none of its deciding sites is measured on both sides" in found["reason"]


def test_the_akt_feedback_needs_s6k_down(
    ask: Ask, akt_down: dict[str, float], s6k_down: dict[str, float]
) -> None:
    """AKT up is the rapalog feedback only together with the loss of S6K."""
    akt_up = {s: -c for s, c in akt_down.items()}
    found = ask(akt_up | s6k_down, drug="everolimus").loc["AKT_FEEDBACK"]
    assert (found["status"], found["grade"]) == ("yes", "moderate")
    assert "AKT rose" in found["reason"]


@pytest.mark.parametrize("status", ["up", "unchanged", "inconclusive", "not_measured"])
def test_no_other_status_of_s6k_makes_the_feedback(
    ask: Ask, akt_down: dict[str, float], s6k_down: dict[str, float], status: str
) -> None:
    """Any status but down leaves the pattern incomplete, and the reason says which it is."""
    akt_up = {s: -c for s, c in akt_down.items()}
    found = ask(akt_up | s6k_down, drug="everolimus", statuses={"MTORC1_S6K": status})
    row = found.loc["AKT_FEEDBACK"]
    assert row["status"] == "not_assessable"
    assert f"needs MTORC1_S6K down, which is {status.replace('_', ' ')}" in row["reason"]


def test_failure_to_fall_counts_where_the_class_should_lower_it(
    ask: Ask, akt_down: dict[str, float], mtorc1_up: dict[str, float]
) -> None:
    """Unchanged mTORC1 under a PI3K inhibitor (rise_or_persist) is compensation."""
    flat = dict.fromkeys(mtorc1_up, 0.01)
    found = ask(akt_down | flat, statuses={"MTORC1": "unchanged"}).loc["MTORC1"]
    assert (found["status"], found["grade"]) == ("yes", "moderate")
    assert "did not fall although the drug should lower it" in found["reason"]


def test_failure_to_fall_does_not_count_where_nothing_was_expected(
    ask: Ask, mtorc1_up: dict[str, float]
) -> None:
    """Unchanged mTORC1 under a CDK4/6 inhibitor (rise) is a no."""
    rb = {"RB1_S780": -2.0, "RB1_S807": -2.1, "RBL2_S672": -2.0, "RB1_T826": -1.9}
    flat = dict.fromkeys(mtorc1_up, 0.01)
    found = ask(rb | flat, drug="CDK4/6 inhibitor", statuses={"MTORC1": "unchanged"})
    assert found.loc["ENGAGEMENT", "status"] == "yes"
    assert (found.loc["MTORC1", "status"], found.loc["MTORC1", "hypothesis"]) == ("no", "")
    assert "MTORC1 unchanged" in found.loc["MTORC1", "reason"]


def test_inconclusive_is_never_failure_to_fall(
    ask: Ask, akt_down: dict[str, float], mtorc1_up: dict[str, float]
) -> None:
    """Unchanged is a tested claim: what cannot be told is no persistence."""
    found = ask(akt_down | mtorc1_up, statuses={"MTORC1": "inconclusive"}).loc["MTORC1"]
    assert found["status"] == "not_assessable"
    assert found["reason"].startswith("cannot be told: MTORC1:")


def test_a_fall_is_a_no(ask: Ask, akt_down: dict[str, float], erk_up: dict[str, float]) -> None:
    """A route that fell does not compensate, with or without a drug."""
    fallen = {s: -c for s, c in erk_up.items()}
    for drug in ("PI3K inhibitor", None):
        found = ask(akt_down | fallen, drug=drug).loc["ERK"]
        assert (found["status"], found["grade"], found["hypothesis"]) == ("no", "moderate", "")


def test_grades_follow_proteins_and_replicates(
    ask: Ask, akt_down: dict[str, float], erk_up: dict[str, float]
) -> None:
    """One protein is weak, a pair at most moderate, replicates with several proteins strong."""
    one_protein = {"RPS6KA1_S363": 2.0, "RPS6KA1_S380": 2.1}
    assert ask(akt_down | erk_up, n_of_one=False).loc["ERK", "grade"] == "strong"
    assert ask(akt_down | erk_up, n_of_one=True).loc["ERK", "grade"] == "moderate"
    assert ask(akt_down | one_protein, n_of_one=False).loc["ERK", "grade"] == "weak"
    two = {"MAPK1_Y187": 2.0, "RPS6KA1_S363": 2.1}
    assert ask(akt_down | two, n_of_one=False).loc["ERK", "grade"] == "moderate"


def test_s235_s236_alone_never_make_mtorc1_rise(ask: Ask, akt_down: dict[str, float]) -> None:
    """The RSK-shared pair of S6 is no evidence for mTORC1 without S240/S244."""
    shared = {"RPS6_S235": 3.0, "RPS6_S236": 3.0}
    assert ask(akt_down | shared).loc["MTORC1", "status"] == "not_assessable"
    own = {"RPS6_S240": 3.0, "RPS6_S244": 3.0}
    assert ask(akt_down | own).loc["MTORC1", "status"] == "yes"


def test_a_route_that_names_a_drug_class_is_called_under_it_only(
    ask: Ask, akt_down: dict[str, float], mtorc1_up: dict[str, float]
) -> None:
    """Escape from CDK4/6 inhibition is not claimed of a tumour that got a PI3K inhibitor."""
    rb = {"RB1_S780": -2.0, "RB1_S807": -2.1, "RBL2_S672": -2.0, "RB1_T826": -1.9}
    under_cdk = ask(rb | mtorc1_up, drug="CDK4/6 inhibitor").loc["CDK46_BYPASS"]
    assert under_cdk["status"] == "yes"
    under_pi3k = ask(akt_down | rb | mtorc1_up).loc["CDK46_BYPASS"]
    assert under_pi3k["status"] != "yes"
