"""What each q of a feature is adjusted over, and the features within selected pathways."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from phosres.families import state_families
from phosres.knowledge import load
from phosres.stats import benjamini_hochberg

KNOWN = load()


@pytest.fixture(scope="module")
def stated(demo):
    """The contrast of the example run and its scores."""
    return demo.result.contrasts["on"], demo.result.scores["on"]


def test_every_q_names_its_family_and_size(stated):
    """The number is that of the p values, and q is BH over exactly those."""
    for effect in stated[0].effects:
        tested = int(effect.table["p"].notna().sum())
        assert set(effect.table["n_tests"]) == {tested}
        (family,) = set(effect.table["family"])
        assert family.startswith(f"BH over {tested:,} features of ")
        assert family.endswith("(a ranking)") == effect.n_of_one
        assert_allclose(effect.table["q"], benjamini_hochberg(effect.table["p"]))


def test_features_within_selected_pathways(stated):
    """A feature of one selected pathway has BH within it times tested over selected pathways."""
    made, scores = stated
    table = made.effects[0].table
    rows = scores.activities
    rows = rows[(rows["level"] == "cohort") & (rows["kind"] == "pathway")]
    q = pd.Series(benjamini_hochberg(rows["p"]), index=rows["set"])
    selected = q.index[q <= 0.05]
    assert 0 < len(selected) < q.notna().sum()
    named = table["sets_selected"].str.split(";").explode()
    assert set(named) - {""} <= set(selected)
    once = table["sets_selected"] == "CDK46_RB"
    assert once.any()
    members = {m.site_id for m in KNOWN.sets["CDK46_RB"].members}
    carried = made.data.features["site_ids"].str.split(";").map(lambda s: bool(members & set(s)))
    within = benjamini_hochberg(table.loc[carried, "p"]) * q.notna().sum() / len(selected)
    expected = pd.Series(np.minimum(within, 1.0), index=table.index[carried])
    assert_allclose(table.loc[once, "q_within_set"], expected[once[once].index])
    assert table.loc[table["sets_selected"] == "", "q_within_set"].isna().all()


def test_subjects_have_no_second_stage(stated):
    """A pair is ranked, not called: no set selects its features."""
    for effect in stated[0].effects[1:]:
        assert effect.table["q_within_set"].isna().all()
        assert set(effect.table["sets_selected"]) == {""}


def test_without_a_selected_pathway_there_is_no_second_stage(stated):
    """Nothing is adjusted within a pathway that was not found changed."""
    made, scores = stated
    none = replace(scores, activities=scores.activities.assign(p=0.9))
    table = state_families(made, none).effects[0].table
    assert table["q_within_set"].isna().all()
    assert set(table["sets_selected"]) == {""}
