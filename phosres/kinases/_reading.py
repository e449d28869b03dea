"""Files of networks: a table of edges, or a GMT of signed sets of sites."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pandas as pd

from phosres.errors import DataError, Problem
from phosres.kinases._network import SHOWN, WEIGHTS, check_network

# PTMsigDB writes a site and its direction in the set: "P31749;S473-p;u" (up) or "...;d" (down).
_DIRECTION = re.compile(r"^(?P<target>.+?);(?P<direction>[ud])$")
SIGNS = {"u": 1.0, "d": -1.0}


def read_network(path: str | Path) -> pd.DataFrame:
    """Read a network of sets of sites.

    Parameters
    ----------
    path
        A table separated by tabs or commas with columns source, target and weight or mor (as
        decoupler writes it; a first column without a name is ignored), an OmniPath
        enzyme-substrate export, or a GMT whose sites may end in ``;u`` or ``;d`` (PTMsigDB);
        each also gzipped.

    Returns
    -------
    Columns source, target, weight; an edge is there once.

    Raises
    ------
    DataError
        If the file cannot be read or used, with every problem.
    """
    path = Path(path)
    text = _read_text(path)
    gmt = ".gmt" in (suffix.lower() for suffix in path.suffixes)
    try:
        return check_network(_read_gmt(text) if gmt else _read_table(text))
    except DataError as error:
        problems = [
            Problem(p.message, p.file or str(path), p.line, p.column, p.hint)
            for p in error.problems
        ]
        raise DataError(problems) from None


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
                problems.append(Problem(message, line=records.line_num, hint="one edge a row"))
    except csv.Error as error:
        problems.append(Problem(f"not a table: {error}", line=records.line_num))
    if problems:
        raise DataError(_shorten(problems))
    table = pd.DataFrame(rows, columns=header, dtype=object)
    table.columns = table.columns.str.strip()
    if {"enzyme_genesymbol", "substrate_genesymbol", "residue_offset"} <= set(table.columns):
        return _from_omnipath(table)
    lowered = {c: c.lower() for c in table.columns if c.lower() in ("source", "target", *WEIGHTS)}
    table = table.rename(columns=lowered)
    for column in lowered.values():
        table[column] = table[column].str.strip()
    return table


def _from_omnipath(table: pd.DataFrame) -> pd.DataFrame:
    if "modification" in table.columns:
        # Both kinases and phosphatases are enzymes there; the sign says which.
        table = table[table["modification"].isin(["phosphorylation", "dephosphorylation"])]
        weight = table["modification"].map({"phosphorylation": 1.0, "dephosphorylation": -1.0})
    else:
        weight = pd.Series(1.0, index=table.index)
    target = table["substrate_genesymbol"] + "_" + table["residue_type"] + table["residue_offset"]
    return pd.DataFrame({"source": table["enzyme_genesymbol"], "target": target, "weight": weight})


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
