"""Score the declared readouts of one level and subject."""

import numpy as np

from phosres import stats
from phosres.evidence import Combined, View, combine
from phosres.knowledge import Knowledge, Readout
from phosres.scoring._rows import Key, Row, evidence_rows, identification_notes
from phosres.scoring._status import Rule, judge


def score_readouts(
    view: View, knowledge: Knowledge, rule: Rule, key: Key
) -> tuple[list[Row], list[Row]]:
    """Score every readout of the panel; p values are adjusted by Holm within the panel.

    Parameters
    ----------
    view
        Curated features as the level and subject sees them.
    knowledge
        Readouts of the panel.
    rule
        Level and margin.
    key
        contrast, level and subject.

    Returns
    -------
    Rows of the readout table and of the evidence table.
    """
    panel = list(knowledge.readouts.values())
    combined = [combine(view, r.members) for r in panel]
    q = stats.holm(np.array([c.p for c in combined]))
    tested = int(np.isfinite(q).sum())
    rows, evidence = [], []
    for readout, c, adjusted in zip(panel, combined, q.tolist(), strict=True):
        rows.append(dict(key) | _row(readout, c, adjusted, rule, tested))
        evidence += evidence_rows(key, readout.id, c)
    return rows, evidence


def _row(readout: Readout, c: Combined, q: float, rule: Rule, tested: int) -> Row:
    """Make one row of the readout table."""
    outcome = judge(c, q, rule, n_tests=tested)
    low, high = c.interval(rule.alpha)
    reason = "; ".join([outcome.reason, *c.notes, *identification_notes(c)])
    if outcome.status == "not_measured":
        reason = _not_measured(readout)
    return {
        "readout": readout.id,
        "complex": readout.complex,
        "status": outcome.status,
        "log2fc": c.estimate,
        "ci_low": low,
        "ci_high": high,
        "p": c.p,
        "q": q,
        "n_features": len(c.forms),
        "features": " | ".join(f.feature for f in c.forms),
        "reason": reason,
        "se": c.se,
        "df": c.df,
        "p_unchanged": outcome.p_unchanged,
        "mdc": outcome.mdc,
        "tau": c.tau,
        "n_agree": sum(f.signed * c.estimate > 0 for f in c.counted),
        "family": f"Holm over {tested} measured readouts",
        "normalization_dependent": False,
    }


def _not_measured(readout: Readout) -> str:
    """Say which sites are missing and what stands in for them."""
    sites = ", ".join(readout.sites)
    instead = f"; stand-ins to look at: {', '.join(readout.stand_ins)}" if readout.stand_ins else ""
    return f"none of {sites} is in the table (not measured is not down){instead}"
