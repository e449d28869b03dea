import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read, recognise, sketch_samples

AB = ["A", "B"]


def _gct(rows, *, version="#1.3", shape=None, extra=()):
    lines = [version, shape or f"{len(rows)}\t2\t3\t{len(extra)}"]
    head = ["id", "geneSymbol", "VMsiteFlanks", "accession_numbers", *AB]
    return "\n".join([*lines, *("\t".join(r) for r in [head, *extra, *rows])]) + "\n"


_META = ["Type", "na", "na", "na", "tumor", "normal"]


def test_broad_gct(write, sheet, account):
    """Ids with blanks, aligned windows, ambiguous rows dropped, column annotation skipped."""
    nps = "NP_001001.2|NP_001999.1"
    rows = [
        ["NP_001001.2_S235s _1_1_235_235", "RPS6", "AKRRRLSsLRASTSK", nps, "-0.5", "1.25"],
        ["NP_001001.2_S235sS236s_2_2_235_236", "RPS6", "AKRRRLSsLRASTSK|KRRRLSSsRASTSKS", nps,
         "0.5", "NA"],
        ["NP_001001.2_S240s _1_0_240_244", "RPS6", "LSSLRASsSKSESSQ", nps, "0.1", "0.2"],
        ["NP_001001.2_S240s _1_1_240_244", "RPS6", "LSSLRASsSKSESSQ", nps, "NA", "NA"],
    ]  # fmt: skip
    path = write(_gct(rows, extra=[_META, ["Age", "na", "na", "na", "61", "61"]]))
    found = recognise(path)
    assert (found.format.name, found.header_row, found.samples) == ("gct", 3, ("A", "B"))
    table = read(path, sheet(AB))
    assert table.scale == "log2_ratio"
    assert list(table.features.index) == ["RPS6_S235.S236_M2", "RPS6_S235_M1"]
    assert list(table.features["proteins"]) == ["NP_001001.2;NP_001999.1"] * 2
    assert table.features["window"].iloc[0] == "AKRRRLSSLRASTSK;KRRRLSSSRASTSKS"
    assert [x.rows for x in table.losses] == [1, 1]
    assert list(table.features["source_rows"]) == ["7", "6"]
    assert account(table) == table.source.rows == 4


@pytest.mark.parametrize("lines", [2, 3, 4])
def test_a_cut_gct_has_no_rows(write, lines):
    """A file that ends before its values is refused, wherever it was cut."""
    whole = _gct([["NP_1_S5s _1_1_5_5", "X", "", "", "1", "2"]], extra=[_META])
    with pytest.raises(DataError) as error:
        recognise(write("\n".join(whole.split("\n")[:lines]) + "\n"))
    assert error.value.problems[0].message == "the table has a header but no rows"


def test_flanking_gct(write, sheet):
    """PTM-SEA ids are windows; 1.2 has one column of description."""
    body = "id\tDescription\tA\tB\nAKRRRLSSLRASTSK-p\tx\t-1\t2\nLSSLRASTSKSESSQ-p\ty\t0.5\t0\n"
    table = read(write("#1.2\n2\t2\n" + body), sheet(AB))
    assert list(table.features["window"]) == ["AKRRRLSSLRASTSK", "LSSLRASTSKSESSQ"]


def test_p100_probes(write, sheet):
    """P100 ids carry gene, site and peptide."""
    body = "id\tA\tB\n10011_DYRK1A_Y321_IYQY[+80]IQSR\t-1\t2\n"
    table = read(write("#1.3\n1\t2\t0\t0\n" + body), sheet(AB))
    assert list(table.features.index) == ["DYRK1A_Y321"]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("2\t2\tx\t0", "the second line of a GCT file gives its shape; found '2 2 x 0'"),
        ("2\t9\t3\t0", "the header has 6 columns, line 2 says 13 (id, 3 annotations, 9 samples)"),
    ],
)
def test_damaged_gct(write, shape, message):
    """A second line that does not fit is refused with what was found."""
    path = write(_gct([["P1AAA1_S5", "X", "", "", "1", "2"]], shape=shape))
    with pytest.raises(DataError) as error:
        recognise(path)
    assert error.value.problems[0].message == message


@pytest.mark.parametrize(
    ("spelling", "gene", "protein", "sites"),
    [
        ("AKT1.NP_001014431.1:s124", "AKT1", "NP_001014431.1", "S124"),
        ("MAPK1.NP_002736.3:t185y187", "MAPK1", "NP_002736.3", "T185;Y187"),
        ("RPS6:NP_001001.2:S235s", "RPS6", "NP_001001.2", "S235"),
        ("AIM1-M515m,T524", "AIM1", "", "T524"),
    ],
)
def test_consortium_ids(write, sheet, spelling, gene, protein, sites):
    """Gene, RefSeq accession and concatenated sites; oxidised methionines are no sites."""
    path = write(f"Gene_ID\tA\tB\n{spelling}\t-0.5\t1.5\n")
    row = read(path, sheet(AB)).features.iloc[0]
    assert (row["gene"], row["protein"], row["sites"]) == (gene, protein, sites)


