"""A run with total protein: both results in every table, and the configuration says which leads."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import pipeline
from phosres.errors import ConfigError

Small = Callable[..., Path]


def prepare(small: Small, extra: str = "") -> Path:
    """S6 sites that fall by 2 log2 with their protein, and a protein table that shows it."""
    path = small(extra)
    folder = path.parent
    table = pd.read_csv(folder / "table.tsv", sep="\t")
    samples = table.columns[2:]
    on = samples.str.endswith("on")
    table.loc[:1, samples[on]] = (table.loc[:1, samples[~on]].to_numpy() / 4).round(0)
    table.to_csv(folder / "table.tsv", sep="\t", index=False)
    rng = np.random.default_rng(1)
    log2 = rng.normal(25, 2, (150, 1)) + rng.normal(0, 0.1, (150, len(samples)))
    log2[0] -= 2 * on
    proteins = pd.DataFrame((2**log2).round(0), columns=samples)
    proteins.insert(0, "gene", ["RPS6", *(f"GENE{i}" for i in range(149))])
    proteins.to_csv(folder / "proteins.tsv", sep="\t", index=False)
    text = path.read_text("utf-8")
    path.write_text(text.replace("samples.tsv\n", "samples.tsv\n  protein_table: proteins.tsv\n"))
    return path


def readout(result, name: str = "S6_S240_S244") -> pd.Series:
    """The readout of the cohort."""
    table = result.table("readouts")
    return table[(table["level"] == "cohort") & (table["readout"] == name)].iloc[0]


def test_the_sites_lead_and_the_correction_stands_beside(small: Small) -> None:
    """By default the fall is reported as it is, with what is left of it, and marked."""
    result = pipeline.run(prepare(small))
    row = readout(result)
    assert row["status"] == row["status_uncorrected"] == "down"
    assert row["log2fc"] == pytest.approx(-2, abs=0.3)
    assert row["log2fc_corrected"] == pytest.approx(0, abs=0.3)
    assert row["status_corrected"] != "down"
    assert row["protein_dependent"]
    assert "beyond its protein" in row["reason"]
    assert row["protein_correction"] == "1 of 1 forms corrected"
    other = readout(result, "AKT_S473")
    assert other["protein_correction"] == "not protein-corrected"
    sites = result.table("sites").set_index("feature")
    assert sites["protein_log2fc"].notna().sum() > 100
    assert (sites["protein_correction"] == "not protein-corrected").sum() > 50
    activities = result.table("activities")
    is_it = (activities["level"] == "cohort") & (activities["set"] == "MTORC1")
    activity = activities[is_it].iloc[0]
    assert activity["status_corrected"] != activity["status_uncorrected"]
    assert "features have their protein in that table" in result.normalized.history[-1].text


def test_the_correction_may_lead(small: Small) -> None:
    """With statistics.protein_correction: use the status is that of what is left."""
    result = pipeline.run(prepare(small, "statistics: {protein_correction: use}\n"))
    row = readout(result)
    assert row["status"] == row["status_corrected"] != "down"
    assert row["status_uncorrected"] == "down"
    assert row["log2fc"] == row["log2fc_corrected"]
    site = result.table("sites")
    site = site[(site["level"] == "cohort") & site["feature"].str.contains("S240")].iloc[0]
    assert site["log2fc"] == site["log2fc_corrected"]
    assert site["log2fc_uncorrected"] == pytest.approx(-2, abs=0.3)


def test_without_a_protein_table_that_is_said(demo) -> None:
    """Every row of sites, readouts and activities says that it is not protein-corrected."""
    for name in ("sites", "readouts", "activities"):
        table = demo.result.table(name)
        assert set(table["protein_correction"]) == {"not protein-corrected"}
        assert table["log2fc_corrected"].isna().all()
    page = (demo.folder / "report.html").read_text("utf-8")
    assert "not protein-corrected" in page


def test_a_proteome_of_too_few_samples_corrects_nothing(small: Small) -> None:
    """One pair of three has a proteome: the run goes on uncorrected, and says so."""
    path = prepare(small)
    table = pd.read_csv(path.parent / "proteins.tsv", sep="\t")
    table.iloc[:, :3].to_csv(path.parent / "proteins.tsv", sep="\t", index=False)
    result = pipeline.run(path)
    assert readout(result)["protein_correction"] == "not protein-corrected"
    warnings = result.normalized.warnings
    assert any("corrects nothing" in w for w in warnings)
    assert any("no column of B_pre, B_on, C_pre, C_on" in w for w in warnings)


def test_changes_have_no_samples_to_correct(small: Small) -> None:
    """A table of changes with a protein table is refused before anything is computed."""
    path = prepare(small)
    folder = path.parent
    changes = pd.DataFrame({"Gene": ["RPS6"] * 60, "Site": [f"S{i}" for i in range(60)]})
    changes["log2FC"] = np.random.default_rng(0).normal(0, 1, 60)
    changes.to_csv(folder / "table.tsv", sep="\t", index=False)
    path.write_text(
        "name: small\ninput:\n  table: table.tsv\n  samples: null\n  values: change\n"
        "  protein_table: proteins.tsv\ndesign:\n  pre: null\n  on: [drug]\n"
    )
    with pytest.raises(ConfigError, match="no samples to compare proteins with"):
        pipeline.run(path)
