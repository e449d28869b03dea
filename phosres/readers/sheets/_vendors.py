"""Annotations that search engines and MSstats write, each told by its columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from phosres.errors import Problem
from phosres.readers._format import normalise
from phosres.readers.sheets._columns import ALIASES
from phosres.readers.sheets._file import Lines
from phosres.readers.sheets._nouns import Annotation

REFERENCE = re.compile(
    r"pool(?:ed)?|norm|bridge|reference|ref|(?:internal|common)[ _-]?(?:standard|reference)|empty|"
    r"not[ _]applicable:? pool",
    re.IGNORECASE,
)
"""What stands for a pooled reference or an empty channel; neither is a sample of a subject."""
_CHANNEL = re.compile(r"1[123]\d[NC]?D?")
"""TMT and iTRAQ channels as FragPipe writes them: 113 to 121, 126 to 135, with N, C or D."""
_DATA_TYPE = re.compile(r"(?:GPF-)?D[DI]A(?:\+|-Quant|-Lib)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of annotation.

    Parameters
    ----------
    title
        What a user calls it.
    required
        Normalised headers that tell it; of alternatives joined by ``|`` one must be there.
    named
        Normalised header to the column of phosres it is.
    names
        Ways a table may name the samples: headers whose cells, joined by a space, are the name.
    notes
        What was understood in another way than it stands.
    """

    title: str
    required: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    named: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()


_MSSTATS = (
    "MSstats annotation: BioReplicate was read as the subject, as MSstats does: the same "
    "BioReplicate in two conditions is one subject"
)
KINDS: tuple[Kind, ...] = (
    Kind(
        "the MSstats annotation",
        ("run|raw.file|rawfile", "condition", "bioreplicate"),
        (
            ("run", "channel"), ("run",), ("raw.file",), ("rawfile",), ("mixture", "channel"),
            ("bioreplicate",), ("channel",),
        ),
        MappingProxyType({"bioreplicate": "subject", "condition": "condition", "mixture": "batch"}),
        (_MSSTATS,),
    ),
    Kind(
        "the FragPipe experiment annotation",
        ("sample.name", "condition", "replicate", "channel|file"),
        (("sample",), ("sample.name",), ("file",), ("plex", "channel"), ("channel",)),
        MappingProxyType({"condition": "condition", "replicate": "replicate", "plex": "batch"}),
    ),
    Kind(
        "the MaxQuant experimental design",
        ("name", "fraction", "experiment"),
        (("experiment",), ("name",)),
    ),
    Kind(
        "the MaxQuant summary",
        ("raw.file", "enzyme|ms|ms.ms.submitted"),
        (("experiment",), ("raw.file",)),
    ),
)  # fmt: skip
"""Annotations with a header, the most particular first."""


def read_vendor(lines: Lines) -> Annotation | None:
    """Read the annotation of another program.

    Parameters
    ----------
    lines
        Rows of the file.

    Returns
    -------
    None if it is none that is known.
    """
    header = [normalise(c) for c in lines.cells[0]]
    if "sample" in header and "subject" in header and "condition" in header:
        return None
    for kind in KINDS:
        if all(any(h in header for h in r.split("|")) for r in kind.required):
            cells = pd.DataFrame(lines.cells[1:], columns=pd.Index(header), dtype=object)
            cells = cells.loc[:, ~cells.columns.duplicated()]
            return _interpret(kind, cells, lines, first=1)
    return _read_manifest(lines) or _read_channels(lines)


