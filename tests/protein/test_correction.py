"""Sites beyond their proteins: matching, arithmetic, simulated truth, and both ways of a run."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from phosres import audit, contrasts, protein, stats
from phosres.columns import SITES
from phosres.results import Calls
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

nan = np.nan


def table(values: np.ndarray, names: pd.DataFrame, *, scale: str = "log2_intensity"):
    """Make a table of pairs, pre and on of each subject beside each other."""
    index = pd.Index([f"f{i}" for i in range(len(values))])
    features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=index)
    for column in names:
        features[column] = names[column].to_numpy()
    subjects = [f"P{i // 2}" for i in range(values.shape[1])]
    sheet = pd.DataFrame(
        {"subject": subjects, "condition": np.resize(["pre", "on"], values.shape[1])}
        | dict.fromkeys(("timepoint", "replicate", "batch"), ""),
        index=pd.Index([f"s{i}" for i in range(values.shape[1])]),
    )
    frame = pd.DataFrame(values, index=index, columns=sheet.index)
    return PhosphoTable(frame, features, sheet, scale, Source("t.tsv", "wide"))


def compare(t: PhosphoTable):
    """Compare on with pre."""
    return contrasts.contrast(t, pre="pre", on="on")


def cohort(n: int, seed: int = 0) -> tuple[PhosphoTable, PhosphoTable]:
    """Sites of one protein each, whose protein rises by 1 and whose occupancy falls by 1 or not."""
    rng = np.random.default_rng(seed)
    treated = np.tile([0.0, 1.0], 6)
    amount = rng.normal(0, 0.7, (n, 6)).repeat(2, axis=1) + rng.normal(0, 0.2, (n, 12)) + treated
    occupancy = np.where(np.arange(n) < n // 2, -1.0, 0.0)[:, None]
    site = 22 + amount + occupancy * treated + rng.normal(0, 0.3, (n, 12))
    names = pd.DataFrame({"protein": [f"P{i:05d}" for i in range(n)]})
    return table(site, names), table(25 + amount, names.assign(proteins=names["protein"]))


def test_proteins_are_matched_by_accession_then_gene():
    """Isoform before base, leading before others, gene last; nothing without either."""
    proteins = pd.DataFrame(
        {
            "proteins": ["Q1;P1", "P1", "P2-3;P2", "P2", "", "P9"],
            "gene": ["A", "B", "C", "C", "D;E", "F"],
        }
    )
    features = pd.DataFrame(
        {
            "protein": ["P1", "P2-3", "P2-9", "X", "X", "", "P8"],
            "gene": ["Z", "Z", "Z", "E", "none", "f;x", ""],
        }
    )
    rows = protein.match_proteins(features, proteins)
    assert rows.tolist() == [1, 2, 2, 4, -1, 5, -1]


def test_ratio_and_model_by_hand():
    """The corrected change is the paired model of site minus protein, sample by sample."""
    sites, proteins = cohort(80)
    made = protein.attach(
        compare(sites), compare(protein.subtract(sites, proteins)), compare(proteins)
    )
    effect = made.effects[0].table
    difference = (sites.values - proteins.values).to_numpy()
    own = difference[:, 1::2] - difference[:, ::2]
    assert_allclose(effect["log2fc_corrected"], own.mean(axis=1), atol=1e-12)
    change = proteins.values.to_numpy()[:, 1::2] - proteins.values.to_numpy()[:, ::2]
    assert_allclose(effect["protein_log2fc"], change.mean(axis=1), atol=1e-12)
    assert_allclose(effect["log2fc"], effect["log2fc_uncorrected"])
    assert set(effect["protein_correction"]) == {protein.SAME_SAMPLES}
    assert set(SITES.names) >= set(effect.columns)


def test_correction_finds_the_occupancy():
    """Protein +1, occupancy -1 or 0: corrected -1.0 and 0.0 at about the nominal size; without it
    0 and +1, called nearly always.
    """
    sites, proteins = cohort(600)
    made = protein.attach(
        compare(sites), compare(protein.subtract(sites, proteins)), compare(proteins)
    )
    effect = made.effects[0].table
    half = 300
    assert effect["log2fc_corrected"][:half].mean() == pytest.approx(-1, abs=0.03)
    assert effect["log2fc_corrected"][half:].mean() == pytest.approx(0, abs=0.03)
    assert 0.02 <= (effect["p_corrected"][half:] < 0.05).mean() <= 0.08
    assert effect["log2fc"][:half].mean() == pytest.approx(0, abs=0.05)
    assert (effect["p"][half:] < 0.05).mean() > 0.8


def test_separate_samples_add_their_errors():
    """Site and protein never measured in one sample, but both known: standard errors add up."""
    sites, proteins = cohort(80)
    site, total = sites.values.to_numpy().copy(), proteins.values.to_numpy().copy()
    site[0, 6:], total[0, :6] = nan, nan
    sites = replace(sites, values=sites.values * 0 + site)
    proteins = replace(proteins, values=proteins.values * 0 + total)
    total_effects = compare(proteins)
    made = protein.attach(compare(sites), compare(protein.subtract(sites, proteins)), total_effects)
    row, own = made.effects[0].table.iloc[0], total_effects.effects[0].table.iloc[0]
    assert row["protein_correction"] == protein.SEPARATE
    assert row["log2fc_corrected"] == pytest.approx(row["log2fc"] - own["log2fc"])
    assert row["se_corrected"] == pytest.approx(np.hypot(row["se"], own["se"]))


def test_without_protein_a_site_is_uncorrected():
    """No protein row, or none measured: no corrected number, and that is said."""
    sites, proteins = cohort(80)
    proteins = replace(
        proteins, values=proteins.values.iloc[1:], features=proteins.features.iloc[1:]
    )
    made = protein.attach(
        compare(sites), compare(protein.subtract(sites, proteins)), compare(proteins)
    )
    for effect in made.effects:
        row = effect.table.iloc[0]
        assert np.isnan(row["log2fc_corrected"])
        assert row["protein_correction"] == protein.UNCORRECTED


def test_first_and_back_again():
    """Corrected changes come first with their own t and q, and going back restores what was."""
    sites, proteins = cohort(80)
    made = protein.attach(
        compare(sites), compare(protein.subtract(sites, proteins)), compare(proteins)
    )
    first = protein.put_first(made)
    table_ = first.effects[0].table
    assert_allclose(table_["log2fc"], table_["log2fc_corrected"])
    assert_allclose(table_["t"], table_["log2fc"] / table_["se"])
    assert_allclose(table_["q"], stats.benjamini_hochberg(table_["p"]))
    back = protein.put_back(first).effects[0].table
    pd.testing.assert_frame_equal(back, made.effects[0].table)


def test_calls_that_flip_are_marked():
    """A definite call that the other changes would not give says so; open ones are not marked."""
    rows = pd.DataFrame(
        {
            "contrast": "on", "level": "cohort", "subject": "", "kind": "engagement",
            "call": ["A", "B", "C"], "status": ["yes", "no", "not_assessable"], "reason": "r",
        }
    )  # fmt: skip
    other = Calls(rows.assign(status=["no", "no", "yes"]), "")
    found = audit.compare_calls(Calls(rows, ""), other, use=False).table
    assert found["protein_dependent"].to_list() == [True, False, False]
    assert found["reason"].to_list() == ["r; no if proteins are taken into account", "r", "r"]
