"""Gates: what must be looked at before any call is made."""

from phosres.evidence import write_p
from phosres.knowledge import ALIKE_MINUTES
from phosres.resistance._context import Context, Finding, describe

ISCHEMIA_SET = "QC_ISCHEMIA"


def ischemia(context: Context) -> Finding:
    """Did handling time differ between the samples, so that stress imitates resistance?

    The stress module (p38, JNK and HSP27 sites that rise within minutes of excision) is scored
    like any set, but asked by itself: a gate guards other calls, so its p is not adjusted for the
    pathways beside it, which would open it more easily the more of them there are. *yes*: it
    moved, in either direction, so calls that stress can imitate are not assessable. *no*: it was
    measured and is not shown to have moved, or no stress site is measured but the sheet says that
    the times were alike and does not say that the samples were collected differently. A drug may
    move the same sites, which cannot be told apart from handling without the minutes of ischemia.

    Parameters
    ----------
    context
        Contrast and scores.
    """
    row = context.activity(ISCHEMIA_SET)
    pre, on = _stated(context, "ischemia_min")
    stated = f"; ischemia minutes in the sheet: pre {pre or 'unknown'}, on {on or 'unknown'}"
    ways = _stated(context, "collection")
    differently = all(ways) and ways[0] != ways[1]
    if differently:
        stated += f"; collected by {ways[0]} before, by {ways[1]} on treatment"
    if row is None or row["status"] == "not_measured":
        if _alike(pre, on) and not differently:
            return Finding("no", f"no stress site is measured, but times are alike{stated}", "weak")
        return Finding("not_assessable", f"no stress site is measured{stated}")
    text, sites = describe(row), str(row["members"])
    grade = "moderate" if row["n_proteins"] > 1 else "weak"
    if row["status"] in ("up", "down") or row["p"] < context.alpha:
        way = "up" if row["score"] > 0 else "down"
        return Finding(
            "yes",
            f"stress sites went {way} between the samples: {text}, p {write_p(row['p'])}{stated}",
            grade=grade,
            sites=sites,
            hypothesis="consistent with a difference in handling time, or with stress caused by "
            "the drug",
        )
    return Finding("no", f"no shift of stress sites is shown: {text}{stated}", grade, sites)


def _stated(context: Context, column: str) -> tuple[str, str]:
    """Return what the sheet says of either side in a column, '' if it does not."""
    samples = context.contrast.data.samples
    if column not in samples.columns:
        return "", ""
    arms = context.contrast.arms
    if context.effects.level == "subject":
        arms = arms[arms["subject"] == context.effects.subject]
    cells = samples[column].reindex(arms.index).astype(str)
    pre, on = (", ".join(cells[arms["arm"] == arm].unique()[:6]) for arm in ("pre", "on"))
    return pre, on


def _alike(pre: str, on: str) -> bool:
    """Return whether all minutes of both sides are known and within `ALIKE_MINUTES`."""
    try:
        minutes = [float(m) for m in f"{pre}, {on}".split(", ")]
    except ValueError:
        return False
    return max(minutes) - min(minutes) <= ALIKE_MINUTES
