from pathlib import Path

import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read, recognise, sketch_samples

SHARED = Path(__file__).parents[3] / "shared"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real tables are not at {SHARED}"),
]


def _account(table):
    leading = {rows.split(";")[0] for rows in table.features["source_rows"]}
    return len(leading) + sum(loss.rows for loss in table.losses)


@pytest.mark.parametrize(
    ("folder", "file", "rows", "features", "scale"),
    [
        ("griffin_pi3ki_xenograft", "complete_morph_idv.csv.gz", 19_650, 16_933, "log2"),
        ("haura_krasg12c", "KRAS_G12C_Haura.csv.gz", 27_225, 25_410, "log2"),
        ("cosmos_ccrcc_paired", "phospho_raw.csv.gz", 19_285, 18_420, "linear"),
        ("cosmos_ccrcc_paired", "phoshpo_processed.csv.gz", 14_243, 13_834, "log2"),
        ("c18orf25_muscle_paired", "c18orf25_phospho.txt.gz", 9_661, 7_914, "log2"),
    ],
)
def test_original_files_are_read_and_add_up(folder, file, rows, features, scale):
    """Untouched files of four studies: rows, features, scale, and every row accounted for."""
    path = SHARED / "data" / folder
    table = read(path / "original" / file, path / "samples.tsv")
    assert (table.source.rows, table.n_features) == (rows, features)
    assert (table.source.original_scale, table.scale) == (scale, "log2_intensity")
    assert _account(table) == rows


def test_griffin_forms_of_s6():
    """The S6 peptides stay apart, the joined ones are named by their sites."""
    path = SHARED / "data" / "griffin_pi3ki_xenograft"
    table = read(path / "original" / "complete_morph_idv.csv.gz", path / "samples.tsv")
    s6 = table.features[table.features["protein"] == "P62753"]
    assert set(s6["entry_name"]) == {"RS6"}
    assert "RS6_S235.S236.S240_M3" in s6.index
    forms = table.values.loc[[i for i in s6.index if i.startswith("RS6_S235.S240_M2")]]
    change = forms.filter(like="long").mean(axis=1) - forms.filter(like="ctrl").mean(axis=1)
    assert np.allclose(change, [-2.07, 3.05, -1.19], atol=0.01)


@pytest.mark.parametrize(
    ("file", "name", "rows"),
    [
        ("Phospho (STY)Sites.lfq.mouse.semicolon.csv", "maxquant_sites", 281),
        ("Phospho(STY)Sites.silac.txt", "maxquant_sites_silac", 409),
        ("expanded_site_table.perseus_export.txt", "maxquant_sites_expanded", 642),
    ],
)
def test_maxquant_files(file, name, rows):
    """Site tables of MaxQuant and Perseus are recognised and read."""
    path = SHARED / "formats" / "maxquant_sites" / file
    sheet = sketch_samples(path).assign(subject="s", condition="c")
    table = read(path, sheet)
    assert table.source.format == name
    assert _account(table) == table.source.rows == rows


def test_samples_without_values_are_named():
    """Two runs of this file have no phosphosite at all; without them it is read."""
    path = SHARED / "formats" / "maxquant_sites" / "Phospho (STY)Sites.lfq.txt"
    sheet = sketch_samples(path).assign(subject="s", condition="c")
    with pytest.raises(DataError) as error:
        read(path, sheet)
    assert [p.message for p in error.value.problems] == [
        "sample '4' has no value at all",
        "sample '6' has no value at all",
    ]
    table = read(path, sheet[~sheet["sample"].isin(["4", "6"])])
    assert _account(table) == table.source.rows


def test_oxidation_sites_are_refused():
    """The site table of another modification is no phosphosite table."""
    path = SHARED / "formats" / "maxquant_sites" / "Oxidation (M)Sites.txt"
    messages = [p.message for p in recognise(path).problems]
    assert messages[0] == "the column 'Amino acid' holds M: phosphosites are on S, T or Y"
