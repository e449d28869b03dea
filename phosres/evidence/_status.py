"""The five-valued outcome: up, down, unchanged, inconclusive, not measured."""

from dataclasses import dataclass

import numpy as np

from phosres import stats
from phosres.evidence._combined import AGREEMENT, Combined, write_p


@dataclass(frozen=True, slots=True)
class Rule:
    """When a change counts as a change, and when as none.

    Parameters
    ----------
    alpha
        Level of the tests (adjusted p for a change, equivalence p for none).
    margin
        Largest change that still counts as unchanged, log2.
    """

    alpha: float
    margin: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Status of one readout or set with the numbers behind it.

    Parameters
    ----------
    status
        One of `phosres.columns.STATUSES`.
    reason
        Why, one sentence.
    p_unchanged
        p value of the equivalence test.
    mdc
        Smallest change found in 80 of 100 cases at this noise, log2.
    """

    status: str
    reason: str
    p_unchanged: float
    mdc: float


def judge(combined: Combined, q: float, rule: Rule, *, n_tests: int | None) -> Outcome:
    """Turn a combined change into an outcome.

    *up* or *down*: the adjusted p value is below alpha, at least two thirds of the evidence by
    weight moves that way, and the most phosphorylated forms do not contest it. *unchanged*: two
    one-sided tests show that the change lies within the margin, with the spread between units
    counted as uncertainty (this wins over a significant but small change). Otherwise
    *inconclusive*: neither can be shown. Without any feature it is *not_measured*.

    Parameters
    ----------
    combined
        The combined change.
    q
        Its p value adjusted within the family.
    rule
        Level and margin.
    n_tests
        Size of a Holm family, for the minimal detectable change; None where the adjustment leaves
        no fixed level (BH): it is then that of one test alone, and not part of the reason.

    Returns
    -------
    Status, reason, equivalence p and minimal detectable change.

    References
    ----------
    Schuirmann DJ. J Pharmacokinet Biopharm 1987;15:657, doi:10.1007/BF01068419 (two one-sided
    tests).
    """
    n = len(combined.forms)
    if n == 0:
        return Outcome("not_measured", "none of its sites is in the table", np.nan, np.nan)
    if not combined.estimable:
        notes = ", ".join(sorted({f.note for f in combined.forms}))
        why = f"seen (forms: {n}), but no change can be tested: {notes}"
        return Outcome("inconclusive", why, np.nan, np.nan)
    p_unchanged = float(
        stats.tost(combined.estimate, combined.se_spread, combined.df, margin=rule.margin)
    )
    level = rule.alpha / (n_tests or 1)
    mdc = float(stats.minimal_detectable_change(combined.se, combined.df, alpha=level).mdc)
    change = f"{combined.estimate:+.2f} log2 (adjusted p {write_p(q)})"
    if p_unchanged < rule.alpha:
        within = f"within ±{rule.margin:.2f} log2 (equivalence p {write_p(p_unchanged)})"
        small = ", a small change" if q < rule.alpha else ""
        return Outcome("unchanged", f"{change}{small}, {within}", p_unchanged, mdc)
    if q < rule.alpha and combined.contested > 1 - AGREEMENT:
        against = "the forms with the most phosphates do not show it"
        return Outcome("inconclusive", f"{change}, but {against}", p_unchanged, mdc)
    if q < rule.alpha and combined.agreement < AGREEMENT:
        against = f"only {combined.agreement:.0%} of the evidence moves that way"
        return Outcome("inconclusive", f"{change}, but {against}", p_unchanged, mdc)
    if q < rule.alpha:
        status = "up" if combined.estimate > 0 else "down"
        return Outcome(status, change, p_unchanged, mdc)
    least = f"; smallest findable {mdc:.2f}" if n_tests else ""
    why = f"{change}: neither a change nor its absence can be shown{least}"
    return Outcome("inconclusive", why, p_unchanged, mdc)
