"""Rows of a table to rows of phosphosites: identity of each, filters, one row a multiplicity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers import _distinct
from phosres.readers._cells import MISSING
from phosres.readers._format import Format
from phosres.readers._kinds import kind_of
from phosres.readers._owners import (
    find_species,
    list_accessions,
    list_names,
    read_fasta_genes,
    split_ids,
)
from phosres.readers._text import Text
from phosres.readers._windows import align_windows
from phosres.sites import parse_site_column

ROLES = frozenset(
    {
        *("gene", "protein", "proteins", "entry_name", "site", "residue", "position", "window"),
        *("peptide", "multiplicity", "localization", "fasta", "refused", "decoy", "contaminant"),
        "species",
    }
)
"""Roles of columns that say what a row is."""
_SHOWN = 5
_ROUNDED_ONE = 1.001
"""Probabilities up to this one are 1, rounded."""
_SPECIES = "_[A-Z0-9]{3,5}(;|$)"
_LETTER = re.compile(r"p?([STYsty])(?![A-Za-z])")
_NUMBER = r"^0*([1-9][0-9]{0,4})(?:\.0+)?(?:\s*[;,|].*)?$"
_UNNAMED = (*MISSING, "unknown", "Unknown")
# What a list of names or accessions may be written with, other than semicolons.
_LISTED = "[,| /]"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of phosphosites with their values.

    Parameters
    ----------
    identity
        One row a phosphosite row, with the columns of a feature table, ``row``, the row of the
        file, and ``weight``, the number of rows of the file it stands for.
    values
        Float64, rows x samples, as they stand in the file.
    """

    identity: pl.DataFrame
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
        return Rows(self.identity.filter(pl.Series(keep)), self.gather(np.flatnonzero(keep)))

    def gather(self, at: NDArray[np.intp]) -> NDArray[np.float64]:
        """Take the values of some rows, a column after the other as they lie in memory.

        Parameters
        ----------
        at
            Numbers of the rows.
        """
        return self.values.T[:, at].T


def identify(
    words: Mapping[str, pl.Series],
    row: NDArray[np.int64],
    roles: Mapping[str, int],
    record: Format,
    text: Text,
) -> pl.DataFrame:
    """Work out what each row of a table is.

    Parameters
    ----------
    words
        Columns by role: text, ``""`` where empty, and numbers.
    row
        Row of the file.
    roles
        Role to position.
    record
        Format of the table.
    text
        The table.

    Returns
    -------
    One row a row of the table: gene, protein, proteins, entry_name, sites, multiplicity,
    localization, window, peptide, species, row, refused, and the flags decoy and contaminant.
    """
    words = dict(words)
    blank = pl.Series([""], dtype=pl.String).new_from_index(0, len(row))
    for role in ("gene", "protein", "proteins", "entry_name"):
        if role in words:
            words[role] = words[role].replace(dict.fromkeys(_UNNAMED, ""))
    owner, sites = _sites(words, blank)
    gene = words.get("gene", owner.get("gene", blank))
    gene = _distinct.convert(gene, list_names, _LISTED)
    protein = words.get("protein", owner.get("protein", blank))
    protein = _distinct.convert(protein, list_accessions, _LISTED)
    entry = words.get("entry_name", owner.get("entry_name", blank))
    proteins = protein
    if "proteins" in words:
        proteins = _distinct.convert(words["proteins"], list_accessions, _LISTED)
        proteins = proteins.zip_with(proteins != "", protein)
    if "gene" not in words and "fasta" in words:
        gene = _distinct.convert(words["fasta"], read_fasta_genes)
    windows = words.get("windows")
    if windows is None:
        windows = align_windows(words.get("window", blank), sites)
    columns = {
        "gene": gene,
        "protein": protein.str.split(";").list.first(),
        "proteins": proteins,
        "entry_name": entry.str.replace_all(_SPECIES, "${1}"),
        "sites": sites,
        "multiplicity": _multiplicity(words.get("multiplicity"), sites),
        "localization": read_localization(words.get("localization"), blank, text, roles),
        "window": windows,
        "peptide": words.get("peptide", blank),
        "species": find_species({**owner, **words}, blank),
        "row": pl.Series(row),
        "refused": words.get("refused", blank),
    }
    for flag, prefixes in (("decoy", record.decoys), ("contaminant", record.contaminants)):
        pattern = f"^(?:{'|'.join(map(re.escape, prefixes))})"
        named = protein.str.contains(pattern) | proteins.str.contains(pattern)
        columns[flag] = named | _flag(words.get(flag), text, roles, flag, row)
    return pl.DataFrame(columns)


