"""Which drug a call is made for: one for all, one a subject, a class that a cohort shares, or none.

The drugs that the three reviews name resolve, each to its class.
"""

from collections.abc import Callable

import pandas as pd
import pytest

from phosres.errors import KnowledgeError
from phosres.knowledge import Knowledge
from phosres.resistance import call
from phosres.results import Contrast
from phosres.scoring import score

Make = Callable[..., Contrast]
NAMED = {
    "RAPALOG": "sirolimus; temsirolimus; everolimus; ridaforolimus; rapalogs",
    "TORKI": "torin-1; torkinib; sapanisertib; vistusertib; AZD8055; onatasertib; "
    "active-site mTOR inhibitors",
    "DUAL_PI3K_MTOR": "dactolisib; VS-5584; PF-04691502; gedatolisib; samotolisib",
    "PI3K": "alpelisib; S14161; PI3K inhibitors",
    "AKT": "triciribine; FC85",
    "OTHER": "beta-elemene; baicalein; ISA27; ATRA; nelfinavir; gold sodium thiomalate; "
    "interferon-alpha",
    "AMPK_ACTIVATOR": "metformin",
    "MULTI_TKI_VEGFR_RAF": "sorafenib; regorafenib; sunitinib; pazopanib",
    "ANTI_VEGF": "bevacizumab; angiogenesis inhibitors",
    "PDGFR": "crenolanib; imatinib",
    "BRAF": "vemurafenib; BRAF inhibitors",
    "MEK": "selumetinib; trametinib; MEK inhibitors",
    "ERKI": "ERK inhibitors",
    "EGFR_TKI": "gefitinib; erlotinib",
    "EGFR_MAB": "cetuximab; panitumumab",
    "HER2": "lapatinib; trastuzumab; neratinib",
    "IGF1R": "dalotuzumab",
    "CDK46": "CDK4/6 inhibitors",
    "MET": "BMS-777607",
    "GLYCOLYSIS": "2-deoxyglucose",
    "DNA_CHEMO": "carboplatin; cisplatin; platinum; topotecan; irinotecan; capecitabine; "
    "5-fluorouracil; epirubicin; cyclophosphamide; mitomycin C; azacitidine; radiation therapy",
    "TUBULIN": "paclitaxel; vinorelbine; taxane",
    "ENDOCRINE": "exemestane; letrozole; tamoxifen; enzalutamide",
    "HDACI": "vorinostat",
    "HEDGEHOG": "sonidegib; vismodegib; glasdegib; GANT61",
    "GSI": "DAPT; MK-0752",
    "IMMUNO": "rituximab; alemtuzumab; bivatuzumab; XmAb14045; MGD006; talacotuzumab; "
    "adecatumumab; catumaxomab; EpCAM CAR-T; PD-1/PD-L1 inhibitors",
}
"""The 91 drugs and classes of the three reviews, by the class they belong to."""


def test_every_drug_of_the_reviews_resolves(knowledge: Knowledge) -> None:
    """All 91 names mean one part of the class they should."""
    names = [(c, name) for c, text in NAMED.items() for name in text.split("; ")]
    assert len(names) == 91
    for drug_class, name in names:
        assert [p.drug_class.id for p in knowledge.find_drug(name).parts] == [drug_class], name


def test_every_class_with_a_target_has_sites_to_move(knowledge: Knowledge) -> None:
    """A class that names target sets and a direction says which of their members it moves."""
    for c in knowledge.classes.values():
        if not (c.target_sets and c.target_direction):
            continue
        expected = {*c.on_target_down, *c.on_target_up}
        members = {m.site_id for s in c.target_sets for m in knowledge.sets[s].members}
        assert expected & members or not expected, c.id


@pytest.fixture(scope="module")
def cohort(make: Make) -> Contrast:
    """Four subjects whose AKT outputs fall and whose mTORC1 stays."""
    fall = {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.2, "GSK3B_S9": -1.8}
    kept = {"RPS6_S240": 0.0, "CAD_S1859": 0.05, "EIF4EBP1_T37": 0.0}
    return make(fall | kept, n_of_one=False)


