"""Score the declared readouts of one level and subject."""

import numpy as np

from phosres import stats
from phosres.evidence import Combined, Rule, View, combine, judge
from phosres.knowledge import Knowledge, Readout
from phosres.scoring._rows import Key, Row, evidence_rows, identification_notes


def score_readouts(
    view: View, knowledge: Knowledge, rule: Rule, key: Key
) -> tuple[list[Row], list[Row]]:
    """Score every readout of the panel; p values are adjusted by Holm within the panel.

    The family of a cohort are the readouts it could test. That of one subject is the declared
    panel, tested or not: what a single pair measures on both sides is an outcome of that pair, and
    a level that does not depend on it can be stated beforehand.

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
    p = np.array([c.p for c in combined])
    tested = np.isfinite(p)
    declared = key["level"] == "subject"
    # A readout without a test cannot be called: it stays in a declared family with a p value of 1.
    family_p = np.where(tested, p, 1.0) if declared else p
    q = np.where(tested, stats.holm(family_p), np.nan)
    n = len(panel) if declared else int(tested.sum())
    family = f"Holm over {f'the {n} declared' if declared else f'{n} measured'} readouts"
    rows, evidence = [], []
    for readout, c, adjusted in zip(panel, combined, q.tolist(), strict=True):
        row = _row(readout, c, adjusted, rule, n)
        rows.append(dict(key) | row | {"family": family})
        evidence += evidence_rows(key, readout.id, c)
    return rows, evidence


def _row(readout: Readout, c: Combined, q: float, rule: Rule, n_tests: int) -> Row:
    """Make one row of the readout table."""
    outcome = judge(c, q, rule, n_tests=n_tests)
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
        "normalization_dependent": False,
    }


def _not_measured(readout: Readout) -> str:
    """Say which sites are missing and what stands in for them."""
    sites = ", ".join(readout.sites)
    instead = f"; stand-ins to look at: {', '.join(readout.stand_ins)}" if readout.stand_ins else ""
    return f"none of {sites} is in the table (not measured is not down){instead}"