def _sites(
    words: Mapping[str, pl.Series], blank: pl.Series
) -> tuple[dict[str, pl.Series], pl.Series]:
    """Return who the sites belong to, as far as the site column says, and the sites."""
    if "site" in words:
        cells = words["site"]
        is_alone = "residue" not in words and "gene" not in words and "protein" not in words
        if is_alone or kind_of(_distinct.to_pandas(cells.head(2000))) in {"combined", "compound"}:
            return _split(cells)
        return {}, _distinct.convert(cells, parse_site_column)
    if "position" not in words:
        return {}, blank
    position = words["position"]
    residue = words["residue"] if "residue" in words else _centre(words.get("window", blank))
    sites = _pair(residue, position)
    joined = (residue.str.contains("[;,|]") & position.str.contains("[;,|]")).arg_true()
    if len(joined):
        parts = (c.gather(joined).str.replace_all("[,|]", ";") for c in (residue, position))
        split = [c.str.split(";").to_list() for c in parts]
        spelled = [
            ";".join(f"{r.strip()}{p.strip()}" for r, p in zip(rs, ps, strict=False))
            for rs, ps in zip(*split, strict=True)
        ]
        listed = _distinct.convert(pl.Series(spelled, dtype=pl.String), parse_site_column)
        sites = sites.clone().scatter(joined, listed)
    return {}, sites


def _split(cells: pl.Series) -> tuple[dict[str, pl.Series], pl.Series]:
    """Split identifiers that hold owner and site, each spelling once."""
    owner, sites = split_ids(_distinct.to_pandas(cells))
    return _distinct.from_pandas(owner), _distinct.from_pandas({"sites": sites})["sites"]


def _pair(residue: pl.Series, position: pl.Series) -> pl.Series:
    """Join a residue and the leading one of the positions on the isoforms."""
    letter = _distinct.spell(residue, lambda c: m[1].upper() if (m := _LETTER.match(c)) else "")
    number = position.str.extract(_NUMBER).fill_null("")
    sites = letter + number
    return sites.set((letter == "") | (number == ""), "")


def _centre(window: pl.Series) -> pl.Series:
    def read(cell: str) -> str:
        first = re.split("[;,|]", cell)[0]
        return first[len(first) // 2] if len(first) % 2 else ""

    return _distinct.spell(window, read)


def _multiplicity(cells: pl.Series | None, sites: pl.Series) -> pl.Series:
    """Read the number of phosphates, else count the sites of rows that name several."""
    several = sites.str.count_matches(";", literal=True).cast(pl.Int64) + 1
    count = several.set(several == 1, None)
    if cells is None:
        return count
    given = cells.str.extract(r"^_*M?([1-9])(?:\.0)?$").cast(pl.Int64)
    return given.zip_with(given.is_not_null(), count)


def read_localization(
    cells: pl.Series | None, blank: pl.Series, text: Text, roles: Mapping[str, int]
) -> pl.Series:
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
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, len(blank))
    plain = cells.cast(pl.Float64, strict=False).fill_nan(None)
    if cells.dtype == pl.String:
        odd = (plain.is_null() & (cells != "")).arg_true()
        rest = cells.gather(odd)
        lowest = {c: _lowest(c) for c in rest.unique().to_list()}
        if lowest:
            listed = pl.Series([lowest[c] for c in rest.to_list()], dtype=pl.Float64)
            plain = plain.clone().scatter(odd, listed)
    top, low = (float(x) if isinstance(x, float) else np.nan for x in (plain.max(), plain.min()))
    if top > 100 or low < 0:
        message = f"localisation probabilities lie between {low:g} and {top:g}"
        hint = "they must be 0 to 1 (or 0 to 100); name the right column under input.columns"
        column = text.header[roles["localization"]] if "localization" in roles else None
        raise DataError(Problem(message, text.path, column=column, hint=hint))
    if top <= _ROUNDED_ONE:
        return plain.clip(upper_bound=1.0)
    middle = plain.median()
    if isinstance(middle, float) and middle <= 1:
        message = f"most localisation probabilities are at most 1, the highest is {top:g}"
        hint = "they must be 0 to 1, or 0 to 100, throughout: correct the column"
        column = text.header[roles["localization"]] if "localization" in roles else None
        raise DataError(Problem(message, text.path, column=column, hint=hint))
    return plain / 100


def _lowest(cell: str) -> float | None:
    numbers = re.findall(r"\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?", cell)
    return min((float(n.replace(",", ".")) for n in numbers), default=None)


def _flag(
    cells: pl.Series | None,
    text: Text,
    roles: Mapping[str, int],
    flag: str,
    row: NDArray[np.int64],
) -> pl.Series:
    """Read a column of marks; anything but a mark means that cells are shifted."""
    if cells is None:
        return pl.Series([False]).new_from_index(0, len(row))
    folded = cells.str.to_lowercase()
    marked = folded.is_in(["+", "true", "1", "yes", "x"])
    known = marked | folded.is_in(["", "false", "0", "no", "nan", "na", "-"])
    if not known.all():
        odd = (~known).arg_true().to_list()
        column = text.header[roles[flag]]
        hint = "the rows are shifted against the header: export the table again"
        problems = [
            Problem(
                f"'{cells[at][:40]}' where only '+' or nothing can stand",
                text.path,
                line=int(row[at]),
                column=column,
                hint=hint if at == odd[0] else "",
            )
            for at in odd[:_SHOWN]
        ]
        if len(odd) > _SHOWN:
            problems.append(Problem(f"{len(odd) - _SHOWN:,} more cells of '{column}'", text.path))
        raise DataError(problems)
    return marked