def test_linkedomics_and_cdap(write, sheet):
    """Pipes of LinkedOmicsKB, and the log ratios of the common pipeline."""
    key = "ENSG00000137154.14|ENSP00000369757.4|S235|AKRRRLSSLRASTSK|1"
    table = read(write(f"idx\tA\tB\n{key}\t-0.5\t1.5\n"), sheet(AB))
    row = table.features.iloc[0]
    assert (table.source.format, row["protein"]) == ("linkedomics", "ENSP00000369757.4")
    assert (row["sites"], row["window"]) == ("S235", "AKRRRLSSLRASTSK")
    head = "Phosphosite\tA Log Ratio\tA Unshared Log Ratio\tB Log Ratio\tPeptide\tGene\tOrganism\n"
    path = write(head + "NP_001001.2:s235s236\t-0.5\t9\t1.5\tRLssLR\tRPS6\tHomo sapiens\n")
    table = read(path, sheet(AB))
    assert (table.source.format, table.scale) == ("cptac_cdap", "log2_ratio")
    assert list(table.features.index) == ["RPS6_S235.S236_M2"]


def test_perseus_matrices_name_their_samples(write, sheet):
    """Only the columns of type E are samples; annotation rows are skipped and not counted."""
    text = (
        "A\tB\tScore\tGene names\tAmino acid\tPosition\n"
        "#!{Description}\t\t\t\t\t\n#!{Type}E\tE\tN\tT\tT\tN\n#!{C:Group}pre\ton\t\t\t\t\n"
        "25.1\tNaN\t88\tRPS6\tS\t235\n22\t23\t90\tAKT1\tT\t308\n"
    )
    path = write(text)
    assert recognise(path).samples == ("A", "B")
    table = read(path, sheet(AB))
    assert table.source.rows == 2
    assert dict(table.features["source_rows"]) == {"AKT1_T308": "6", "RPS6_S235": "5"}


def _arrays(names):
    rows = ["\t".join([name, "-0.5", "1.5"]) for name in names]
    return "Composite.Element.REF\tA\tB\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("name", "gene", "sites"),
    [
        ("RPS6|S6_pS235_S236", "RPS6", "S235;S236"),
        ("S6_pS240S244", "RPS6", "S240;S244"),
        ("RPS6KB1|p70S6K_pT389-R-V", "RPS6KB1", "T389"),
        ("AKT1 AKT2 AKT3|Akt_pS473", "AKT1;AKT2;AKT3", "S473"),
        ("MAPK_pT202_Y204", "MAPK3;MAPK1", "T202;Y204"),
        ("MAPK1 MAPK3|MAPK_pT202_Y204", "MAPK3;MAPK1", "T202;Y204"),
        ("X4EBP1_pT37T46", "EIF4EBP1", "T37;T46"),
        ("EIF4EBP1|4E-BP1_pS65", "EIF4EBP1", "S65"),
        ("GSK3-alpha-beta_pS21_S9", "GSK3B;GSK3A", "S9"),
        ("PRAS40_pT246", "AKT1S1", "T246"),
        ("NDRG1_pT346_Caution", "NDRG1", "T346"),
        ("mTOR_pS2448", "MTOR", "S2448"),
        ("AKTpS473", "AKT1;AKT2;AKT3", "S473"),
        ("GSK3abpS21", "GSK3A;GSK3B", "S21"),
        ("p38pT180", "MAPK14", "T180"),
        ("Phospho-4E-BP1 (Thr37/46)", "EIF4EBP1", "T37;T46"),
        ("p-S6 (S235/S236)", "RPS6", "S235;S236"),
        ("Rictor_pT1135", "RICTOR", "T1135"),
        ("Src_pY416_Caution", "SRC;YES1;FYN", "Y416"),
    ],
)
def test_antibodies(write, sheet, name, gene, sites):
    """Antibodies become genes, the one that is numbered first, and sites."""
    row = read(write(_arrays([name])), sheet(AB)).features.iloc[0]
    assert (row["gene"], row["sites"], row["peptide"]) == (gene, sites, name)


def test_rppa_comments_and_total_proteins_are_accounted_for(write, sheet, account):
    """Comments are no rows; antibodies against whole proteins are a loss."""
    text = _arrays(["S6_pS235_S236", "RPS6|S6", "NA|K-Ras"]) + "# a comment\n#another\t1\n"
    table = read(write(text), sheet(AB))
    assert [(x.reason, x.rows) for x in table.losses] == [("antibody against no phosphosite", 2)]
    assert account(table) == table.source.rows == 3


