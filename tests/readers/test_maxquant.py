import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read, recognise

_WINDOW = "AAAAAIAKRRRLSSLSRASTSKSESSQKAAA"
_HEAD = [
    *("Proteins", "Positions within proteins", "Leading proteins", "Protein", "Gene names"),
    *("Localization prob", "Number of Phospho (STY)", "Amino acid", "Sequence window"),
    *("Phospho (STY) Probabilities", "Intensity", "Intensity___1", "Intensity___2"),
]
_TAIL = ["Reverse", "Potential contaminant", "id", "Position"]


def _site(
    protein, position, values, *, gene="Rps6", prob="1", residue="S", reverse="", contaminant=""
):
    proteins = "" if protein.startswith("REV__") else f"{protein};X1YZ23"
    return [
        *(proteins, f"{position};9", protein, protein, gene, prob, "1;2", residue),
        *(_WINDOW, "RLS(1)S", "0", "0", "0"),
        *values,
        *(reverse, contaminant, "7", str(position)),
    ]


def _file(quant, rows):
    return "\n".join("\t".join(r) for r in [[*_HEAD, *quant, *_TAIL], *rows]) + "\n"


_QUANT = ["Intensity A", "Intensity A___1", "Intensity A___2", "Intensity B", "Intensity B___1"]
_QUANT += ["Intensity B___2"]


def test_multiplicities_become_features(write, sheet, account):
    """Each multiplicity with a value is a feature; the doubly phosphorylated rows are one."""
    rows = [
        _site("P62754", 235, ["0", "1024", "200100", "0", "2048", "400300"]),
        _site("P62754", 236, ["0", "0", "200100", "0", "0", "400300"]),
        _site("P62754", 240, ["0", "0", "0", "0", "0", "0"]),
    ]
    table = read(write(_file(_QUANT, rows)), sheet(["A", "B"]))
    assert list(table.features.index) == ["Rps6_S235.S236_M2", "Rps6_S235_M1"]
    assert np.allclose(table.values.loc["Rps6_S235_M1"], [10, 11])
    assert list(table.features["multiplicity"]) == [2, 1]
    assert list(table.features["source_rows"]) == ["2;3", "2"]
    assert list(table.features["proteins"]) == ["P62754;X1YZ23"] * 2
    trimmed = _WINDOW[8:23]
    assert list(table.features["window"]) == [f"{trimmed};{trimmed}", trimmed]
    assert [(x.reason, x.rows, x.kept) for x in table.losses] == [
        ("no value in any sample of the sheet", 1, False),
        ("same peptide as another row, under another of its sites", 1, True),
    ]
    assert account(table) == 3
    assert table.source.original_scale == "linear"


def test_totals_are_read_where_there_are_no_multiplicities(write, sheet):
    """Without ___1 the plain intensity is used and the multiplicity stays unknown."""
    rows = [_site("P62754", 235, ["1024", "2048"])]
    table = read(write(_file(["Intensity A", "Intensity B"], rows)), sheet(["A", "B"]))
    assert list(table.features.index) == ["Rps6_S235"]
    assert table.features["multiplicity"].isna().all()


def test_decoys_contaminants_localization(write, sheet, account):
    """Flags and prefixes both count, and sites below class I are dropped."""
    values = ["0", "1024", "0", "0", "2048", "0"]
    rows = [
        _site("P62754", 235, values),
        _site("REV__P62754", 20, values),
        _site("P1AAA1", 21, values, reverse="+"),
        _site("CON__P02769", 22, values),
        _site("P1AAA2", 23, values, contaminant="+"),
        _site("P1AAA3", 24, values, prob="0.6"),
    ]
    table = read(write(_file(_QUANT, rows)), sheet(["A", "B"]))
    assert [(x.step, x.rows) for x in table.losses] == [
        ("decoys", 2),
        ("contaminants", 2),
        ("localization", 1),
    ]
    assert table.n_features == 1
    assert account(table) == 6


def test_tmt_reporter_intensities(write, sheet):
    """TMT samples are named by channel and experiment."""
    quant = ["Reporter intensity corrected 1 Plex1___1", "Reporter intensity corrected 2 Plex1___1"]
    rows = [_site("P62754", 235, ["1024", "2048"])]
    path = write(_file(quant, rows))
    assert recognise(path).samples == ("1 Plex1", "2 Plex1")
    table = read(path, sheet(["1 Plex1", "Reporter intensity corrected 2 Plex1"]))
    assert np.allclose(table.values, [[10, 11]])


