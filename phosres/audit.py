"""Audits: what another reasonable normalisation, or the proteins, would make of the results.

The scores are computed again under each other normalisation; a status that differs becomes
inconclusive, says so, and is marked. A result that differs once the change of the protein is taken
off keeps its status, and is marked: both are true, of different questions.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from phosres.protein import UNCORRECTED
from phosres.results import Calls, Contrast, Scores

DEFINITE = ("up", "down", "unchanged")


def settle(used: Scores, others: Mapping[str, Scores]) -> Scores:
    """Turn statuses that depend on the normalisation into inconclusive ones.

    Parameters
    ----------
    used
        Scores under the run's own method.
    others
        Scores of the same contrast by the name of the other method.

    Returns
    -------
    The scores, with such statuses replaced and marked, their reason extended.
    """
    readouts = {m: s.readouts for m, s in others.items()}
    activities = {m: s.activities for m, s in others.items()}
    return replace(
        used,
        readouts=_settle(used.readouts, readouts, "readout"),
        activities=_settle(used.activities, activities, "set"),
    )


def _settle(table: pd.DataFrame, others: Mapping[str, pd.DataFrame], key: str) -> pd.DataFrame:
    """Replace the statuses of one table that differ under another method."""
    status, reason = table["status"].copy(), table["reason"].copy()
    flipped = pd.Series(data=False, index=table.index)
    keys = ["contrast", "level", "subject", key]
    for method, other in others.items():
        theirs = other.set_index(keys)["status"].reindex(pd.MultiIndex.from_frame(table[keys]))
        differs = table["status"].isin(DEFINITE) & (theirs.to_numpy() != table["status"])
        label = method.replace("_", " ")
        for row in table.index[differs]:
            was, now = table.loc[row, "status"], theirs.iloc[table.index.get_loc(row)]
            reason[row] = (
                f"{was} under this normalisation but {str(now).replace('_', ' ')} by {label}, so "
                f"it depends on the normalisation; {reason[row]}"
            )
        flipped |= differs
    status[flipped] = "inconclusive"
    return table.assign(status=status, reason=reason, normalization_dependent=flipped)


def readout_table(used: str, scores: Mapping[str, Mapping[str, Scores]]) -> pd.DataFrame:
    """Lay out the readouts of every method side by side.

    Parameters
    ----------
    used
        Name of the run's own method.
    scores
        Scores by method, then by contrast, before anything was settled.

    Returns
    -------
    Columns contrast, level, subject, readout, method, used, status, log2fc, p.
    """
    columns = ["contrast", "level", "subject", "readout", "status", "log2fc", "p"]
    parts = [
        s.readouts[columns].assign(method=method, used=method == used)
        for method, by_contrast in scores.items()
        for s in by_contrast.values()
    ]
    return pd.concat(parts, ignore_index=True)


def compare_proteins(
    uncorrected: Scores, corrected: Scores, contrast: Contrast, *, use: bool
) -> Scores:
    """Put scores with and without protein correction side by side.

    Parameters
    ----------
    uncorrected
        Scores of the changes as they are.
    corrected
        Scores of the changes beyond those of the proteins, where these are known.
    contrast
        The contrast, with both changes of every feature.
    use
        Whether the run rests on corrected changes.

    Returns
    -------
    The scores the run rests on, with both statuses, the corrected numbers, and a mark where a
    definite status would be another one without (or with) the correction.
    """
    known = _count_corrected(uncorrected.evidence, contrast)
    driving = corrected if use else uncorrected
    tables = {
        kind: _beside(
            getattr(driving, kind),
            getattr(uncorrected, kind),
            getattr(corrected, kind).rename(columns={"score": "log2fc"}),
            known,
            key,
        )
        for kind, key in (("readouts", "readout"), ("activities", "set"))
    }
    return replace(driving, readouts=tables["readouts"], activities=tables["activities"])


def _count_corrected(evidence: pd.DataFrame, contrast: Contrast) -> pd.DataFrame:
    """Count the forms of every target, and those whose protein is known."""
    parts = [
        pd.DataFrame(
            {
                "level": e.level,
                "subject": e.subject,
                "feature": e.table.index,
                "known": (e.table["protein_correction"] != UNCORRECTED).to_numpy(),
            }
        )
        for e in contrast.effects
    ]
    rows = evidence.merge(pd.concat(parts), on=["level", "subject", "feature"], how="left")
    keys = ["contrast", "level", "subject", "target"]
    return rows.groupby(keys)["known"].agg(["sum", "size"])


def _beside(
    driving: pd.DataFrame,
    uncorrected: pd.DataFrame,
    corrected: pd.DataFrame,
    known: pd.DataFrame,
    key: str,
) -> pd.DataFrame:
    """Put the corrected numbers of one table beside the uncorrected ones."""
    rows = pd.MultiIndex.from_frame(driving[["contrast", "level", "subject", key]])
    names = ["contrast", "level", "subject", key]
    with_, without = (t.set_index(names).reindex(rows) for t in (corrected, uncorrected))
    counts = known.rename_axis(names).reindex(rows)
    some = (counts["sum"] > 0).to_numpy(dtype=bool)
    status = {
        "status_corrected": np.where(some, with_["status"].to_numpy(dtype=object), ""),
        "status_uncorrected": without["status"].to_numpy(dtype=object),
    }
    numbers = {
        f"{n}_corrected": np.where(some, with_[n].to_numpy(dtype=float), np.nan)
        for n in ("log2fc", "se", "df", "p")
    }
    said = [
        f"{int(n)} of {int(of)} forms corrected" if n > 0 else UNCORRECTED
        for n, of in zip(counts["sum"].fillna(0), counts["size"].fillna(0), strict=True)
    ]
    differs = status["status_corrected"] != status["status_uncorrected"]
    definite = driving["status"].isin(DEFINITE).to_numpy()
    marked = some & definite & differs
    reasons = [
        f"{wanted.replace('_', ' ')} ({change:+.2f} log2) beyond its protein, "
        f"{as_is.replace('_', ' ')} as it is; {reason}"
        if flip
        else reason
        for flip, wanted, change, as_is, reason in zip(
            marked,
            status["status_corrected"],
            numbers["log2fc_corrected"],
            status["status_uncorrected"],
            driving["reason"],
            strict=True,
        )
    ]
    return driving.assign(
        **numbers,
        **status,
        protein_correction=said,
        protein_dependent=marked,
        reason=reasons,
    )


def state_uncorrected(scores: Scores) -> Scores:
    """Say in every row of a run without protein table that nothing was corrected.

    Parameters
    ----------
    scores
        Scores of the changes as they are.
    """
    return replace(
        scores,
        readouts=scores.readouts.assign(protein_correction=UNCORRECTED),
        activities=scores.activities.assign(protein_correction=UNCORRECTED),
    )


def compare_calls(driving: Calls, other: Calls, *, use: bool) -> Calls:
    """Mark calls that would be another without (or with) protein correction.

    Parameters
    ----------
    driving
        Calls of the run.
    other
        Calls of the same contrast from the other changes.
    use
        Whether the run rests on corrected changes.
    """
    taken = "not taken into account" if use else "taken into account"
    keys = ["contrast", "level", "subject", "kind", "call"]
    rows = pd.MultiIndex.from_frame(driving.table[keys])
    theirs = other.table.drop_duplicates(keys).set_index(keys)["status"].reindex(rows)
    definite = driving.table["status"].isin(["yes", "no"]).to_numpy()
    marked = definite & (theirs.to_numpy(dtype=object) != driving.table["status"].to_numpy())
    reasons = [
        f"{reason}; {other.replace('_', ' ')} if proteins are {taken}" if flip else reason
        for flip, other, reason in zip(marked, theirs, driving.table["reason"], strict=True)
    ]
    return replace(driving, table=driving.table.assign(protein_dependent=marked, reason=reasons))
