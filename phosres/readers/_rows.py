"""Rows of a table to rows of phosphosites: identity of each, filters, one row a multiplicity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._cells import MISSING
from phosres.readers._format import Format, Words
from phosres.readers._kinds import kind_of
from phosres.readers._owners import list_accessions, list_names, read_fasta_genes, split_ids
from phosres.readers._text import Text
from phosres.readers._windows import align_windows
from phosres.readers.formats._parsing import convert
from phosres.sites import parse_site_column

_SHOWN = 5
_SPECIES = re.compile(r"_[A-Z0-9]{3,5}$")
_LETTER = re.compile(r"p?([STYsty])(?![A-Za-z])")
_NUMBER = re.compile(r"0*([1-9]\d{0,4})(?:\.0+)?(?:\s*[;,|].*)?$")
_UNNAMED = frozenset(MISSING) | {"unknown", "Unknown"}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of phosphosites with their values.

    Parameters
    ----------
    identity
        One row a phosphosite row, with the columns of a feature table and ``row``, the row of
        the file; index 0, 1, ...
    values
        Float64, rows x samples, as they stand in the file.
    """

    identity: pd.DataFrame
    values: NDArray[np.float64]

    def take(self, keep: NDArray[np.bool_]) -> "Rows":
        """Keep some of the rows.

        Parameters
        ----------
        keep
            True for each row to keep.
        """
        if keep.all():
            return self
        return Rows(self.identity[keep].reset_index(drop=True), self.values[keep])


def identify(words: Words, roles: Mapping[str, int], record: Format, text: Text) -> pd.DataFrame:
    """Work out what each row of a table is.

    Parameters
    ----------
    words
        Columns of text by role.
    roles
        Role to position.
    record
        Format of the table.
    text
        The table.

    Returns
    -------
    One row a row of the table: gene, protein, proteins, entry_name, sites, multiplicity,
    localization, window, peptide, row, refused, and the flags decoy and contaminant.
    """
    words = dict(words)
    index = next(iter(words.values())).index
    for role in ("gene", "protein", "proteins", "entry_name"):
        if role in words:
            words[role] = words[role].mask(words[role].isin(_UNNAMED), "")
    blank = pd.Series("", index=index, dtype=object)
    owner, sites = _sites(words, blank)
    gene = list_names(words.get("gene", owner.get("gene", blank)))
    protein = list_accessions(words.get("protein", owner.get("protein", blank)))
    entry = words.get("entry_name", owner.get("entry_name", blank))
    proteins = list_accessions(words["proteins"]) if "proteins" in words else protein
    proteins = proteins.where(proteins != "", protein)
    if "gene" not in words and "fasta" in words:
        gene = read_fasta_genes(words["fasta"])
    identity = pd.DataFrame(
        {
            "gene": gene,
            "protein": convert(protein, lambda p: p.split(";", 1)[0]),
            "proteins": proteins,
            "entry_name": convert(entry, _stems),
            "sites": sites,
            "multiplicity": _multiplicity(words.get("multiplicity"), sites),
            "localization": read_localization(words.get("localization"), blank, text, roles),
            "window": words.get("windows", align_windows(words.get("window", blank), sites)),
            "peptide": words.get("peptide", blank),
            "row": text.first_row + index.to_numpy(),
            "refused": words.get("refused", blank),
        }
    )
    for flag, prefixes in (("decoy", record.decoys), ("contaminant", record.contaminants)):
        named = _start_with(protein, prefixes) | _start_with(proteins, prefixes)
        identity[flag] = _flag(words.get(flag), text, roles, flag) | named.to_numpy(dtype=bool)
    return identity


def _stems(names: str) -> str:
    """Take the species away from UniProt entry names."""
    return ";".join(_SPECIES.sub("", name) for name in names.split(";"))


def _sites(
    words: Mapping[str, "pd.Series[str]"], blank: "pd.Series[str]"
) -> tuple[dict[str, "pd.Series[str]"], "pd.Series[str]"]:
    """Return who the sites belong to, as far as the site column says, and the sites."""
    if "site" in words:
        cells = words["site"]
        if "residue" not in words and "gene" not in words and "protein" not in words:
            return split_ids(cells)
        is_combined = kind_of(cells.iloc[:2000]) == "combined"
        owner, sites = split_ids(cells) if is_combined else ({}, parse_site_column(cells))
        return owner, sites
    if "position" not in words:
        return {}, blank
    position = words["position"]
    residue = words["residue"] if "residue" in words else _centre(words.get("window", blank))
    sites = _pair(residue, position)
    joined = _are_lists(residue) & _are_lists(position)
    if joined.any():
        pairs = zip(
            residue[joined].str.split(r"[;,|]", regex=True),
            position[joined].str.split(r"[;,|]", regex=True),
            strict=True,
        )
        spelled = [
            ";".join(f"{r.strip()}{p.strip()}" for r, p in zip(rs, ps, strict=False))
            for rs, ps in pairs
        ]
        parsed = parse_site_column(pd.Series(spelled, index=sites[joined].index, dtype=object))
        sites = sites.mask(joined, parsed.reindex(sites.index))
    return {}, sites


