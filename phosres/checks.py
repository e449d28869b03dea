"""What `phosres check` prints: what was recognised, what is lost, what can be told and what not."""

import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from phosres.knowledge import Knowledge, Route
from phosres.results import Contrast
from phosres.table import PhosphoTable

_WIDTH = 100
_INDENT = 12
_SHOWN = 4
_ISCHEMIA = "QC_ISCHEMIA"
"""Set of the gate that stress imitates resistance."""


def describe(
    table: PhosphoTable,
    made: Mapping[str, Contrast],
    knowledge: Knowledge,
    *,
    sheet: str = "",
    drug: str = "",
    networks: Sequence[str] = (),
) -> str:
    """Say what a run would use of a table, and what it could never tell from it.

    Parameters
    ----------
    table
        The table as read and identified.
    made
        Contrasts of the run by name.
    knowledge
        Readouts, sets, drugs and routes.
    sheet
        File of the sample sheet.
    drug
        Drug as the configuration names it; empty if it names none.
    networks
        What was found of each network, one sentence each.

    Returns
    -------
    Lines of at most 100 characters, as far as names allow.
    """
    name = knowledge.find_drug(drug).name if drug else ""
    lines = [
        *_table_lines(table),
        *_sample_lines(table, made, sheet),
        *_design_lines(made),
        *_wrap("drug: ", name or "none named, so no engagement is claimed"),
        *_wrap("curated sites: ", table.history[-1].text),
        "readouts: samples with a value before and on treatment, localisation",
        *_readout_lines(table, made, knowledge),
        "never with this table:",
        *(_never_lines(table, made, knowledge, drug) or ["  nothing: every call can be looked at"]),
    ]
    for network in networks:
        lines += _wrap("", network)
    for warning in table.warnings:
        lines += _wrap("warning: ", warning)
    return "\n".join(lines)


def _wrap(start: str, text: str) -> list[str]:
    """Lay a sentence out below its beginning."""
    rest = " " * min(len(start) - len(start.lstrip()) + 2, _INDENT)
    return textwrap.wrap(
        start + text, _WIDTH, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _shorten(path: str) -> str:
    """Return a path from the current folder, if it is below it."""
    try:
        return Path(path).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path


def _table_lines(table: PhosphoTable) -> Iterator[str]:
    source = table.source
    missing = float(table.values.isna().to_numpy().mean()) if table.values.size else 0.0
    yield f"table: {_shorten(source.path)}"
    yield from _wrap("  format ", f"{source.format} ({source.recognised_by})")
    yield (
        f"  {source.rows:,} rows -> {table.n_features:,} features, {table.n_samples} samples, "
        f"{missing:.0%} of the values missing"
    )
    yield f"  scale in the file: {source.original_scale}; used as {table.scale}"
    yield from _wrap("    ", str(table.history[0].parameters.get("scale_why", "")))
    for loss in table.losses:
        merged = " (merged into another feature)" if loss.kept else ""
        yield from _wrap(f"  - {loss.rows:,} rows: ", f"{loss.reason}{merged}")


def _sample_lines(table: PhosphoTable, made: Mapping[str, Contrast], sheet: str) -> Iterator[str]:
    samples = table.samples
    subjects = samples["subject"].nunique()
    name = _shorten(sheet) if sheet else "none, the columns are the samples"
    yield f"samples: {name}; {len(samples)} of {subjects} subject{'' if subjects == 1 else 's'}"
    used = {s for c in made.values() for s in c.arms.index}
    for condition, rows in samples.groupby("condition", sort=False):
        mine = [s for s in rows.index if s in used]
        idle = [s for s in rows.index if s not in used]
        if mine:
            yield from _wrap(f"  {condition}: ", f"{len(mine)} used ({_some(mine)})")
        if idle:
            yield from _wrap(f"  {condition}: ", f"{len(idle)} not used ({_some(idle)})")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(str, names[:_SHOWN])) + more


def _design_lines(made: Mapping[str, Contrast]) -> Iterator[str]:
    yield "design:"
    for name, contrast in made.items():
        sizes = contrast.arms["arm"].value_counts()
        n = ", ".join(f"{side} {int(sizes[side])}" for side in ("pre", "on") if side in sizes)
        yield from _wrap(f"  {name}: ", f"{contrast.design} ({n}): {contrast.text}")


def _carriers(table: PhosphoTable) -> dict[str, list[str]]:
    """Return the features of each curated site."""
    found: dict[str, list[str]] = {}
    for feature, ids in table.features["site_ids"].items():
        for site in filter(None, str(ids).split(";")):
            found.setdefault(site, []).append(str(feature))
    return found


