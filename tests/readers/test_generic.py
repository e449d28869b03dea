import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read, recognise

AB = ["a", "b"]


def _table(header, *rows):
    return "\n".join("\t".join(r) for r in [header, *rows]) + "\n"


@pytest.mark.parametrize(
    ("spelling", "feature", "gene", "protein"),
    [
        ("P62753;S235-p", "P62753_S235", "", "P62753"),
        ("P62753_S235", "P62753_S235", "", "P62753"),
        ("P62753-2_S235", "P62753-2_S235", "", "P62753-2"),
        ("sp|P62753|RS6_HUMAN_S235", "RS6_S235", "", "P62753"),
        ("RPS6_S235", "RPS6_S235", "RPS6", ""),
        ("RPS6-pS235", "RPS6_S235", "RPS6", ""),
        ("RPS6(S235)", "RPS6_S235", "RPS6", ""),
        ("RPS6 S235", "RPS6_S235", "RPS6", ""),
        ("MAPK1-pT185-pY187", "MAPK1_T185.Y187_M2", "MAPK1", ""),
        ("HLA-A_S359", "HLA-A_S359", "HLA-A", ""),
        ("NP_001001.2:s235s236", "NP_001001.2_S235.S236_M2", "", "NP_001001.2"),
        ("P62753_RPS6_S235", "RPS6_S235", "RPS6", "P62753"),
        ("RPS6_ENSP00000369757_S235", "RPS6_S235", "RPS6", "ENSP00000369757"),
        ("P62753|RPS6|S235|M1", "RPS6_S235_M1", "RPS6", "P62753"),
        ("RPS6_S235_M2", "RPS6_S235_M2", "RPS6", ""),
        ("RPS6_pS235pS236", "RPS6_S235.S236_M2", "RPS6", ""),
        ("RPS6_pSer235", "RPS6_S235", "RPS6", ""),
        ("RPS6_235_S", "RPS6_S235", "RPS6", ""),
        ("RPS6 [pS235]", "RPS6_S235", "RPS6", ""),
        ("RPS6;S235;AKRRRLSSLRASTSK", "RPS6_S235", "RPS6", ""),
    ],
)
def test_one_column_that_names_owner_and_site(write, sheet, spelling, feature, gene, protein):
    """A column such as P62753;S235-p is split into its owner and its sites."""
    path = write(_table(["id", "a", "b"], [spelling, "20.1", "21.2"]))
    table = read(path, sheet(AB))
    row = table.features.iloc[0]
    assert (row.name, row["gene"], row["protein"]) == (feature, gene, protein)


@pytest.mark.parametrize("site", ["S235", "pS235", "S235-p", "s235", "S235s", "S235(ph)"])
def test_gene_and_site_columns(write, sheet, site):
    """Every usual spelling of a site in its own column is one site."""
    path = write(_table(["Gene", "Site", "a", "b"], ["RPS6", site, "20.1", "21.2"]))
    assert list(read(path, sheet(AB)).features.index) == ["RPS6_S235"]


def test_gene_residue_and_position_columns_take_the_leading_isoform(write, sheet, account):
    """The first of several positions is that of the leading isoform; rows without one are lost."""
    path = write(
        _table(
            ["Gene", "Amino Acid", "Positions Within Proteins", "a", "b"],
            ["RPS6", "S", "235", "20.1", "21.2"],
            ["AKT1", "T", "308;246", "18.5", "18.1"],
            ["---", "S", "---", "19.0", "17.2"],
        )
    )
    table = read(path, sheet(AB))
    assert list(table.features.index) == ["AKT1_T308", "RPS6_S235"]
    assert [(x.reason, x.rows) for x in table.losses] == [
        ("no phosphosite (S, T or Y with a position)", 1)
    ]
    assert account(table) == table.source.rows == 3


def test_entry_names_are_not_gene_symbols(write, sheet):
    """A column of UniProt entry-name stems is recognised by content and never becomes the gene."""
    path = write(
        _table(
            ["id", "Description", "a", "b"],
            ["P62753;S235-p", "RS6", "20.1", "21.2"],
            ["P28482;Y187-p", "MK01", "19.1", "19.2"],
            ["Q13541;T37-p", "4EBP1", "18.1", "18.2"],
        )
    )
    table = read(path, sheet(AB))
    assert list(table.features.index) == ["4EBP1_T37", "MK01_Y187", "RS6_S235"]
    assert list(table.features["entry_name"]) == ["4EBP1", "MK01", "RS6"]
    assert set(table.features["gene"]) == {""}
    assert "entry_name = 'Description'" in table.source.recognised_by


def test_windows_are_trimmed_and_may_stand_alone(write, sheet):
    """Longer windows are cut to 15-mers; a table may name its sites by nothing but windows."""
    window = "AKRRRLSSLRASTSKSESSQKGGGGGGGGGG"
    path = write(_table(["Flanking", "a", "b"], [window, "20.1", "21.2"]))
    features = read(path, sheet(AB)).features
    assert list(features["window"]) == [window[8:23]]
    assert list(features.index) == [window[8:23]]


