"""Files of networks, and the table of activating sites."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from phosres.errors import DataError
from phosres.kinases import activation_sites, read_edges, read_network


def write(folder: Path, name: str, text: str) -> Path:
    """Write a small file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


EXPECTED = pd.DataFrame(
    {"source": ["K", "K", "L"], "target": ["A_S1", "B_T2", "A_S1"], "weight": [1.0, -1.0, 1.0]}
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("n.tsv", "source\ttarget\tweight\nK\tA_S1\t1\nK\tB_T2\t-1\nL\tA_S1\t1\n"),
        ("n.tsv", "Source\ttarget\tmor\textra\nK\tA_S1 \t1\t\nK\tB_T2\t-1\tx\nL\tA_S1\t1\t\n"),
        ("n.csv", ",source,target,weight\r\n0,K,A_S1,1\r\n1,K,B_T2,-1\r\n2,L,A_S1,1.0\r\n"),
        ("n.gmt", "K\tabout\tA_S1;u\tB_T2;d\t\nL\tabout\tA_S1\n"),
        (
            "omnipath.tsv",
            "enzyme_genesymbol\tsubstrate_genesymbol\tresidue_type\tresidue_offset\tmodification\n"
            "K\tA\tS\t1\tphosphorylation\nK\tB\tT\t2\tdephosphorylation\n"
            "L\tA\tS\t1\tphosphorylation\nL\tA\tK\t5\tacetylation\n",
        ),
    ],
)
def test_layouts(tmp_path: Path, name: str, text: str) -> None:
    """Tables of three makers and a signed GMT give the same edges."""
    got = read_network(write(tmp_path, name, text))
    pd.testing.assert_frame_equal(got, EXPECTED, check_dtype=False)


SIGNOR = (
    "ENTITYA\tTYPEA\tIDA\tENTITYB\tIDB\tEFFECT\tMECHANISM\tRESIDUE\tSEQUENCE\n"
    "K\tprotein\tP1\tA\tP11111\tup-regulates\tphosphorylation\tSer10\tAAAAAAASAAAAAAA\n"
    "K\tprotein\tP1\tB\tP22222\tdown-regulates\tDephosphorylation\tTyr7\t\n"
    "K\tprotein\tP1\tC\tP33333\tup-regulates\tphosphorylation\t\t\n"
    "K\tprotein\tP1\tD\tP44444\tup-regulates\tbinding\tSer3\t\n"
)
PSP = (
    "date of the file\n\nlicence of the file\n\n"
    "GENE\tKINASE\tKIN_ACC_ID\tSUB_GENE\tSUB_ACC_ID\tSUB_ORGANISM\tSUB_MOD_RSD\tSITE_+/-7_AA\n"
    "AKT1\tAkt1\tP31749\tA\tP11111\thuman\tS10\taaaaaaasaaaaaaa\n"
    "AKT1\tAkt1\tP31749\tA\tP99999\tmouse\tS11\taaaaaaasaaaaaac\n"
)


def test_exports_keep_what_tells_a_site(tmp_path: Path) -> None:
    """SIGNOR and the layout of PhosphoSitePlus: accession, site, 15-mer, species, what is lost."""
    signor = read_edges(write(tmp_path, "s.tsv", SIGNOR))
    assert signor.layout == "signor"
    assert signor.table[["source", "target", "weight"]].to_numpy().tolist() == [
        ["K", "A_S10", 1.0],
        ["K", "B_Y7", -1.0],
    ]
    assert signor.table["accession"].tolist() == ["P11111", "P22222"]
    assert signor.table["window"].tolist() == ["AAAAAAASAAAAAAA", ""]
    assert signor.dropped == {
        "no phosphorylation or dephosphorylation": 1,
        "no phosphosite named": 1,
    }
    psp = read_edges(write(tmp_path, "p.tsv", PSP))
    assert psp.layout == "psp"
    assert psp.table["source"].tolist() == ["AKT1", "AKT1"]
    assert psp.table["target"].tolist() == ["A_S10", "A_S11"]
    assert psp.table["species"].tolist() == ["human", "mouse"]


