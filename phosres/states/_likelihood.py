"""From the changes of ten readouts to the probability of each state: arrays only.

For subject i and channel c of axis a, with the true change x of the axis,

    y = x + s sqrt(b) z0 + s sqrt(w - b) z1 + e,    e ~ t(df'), scale sqrt(s^2 (1 - w) + spread^2)

z0 is noise that all channels of a subject share, z1 what the channels of one protein share (both
standard normal; w is the noise correlation within the protein, b between proteins), `spread` how
far sites of one readout differ from the axis, and df' the degrees of freedom of the sum by
Satterthwaite 1946 (doi 10.2307/3002019). With probability `lapse` a channel says nothing about its
axis and y is merely somewhere: this bounds what any one readout can contribute (the contaminated
normal of Tukey 1960). x, z0 and z1 are integrated out by Gauss-Hermite quadrature.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from phosres.states._model import component_weights, level_nodes, normal_nodes

FloatArray = NDArray[np.float64]

ANYWHERE = 1.5
"""Standard deviation of the change of a readout that does not report its axis, log2."""

_SHARED_NODES = 5
_MOST_DF = 1e6


@dataclass(frozen=True, eq=False)
class Channels:
    """What was measured: n subjects by c channels; NaN in `y` where a channel has no value.

    Parameters
    ----------
    y, se, df
        Change in the direction of an active axis, its standard error and degrees of freedom.
    lapse
        Probability that the channel does not report its axis.
    spread
        Standard deviation of each channel about its axis.
    axis
        Axis of each channel, shape (c,).
    group
        Protein whose noise it shares, shape (c,); -1 for none.
    within, between
        Noise correlation within that protein, shape (n, c), and between proteins, shape (n,).
    sharpness
        Power that the probabilities are raised to before they are normalised, shape (n,): 1 where
        the model is taken as it is.
    """

    y: FloatArray
    se: FloatArray
    df: FloatArray
    lapse: FloatArray
    spread: FloatArray
    axis: NDArray[np.int64]
    group: NDArray[np.int64]
    within: FloatArray
    between: FloatArray
    sharpness: FloatArray


@dataclass(frozen=True, eq=False)
class Posterior:
    """Probability of each state, and of each state without each channel.

    Parameters
    ----------
    probability
        Shape (n, states); rows sum to 1.
    without
        Shape (n, c, states): the probability had the channel not been measured.
    """

    probability: FloatArray
    without: FloatArray


def infer(channels: Channels, *, leave_out: bool = True) -> Posterior:
    """Return the probability of each state.

    Parameters
    ----------
    channels
        Changes with their errors.
    leave_out
        Also leave out each channel in turn, which is most of the work; else `without` is empty.

    Returns
    -------
    Probabilities with all channels and with each left out. A subject without any channel has the
    prior.
    """
    density = _log_density(channels)
    total = _sum_by_axis(density, channels.axis)
    probability = _posterior(_integrate(total), channels.sharpness)
    n, c = channels.y.shape
    without = np.empty((n, c if leave_out else 0, probability.shape[1]))
    for k in range(without.shape[1]):
        reduced = total.copy()
        reduced[:, channels.axis[k]] -= density[:, k]
        without[:, k] = _posterior(_integrate(reduced), channels.sharpness)
    return Posterior(probability, without)


def _log_density(ch: Channels) -> FloatArray:
    """Log density of each channel; shape (n, c, z0, z1, levels, x); 0 where not measured."""
    x, _ = level_nodes()
    z, _ = normal_nodes(_SHARED_NODES)
    seen = np.isfinite(ch.y) & (ch.se > 0)
    y, se = np.where(seen, ch.y, 0.0), np.where(seen, ch.se, 1.0)
    df = np.clip(np.where(seen, ch.df, 1.0), 1.0, _MOST_DF)
    grouped = ch.group >= 0
    between = np.broadcast_to(ch.between[:, None], y.shape)
    within = np.where(grouped, np.maximum(ch.within, between), between)
    own = se**2 * (1 - within)
    scale = np.sqrt(own + ch.spread**2)
    freedom = np.clip(df * (scale**2 / np.maximum(own, 1e-12)) ** 2, 1.0, _MOST_DF)
    # The shared parts are normal with the variance that the t would have.
    tail = se * np.sqrt(np.maximum(df, 3.0) / (np.maximum(df, 3.0) - 2.0))
    shared = tail * np.sqrt(between)
    protein = tail * np.sqrt(within - between)

    def spread_out(a: NDArray[Any]) -> NDArray[Any]:
        return a[:, :, None, None, None, None]

    mean = spread_out(shared) * z[:, None, None, None] + spread_out(protein) * z[:, None, None]
    mean = mean + x[ch.axis][None, :, None, None]
    residual = (spread_out(y) - mean) / spread_out(scale)
    nu = spread_out(freedom)
    constant = (
        gammaln((freedom + 1) / 2)
        - gammaln(freedom / 2)
        - 0.5 * np.log(np.pi * freedom)
        - np.log(scale)
    )
    reports = spread_out(constant) - (nu + 1) / 2 * np.log1p(residual**2 / nu)
    wide = scale**2 + se**2 + ANYWHERE**2
    anywhere = -0.5 * (np.log(2 * np.pi * wide) + y**2 / wide)
    mixed = np.logaddexp(
        spread_out(np.log1p(-ch.lapse)) + reports,
        spread_out(np.log(ch.lapse) + anywhere),
    )
    return np.asarray(np.where(spread_out(seen), mixed, 0.0))


def _sum_by_axis(density: FloatArray, axis: NDArray[np.int64]) -> FloatArray:
    """Add the log densities of the channels of one axis; shape (n, axes, z0, z1, levels, x)."""
    levels, _, _ = component_weights()
    total = np.zeros((density.shape[0], levels.shape[1], *density.shape[2:]))
    for k, a in enumerate(axis.tolist()):
        total[:, a] += density[:, k]
    return total


def _integrate(total: FloatArray) -> FloatArray:
    """Integrate x, z1 and z0 out and add patterns up; log likelihood, shape (n, states)."""
    _, weights = level_nodes()
    _, shared = normal_nodes(_SHARED_NODES)
    by_level = logsumexp(total, axis=-1, b=weights)
    top = by_level.max(axis=(2, 3, 4), keepdims=True)
    lik = np.exp(by_level - top)
    levels, state, prior = component_weights()
    # Axes 0 and 1 share the protein S6, axes 2 and 3 4E-BP1; the others have none of their own.
    per_axis = np.einsum("nazql,pal->napzq", lik, levels)
    s6 = np.einsum("npzq,npzq,q->npz", per_axis[:, 0], per_axis[:, 1], shared)
    ebp = np.einsum("npzq,npzq,q->npz", per_axis[:, 2], per_axis[:, 3], shared)
    rest = np.prod(np.einsum("napzq,q->napz", per_axis[:, 4:], shared), axis=1)
    pattern = np.einsum("npz,npz,npz,z->np", s6, ebp, rest, shared) * prior
    joined = np.zeros((len(pattern), int(state.max()) + 1))
    np.add.at(joined.T, state, pattern.T)
    return np.asarray(np.log(joined))


def _posterior(log_joint: FloatArray, sharpness: FloatArray) -> FloatArray:
    """Sharpen and normalise over states."""
    powered = log_joint * sharpness[:, None]
    return np.asarray(np.exp(powered - logsumexp(powered, axis=1, keepdims=True)))
