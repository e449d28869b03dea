"""Rows of a table to rows of phosphosites: identity of each, filters, one row a multiplicity."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._cells import MISSING
from phosres.readers._format import Format
from phosres.readers._identifiers import ACCESSIONS, COMBINED, kind_of
from phosres.readers._text import Text
from phosres.sites import parse_site_column, trim_window

_SHOWN = 5
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


def identify(
    frame: pd.DataFrame, roles: Mapping[str, int], record: Format, text: Text
) -> pd.DataFrame:
    """Work out what each row of a table is.

    Parameters
    ----------
    frame
        The columns with a role, as text, named by position.
    roles
        Role to position.
    record
        Format of the table.
    text
        The table.

    Returns
    -------
    One row a row of `frame`: gene, protein, proteins, entry_name, sites, multiplicity,
    localization, window, peptide, row, and the flags decoy and contaminant.
    """
    words = {role: frame[at] for role, at in roles.items()}
    for role in ("gene", "protein", "proteins", "entry_name"):
        if role in words:
            words[role] = words[role].mask(words[role].isin(_UNNAMED), "")
    blank = pd.Series("", index=frame.index, dtype=object)
    owner, sites = _sites(words, blank)
    gene = _list(words.get("gene", owner.get("gene", blank)))
    protein = _accessions(words.get("protein", owner.get("protein", blank)))
    entry = words.get("entry_name", owner.get("entry_name", blank))
    proteins = _accessions(words["proteins"]) if "proteins" in words else protein
    proteins = proteins.where(proteins != "", protein)
    if "gene" not in words and "fasta" in words:
        gene = _genes_of_fasta(words["fasta"])
    identity = pd.DataFrame(
        {
            "gene": gene,
            "protein": protein.str.split(";").str[0],
            "proteins": proteins,
            "entry_name": entry.str.replace(r"_[A-Z0-9]{3,5}$", "", regex=True),
            "sites": sites,
            "multiplicity": _multiplicity(words.get("multiplicity"), sites),
            "localization": _localization(words.get("localization"), blank, text, roles),
            "window": _windows(words.get("window", blank), sites),
            "peptide": words.get("peptide", blank),
            "row": text.first_row + frame.index.to_numpy(),
        }
    )
    for flag, prefixes in (("decoy", record.decoys), ("contaminant", record.contaminants)):
        named = protein.str.startswith(prefixes) | proteins.str.startswith(prefixes)
        identity[flag] = _flag(words.get(flag), text, roles, flag) | named.to_numpy(dtype=bool)
    return identity


def _sites(
    words: Mapping[str, "pd.Series[str]"], blank: "pd.Series[str]"
) -> tuple[dict[str, "pd.Series[str]"], "pd.Series[str]"]:
    """Return who the sites belong to, as far as the site column says, and the sites."""
    if "site" in words:
        cells = words["site"]
        if "residue" not in words and "gene" not in words and "protein" not in words:
            return _split(cells)
        is_combined = kind_of(cells.iloc[:2000]) == "combined"
        owner, sites = _split(cells) if is_combined else ({}, parse_site_column(cells))
        return owner, sites
    if "position" not in words:
        return {}, blank
    position = words["position"]
    residue = words["residue"] if "residue" in words else _centre(words.get("window", blank))
    sites = _pair(residue, position)
    joined = residue.str.contains(r"[;,|]", regex=True) & position.str.contains(
        r"[;,|]", regex=True
    )
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


def _pair(residue: "pd.Series[str]", position: "pd.Series[str]") -> "pd.Series[str]":
    """Join a residue and the leading one of the positions on the isoforms."""
    letter = residue.str.extract(r"^p?([STYsty])(?![A-Za-z])", expand=False).str.upper()
    number = position.str.extract(r"^0*([1-9]\d{0,4})(?:\.0+)?(?:\s*[;,|].*)?$", expand=False)
    return (letter + number).fillna("").astype(object)


def _centre(window: "pd.Series[str]") -> "pd.Series[str]":
    first = window.str.split(r"[;,|]", regex=True).str[0].fillna("")
    return first.map(lambda w: w[len(w) // 2] if len(w) % 2 else "").astype(object)


def _split(cells: "pd.Series[str]") -> tuple[dict[str, "pd.Series[str]"], "pd.Series[str]"]:
    """Split ``P62753_S235`` and its like into owner and sites, each spelling once."""
    distinct = pd.Series(cells.unique(), dtype=object)
    parts = distinct.str.extract(rf"^{COMBINED.pattern}$")
    parts.index = pd.Index(distinct, dtype=object)
    sites = parse_site_column(parts["site"].fillna(""))
    prefix = parts["prefix"].fillna("").astype(object)
    whole = cells.map(prefix)
    kind = kind_of(prefix.iloc[:2000])
    is_accession = prefix.map(lambda p: bool(ACCESSIONS.fullmatch(p)))
    owner: dict[str, pd.Series[str]] = {}
    if kind == "accession":
        owner["protein"] = whole
        entry = prefix.str.extract(r"^(?:sp|tr)\|[^|]+\|(\w+)$", expand=False).fillna("")
        if entry.any():
            owner["entry_name"] = cells.map(entry)
    elif kind == "entry_name":
        owner["entry_name"] = whole
    else:
        owner["gene"] = cells.map(prefix.mask(is_accession, ""))
        owner["protein"] = cells.map(prefix.where(is_accession, ""))
    return owner, cells.map(sites)


def _list(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Write a list of names with semicolons, whatever it was written with."""
    odd = [c for c in cells.unique() if any(s in c for s in ",| /")]
    names = {
        c: ";".join(
            n
            for n in c.replace(",", ";")
            .replace("|", ";")
            .replace("/", ";")
            .replace(" ", ";")
            .split(";")
            if n
        )
        for c in odd
    }
    return cells.replace(names).astype(object) if names else cells


