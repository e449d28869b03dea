"""The case the field starts from: one patient with liver cancer, biopsied before and on sorafenib.

Dazert et al. 2016 (doi:10.1073/pnas.1523434113, read through Guri & Hall 2016) report directions:
RSK phosphorylation down, FLNA S2152 up, S6 S240 up. The pair here is built from these directions;
its sizes (one log2 and more), its 2,000 other sites and its noise are made up, and which RSK sites
fell is not told by the review.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from phosres.contrasts import contrast
from phosres.knowledge import load
from phosres.resistance import call
from phosres.results import Calls, Scores
from phosres.scoring import score
from phosres.table import PhosphoTable, Source
from tests.resistance.handmade import describe_features

PUBLISHED = {
    "RPS6KA1_S380": -1.6,
    "RPS6KA1_S363": -1.4,
    "RPS6KA3_S369": -1.5,
    "RPS6KA3_T577": -1.3,
    "FLNA_S2152": 1.5,
    "RPS6_S240": 1.6,
}
OTHERS = {"CAD_S1859": 1.2, "EIF4EBP1_T37": 0.3, "AKT1S1_T246": 0.1, "GSK3B_S9": 0.0}
"""Sites that the review is silent about, near nothing but for one more S6K site."""


def pair(changes: dict[str, float], *, minutes: tuple[str, str] | None) -> PhosphoTable:
    """Two samples: 2,000 sites that stay within biopsy noise, and the given changes."""
    rng = np.random.default_rng(11)
    curated = describe_features(list(changes), load())
    background = curated.iloc[[0] * 2000].set_axis([f"other_{i}" for i in range(2000)])
    accessions = [f"Q{i:05d}" for i in range(2000)]
    background = background.assign(
        gene="", protein=accessions, proteins=accessions, sites="S1", site_ids="", window=""
    )
    features = pd.concat([curated, background])
    mean = rng.normal(24, 2, len(features))
    change = np.concatenate([list(changes.values()), rng.normal(0, 0.3, 2000)])
    samples = pd.DataFrame(
        {
            "subject": "P1",
            "condition": ["pre", "on"],
            "timepoint": "",
            "replicate": "",
            "batch": "",
        },
        index=["P1_pre", "P1_on"],
    )
    if minutes:
        samples["ischemia_min"] = list(minutes)
    values = pd.DataFrame(
        np.column_stack([mean, mean + change]), index=features.index, columns=samples.index
    )
    return PhosphoTable(values, features, samples, "log2_intensity", Source("t.tsv", "generic"))


@cache
def found(
    minutes: tuple[str, str] | None = ("5", "5"), *, flna: bool = True
) -> tuple[Scores, Calls]:
    """Scores and calls of the pair, with FLNA or without it."""
    changes = {k: c for k, c in (PUBLISHED | OTHERS).items() if flna or k != "FLNA_S2152"}
    made = contrast(pair(changes, minutes=minutes), pre="pre", on="on")
    scores = score(made)
    return scores, call(made, scores, drug="sorafenib")


def rows(calls: Calls) -> pd.DataFrame:
    """Calls by id, engagement as ENGAGEMENT."""
    table = calls.table
    return table.set_index(table["call"].mask(table["kind"] == "engagement", "ENGAGEMENT"))


def test_the_drug_engaged_rsk() -> None:
    """RSK is the most direct target set of the class, and it fell."""
    row = rows(found()[1]).loc["ENGAGEMENT"]
    assert (row["call"], row["status"], row["grade"]) == ("RSK", "yes", "moderate")
    assert "RPS6KA1_S380" in row["sites"]


def test_mtorc1_compensates() -> None:
    """The route and rule R01 are both a yes, each with the S6 site and its hypothesis."""
    table = rows(found()[1])
    assert table.loc["MTORC1", "status"] == "yes"
    r01 = table.loc["MULTIKINASE_MTORC1"]
    assert (r01["status"], r01["kind"]) == ("yes", "resistance")
    assert "RPS6_S240" in r01["sites"]
    assert r01["hypothesis"].startswith("consistent with a drug that blocks RAF-MEK-ERK-RSK")
    assert r01["source"].startswith("R01; confidence B; DOI:10.1073/pnas.1523434113")
    assert table.loc["MULTIKINASE_UNSELECTED", "status"] == "no"


def test_the_caveats_stand_beside_it() -> None:
    """One pair; FLNA is reported with what else moves it; no spread between biopsies is known."""
    reason = rows(found()[1]).loc["MULTIKINASE_MTORC1", "reason"]
    assert "one pair of samples (n = 1)" in reason
    assert "beside it FLNA S2152 up" in reason
    assert "FLNA_S2152 also follows the composition of the biopsy" in reason
    assert "the drug need not be why" in reason


def test_flna_is_no_readout_of_erk_or_akt() -> None:
    """FLNA S2152 is in neither set, and without it the call is the same."""
    for name in ("ERK", "RSK", "AKT", "MTORC1"):
        assert "FLNA_S2152" not in {m.site_id for m in load().sets[name].members}
    with_it, without = (rows(found(flna=f)[1]) for f in (True, False))
    assert with_it["status"].equals(without["status"])
    assert "FLNA S2152 not measured" in without.loc["MULTIKINASE_MTORC1", "reason"]


@pytest.mark.parametrize("minutes", [None, ("60", "5")])
def test_an_unknown_or_longer_ischemia_before_treatment_blocks_it(
    minutes: tuple[str, str] | None,
) -> None:
    """RSK that falls because the first sample lay warm looks the same, and is not ruled out."""
    row = rows(found(minutes)[1]).loc["MULTIKINASE_MTORC1"]
    assert row["status"] == "not_assessable"
    assert "stress or ischemia imitates it" in row["reason"]
