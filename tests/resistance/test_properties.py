"""What must hold for any data: less data is never more certain, and mirrors mirror."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phosres import contrasts, normalization, pipeline, simulation
from phosres.knowledge import Knowledge, load
from phosres.resistance import call
from phosres.results import Contrast
from phosres.scoring import score
from phosres.table import PhosphoTable

Make = Callable[..., Contrast]
MIRROR = {"up": "down", "down": "up"}
POOL = sorted(
    {
        member.site_id
        for name in ("AKT", "MTORC1", "ERK_REACTIVATION", "MTORC2", "QC_ISCHEMIA", "MET_ERBB3")
        for member in load().sets[name].members
    }
)


def without(contrast: Contrast, sites: set[str]) -> Contrast:
    """Take every feature that carries one of the sites out of a contrast."""
    ids = contrast.data.features["site_ids"].str.split(";")
    keep = [not sites & set(i) for i in ids]
    data = replace(
        contrast.data, values=contrast.data.values[keep], features=contrast.data.features[keep]
    )
    effects = tuple(replace(e, table=e.table[keep]) for e in contrast.effects)
    return replace(contrast, data=data, effects=effects)


def statuses(contrast: Contrast, drug: str = "dual PI3K/mTOR inhibitor") -> pd.Series:
    """Status of each compensation call of the first level."""
    table = call(contrast, score(contrast), drug=drug).table
    first = contrast.effects[0]
    mine = table[(table["subject"] == first.subject) & (table["kind"] == "compensation")]
    return mine.set_index("call")["status"]


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    changes=st.dictionaries(
        st.sampled_from(POOL),
        st.floats(-4, 4, allow_nan=False).map(lambda x: round(x, 2)),
        min_size=12,
        max_size=60,
    )
)
def test_a_route_without_its_features_is_never_yes(
    make: Make, knowledge: Knowledge, changes: dict[str, float]
) -> None:
    """Deleting all features of a route leaves it not assessable, whatever else is measured."""
    contrast = make(changes)
    for route in ("MTORC1", "ERK", "AKT_FEEDBACK", "MTORC2", "MET_ERBB3"):
        members = {
            m.site_id for s in knowledge.routes[route].rises for m in knowledge.sets[s].members
        }
        left = without(contrast, members)
        if len(left.data.features):
            assert statuses(left)[route] == "not_assessable"


@pytest.mark.parametrize("needed", ["deciding sites", "pattern", "target"])
def test_evidence_that_a_call_needs_cannot_be_deleted(
    make: Make, knowledge: Knowledge, needed: str
) -> None:
    """A yes falls with its deciding sites, with the other half of its pattern, with engagement."""
    akt_up = {"AKT1S1_T246": 2.0, "TSC2_T1462": 2.2, "GSK3B_S9": 1.8, "PFKFB2_S466": 2.0}
    s6k_down = {"RPS6_S240": -2.0, "CAD_S1859": -2.1, "PDCD4_S457": -2.0}
    contrast = make(akt_up | s6k_down)
    assert statuses(contrast, "everolimus")["AKT_FEEDBACK"] == "yes"
    route = knowledge.routes["AKT_FEEDBACK"]
    gone = {
        "deciding sites": set(route.agree),
        "pattern": {m.site_id for m in knowledge.sets["MTORC1_S6K"].members},
        "target": set(s6k_down),
    }[needed]
    assert statuses(without(contrast, gone), "everolimus")["AKT_FEEDBACK"] != "yes"


def test_losing_the_stress_sites_does_not_open_the_gate(make: Make) -> None:
    """A call that the gate blocks does not become a yes because the stress sites were not seen."""
    akt = {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.2, "GSK3B_S9": -1.8}
    erk = {"MAPK1_Y187": 2.0, "MAPK3_Y204": 2.1, "RPS6KA1_S363": 1.9}
    stress = {"HSPB1_S82": 2.0, "MAPK14_Y182": 2.2, "JUN_S63": 1.9, "MAPK8_Y185": 2.1}
    contrast = make(akt | erk | stress, ischemia=None)
    assert statuses(contrast)["ERK"] == "not_assessable"
    assert statuses(without(contrast, set(stress)))["ERK"] != "yes"


@cache
def simulated() -> PhosphoTable:
    """Six simulated patients, normalised."""
    planted = simulation.simulate(n_patients=6, n_peptidoforms=3000, missing=0.1, seed=5)
    with TemporaryDirectory() as folder:
        table, sheet, *_ = simulation.write(planted, folder)
        return normalization.normalize(pipeline.read(Path(table), Path(sheet)))


def test_swapping_pre_and_on_mirrors_every_status() -> None:
    """Down becomes up, up becomes down, all else stays; changes change sign, p values do not.

    What is resistance forwards is none backwards, whatever the drug.
    """
    made = [contrasts.contrast(simulated(), pre=a, on=b) for a, b in (("pre", "on"), ("on", "pre"))]
    forth, back = score(made[0]), score(made[1])
    moved = 0
    for name, value in (("readouts", "log2fc"), ("activities", "score")):
        one, two = getattr(forth, name), getattr(back, name)
        moved += int(one["status"].isin(["up", "down"]).sum())
        assert two["status"].tolist() == one["status"].replace(MIRROR).tolist()
        np.testing.assert_allclose(two[value], -one[value], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(two["p"], one["p"], rtol=1e-6, atol=1e-12)
    assert moved > 20
    found = 0
    for drug in ("dual PI3K/mTOR inhibitor", "PI3K inhibitor", "rapalog"):
        yes = [
            set(zip(table["subject"], table["call"], strict=True))
            for c, s in ((made[0], forth), (made[1], back))
            for table in [call(c, s, drug=drug).table.query("kind == 'resistance'")]
            for table in [table[table["status"] == "yes"]]
        ]
        found += len(yes[0])
        assert not yes[0] & yes[1]
    assert found >= 3


def test_renaming_subjects_changes_nothing_but_names() -> None:
    """Scores and calls of renamed patients are the same, number by number."""
    table = simulated()
    subjects = table.samples["subject"].unique()
    names = {old: f"patient {chr(90 - i)}" for i, old in enumerate(subjects)}
    samples = table.samples.assign(subject=table.samples["subject"].map(names))
    tables = []
    for t in (table, replace(table, samples=samples)):
        contrast = contrasts.contrast(t, pre="pre", on="on")
        scores = score(contrast)
        calls = call(contrast, scores, drug="dual PI3K/mTOR inhibitor").table
        tables.append((scores.readouts, scores.activities, scores.evidence, calls))
    for before, after in zip(*tables, strict=True):
        assert before["subject"].nunique() == 7
        assert after["subject"].tolist() == [names.get(s, s) for s in before["subject"]]
        pd.testing.assert_frame_equal(
            before.drop(columns="subject"), after.drop(columns="subject"), check_exact=True
        )


def test_the_order_of_features_does_not_matter() -> None:
    """Rows of a table in another order give the same statuses and calls."""
    table = simulated()
    order = np.random.default_rng(1).permutation(table.n_features)
    shuffled = replace(table, values=table.values.iloc[order], features=table.features.iloc[order])
    found = []
    for t in (table, shuffled):
        contrast = contrasts.contrast(t, pre="pre", on="on")
        scores = score(contrast)
        calls = call(contrast, scores, drug="dual PI3K/mTOR inhibitor").table
        found.append((scores.readouts["status"], scores.activities["status"], calls["status"]))
    for one, two in zip(*found, strict=True):
        assert one.tolist() == two.tolist()
