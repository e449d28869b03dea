"""What a run found, in sentences: pure functions of the rows of the output tables.

Every sentence carries the numbers it rests on. A call is a hypothesis, consistent with something,
never advice. *Not measured* and *cannot be assessed* are said as such. With one sample a side and
no known biopsy-to-biopsy variation, two samples differ; whether a drug did it cannot be known.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phosres.report.groups import Group
from phosres.report.wording import (
    count,
    fold,
    interval,
    is_missing,
    label,
    listing,
    log2,
    name,
    p_value,
    plural,
    sentence,
    size,
    words,
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tone:
    """What the sentences of one group may claim.

    Parameters
    ----------
    alpha
        Level of the tests; intervals have the confidence 1 - alpha.
    unchanged_fold
        Fold change within which a readout counts as unchanged.
    differ_only
        True for one subject without a known variation between biopsies: the two samples differ,
        nothing more.
    given
        True if the table holds changes: there are no samples before treatment.
    noise
        What the standard errors rest on, one of `phosres.columns.NOISES`.
    """

    alpha: float = 0.05
    unchanged_fold: float = 1.5
    differ_only: bool = False
    given: bool = False
    noise: str = "pair"

    @property
    def confidence(self) -> str:
        """Confidence of the intervals, such as '95 %'."""
        return f"{100 * (1 - self.alpha):g} %"


FEW_SUBJECTS = 5
"""Fewest subjects for which a share is written: of fewer, the count says as much."""


def tone(config: Mapping[str, Any], group: Group) -> Tone:
    """Choose what may be claimed about a group under the configuration of a run.

    Parameters
    ----------
    config
        Resolved configuration; its section ``statistics`` is used where present.
    group
        Whom the sentences are about.
    """
    statistics = config.get("statistics") or {}
    return Tone(
        alpha=float(statistics.get("alpha", 0.05)),
        unchanged_fold=float(statistics.get("unchanged_fold", 1.5)),
        differ_only=group.n_of_one and statistics.get("biopsy_sd") is None,
        given=group.given,
        noise=group.noise,
    )


def readout_sentence(row: Row, tone: Tone) -> str:
    """Say what became of one readout.

    Parameters
    ----------
    row
        Row of the readouts table.
    tone
        What may be claimed.
    """
    what, status = label(row["readout"]), row["status"]
    if status == "not_measured":
        return f"{what} was not measured, which says nothing about a change."
    forms = plural(int(row["n_features"] or 0), "peptidoform")
    gone = f" Peptidoforms of one side: {row['detection']}." if row["detection"] else ""
    if is_missing(row["log2fc"]):
        return f"{what} is inconclusive: {forms} seen, no change could be estimated.{gone}"
    numbers = f"{_interval(row, 'log2fc', tone)}, {_tests(row)}, from {forms}"
    if status == "unchanged":
        held = _held(what, tone)
        return f"{held}: {numbers} (equivalence p {p_value(row['p_unchanged'])}).{gone}"
    if status == "inconclusive":
        return f"{what} is inconclusive: {numbers}{_findable(row)}{_blocked(row, tone)}.{gone}"
    return f"{_moved(what, status, tone)}: {numbers}{_disagreement(row)}.{gone}"


def activity_sentence(row: Row, tone: Tone) -> str:
    """Say what became of one complex, arm or pathway.

    Parameters
    ----------
    row
        Row of the activities table.
    tone
        What may be claimed.
    """
    what, status = label(row["set"]), row["status"]
    coverage = f"{count(row['n_measured'])} of {plural(int(row['n_members'] or 0), 'member site')}"
    if status == "not_measured":
        return f"{what} was not measured: {coverage} seen, which says nothing about a change."
    if is_missing(row["score"]):
        return f"{what} is inconclusive: {coverage} seen. {sentence(row['reason'])}".strip()
    on = f" on {plural(int(row['n_proteins']), 'protein')}" if row["n_proteins"] else ""
    numbers = f"score {_interval(row, 'score', tone)}, {_tests(row)}, from {coverage}{on}"
    if status == "unchanged":
        return f"{_held(what, tone)}: {numbers}."
    if status == "inconclusive":
        return f"{what} is inconclusive: {numbers}{_blocked(row, tone)}."
    return f"{_moved(what, status, tone)}: {numbers}."


def _blocked(row: Row, tone: Tone) -> str:
    """Say why a small p decides nothing: the part of the reason that is not the numbers."""
    if is_missing(row["q"]) or row["q"] >= tone.alpha:
        return ""
    before, but, after = str(row["reason"]).partition(", but ")
    why = (after if but else before.partition(" (")[0]).partition(";")[0]
    return f"; no status is given: {why}" if why else ""


def panel_sentence(rows: Sequence[Row]) -> str:
    """Say the statuses of several readouts in one sentence, grouped by status.

    Parameters
    ----------
    rows
        Rows of the readouts table of one group.
    """
    parts = []
    for status in ("down", "up", "unchanged", "inconclusive", "not_measured"):
        names = [label(r["readout"]) for r in rows if r["status"] == status]
        if names:
            parts.append(f"{words(status)}: {listing(names)}")
    return f"Readouts {'; '.join(parts)}." if parts else "It has no readout of its own."


def engagement_sentence(rows: Sequence[Row], drug: str) -> str:
    """Say whether the drug engaged its target.

    Parameters
    ----------
    rows
        Calls of the kind engagement of one group.
    drug
        Drug or class as it was resolved; empty without drug context.
    """
    if not rows:
        if not drug:
            return "Not asked: the configuration names no drug."
        return f"Not assessed for {name(drug)}: no rule of engagement applies to it."
    said = {
        "yes": "Engagement seen",
        "no": "No engagement seen",
        "not_assessable": "Engagement could not be assessed",
    }
    of = f" of {name(drug)}" if drug else ""
    return " ".join(
        f"{said[r['status']]}{of} on {_graded(r)}. {sentence(r['reason'])}" for r in rows
    )


def state_sentence(row: Row) -> str:
    """Say which state of mTOR is claimed, how probable it is, and what speaks for and against it.

    Parameters
    ----------
    row
        Row of the states table, that of rank 1.
    """
    parts = [sentence(str(row["text"] or state_label(row["state"])))]
    if row["evidence_for"]:
        parts.append(f"For it: {sentence(str(row['evidence_for']))}")
    if row["evidence_against"]:
        parts.append(f"Against it: {sentence(str(row['evidence_against']))}")
    return " ".join(p for p in parts if p)


STATES: Mapping[str, str] = {
    "BOTH_OFF": "mTORC1 and mTORC2 are off",
    "MTORC1_OFF_AKT_FEEDBACK": "mTORC1 is off, AKT is up by feedback",
    "S6_OFF_4EBP1_KEPT": "S6 is off, 4E-BP1 is kept",
    "RSK_BYPASS": "S6 S235/S236 is kept by RSK",
    "MTORC1_KEPT": "mTORC1 is kept",
    "MTORC1_UP": "mTORC1 is up",
    "CANNOT_TELL": "The state cannot be told",
}
"""States of mTOR in words."""


def state_label(state: str) -> str:
    """Write the id of a state in words.

    Parameters
    ----------
    state
        Stable id.
    """
    return STATES.get(state, words(state))


def compensation_sentence(rows: Sequence[Row]) -> str:
    """Say which routes of compensation or resistance were called, and which were not.

    Parameters
    ----------
    rows
        Calls of the kinds compensation and resistance of one group.
    """
    if not rows:
        return "No route of compensation was asked about."
    by_status: dict[str, list[Row]] = {s: [] for s in ("yes", "no", "not_assessable")}
    for row in rows:
        by_status[row["status"]].append(row)
    called = [f"{label(r['call'])} ({_grade(r)})" for r in by_status["yes"]]
    parts = []
    if called:
        parts.append(f"Called, each a hypothesis: {listing(called)}.")
        parts += [sentence(r["hypothesis"]) for r in by_status["yes"][:3] if r["hypothesis"]]
    else:
        n = len(by_status["no"])
        told = f"None called among {plural(n, 'route')} that could be assessed."
        parts.append(told if n else f"None of {plural(len(rows), 'route')} could be assessed.")
    if by_status["no"] or called:
        names = [label(r["call"]) for r in by_status["not_assessable"]]
        parts.append(f"Could not be assessed: {listing(names)}." if names else "")
    return " ".join(p for p in parts if p)


def certainty_sentence(
    group: Group, readouts: Sequence[Row], calls: Sequence[Row], n_features: int, tone: Tone
) -> str:
    """Say how sure one can be: samples, peptidoforms, and what could not be seen.

    Parameters
    ----------
    group
        Whom it is about.
    readouts, calls
        Rows of the group.
    n_features
        Features whose change could be estimated.
    tone
        What may be claimed.
    """
    basis = f"{plural(group.n_pre, 'pre-treatment sample')} against {group.n_on:,} on treatment"
    if group.given:
        columns = plural(group.n_on, "column")
        basis = f"{columns} of changes that the table gives, no samples of its own to compare"
    parts = [f"{basis}; {plural(n_features, 'feature')} compared."]
    forms = [int(r["n_features"]) for r in readouts if r["n_features"]]
    if forms:
        spread = f"{min(forms)} to {max(forms)}" if min(forms) < max(forms) else f"{forms[0]}"
        parts.append(f"The measured readouts rest on {spread} peptidoforms each.")
    unseen = [label(r["readout"]) for r in readouts if r["status"] == "not_measured"]
    if unseen:
        parts.append(f"Not measured: {listing(unseen)}.")
    flips = [label(r["readout"]) for r in readouts if r["normalization_dependent"]]
    if flips:
        parts.append(f"Status depends on the normalisation: {listing(flips)}.")
    unasked = sum(r["status"] == "not_assessable" for r in calls)
    if unasked:
        parts.append(f"{unasked} of {plural(len(calls), 'call')} could not be assessed.")
    if group.n_of_one:
        parts.append(pair_sentence(tone))
    return " ".join(parts)


def headline(
    group: Group, activities: Sequence[Row], calls: Sequence[Row], readouts: Sequence[Row]
) -> str:
    """Say the finding of a group in one line.

    Parameters
    ----------
    group
        Whom it is about.
    activities, calls, readouts
        Rows of the group.
    """
    parts = []
    engagement = [r for r in calls if r["kind"] == "engagement"]
    if engagement:
        best = min(engagement, key=lambda r: ("yes", "no", "not_assessable").index(r["status"]))
        said = {"yes": "target engaged", "no": "no engagement seen"}
        text = said.get(best["status"], "engagement not assessable")
        parts.append(f"{text} ({best['grade']})" if best["grade"] else text)
    for row in activities:
        if row["set"] in ("MTORC1", "MTORC2"):
            score = "" if is_missing(row["score"]) else f" ({log2(row['score'])} log2)"
            change = score if row["status"] in ("up", "down") else ""
            parts.append(f"{label(row['set'])} {words(row['status'])}{change}")
    routes = [r for r in calls if r["kind"] in ("compensation", "resistance")]
    called = [label(r["call"]) for r in routes if r["status"] == "yes"]
    if called:
        parts.append(f"consistent with compensation by {listing(called, 4)}")
    elif routes:
        n = sum(r["status"] == "no" for r in routes)
        none = f"no compensation called among {plural(n, 'route')} that could be assessed"
        parts.append(none if n else "compensation not assessable")
    measured = sum(r["status"] != "not_measured" for r in readouts)
    parts.append(f"{measured} of {len(readouts)} readouts measured")
    text = "; ".join(parts) + "."
    if group.level == "subject":
        return f"{name(group.subject)}: {text}"
    return text[0].upper() + text[1:]


def spread_sentence(rows: Sequence[Row], what: str) -> str:
    """Say in how many subjects each status was found, from five subjects on with an interval.

    Parameters
    ----------
    rows
        Rows of one readout, set or call, one a subject.
    what
        Name of the readout, set or call.
    """
    tally = Counter(str(r["status"]) for r in rows)
    parts = [
        f"{words(s)} in {n}{_share(s, n, len(rows))}"
        for s, n in sorted(tally.items(), key=lambda kv: (-kv[1], kv[0]))
    ]
    return f"{label(what)} {', '.join(parts)} of {plural(len(rows), 'subject')}."


def _share(status: str, count: int, total: int) -> str:
    """Share of subjects with a definite status, with its Wilson interval.

    Wilson 1927, doi:10.1080/01621459.1927.10502953: fair for few subjects and shares near 0 or 1.
    """
    if total < FEW_SUBJECTS or status in ("inconclusive", "not_measured", "not_assessable"):
        return ""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, total, alpha=0.05, method="wilson")
    return f" ({count / total:.0%}, 95 % CI {low:.0%} to {high:.0%})"


def called_sentence(rows: Sequence[Row]) -> str:
    """Name the routes that were called in single subjects, and in whom.

    Parameters
    ----------
    rows
        Calls of the kinds compensation and resistance, of all subjects.
    """
    whom: dict[str, list[str]] = {}
    for row in rows:
        if row["status"] == "yes":
            whom.setdefault(str(row["call"]), []).append(name(str(row["subject"])))
    if not whom:
        return "No route of compensation was called in a single subject." if rows else ""
    parts = [f"{label(call)} in {len(who)} ({listing(who, 5)})" for call, who in whom.items()]
    return f"Routes called in single subjects, each a hypothesis: {listing(parts)}."


def pair_sentence(tone: Tone) -> str:
    """Say what the samples of one subject can tell.

    Parameters
    ----------
    tone
        What may be claimed.
    """
    if tone.given:
        return (
            "One column of changes without standard errors; noise was taken from their own spread: "
            "what stands out of it is told, not that the drug is the cause."
        )
    source = {
        "replicates": "the replicates of the subject",
        "noise_model": "replicates measured elsewhere",
    }.get(tone.noise, "the pair itself")
    noise = f"Noise was taken from {source}."
    if not tone.differ_only:
        return noise
    sides = "replicates of one subject" if tone.noise == "replicates" else "one sample a side"
    return (
        f"{noise} With {sides} and no known variation between biopsies of one tumour, two samples "
        "differ or do not: that the drug is the cause cannot be told apart from a different piece "
        "of the tumour."
    )


def quality_sentence(rows: Sequence[Row]) -> str:
    """Name the checks that failed or warned.

    Parameters
    ----------
    rows
        Rows of the quality table.
    """
    if not rows:
        return "No quality check was made."
    parts = []
    for light, said in (("fail", "Failed"), ("warn", "Warned")):
        found = [f"{words(r['check'])} of {name(r['name'])}" for r in rows if r["light"] == light]
        if found:
            parts.append(f"{said}: {listing(found, 8)}.")
    return " ".join(parts) if parts else f"All {plural(len(rows), 'check')} were in order."


def losses_sentence(rows: Sequence[Row], n_rows: int, n_features: int) -> str:
    """Account for the rows of the input.

    Parameters
    ----------
    rows
        Rows of the losses table.
    n_rows
        Data rows of the input file.
    n_features
        Features that were used.
    """
    kept = sum(int(r["rows"]) for r in rows if r["kept"])
    dropped = sum(int(r["rows"]) for r in rows if not r["kept"])
    return (
        f"{plural(n_rows, 'row')} in the table; {dropped:,} dropped and {kept:,} merged into "
        f"others, each with its reason; {plural(n_features, 'feature')} used."
    )


def _moved(what: str, status: str, tone: Tone) -> str:
    """Say that something rose or fell, or that two samples differ."""
    if tone.differ_only:
        side = "higher" if status == "up" else "lower"
        return f"{what}: the two samples differ, {side} on treatment"
    return f"{what} {'rose' if status == 'up' else 'fell'}"


def _held(what: str, tone: Tone) -> str:
    """Say that something did not change by more than the margin."""
    if tone.differ_only:
        return f"{what}: the two samples differ by less than {tone.unchanged_fold:g}-fold"
    return f"{what} stayed within {tone.unchanged_fold:g}-fold"


def _interval(row: Row, column: str, tone: Tone) -> str:
    """Write an estimate with its interval."""
    change = f"{log2(row[column])} log2"
    ends = interval(row["ci_low"], row["ci_high"])
    return f"{change} ({tone.confidence} CI {ends})" if ends else change


def _tests(row: Row) -> str:
    """Write p and q."""
    if is_missing(row["p"]):
        return "no p value"
    adjusted = "" if is_missing(row["q"]) else f", adjusted {p_value(row['q'])}"
    return f"p {p_value(row['p'])}{adjusted}"


def _findable(row: Row) -> str:
    """Say the smallest change that would have been found."""
    if is_missing(row["mdc"]):
        return ""
    return (
        f"; the smallest change that would be found in 80 of 100 cases is "
        f"{size(row['mdc'])} log2 ({fold(row['mdc'])})"
    )


def _disagreement(row: Row) -> str:
    """Say how many peptidoforms do not point the way of the combined change."""
    if is_missing(row["n_agree"]) or int(row["n_agree"]) >= int(row["n_features"]):
        return ""
    return f"; {int(row['n_agree'])} of {int(row['n_features'])} point this way"


def _grade(row: Row) -> str:
    """Write a grade, or that there is none."""
    return str(row["grade"]) if row["grade"] else "not graded"


def _graded(row: Row) -> str:
    """Write what was called with its grade."""
    grade = f" ({row['grade']})" if row["grade"] else ""
    return f"{label(row['call'])}{grade}"