def _accessions(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Reduce ``sp|P62753|RS6_HUMAN`` to the accession; lists are written with semicolons."""
    odd = [c for c in cells.unique() if "|" in c or "," in c or " " in c]
    names = {}
    for cell in odd:
        parts = []
        for one in cell.replace(",", ";").replace(" ", ";").split(";"):
            pieces = one.split("|")
            parts.append(_head(pieces))
        names[cell] = ";".join(p for p in parts if p)
    return cells.replace(names).astype(object) if names else cells


def _head(pieces: list[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    mark = pieces[0].removesuffix("sp").removesuffix("tr")
    return mark + pieces[1] if pieces[0].endswith(("sp", "tr")) else ";".join(pieces)


def _genes_of_fasta(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Take gene symbols from the ``GN=`` of FASTA headers."""
    spelled = {
        c: ";".join(dict.fromkeys(part.split(" ", 1)[0] for part in c.split("GN=")[1:]))
        for c in cells.unique()
    }
    return cells.map(spelled).str.replace(r";>.*$", "", regex=True).astype(object)


def _multiplicity(cells: "pd.Series[str] | None", sites: "pd.Series[str]") -> "pd.Series[int]":
    """Read the number of phosphates, else count the sites of rows that name several."""
    count = sites.str.count(";").add(1).where(sites.str.contains(";", regex=False))
    if cells is not None:
        digits = cells.str.extract(r"^_*M?([1-9])(?:\.0)?$", expand=False)
        count = pd.to_numeric(digits).fillna(count)
    return count.astype("Int64")


def _localization(
    cells: "pd.Series[str] | None",
    blank: "pd.Series[str]",
    text: Text,
    roles: Mapping[str, int],
) -> "pd.Series[float]":
    """Read probabilities, the lowest where a row has several; per cent are divided by 100."""
    if cells is None:
        return pd.Series(np.nan, index=blank.index, dtype=np.float64)
    plain = pd.to_numeric(cells, errors="coerce").astype(np.float64)
    rest = cells[plain.isna() & (cells != "")]
    if len(rest):
        parts = rest.str.findall(r"\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
        lowest = parts.map(lambda p: min((float(x.replace(",", ".")) for x in p), default=np.nan))
        plain = plain.where(~plain.index.isin(rest.index), lowest.reindex(plain.index))
    top, low = plain.max(), plain.min()
    if top > 100 or low < 0:
        message = f"localisation probabilities lie between {low:g} and {top:g}"
        hint = "they must be 0 to 1 (or 0 to 100); name the right column under input.columns"
        column = text.header[roles["localization"]]
        raise DataError(Problem(message, text.path, column=column, hint=hint))
    return plain / 100 if top > 1 else plain


def _windows(cells: "pd.Series[str]", sites: "pd.Series[str]") -> "pd.Series[str]":
    """Trim windows to 15-mers and align them with the sites."""
    if not cells.ne("").any():
        return cells
    trimmed = {c: _trim(c) for c in cells.unique()}
    windows = cells.map({c: w[0] if w else "" for c, w in trimmed.items()})
    several = sites.str.contains(";", regex=False) & (windows != "")
    if several.any():
        aligned = [
            _align(trimmed[c], s.split(";"))
            for c, s in zip(cells[several], sites[several], strict=True)
        ]
        windows = windows.mask(
            several, pd.Series(aligned, index=windows[several].index).reindex(windows.index)
        )
    return windows.astype(object)


def _trim(cell: str) -> list[str]:
    return [trim_window(w) for w in cell.replace(",", ";").replace("|", ";").split(";")]


def _align(windows: list[str], sites: list[str]) -> str:
    if len(windows) == len(sites):
        return ";".join(windows)
    at = next((i for i, s in enumerate(sites) if windows[0] and windows[0][7] == s[0]), 0)
    return ";".join(windows[0] if i == at else "" for i in range(len(sites)))


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