def test_silac_ratios_are_ratios(write, sheet):
    """Normalised H/L ratios come out as log2 ratios, 1 as 0."""
    quant = ["Ratio H/L normalized A___1", "Ratio H/L normalized B___1", "Intensity L A"]
    rows = [_site("P62754", 235, ["1", "2", "99999"]), _site("P62754", 240, ["NaN", "0.5", "9"])]
    table = read(write(_file(quant, rows)), sheet(["A", "B"]))
    assert table.scale == "log2_ratio"
    assert table.source.format == "maxquant_sites_silac"
    assert np.allclose(table.values, [[0, 1], [np.nan, -1]], equal_nan=True)


def test_headers_mangled_by_r_give_the_same_table(write, sheet):
    """A table that went through R's read.csv is the same table."""
    values = ["0", "1024", "0", "0", "2048", "0"]
    text = _file(_QUANT, [_site("P62754", 235, values)])
    header, rest = text.split("\n", 1)
    mangled = "\t".join("".join(c if c.isalnum() or c == "_" else "." for c in h)
                        for h in header.split("\t"))  # fmt: skip
    plain = read(write(text), sheet(["A", "B"]))
    again = read(write(mangled + "\n" + rest, "r.tsv"), sheet(["A", "B"]))
    assert again.values.equals(plain.values)
    assert again.features.equals(plain.features)


def test_genes_come_from_fasta_headers_where_there_is_no_gene_column(write, sheet):
    """MaxQuant without UniProt parse rules writes no gene names."""
    text = _file(["Intensity A", "Intensity B"], [_site("P62754", 235, ["1024", "2048"])])
    text = text.replace("Gene names", "Fasta headers").replace(
        "\tRps6\t", "\t>sp|P62754|RS6_MOUSE S6 OS=Mus GN=Rps6 PE=1;>tr|X1YZ23|X OS=Mus GN=Abc\t"
    )
    features = read(write(text), sheet(["A", "B"])).features
    assert list(features["gene"]) == ["Rps6;Abc"]


def test_the_expanded_table_reads_its_multiplicity_column(write, sheet):
    """Perseus writes the multiplicity into a column and leaves the samples their names."""
    head = [*_HEAD[:10], "Multiplicity", "Score", "WT_1", "WT_2", *_TAIL]
    rows = []
    for position, level, values in ((235, "___1", ("25.1", "NaN")), (235, "___2", ("22", "23"))):
        row = _site("P62754", position, [])
        rows.append([*row[:10], level, "88", *values, *row[-4:]])
    text = "\n".join("\t".join(r) for r in [head, *rows]) + "\n"
    path = write(text)
    assert recognise(path).samples == ("WT_1", "WT_2")
    table = read(path, sheet(["WT_1", "WT_2"]))
    assert table.source.format == "maxquant_sites_expanded"
    assert list(table.features.index) == ["Rps6_S235_M1", "Rps6_S235_M2"]
    assert table.source.original_scale == "log2"


def test_shifted_rows_are_refused(write, sheet):
    """Anything but '+' in Reverse means that the cells of the row are shifted."""
    values = ["0", "1024", "0", "0", "2048", "0"]
    path = write(_file(_QUANT, [_site("P62754", 235, values, reverse="12345")]))
    with pytest.raises(DataError) as error:
        read(path, sheet(["A", "B"]))
    assert str(error.value) == (
        f"{path}:2 [Reverse]: '12345' where only '+' or nothing can stand\n"
        "    -> the rows are shifted against the header: export the table again"
    )


def test_a_named_format_says_what_the_table_lacks(write, sheet):
    """input.format: maxquant_sites on another table lists the missing columns."""
    path = write("Gene\tSite\ta\nRPS6\tS235\t20\n")
    with pytest.raises(DataError) as error:
        read(path, sheet(["a"]), format="maxquant_sites")
    assert str(error.value) == (
        f"{path}: the table is not of the format 'maxquant_sites': it lacks a column 'number of "
        "phospho sty', a column 'amino acid', a column 'position', a column 'localization prob', "
        "sample columns\n"
        "    -> set input.format to 'auto', or export the table with these columns"
    )


def test_an_unknown_format_names_the_known_ones(write, sheet):
    """A misspelt format gets the nearest spelling."""
    path = write("Gene\tSite\ta\nRPS6\tS235\t20\n")
    with pytest.raises(DataError) as error:
        read(path, sheet(["a"]), format="maxquant_site")
    assert str(error.value).startswith(
        "unknown format 'maxquant_site' (input.format)\n    -> did you mean 'maxquant_sites'"
    )