def test_samples_by_antibodies_are_turned_round(write, sheet):
    """TCGA writes a row a sample: the same table, whichever way round."""
    names = ["S6_pS235_S236", "Akt_pS473", "PRAS40_pT246", "ACC1"]
    turned = "Sample_ID,Cancer_Type," + ",".join(names) + "\nA,BRCA,-0.5,0.1,0.2,0.3\n"
    turned += "B,BRCA,1.5,NA,-0.2,0.4\n"
    upright = "antibody\tA\tB\n" + "\n".join(
        "\t".join(r)
        for r in zip(
            names, ["-0.5", "0.1", "0.2", "0.3"], ["1.5", "NA", "-0.2", "0.4"], strict=True
        )
    )
    path = write(turned, "t.csv")
    assert recognise(path).samples == ("A", "B")
    one, other = read(path, sheet(AB)), read(write(upright + "\n"), sheet(AB))
    assert one.values.equals(other.values)
    assert list(one.features.index) == ["AKT1S1_T246", "AKT1_S473", "RPS6_S235.S236_M2"]
    assert np.isnan(one.values.loc["AKT1_S473", "B"])


def test_samples_called_like_antibodies_are_no_antibodies(write, sheet):
    """A table whose rows are sites is not turned round, whatever its samples are called."""
    names = ["expS12", "expS13", "run_pT10"]
    path = write("ID\t" + "\t".join(names) + "\nRPS6_S235\t21\t22\t23\nAKT1_T308\t20\t21\t22\n")
    assert read(path, sheet(names)).n_features == 2


def test_annotation_of_a_gct_drafts_the_sheet(write):
    """Participant, type and plex of a CPTAC matrix become subject, condition and batch."""
    extra = [
        ["Participant", "na", "na", "na", "C3L-1", "C3L-2"],
        ["Type", "na", "na", "na", "Tumor", "NAT"],
        ["Experiment", "na", "na", "na", "1", "2"],
        ["Stage", "na", "na", "na", "NA", "NA"],
    ]
    rows = [["NP_001001.2_S235s _1_1_235_235", "RPS6", "", "", "-0.5", "1.25"]]
    path = write(_gct(rows, extra=extra))
    assert list(recognise(path).fields) == ["Participant", "Type", "Experiment"]
    drafted = sketch_samples(path)[["sample", "subject", "condition", "batch"]]
    assert drafted.to_numpy().tolist() == [["A", "C3L-1", "Tumor", "1"], ["B", "C3L-2", "NAT", "2"]]


def test_annotation_of_a_perseus_matrix_drafts_the_sheet(write):
    """A categorical row is the condition; its tag is glued to the first cell."""
    text = (
        "A\tB\tGene names\tAmino acid\tPosition\n#!{Type}E\tE\tT\tT\tN\n"
        "#!{C:Grouping}pre\ton\t\t\t\n25.1\t24\tRPS6\tS\t235\n"
    )
    assert sketch_samples(write(text))["condition"].tolist() == ["pre", "on"]


def test_columns_and_rows_of_the_common_pipeline_that_are_no_samples(write, sheet, account):
    """Unshared and withdrawn columns are counted; mean, median and deviation rows are a loss."""
    head = "Phosphosite\tA Log Ratio\tA Unshared Log Ratio\tB Withdrawn Log Ratio\tB Log Ratio"
    body = [
        "Mean\t0.1\t0\t0\t0\tMean\t",
        "StdDev\t0.1\t0\t0\t0\t\t",
        "NP_001001.2:s235s236\t-0.5\t9\t9\t1.5\tRLssLR\tRPS6",
    ]
    table = read(write("\n".join([head + "\tPeptide\tGene", *body]) + "\n"), sheet(AB))
    assert [(x.reason, x.rows) for x in table.losses] == [
        ("summary row of the table (Mean, Median, StdDev)", 2)
    ]
    assert any(w.startswith("2 columns were not read, they are no samples") for w in table.warnings)
    assert account(table) == table.source.rows == 3


def test_generic_assays_of_cbioportal(write, sheet):
    """Gene and site of data_phosphoprotein_quantification have columns of their own."""
    text = "ENTITY_STABLE_ID\tNAME\tGENE_SYMBOL\tPHOSPHOSITE\tA\tB\n"
    text += "RPS6_pS235_S236\tRPS6 S235 S236\tRPS6\tS235_S236\t-0.5\t1.5\n"
    text += "AKT1_pS473\tAKT1 S473\tAKT1\tS473\t0.5\t-1.5\n"
    table = read(write(text), sheet(AB))
    assert list(table.features.index) == ["AKT1_S473", "RPS6_S235.S236_M2"]
