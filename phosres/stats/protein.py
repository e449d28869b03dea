"""A site's change beyond that of its protein: the slope is fixed at 1, never fitted.

A regression of site on protein takes noise of the protein for a slope below 1 and leaves part of
the protein's change in the site (-0.48 where the truth is -1, measured in simulation).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.student import two_sided

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Corrected:
    """Changes of sites less those of their proteins; every array has shape (sites,).

    Parameters
    ----------
    log2fc, se, df
        Difference, its standard error and Satterthwaite degrees of freedom; NaN where site or
        protein has none: such a site is reported uncorrected, and as that.
    t, p
        Test of the difference.
    """

    log2fc: FloatArray
    se: FloatArray
    df: FloatArray
    t: FloatArray
    p: FloatArray


def subtract_protein(sites: ArrayLike, proteins: ArrayLike, protein_of: ArrayLike) -> FloatArray:
    """Return site values relative to their protein in the same sample, for the same model.

    Parameters
    ----------
    sites
        Log2 values, shape (sites, samples), NaN where not measured.
    proteins
        Log2 values of the same samples, shape (proteins, samples).
    protein_of
        Row in `proteins` of each site, shape (sites,); negative where there is none.

    Returns
    -------
    ``site - protein``, NaN where either is not measured.

    Raises
    ------
    ValueError
        If shapes disagree or a protein does not exist.
    """
    y, x = np.asarray(sites, dtype=np.float64), np.asarray(proteins, dtype=np.float64)
    at = np.asarray(protein_of)
    if y.ndim != 2 or x.ndim != 2 or y.shape[1] != x.shape[1] or at.shape != y.shape[:1]:
        raise ValueError(
            f"sites have shape {y.shape}, proteins {x.shape}, protein_of {at.shape}: "
            "samples must be the same, and each site needs one entry"
        )
    if at.size and at.max() >= x.shape[0]:
        raise ValueError(f"a site names protein {at.max()}, there are {x.shape[0]}")
    known = at >= 0
    out = np.full(y.shape, np.nan)
    out[known] = y[known] - x[at[known]]
    return out


def correct_for_protein(
    site_log2fc: ArrayLike,
    site_se: ArrayLike,
    site_df: ArrayLike,
    protein_log2fc: ArrayLike,
    protein_se: ArrayLike,
    protein_df: ArrayLike,
) -> Corrected:
    """Combine the estimates of two separate experiments.

    ``D = b_s - b_p, SE^2 = SE_s^2 + SE_p^2, df = SE^4 / (SE_s^4 / df_s + SE_p^4 / df_p)``. Where
    site and protein are of the same samples `subtract_protein` before the model is better: their
    errors are not independent.

    Parameters
    ----------
    site_log2fc, site_se, site_df
        Estimates of the sites, shape (sites,).
    protein_log2fc, protein_se, protein_df
        Estimates of each site's protein, shape (sites,); NaN where there is none.

    Returns
    -------
    The corrected changes.

    References
    ----------
    Kohler et al. 2023 (MSstatsPTM), Mol Cell Proteomics 22:100477, doi 10.1016/j.mcpro.2022.100477;
    degrees of freedom: Satterthwaite 1946, Biometrics Bull 2:110, doi 10.2307/3002019.
    """
    given = (site_log2fc, site_se, site_df, protein_log2fc, protein_se, protein_df)
    b, s, d, b_p, s_p, d_p = np.broadcast_arrays(*(np.asarray(g, np.float64) for g in given))
    usable = (s >= 0) & (s_p >= 0) & (s + s_p > 0) & (d > 0) & (d_p > 0)
    change = np.where(usable, b - b_p, np.nan)
    known = np.isfinite(change)
    s, s_p = np.where(known, s, 1.0), np.where(known, s_p, 1.0)
    d, d_p = np.where(known, d, 1.0), np.where(known, d_p, 1.0)
    # As shares of the variance, so that no square of a square overflows; of inf df the part is 0.
    variance = s**2 + s_p**2
    parts = (s**2 / variance) ** 2 / d + (s_p**2 / variance) ** 2 / d_p
    df = np.full(parts.shape, np.inf)
    np.divide(1.0, parts, out=df, where=parts > 0)
    se, df = np.where(known, np.sqrt(variance), np.nan), np.where(known, df, np.nan)
    t = change / se
    return Corrected(change, se, df, t, two_sided(t, df))
