"""Gene names that a spreadsheet turned into dates or numbers: found, restored if one gene fits."""

import re

import pandas as pd

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9}
_MONTHS |= {"sept": 9, "oct": 10, "nov": 11, "dec": 12, "mrz": 3, "okt": 10, "dez": 12, "mär": 3}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})[-./ ](?P<month>{_NAME})\.?(?:[-./ ]\d{{2,4}})?", re.I)
_MONTH_FIRST = re.compile(rf"(?P<month>{_NAME})\.?[-./ ](?P<day>\d{{1,2}})", re.I)
_ISO = re.compile(r"\d{4}-(?P<month>\d{2})-(?P<day>\d{2})(?:[ T]00:00:00(?:\.0+)?)?")
# https://doi.org/10.1186/s13059-016-1044-7; HGNC renamed these families in 2020. MARC1 and MARC2
# (now MTARC1, MTARC2) became the same cells as MARCH1 and MARCH2.
_SEPTINS = {*range(1, 13), 14}
_MARCHES = range(3, 12)


# What 1-Mar and 2-Mar were only an accession tells (UniProtKB, human and mouse).
_BY_ACCESSION = {
    **dict.fromkeys(("Q8TCQ1", "Q6NZQ8"), "MARCHF1"),
    **dict.fromkeys(("Q9P0N8", "Q99M02"), "MARCHF2"),
    **dict.fromkeys(("Q5VT66", "Q9CW42"), "MTARC1"),
    **dict.fromkeys(("Q969Z3", "Q922Q1"), "MTARC2"),
}
# RIKEN names of mouse genes such as 2310009E13Rik without Rik: two digits are lost, and with them
# the gene.
_NUMBER = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,2}", re.IGNORECASE)


def repair_genes(
    genes: "pd.Series[str]", proteins: "pd.Series[str] | None" = None
) -> tuple["pd.Series[str]", tuple[str, ...]]:
    """Restore gene symbols that stand as dates.

    Parameters
    ----------
    genes
        Gene symbols, ``;``-joined.
    proteins
        Accessions of the same rows, ``;``-joined: they decide where two genes became one date.

    Returns
    -------
    The symbols, and sentences on what was restored and on what was left as it is.
    """
    if proteins is None:
        proteins = pd.Series("", index=genes.index, dtype=object)
    restored: dict[tuple[str, str], str] = {}
    left: set[str] = set()
    numbers: set[str] = set()
    for cell, accessions in set(zip(genes, proteins, strict=True)):
        parts = cell.split(";")
        numbers |= {part for part in parts if _NUMBER.fullmatch(part)}
        found = [_read_date(part) for part in parts]
        if not any(found):
            continue
        new = [
            _restore(*date, accessions) if date else part
            for part, date in zip(parts, found, strict=True)
        ]
        left |= {part for part, name in zip(parts, new, strict=True) if not name}
        restored[cell, accessions] = ";".join(n or p for p, n in zip(parts, new, strict=True))
    cells = list(zip(genes, proteins, strict=True))
    repaired = [restored.get(pair, pair[0]) for pair in cells]
    changed = {pair[0]: new for pair, new in restored.items() if pair[0] != new}
    rows = sum(new != old for new, old in zip(repaired, genes, strict=True))
    warnings = _sentences(rows, changed, left, numbers)
    return pd.Series(repaired, index=genes.index, dtype=object), warnings


def _sentences(
    rows: int, changed: dict[str, str], left: set[str], numbers: set[str]
) -> tuple[str, ...]:
    warnings = []
    if rows:
        shown = ", ".join(f"'{old}' as {new}" for old, new in sorted(changed.items())[:4])
        warnings.append(
            f"{rows:,} rows: gene names that a spreadsheet turned into dates were restored: {shown}"
        )
    if left:
        warnings.append(
            f"gene names that look like dates of a spreadsheet were left as they are, because "
            f"several genes or none fit: {_quote(left)}"
        )
    if numbers:
        warnings.append(
            "gene names that a spreadsheet turned into numbers were left as they are, because "
            f"digits are lost: {_quote(numbers)}"
        )
    return tuple(warnings)


def _quote(names: set[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names)[:4])


def _read_date(text: str) -> tuple[int, int] | None:
    """Read day and month of a date; None if it is none."""
    found = _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text) or _ISO.fullmatch(text)
    if found is None:
        return None
    month = found["month"].lower()
    return int(found["day"]), int(month) if month.isdigit() else _MONTHS[month]


def _restore(day: int, month: int, accessions: str) -> str:
    """Name the gene that became a date, ``""`` if none or several could have."""
    if month == 9 and day in _SEPTINS:
        return f"SEPTIN{day}"
    if month == 9 and day == 15:
        return "SELENOF"  # SEP15 until 2016; there is no fifteenth septin
    if month == 3 and day in _MARCHES:
        return f"MARCHF{day}"
    if month == 3:
        told = {_BY_ACCESSION.get(name.split("-", 1)[0], "") for name in accessions.split(";")}
        fits = [name for name in told if name.endswith(str(day))]
        return fits[0] if len(fits) == 1 else ""
    if month == 12 and day == 1:
        return "DELEC1"
    return ""
