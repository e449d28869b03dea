"""Patterns over time: never moved, moved and stayed, moved and came back.

A subject with several biopsies on treatment answers another question than each biopsy alone: did
the drug ever act, and did what it moved come back? The answer rests on the tested outcomes at each
time against the sample before treatment, and on the two times on treatment compared with each other
directly, with the same noise model: the sample before treatment, which both outcomes share, is not
in that test.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from phosres import stats
from phosres.columns import PATTERNS
from phosres.evidence import write_p
from phosres.knowledge import DrugMatch, Knowledge
from phosres.results import Scores

COMPLEXES = ("complex",)


@dataclass(frozen=True, slots=True)
class Target:
    """A readout or set, and the direction in which the drug should move it."""

    name: str
    kind: str
    expected: int


def list_targets(knowledge: Knowledge, drug: DrugMatch | None) -> tuple[Target, ...]:
    """List what the drug is expected to move: readouts, complexes and its target sets.

    Without a drug, readouts and complexes are described as under an inhibitor.

    Parameters
    ----------
    knowledge
        Readouts and sets.
    drug
        The drug; None without drug context.
    """
    down = set(drug.expected_down) if drug else set()
    up = set(drug.expected_up) if drug else set()

    def direction(sites: set[str]) -> int:
        if drug is None:
            return -1
        return -1 if sites & down else 1 if sites & up else 0

    found = [Target(r.id, "readout", direction(set(r.sites))) for r in knowledge.readouts.values()]
    sets = knowledge.sets.values()
    found += [
        Target(s.id, "complex", direction({m.site_id for m in s.members}))
        for s in sets
        if s.kind == "complex"
    ]
    classes = drug.classes if drug else ()
    own = {name: c.target_direction for c in classes for name in c.target_sets}
    known = {t.name for t in found}
    found += [Target(name, "pathway", way) for name, way in own.items() if name not in known]
    return tuple(t for t in found if t.expected)


def find_patterns(
    scores: Mapping[str, Scores],
    steps: Mapping[str, Scores],
    drugs: Mapping[tuple[str, str], DrugMatch | None],
    knowledge: Knowledge,
    *,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Find the pattern of everything that the drug should move, at every level and subject.

    *intrinsic*: at every time it is shown to be unchanged or to have moved the other way.
    *sustained*: it moved at the first time it was measured and has not come back. *late*: it moved
    at a later time only. *adaptive*: it moved, and from the time it was furthest to the last one it
    came back (two-sided test of these two times, Holm within level, subject and kind).
    *cannot_tell*: anything else, such as a coming back that is neither shown nor excluded by the
    last time still being moved.

    Parameters
    ----------
    scores
        Against the samples before treatment, by contrast in the order of time.
    steps
        Of the last time against an earlier one, by the name of the earlier.
    drugs
        By level and subject.
    knowledge
        Readouts and sets.
    alpha
        Level of the tests.

    Returns
    -------
    Table of `phosres.columns.PATTERNS`; empty with fewer than two times.
    """
    if len(scores) < 2:
        return PATTERNS.empty()
    seen = {name: _lay_out(s) for name, s in scores.items()}
    direct = {name: _lay_out(s) for name, s in steps.items()}
    rows: list[dict[str, object]] = []
    for (level, subject), drug in drugs.items():
        found = [
            row
            for target in list_targets(knowledge, drug)
            for row in _follow(target, level, subject, seen, direct)
        ]
        for kind in dict.fromkeys(str(r["kind"]) for r in found):
            mine = [r for r in found if r["kind"] == kind]
            q = stats.holm(np.array([r["p"] for r in mine], dtype=float))
            rows += [_decide(r, float(each), alpha) for r, each in zip(mine, q, strict=True)]
    return PATTERNS.order(pd.DataFrame(rows)) if rows else PATTERNS.empty()


Key = tuple[str, str, str, str]


