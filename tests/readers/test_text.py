import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import _unpacking, read, recognise

PLAIN = "Gene\tSite\ta\tb\nRPS6\tS235\t20.5\t21\nAKT1\tT308\t18\t19.25\n"


def _zip(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.replace("\t", ",").encode(),
        PLAIN.replace("\t", ";").encode(),
        PLAIN.replace("\t", ";").replace(".", ",").encode(),
        PLAIN.replace(".", ",").encode(),
        PLAIN.replace("\n", "\t\n").encode(),
        PLAIN.replace("\n", "\t\n").replace("b\t\n", "b\n").encode(),
        PLAIN.rstrip("\n").encode(),
        ("A title\n\n" + PLAIN + "\n\n").encode(),
        PLAIN.replace("RPS6", '"RPS6"').replace("20.5", '" 20.5 "').encode(),
        PLAIN.replace("Gene", '"Gene\n"').encode(),
        gzip.compress(PLAIN.encode(), mtime=0),
        lzma.compress(PLAIN.encode()),
        bz2.compress(PLAIN.encode()),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-32"),
        _zip(table=PLAIN),
    ],
)
def test_any_way_to_write_a_table_gives_the_same_table(write, sheet, data):
    """Line ends, encodings, separators, compression and trailing separators do not matter."""
    table = read(write(data), sheet(["a", "b"]))
    assert list(table.features.index) == ["AKT1_T308", "RPS6_S235"]
    assert np.allclose(table.values, [[18, 19.25], [20.5, 21]])


def test_latin_1_is_read_with_a_warning(write, sheet):
    """A byte that is no UTF-8 is read as Western European, and said to be."""
    path = write(PLAIN.replace("Gene", "Gène\tGene").replace("RPS6", "é\tRPS6").replace(
        "AKT1", "x\tAKT1").encode("latin-1"))  # fmt: skip
    table = read(path, sheet(["a", "b"]))
    assert table.warnings[0] == (f"{path} is not UTF-8; it was read as Latin-1 (Western European)")


def test_r_row_names_without_a_header(write, sheet):
    """R's write.table leaves the first column without a name."""
    path = write("a b\nRPS6_S235 20 21\nAKT1_T308 18 19\n".replace(" ", "\t"))
    assert list(read(path, sheet(["a", "b"])).features.index) == ["AKT1_T308", "RPS6_S235"]


def test_perseus_annotation_rows_are_no_data(write, sheet):
    """Rows that begin with #!{ describe the columns."""
    path = write(PLAIN.replace("b\n", "b\n#!{Type}T\tT\tE\tE\n", 1))
    table = read(path, sheet(["a", "b"]))
    assert table.source.rows == 2
    assert sorted(table.features["source_rows"]) == ["3", "4"]


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "the file is empty", "export the table again and check its size"),
        (b"\n\n", "the file is empty", "export the table again and check its size"),
        (b"Gene\tSite\ta\tb\n", "the table has a header but no rows", "export it again"),
        (
            b"<!DOCTYPE html><html>",
            "this is a web page, not a text table",
            "download the file itself, not the page that shows it",
        ),
        (
            b"Gene\tSite\x00\x01\x02\ta\nx\ty\tz\n",
            "the file is binary, not a text table",
            "name a tab- or comma-separated text file",
        ),
        (
            b"PAR1abc",
            "the parquet file cannot be read: ComputeError",
            "copy or export it again",
        ),
        (
            gzip.compress(PLAIN.encode(), mtime=0)[:-12],
            "the compressed file cannot be unpacked: Compressed file ended before the "
            "end-of-stream marker was reached",
            "copy or export it again",
        ),
        (
            _zip(one=PLAIN, two=PLAIN),
            "the zip archive holds 2 files (one, two), one is expected",
            "unpack it and name the table",
        ),
        (
            _zip(table=_zip(table=PLAIN)),
            "the compressed file holds another compressed file",
            "unpack it and name the table",
        ),
        (
            gzip.compress(bz2.compress(PLAIN.encode()), mtime=0),
            "the compressed file holds another compressed file",
            "unpack it and name the table",
        ),
        (
            b"Gene" + b"\t" * 200_000 + b"\nAKT1\n",
            "the table has 200,001 columns",
            "no more than 100,000 are read: is it laid out the other way round?",
        ),
        (
            b"Gene\tSite\ta\nAKT1\tS473\t20\n" + b"X" * 1_000_001 + b"\tS1\t21\n",
            "a cell of the row has 1,000,001 characters",
            "no cell of a site table is that long: export the table again",
        ),
        (
            _zip(**{"xl/workbook.xml": "x"}),
            "the Excel workbook cannot be read: KeyError",
            "save the sheet as tab-separated text",
        ),
    ],
)
def test_what_is_no_table_is_refused(write, data, message, hint):
    """Each kind of wrong file gets its own advice."""
    path = write(data)
    with pytest.raises(DataError) as error:
        recognise(path)
    (problem,) = error.value.problems
    assert (problem.message, problem.file, problem.hint) == (message, str(path), hint)


