"""SDRF-Proteomics: one row a sample, file, channel and fraction.

The subject is ``characteristics[individual]`` and nothing else: numbers of biological replicates
restart in each group. The condition is, in this order,

1. a column ``condition``, plain, as characteristic or as factor value;
2. the treatments, doses and times that differ between samples, joined in the order of the file:
   those among the factor values, else those among the characteristics;
3. the one other factor value that differs.

Where none or several are left it cannot be told. Pooled samples are set aside.
Specification: https://github.com/bigbio/proteomics-sample-metadata
"""

import re
from collections.abc import Sequence

import pandas as pd

from phosres.errors import Problem
from phosres.readers._format import normalise
from phosres.readers.sheets._file import Lines
from phosres.readers.sheets._nouns import Annotation
from phosres.readers.sheets._vendors import REFERENCE

_TITLE = "the SDRF annotation"
_CHARACTERISTIC, _FACTOR = "characteristics.", "factor.value."
_NO_VALUE = re.compile(r"(?:not (?:available|applicable|provided)|anonymi[sz]ed|n/?a|)", re.I)
_TERM = re.compile(r"(?:^|;)\s*NT\s*=\s*([^;]*)", re.IGNORECASE)
_POOLED = re.compile(r"pooled|SN\s*=.*", re.IGNORECASE)
_TREATMENTS = re.compile(
    r"(?:.*\.)?(?:treatments?|treatment\.status|compounds?|drugs?|agents?|stimul(?:us|ation)|"
    r"perturbation|exposure|inhibitors?|therapy|dose|concentration|compound\.dose)"
)
_TIMES = re.compile(
    r"(?:.*\.)?(?:time|times|time\.?points?|sampling\.time|time\.course|duration|visit|"
    r"(?:treatment|exposure|incubation|collection)\.time)"
)
_CALLED = {
    "individual": "subject",
    "biological.replicate": "replicate",
    "organism.part": "tissue",
    "compound": "drug",
    "batch": "batch",
    "tumor.purity": "purity",
    "treatment.response": "response",
}
_TECHNICAL = re.compile(
    r"(?:.*\.)?(?:replicate|fraction|fraction\.identifier|label|individual|batch|data\.file)"
)


def read_sdrf(lines: Lines) -> Annotation | None:
    """Read an SDRF annotation.

    Parameters
    ----------
    lines
        Rows of the file.

    Returns
    -------
    None if it is none.
    """
    header = [normalise(c) for c in lines.cells[0]]
    if "source.name" not in header or not any(h.startswith(_CHARACTERISTIC) for h in header):
        return None
    cells = _merge(header, lines.cells[1:])
    names = _name(cells)
    frame = _describe(cells)
    pooled = _find_pools(cells)
    if pooled.any():
        frame["exclude"] = pd.Series("", index=cells.index, dtype=object).mask(pooled, "yes")
    notes, lacks = [], []
    condition, how = _condition(cells[~pooled])
    if condition:
        frame["condition"] = _join(cells, condition)
        notes.append(f"SDRF: the condition was read from {how}")
    else:
        hint = "add a column 'condition' to it, or a factor value that tells the samples apart"
        lacks.append(Problem(f"{_TITLE} does not tell the condition: {how}", lines.path, hint=hint))
    if "subject" not in frame or not frame["subject"][~pooled].any():
        message = f"{_TITLE} has no characteristics[individual] with values, so samples of one "
        message += "subject cannot be told (numbers of replicates restart in each group)"
        hint = "add the column, with the patient, animal or cell line of each row"
        lacks.append(Problem(message, lines.path, hint=hint))
    rows = lines.rows[1:]
    return Annotation(_TITLE, lines.path, frame, rows, names, tuple(lacks), tuple(notes))