def _lay_out(scores: Scores) -> dict[Key, dict[str, Any]]:
    """Put readouts and sets under one key: level, subject, kind, name."""
    readouts = scores.readouts.assign(kind="readout").rename(columns={"readout": "name"})
    sets = scores.activities.rename(columns={"set": "name", "score": "log2fc"})
    columns = ["level", "subject", "kind", "name", "status", "log2fc", "ci_low", "ci_high", "p"]
    both = pd.concat([readouts[columns], sets[columns]], ignore_index=True)
    rows: list[Any] = both.to_dict("records")
    return {(r["level"], r["subject"], r["kind"], r["name"]): r for r in reversed(rows)}


def _follow(
    target: Target,
    level: str,
    subject: str,
    seen: Mapping[str, Mapping[Key, dict[str, Any]]],
    direct: Mapping[str, Mapping[Key, dict[str, Any]]],
) -> Iterator[dict[str, object]]:
    """Yield the row of one target before its pattern is decided, if it was measured at all."""
    key = (level, subject, target.kind, target.name)
    at = {name: table[key] for name, table in seen.items() if key in table}
    at = {name: row for name, row in at.items() if row["status"] != "not_measured"}
    if len(at) < 2:
        return
    moved_as = "down" if target.expected < 0 else "up"
    statuses = {name: str(row["status"]) for name, row in at.items()}
    moved = [name for name, status in statuses.items() if status == moved_as]
    last = list(at)[-1]
    far = max(moved, key=lambda n: float(at[n]["log2fc"]) * target.expected, default="")
    step = None
    if far and far != last and far in direct:
        step = direct[far].get(key)
    numbers = ("log2fc", "ci_low", "ci_high", "p")
    change = {n: float("nan") if step is None else float(step[n]) for n in numbers}
    yield {
        "level": level,
        "subject": subject,
        "target": target.name,
        "kind": target.kind,
        "expected": target.expected,
        "times": " > ".join(at),
        "statuses": " > ".join(statuses.values()),
        "log2fc": " > ".join(f"{float(row['log2fc']):+.2f}" for row in at.values()),
        "from_time": far if step is not None else "",
        "to_time": last,
        "change": change["log2fc"],
        **{n: change[n] for n in numbers[1:]},
        "_moved": moved,
        "_statuses": statuses,
        "_far": far,
    }


def _decide(row: dict[str, object], q: float, alpha: float) -> dict[str, object]:
    """Name the pattern of one row and say it in words."""
    statuses: dict[str, str] = row["_statuses"]  # type: ignore[assignment]
    moved: list[str] = row["_moved"]  # type: ignore[assignment]
    expected, change = int(str(row["expected"])), float(str(row["change"]))
    first, last = next(iter(statuses)), str(row["to_time"])
    way, been, back = ("fell", "fallen", "rise") if expected < 0 else ("rose", "risen", "fall")
    against = {"unchanged", "up" if expected < 0 else "down"}
    returned = q < alpha and change * expected < 0
    tested = "" if np.isnan(q) else f" ({back} {change:+.2f} log2, adjusted p {write_p(q)})"
    if not moved:
        shown = set(statuses.values()) <= against
        pattern = "intrinsic" if shown else "cannot_tell"
        text = f"never {way}, shown at every time" if shown else f"not shown to have {been}"
    elif returned:
        pattern = "adaptive"
        part = ", in part" if statuses[last] not in against else ""
        text = f"{way}, then came back{part} from {row['_far']} to {last}{tested}"
    elif last in moved:
        pattern = "sustained" if first in moved else "late"
        text = f"{way} and stayed so{tested}" if pattern == "sustained" else f"{way} later only"
    else:
        pattern = "cannot_tell"
        text = f"{way}; neither still so nor come back is shown at {last}{tested}"
    kept = {k: v for k, v in row.items() if not k.startswith("_")}
    return kept | {"q": q, "pattern": pattern, "text": text}
