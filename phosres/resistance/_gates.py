"""Gates: what must be looked at before any call is made."""

from phosres.resistance._context import Context, Finding, describe

ISCHEMIA_SET = "QC_ISCHEMIA"


def ischemia(context: Context) -> Finding:
    """Did handling time differ between the samples, so that stress imitates resistance?

    The stress module (p38, JNK and HSP27 sites that rise within minutes of excision) is scored
    like any set. *yes*: it moved, in either direction, so calls that stress can imitate are not
    assessable. *no*: it was measured and is not shown to have moved. A drug may move the same
    sites, which cannot be told apart from handling without the minutes of ischemia.

    Parameters
    ----------
    context
        Contrast and scores.
    """
    row = context.activity(ISCHEMIA_SET)
    minutes = _minutes(context)
    if row is None or row["status"] == "not_measured":
        return Finding("not_assessable", f"no stress site is measured{minutes}")
    text = describe(row)
    if row["status"] in ("up", "down"):
        return Finding(
            "yes",
            f"stress sites went {row['status']} between the samples: {text}{minutes}",
            grade="moderate" if row["n_proteins"] > 1 else "weak",
            sites=str(row["members"]),
            hypothesis="consistent with a difference in handling time, or with stress caused by "
            "the drug",
        )
    return Finding(
        "no", f"no shift of stress sites is shown: {text}{minutes}", sites=str(row["members"])
    )


def _minutes(context: Context) -> str:
    """Say what the sample sheet tells about ischemia times."""
    samples = context.contrast.data.samples
    if "ischemia_min" not in samples.columns:
        return "; minutes of ischemia are not in the sample sheet"
    arms = context.contrast.arms
    if context.effects.level == "subject":
        arms = arms[arms["subject"] == context.effects.subject]
    minutes = samples["ischemia_min"].reindex(arms.index).astype(str)
    pre = ", ".join(minutes[arms["arm"] == "pre"].unique()[:6])
    on = ", ".join(minutes[arms["arm"] == "on"].unique()[:6])
    return f"; ischemia minutes in the sheet: pre {pre}, on {on}"