def _start_with(cells: "pd.Series[str]", prefixes: tuple[str, ...]) -> "pd.Series[bool]":
    found = [c for c in cells.unique() if c.startswith(prefixes)]
    return cells.isin(found)


def _are_lists(cells: "pd.Series[str]") -> "pd.Series[bool]":
    found = [c for c in cells.unique() if any(mark in c for mark in ";,|")]
    return cells.isin(found)


def _pair(residue: "pd.Series[str]", position: "pd.Series[str]") -> "pd.Series[str]":
    """Join a residue and the leading one of the positions on the isoforms."""
    letter = convert(residue, lambda c: m[1].upper() if (m := _LETTER.match(c)) else "")
    number = convert(position, lambda c: m[1] if (m := _NUMBER.match(c)) else "")
    return (letter + number).where((letter != "") & (number != ""), "").astype(object)


def _centre(window: "pd.Series[str]") -> "pd.Series[str]":
    first = window.str.split(r"[;,|]", regex=True).str[0].fillna("")
    return first.map(lambda w: w[len(w) // 2] if len(w) % 2 else "").astype(object)


def _multiplicity(cells: "pd.Series[str] | None", sites: "pd.Series[str]") -> "pd.Series[int]":
    """Read the number of phosphates, else count the sites of rows that name several."""
    number = {s: s.count(";") + 1 if ";" in s else np.nan for s in sites.unique()}
    count = sites.map(number).astype(np.float64)
    if cells is not None:
        digits = cells.str.extract(r"^_*M?([1-9])(?:\.0)?$", expand=False)
        count = pd.to_numeric(digits).fillna(count)
    return count.astype("Int64")


def read_localization(
    cells: "pd.Series[str] | None",
    blank: "pd.Series[str]",
    text: Text,
    roles: Mapping[str, int],
) -> "pd.Series[float]":
    """Read probabilities, the lowest where a row has several; per cent are divided by 100.

    Parameters
    ----------
    cells
        Text, or numbers that were read before; None if there are none.
    blank
        Any column of the same rows.
    text
        The table, for messages.
    roles
        Role to position, for messages.

    Raises
    ------
    DataError
        If the numbers are no probabilities.
    """
    if cells is None:
        return pd.Series(np.nan, index=blank.index, dtype=np.float64)
    plain = pd.to_numeric(cells, errors="coerce").astype(np.float64)
    rest = cells[plain.isna() & cells.notna() & (cells != "")]
    if len(rest):
        parts = rest.str.findall(r"\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
        lowest = parts.map(lambda p: min((float(x.replace(",", ".")) for x in p), default=np.nan))
        plain = plain.where(~plain.index.isin(rest.index), lowest.reindex(plain.index))
    top, low = plain.max(), plain.min()
    if top > 100 or low < 0:
        message = f"localisation probabilities lie between {low:g} and {top:g}"
        hint = "they must be 0 to 1 (or 0 to 100); name the right column under input.columns"
        column = text.header[roles["localization"]] if "localization" in roles else None
        raise DataError(Problem(message, text.path, column=column, hint=hint))
    return plain / 100 if top > 1 else plain


def _flag(
    cells: "pd.Series[str] | None", text: Text, roles: Mapping[str, int], flag: str
) -> NDArray[np.bool_]:
    """Read a column of marks; anything but a mark means that cells are shifted."""
    if cells is None:
        return np.zeros(1, dtype=bool)
    folded = cells.str.casefold()
    marked = folded.isin(["+", "true", "1", "yes", "x"]).to_numpy(dtype=bool)
    known = marked | folded.isin(["", "false", "0", "no", "nan", "na", "-"]).to_numpy(dtype=bool)
    if not known.all():
        odd = np.flatnonzero(~known)
        column = text.header[roles[flag]]
        hint = "the rows are shifted against the header: export the table again"
        problems = [
            Problem(
                f"'{cells.iloc[at][:40]}' where only '+' or nothing can stand",
                text.path,
                line=int(text.first_row + cells.index[at]),
                column=column,
                hint=hint if at == odd[0] else "",
            )
            for at in odd[:_SHOWN]
        ]
        if len(odd) > _SHOWN:
            problems.append(Problem(f"{len(odd) - _SHOWN:,} more cells of '{column}'", text.path))
        raise DataError(problems)
    return marked
