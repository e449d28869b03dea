import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read, recognise

AB = ["A", "B"]


def _table(header, *rows, separator="\t"):
    return "\n".join(separator.join(r) for r in [header, *rows]) + "\n"


_DIANN = ["Protein", "Protein.Names", "Gene.Names", "Residue", "Site", "Sequence"]


def test_diann_phosphosites(write, sheet, account):
    """Paths become run names; the two rows of a doubly phosphorylated peptide are one feature."""
    head = [*_DIANN, "D:\\x\\A.d", "D:\\x\\B.d"]
    ids = ["P62753", "RS6_HUMAN", "RPS6", "S"]
    path = write(
        _table(
            head,
            [*ids, "235", "AKRRRLSSLRASTSK", "1.39911e+06", "15609.5"],
            [*ids, "236", "KRRRLSSLRASTSKS", "1.39911e+06", "15609.5"],
            [*ids, "240", "LSSLRASTSKSESSQ", "0", "4096"],
            [*ids, "244", "RASTSKSESSQK___", "0", "0"],
        )
    )
    assert recognise(path).samples == ("A", "B")
    table = read(path, sheet(AB))
    assert table.source.format == "diann_phosphosites"
    assert list(table.features.index) == ["RPS6_S235.S236_M2", "RPS6_S240"]
    assert list(table.features["entry_name"]) == ["RS6", "RS6"]
    assert np.allclose(table.values.loc["RPS6_S240"], [np.nan, 12], equal_nan=True)
    assert [(x.rows, x.kept) for x in table.losses] == [(1, False), (1, True)]
    assert account(table) == 4


_LONG = ["R.FileName", "PG.ProteinAccessions", "PTM.CollapseKey", "PTM.FlankingRegion"]
_LONG += ["PTM.ModificationTitle", "PTM.Multiplicity", "PTM.ProteinId", "PTM.Quantity"]
_LONG += ["PTM.SiteAA", "PTM.SiteLocation", "PTM.SiteProbability"]
_FLANK = "AKRRRLSSLRASTSK"


def _cell(run, site, level, value, probability, title="Phospho (STY)"):
    key = f"P62753_{site}_M{level}_3"
    ids = [run, "P62753;X1YZ23", key, _FLANK, title, level, "P62753"]
    return [*ids, value, site[0], site[1:], probability]


_CELLS = (
    ("A", "S235", "1", "1024", "0.99"),
    ("B", "S235", "1", "2048", "0.98"),
    ("A", "S235", "2", "4096", "0.9"),
    ("B", "S235", "2", "8192", "0.5"),
    ("A", "S240", "1", "1", "0.9"),
    ("B", "S240", "1", "512", "0.8"),
)


def test_spectronaut_long_and_pivot_are_one_table(write, sheet, account):
    """Both layouts of one analysis give the same values; every row is accounted for."""
    other = _cell("A", "C12", "1", "777", "1", title="Carbamidomethyl (C)")
    rows = [_cell(*c) for c in _CELLS]
    long = read(write(_table(_LONG, *rows, other), "l.tsv"), sheet(AB))
    assert long.source.format == "spectronaut_ptm"
    assert [(x.step, x.reason, x.rows) for x in long.losses] == [
        ("identity", "another modification than Phospho (STY)", 1),
        ("localization", "localisation probability below 0.75", 1),
        ("values", "no value", 1),
        ("samples", "further sample or signal of another row's feature", 1),
    ]
    assert account(long) == long.source.rows == 7
    assert list(long.features.index) == ["P62753_S235_M1", "P62753_S235_M2", "P62753_S240_M1"]
    assert np.allclose(long.values, [[10, 11], [12, np.nan], [np.nan, 9]], equal_nan=True)

    head = ["PTM.CollapseKey", "PTM.ModificationTitle", "PTM.FlankingRegion"]
    head += [f"[{i}] {s}.raw.PTM.Quantity" for i, s in enumerate(AB, 1)]
    head += [f"[{i}] {s}.raw.PTM.SiteProbability" for i, s in enumerate(AB, 1)]
    cells = {(c[0], c[1], c[2]): c for c in _CELLS}
    wide = [
        [f"P62753_{site}_M{level}_3", "Phospho (STY)", _FLANK]
        + [cells[s, site, level][3] for s in AB] + [cells[s, site, level][4] for s in AB]
        for site, level in (("S235", "1"), ("S235", "2"), ("S240", "1"))
    ]  # fmt: skip
    wide.append(["P62753_S247_M1_3", "Phospho (STY)", _FLANK, *["Filtered"] * 4])
    wide.append(["P62753_C9_M1_3", "Oxidation (M)", _FLANK, "99", "98", "1", "1"])
    pivot = read(write(_table(head, *wide), "p.tsv"), sheet(AB))
    assert pivot.source.format == "spectronaut_ptm_pivot"
    assert pivot.values.equals(long.values)
    assert list(pivot.features["multiplicity"]) == list(long.features["multiplicity"])
    assert account(pivot) == pivot.source.rows == 5