def test_columns_of_any_name(tmp_path: Path) -> None:
    """Roles are named, in any case; a wrong header is an error with the nearest one."""
    text = "Kinase;x\tSubstrate\tSite\nK\tA\tpS10\nK\tB\tThr2\n"
    path = write(tmp_path, "n.tsv", text)
    columns = {"source": "kinase;X", "gene": "Substrate", "site": "Site"}
    assert read_network(path, columns=columns)["target"].tolist() == ["A_S10", "B_T2"]
    with pytest.raises(DataError, match=r"no column 'Substrat'") as error:
        read_network(path, columns=columns | {"gene": "Substrat"})
    assert "did you mean 'Substrate'?" in str(error.value)


def test_a_layout_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """The format says SIGNOR, the columns do not."""
    path = write(tmp_path, "n.tsv", "source\ttarget\nK\tA_S1\n")
    with pytest.raises(DataError, match="no column 'source' and 'target'"):
        read_network(path, format_="signor")


def test_gzip(tmp_path: Path) -> None:
    """A packed GMT is still a GMT."""
    path = tmp_path / "n.gmt.gz"
    path.write_bytes(gzip.compress(b"K\tabout\tP31749;S473-p;u\n"))
    assert read_network(path)["target"].tolist() == ["P31749;S473-p"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("n.tsv", "", "the file is empty"),
        ("n.tsv", "kinase\tsite\nK\tA\n", "no column 'source' and 'target'"),
        ("n.tsv", "source\ttarget\tweight\nK\tA\tup\n", "1 weights are no finite number"),
        ("n.tsv", "source\ttarget\nK\tA\tB\tC\n", ":2: 4 cells, the header has 2"),
        ("n.gmt", "K A_S1 B_S2\n", "a set needs a name, a description and sites"),
        ("n.gmt", "K\tx\tA_S1;u\tA_S1;d\n", "two different weights"),
    ],
)
def test_bad_files_say_where_and_what(tmp_path: Path, name: str, text: str, message: str) -> None:
    """The error names the file and the problem, never a traceback of a parser."""
    path = write(tmp_path, name, text)
    with pytest.raises(DataError, match=message) as error:
        read_network(path)
    assert all(p.file == str(path) for p in error.value.problems)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Absent, a folder, not text, or a damaged archive."""
    (tmp_path / "binary.tsv").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"source\ttarget\n" * 99)[:-9])
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b\x08\x00" + b"x" * 30)
    for name in ("absent.tsv", "", "binary.tsv", "cut.gz", "broken.gz"):
        with pytest.raises(DataError, match="cannot read the network"):
            read_network(tmp_path / name)


def test_activating_sites_are_well_formed() -> None:
    """Every row has a residue with position, a known role, an effect, a source and its check."""
    table = activation_sites()
    assert not table.duplicated(["gene", "site"]).any()
    assert table["site"].str.fullmatch(r"[STY]\d+").all()
    assert (
        table["uniprot"].str.fullmatch(r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d[A-Z][A-Z0-9]{2}\d").all()
    )
    assert table.groupby("gene")["uniprot"].nunique().eq(1).all()
    roles = {"activation_loop", "hydrophobic_motif", "autophosphorylation", "upstream", "marker"}
    assert set(table["role"]) == {*roles, "inhibitory"}
    assert (table["effect"] == -1).eq(table["role"] == "inhibitory").all()
    assert table["reference"].ne("").all()
    names = set(table["gene"] + " " + table["site"])
    shared = table.loc[table["same_peptide"] != ""]
    for own, others in zip(
        shared["gene"] + " " + shared["site"], shared["same_peptide"], strict=True
    ):
        for other in others.split(";"):
            back = table.loc[table["gene"] + " " + table["site"] == other, "same_peptide"]
            assert other in names
            assert own in back.iloc[0].split(";")
    assert set(table["checked"]) <= {"unverified", "abstract", "full text"}


def test_the_table_is_handed_out_as_a_copy() -> None:
    """Changing it changes no later score."""
    table = activation_sites()
    table["effect"] = 7
    assert set(activation_sites()["effect"]) == {1, -1}