def test_the_configuration_names_columns(write, sheet):
    """Columns that nothing can recognise are named by role."""
    path = write(_table(["x", "y", "a", "b"], ["RPS6", "S235", "20.1", "21.2"]))
    table = read(path, sheet(AB), columns={"gene": "x", "site": "y"})
    assert list(table.features.index) == ["RPS6_S235"]
    assert "gene = 'x' (input.columns)" in table.source.recognised_by


def test_unknown_roles_and_headers_are_all_reported(write, sheet):
    """Every wrong line of input.columns is a problem with the nearest spelling."""
    path = write(_table(["Gene", "Site", "a", "b"], ["RPS6", "S235", "20.1", "21.2"]))
    with pytest.raises(DataError) as error:
        read(path, sheet(AB), columns={"gen": "Gene", "site": "Sitte"})
    assert str(error.value) == (
        "unknown role 'gen' in input.columns\n"
        "    -> did you mean 'gene'?\n"
        f"{path}: there is no column 'Sitte' (input.columns, site)\n"
        "    -> did you mean 'Site'?"
    )


def test_two_columns_for_one_role_are_a_question(write, sheet):
    """Two columns of different sites are not chosen between; the lines to write are shown."""
    path = write(
        _table(
            ["Gene", "Site", "Phosphosite", "a", "b"],
            ["RPS6", "S235", "S236", "20.1", "21.2"],
            ["AKT1", "T308", "S473", "20.4", "21.1"],
        )
    )
    with pytest.raises(DataError) as error:
        read(path, sheet(AB))
    assert error.value.problems[0].message == (
        "'Site' and 'Phosphosite' may both hold sites such as S235, alone or after a protein or "
        "gene (P62753_S235), and they differ"
    )
    assert error.value.problems[0].hint == (
        "name the one to use under input.columns, site: Site or site: Phosphosite"
    )


def test_a_table_without_ids_shows_the_lines_to_write(write, sheet):
    """Without gene and site the message proposes input.columns and names the closest formats."""
    path = write(_table(["Name", "a", "b"], ["something else", "20.1", "21.2"]))
    with pytest.raises(DataError) as error:
        read(path, sheet(AB))
    assert str(error.value) == (
        f"{path}: no column says which gene or protein a row is of and no column says where the "
        "phosphosite is; columns of text: 'Name'\n"
        "    -> name the columns in the configuration, input.columns: gene: <column>; "
        "site: <column>  (or residue: and position:, or window:)\n"
        f"{path}: the table fits no format as it is; nor is any near: `phosres show formats` "
        "lists what is read"
    )


def test_no_overlap_shows_both_lists(write, sheet):
    """Without a common sample both lists and the nearest names are shown."""
    path = write(_table(["Gene", "Site", "ctrl_a", "ctrl_b"], ["RPS6", "S235", "20.1", "21.2"]))
    with pytest.raises(DataError) as error:
        read(path, sheet(["ctrl-aa", "other"]))
    assert str(error.value) == (
        f"sample sheet [sample]: no sample of the sheet is a column of {path}: the sheet has "
        "'ctrl-aa', 'other'; the table has 'ctrl_a', 'ctrl_b'\n"
        "    -> 'ctrl-aa': did you mean 'ctrl_a' or 'ctrl_b'?"
    )


def test_partial_overlap_names_each_absent_sample(write, sheet):
    """A sample the table lacks is an error with its row and the nearest column."""
    path = write(_table(["Gene", "Site", "ctrl_a", "ctrl_b"], ["RPS6", "S235", "20.1", "21.2"]))
    with pytest.raises(DataError) as error:
        read(path, sheet(["ctrl_a", "ctrl_bb"]))
    assert str(error.value) == (
        f"sample sheet:3 [sample]: sample 'ctrl_bb' is not a column of {path}\n"
        "    -> did you mean 'ctrl_b'?"
    )


def test_columns_outside_the_sheet_are_named_in_a_warning(write, sheet):
    """Columns of numbers that the sheet does not name are ignored, and said to be."""
    path = write(_table(["Gene", "Site", "a", "b"], ["RPS6", "S235", "20.1", "21.2"]))
    table = read(path, sheet(["b"]))
    assert list(table.values.columns) == ["b"]
    assert table.warnings[0] == "1 column of numbers not in the sample sheet was ignored: 'a'"


def test_names_mangled_by_r_are_matched_and_reported(write, sheet):
    """Column X15KI.1 is sample 15KI-1, with a warning."""
    path = write(_table(["Gene", "Site", "X15KI.1", "b"], ["RPS6", "S235", "20.1", "21.2"]))
    table = read(path, sheet(["15KI-1", "b"]))
    assert "sample '15KI-1' of the sheet was read from the column 'X15KI.1'" in table.warnings


