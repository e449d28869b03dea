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


@pytest.mark.parametrize(
    ("quant", "samples"),
    [
        ("Reporter intensity corrected {} P1___1", ["1 P1", "2 P1"]),
        ("Reporter.intensity.corrected.{}.P1___1", ["1.P1", "2.P1"]),
        ("Reporter intensity corrected {}___1", ["1", "2"]),
        ("Reporter intensity {} 10___1", ["1 10", "2 10"]),
        ("Reporter intensity {}", ["1", "2"]),
    ],
)
def test_reporter_channels_of_every_version(write, sheet, quant, samples):
    """With and without experiments, older names, and counts of spectra that are no intensities."""
    head = [quant.format(c) for c in (1, 2)]
    head += ["Reporter intensity count 1 P1", "Intensity P1", "Intensity P1___1"]
    path = write(_file(head, [_site("P62754", 235, ["1024", "2048", "3", "7", "7"])]))
    assert recognise(path).samples == tuple(samples)
    assert np.allclose(read(path, sheet(samples)).values, [[10, 11]])


def test_channels_are_counted_from_zero_in_old_versions(write):
    """The number is the name, whatever it is counted from."""
    head = ["Reporter intensity 0___1", "Reporter intensity 1___1"]
    path = write(_file(head, [_site("P62754", 235, ["1024", "2048"])]))
    assert recognise(path).samples == ("0", "1")


def test_experiments_may_be_called_like_labels_and_numbers(write, sheet):
    """Without ratios, L and H are experiments; 1 is not 10."""
    names = ["1", "10", "L", "H"]
    head = [f"Identification type {n}" for n in names] + [f"Intensity {n}___1" for n in names]
    values = ["By MS/MS"] * 4 + ["1024", "2048", "4096", "8192"]
    path = write(_file(head, [_site("P62754", 235, values)]))
    assert np.allclose(read(path, sheet(names)).values, [[10, 11, 12, 13]])


def test_pairs_of_three_labels(write, sheet):
    """H/L keeps the name of the experiment, the others say which pair they are."""
    pairs = ["M/L", "H/L", "H/M"]
    head = [f"Ratio {p}{n} A{k}" for p in pairs for n in ("", " normalized") for k in ("", "___1")]
    values = ["9", "9", "9", "2", "9", "9", "9", "4", "9", "9", "9", "8"]
    path = write(_file(head, [_site("P62754", 235, values), _site("P62754", 240, values[::-1])]))
    samples = ["M/L normalized A", "A", "H/M normalized A"]
    assert recognise(path).samples == tuple(samples)
    assert np.allclose(read(path, sheet(samples)).values.loc["Rps6_S235_M1"], [1, 2, 3])
    alone = write(_file(["Ratio H/L normalized___1"], [_site("P62754", 235, ["2"])]))
    assert recognise(alone).samples == ("H/L normalized",)


def test_a_table_without_experiments_is_one_sample(write, sheet):
    """Intensity___1 alone: all raw files were one experiment."""
    path = write(_file([], [_site("P62754", 235, [])]).replace("\t0\t0\t0", "\t9\t1024\t0"))
    assert recognise(path).samples == ("Intensity",)
    assert np.allclose(read(path, sheet(["Intensity"])).values, [[10]])


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
