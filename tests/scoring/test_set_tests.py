"""The two further set tests: who gets one, what they rest on, and their size under no effect."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from phosres import stats
from phosres.contrasts import contrast
from phosres.knowledge import load
from phosres.scoring._set_tests import _compete, _Units, add_set_tests
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

KNOWN = load()
MEMBERS = [m for m in KNOWN.sets["ERK"].members if m.sign]


def cohort(effect: float = 0.0, *, missing: bool = False, seed: int = 0, forms: int = 1):
    """Six pairs with 300 other features and the members of ERK, each in one or more forms."""
    rng = np.random.default_rng(seed)
    ids = [m.site_id for m in MEMBERS for _ in range(forms)] + [""] * 300
    signs = np.array([m.sign for m in MEMBERS for _ in range(forms)] + [0] * 300)
    treated = np.tile([0.0, 1.0], 6)
    noise = rng.normal(0, 0.4, (len(ids), 12))
    values = rng.normal(22, 2, (len(ids), 1)) + noise + effect * signs[:, None] * treated
    if missing:
        values[np.arange(len(MEMBERS) * forms), rng.integers(0, 12, len(MEMBERS) * forms)] = np.nan
    index = pd.Index([f"f{i}" for i in range(len(ids))])
    features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=index)
    sites = [KNOWN.sites[i] if i else None for i in ids]
    features["site_ids"] = ids
    features["protein"] = [s.uniprot if s else f"X{k // 3}" for k, s in enumerate(sites)]
    features["sites"] = [s.site if s else "S1" for s in sites]
    features["multiplicity"] = pd.array([1] * len(ids), dtype="Int64")
    sheet = pd.DataFrame(
        {"subject": [f"P{i // 2}" for i in range(12)], "condition": np.resize(["pre", "on"], 12)}
        | dict.fromkeys(("timepoint", "replicate", "batch"), ""),
        index=pd.Index([f"s{i}" for i in range(12)]),
    )
    frame = pd.DataFrame(values, index=index, columns=sheet.index)
    source = Source("t.tsv", "wide")
    return contrast(
        PhosphoTable(frame, features, sheet, "log2_intensity", source), pre="pre", on="on"
    )


def ask(made, sets: tuple[str, ...] = ("ERK",)) -> pd.DataFrame:
    """Both p values of sets, for the cohort and each subject."""
    rows = [{"level": e.level, "subject": e.subject, "set": s} for e in made.effects for s in sets]
    return add_set_tests(pd.DataFrame(rows), made, KNOWN).set_index(["level", "subject", "set"])


def test_a_pathway_that_moves_is_found_by_both():
    """Members that follow their signs by 0.8 log2: both p values are small for the cohort."""
    out = ask(cohort(0.8)).loc[("cohort", "", "ERK")]
    assert out["p_competitive"] < 1e-6
    assert out["p_self_contained"] < 0.01


def test_self_contained_is_the_rotation_of_complete_members():
    """The p value is that of `rotate_sets` on the rows of the members with their signs."""
    made = cohort(0.3)
    signs = np.array([m.sign for m in MEMBERS], dtype=float)
    values = made.data.values[made.arms.index].to_numpy()
    direct = stats.rotate_sets(
        values,
        made.model.design,
        made.model.column,
        [np.arange(len(MEMBERS))],
        blocks=made.model.blocks,
        signs=[signs],
    )
    found = ask(made).loc[("cohort", "", "ERK"), "p_self_contained"]
    assert_allclose(found, direct.p[0], rtol=1e-9)


def test_incomplete_members_leave_the_competitive_test():
    """With a value missing in every member there is nothing to rotate, but t to compare."""
    out = ask(cohort(0.8, missing=True)).loc[("cohort", "", "ERK")]
    assert out["p_competitive"] < 1e-4
    assert np.isnan(out["p_self_contained"])


def test_small_sets_complexes_and_subjects():
    """Sets of one protein and complexes have neither; subjects have the competitive one only."""
    out = ask(cohort(), ("ERK", "SGK", "MTORC1"))
    assert out.loc[("cohort", "", "SGK")][["p_competitive", "p_self_contained"]].isna().all()
    assert out.loc[("cohort", "", "MTORC1")][["p_competitive", "p_self_contained"]].isna().all()
    assert np.isfinite(out.loc[("subject", "P0", "ERK"), "p_competitive"])
    assert np.isnan(out.loc[("subject", "P0", "ERK"), "p_self_contained"])


def test_size_without_effect():
    """Null cohorts with two forms a site: about 5 % below .05 by both (forms count once)."""
    made = [cohort(seed=seed, forms=2) for seed in range(16)]
    p = pd.concat([ask(replace(m, effects=m.effects[:1])) for m in made])
    assert (p < 0.05).mean().max() <= 0.16  # 16 draws: 5 % plus two standard errors
    subjects = pd.concat([ask(m) for m in made[:3]]).xs("subject", level="level")
    assert (subjects["p_competitive"] < 0.05).mean() <= 0.15  # 18 draws


def test_forms_of_one_stretch_are_one_measurement():
    """Copies of every member neither add nor take evidence where their noise is the same."""
    once = cohort(0.3, seed=3)
    effect = once.effects[0]
    twice = effect.table.iloc[np.r_[np.arange(len(MEMBERS)), np.arange(len(effect.table))]]
    assert len(twice) > len(effect.table)
    single = _Units(tuple(np.array([i]) for i in range(len(MEMBERS))), np.arange(len(MEMBERS)), {})
    sets = {"ERK": (np.arange(len(MEMBERS)), np.ones(len(MEMBERS)))}
    p_once = _compete(effect, single, sets)
    both = _Units(
        tuple(np.array([i, i + len(MEMBERS)]) for i in range(len(MEMBERS))),
        np.arange(len(MEMBERS)),
        {},
    )
    copies = replace(effect, table=twice, correlation={**effect.correlation, "stretch": 1.0})
    assert_allclose(_compete(copies, both, sets), p_once, rtol=1e-9)
