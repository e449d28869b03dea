"""mTORC1 and mTORC2: the best evidence measured decides, stand-ins speak where it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from phosres.evidence import Combined, View, combine, nothing
from phosres.knowledge import Knowledge, Member, SiteSet
from phosres.stats.pooling import pool


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a complex as it could be looked at: its name, sites and combined change."""

    name: str
    members: tuple[Member, ...]
    combined: Combined


@dataclass(frozen=True, slots=True)
class ComplexScore:
    """A complex with its arms.

    Parameters
    ----------
    combined
        Average over the arms that count, weighted by how well each is known.
    arms
        Every arm by name, whether it counts or not.
    stand_in
        True if no readout of the panel was measured, so that lesser sites stand in.
    conflict
        Why the arms contradict each other, empty if they do not.
    """

    combined: Combined
    arms: Mapping[str, Arm]
    stand_in: bool
    conflict: str


def score_complex(view: View, group: SiteSet, knowledge: Knowledge, alpha: float) -> ComplexScore:
    """Score a complex from its arms.

    An arm is judged by the sites of its readouts in the panel (S6 S235/S236 and S240/S244, 4E-BP1,
    AKT S473) where any of them has a tested change, else by its other members, the stand-ins. The
    complex is judged by the arms whose readouts were measured; only if none was, by the stand-ins
    of all arms. Arms are different quantities, so they are averaged by precision
    (`phosres.stats.pool`), and arms that moved against each other are a conflict.

    Parameters
    ----------
    view
        Curated features as one level and subject sees them.
    group
        The complex, with arms.
    knowledge
        The panel of readouts.
    alpha
        Level at which an arm counts as moved.
    """
    panel = {s for r in knowledge.readouts.values() if r.complex == group.id for s in r.sites}
    best, other = {}, {}
    for name, members in group.arms.items():
        declared = tuple(m for m in members if m.site_id in panel)
        lesser = tuple(m for m in members if m.site_id not in panel)
        best[name] = Arm(name, declared, combine(view, declared))
        other[name] = Arm(name, lesser, combine(view, lesser))
    deciding = [a for a in best.values() if a.combined.estimable]
    stand_in = not deciding
    if stand_in:
        deciding = [a for a in other.values() if a.combined.estimable]
    shown = {
        name: replace(best[name] if best[name].combined.estimable else other[name], members=members)
        for name, members in group.arms.items()
    }
    combined = _average(deciding, float(view.correlation["between"]), stand_in=stand_in)
    return ComplexScore(combined, shown, stand_in, _conflict(deciding, alpha))


def _average(arms: list[Arm], between: float, *, stand_in: bool) -> Combined:
    """Average the arms by precision and put their forms together."""
    if not arms:
        return nothing()
    parts = [a.combined for a in arms]
    estimates, se = np.array([c.estimate for c in parts]), np.array([c.se for c in parts])
    pooled = pool(estimates, se, [c.df for c in parts], weights=se**-2, correlation=between)
    apart = float(np.ptp(estimates)) / 2
    weights = pooled.weights.tolist()
    spread = np.linalg.norm([c.se_spread * w for c, w in zip(parts, weights, strict=True)])
    forms = {
        f.feature: replace(f, share=f.share * w)
        for c, w in zip(parts, weights, strict=True)
        for f in c.forms
    }
    return Combined(
        estimate=pooled.estimate,
        se=pooled.se,
        df=pooled.df,
        tau=apart,
        se_spread=float(np.hypot(spread, apart)),
        p_without=float("nan"),
        forms=tuple(forms.values()),
        notes=_notes(arms, stand_in=stand_in),
    )


def _notes(arms: list[Arm], *, stand_in: bool) -> tuple[str, ...]:
    """Say what each arm shows, and that stand-ins were used if they were."""
    notes = [f"{a.name} arm {a.combined.estimate:+.2f} ± {a.combined.se:.2f}" for a in arms]
    notes += [n for a in arms for n in a.combined.notes]
    if stand_in:
        notes.insert(0, "no readout of the panel is measured: stand-ins of lower specificity")
    return tuple(dict.fromkeys(notes))


def _conflict(arms: list[Arm], alpha: float) -> str:
    """Say which arms moved against each other."""
    up = [a.name for a in arms if a.combined.p < alpha and a.combined.estimate > 0]
    down = [a.name for a in arms if a.combined.p < alpha and a.combined.estimate < 0]
    if up and down:
        return f"its arms contradict each other: {', '.join(up)} up, {', '.join(down)} down"
    return ""
