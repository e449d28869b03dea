"""Gene names that a spreadsheet turned into dates: found, and restored where only one gene fits."""

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


def _restore(day: int, month: int) -> str:
    if month == 9 and day in _SEPTINS:
        return f"SEPTIN{day}"
    if month == 9 and day == 15:
        return "SELENOF"  # SEP15 until 2016; there is no fifteenth septin
    if month == 3 and day in _MARCHES:
        return f"MARCHF{day}"
    if month == 12 and day == 1:
        return "DELEC1"
    return ""


def repair_genes(genes: "pd.Series[str]") -> tuple["pd.Series[str]", tuple[str, ...]]:
    """Restore gene symbols that stand as dates.

    Parameters
    ----------
    genes
        Gene symbols, ``;``-joined.

    Returns
    -------
    The symbols, and a sentence on what was restored and one on what was left as it is.
    """
    restored: dict[str, str] = {}
    left: list[str] = []
    for cell in genes.unique():
        parts = cell.split(";")
        found = [_DAY_FIRST.fullmatch(p) or _MONTH_FIRST.fullmatch(p) or _ISO.fullmatch(p)
                 for p in parts]  # fmt: skip
        if not any(found):
            continue
        new = [_restored(p, m) for p, m in zip(parts, found, strict=True)]
        left += [p for p, n in zip(parts, new, strict=True) if not n]
        restored[cell] = ";".join(n or p for p, n in zip(parts, new, strict=True))
    if not restored:
        return genes, ()
    changed = {old: new for old, new in restored.items() if old != new}
    warnings = []
    if changed:
        rows = int(genes.isin(list(changed)).sum())
        shown = ", ".join(f"'{old}' as {new}" for old, new in sorted(changed.items())[:4])
        warnings.append(
            f"{rows:,} rows: gene names that a spreadsheet turned into dates were restored: {shown}"
        )
    if left:
        shown = ", ".join(f"'{name}'" for name in sorted(set(left))[:4])
        warnings.append(
            f"gene names that look like dates of a spreadsheet were left as they are, because "
            f"several genes or none fit: {shown}"
        )
    return genes.replace(changed).astype(object), tuple(warnings)


def _restored(part: str, match: re.Match[str] | None) -> str:
    if match is None:
        return part
    month = match["month"].lower()
    return _restore(int(match["day"]), int(month) if month.isdigit() else _MONTHS[month])