def _features(sites: Iterable[str], carriers: Mapping[str, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(f for site in sites for f in carriers.get(site, ())))


def _readout_lines(
    table: PhosphoTable, made: Mapping[str, Contrast], knowledge: Knowledge
) -> Iterator[str]:
    carriers = _carriers(table)
    for readout in knowledge.readouts.values():
        found = _features(readout.sites, carriers)
        if not found:
            yield f"  {readout.id}: none"
            instead = [s for s in readout.stand_ins if s in carriers]
            if instead:
                yield from _wrap("    ", f"stand-ins that are there: {', '.join(instead)}")
            continue
        yield f"  {readout.id}: {len(found)} feature{'' if len(found) == 1 else 's'}"
        width = max(map(len, found))
        for feature in found:
            yield f"    {feature.ljust(width)}  {_count(table, made, feature)}"


def _count(table: PhosphoTable, made: Mapping[str, Contrast], feature: str) -> str:
    """Say in how many samples of a side a feature has a value, and how well it is localised."""
    parts = []
    for side in ("pre", "on"):
        samples = list(
            dict.fromkeys(s for c in made.values() for s in c.arms.index[c.arms["arm"] == side])
        )
        if samples:
            seen = int(table.values[samples].loc[feature].notna().to_numpy().sum())
            parts.append(f"{side} {seen}/{len(samples)}")
    probability = float(table.features["localization"].loc[feature])
    parts.append("" if math.isnan(probability) else f"loc {probability:.2f}")
    return "  ".join(parts).rstrip()


def _comparable(table: PhosphoTable, made: Mapping[str, Contrast]) -> set[str]:
    """Return the curated sites with a feature that has a value on both sides of a contrast."""
    both: set[str] = set()
    for contrast in made.values():
        sides = [contrast.arms.index[contrast.arms["arm"] == a] for a in ("pre", "on")]
        seen = [contrast.data.values[list(s)].notna().any(axis=1) for s in sides if len(s)]
        together = pd.concat(seen, axis=1).all(axis=1)
        both |= {str(f) for f in together.index[together]}
    ids = table.features["site_ids"]
    return {s for f in both for s in str(ids[f]).split(";") if s}


def _never_lines(
    table: PhosphoTable, made: Mapping[str, Contrast], knowledge: Knowledge, drug: str
) -> list[str]:
    """Say what can never be called, and why; what has the same reason in one line."""
    there = _comparable(table, made)
    why: dict[str, list[str]] = {}
    for readout in knowledge.readouts.values():
        if not there & set(readout.sites):
            reason = "no site of it has a value before and on treatment"
            why.setdefault(reason, []).append(readout.id)
    classes = knowledge.find_drug(drug).classes if drug else ()
    targets = [s for c in classes for s in c.target_sets]
    if not drug:
        why.setdefault("no drug is named (treatment.drug)", []).append("engagement")
    elif not any(_measured(s, knowledge, there) for s in targets):
        reason = f"no site of the targets of {drug} is measured on both sides"
        reason = reason if targets else f"no phosphosite is known to show engagement of {drug}"
        why.setdefault(reason, []).append("engagement")
    stress = _measured(_ISCHEMIA, knowledge, there) or "ischemia_min" in table.samples
    for route in knowledge.routes.values():
        if reason := _why_never(route, knowledge, there, stress=stress):
            why.setdefault(reason, []).append(f"compensation {route.id}")
    return [
        line
        for reason, calls in why.items()
        for line in _wrap("  ", f"{', '.join(_fold(calls))}: {reason}")
    ]


def _why_never(route: Route, knowledge: Knowledge, there: set[str], *, stress: bool) -> str:
    """Say why a route can never be called; empty if it can."""
    if route.visible == "no" or not route.rises:
        return "phosphoproteomics does not see it"
    if not any(_measured(s, knowledge, there) for s in route.rises):
        return "no site of it is measured on both sides"
    if route.agree and not there & set(route.agree):
        return "none of its deciding sites is measured on both sides"
    if absent := [s for s in route.falls if not _measured(s, knowledge, there)]:
        return f"its pattern needs {', '.join(absent)}, of which no site is measured on both sides"
    if route.gate == "block" and not stress:
        return (
            "stress or ischemia imitates it, and neither a stress site nor minutes of ischemia "
            "(ischemia_min in the sheet) are there to rule that out"
        )
    return ""


def _measured(name: str, knowledge: Knowledge, there: set[str]) -> bool:
    group = knowledge.sets.get(name)
    return group is not None and any(m.site_id in there for m in group.members)


def _fold(calls: Sequence[str]) -> list[str]:
    """Name a kind once before the calls of it."""
    kept, kind = [], ""
    for call in calls:
        first, _, rest = call.partition(" ")
        kept.append(rest if rest and first == kind else call)
        kind = first
    return kept
