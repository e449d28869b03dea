"""Which column says what: roles of a table's columns, told from their names and their content."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from phosres.errors import Problem, did_you_mean
from phosres.readers._format import ROLES, Format, normalise
from phosres.readers._kinds import MOSTLY, kind_of, peek
from phosres.readers._text import Text


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column holds what.

    Parameters
    ----------
    at
        Role to position of the column.
    kinds
        Role to the kind of content found in it.
    how
        What each role was recognised by.
    problems
        What is wrong or ambiguous.
    """

    at: Mapping[str, int]
    kinds: Mapping[str, str] = field(default_factory=dict)
    how: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def find_roles(text: Text, record: Format, declared: Mapping[str, str], samples: set[int]) -> Roles:
    """Find the column of each role in a table whose format does not fix them.

    Parameters
    ----------
    text
        The table.
    record
        Format with the usual headers.
    declared
        Role to header, as the configuration says.
    samples
        Positions of the sample columns.
    """
    at, problems = declare(text, declared)
    others = [c for c in range(text.width) if c not in samples and text.header[c] != ""]
    others += [c for c in range(min(1, text.width)) if text.header[c] == "" and c not in samples]
    cells = peek(text, sorted({*others, *at.values()}))
    kinds: dict[int, str] = {c: kind_of(cells[c]) for c in sorted({*others, *at.values()})}
    how = [f"{role} = {text.label(c)} (input.columns)" for role, c in at.items()]
    free = [c for c in others if c not in at.values()]
    named = {r: [c for c in cs if c in free] for r, cs in record.find(text.places).items()}
    for role, columns in _by_name(named, kinds, set(at)).items():
        found, problem = _agree(role, columns, cells, text)
        problems += problem
        at[role] = found
        how.append(f"{role} = {text.label(found)} ({_reason(kinds[found])})")
    for role, column in _by_content(kinds, free, at).items():
        at[role] = column
        how.append(f"{role} = {text.label(column)} ({_reason(kinds[column])})")
    if not problems:
        problems += _other_modification(at, cells, text) or _incomplete(at, kinds, text)
    return Roles(at, {r: kinds.get(c, "") for r, c in at.items()}, tuple(how), tuple(problems))


def _other_modification(at: Mapping[str, int], cells: pd.DataFrame, text: Text) -> list[Problem]:
    """Refuse a table of sites on other residues, such as MaxQuant's Oxidation (M)Sites."""
    if "residue" not in at:
        return []
    seen = cells[at["residue"]].str.upper()
    seen = seen[seen.str.fullmatch("[A-Z]")]
    if not len(seen) or seen.isin(["S", "T", "Y"]).any():
        return []
    found = ", ".join(sorted(set(seen))[:5])
    column = text.header[at["residue"]]
    message = f"the column '{column}' holds {found}: phosphosites are on S, T or Y"
    hint = "this is a table of another modification: name the phosphosite table"
    return [Problem(message, text.path, column=column, hint=hint)]


def _reason(kind: str) -> str:
    return {
        "position": "name and whole numbers",
        "residue": "residue letters",
        "window": "sequences with S, T or Y in the centre",
        "site": "sites",
        "combined": "a protein or gene followed by sites",
        "compound": "ids of several parts",
        "form": "peptides with phosphates",
        "accession": "accessions",
        "entry_name": "UniProt entry names, no gene symbols",
    }.get(kind, "name")


def declare(text: Text, declared: Mapping[str, str]) -> tuple[dict[str, int], list[Problem]]:
    """Find the columns that the configuration names.

    Parameters
    ----------
    text
        The table.
    declared
        Role to header.

    Returns
    -------
    Role to position, and what is wrong.
    """
    at: dict[str, int] = {}
    problems = []
    for role, header in declared.items():
        if role not in ROLES:
            hint = did_you_mean(role, list(ROLES))
            problems.append(Problem(f"unknown role '{role}' in input.columns", hint=hint))
            continue
        exact = [c for c, h in enumerate(text.header) if h == header]
        alike = [c for c, h in enumerate(text.header) if normalise(h) == normalise(header)]
        found = exact or alike
        if len(found) == 1:
            at[role] = found[0]
        elif found:
            message = f"the column '{header}' (input.columns, {role}) is there {len(found)} times"
            problems.append(Problem(message, text.path, hint="give each column its own name"))
        else:
            message = f"there is no column '{header}' (input.columns, {role})"
            hint = did_you_mean(header, [h for h in text.header if h])
            problems.append(Problem(message, text.path, hint=hint))
    return at, problems


