"""The table is laid out as MaxQuant lays it out, and the files can be made again."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import knowledge
from phosres.simulation import Simulated, simulate, write
from phosres.simulation.__main__ import main

EXAMPLE = Path(__file__).parents[2] / "example_data"
UNIPROT = r"[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2}"


def numbers(table: pd.DataFrame, pattern: str) -> np.ndarray:
    """The columns whose whole name matches."""
    return table.loc[:, [c for c in table if re.fullmatch(pattern, c)]].to_numpy(dtype=float)


def test_example_data_is_what_the_generator_writes(cohort: Simulated, tmp_path):
    """Every file of example_data is made again byte for byte, and nothing else lies there."""
    files = write(cohort, tmp_path)
    assert sorted(p.name for p in EXAMPLE.iterdir()) == sorted(p.name for p in files)
    for file in files:
        same = file.read_bytes() == (EXAMPLE / file.name).read_bytes()
        assert same, f"{file.name} differs: python -m phosres.simulation example_data"


def test_example_data_is_small():
    """The example stays under 5 MB."""
    assert sum(p.stat().st_size for p in EXAMPLE.iterdir()) < 5_000_000


def test_equal_arguments_give_equal_tables():
    """The same seed gives the same cohort, another seed another one."""
    first, second, other = (simulate(n_peptidoforms=500, seed=s) for s in (4, 4, 5))
    for name in ("sites", "samples", "truth", "peptidoforms"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    assert not first.sites.equals(other.sites)


def test_command_writes_the_files(tmp_path, monkeypatch):
    """``python -m phosres.simulation DIR`` writes the four files, and says how it is used."""
    small = simulate(n_patients=1, n_peptidoforms=500)
    monkeypatch.setattr("phosres.simulation.__main__.simulate", lambda: small)
    main([str(tmp_path / "new")])
    names = {p.name for p in (tmp_path / "new").iterdir()}
    assert names == {"Phospho (STY)Sites.txt", "samples.tsv", "truth.tsv", "README.md"}
    with pytest.raises(SystemExit, match=r"^usage: python -m phosres\.simulation DIRECTORY$"):
        main([])


def test_headers_are_maxquants_in_its_order(cohort):
    """The columns a reader looks for are there, in MaxQuant's order."""
    wanted = """Proteins|Positions within proteins|Leading proteins|Protein|Protein names|Gene names
        Fasta headers|Localization prob|Score diff|PEP|Score|Delta score|Score for localization
        Localization prob P01_on|Number of Phospho (STY)|Amino acid|Sequence window
        Phospho (STY) Probabilities|Position in peptide|Charge|Mass error [ppm]
        Identification type P01_on|Identification type P12_pre|Intensity|Intensity___1|Intensity___2
        Intensity___3|Intensity P01_on|Intensity P12_pre|Intensity P01_on___1|Intensity P12_pre___3
        Reverse|Potential contaminant|id|Positions|Position"""
    names = [name.strip() for line in wanted.splitlines() for name in line.split("|")]
    places = [list(cohort.sites).index(name) for name in names]
    assert places == sorted(places)
    assert cohort.sites.columns.is_unique


def test_intensities_add_up_over_multiplicities_and_samples(cohort):
    """Each intensity is the sum of its parts to the five digits MaxQuant writes."""
    table = cohort.sites
    by_k = [numbers(table, rf"Intensity P\d\d_(on|pre)___{k}") for k in (1, 2, 3)]
    by_sample = numbers(table, r"Intensity P\d\d_(on|pre)")
    np.testing.assert_allclose(by_sample, sum(by_k), rtol=5.1e-5)
    np.testing.assert_allclose(table["Intensity"], by_sample.sum(axis=1), rtol=1e-4)
    for k, part in enumerate(by_k, start=1):
        np.testing.assert_allclose(table[f"Intensity___{k}"], part.sum(axis=1), rtol=5.1e-5)
    shown = pd.Series(by_sample[by_sample > 0]).map("{:.0f}".format).str.rstrip("0")
    assert shown.str.len().max() == 5


def test_doubly_phosphorylated_peptide_stands_on_both_rows(cohort):
    """A form with two sites gives both rows the same numbers in ___2."""
    forms = cohort.peptidoforms
    table = cohort.sites.set_index(["Protein", "Position"]).sort_index()
    pairs = forms[(forms["kind"] == "background") & (forms["multiplicity"] == 2)]
    pairs = pairs[~pairs.duplicated("protein", keep=False)]
    assert len(pairs) > 100
    columns = [c for c in table if c.endswith("___2")]
    for protein, sites in pairs[["protein", "sites"]].itertuples(index=False, name=None):
        first, second = (int(s[1:]) for s in sites.split(";"))
        assert table.loc[(protein, first), columns].equals(table.loc[(protein, second), columns])