def _merge(header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """Lay cells out by header; the values of repeated headers are joined, each once."""
    named = {re.sub(r"\.\d+$", "", h) for h in header}
    plain = [b if (b := re.sub(r"\.\d+$", "", h)) in named & {*header} else h for h in header]
    places: dict[str, list[int]] = {}
    for at, name in enumerate(plain):
        places.setdefault(name, []).append(at)
    read = {
        name: [" + ".join(dict.fromkeys(v for a in at if (v := _read(row[a])))) for row in rows]
        for name, at in places.items()
        if name
    }
    return pd.DataFrame(read, dtype=object)


def _read(cell: str) -> str:
    """Return the value of a cell: the name of an ontology term, nothing for a reserved word."""
    term = _TERM.search(cell)
    value = term[1].strip() if term else cell
    return "" if _NO_VALUE.fullmatch(value) else value


def _name(cells: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the names a table may give the samples."""
    made = {h: cells[h] for h in ("assay.name", "comment.data.file", "source.name") if h in cells}
    label = cells.get("comment.label", pd.Series("", index=cells.index, dtype=object))
    channel = label.str.replace(r"^(?:TMT|iTRAQ)(?=\d)", "", regex=True, case=False)
    is_free = label.str.contains("label free", case=False)
    if "comment.data.file" in made and not is_free.all():
        made["data file and label"] = made["comment.data.file"] + " " + channel
    made["characteristics.individual"] = cells.get("characteristics.individual", label)
    return {title: tuple(values) for title, values in made.items()}


def _describe(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the characteristics and factor values under their names in phosres."""
    frame: dict[str, pd.Series[str]] = {}
    for start in (_CHARACTERISTIC, _FACTOR):
        for header in (h for h in map(str, cells) if h.startswith(start)):
            inner = header.removeprefix(start)
            name = _CALLED.get(inner, "timepoint" if _TIMES.fullmatch(inner) else "")
            frame.setdefault(name or inner.replace(".", "_"), cells[header])
    return pd.DataFrame(frame, index=cells.index, dtype=object)


def _find_pools(cells: pd.DataFrame) -> "pd.Series[bool]":
    pooled = pd.Series([False] * len(cells), index=cells.index, dtype=bool)
    for header in ("characteristics.individual", "characteristics.pooled.sample", "source.name"):
        if header in cells:
            pattern = _POOLED if header.endswith("pooled.sample") else REFERENCE
            pooled |= cells[header].map(lambda c, p=pattern: bool(p.fullmatch(c))).astype(bool)
    return pooled


def _condition(cells: pd.DataFrame) -> tuple[list[str], str]:
    """Return the columns that make up the condition, and which they are or why there are none."""
    for header in ("condition", f"{_FACTOR}condition", f"{_CHARACTERISTIC}condition"):
        if header in cells and cells[header].any():
            return [header], f"'{_show(header)}'"
    differ = [h for h in map(str, cells) if len(cells[h].unique()) > 1]
    for start in (_FACTOR, _CHARACTERISTIC):
        inner = {h: h.removeprefix(start) for h in differ if h.startswith(start)}
        told = [h for h, i in inner.items() if _TREATMENTS.fullmatch(i) or _TIMES.fullmatch(i)]
        if told:
            chosen = _refining(cells, told)
            return chosen, " and ".join(f"'{_show(h)}'" for h in chosen)
    others = [h for h in differ if h.startswith(_FACTOR) and not _TECHNICAL.fullmatch(h)]
    if len(others) == 1:
        return others, f"'{_show(others[0])}'"
    if others:
        return [], f"{', '.join(_show(h) for h in others)} differ, and none is a treatment or time"
    return [], "no treatment, compound, time or factor value differs between its samples"


def _refining(cells: pd.DataFrame, headers: Sequence[str]) -> list[str]:
    """Leave out columns that tell no more samples apart than those before them."""
    chosen: list[str] = []
    for header in headers:
        before = len(cells[chosen].drop_duplicates()) if chosen else 1
        if len(cells[[*chosen, header]].drop_duplicates()) > before:
            chosen.append(header)
    return chosen


def _join(cells: pd.DataFrame, headers: Sequence[str]) -> list[str]:
    return [" ".join(v for v in row if v) for row in cells[list(headers)].to_numpy().tolist()]


def _show(header: str) -> str:
    for start in (_FACTOR, _CHARACTERISTIC):
        if header.startswith(start):
            inner = header.removeprefix(start).replace(".", " ")
            return f"{start.replace('.', ' ').strip()}[{inner}]"
    return header
