import datetime
import io
import random
import sys

import numpy as np
import pandas as pd
import pytest

from phosres.errors import DataError
from phosres.readers import read, recognise, sketch_samples

AB = ["A", "B"]
_CELLS = [("A", "RPS6", "S235", "20.5"), ("B", "RPS6", "S235", "21.5"), ("B", "AKT1", "T308", "18")]


def _long(cells, head=("sample", "gene", "site", "value")):
    return "\n".join("\t".join(r) for r in [head, *cells]) + "\n"


def test_generic_long(write, sheet, account):
    """A row a site and sample; rows beside the first of a site are accounted for as kept."""
    path = write(_long(_CELLS))
    found = recognise(path)
    assert (found.format.name, found.samples) == ("generic_long", ("A", "B"))
    table = read(path, sheet(AB))
    assert list(table.features.index) == ["AKT1_T308", "RPS6_S235"]
    assert np.allclose(table.values, [[np.nan, 18], [20.5, 21.5]], equal_nan=True)
    assert [(x.rows, x.kept) for x in table.losses] == [(1, True)]
    assert account(table) == table.source.rows == 3


def test_the_order_of_rows_does_not_matter(write, sheet):
    """Shuffled rows give the same values."""
    rng = random.Random(3)
    cells = [(s, f"G{g}", "S10", f"{20 + g + 3 * (s == 'B')}.{g}") for g in range(8) for s in AB]
    plain = read(write(_long(cells)), sheet(AB))
    rng.shuffle(cells)
    assert read(write(_long(cells)), sheet(AB)).values.equals(plain.values)


def test_two_values_for_one_site_and_sample_are_a_question(write, sheet, account):
    """Different values are refused with both rows; the same value twice is a duplicate."""
    path = write(_long([*_CELLS, ("A", "RPS6", "S235", "25.5")]))
    with pytest.raises(DataError) as error:
        read(path, sheet(AB))
    (problem,) = error.value.problems
    assert (problem.line, problem.message) == (
        2, "sample 'A' has another value for the same site in row 5",
    )  # fmt: skip
    table = read(write(_long([*_CELLS, _CELLS[0]])), sheet(AB))
    assert [(x.reason[:9], x.rows) for x in table.losses] == [("duplicate", 1), ("further s", 1)]
    assert account(table) == 4


def test_a_long_table_with_declared_columns(write, sheet):
    """input.columns may name the columns of samples and values."""
    path = write(_long(_CELLS, head=("who", "gene", "site", "how much")))
    table = read(path, sheet(AB), columns={"sample": "who", "value": "how much"})
    assert table.source.format == "generic_long"
    assert table.n_features == 2


def test_samples_absent_from_a_long_table_are_named(write, sheet):
    """A sample of the sheet without a row is a problem, not a column of gaps."""
    with pytest.raises(DataError) as error:
        read(write(_long(_CELLS)), sheet(["A", "B", "C"]))
    assert "sample 'C' is not a column of" in error.value.problems[0].message


_MSSTATS = ["ProteinName", "PeptideSequence", "Condition", "BioReplicate", "Run", "Intensity"]
_MSSTATS += ["PrecursorCharge", "FragmentIon", "ProductCharge", "IsotopeLabelType"]


def test_msstats_ptm_sums_fragments_and_charges(write, sheet, account):
    """Fragments and charges of a peptide are summed; other modifications are counted."""

    def row(name, run, value, charge="2", fragment="y3"):
        return [name, "RLS*S*LR", "x", "1", run, value, charge, fragment, "1", "L"]

    rows = [
        row("P62753_S235_S236", "A.raw", "1000"),
        row("P62753_S235_S236", "A.raw", "24", fragment="y4"),
        row("P62753_S235_S236", "B.raw", "2048", charge="3"),
        row("P62753_S235_S236", "B.raw", "NA"),
        row("P62753_K262", "A.raw", "2048"),
    ]
    path = write("\n".join(",".join(r) for r in [_MSSTATS, *rows]) + "\n")
    assert recognise(path).samples == ("A", "B")
    table = read(path, sheet(AB))
    assert list(table.features["sites"]) == ["S235;S236"]
    assert np.allclose(table.values, [[10, 11]])
    assert account(table) == table.source.rows == 5


def test_msstats_tmt_names_samples_by_run_and_channel(write, sheet):
    """TMT samples are a channel of a run."""
    head = ["ProteinName", "PeptideSequence", "Charge", "PSM", "Mixture", "TechRepMixture", "Run"]
    head += ["Channel", "Condition", "BioReplicate", "Intensity"]
    rows = [["P62753_S235", "RLS*SLR", "2", "p", "1", "1", "1_1", c, "x", "y", v]
            for c, v in (("126C", "1024"), ("127N", "2048"))]  # fmt: skip
    path = write("\n".join(",".join(r) for r in [head, *rows]) + "\n")
    table = read(path, sheet(["1_1 126C", "1_1 127N"]))
    assert np.allclose(table.values, [[10, 11]])
    assert list(sketch_samples(path)["sample"]) == ["1_1 126C", "1_1 127N"]


