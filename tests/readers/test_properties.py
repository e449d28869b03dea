import bz2
import gzip
import lzma
import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phosres.errors import DataError
from phosres.readers import read, read_samples, recognise
from phosres.readers._bytes import load
from phosres.readers._cells import parse
from phosres.readers._text import lay_out

SAMPLES = ["s1", "s2", "s3"]
SHEET = pd.DataFrame({"sample": SAMPLES, "subject": "p", "condition": "pre"})
_QUIET = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

_value = st.one_of(st.just(""), st.integers(180_000, 240_000).map(lambda x: f"{x / 10_000:.4f}"))
_row = st.tuples(
    st.sampled_from(["P1AAA1", "P1AAA2", "REV__P1AAA1"]),
    st.integers(1, 80),
    st.sampled_from(["0.5", "0.8", "1"]),
    st.tuples(_value, _value, _value),
)
_FULL = ("P9ZZZ9", 1, "1", ("20.1", "21.2", "22.3"))


@st.composite
def _rows(draw):
    """Rows of which some repeat the values of another under another site."""
    rows = [*draw(st.lists(_row, max_size=12)), _FULL]
    for protein, position, probability, values in list(rows):
        if draw(st.booleans()):
            rows.append((protein, position + draw(st.integers(0, 9)), probability, values))
    return rows


def _text(rows, order, separator="\t"):
    lines = []
    header = {"Protein": 0, "Residue": 1, "Position": 2, "Localization": 3}
    header |= {s: at + 4 for at, s in enumerate(SAMPLES)}
    names = [list(header)[at] for at in order]
    lines.append(separator.join(names))
    for protein, position, probability, values in rows:
        cells = [protein, "S", str(position), probability, *values]
        lines.append(separator.join(cells[at] for at in order))
    return "\n".join(lines) + "\n"


def _account(table):
    leading = {rows.split(";")[0] for rows in table.features["source_rows"]}
    return len(leading) + sum(loss.rows for loss in table.losses)


