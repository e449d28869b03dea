"""The method phosres uses: one weighted score whose every ingredient has a switch and a reason.

For a set with weights w, measured values x clipped and divided by their root mean square, and noise
correlated within a protein, R = (1 - rho) I + rho J for each protein:

    S = w' R^-1 x,  v = w' R^-1 w,  score = S / sqrt(v + k)

the generalised least squares z (Aitken 1935, doi 10.1017/S0370164600014346) with k members of no
change added. p uses no k, but the correlation between proteins as well: Var S = v + rho_b
((sum u)^2 - sum u_g^2), u_g = 1' R_g^-1 w_g, which is the variance inflation of camera (Wu & Smyth
2012, doi 10.1093/nar/gks461) in two levels and for signed weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from phosres.kinases._columns import Columns
from phosres.kinases._statistics import Scored, normal_p
from phosres.kinases._weights import Groups, Weights, group
from phosres.stats.sets import BETWEEN_PROTEINS, WITHIN_PROTEIN

FloatArray = NDArray[np.float64]
Both = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Ingredients:
    """Switches of the method ``phosres``; the defaults follow from reasons, not from a fit.

    Parameters
    ----------
    clip
        Robust standard deviations beyond which a site's change counts no more: one wrong ratio
        must not decide a set. 3 is the usual border of an outlier. None: no clipping.
    own_sites
        Weight of a kinase's own activating sites next to 1 for a substrate. An activation loop
        speaks of one kinase directly, a substrate of whichever of its kinases acts. 3 is a stated
        judgement: any weight from 1 to 4 gains on perturbation data, and they cannot tell which
        is best. 0: not used.
    shared_peptides
        Whether an activating site that the peptide shares with another kinase's counts for both:
        the table names such a peptide after one of them. Without own sites it does nothing.
    prior_members
        Members without change that are thought to be in every set: small sets need more evidence.
        5 because that is the size the field accepts as a set. 0: no shrinkage.
    within, between
        Noise correlation of sites of one protein, and of different proteins (`phosres.stats`).
        `between` widens p only: it is a property of the null, shared by all the sets of a column.
    promiscuity
        Each site's weight is divided by (its number of sets) ** promiscuity. 0: not used, because
        the most shared sites are also the best studied.
    """

    clip: float | None = 3.0
    own_sites: float = 3.0
    shared_peptides: bool = True
    prior_members: float = 5.0
    within: float = WITHIN_PROTEIN
    between: float = BETWEEN_PROTEINS
    promiscuity: float = 0.0


@dataclass(frozen=True, eq=False)
class Design:
    """What of the combination does not depend on the column.

    Parameters
    ----------
    w, squares
        Weights and their squares, shape (sets, member rows).
    groups, group_ones, group_squares
        Members that share a protein, their indicator and squared weights.
    """

    w: sparse.csr_matrix
    squares: sparse.csr_matrix
    groups: Groups
    group_ones: sparse.csr_matrix
    group_squares: sparse.csr_matrix


def combine(ingredients: Ingredients) -> Callable[[Weights], Callable[[Columns], Scored]]:
    """Make the method of some ingredients.

    Parameters
    ----------
    ingredients
        The switches.

    Returns
    -------
    A function of the weights that prepares a function of the columns.
    """

    def prepare(weights: Weights) -> Callable[[Columns], Scored]:
        design = lay_out(weights, ingredients)

        def score(columns: Columns) -> Scored:
            x, seen = columns.members
            if ingredients.clip is None:
                scale = columns.rms
            else:
                bound, scale = columns.bounds(ingredients.clip)
                x = np.clip(x, -bound, bound)
            z, null = least_squares(design, x, seen, ingredients)
            return z / scale, normal_p(null / scale)

        return score

    return prepare


def lay_out(weights: Weights, ingredients: Ingredients) -> Design:
    """Apply the switches that change weights, and find the members that share a protein."""
    w = weights.w.astype(np.float64)
    if ingredients.promiscuity:
        kinases = np.asarray((w - w.multiply(weights.own)).astype(bool).sum(axis=0)).ravel()
        w = w @ sparse.diags(np.maximum(kinases, 1.0) ** -ingredients.promiscuity)
    w = (w + w.multiply(weights.own) * (ingredients.own_sites - 1)).tocsr()
    w.eliminate_zeros()
    groups = group(weights.replace(w))
    return Design(
        w=w,
        squares=w.power(2),
        groups=groups,
        group_ones=(groups.w != 0).astype(np.float64),
        group_squares=groups.w.power(2),
    )


def least_squares(
    design: Design, x: FloatArray, seen: FloatArray, ingredients: Ingredients
) -> Both:
    rho, of_set = ingredients.within, design.groups.of_set
    n = design.group_ones @ seen
    wx, w1, w2 = design.groups.w @ x, design.groups.w @ seen, design.group_squares @ seen
    # Sums over a whole set count its groups as independent; each line adds the group's difference.
    share = 1 / (1 + rho * np.maximum(n - 1, 0))
    pulled = rho * share * w1
    total = design.w @ x + of_set @ ((wx - pulled * (design.group_ones @ x)) / (1 - rho) - wx)
    squares = design.squares @ seen
    v = squares + of_set @ ((w2 - pulled * w1) / (1 - rho) - w2)
    u = w1 * share
    sum_u = design.w @ seen + of_set @ (u - w1)
    sum_u2 = squares + of_set @ (u**2 - w2)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = total / np.sqrt(v + ingredients.between * (sum_u**2 - sum_u2))
        score = np.where(v > 0, total / np.sqrt(v + ingredients.prior_members), np.nan)
    return score, np.where(v > 0, z, np.nan)
