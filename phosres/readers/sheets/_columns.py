"""Which column of a sheet is which: aliases, misspellings and what is absent."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

from phosres.errors import Problem
from phosres.readers._format import normalise
from phosres.readers.sheets._nouns import KNOWN, REQUIRED

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sample": ("sample.name", "sample.id", "run", "raw.file", "file", "file.name", "filename"),
        "subject": ("patient", "patient.id", "subject.id", "individual", "donor", "participant"),
        "condition": ("group", "state"),
        "timepoint": ("time.point", "time", "visit"),
        "replicate": ("rep", "bioreplicate", "biological.replicate", "bio.replicate"),
        "batch": ("plex", "tmt.plex", "run.batch"),
        "ischemia_min": ("ischemia", "ischemia.time", "ischemia.minutes", "ischemia.time.min"),
        "collection": ("collection.method", "collection.procedure", "biopsy.method"),
        "purity": ("tumour.purity", "tumor.purity", "tumour.content", "tumor.content"),
        "drug": ("compound", "agent"),
        "exclude": ("excluded", "skip"),
    }
)
"""Other names of the columns, used where the column itself is absent."""
NAMING = ("run", "raw.file", "file", "file.name", "filename", "sample.name", "channel")
"""Columns that may hold the name a table gives a sample, where the column ``sample`` does not."""
_SIMILAR = 0.8
"""Likeness (0 to 1) from which an unknown column is taken for a misspelling of a known one."""


def name_columns(
    spelled: Sequence[str], path: str
) -> tuple[list[str], tuple[str, ...], list[Problem]]:
    """Give the columns their names in phosres.

    Parameters
    ----------
    spelled
        Names as they stand in the file.
    path
        File, for messages.

    Returns
    -------
    Names, what was read as what, and problems.
    """
    names = ["_".join(normalise(c).split(".")) for c in spelled]
    names = [n if n in KNOWN else s for n, s in zip(names, spelled, strict=True)]
    notes, problems, used = [], [], set(names)
    for known, aliases in ALIASES.items():
        if known in used:
            continue
        found = [at for at, s in enumerate(spelled) if normalise(s) in aliases]
        if len(found) == 1:
            names[found[0]] = known
            used.add(known)
            notes.append(f"sample sheet: column '{spelled[found[0]]}' was read as {known}")
        elif found and known in REQUIRED:
            shown = " and ".join(f"'{spelled[at]}'" for at in found)
            hint = f"rename the one that is meant to '{known}'"
            problems.append(Problem(f"{shown} may both be the column '{known}'", path, hint=hint))
            used.add(known)
    problems += [
        Problem(f"the column '{n}' is there {names.count(n)} times", path, hint="keep one of them")
        for n in sorted({n for n in names if n and names.count(n) > 1})
    ]
    return names, tuple(notes), [*problems, *_misspelt(names, used, path)]


def _misspelt(names: list[str], used: set[str], path: str) -> list[Problem]:
    problems = []
    absent = [k for k in KNOWN if k not in used]
    taken = set()
    for name in names:
        if name in KNOWN:
            continue
        likeness = {k: SequenceMatcher(None, name.lower(), k).ratio() for k in absent}
        best = max(likeness, key=lambda k: likeness[k], default="")
        if best and likeness[best] >= _SIMILAR:
            taken.add(best)
            hint = f"did you mean '{best}'?"
            problems.append(Problem(f"unknown column '{name}'", path, hint=hint))
    for known in REQUIRED:
        if known in used or known in taken:
            continue
        aliases = ", ".join(a.replace(".", "_") for a in ALIASES[known][:4])
        shown = ", ".join(f"'{n}'" for n in names[:12])
        message = f"the column '{known}' is missing; found: {shown}"
        hint = f"name it '{known}' (also understood: {aliases})"
        problems.append(Problem(message, path, hint=hint))
    return problems
