"""Files of networks: a table of edges, or a GMT of signed sets of sites."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

import pandas as pd

from phosres.errors import DataError, Problem
from phosres.kinases._exports import Edges, read_rows
from phosres.kinases._network import SHOWN, check_network

# PTMsigDB writes a site and its direction in the set: "P31749;S473-p;u" (up) or "...;d" (down).
_DIRECTION = re.compile(r"^(?P<target>.+?);(?P<direction>[ud])$")
SIGNS = {"u": 1.0, "d": -1.0}
PREAMBLE = 5
"""Most lines that may stand before a header."""


def read_network(
    path: str | Path, *, format_: str = "auto", columns: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Read a network of sets of sites.

    Parameters
    ----------
    path
        A table separated by tabs or commas with columns source, target and weight or mor (as
        decoupler writes it; a first column without a name is ignored), an OmniPath
        enzyme-substrate export, SIGNOR's relations, a kinase-substrate table as PhosphoSitePlus
        and KSEA programs write it, or a GMT whose sites may end in ``;u`` or ``;d`` (PTMsigDB);
        each also gzipped.
    format_
        ``auto``, ``gmt``, ``omnipath``, ``signor``, ``psp`` or ``table``.
    columns
        For tables whose headers are others: role to header; roles are source, target, gene,
        accession, site, window, weight.

    Returns
    -------
    Columns source, target, weight; an edge is there once.

    Raises
    ------
    DataError
        If the file cannot be read or used, with every problem.
    """
    return read_edges(path, format_=format_, columns=columns).table[["source", "target", "weight"]]


def read_edges(
    path: str | Path, *, format_: str = "auto", columns: Mapping[str, str] | None = None
) -> Edges:
    """Read a network with all that its file says about its sites.

    Parameters
    ----------
    path, format_, columns
        As for `read_network`.

    Returns
    -------
    The edges, each once, and what was dropped.

    Raises
    ------
    DataError
        As for `read_network`.
    """
    path = Path(path)
    text = _read_text(path)
    gmt = format_ == "gmt" or (
        format_ == "auto" and ".gmt" in (suffix.lower() for suffix in path.suffixes)
    )
    try:
        if gmt:
            return Edges(check_network(_read_gmt(text)), "gmt")
        found = read_rows(_read_table(text), format_, columns or {})
        edges = check_network(found.table)
    except DataError as error:
        problems = [
            Problem(p.message, p.file or str(path), p.line, p.column, p.hint)
            for p in error.problems
        ]
        raise DataError(problems) from None
    details = found.table.drop(columns=["source", "weight"]).drop_duplicates("target")
    return Edges(edges.merge(details, on="target", how="left"), found.layout, found.dropped)


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(
            Problem(f"cannot read the network: {reason}", str(path), hint="UTF-8 text, or gzipped")
        ) from None
    if not text.strip():
        raise DataError(Problem("the file is empty", str(path)))
    return text


def _read_table(text: str) -> pd.DataFrame:
    text, skipped = _skip_preamble(text)
    separator = "\t" if "\t" in text.split("\n", 1)[0] else ","
    records = csv.reader(StringIO(text), delimiter=separator)
    rows, problems = [], []
    try:
        header = next(records)
        for cells in records:
            if len(cells) == len(header):
                rows.append(cells)
            elif any(cell.strip() for cell in cells):
                message = f"{len(cells)} cells, the header has {len(header)}"
                line = records.line_num + skipped
                problems.append(Problem(message, line=line, hint="one edge a row"))
    except csv.Error as error:
        problems.append(Problem(f"not a table: {error}", line=records.line_num))
    if problems:
        raise DataError(_shorten(problems))
    table = pd.DataFrame(rows, columns=header, dtype=object)
    table.columns = table.columns.str.strip()
    return table


def _skip_preamble(text: str) -> tuple[str, int]:
    """Drop lines of one cell before a header of several (PhosphoSitePlus: date and licence)."""
    lines = text.split("\n", PREAMBLE + 1)
    if "\t" in lines[0]:
        return text, 0
    start = next((i for i, line in enumerate(lines[: PREAMBLE + 1]) if line.count("\t") > 1), 0)
    return "\n".join(lines[start:]), start


def _read_gmt(text: str) -> pd.DataFrame:
    problems: list[Problem] = []
    edges = list(_edges(text, problems))
    if problems:
        raise DataError(_shorten(problems))
    return pd.DataFrame(edges, columns=["source", "target", "weight"])


def _edges(text: str, problems: list[Problem]) -> Iterator[tuple[str, str, float]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, *rest = line.rstrip("\n").split("\t")
        if len(rest) < 2:
            found = f"{1 + len(rest)} cells"
            problems.append(
                Problem(
                    f"a set needs a name, a description and sites, found {found}",
                    line=number,
                    hint="cells of a GMT are separated by tabs",
                )
            )
            continue
        for cell in rest[1:]:
            site = cell.strip()
            if site:
                signed = _DIRECTION.match(site)
                target = signed["target"] if signed else site
                yield name.strip(), target, SIGNS[signed["direction"]] if signed else 1.0


def _shorten(problems: list[Problem]) -> list[Problem]:
    more = len(problems) - SHOWN
    return (
        problems if more <= 0 else [*problems[:SHOWN], Problem(f"and {more} more rows like these")]
    )
