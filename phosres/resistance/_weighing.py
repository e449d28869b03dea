"""What the gates on samples do to a call, and how much ischemia would undo it."""

from dataclasses import dataclass, replace

import numpy as np

from phosres.resistance._biopsies import largest_shift
from phosres.resistance._context import Context, Finding
from phosres.resistance._gates import ISCHEMIA_SET


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding after the gates: what is left of it, which gates touched it, what would undo it.

    Parameters
    ----------
    finding
        The finding; its reason names every gate that lowered or blocked it.
    gates
        Ids of these gates.
    ischemia_shift, ischemia_ratio
        As in `phosres.columns.CALLS`; NaN where they have no meaning.
    """

    finding: Finding
    gates: tuple[str, ...] = ()
    ischemia_shift: float = float("nan")
    ischemia_ratio: float = float("nan")


def weigh(context: Context, kind: str, finding: Finding, *, gate: str = "no") -> Weighed:
    """Lower or block a finding by the gates it passed, and say what ischemia would undo it.

    A suspected swap of samples blocks what is said of the subject, and weakens what is said of the
    cohort. Confounding with batches weakens; another composition weakens a yes whose sites changed
    the same way and no more than the markers of that composition. A call that is weak already is
    blocked instead, but by composition never: markers that are not measured close no gate, so a
    call would otherwise become a yes by measuring less.

    Parameters
    ----------
    context
        Findings of the gates.
    kind
        Kind of the call; gates are not weighed themselves.
    finding
        What the rule found.
    gate
        What an ischemia shift does to the call: ``block``, ``warn`` or ``no`` (none).
    """
    if kind == "quality" or finding.status == "not_assessable":
        return Weighed(finding)
    touched = []
    for name in ("PAIR_INTEGRITY", "BATCH_CONFOUNDED", "COMPOSITION"):
        closed = context.findings.get(name)
        if finding.status == "not_assessable" or closed is None or closed.status != "yes":
            continue
        if name == "COMPOSITION" and not _imitated(context, finding):
            continue
        blocks = finding.grade == "weak" and name != "COMPOSITION"
        if name == "PAIR_INTEGRITY" and context.effects.level == "subject":
            blocks = True
        finding = _lower(finding, closed.reason, blocks=blocks)
        touched.append(name)
    if finding.status != "yes" or gate == "no":
        return Weighed(finding, tuple(touched))
    shift, ratio, text = _undoing(context, finding)
    finding = replace(finding, reason=f"{finding.reason}; {text}") if text else finding
    return Weighed(finding, tuple(touched), shift, ratio)


def _lower(finding: Finding, why: str, *, blocks: bool) -> Finding:
    """Make a finding weak, or not assessable if the gate blocks it."""
    if blocks:
        return Finding("not_assessable", f"{why} ({finding.reason})", sites=finding.sites)
    return replace(finding, grade="weak", reason=f"{finding.reason}; lowered because {why}")


def _changes(context: Context, finding: Finding) -> np.ndarray:
    """Return the changes of the features a finding names."""
    named = [part.rsplit(" ", 1)[0].strip() for part in finding.sites.split("|")]
    change = context.effects.table["log2fc"].reindex([n for n in named if n])
    values: np.ndarray = change.dropna().to_numpy(dtype=float)
    return values


def _imitated(context: Context, finding: Finding) -> bool:
    """Tell whether another composition could have made the changes a yes rests on."""
    changes = _changes(context, finding)
    if finding.status != "yes" or not len(changes):
        return False
    middle = float(np.median(changes))
    return abs(middle) <= largest_shift(context, float(np.sign(middle)))


def _undoing(context: Context, finding: Finding) -> tuple[float, float, str]:
    """Say how much ischemia would undo a yes: needed shift, and ratio at the most the data allow.

    If the sites of a call move with ischemia `r` times as strongly as the stress sites do, a
    difference in handling that moves these by `s` makes a change of `r s` (the linear bias of an
    omitted variable). The shift is the middle change of the call's features at `r` = 1, which is
    cautious: the stress sites were chosen because they answer most. The ratio is that change over
    the largest shift of the stress sites, in either direction, within their confidence interval;
    below 1 the call is fragile. To report the least strength of a confounder that explains a
    result away follows VanderWeele & Ding 2017 (PMID:28693043); there it is a risk ratio.
    """
    changes = _changes(context, finding)
    if not len(changes):
        return float("nan"), float("nan"), ""
    size = abs(float(np.median(changes)))
    row = context.activity(ISCHEMIA_SET)
    most = np.nan if row is None else np.nanmax(np.abs([row["ci_low"], row["ci_high"], np.nan, 0]))
    if row is None or not np.isfinite(row["ci_low"]) or most == 0:
        return (
            size,
            float("nan"),
            f"a shift of the stress sites of {size:.2f} log2 would explain it",
        )
    ratio = size / float(most)
    text = (
        f"ischemia would explain it if its sites moved {ratio:.1f} times as strongly as the stress "
        f"sites, which moved at most {most:.2f} log2"
    )
    return size, ratio, text
