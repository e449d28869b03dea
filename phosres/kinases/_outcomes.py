"""What is said of a kinase: up, down, inconclusive or not measured, and why."""

import math

import pandas as pd

from phosres.evidence import write_p


def judge(table: pd.DataFrame, *, min_size: int, min_proteins: int, alpha: float) -> pd.DataFrame:
    """Give every kinase of one level and subject its status and the reason.

    Parameters
    ----------
    table
        Columns score, score_relative, p, q, n_seen (features with a value), n_pieces, n_proteins.
    min_size, min_proteins
        Fewest pieces of evidence and proteins of a test.
    alpha
        Level of the adjusted p value.

    Returns
    -------
    The table with status and reason, without the columns of counts that are only in the reason.
    """
    columns = ["n_seen", "score", "score_relative", "n_pieces", "n_proteins", "p", "q"]
    status, reason = [], []
    for seen, score, relative, pieces, proteins, p, q in table[columns].to_numpy(float).tolist():
        rests = (
            f"{score:+.2f} log2 on average over {pieces:.0f} peptide stretches of "
            f"{proteins:.0f} proteins"
        )
        said = "inconclusive"
        if seen == 0:
            said, why = "not_measured", "none of its sites is in the samples"
        elif math.isnan(score):
            why = "seen, but no change can be tested"
        elif pieces < min_size:
            why = f"{rests}, {min_size} stretches are needed for a test"
        elif proteins < min_proteins:
            why = f"{rests}, whose amount may have changed: {min_proteins} are needed"
        elif math.isnan(p):
            why = f"{rests}; there is no noise to judge it by"
        else:
            why = f"{rests}; adjusted p {write_p(q)}"
            if q < alpha and score * relative > 0:
                said = "up" if score > 0 else "down"
            else:
                why += ": no change shown, which does not show that there is none"
        status.append(said)
        reason.append(why)
    return table.assign(status=status, reason=reason).drop(columns=["n_pieces", "n_seen"])
