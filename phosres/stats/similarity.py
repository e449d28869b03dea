"""How alike samples are, once what all of them share is taken off."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def sample_similarity(values: ArrayLike) -> NDArray[np.float64]:
    """Spearman correlation of samples over rows that are complete, each row less its mean.

    Without the row means every two samples are alike because abundant features are abundant in
    both. Spearman 1904, Am J Psychol 15:72: the correlation of average ranks.

    Parameters
    ----------
    values
        Rows x samples, without NaN.

    Returns
    -------
    Samples x samples, 1 on the diagonal.
    """
    from scipy.stats import rankdata

    v = np.asarray(values, dtype=np.float64)
    return np.asarray(np.corrcoef(rankdata(v - v.mean(axis=1, keepdims=True), axis=0).T))