def calls_of(contrast: Contrast, drug: object) -> pd.DataFrame:
    """Calls by id."""
    table = call(contrast, score(contrast), drug=drug).table  # type: ignore[arg-type]
    return table.set_index(table["call"].mask(table["kind"] == "engagement", "ENGAGEMENT"))


def test_one_drug_for_all_by_subject_is_that_drug(cohort: Contrast) -> None:
    """Naming the same drug for every subject changes nothing."""
    by_subject = calls_of(cohort, dict.fromkeys("ABCD", "alpelisib"))
    pd.testing.assert_frame_equal(by_subject, calls_of(cohort, "alpelisib"))
    assert set(by_subject["drug"]) == {"alpelisib (PI3K inhibitor)"}
    assert by_subject.loc["PI3KI_MTORC1", ["status", "grade"]].tolist() == ["yes", "moderate"]


def test_drugs_of_one_class_are_called_for_the_class(cohort: Contrast) -> None:
    """Two PI3K inhibitors share what is expected of them."""
    drugs = {"A": "alpelisib", "B": "buparlisib", "C": "alpelisib", "D": "copanlisib"}
    found = calls_of(cohort, drugs)
    assert set(found["drug"]) == {"PI3K inhibitor"}
    assert found.loc["PI3KI_MTORC1", "status"] == "yes"


@pytest.mark.parametrize("other", ["everolimus", ""])
def test_different_drugs_are_not_mixed(cohort: Contrast, other: str) -> None:
    """A cohort of two classes, or of treated and untreated, is not called, and says why."""
    found = calls_of(cohort, {"A": "alpelisib", "B": "alpelisib", "C": other, "D": other})
    assert not found["status"].eq("yes").any()
    assert set(found["drug"]) == {""}
    reason = found.loc["ENGAGEMENT", "reason"]
    assert "different drugs, which are not mixed" in reason
    assert "alpelisib (PI3K inhibitor): 2" in reason
    assert not found.index.str.startswith("PI3KI").any()


def test_a_subject_has_its_own_drug(make: Make) -> None:
    """A single pair is called for the drug of its subject; without one there is no context."""
    pair = make({"AKT1S1_T246": -2.0, "TSC2_T1462": -2.2, "GSK3B_S9": -1.8})
    assert (
        calls_of(pair, {"A": "alpelisib", "B": "everolimus"}).loc["ENGAGEMENT", "status"] == "yes"
    )
    without = calls_of(pair, {"B": "everolimus"})
    assert without.loc["ENGAGEMENT", "reason"].startswith("no drug was named")


def test_an_unknown_drug_of_a_subject_gives_the_nearest_names(make: Make) -> None:
    """A misspelt drug is an error with names near it."""
    with pytest.raises(KnowledgeError, match="alpelisib"):
        calls_of(make({"AKT1S1_T246": -2.0}), {"A": "alpelisip"})


def test_a_combination_must_engage_the_part_that_a_rule_speaks_of(make: Make) -> None:
    """Under dabrafenib and alpelisib, fallen AKT is no engagement for the rules of BRAF inhibitors.

    With ERK outputs down as well, both rules of kept mTORC1 are a yes.
    """
    akt = {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.2, "GSK3B_S9": -1.8}
    kept = {"RPS6_S240": 0.0, "CAD_S1859": 0.05, "EIF4EBP1_T37": 0.0}
    erk = {"MAPK1_Y187": -2.0, "MAPK3_Y204": -2.1, "ERF_T526": -1.9, "RAF1_S642": -2.0}
    both = "dabrafenib + alpelisib"
    half = calls_of(make(akt | kept), both)["status"]
    assert (half["PI3KI_MTORC1"], half["MAPKI_MTORC1"]) == ("yes", "not_assessable")
    whole = calls_of(make(akt | kept | erk), both)["status"]
    assert (whole["PI3KI_MTORC1"], whole["MAPKI_MTORC1"]) == ("yes", "yes")