def _interpret(kind: Kind, cells: pd.DataFrame, lines: Lines, first: int) -> Annotation:
    """Name the columns and the samples of an annotation."""
    own = {h: known for known, aliases in ALIASES.items() for h in (known, *aliases)}
    taken = {*kind.named, *(h for parts in kind.names for h in parts)}
    called = {**{h: own[h] for h in own if h in cells and h not in taken}, **kind.named}
    headers = [str(h) for h in cells]
    frame = cells.rename(columns={h: called.get(h, h.replace(".", "_")) for h in headers})
    frame = frame.loc[:, ~frame.columns.duplicated()]
    names = {
        " ".join(parts): tuple(" ".join(r).strip() for r in cells[list(parts)].to_numpy().tolist())
        for parts in kind.names
        if all(p in cells for p in parts)
    }
    # The summary ends with rows of totals; a channel or file without a name is no sample.
    some = [any(ways) for ways in zip(*names.values(), strict=True)]
    if "raw_file" in frame and "experiment" in names:
        some = [bool(experiment) for experiment in names["experiment"]]
    elif "raw_file" in frame:
        some = [name.casefold() != "total" for name in frame["raw_file"]]
    frame = _set_references_aside(frame)
    rows = [row for row, kept in zip(lines.rows[first:], some, strict=True) if kept]
    return Annotation(
        title=kind.title,
        path=lines.path,
        frame=frame[np.array(some, dtype=bool)].reset_index(drop=True),
        rows=tuple(rows),
        names={t: tuple(n for n, k in zip(ns, some, strict=True) if k) for t, ns in names.items()},
        lacks=_lacks(kind.title, frame, lines.path, has_header=first == 1),
        notes=kind.notes,
    )


def _set_references_aside(frame: pd.DataFrame) -> pd.DataFrame:
    """Mark pooled references and empty channels as excluded."""
    looked = [c for c in ("condition", "subject") if c in frame]
    if not looked or not len(frame):
        return frame
    pooled = frame[looked].map(lambda c: bool(REFERENCE.fullmatch(c))).any(axis=1)
    said = frame["exclude"] if "exclude" in frame else pd.Series("", index=frame.index)
    return frame.assign(exclude=said.mask(pooled, "yes").astype(object)) if pooled.any() else frame


def _lacks(title: str, frame: pd.DataFrame, path: str, *, has_header: bool) -> tuple[Problem, ...]:
    """Say that subject or condition are not in an annotation, and where they can be put."""
    absent = [c for c in ("subject", "condition") if c not in frame]
    if not absent:
        return ()
    message = f"{title} does not say the {' and the '.join(absent)} of a sample"
    columns = " and ".join(f"'{c}'" for c in absent)
    columns = f"columns {columns}" if len(absent) > 1 else f"column {columns}"
    hint = "draft a sample sheet from it: phosres init TABLE --samples FILE"
    hint = f"add the {columns} to it, or {hint}" if has_header else hint
    if absent[0] == "subject" and "replicate" in frame and frame["replicate"].any():
        message += " (the replicate number does not: it restarts in each condition)"
    return (Problem(message, path, hint=hint),)


_MANIFEST = Kind(
    "the FragPipe manifest",
    (),
    (("sample",), ("file",)),
    MappingProxyType({"replicate": "replicate"}),
)


def _read_manifest(lines: Lines) -> Annotation | None:
    """Read a list of files without a header: path, experiment, bioreplicate, data type."""
    if {len(row) for row in lines.cells} != {4}:
        return None
    if not all(_DATA_TYPE.fullmatch(row[3]) for row in lines.cells):
        return None
    columns = pd.Index(["file", "experiment", "replicate", "data.type"])
    cells = pd.DataFrame(lines.cells, columns=columns, dtype=object)
    if cells["replicate"].all():  # then an experiment is a group of them, not a sample
        cells["condition"] = cells["experiment"]
    # FragPipe names the samples of its tables experiment_bioreplicate.
    cells["sample"] = cells["experiment"] + cells["replicate"].map(lambda r: f"_{r}" if r else "")
    return _interpret(_MANIFEST, cells, lines, first=0)


_CHANNELS = Kind("the FragPipe channel annotation", (), (("sample",), ("channel",)))


def _read_channels(lines: Lines) -> Annotation | None:
    """Read a list of channels and samples without a header, with any white space between."""
    rows = [" ".join(row).split(None, 1) for row in lines.cells]
    if not all(len(row) == 2 and _CHANNEL.fullmatch(row[0]) for row in rows):
        return None
    cells = pd.DataFrame(rows, columns=pd.Index(["channel", "sample"]), dtype=object)
    return _interpret(_CHANNELS, cells, lines, first=0)