def test_the_limit_of_bytes_is_the_user_s(write, sheet, monkeypatch):
    """A variable of the environment raises or lowers it; nonsense there is refused."""
    text = PLAIN + 1_000 * "\n"
    path = write(gzip.compress(text.encode(), mtime=0))
    monkeypatch.setenv(_unpacking.VARIABLE, str(len(text)))
    read(path, sheet(["a", "b"]))
    monkeypatch.setenv(_unpacking.VARIABLE, str(len(text) - 1))
    with pytest.raises(DataError, match="unpacks to more than"):
        read(path, sheet(["a", "b"]))
    monkeypatch.setenv(_unpacking.VARIABLE, "lots")
    with pytest.raises(DataError, match="PHOSRES_MAX_BYTES is 'lots'"):
        read(path, sheet(["a", "b"]))


def test_a_missing_file_names_the_nearest(write, tmp_path):
    """A misspelt name is answered with the file that is there."""
    write(PLAIN, "tumours.tsv")
    with pytest.raises(DataError) as error:
        recognise(tmp_path / "tumors.tsv")
    assert str(error.value) == (
        f"{tmp_path / 'tumors.tsv'}: no such file\n    -> did you mean 'tumours.tsv'?"
    )


def test_unpacking_stops_at_the_cap():
    """A small file cannot fill the memory."""
    packed = gzip.compress(b"0" * 100_000, mtime=0)
    with pytest.raises(DataError) as error:
        _unpacking.unpack(packed, "bomb.gz", cap=1_000)
    assert str(error.value) == (
        "bomb.gz: the file unpacks to more than 1,000 bytes\n"
        "    -> check what it is; PHOSRES_MAX_BYTES in the environment raises the limit"
    )


def test_uneven_rows_are_listed(write, sheet):
    """Wide rows are shifted; cut rows lack values."""
    path = write(PLAIN + "X\tS1\t20\t21\t22\n")
    with pytest.raises(DataError) as error:
        read(path, sheet(["a", "b"]))
    assert str(error.value) == (
        f"{path}:4: the row has 5 cells, the header has 4\n"
        "    -> a cell holds the separator or a line break: export the table again with quotes"
    )
    path = write(PLAIN + "X\tS1\t20\n", "cut.tsv")
    with pytest.raises(DataError) as error:
        read(path, sheet(["a", "b"]))
    assert str(error.value) == (
        f"{path}:4: the row has 3 cells, the header has 4\n"
        "    -> the file is cut, or a line break splits the row: export the table again"
    )


def test_stray_quotes_in_tab_separated_text_are_ordinary(write, sheet):
    """Names such as 5\"-nucleotidase do not swallow the rows after them."""
    path = write(PLAIN.replace("Gene", "Name\tGene").replace("RPS6", '"5 x\tRPS6').replace(
        "AKT1", "y\tAKT1"))  # fmt: skip
    assert read(path, sheet(["a", "b"])).n_features == 2


def test_cells_that_are_no_numbers_are_listed_together(write, sheet):
    """The first five cells and the number of all, with row, column and what was found."""
    rows = "".join(f"G{at}\tS{at + 1}\tbad\t{'20' if at else 'worse'}\n" for at in range(6))
    path = write("Gene\tSite\ta\tb\n" + rows)
    with pytest.raises(DataError) as error:
        read(path, sheet(["a", "b"]))
    assert str(error.value) == (
        f"{path}:2 [a]: 'bad' is not a number\n"
        '    -> if this means \'not measured\', set input.missing: ["bad", "worse"]\n'
        f"{path}:2 [b]: 'worse' is not a number\n"
        f"{path}:3 [a]: 'bad' is not a number\n"
        f"{path}:4 [a]: 'bad' is not a number\n"
        f"{path}:5 [a]: 'bad' is not a number\n"
        f"{path}: 7 cells in all are not numbers: 'a' (6), 'b' (1)"
    )
    table = read(path, sheet(["b"]), missing=["bad", "worse"])
    assert table.n_features == 5


def test_thousands_separators_are_a_question(write, sheet):
    """1,234 is 1234 or 1.234, nobody knows."""
    path = write('Gene\tSite\ta\nRPS6\tS235\t"1,234"\nAKT1\tT308\t"2,345"\n')
    with pytest.raises(DataError) as error:
        read(path, sheet(["a"]))
    assert error.value.problems[0].hint == (
        "1,234 may be 1234 or 1.234: export the table without thousands separators"
    )


@pytest.mark.parametrize(
    "word", ["NA", "NaN", "n/a", "Filtered", "#N/A", "inf", "-Infinity", "1.#QNAN", " NA ", "---"]
)
def test_every_spelling_of_missing(write, sheet, word):
    """No spelling of a missing value is taken for a number or refused."""
    path = write(f"Gene\tSite\ta\tb\nRPS6\tS235\t{word}\t20\nAKT1\tT308\t21\t22\n")
    values = read(path, sheet(["a", "b"])).values
    assert np.isnan(values.loc["RPS6_S235", "a"])
    assert values.notna().to_numpy().sum() == 3


def test_problems_of_sheet_and_table_come_together(write):
    """A wrong sheet does not hide a wrong table."""
    with pytest.raises(DataError) as error:
        read(write("", "t.tsv"), write("sample\tsubject\ns\tx\n", "s.tsv"))
    assert [p.file.rsplit("/", 1)[-1] for p in error.value.problems] == ["s.tsv", "t.tsv"]