def test_spectronaut_decimal_comma(write, sheet):
    """European exports write 55,091537 and 3,53E-09."""
    rows = [_cell(r, s, m, v.replace(".", ",") + ",5", p.replace(".", ","))
            for r, s, m, v, p in _CELLS]  # fmt: skip
    table = read(write(_table(_LONG, *rows)), sheet(AB))
    assert np.allclose(table.values.loc["P62753_S235_M1"], np.log2([1024.5, 2048.5]))
    assert table.features.loc["P62753_S235_M1", "localization"] == 0.99


def test_spectronaut_runs_that_are_not_in_the_sheet_are_counted(write, sheet, account):
    """Rows of other runs are a loss of their own, and the runs are named."""
    table = read(write(_table(_LONG, *[_cell(*c) for c in _CELLS])), sheet(["A"]))
    assert ("of a sample that is not in the sheet", 3) in [(x.reason, x.rows) for x in table.losses]
    assert "1 sample not in the sample sheet was ignored: 'B'" in table.warnings
    assert account(table) == 6


_PD = ["Checked", "Confidence", "Annotated Sequence", "Modifications", "# PSMs"]
_PD += ["Master Protein Accessions", "Master Protein Descriptions"]
_PD += ["Positions in Master Proteins", "Modifications in Master Proteins"]
_PD += ["Abundances (Normalized): F1: Sample, pre", "Abundances (Normalized): F2: Sample, on"]
_PD += ["Found in Sample: [S1] F1: Sample, pre", "Found in Sample: [S2] F2: Sample, on"]
_PD_SAMPLES = ["F1: Sample, pre", "F2: Sample, on"]
_DESCRIPTION = "40S ribosomal protein S6 OS=Homo sapiens OX=9606 GN=RPS6 PE=1 SV=1"


def _group(modifications, values, found=("High", "Peak Found"), accession="P62753"):
    ids = ["FALSE", "High", "[R].LSSLR.[A]", "1xPhospho [S2(100)]", "3", accession, _DESCRIPTION]
    return [*ids, f"{accession} [235-239]", modifications, *values, *found]


def _discoverer(*rows, head=_PD, separator="\t"):
    return _table(head, *rows, separator=separator)


def test_discoverer_peptide_groups(write, sheet, account):
    """Sites, phosphates and per cent come from one column; imputed cells are not measured."""
    path = write(
        _discoverer(
            _group("P62753 1xPhospho [S235(99.2)]", ["1024", "2048"]),
            _group(
                "P62753 2xPhospho [S235(99); S236(98.5)]", ["4096", "8192"], ("High", "Not Found")
            ),
            _group("P62753 2xPhospho [S240(100); S/T]", ["4096", "1024"]),
            _group("P62753 1xMet-loss+Acetyl [N-Term]; 1xPhospho [S236(100)]", ["512", "256"]),
            _group("P62753 1xPhospho [S/T]", ["512", "256"]),
            _group("P62753 1xPhospho [S240(60)]", ["512", "256"]),
            _group("P62753 1xOxidation [M1]", ["512", "256"]),
            _group("P62753 1xPhospho [S244(99)]", ["1024", "2048"], ("Not Found", "Not Found")),
        )
    )
    table = read(path, sheet(_PD_SAMPLES))
    assert table.source.format == "discoverer_peptides"
    assert list(table.features.index) == [
        "RPS6_S235.S236_M2", "RPS6_S235_M1", "RPS6_S236_M1", "RPS6_S240_M2",
    ]  # fmt: skip
    assert list(table.features["localization"]) == [0.985, 0.992, 1.0, 1.0]
    assert np.isnan(table.values.loc["RPS6_S235.S236_M2"].iloc[1])
    assert [(x.reason, x.rows) for x in table.losses] == [
        ("peptide without phosphate", 1),
        ("phosphosite not localised (S/T/Y without a number)", 1),
        ("localisation probability below 0.75", 1),
        ("no value in any sample of the sheet", 1),
    ]
    assert "3 values marked 'Not Found' were filled in" in table.warnings[0]
    assert account(table) == table.source.rows == 8


def _friendly(header):
    return "".join(c if c.isalnum() else "." for c in header)


