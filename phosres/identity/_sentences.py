"""What identification says: the counts for the history, and what a user must know."""

from collections.abc import Mapping

import pandas as pd

from phosres.identity._matching import Found
from phosres.identity._numbers import Shift
from phosres.identity._species import BOTH, Settled
from phosres.knowledge import Knowledge
from phosres.knowledge.matching import STEPS
from phosres.table import PhosphoTable

_SHOWN = 4


def count_sites(matches: pd.DataFrame, knowledge: Knowledge) -> str:
    """Count features, sites and the steps they were found on, one sentence.

    Parameters
    ----------
    matches
        Matches that count for readouts.
    knowledge
        Curated sites.
    """
    steps = matches["step"].value_counts()
    counts = ", ".join(f"{int(steps[s]):,} by {s}" for s in STEPS if s in steps) or "none"
    first = (
        f"{matches['feature'].nunique():,} features carry {matches['site_id'].nunique()} of the "
        f"{len(knowledge.sites)} curated sites ({counts})."
    )
    return " ".join([first, *_literature(matches), *_neighbours(matches)])


def list_warnings(
    table: PhosphoTable,
    found: Found,
    settled: Settled,
    shift: Shift,
    stands: Mapping[str, str],
) -> tuple[str, ...]:
    """Say what is doubtful, with numbers and names.

    Parameters
    ----------
    table
        The table as it was read.
    found
        Its curated sites.
    settled
        Its species.
    shift
        By how much its numbers were off.
    stands
        Features that repeat the measurement of another one.
    """
    warnings = [*settled.warnings, *_shift(shift), *_contradictions(found)]
    warnings += _stroma(found, settled)
    if stands:
        warnings.append(
            "paralogs with exactly the values of another are one measurement of a shared peptide, "
            f"counted once: {_some([f'{other} as {first}' for other, first in stands.items()])}"
        )
    if found.tumour.empty:
        warnings.append(_nothing(table))
    return tuple(warnings)


def _nothing(table: PhosphoTable) -> str:
    """Say that nothing was recognised: then no readout can be scored."""
    names = table.features["gene"].where(table.features["gene"] != "", table.features["protein"])
    shown = ", ".join(names.head(3))
    return (
        f"no curated site was recognised in {table.n_features:,} features (the table's names look "
        f"like {shown}): check input.species and input.columns"
    )


def _shift(shift: Shift) -> list[str]:
    if not shift.by:
        return []
    return [
        f"the numbers of the sites are off by one: {shift.agree} of {shift.seen} curated sites "
        "with a sequence window say so (FragPipe 21.0 writes such tables); "
        f"{shift.by:+d} was added to every number"
    ]


def _contradictions(found: Found) -> list[str]:
    """Numbers that name a curated site and windows that name none or another one."""
    against = found.contradictions.drop_duplicates(["feature", "site_id"])
    if against.empty:
        return []
    decided = found.tumour.groupby("feature")["site_id"].agg(" and ".join).to_dict()
    shown = [
        f"{feature}: number {site_id}, window {decided.get(feature, 'of no curated site')}"
        for feature, site_id in zip(against["feature"], against["site_id"], strict=True)
    ]
    return [
        f"the sequence window contradicts the number that names a curated site, {len(against)} "
        f"times; the window decided: {_some(shown)}"
    ]


def _literature(matches: pd.DataFrame) -> list[str]:
    """Sites that were found by a number of the literature or of another isoform."""
    rows = matches[matches["step"] == "literature number"]
    if rows.empty:
        return []
    shown = dict.fromkeys(
        f"{site} is {i}" for site, i in zip(rows["site"], rows["site_id"], strict=True)
    )
    return [f"Numbers of the literature or of another isoform: {_some(list(shown))}."]


def _neighbours(matches: pd.DataFrame) -> list[str]:
    """Sites that count through a residue beside them."""
    rows = matches[matches["step"] == "neighbour"]
    if rows.empty:
        return []
    shown = dict.fromkeys(
        f"{f} as {i}" for f, i in zip(rows["feature"], rows["site_id"], strict=True)
    )
    return [f"Residues that search engines confuse with a site: {_some(list(shown))}."]


def _stroma(found: Found, settled: Settled) -> list[str]:
    if settled.species != BOTH:
        return []
    of = settled.rows.value_counts().to_dict()
    mouse, human = of.get("mouse", 0), of.get("human", 0)
    both = sum(n for name, n in of.items() if ";" in str(name))
    sites = list(dict.fromkeys(found.stroma["site_id"]))
    kept = f"{found.stroma['feature'].nunique()} of them carry curated sites"
    text = (
        f"xenograft: {human:,} features are human, {mouse:,} mouse (stroma, counted for no "
        f"readout; {kept}{': ' + _some(sites) if sites else ''}), {both:,} of both, "
        f"{int(of.get('', 0)):,} untold (taken as human)"
    )
    doubtful = len(found.shared)
    more = (
        f"xenograft: {doubtful} features with curated sites are peptides that mouse shares: they "
        "count with the tumour but may hold stroma"
    )
    return [text, more] if doubtful else [text]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
