"""Score the declared readouts of one contrast, level and subject."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from phosres import stats
from phosres.evidence import Combined, Residuals, combine, members_table
from phosres.knowledge import Knowledge, Readout
from phosres.results import Contrast, SiteEffects
from phosres.scoring._status import Rule, judge


def score_readouts(
    contrast: Contrast,
    effects: SiteEffects,
    knowledge: Knowledge,
    rule: Rule,
    residuals: Residuals | None,
) -> tuple[list[dict[str, object]], list[pd.DataFrame]]:
    """Score every readout of the panel; p values are adjusted by Holm within the panel.

    Parameters
    ----------
    contrast
        The contrast.
    effects
        Its effects at one level and subject.
    knowledge
        Readouts of the panel.
    rule
        Level and margin.
    residuals
        Residuals of curated features, for their noise correlation.

    Returns
    -------
    Rows of the readout table and of the evidence table.
    """
    panel = list(knowledge.readouts.values())
    combined = [
        combine(contrast, effects, members_table(r.members), residuals=residuals) for r in panel
    ]
    q = stats.holm(np.array([c.p for c in combined]))
    tested = int(np.isfinite(q).sum())
    key = {"contrast": contrast.name, "level": effects.level, "subject": effects.subject}
    rows = [
        key | _row(readout, c, float(adjusted), rule, tested)
        for readout, c, adjusted in zip(panel, combined, q, strict=True)
    ]
    return rows, list(_evidence(key, panel, combined))


def _row(readout: Readout, c: Combined, q: float, rule: Rule, tested: int) -> dict[str, object]:
    """Make one row of the readout table."""
    outcome = judge(c, q, rule, n_tests=tested)
    low, high = c.interval(rule.alpha)
    counted = c.evidence[c.evidence["share"] > 0]
    agree = int((np.sign(counted["signed"]) == np.sign(c.estimate)).sum())
    reason = "; ".join([outcome.reason, *c.notes])
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
        "n_features": len(c.evidence),
        "features": " | ".join(c.evidence.index),
        "reason": reason,
        "se": c.se,
        "df": c.df,
        "p_unchanged": outcome.p_unchanged,
        "mdc": outcome.mdc,
        "tau": c.tau,
        "n_agree": agree,
        "family": f"Holm over {tested} measured readouts",
        "normalization_dependent": False,
    }


def _not_measured(readout: Readout) -> str:
    """Say which sites are missing and what stands in for them."""
    sites = ", ".join(readout.sites)
    instead = f"; stand-ins to look at: {', '.join(readout.stand_ins)}" if readout.stand_ins else ""
    return f"none of {sites} is in the table (not measured is not down){instead}"


def _evidence(
    key: dict[str, str], panel: Iterable[Readout], combined: Iterable[Combined]
) -> Iterable[pd.DataFrame]:
    """Yield the evidence rows of each readout."""
    for readout, c in zip(panel, combined, strict=True):
        if len(c.evidence):
            yield evidence_rows(key, readout.id, c)


def evidence_rows(key: dict[str, str], target: str, c: Combined) -> pd.DataFrame:
    """Rows of the evidence table for one readout or set.

    Parameters
    ----------
    key
        contrast, level and subject.
    target
        Readout or set.
    c
        The combined change.
    """
    table = c.evidence[["site_ids", "sign", "log2fc", "se", "share", "note"]]
    return table.rename(columns={"share": "weight"}).assign(
        feature=c.evidence.index, target=target, **key
    )