@pytest.mark.parametrize("mangle", [str, _friendly])
@pytest.mark.parametrize("junk", [0, 2, 5])
def test_discoverer_headers_in_every_spelling(write, sheet, mangle, junk):
    """Junk above the header and the spelling of R's read.csv give the same table."""
    head = [mangle(h) for h in _PD]
    row = _group("P62753 1xPhospho [S235(99.2)]", ["1024", "2048"])
    lines = ["\t".join([*[""] * 8, "0.109", *[""] * 4])] * junk
    path = write("\n".join([*lines, _discoverer(row, [*row[:4], "9", *row[5:]], head=head)]))
    found = recognise(path)
    assert (found.format.name, found.header_row) == ("discoverer_peptides", junk + 1)
    table = read(path, sheet(found.samples))
    assert np.allclose(table.values, [[10, 11]])
    assert table.features.index[0] == "RPS6_S235_M1"


def test_discoverer_lifts_positions_from_the_peptide(write, sheet):
    """Without modifications in proteins, the position is that of the peptide plus its own."""
    keep = [at for at, h in enumerate(_PD) if h != "Modifications in Master Proteins"]
    rows = [_PD, _group("", ["1024", "2048"])]
    path = write(_table(*[[r[at] for at in keep] for r in rows]))
    assert list(read(path, sheet(_PD_SAMPLES)).features.index) == ["RPS6_S236_M1"]


def test_discoverer_groups_of_one_form_stay_apart(write, sheet):
    """Missed cleavages of one site are features of their own."""
    rows = [_group("P62753 1xPhospho [S235(99)]", v) for v in (["1024", "2048"], ["64", "33"])]
    table = read(write(_discoverer(*rows)), sheet(_PD_SAMPLES))
    assert list(table.features.index) == ["RPS6_S235_M1", "RPS6_S235_M1#2"]


@pytest.mark.parametrize(
    ("header", "what", "todo"),
    [
        ("Modification Name\tTarget Amino Acid\tSite Probability\tPosition", "no abundances",
         "peptide groups"),
        ("Modifications\tMass Fractional Part\tProtein Groups\tIntensity A",
         "does not say which residues", "Phospho (STY)Sites.txt"),
        ("R.FileName\tPG.ProteinGroups\tPG.Quantity\tx", "Spectronaut report", "PTM site report"),
        ("source name\tassay name\tcomment[data file]\tx", "SDRF", "site table"),
    ],
)  # fmt: skip
def test_tables_that_are_no_site_tables_say_what_to_read(write, header, what, todo):
    """Known tables without sites are refused by name, with the table to read instead."""
    path = write(f"{header}\na\tb\tc\t1\n")
    with pytest.raises(DataError) as error:
        recognise(path)
    (problem,) = error.value.problems
    assert what in problem.message
    assert todo in problem.hint


def test_spectronaut_schemas_without_the_collapse_key(write, sheet):
    """Residue, position and multiplicity are columns of their own, too; parquet spells with _."""
    at = _LONG.index("PTM.CollapseKey")
    rows = [_cell(*c) for c in _CELLS]
    full = read(write(_table(_LONG, *rows)), sheet(AB))
    bare = _table(*[r[:at] + r[at + 1 :] for r in [_LONG, *rows]])
    assert read(write(bare), sheet(AB)).values.equals(full.values)
    spelled = _table([h.replace(".", "_") for h in _LONG], *rows)
    assert read(write(spelled), sheet(AB)).values.equals(full.values)


def test_discoverer_groups_without_positions_are_peptides(write, sheet, account):
    """Only Modifications: the phosphates are known by peptide and window."""
    lacks = ("Modifications in Master Proteins", "Positions in Master Proteins")
    keep = [at for at, h in enumerate(_PD) if h not in lacks]
    group = _group("", ["1024", "2048"])
    unclear = [*group[:3], "1xPhospho [S/T]", *group[4:]]
    path = write(_table(*[[r[at] for at in keep] for r in (_PD, group, unclear)]))
    table = read(path, sheet(_PD_SAMPLES))
    assert list(table.features.index) == ["RPS6_LS(ph)SLR"]
    assert list(table.features["window"]) == ["??????LSSLR????"]
    assert account(table) == 2


def test_discoverer_grouped_abundances(write, sheet):
    """Where only the groups were exported, they are the samples; their errors are not."""
    head = [*_PD[:-4], "Abundances (Grouped): pre", "Abundances (Grouped): on"]
    head += ["Abundances (Grouped) CV [%]: pre", "Abundances (Grouped) CV [%]: on"]
    row = _group("P62753 1xPhospho [S235(99.2)]", ["1024", "2048"], ("9", "9"))
    path = write(_table(head, row))
    assert recognise(path).samples == ("pre", "on")
    assert np.allclose(read(path, sheet(["pre", "on"])).values, [[10, 11]])


def test_diann_sites_of_runs_without_path(write):
    """Runs may be named without folder and ending."""
    ids = ["P62753", "RS6_HUMAN", "RPS6", "S", "235", "AKRRRLSSLRASTSK"]
    path = write(_table([*_DIANN, "A", "B_2"], [*ids, "1024", "2048"]))
    assert recognise(path).samples == ("A", "B_2")