def test_a_repeated_sample_column_is_refused(write, sheet):
    """Which of two columns of one name is meant cannot be known."""
    path = write(_table(["Gene", "Site", "a", "a"], ["RPS6", "S235", "20.1", "21.2"]))
    with pytest.raises(DataError) as error:
        read(path, sheet(["a"]))
    assert str(error.value) == (
        f"{path}:1: the sample column 'a' is there 2 times (columns 3, 4)\n"
        "    -> give each column its own name"
    )


def test_decoys_contaminants_and_localization(write, sheet, account):
    """Prefixes and probabilities remove rows, each with its reason."""
    path = write(
        _table(
            ["Protein", "Residue", "Position", "Localization", "a", "b"],
            ["P62753", "S", "235", "0.99", "20.1", "21.2"],
            ["REV__P62753", "S", "12", "0.99", "20.1", "21.3"],
            ["CON__P02769", "S", "13", "0.99", "20.1", "21.4"],
            ["P31749", "T", "308", "0.5", "20.1", "21.5"],
            ["P31749", "S", "473", "", "20.1", "21.6"],
        )
    )
    table = read(path, sheet(AB))
    assert [(x.step, x.reason, x.rows, x.kept) for x in table.losses] == [
        ("decoys", "reverse sequence (decoy)", 1, False),
        ("contaminants", "contaminant", 1, False),
        ("localization", "no localisation probability", 1, False),
        ("localization", "localisation probability below 0.75", 1, False),
    ]
    assert account(table) == 5
    assert read(path, sheet(AB), localization_min=0).n_features == 3


def test_another_modification_is_refused(write, sheet):
    """A table of oxidised methionines is no phosphosite table."""
    path = write(
        _table(["Gene", "Amino acid", "Position", "a", "b"], ["RPS6", "M", "5", "20.1", "21.2"])
    )
    with pytest.raises(DataError) as error:
        read(path, sheet(AB))
    assert error.value.problems[0].message == (
        "the column 'Amino acid' holds M: phosphosites are on S, T or Y"
    )


def test_recognise_without_a_sheet(write):
    """Format, roles and candidate samples are found from the table alone."""
    path = write("Gene,Site,Score,a,b\nRPS6,S235,good,20.1,\nAKT1,T308,bad,,18.5\n", "x.csv")
    found = recognise(path)
    assert (found.format.name, found.separator, found.header_row) == ("generic_wide", "comma", 1)
    assert found.samples == ("a", "b")
    assert dict(found.roles) == {"gene": "Gene", "site": "Site"}
    assert found.problems == ()


def test_source_rows_are_those_of_a_spreadsheet(write, sheet):
    """Rows are counted from the header as row 1, blank lines included."""
    path = write("Gene\tSite\ta\tb\nRPS6\tS235\t20\t21\n\nAKT1\tT308\t18\t19\n\n\n")
    table = read(path, sheet(AB))
    assert dict(table.features["source_rows"]) == {"AKT1_T308": "4", "RPS6_S235": "2"}
    assert table.source.rows == 2
    assert np.allclose(table.values.loc["RPS6_S235"], [20, 21])


@pytest.mark.parametrize(
    "peptide",
    ["RLS(ph)SLR", "_RLpSSLR_", "RLS[+80]SLR", "RLS[79.9663]SLR", "RLS(UniMod:21)SLR", "RLsSLR",
     "RLS[Phospho (STY)]SLR", "RLS*SLR", "n[43]RLS[167]SLR"],
)  # fmt: skip
def test_peptides_stand_for_sites_where_nothing_else_does(write, sheet, account, peptide):
    """A phosphate marked in a peptide gives a window, and a site once the sequence is known."""
    rows = [["Peptide", "Protein", "a", "b"], [peptide, "P62753", "20.1", "21.2"]]
    rows += [["LSSLRASTSK", "P62753", "20", "21"]] if "(" in peptide else []
    table = read(write(_table(*rows)), sheet(AB))
    assert list(table.features["window"]) == ["?????RLSSLR????"]
    assert list(table.features["protein"]) == ["P62753"]
    assert account(table) == table.source.rows


def test_flanking_ids_and_descriptions(write, sheet):
    """A window with its mark is one; a column of names of proteins is no id."""
    rows = [["id", "Description", "a", "b"]]
    rows += [["AKRRRLSSLRASTSK-p", "40S ribosomal protein S6", "20.1", "21.2"]]
    rows += [["LSSLRASTSKSESSQ-p", "Ribosomal protein S6 kinase beta-1", "20.1", "21.2"]]
    table = read(write(_table(*rows)), sheet(AB))
    assert sorted(table.features["window"]) == ["AKRRRLSSLRASTSK", "LSSLRASTSKSESSQ"]
    assert set(table.features["gene"]) == {""}