def _workbook(rows, legend=True):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    if legend:
        book.active.append(["what the columns mean"])
        book.create_sheet("data")
    for row in rows:
        book.worksheets[-1].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_workbooks_are_read_and_dates_become_genes_again(write, sheet):
    """The largest sheet is the table; SEPT2 that became a date is SEPTIN2 again, with a warning."""
    rows = [
        ["Gene", "Site", "A", "B"],
        ["RPS6", "S235", 20.5, None],
        [datetime.datetime(2016, 9, 2), "S218", 18, 18.5],
        [datetime.datetime(2016, 3, 1), "S99", 17, 17.5],
    ]
    table = read(write(_workbook(rows), "t.xlsx"), sheet(AB))
    assert list(table.features.index) == ["1-Mar_S99", "RPS6_S235", "SEPTIN2_S218"]
    assert "the sheet 'data' of the workbook was read" in table.warnings[0]
    assert "1 rows: gene names that a spreadsheet turned into dates were restored" in " ".join(
        table.warnings
    )
    assert "left as they are" in " ".join(table.warnings)


def test_workbooks_without_openpyxl(write, monkeypatch):
    """The message names what to install."""
    content = _workbook([["Gene", "Site", "A"], ["RPS6", "S235", 20.5]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(DataError) as error:
        recognise(write(content, "t.xlsx"))
    assert "pip install 'phosres[excel]'" in error.value.problems[0].hint


@pytest.mark.parametrize(
    ("cell", "gene"),
    [
        ("10-Sep-S28", "SEPTIN10"),
        ("2-Sep-S218", "SEPTIN2"),
        ("Sep-02-S218", "SEPTIN2"),
        ("9-Mar-S5", "MARCHF9"),
        ("1-Dec-S5", "DELEC1"),
        ("15-Sep-S5", "SELENOF"),
        ("1-Mar-S5", "1-Mar"),
        ("1-Oct-S5", "1-Oct"),
        ("HLA-A-S359", "HLA-A"),
    ],
)
def test_genes_that_became_dates(write, sheet, cell, gene):
    """Restored where one gene fits, else left; the history says which."""
    table = read(write(f"id\tA\tB\n{cell}\t20.5\t21\n"), sheet(AB))
    assert table.features["gene"].iloc[0] == gene
    said = [w for w in table.warnings if "spreadsheet" in w]
    assert len(said) == (gene != "HLA-A")


def test_no_byte_of_any_vendor_table_gives_a_traceback(tmp_path):
    """Mutated tables of every layout are read or refused, never more."""
    rng = random.Random(11)
    gct = (
        "#1.3\n2\t2\t2\t1\nid\tgeneSymbol\tVMsiteFlanks\tA\tB\nType\tna\tna\tx\ty\n"
        "NP_001001.2_S235s _1_1_235_235\tRPS6\tAKRRRLSsLRASTSK\t-0.5\t1.25\n"
        "NP_001001.2_S240s _1_1_240_240\tRPS6\tLSSLRASsSKSESSQ\t0.5\t-1.25\n"
    )
    discoverer = (
        "Annotated Sequence\tMaster Protein Accessions\tPositions in Master Proteins\t"
        "Modifications in Master Proteins\tAbundances (Normalized): F1: A\t"
        "Abundances (Normalized): F2: B\tFound in Sample: [S1] F1: A\n"
        "[R].LSSLR.[A]\tP62753\tP62753 [235-239]\tP62753 1xPhospho [S235(99.2)]\t1024\t99\tHigh\n"
    )
    spectronaut = (
        "R.FileName\tPTM.CollapseKey\tPTM.Quantity\tPTM.SiteProbability\n"
        "A\tP62753_S235_M1_3\t1024.5\t0.99\nB\tP62753_S235_M1_3\t99.5\t0.98\n"
    )
    multi = (
        "Index\tGene\tProteinID\tPeptide\tSequenceWindow\tStart\tEnd\tMaxPepProb\tA\tB\n"
        "P62753_240_242_1_1_S240\tRPS6\tP62753\tSLRAsGTK\tAKRRRLS.SLRAsGTK.SESSQK_\t236\t243\t1\t15\t16\n"
        "P62753_240_242_1_0\tRPS6\tP62753\tSLRASGTK\tAKRRRLS.SLRASGTK.SESSQK_\t236\t243\t1\t15\t16\n"
    )
    arrays = "Sample,S6_pS235_S236,Akt_pS473,PRAS40_pT246\nA,-0.5,0.1,0.2\nB,1.5,NA,-0.2\n"
    tables = [gct, discoverer, spectronaut, multi, arrays, _long(_CELLS)]
    path = tmp_path / "t.tsv"
    outcomes = {"read": 0, "refused": 0}
    for step in range(240):
        data = bytearray(tables[step % len(tables)].encode())
        for _ in range(rng.choice([0, 1, 1, 2, 4])):
            at = rng.randrange(len(data))
            data[at : at + rng.choice([0, 1, 1, 6])] = rng.choice(
                [b"", b"\t", b"\n", b"\x00", b"9", b"S", b'"', b"#", b"\xff", b"NA", b"_"]
            )
        path.write_bytes(bytes(data))
        try:
            names = sketch_samples(path)["sample"]
            frame = pd.DataFrame({"sample": names, "subject": "s", "condition": "c"})
            read(path, frame)
            outcomes["read"] += 1
        except DataError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 20


def _spectronaut(
    sequence, run, value, charge="2", start="235", probability="99%", protein="P62753"
):
    scored = sequence.replace("(STY)]", f"(STY): {probability}]")
    ids = [run, "RPS6", "P62753", start, "False", f"{sequence}.{charge}", scored, sequence]
    return [*ids, value]


def test_spectronaut_normal_report(write, sheet, account):
    """Sites are counted from the peptide's position; precursors are summed, repeats count once."""
    head = ["R.FileName", "PG.Genes", "PG.ProteinGroups", "PEP.PeptidePosition", "EG.IsDecoy"]
    head += ["EG.PrecursorId", "EG.PTMLocalizationProbabilities", "EG.ModifiedSequence"]
    head += ["EG.TotalQuantity (Settings)"]
    form = "_[Acetyl (Protein N-term)]S[Phospho (STY)]LRAS[Phospho (STY)]M[Oxidation (M)]K_"
    rows = [
        _spectronaut(form, "A", "1000"),
        _spectronaut(form, "A", "1000"),
        _spectronaut(form, "A", "24", charge="3"),
        _spectronaut(form, "B", "2048", start="235;12"),
        _spectronaut("_SLRAS[Phospho (STY)]K_", "B", "2048", probability="40.5%"),
        _spectronaut("_SLRASK_", "B", "2048"),
        _spectronaut("_SLRAS[Phospho (STY)]K_", "A", "1", probability="100%"),
    ]
    path = write("\n".join("\t".join(r) for r in [head, *rows[:3], *rows[4:]]) + "\n")
    with pytest.raises(DataError):
        read(path, sheet(AB))  # B has no localised phosphopeptide
    rows[3] = _spectronaut(form, "B", "2048")
    table = read(write("\n".join("\t".join(r) for r in [head, *rows]) + "\n"), sheet(AB))
    assert table.source.format == "spectronaut_report"
    assert list(table.features.index) == ["RPS6_S235.S239_M2"]
    assert list(table.features["localization"]) == [0.99]
    assert np.allclose(table.values, [[10, 11]])
    assert account(table) == table.source.rows == 7


def test_diann_2_report(write, sheet, account):
    """The sites of the leading protein are picked from Protein.Sites; weak precursors are lost."""
    head = ["Run", "Protein.Group", "Protein.Names", "Genes", "Modified.Sequence", "Precursor.Id"]
    head += ["Q.Value", "PG.Q.Value", "Precursor.Normalised", "Protein.Sites"]
    head += ["PTM.Site.Confidence"]

    def row(run, sequence, value, sites, q="0.001", confidence="0.9"):
        ids = [run, "Q16829;Q16828", "DUS7_HUMAN;DUS6_HUMAN", "DUSP7;DUSP6", sequence]
        return [*ids, f"{sequence}2", q, "0.01", value, sites, confidence]

    one, sites = "AAS(UniMod:21)PLC(UniMod:4)K", "[Q16828:S331,C334];[Q16829:S369,C372]"
    rows = [
        row("A", one, "1024", sites),
        row("B", one, "2048", sites),
        row("B", one + "R", "2048", sites, q="0.03"),
        row("B", "AASPLK", "2048", ""),
        row("B", "S(UniMod:21)S(UniMod:21)K", "2048", sites),
        row("B", one, "512", sites, confidence="0.4"),
    ]
    table = read(write("\n".join("\t".join(r) for r in [head, *rows]) + "\n"), sheet(AB))
    assert table.source.format == "diann_report"
    feature = table.features.loc["DUSP7_S369_M1"]
    assert (feature["protein"], feature["sites"], feature["multiplicity"]) == ("Q16829", "S369", 1)
    assert np.allclose(table.values.loc["DUSP7_S369_M1"], [10, 11])
    assert "DUSP7_S(ph)S(ph)K" in table.values.index
    assert [x.rows for x in table.losses] == [1, 1, 1, 1]
    assert account(table) == table.source.rows == 6
