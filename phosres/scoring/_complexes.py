"""mTORC1 and mTORC2: the best evidence measured decides, stand-ins speak where it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from phosres.evidence import Combined, Form, View, combine, nothing
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
        Every arm by name, whether it counts or not; and, as ``ARM.PART``, parts of an arm.
    stand_in
        True if no readout of the panel was measured, so that lesser sites stand in.
    conflict
        Why no status may be given: the arms contradict each other, or rest on shared sites only;
        empty if one may.
    """

    combined: Combined
    arms: Mapping[str, Arm]
    stand_in: bool
    conflict: str


# Parts of an arm that a drug may tell apart: rapamycin spares 4E-BP1 T37/T46, S65 less so (Choo et
# al. 2008, PMID 18955708; Thoreen et al. 2009, PMID 19150980). 4E-BP1 and 4E-BP2 by residue.
_PARTS: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {("MTORC1", "4EBP"): {"T37_T46": ("_T37", "_T46"), "S65_T70": ("_S65", "_T70")}}
)
_SHARED_ONLY = "rests only on sites that other kinases phosphorylate too"


def score_complex(view: View, group: SiteSet, knowledge: Knowledge, alpha: float) -> ComplexScore:
    """Score a complex from its arms.

    An arm is decided by the specific sites of its readouts in the panel (S6 S240/S244, 4E-BP1
    T37/T46/S65, AKT S473), where any of them has a tested change: sites that other kinases write
    too (S6 S235/S236) never decide, whether beside them or alone. The complex is judged by the arms
    that could be decided; only if none could, by the members outside the panel, the stand-ins, of
    all arms. Arms are different quantities, so they are averaged by precision
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
    deciding, standing, shared = [], [], []
    shown: dict[str, Arm] = {}
    counted: set[str] = set()
    for name, members in group.arms.items():
        own = [m for m in members if m.site_id in panel]
        tries = (
            [m for m in own if m.weight >= 1],
            own,
            [m for m in members if m.site_id not in panel],
        )
        specific, declared, lesser = (
            Arm(name, members, combine(view, t, without=counted)) for t in tries
        )
        counted |= {f.feature for a in (specific, lesser) for f in a.combined.counted}
        deciding += [specific] if specific.combined.estimable else []
        standing += [lesser] if lesser.combined.estimable else []
        shared += [declared] if declared.combined.estimable else []
        best = (a for a in (specific, declared, lesser) if a.combined.estimable)
        shown[name] = next(best, declared)
        for part, ends in _PARTS.get((group.id, name), {}).items():
            sites = tuple(m for m in members if m.site_id.endswith(ends))
            shown[f"{name}.{part}"] = Arm(name, sites, combine(view, sites))
    used = deciding or standing or shared
    stand_in = used is standing
    combined = _average(used, view.correlation, stand_in=stand_in)
    combined = _with_silent(combined, combine(view, group.members))
    conflict = _SHARED_ONLY if used is shared else _conflict(used, alpha)
    return ComplexScore(combined, shown, stand_in, conflict)


def _with_silent(combined: Combined, every: Combined) -> Combined:
    """Add the measured members that do not speak, with no share, and why they do not."""
    spoken = {f.feature for f in combined.forms}
    silent = tuple(
        replace(f, share=0.0, note=f.note or _why_silent(f))
        for f in every.forms
        if f.feature not in spoken
    )
    return replace(combined, forms=combined.forms + silent)


def _why_silent(form: Form) -> str:
    """Say why a measured member is not counted."""
    if form.weight < 1:
        return "other kinases write it too: not counted beside more specific sites"
    return "stand-in: not counted beside a readout of the panel"


def _average(arms: list[Arm], correlation: Mapping[str, Any], *, stand_in: bool) -> Combined:
    """Average the arms by precision and put their forms together."""
    if not arms:
        return nothing()
    parts = [a.combined for a in arms]
    estimates, se = np.array([c.estimate for c in parts]), np.array([c.se for c in parts])
    noise = _between(parts, correlation)
    pooled = pool(estimates, se, [c.df for c in parts], weights=se**-2, correlation=noise)
    apart = float(np.ptp(estimates)) / 2
    spread = np.array([c.se_spread for c in parts]) * pooled.weights
    return Combined(
        estimate=pooled.estimate,
        se=pooled.se,
        df=pooled.df,
        tau=apart,
        se_spread=float(np.hypot(np.sqrt(spread @ noise @ spread), apart)),
        forms=tuple(
            replace(f, share=f.share * w)
            for c, w in zip(parts, pooled.weights.tolist(), strict=True)
            for f in c.forms
        ),
        notes=_notes(arms, stand_in=stand_in),
        contested=float(np.array([c.contested for c in parts]) @ pooled.weights),
    )


def _between(parts: list[Combined], correlation: Mapping[str, Any]) -> np.ndarray:
    """Noise correlation between arms: that of one protein where they share any."""
    proteins = [set(c.proteins) for c in parts]
    matrix = np.array(
        [
            [float(correlation["protein" if a & b else "between"]) for b in proteins]
            for a in proteins
        ]
    )
    np.fill_diagonal(matrix, 1.0)
    return matrix


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
