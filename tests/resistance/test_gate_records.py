"""The gates G1 to G6 as records: each names where it is enforced, and holds there."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from phosres.knowledge import load
from phosres.resistance import call
from phosres.scoring import score
from tests.resistance.handmade import call_by_hand, make_contrast

GATES = [r for r in load().rules.values() if r.decided == "gate"]
AKT_DOWN = {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.2, "GSK3B_S9": -1.8}


def test_there_are_six() -> None:
    """G1 to G6, none of which is a row of its own among the rules."""
    assert [g.id for g in GATES] == ["G1", "G2", "G3", "G4", "G5", "G6"]
    assert not any(g.needs or g.hypothesis for g in GATES)


@pytest.mark.parametrize("gate", GATES, ids=lambda g: g.id)
def test_the_place_where_a_gate_is_enforced_exists(gate) -> None:
    """Module and function can be imported."""
    for place in gate.enforced.split("; "):
        module, _, function = place.partition(": ")
        assert callable(getattr(import_module(module), function))


def test_g1_speaks_of_the_stress_module() -> None:
    """Its sites are those of the set that the gate scores."""
    knowledge = load()
    members = {m.site_id for m in knowledge.sets["QC_ISCHEMIA"].members}
    assert set(knowledge.rules["G1"].sites) == members


def test_g2_a_site_that_vanished_is_never_down() -> None:
    """Sites that mass spectrometry seldom sees, seen before treatment only, move nothing."""
    knowledge = load()
    seldom = knowledge.rules["G2"].sites
    assert {knowledge.sites[s].detectability for s in seldom} <= {"absent", "rare"}
    contrast = make_contrast(AKT_DOWN | dict.fromkeys(seldom, np.nan))
    scores = score(contrast)
    down = set(scores.activities.query("status == 'down'")["set"])
    assert not down & {"RTK_PDGFR_VEGFR", "RTK_ERBB3", "NFKB", "TGFB", "AMPK_LKB1", "MTORC1"}
    table = call(contrast, scores, drug="alpelisib").table
    assert not table["sites"].str.contains("|".join(seldom)).any()


def test_g3_a_shared_peptide_counts_once() -> None:
    """One T308 peptide of three AKTs is one piece of evidence with the error of one feature."""
    row = score(make_contrast({"AKT1_T308+AKT2_T309+AKT3_T305": 2.0})).activities
    row = row.set_index("set").loc["PI3K_PDK1"]
    alone = score(make_contrast({"AKT1_T308": 2.0})).activities.set_index("set").loc["PI3K_PDK1"]
    assert (row["score"], row["se"], row["n_proteins"]) == (2.0, alone["se"], 1)


def test_g4_sites_with_two_inputs_never_decide_mtorc1() -> None:
    """S6 S235/S236 up by 3 log2 leave mTORC1 open; all of them make no route and no rule a yes."""
    shared = load().rules["G4"].sites
    assert {load().sites[s].specificity for s in shared} == {"shared"}
    changes = {s: 3.0 for s in shared if s != "GSK3B_S9"}
    pair = dict.fromkeys(("RPS6_S235", "RPS6_S236"), 3.0)
    statuses = score(make_contrast(pair)).activities.set_index("set")["status"]
    assert statuses["MTORC1"] == "inconclusive"
    table = call_by_hand(changes | AKT_DOWN, drug="alpelisib")
    assert table.loc["MTORC1", "status"] == "not_assessable"
    assert table.loc["PI3KI_MTORC1", "status"] == "not_assessable"


def test_g5_a_call_on_sites_of_stroma_says_so() -> None:
    """SASP rests on HSP27, which follows the composition of a biopsy."""
    mk2 = {"MAPKAPK2_T334": 2.0, "HSPB1_S82": 2.1, "ZFP36L1_S54": 2.0}
    found = call_by_hand(
        AKT_DOWN | mk2, drug="alpelisib", proteins={"MAPKAPK2": 2.0}, statuses={}
    ).loc["SASP_MK2"]
    assert "HSPB1_S82 also follows the composition of the biopsy" in found["reason"]


def test_g6_without_engagement_nothing_is_resistance() -> None:
    """Kept mTORC1 under a PI3K inhibitor whose AKT outputs were not measured is not called."""
    kept = {"RPS6_S240": 0.0, "CAD_S1859": 0.05, "EIF4EBP1_T37": 0.0}
    table: pd.DataFrame = call_by_hand(kept, drug="alpelisib")
    assert not table["status"].eq("yes").any()
    assert "no evidence of engagement" in table.loc["PI3KI_MTORC1", "reason"]