@_QUIET
@given(rows=_rows(), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(tmp_path, rows, seed):
    """A permuted table gives the same features, values and losses."""
    path = tmp_path / "t.tsv"
    path.write_text(_text(rows, range(7)))
    plain = read(path, SHEET, scale="log2")
    shuffled, order = list(rows), list(range(7))
    seed.shuffle(shuffled)
    seed.shuffle(order)
    path.write_text(_text(shuffled, order))
    again = read(path, SHEET, scale="log2")
    assert again.values.equals(plain.values)
    columns = [c for c in plain.features if c != "source_rows"]
    pd.testing.assert_frame_equal(again.features[columns], plain.features[columns])
    assert again.losses == plain.losses


@_QUIET
@given(rows=_rows())
def test_every_row_is_accounted_for(tmp_path, rows):
    """Rows of the file are rows that lead a feature plus losses."""
    path = tmp_path / "t.tsv"
    path.write_text(_text(rows, range(7)))
    table = read(path, SHEET, scale="log2")
    assert _account(table) == table.source.rows == len(rows)


_WRITINGS = {
    "utf-8": str.encode,
    "bom": lambda t: b"\xef\xbb\xbf" + t.encode(),
    "utf-16": lambda t: t.encode("utf-16"),
    "utf-16-be": lambda t: b"\xfe\xff" + t.encode("utf-16-be"),
    "utf-32": lambda t: t.encode("utf-32"),
    "gzip": lambda t: gzip.compress(t.encode()),
    "bzip2": lambda t: bz2.compress(t.encode()),
    "xz": lambda t: lzma.compress(t.encode()),
}


@_QUIET
@given(
    rows=_rows(),
    separator=st.sampled_from(["\t", ",", ";"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    writing=st.sampled_from(sorted(_WRITINGS)),
    trailing=st.booleans(),
    empty=st.integers(0, 3),
    quoted=st.sampled_from(["", "x", "a\nb", 'say "so"', "a\tb,c;d"]),
)
def test_the_writing_of_the_file_does_not_matter(
    tmp_path, rows, separator, end, writing, trailing, empty, quoted
):
    """Separators, encodings, line ends, trailing separators, empty rows and quotes do nothing."""
    path = tmp_path / "t.tsv"
    path.write_text(_text(rows, range(7)))
    plain = read(path, SHEET, scale="log2")
    lines = _text(rows, range(7), separator).splitlines()
    if quoted:  # a column more, which no one needs
        cell = quoted.replace('"', '""')
        lines = [f'"{cell}"{separator}{line}' for line in lines]
    if trailing:
        lines = [line + separator for line in lines]
    width = lines[0].count(separator)
    lines += [separator * width] * empty + [""] * empty
    path.write_bytes(_WRITINGS[writing]("\n".join(lines).replace("\n", end) + end))
    again = read(path, SHEET, scale="log2")
    assert again.values.equals(plain.values)
    assert again.features.drop(columns="source_rows").equals(
        plain.features.drop(columns="source_rows")
    )
    assert again.losses == plain.losses


@_QUIET
@given(
    numbers=st.lists(
        st.floats(-60, 60, allow_nan=False, allow_infinity=False), min_size=1, max_size=8
    ),
    spelling=st.sampled_from(["{!r}", "{:.4f}", "{:e}", "{:+.3g}", " {!r} ", '"{!r}"']),
    comma=st.booleans(),
)
def test_numbers_are_those_that_are_written(tmp_path, numbers, spelling, comma):
    """Every number is the double nearest to its digits, with a decimal point or comma."""
    texts = [spelling.format(n) for n in numbers]
    expected = [float(t.strip(' "')) for t in texts]
    if comma:
        texts = [t.replace(".", ",") for t in texts]
    path = tmp_path / "t.tsv"
    path.write_text("site\ta\n" + "".join(f"x\t{t}\n" for t in texts))
    text = lay_out(load(path))
    found = parse(text, numbers=[1])["1"].to_list()
    assert found == expected


@pytest.mark.parametrize(
    ("name", "cell", "message"),
    [
        ("s1", "23.5", "the sample column 's1' is there 2 times (columns 5, 8)"),
        ("Residue", "T", "'Residue' and 'Residue' may both hold residue letter S, T or Y, and "
                         "they differ"),
    ],
)  # fmt: skip
def test_a_header_that_is_there_twice_is_a_question(tmp_path, name, cell, message):
    """Of two columns of one name none is taken silently."""
    header, row = _text([_FULL], range(7)).splitlines()
    path = tmp_path / "t.tsv"
    path.write_text(f"{header}\t{name}\n{row}\t{cell}\n")
    with pytest.raises(DataError) as error:
        read(path, SHEET, scale="log2")
    assert error.value.problems[0].message == message


def _mutated(data, rng):
    """Change, drop, repeat or cut a few bytes."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(data)) if data else 0
        kind = rng.randrange(5)
        if kind == 0 and data:
            data[at] = rng.randrange(256)
        elif kind == 1:
            data[at:at] = bytes(rng.choice(b'"\t,;\n\r\x00\xff#+-.0N_|(') for _ in range(3))
        elif kind == 2:
            del data[at : at + rng.randint(1, 30)]
        elif kind == 3:
            data[at:at] = data[max(0, at - 40) : at]
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def test_no_byte_content_gives_a_traceback(tmp_path):
    """Mutated tables and sheets are read or refused, never more."""
    rng = random.Random(7)
    rows = [(f"P1AAA{at}", 10 * at + 1, "0.9", (f"2{at}.1234", "21.5", "")) for at in range(8)]
    rows.append(_FULL)
    maxquant = (
        "Proteins\tProtein\tPosition\tAmino acid\tLocalization prob\tNumber of Phospho (STY)\t"
        "Sequence window\tIntensity s1___1\tIntensity s2___1\tIntensity s3___1\tReverse\n"
        "P1AAA1;P2AAA2\tP1AAA1\t10\tS\t0.99\t1\tAAAAAAASAAAAAAA\t1024\t0\t2048\t\n"
        "P1AAA1;P2AAA2\tP1AAA1\t20\tT\t1\t2\tAAAAAAATAAAAAAA\t900\t800\t700\t\n"
        "\tREV__P1AAA1\t12\tT\t\t2\t\t1024\t3000\t2048\t+\n"
    )
    combined = "id\ts1\ts2\ts3\nP62753;S235-p\t20.1\t21\t22\nRPS6_S240\t21.5\tNA\t22\n"
    sheet = "sample\tsubject\tcondition\tischemia_min\ns1\ta\tpre\t5\ns2\ta\ton\t\ns3\tb\ton\t9\n"
    tables = [_text(rows, range(7)), _text(rows, range(7), ","), maxquant, combined]
    path, samples = tmp_path / "t.tsv", tmp_path / "s.tsv"
    outcomes = {"read": 0, "refused": 0}
    for step in range(160):
        path.write_bytes(_mutated(tables[step % len(tables)].encode(), rng))
        samples.write_bytes(_mutated(sheet.encode(), rng) if step % 3 == 0 else sheet.encode())
        try:
            recognise(path)
            read(path, samples)
            outcomes["read"] += 1
        except DataError:
            outcomes["refused"] += 1
        try:
            read_samples(samples)
        except DataError:
            continue
    assert min(outcomes.values()) > 15


def test_twenty_thousand_columns_and_one(tmp_path):
    """Very wide tables are read; a table of one column is refused."""
    names = [f"c{at}" for at in range(20_000)]
    path = tmp_path / "wide.tsv"
    values = "\t".join(f"{15 + at % 5}.5" for at in range(20_000))
    path.write_text("Site\t" + "\t".join(names) + f"\nRPS6_S235\t{values}\nAKT1_T308\t{values}\n")
    sheet = pd.DataFrame({"sample": names, "subject": names, "condition": "pre"})
    assert read(path, sheet).values.shape == (2, 20_000)
    path.write_text("Site\nRPS6_S235\n")
    with pytest.raises(DataError) as error:
        read(path, SHEET)
    assert error.value.problems[0].message == "the table has one column only: 'Site'"
