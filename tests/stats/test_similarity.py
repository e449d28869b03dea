"""Correlation of samples after the row means are taken off."""

import numpy as np
import pandas as pd

from phosres import stats


def test_equals_pandas_spearman_of_centred_rows():
    """An independent implementation, with ties."""
    values = np.random.default_rng(3).normal(20, 2, (80, 5)).round(1)
    frame = pd.DataFrame(values)
    expected = frame.sub(frame.mean(axis=1), axis=0).corr(method="spearman")
    np.testing.assert_allclose(stats.sample_similarity(values), expected, atol=1e-12)