def _by_name(
    named: dict[str, list[int]], kinds: dict[int, str], declared: set[str]
) -> dict[str, list[int]]:
    """Give columns with a known name the role that their content allows."""
    allowed = {
        "gene": {"text", "combined"},
        "protein": {"accession"},
        "proteins": {"accession"},
        "entry_name": {"entry_name", "text"},
        "species": {"text", "position"},
        "site": {"site", "combined"},
        "residue": {"residue", "text"},
        "position": {"position"},
        "window": {"window"},
        "peptide": {"text", "form"},
        "multiplicity": {"position", "number", "text"},
        "localization": {"number", "position", "text"},
        "decoy": {"text", "empty", "position"},
        "contaminant": {"text", "empty", "position"},
    }
    instead = {
        ("gene", "accession"): "protein",
        ("gene", "entry_name"): "entry_name",
        ("gene", "combined"): "site",
        ("protein", "entry_name"): "entry_name",
        ("protein", "text"): "gene",
        ("protein", "combined"): "site",
        ("proteins", "text"): "gene",
        ("proteins", "entry_name"): "entry_name",
        ("residue", "site"): "site",
        ("position", "site"): "site",
        ("peptide", "window"): "window",
        ("gene", "compound"): "compound",
        ("protein", "compound"): "compound",
        ("site", "compound"): "compound",
        ("window", "compound"): "compound",
    }
    given: dict[str, list[int]] = {}
    moved: dict[str, list[int]] = {}
    for role, columns in named.items():
        for column in columns:
            kind = kinds[column]
            if role not in allowed:
                continue
            if (role, kind) in instead:
                moved.setdefault(instead[role, kind], []).append(column)
            elif kind in allowed[role]:
                given.setdefault(role, []).append(column)
    for role, columns in moved.items():
        given.setdefault(role, columns)
    if "protein" not in given and "proteins" in given:
        given["protein"] = given["proteins"]
    return {role: columns for role, columns in given.items() if role not in declared}


def _by_content(kinds: dict[int, str], free: list[int], at: Mapping[str, int]) -> dict[str, int]:
    """Give columns without a known name a role by their content alone."""
    found: dict[str, int] = {}
    has_site = "site" in at or {"residue", "position"} <= set(at)
    used = set(at.values())
    for kind, role in (
        ("compound", "compound"),
        ("combined", "site"),
        ("site", "site"),
        ("accession", "protein"),
        ("entry_name", "entry_name"),
        ("window", "window"),
        ("form", "peptide"),
    ):
        if role in at or role in found or (role in ("site", "compound") and has_site):
            continue
        columns = [c for c in free if kinds[c] == kind and c not in used]
        if columns:
            found[role] = columns[0]
    return found


def _agree(
    role: str, columns: list[int], cells: pd.DataFrame, text: Text
) -> tuple[int, list[Problem]]:
    """Take the first of several candidates if they say the same, else ask."""
    first = cells[columns[0]].str.split(";").str[0]
    differ = [c for c in columns[1:] if not _says_the_same(cells[c], first)]
    if not differ or role in {"peptide", "proteins", "species", "decoy", "contaminant"}:
        return columns[0], []
    names = [text.header[c] for c in [columns[0], *differ]]
    shown = " and ".join(f"'{n}'" for n in names)
    lines = " or ".join(f"{role}: {n}" for n in names)
    message = f"{shown} may both hold {ROLES.get(role, role)}, and they differ"
    hint = f"name the one to use under input.columns, {lines}"
    return columns[0], [Problem(message, text.path, hint=hint)]


def _says_the_same(cells: "pd.Series[str]", first: "pd.Series[str]") -> bool:
    other = cells.str.split(";").str[0]
    both = (other != "") & (first != "")
    return not both.any() or bool((other[both] == first[both]).mean() >= MOSTLY)


def _incomplete(at: Mapping[str, int], kinds: dict[int, str], text: Text) -> list[Problem]:
    """Say what is missing for a row to be a phosphosite of some protein."""
    whole = "compound" in at or ("peptide" in at and kinds.get(at["peptide"]) == "form")
    combined = whole or ("site" in at and kinds.get(at["site"]) == "combined")
    has_site = whole or "site" in at or "window" in at or ("position" in at and "residue" in at)
    has_owner = combined or any(r in at for r in ("gene", "protein", "entry_name", "window"))
    if has_site and has_owner:
        return []
    lacks = []
    if not has_owner:
        lacks.append("no column says which gene or protein a row is of")
    if not has_site:
        lacks.append("no column says where the phosphosite is")
        if "position" in at:
            header = text.header[at["position"]]
            lacks[-1] = f"'{header}' gives positions, but no column their residues (S, T or Y)"
    words = [c for c, kind in kinds.items() if kind not in {"number", "empty"}]
    shown = ", ".join(f"'{text.header[c]}'" for c in words[:8]) or "none"
    lines = []
    if not has_owner:
        lines.append("gene: <column>")
    if not has_site:
        lines.append("site: <column>  (or residue: and position:, or window:)")
    message = f"{' and '.join(lacks)}; columns of text: {shown}"
    hint = "name the columns in the configuration, input.columns: " + "; ".join(lines)
    return [Problem(message, text.path, hint=hint)]
