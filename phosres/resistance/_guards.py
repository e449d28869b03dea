"""What stands between a pattern and a yes: stress that imitates it, or that touched it."""

from phosres.resistance._context import Context, Finding


def block(context: Context, gate: str, finding: Finding) -> Finding | None:
    """Return a finding that is not assessable where stress imitates it and is not ruled out.

    Parameters
    ----------
    context
        With the finding of the gate.
    gate
        What a shift of stress sites does to the finding: only ``block`` matters here.
    finding
        A yes.
    """
    stress = context.findings["ISCHEMIA"]
    if gate != "block" or stress.status == "no":
        return None
    return Finding(
        "not_assessable",
        f"stress or ischemia imitates it and is not ruled out ({stress.reason}; {finding.reason})",
        sites=finding.sites,
    )


def warn(context: Context, gate: str, finding: Finding) -> Finding:
    """Lower the grade of a yes that a stress shift may have touched.

    Parameters
    ----------
    context, gate, finding
        As for `block`; only ``warn`` matters here.
    """
    shifted = context.findings["ISCHEMIA"].status == "yes"
    if finding.status != "yes" or gate != "warn" or not shifted:
        return finding
    reason = f"{finding.reason}; stress sites moved too, which may have contributed"
    return Finding("yes", reason, "weak", finding.sites, finding.hypothesis)
