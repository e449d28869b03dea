"""The ten readouts a state is inferred from, taken out of one level and subject."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from phosres.evidence import Combined, View, combine
from phosres.knowledge import Knowledge, Member
from phosres.states._model import AXES


@dataclass(frozen=True, slots=True)
class Channel:
    """A readout of one axis.

    Parameters
    ----------
    id, name
        Id, and its name for people.
    axis
        The quantity of `phosres.states._model.AXES` it reports.
    group
        Gene whose noise it shares with other channels; empty for none.
    correlation
        Which noise correlation that is: forms of one ``stretch``, or of one ``protein``.
    spread
        How far one of its proteins differs from the axis it reports, log2 standard deviation.
    lapse
        Probability that it does not report its axis.
    readout
        Readout of the panel it belongs to; empty for stand-ins.
    """

    id: str
    name: str
    axis: str
    group: str
    correlation: str
    spread: float
    lapse: float
    readout: str = ""

    @property
    def axis_index(self) -> int:
        """Place of the axis."""
        return AXES.index(self.axis)


# Spread and lapse are stated estimates. A panel readout is nearly its axis; stand-ins are other
# proteins with other kinases beside. One in twenty panel
# readouts is taken to be something else than it seems: another kinase, a wrong residue, stroma.
CHANNELS = (
    Channel("S6_S240_S244", "S6 S240/S244", "S6K", "RPS6", "stretch", 0.3, 0.05, "S6_S240_S244"),
    Channel("S6K_OTHER", "other S6K-only sites", "S6K", "", "", 0.6, 0.15),
    Channel("S6_S235_S236", "S6 S235/S236", "DUAL", "RPS6", "stretch", 0.3, 0.05, "S6_S235_S236"),
    Channel("4EBP1_T37_T46", "4E-BP1 T37/T46", "EBP", "EIF4EBP1", "protein", 0.3, 0.05, "4EBP1"),
    Channel("4EBP1_S65_T70", "4E-BP1 S65/T70", "LATE", "EIF4EBP1", "protein", 0.4, 0.1, "4EBP1"),
    Channel("MTORC1_DIRECT", "other mTORC1 substrates", "DIRECT", "", "", 0.7, 0.2),
    Channel("AKT_HM", "AKT S473", "AKT", "", "", 0.3, 0.05, "AKT_S473"),
    Channel("SGK_NDRG1", "NDRG1 (SGK, stand-in)", "AKT", "", "", 0.7, 0.2),
    Channel("AKT_SUBSTRATES", "AKT substrates (stand-in)", "AKT", "", "", 0.6, 0.15),
    Channel("RSK", "RSK and its sites", "RSK", "", "", 0.5, 0.1),
)


def channel_members(knowledge: Knowledge) -> Mapping[str, tuple[Member, ...]]:
    """Return the sites of each channel.

    Parameters
    ----------
    knowledge
        Readouts and sets.
    """
    panel = {s for r in knowledge.readouts.values() for s in r.sites}
    ebp = knowledge.readouts["4EBP1"].members
    arms1, arms2 = knowledge.sets["MTORC1"].arms, knowledge.sets["MTORC2"].arms
    early = ("_T37", "_T46")
    motif = arms2["AKT_HM"]
    sgk = _heavy(arms2["SGK_NDRG1"], 0.5)
    return {
        "S6_S240_S244": knowledge.readouts["S6_S240_S244"].members,
        "S6K_OTHER": _heavy((m for m in arms1["S6K"] if m.site_id not in panel), 1.0),
        "S6_S235_S236": knowledge.readouts["S6_S235_S236"].members,
        "4EBP1_T37_T46": tuple(m for m in ebp if m.site_id.endswith(early)),
        "4EBP1_S65_T70": tuple(m for m in ebp if not m.site_id.endswith(early)),
        "MTORC1_DIRECT": _heavy(arms1["DIRECT"], 1.0),
        "AKT_HM": motif,
        "SGK_NDRG1": sgk,
        "AKT_SUBSTRATES": _heavy(knowledge.sets["AKT"].members, 0.5),
        "RSK": _heavy(knowledge.sets["RSK"].members, 1.0),
    }


def _heavy(members: Iterable[Member], least: float) -> tuple[Member, ...]:
    """Keep the members that are specific enough."""
    return tuple(m for m in members if m.weight >= least)


def measure(view: View, members: Mapping[str, tuple[Member, ...]]) -> dict[str, Combined]:
    """Combine the forms of each channel; a form counts in one channel of an axis only.

    S6 S235/S236 is taken as the amount of all forms that carry either site, those with S240 or S244
    included: when S240/S244 are lost, what is left are forms of S235/S236 alone, which rise without
    any kinase having risen. Their sum does not.

    Parameters
    ----------
    view
        Curated features as one level and subject sees them.
    members
        Sites of each channel.
    """
    counted: set[str] = set()
    found: dict[str, Combined] = {}
    for channel in CHANNELS:
        sites = members[channel.id]
        if channel.id == "S6_S235_S236":
            found[channel.id] = _total(view, sites)
            continue
        fed = _fed_forms(view, sites) if channel.group else set()
        c = combine(view, sites, without=counted | fed)
        counted |= {f.feature for f in c.counted}
        found[channel.id] = c
    return found


def _tested(view: View, members: Iterable[Member]) -> list[int]:
    """List the features with a tested change that carry any of the sites."""
    rows = sorted({r for m in members for r in view.by_site.get(m.site_id, ())})
    return [r for r in rows if np.isfinite(view.log2fc[r]) and view.se[r] > 0]


def _fed_forms(view: View, members: Iterable[Member]) -> set[str]:
    """Name the singly phosphorylated forms of proteins with multiply phosphorylated ones.

    Where sites are filled one after the other, the loss of the full forms feeds the singly
    phosphorylated one and their gain empties it: beside a fuller form it tells nothing.
    """
    rows = _tested(view, members)
    many = {view.protein[r] for r in rows if view.multiplicity[r] > 1}
    return {view.features[r] for r in rows if view.multiplicity[r] == 1 and view.protein[r] in many}


def _total(view: View, members: tuple[Member, ...]) -> Combined:
    """Change of the summed amount of all forms; plain combination for tables without amounts."""
    plain = combine(view, members)
    at = np.array(_tested(view, members), dtype=np.int64)
    if not plain.estimable or not at.size or np.isnan(view.mean[at]).any():
        return plain
    change, se = view.log2fc[at], view.se[at]
    pre = np.exp2(view.mean[at] - view.mean[at].max() - change / 2)
    on = pre * np.exp2(change)
    share = (pre / pre.sum() + on / on.sum()) / 2
    parts = share * se
    rho = float(view.correlation["stretch"])
    error = float(np.sqrt((1 - rho) * (parts**2).sum() + rho * parts.sum() ** 2))
    estimate = float(np.log2(on.sum() / pre.sum()))
    # The forms differ in response, which the amounts do not show: their spread is uncertainty.
    tau = float(np.sqrt(share @ (change - estimate) ** 2)) if at.size > 1 else 0.0
    return Combined(
        estimate=estimate,
        se=error,
        df=plain.df,
        tau=tau,
        se_spread=error,
        forms=plain.forms,
        notes=plain.notes,
    )