def test_peptides_of_one_site_and_multiplicity_add_up(exact: Simulated):
    """A missed-cleavage peptide and the full one share a cell, which holds their sum."""
    forms = exact.peptidoforms
    twins = forms[(forms["kind"] == "background") & (forms["multiplicity"] == 1)]
    twins = twins[twins.duplicated(["protein", "sites"], keep=False)]
    wanted = np.exp2(twins["base_log2"]).groupby(twins["protein"] + twins["sites"].str[1:]).sum()
    table = exact.sites.set_index(exact.sites["Protein"] + exact.sites["Position"].astype(str)).loc[
        wanted.index
    ]
    assert len(wanted) > 50
    np.testing.assert_allclose(table["Intensity P01_pre___1"], wanted, rtol=2e-4)


def test_number_of_phospho_lists_the_quantified_multiplicities(cohort):
    """``Number of Phospho (STY)`` names the ___k with a value, and is empty where there is none."""
    table = cohort.sites
    parts = table[[f"Intensity___{k}" for k in (1, 2, 3)]].to_numpy() > 0
    listed = [";".join(str(k + 1) for k in np.flatnonzero(row)) for row in parts]
    assert table["Number of Phospho (STY)"].tolist() == listed
    assert "" in listed


def test_windows_show_the_site_in_their_centre(cohort):
    """Each window is a 31-mer around the residue; decoys have none."""
    table = cohort.sites
    windows = table["Sequence window"].str.split(";").explode()
    residue = table["Amino acid"].reindex(windows.index)
    real = windows != ""
    assert (windows[real].str.len() == 31).all()
    assert (windows[real].str[15] == residue[real]).all()
    assert (table.loc[~real[~real.index.duplicated()], "Reverse"] == "+").all()


def test_curated_sites_have_their_real_window_and_accession(cohort):
    """The inner fifteen residues and the position of every curated row are the curated ones."""
    known = {(s.uniprot, s.position): s for s in knowledge.load().sites.values()}
    table = cohort.sites[cohort.sites["Protein"].str.fullmatch(UNIPROT)]
    assert len(table) > 200
    columns = ["Proteins", "Positions within proteins", "Gene names", "Sequence window"]
    for proteins, positions, genes, windows in table[columns].itertuples(index=False, name=None):
        members = list(zip(proteins.split(";"), map(int, positions.split(";")), strict=True))
        sites = [known[member] for member in members]
        assert genes.split(";") == list(dict.fromkeys(s.gene for s in sites))
        assert {w[8:23] for w in windows.split(";")} == {s.window15 for s in sites}


def test_paralogs_that_share_a_peptide_are_all_listed(cohort):
    """AKT T308, MEK, RSK and 4E-BP T46 rows name every protein the peptide may come from."""
    proteins = set(cohort.sites["Proteins"])
    shared = {"P31749;P31751;Q9Y243", "Q02750;P36507", "Q15418;P51812", "Q13541;Q13542"}
    assert shared <= proteins


def test_invented_proteins_cannot_be_taken_for_real_ones(cohort):
    """No background, decoy or contaminant accession has UniProt's shape."""
    forms = cohort.peptidoforms
    invented = forms.loc[forms["kind"] != "curated", "protein"]
    assert not invented.str.fullmatch(UNIPROT).any()
    assert invented.str.contains("SIM").all()


def test_decoys_and_contaminants_are_marked_as_maxquant_marks_them(cohort):
    """Decoys: '+', REV__ and no Proteins; contaminants: '+' and CON__."""
    table = cohort.sites
    decoy, contaminant = table["Reverse"] == "+", table["Potential contaminant"] == "+"
    assert decoy.sum() >= 30
    assert contaminant.sum() >= 30
    assert (decoy == table["Leading proteins"].str.startswith("REV__")).all()
    assert (decoy == (table["Proteins"] == "")).all()
    assert (contaminant == table["Proteins"].str.startswith("CON__")).all()


def test_localisation_is_doubtful_for_about_one_site_in_seven(cohort):
    """About 15 % of the sites lie below 0.75, none of the curated ones."""
    low = cohort.sites["Localization prob"] < 0.75
    assert 0.12 < low.mean() < 0.18
    assert not low[cohort.sites["Protein"].str.fullmatch(UNIPROT)].any()


def test_probabilities_spell_the_peptide(cohort):
    """The spelled peptide carries the site's probability at its position, summing to the sites."""
    table = cohort.sites
    columns = ["Phospho (STY) Probabilities", "Position in peptide", "Localization prob"]
    for spelled, place, probability in table[columns].itertuples(index=False, name=None):
        tokens = re.findall(r"[A-Z](?:\([^)]*\))?", spelled)
        assert float(tokens[place - 1][2:-1]) == pytest.approx(probability, abs=1e-3)
        found = [float(t[2:-1]) for t in tokens if len(t) > 1]
        assert sum(found) == pytest.approx(round(sum(found)), abs=0.02)


def test_sample_sheet_has_its_columns_and_pairs(cohort):
    """One row a sample, pairs within a batch, one long ischemia time."""
    sheet = cohort.samples
    wanted = "sample subject condition timepoint batch tissue collection ischemia_min response"
    assert list(sheet) == wanted.split()
    assert len(sheet) == 24
    assert (sheet.groupby("subject")["batch"].nunique() == 1).all()
    assert sheet.loc[sheet["ischemia_min"] > 15, "sample"].tolist() == ["P10_on"]
    assert set(sheet["response"]) <= {"PR", "SD", "PD"}
