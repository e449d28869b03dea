"""What a table itself says of its samples: the column annotation of GCT and Perseus matrices."""

import csv
import re
from collections.abc import Mapping
from types import MappingProxyType

from phosres.readers._format import normalise
from phosres.readers._text import Text

_PERSEUS = re.compile(r"^#!\{(?P<kind>[CNMT]):(?P<name>[^}]*)\}(?P<rest>.*)$", re.DOTALL)
_EMPTY = frozenset({"", "na", "nan", "n/a", "none", "not available", "unknown", "-666"})

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "subject": (
            "subject", "subject.id", "participant", "participant.id", "patient", "patient.id",
            "individual", "donor", "case.id",
        ),
        "condition": (
            "condition", "treatment", "pert.iname", "sample.type", "type", "group", "grouping",
            "state", "arm",
        ),
        "timepoint": ("timepoint", "time.point", "pert.time", "time", "visit"),
        "replicate": ("replicate", "rep", "bio.replicate", "biological.replicate"),
        "batch": ("batch", "experiment", "plex", "tmt.plex", "det.plate"),
    }
)  # fmt: skip
"""Columns of a sample sheet and the fields that usually hold them in CPTAC, P100 and Perseus."""


def read_fields(text: Text) -> dict[str, tuple[str, ...]]:
    """Read the rows of annotation under the header.

    Parameters
    ----------
    text
        The table.

    Returns
    -------
    Field to its value for each sample, in the order of ``text.samples``; empty where the table has
    none.
    """
    if text.samples is None:
        return {}
    lines = text.data[: text.start].decode("utf-8", "replace").split("\n")[text.header_row :]
    fields: dict[str, tuple[str, ...]] = {}
    for cells in csv.reader(lines, delimiter=text.separator):
        if not cells or len(cells) > text.width:
            continue
        name, cells = _name(cells, text.container)
        padded = [*cells, *[""] * (text.width - len(cells))]
        values = tuple(padded[at].strip() for at in text.samples)
        if name and any(v.casefold() not in _EMPTY for v in values):
            fields.setdefault(name, values)
    return fields


def _name(cells: list[str], container: str) -> tuple[str, list[str]]:
    """Return the name of a field and its cells; Perseus glues the name to the first cell."""
    if container == "gct":
        return cells[0].strip(), cells
    match = _PERSEUS.match(cells[0])
    if match is None:
        return "", cells
    return match["name"].strip(), [match["rest"], *cells[1:]]


def suggest(fields: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Suggest which fields are which columns of a sample sheet.

    Parameters
    ----------
    fields
        As from `read_fields`.

    Returns
    -------
    Column of the sheet to the field and its values. A condition or batch that is the same for all
    samples tells nothing and is left out.
    """
    known = {normalise(name): name for name in reversed(list(fields))}
    found = {}
    for column, names in ROLES.items():
        for name in names:
            values = fields.get(known.get(name, ""), ())
            if values and (len(set(values)) > 1 or column not in ("condition", "batch")):
                found[column] = (known[name], values)
                break
    return found
