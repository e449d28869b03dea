"""The view: which features one level and subject sees, and with which numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from phosres.contrasts import contrast
from phosres.evidence import combine, view
from phosres.knowledge import Member
from phosres.stats import fit_contrast, fit_residuals
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

nan = np.nan
N = 80


def table(scale: str = "log2_intensity") -> PhosphoTable:
    """Three pairs; the first five features are curated, F3 and F4 are missing in places."""
    rng = np.random.default_rng(1)
    rows = pd.Index([f"F{i}" for i in range(N)])
    columns = pd.Index([f"{s}{c}" for s in "XYZ" for c in ("pre", "on")])
    values = rng.normal(22, 2, (N, 1)) + rng.normal(0, 0.4, (N, 6))
    values[3, [0, 1]] = nan  # not measured in subject X
    values[4, [1, 3, 5]] = nan  # pre only
    features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=rows)
    features["gene"] = ["G1", "G1", "G2", "G3", "G4", *[f"B{i}" for i in range(N - 5)]]
    features["protein"] = ["P1", "P1", "", "P3", "P4", *[f"Q{i}" for i in range(N - 5)]]
    features["sites"] = ["S9;T12", "T12", "Y7", "S1", "S2", *["S5"] * (N - 5)]
    features["multiplicity"] = pd.array([2, 1, None, 1, 1, *[1] * (N - 5)], dtype="Int64")
    features["site_ids"] = ["G1_S9;G1_T12", "G1_T12", "G2_Y7", "G3_S1", "G4_S2", *[""] * (N - 5)]
    sheet = pd.DataFrame(
        {"subject": list("XXYYZZ"), "condition": ["pre", "on"] * 3}, index=columns
    ).assign(timepoint="", replicate="", batch="")
    frame = pd.DataFrame(values, index=rows, columns=columns)
    return PhosphoTable(frame, features, sheet, scale, Source("t.tsv", "wide"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made():
    """The contrast of the table."""
    return contrast(table(), pre="pre", on="on")


def test_curated_features_with_their_numbers(made):
    """Only curated features, in order, with what the contrast found."""
    seen = view(made, made.cohort)
    assert seen.features == ("F0", "F1", "F2", "F3", "F4")
    assert dict(seen.by_site) == {
        "G1_S9": (0,), "G1_T12": (0, 1), "G2_Y7": (2,), "G3_S1": (3,), "G4_S2": (4,),
    }  # fmt: skip
    numbers = made.cohort.table.iloc[:5]
    for name in ("log2fc", "se", "df", "mean", "n_pre", "n_on"):
        assert_array_equal(getattr(seen, name), numbers[name])
    assert seen.protein == ("P1", "P1", "G2", "P3", "P4")  # the gene where no protein is named
    assert seen.position.tolist() == [9, 12, 7, 1, 2]
    assert_array_equal(seen.multiplicity, [2, 1, nan, 1, 1])
    assert seen.correlation is made.cohort.correlation


def test_not_measured_in_these_samples(made, site):
    """A feature without a value in a subject's samples was not measured there: it is absent."""
    x, y = (view(made, e) for e in made.effects[1:3])
    assert x.features == ("F0", "F1", "F2", "F4")
    assert "G3_S1" not in x.by_site
    assert combine(x, [site("G3_S1")]).forms == ()
    assert y.features == ("F0", "F1", "F2", "F3", "F4")
    assert combine(y, [site("G3_S1")]).estimable


def test_measured_on_one_side_only(made, site):
    """A feature with values on one side is present, but says nothing about a change."""
    for effects in made.effects:
        seen = view(made, effects)
        assert "F4" in seen.features
        out = combine(seen, [site("G4_S2")])
        assert len(out.forms) == 1
        assert not out.estimable
        note = "seen before treatment only: not detected is not a fold change"
        assert out.forms[0].note == note


def test_ratios_have_no_amounts():
    """Ratio tables give no mean, because it is no amount."""
    c = contrast(table("log2_ratio"), pre="pre", on="on")
    assert np.isnan(view(c, c.cohort).mean).all()


def test_residuals_are_those_of_the_cohort_model(made):
    """A cohort shows what its model leaves; a single pair has no replicates."""
    seen = view(made, made.cohort)
    values = made.data.values.loc[list(seen.features), made.arms.index].to_numpy()
    treated = (made.arms["arm"] == "on").to_numpy().astype(float)
    subjects = pd.factorize(made.arms["subject"])[0]
    assert_allclose(seen.residuals, fit_residuals(values, treated, blocks=subjects))
    assert_array_equal(
        seen.residual_df, fit_contrast(values, treated, 0, blocks=subjects).df_residual
    )
    assert seen.residual_df.tolist() == [2, 2, 2, 1, 0]
    alone = view(made, made.effects[1])
    assert alone.residuals is None
    assert alone.residual_df is None


def test_nothing_curated():
    """Without a curated feature the view is empty and nothing can be combined."""
    plain = table()
    c = contrast(replace(plain, features=plain.features.assign(site_ids="")), pre="pre", on="on")
    for effects in c.effects:
        seen = view(c, effects)
        assert seen.features == ()
        assert seen.by_site == {}


def test_a_form_says_how_it_was_identified():
    """A neighbouring residue, a peptide of two paralogs and one of two species are remarked."""
    plain = table()
    features = plain.features.assign(species=["human", "human", "", "", "human+mouse", *[""] * 75])
    ids = ["MAPK3_Y204;MAPK1_Y187", "RPS6_S240", "G2_Y7", "G3_S1", "G4_S2", *[""] * (N - 5)]
    steps = ["window;window", "neighbour", "gene", "neighbour", "accession", *[""] * (N - 5)]
    features = features.assign(site_ids=ids, site_steps=steps)
    made = contrast(replace(plain, features=features), pre="pre", on="on")
    seen = view(made, made.cohort)
    names = ["MAPK3_Y204", "MAPK1_Y187", "RPS6_S240", "G2_Y7", "G4_S2"]
    forms = combine(seen, [Member(name, 1, "core", 1.0, "") for name in names]).forms
    said = {form.feature: form.remarks for form in forms}
    assert said["F2"] == ()
    assert said["F0"] == ("one peptide of MAPK3 and MAPK1, one piece of evidence",)
    assert said["F1"] == (
        "named on a residue beside the site, which search engines confuse with it",
    )
    assert said["F4"] == ("a peptide that human and mouse share, which may hold stroma",)
