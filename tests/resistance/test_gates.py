"""The ischemia gate, and what it does to the calls that stress imitates."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from phosres.resistance import call
from phosres.scoring import score

Ask = Callable[..., pd.DataFrame]


def test_moved_stress_sites_close_the_gate(ask: Ask, stress: dict[str, float]) -> None:
    """p38, JNK and HSP27 that move, either way, are a yes with a cautious hypothesis."""
    up = ask(stress).loc["ISCHEMIA"]
    assert (up["kind"], up["status"], up["grade"]) == ("quality", "yes", "moderate")
    assert "stress sites went up" in up["reason"]
    assert "handling time" in up["hypothesis"]
    down = ask({s: -c for s, c in stress.items()}).loc["ISCHEMIA"]
    assert down["status"] == "yes"
    assert "stress sites went down" in down["reason"]


def test_one_stress_protein_is_weak(ask: Ask) -> None:
    """Three sites of HSP27 alone are one protein."""
    found = ask({"HSPB1_S82": 2.0, "HSPB1_S78": 2.0, "HSPB1_S15": 2.0}).loc["ISCHEMIA"]
    assert (found["status"], found["grade"]) == ("yes", "weak")


def test_quiet_and_missing_stress_sites_differ(ask: Ask, stress: dict[str, float]) -> None:
    """Measured and not moved is a no; not measured is not assessable unless times were alike."""
    quiet = ask(dict.fromkeys(stress, 0.02)).loc["ISCHEMIA"]
    assert (quiet["status"], quiet["hypothesis"]) == ("no", "")
    absent = ask({"AKT1S1_T246": -2.0}, ischemia=None).loc["ISCHEMIA"]
    assert absent["status"] == "not_assessable"
    assert "no stress site is measured" in absent["reason"]
    apart = ask({"AKT1S1_T246": -2.0}, ischemia={"pre": "10", "on": "25"}).loc["ISCHEMIA"]
    assert apart["status"] == "not_assessable"
    alike = ask({"AKT1S1_T246": -2.0}).loc["ISCHEMIA"]
    assert (alike["status"], alike["grade"]) == ("no", "weak")
    assert "times are alike" in alike["reason"]


def test_minutes_of_the_sheet_are_shown(ask: Ask, stress: dict[str, float]) -> None:
    """The reason names the ischemia minutes of both sides, or that the sheet has none."""
    known = ask(stress, ischemia={"pre": "10", "on": "45"}).loc["ISCHEMIA", "reason"]
    assert "ischemia minutes in the sheet: pre 10, on 45" in known
    unknown = ask(stress, ischemia=None).loc["ISCHEMIA", "reason"]
    assert "ischemia minutes in the sheet: pre unknown, on unknown" in unknown


def test_stress_blocks_what_it_imitates(
    ask: Ask, akt_down: dict[str, float], erk_up: dict[str, float], stress: dict[str, float]
) -> None:
    """ERK that rises with stress sites is not assessable, and the reason keeps the numbers."""
    open_gate = ask(akt_down | erk_up).loc["ERK"]
    assert (open_gate["status"], open_gate["grade"]) == ("yes", "moderate")
    closed = ask(akt_down | erk_up | stress).loc["ERK"]
    assert (closed["status"], closed["grade"], closed["hypothesis"]) == ("not_assessable", "", "")
    assert "stress or ischemia imitates it" in closed["reason"]
    assert "ERK_REACTIVATION +2.00 log2" in closed["reason"]
    assert "MAPK1_Y187_M1 +2.00" in closed["sites"]


def test_stress_weakens_what_it_touches(
    ask: Ask, akt_down: dict[str, float], mtorc1_up: dict[str, float], stress: dict[str, float]
) -> None:
    """mTORC1 stays a yes, but a weak one that says why."""
    assert ask(akt_down | mtorc1_up).loc["MTORC1", "grade"] == "moderate"
    found = ask(akt_down | mtorc1_up | stress).loc["MTORC1"]
    assert (found["status"], found["grade"]) == ("yes", "weak")
    assert "stress sites moved too" in found["reason"]


def test_stress_leaves_other_routes_alone(
    ask: Ask, akt_down: dict[str, float], stress: dict[str, float]
) -> None:
    """MET and ERBB3 are not part of the stress response: same call with and without it."""
    met = {"MET_Y1234": 2.0, "MET_Y1235": 2.1, "ERBB3_Y1328": 1.9, "AXL_Y702": 0.0}
    hit = {"EGFR_Y1197": -2.0, "EGFR_Y1172": -2.1, "EGFR_Y1092": -1.9}
    given = {"drug": "EGFR kinase inhibitor"}
    calm = ask(hit | met, **given).loc["MET_ERBB3", ["status", "grade"]].tolist()
    assert calm == ["yes", "moderate"]
    assert ask(hit | met | stress, **given).loc["MET_ERBB3", ["status", "grade"]].tolist() == calm


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_the_gate_closes_in_both_directions(
    ask: Ask,
    akt_down: dict[str, float],
    erk_up: dict[str, float],
    stress: dict[str, float],
    direction: float,
) -> None:
    """A pre-treatment sample that lay warm (stress falls on treatment) blocks the same calls."""
    shifted = {s: direction * c for s, c in stress.items()}
    assert ask(akt_down | erk_up | shifted).loc["ERK", "status"] == "not_assessable"


def test_a_no_needs_no_gate(ask: Ask, akt_down: dict[str, float], stress: dict[str, float]) -> None:
    """The gate takes a yes away, it never turns a no into something else."""
    fallen = {"MET_Y1234": -2.0, "ERBB3_Y1289": -2.0, "ERBB3_Y1328": -2.1}
    erk = {"MAPK1_Y187": -2.0, "MAPK3_Y204": -2.1, "RPS6KA1_S363": -1.9}
    found = ask(akt_down | fallen | erk | stress)
    assert found.loc[["ERK", "MET_ERBB3"], "status"].tolist() == ["no", "no"]


def test_another_collection_is_named_and_opens_nothing(make, knowledge) -> None:
    """Alike minutes do not speak for samples that were collected differently."""
    contrast = make({"AKT1S1_T246": -2.0})
    ways = ["core needle", "resection"]
    samples = contrast.data.samples.assign(collection=ways)
    other = replace(contrast, data=replace(contrast.data, samples=samples))
    found = call(other, score(other), knowledge=knowledge).table.set_index("call")
    assert found.loc["ISCHEMIA", "status"] == "not_assessable"
    assert (
        "collected by core needle before, by resection on treatment"
        in found.loc["ISCHEMIA", "reason"]
    )


def test_what_would_erase_a_call_stands_beside_it(ask: Ask, akt_down, mtorc1_up) -> None:
    """By hand: MTORC1 up by 2 in its features; stress sites measured within a known interval."""
    quiet = {"HSPB1_S82": 0.0, "MAPK14_Y182": 0.05, "JUN_S63": -0.05, "MAPK8_Y185": 0.0}
    table = ask(akt_down | mtorc1_up | quiet)
    row = table.loc["MTORC1"]
    assert row["status"] == "yes"
    assert row["ischemia_shift"] == pytest.approx(2.05, abs=0.11)
    assert row["ischemia_ratio"] > 3
    assert f"moved {row['ischemia_ratio']:.1f} times as strongly" in row["reason"]
    unknown = ask(akt_down | mtorc1_up).loc["MTORC1"]
    assert unknown["ischemia_shift"] == pytest.approx(2.05, abs=0.11)
    assert pd.isna(unknown["ischemia_ratio"])
    engaged = table[table["kind"] == "engagement"].iloc[0]
    assert engaged["status"] == "yes"
    assert pd.isna(engaged["ischemia_shift"])
