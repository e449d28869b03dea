"""What a rule sees in a set, a readout, some sites or a protein: one of the five outcomes.

Sets and readouts were judged when they were scored. Sites and proteins that only a rule asks about
are combined and judged here the same way; their p values are adjusted by Holm over all that the
rules of the drug ask about, measured or not, so that less data is no gain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from phosres import stats
from phosres.evidence import Combined, Form, Outcome, combine, judge, nothing, write_p
from phosres.evidence import Rule as Limits
from phosres.knowledge import Member, Rule, Term
from phosres.resistance._context import Context, ScoredRow, describe

Subject = tuple[str, tuple[str, ...]]
"""What is looked at: kind and names of a term."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found where a rule looked.

    Parameters
    ----------
    status
        One of `phosres.columns.STATUSES`.
    text
        The numbers, or why there are none.
    sites
        Features it rests on, with their change.
    n_sites, n_proteins, q
        How much it rests on, and its adjusted p value.
    """

    status: str
    text: str
    sites: str = ""
    n_sites: int = 0
    n_proteins: int = 0
    q: float = float("nan")

    @property
    def known(self) -> bool:
        """Whether it was measured and told anything."""
        return self.status not in ("not_measured", "inconclusive")


def look_at(context: Context, rules: Iterable[Rule]) -> Mapping[Subject, Look]:
    """Look at everything that some rules ask about.

    Parameters
    ----------
    context
        Contrast and scores of one level and subject.
    rules
        The rules that are asked; sites and proteins of all of them are one family.

    Returns
    -------
    What was found, by `Term.subject`.
    """
    terms = {t.subject: t for rule in rules for t in rule.terms}
    own = {s: _combine(context, t) for s, t in terms.items() if t.kind in ("sites", "protein")}
    looks = _judge(context, own)
    return {
        s: looks[s] if s in looks else _scored(context, t.kind, t.names[0])
        for s, t in terms.items()
    }


def _combine(context: Context, term: Term) -> Combined:
    """Combine sites, each up when it rises, or take the change of a protein."""
    if term.kind == "sites":
        return combine(context.view, [Member(name, 1, "", 1.0, "") for name in term.names])
    gene = term.names[0]
    amount = context.proteins.get(gene)
    if amount is None:
        return nothing()
    form = Form(term.label, gene, gene, (), 1, 1.0, amount.log2fc, amount.se, share=1.0)
    return Combined(amount.log2fc, amount.se, amount.df, 0.0, amount.se, (form,))


def _judge(context: Context, own: Mapping[Subject, Combined]) -> dict[Subject, Look]:
    """Judge what only rules ask about, adjusted over all of it."""
    if not own:
        return {}
    p = np.array([c.p for c in own.values()])
    q = stats.holm(np.where(np.isnan(p), 1.0, p))
    limits = Limits(alpha=context.alpha, margin=context.margin)
    return {
        subject: _look(
            subject[0], found, adjusted, judge(found, adjusted, limits, n_tests=len(own)), context
        )
        for (subject, found), adjusted in zip(own.items(), q.tolist(), strict=True)
    }


def _look(kind: str, found: Combined, q: float, outcome: Outcome, context: Context) -> Look:
    """Write down what was found for sites or a protein."""
    if not found.estimable:
        absent = "no proteome tells its amount" if kind == "protein" else outcome.reason
        return Look(outcome.status, absent)
    low, high = found.interval(context.alpha)
    text = f"{found.estimate:+.2f} log2 ({low:+.2f} to {high:+.2f}, adjusted p {write_p(q)})"
    n_sites = len(found.sites) or len(found.counted)
    return Look(outcome.status, text, found.listed(), n_sites, len(found.proteins), q)


def _scored(context: Context, kind: str, name: str) -> Look:
    """Take a set or a readout as it was scored."""
    table = context.activities if kind == "set" else context.readouts
    row = table.get(name)
    if row is None or row["status"] == "not_measured":
        return Look("not_measured", "none of its sites is in the table")
    return _set(row) if kind == "set" else _readout(row, context)


def _set(row: ScoredRow) -> Look:
    """Take a row of the activities."""
    text = describe(row) if np.isfinite(row["score"]) else str(row["reason"])
    counts = int(row["n_measured"]), int(row["n_proteins"])
    return Look(row["status"], text, str(row["members"]), *counts, float(row["q"]))


def _readout(row: ScoredRow, context: Context) -> Look:
    """Take a row of the readouts, whose sites lie on one protein or its paralog."""
    if not np.isfinite(row["log2fc"]):
        return Look(row["status"], str(row["reason"]))
    text = (
        f"{row['log2fc']:+.2f} log2 ({row['ci_low']:+.2f} to {row['ci_high']:+.2f}, adjusted p "
        f"{write_p(row['q'])}, forms: {row['n_features']})"
    )
    changes = dict(zip(context.view.features, context.view.log2fc.tolist(), strict=True))
    forms = " | ".join(f"{f} {changes[f]:+.2f}" for f in str(row["features"]).split(" | "))
    return Look(row["status"], text, forms, int(row["n_features"]), 1, float(row["q"]))
