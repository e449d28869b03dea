"""Kinases of a contrast: rows of activities, for the cohort and each subject.

Two questions are asked of a kinase. Did its sites change, by their noise (the average over its
pieces of evidence, `phosres.kinases._pieces`)? And did they change other than the sites around them
(the score of the method ``phosres``, on pieces of evidence)? The first alone says yes to every
kinase when a drug moves everything a little, the second alone knows no noise. A kinase is up or
down only if both say so: p is the larger of the two (intersection-union, Berger 1982, doi
10.1080/00401706.1982.10487790), adjusted over the kinases of one network.

A kinase is never *unchanged*: annotated substrates that other kinases write, or that nothing
writes in this tissue, draw the average to zero, so a small average shows no standstill.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from phosres import stats
from phosres.columns import ACTIVITIES, EVIDENCE, Schema
from phosres.evidence import find_trading
from phosres.kinases._columns import Columns
from phosres.kinases._combination import Ingredients, lay_out, least_squares
from phosres.kinases._members import (
    describe_overlap,
    list_evidence,
    list_members,
    share_members,
)
from phosres.kinases._outcomes import judge
from phosres.kinases._pieces import average_pieces, join_forms
from phosres.kinases._placing import Placed
from phosres.kinases._statistics import normal_p
from phosres.kinases._weights import Weights
from phosres.results import Contrast, Scores

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MIN_PROTEINS = 2
"""Fewest proteins behind a status: the amount of a single protein moves all of its sites."""


@dataclass(frozen=True, eq=False)
class _Effects:
    """Changes of all features, one column an effect; shape (features, effects)."""

    change: FloatArray
    se: FloatArray
    df: FloatArray
    t: FloatArray
    seen: BoolArray
    mean: FloatArray
    multiplicity: FloatArray


def add_kinases(
    scores: Scores, contrast: Contrast, networks: Iterable[Placed], *, alpha: float = 0.05
) -> Scores:
    """Add one row for every kinase of some networks, level and subject to the activities.

    Parameters
    ----------
    scores
        Scores of the contrast.
    contrast
        Effects of all features, in the order of the table the networks were placed on, or of some
        of these features.
    networks
        Networks as they were placed.
    alpha
        Level of the tests and 1 - confidence of the intervals.

    Returns
    -------
    The scores with rows of kind ``kinase``, and the evidence of those that are up or down; the
    other rows are not changed.
    """
    parts = [_score(contrast, network, alpha) for network in networks]
    if not parts:
        return scores
    activities, evidence = zip(*parts, strict=True)
    return replace(
        scores,
        activities=_append(ACTIVITIES, scores.activities, activities),
        evidence=_append(EVIDENCE, scores.evidence, evidence),
    )


def _append(schema: Schema, table: pd.DataFrame, parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Add rows to a table of a schema."""
    filled = [t for t in (table, *(schema.order(p) for p in parts)) if len(t)]
    return schema.order(pd.concat(filled, ignore_index=True)) if filled else table


def _score(contrast: Contrast, network: Placed, alpha: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score one network in every level and subject: rows of activities and of evidence."""
    effects = _gather(contrast, network.features)
    pieces, member = network.pieces, network.pieces.feature
    change = pieces.sign[:, None] * effects.change[member]
    tested = np.isfinite(change) & (effects.se[member] > 0)
    counted = tested & ~_find_trading(network, effects, np.where(tested, change, np.nan))
    stretch, protein, between = (
        np.array([float(e.correlation[k]) for e in contrast.effects])
        for k in ("stretch", "protein", "between")
    )
    joined = join_forms(
        pieces,
        np.where(counted, change, np.nan),
        effects.se[member],
        effects.df[member],
        correlation=stretch,
    )
    averaged = average_pieces(pieces, joined, protein=protein, between=between)
    relative, p_others = _compare(network, effects, counted, stretch)
    p_own = stats.two_sided(averaged.change / averaged.se, averaged.df)
    counts = _count(network, effects.seen[member], tested, counted)
    parts, evidence = [], []
    for k, effect in enumerate(contrast.effects):
        n = counts[k]
        enough = (n["n_pieces"] >= network.min_size) & (n["n_proteins"] >= MIN_PROTEINS)
        p = np.where(enough, np.maximum(p_own[:, k], p_others[:, k]), np.nan)
        q = stats.benjamini_hochberg(p)
        half = stats.quantile(1 - alpha / 2, averaged.df[:, k]) * averaged.se[:, k]
        score = averaged.change[:, k]
        part = share_members(network, averaged.share[:, k], counted[:, k])
        table = n.assign(
            score=score,
            se=averaged.se[:, k],
            z=score / averaged.se[:, k],
            p=p,
            q=q,
            df=averaged.df[:, k],
            ci_low=score - half,
            ci_high=score + half,
            p_competitive=np.where(enough, p_others[:, k], np.nan),
            score_relative=relative[:, k],
            members=list_members(network, change[:, k], part),
            family=f"BH over {int(np.isfinite(p).sum())} tested kinases of {network.name}",
            noise=effect.noise,
            contrast=contrast.name,
            level=effect.level,
            subject=effect.subject,
        )
        judged = judge(table, min_size=network.min_size, min_proteins=MIN_PROTEINS, alpha=alpha)
        called = np.flatnonzero(judged["status"].isin(["up", "down"]))
        shared = describe_overlap(network, change[:, k], part, relative[:, k], called)
        parts.append(judged.assign(reason=judged["reason"] + shared))
        key = {"contrast": contrast.name, "level": effect.level, "subject": effect.subject}
        rows = list_evidence(network, change[:, k], effects.se[member, k], part, called)
        evidence.append(rows.assign(**key))
    return pd.concat(parts, ignore_index=True), pd.concat(evidence, ignore_index=True)


def _gather(contrast: Contrast, names: pd.Index) -> _Effects:
    """Lay the effects of a contrast out as arrays over the features a network was placed on."""
    tables = [e.table.reindex(names) for e in contrast.effects]
    features = contrast.data.features.reindex(names)
    amounts = contrast.data.scale == "log2_intensity"

    def column(name: str) -> FloatArray:
        return np.column_stack([t[name].to_numpy(dtype=float) for t in tables])

    return _Effects(
        change=column("log2fc"),
        se=column("se"),
        df=column("df"),
        t=column("t"),
        seen=(column("n_pre") + column("n_on")) > 0,
        mean=column("mean") if amounts else np.full((len(names), len(tables)), np.nan),
        multiplicity=features["multiplicity"].to_numpy(dtype=float, na_value=np.nan),
    )


def _find_trading(network: Placed, effects: _Effects, change: FloatArray) -> BoolArray:
    """Mark forms with fewer phosphates that trade with the forms with more.

    Looked at are only pieces whose forms differ in phosphates and move against each other.
    """
    pieces, member = network.pieces, network.pieces.feature
    traded = np.zeros(change.shape, dtype=bool)
    several = np.bincount(pieces.piece, minlength=pieces.of_set.size)[pieces.piece] > 1
    up, down = pieces.forms @ (change > 0) > 0, pieces.forms @ (change < 0) > 0
    start = np.searchsorted(pieces.piece, np.arange(pieces.of_set.size + 1))
    seen: dict[tuple[int, ...], BoolArray] = {}
    for unit in np.unique(pieces.piece[several]):
        rows = slice(start[unit], start[unit + 1])
        phosphates = effects.multiplicity[member[rows]]
        if np.isnan(phosphates).any() or (phosphates == phosphates[0]).all():
            continue
        for k in np.flatnonzero(up[unit] & down[unit]):
            known = np.flatnonzero(np.isfinite(change[rows, k])) + start[unit]
            at = member[known]
            key = (int(k), *(at * pieces.sign[known]).astype(int).tolist())
            if key not in seen:
                seen[key] = find_trading(
                    effects.multiplicity[at],
                    change[known, k],
                    effects.se[at, k],
                    effects.change[at, k],
                    effects.mean[at, k],
                )
            traded[known, k] = seen[key]
    return traded


def _compare(
    network: Placed, effects: _Effects, counted: BoolArray, stretch: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Score each kinase against all other features by the method ``phosres``, and its p value.

    What is compared is the normal score of each feature's moderated t; the forms of a stretch are
    one piece of unit variance.
    """
    pieces, ingredients = network.pieces, Ingredients()
    z = stats.normal_score(effects.t, effects.df)
    seen = np.isfinite(z)
    columns = Columns(np.where(seen, z, 0.0), seen, pieces.feature)
    bound, scale = columns.bounds(ingredients.clip or np.inf)
    x = pieces.sign[:, None] * np.clip(columns.x, -bound, bound)[pieces.feature]
    n = pieces.forms @ counted.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        x = pieces.forms @ (x * counted) / np.sqrt(n * (1 + (n - 1) * stretch))
    there = np.arange(pieces.of_set.size, dtype=np.int64)
    w = sparse.csr_matrix((pieces.weight, (pieces.of_set, there)), (pieces.n_sets, there.size))
    weights = Weights(w, there, pieces.protein, sparse.csr_matrix(w.shape, dtype=bool))
    measured = (n > 0).astype(np.float64)
    score, null = least_squares(
        lay_out(weights, ingredients), np.where(n > 0, x, 0.0), measured, ingredients
    )
    return score / scale, normal_p(null / scale)


def _count(
    network: Placed, seen: BoolArray, tested: BoolArray, counted: BoolArray
) -> list[pd.DataFrame]:
    """Count per effect what each kinase rests on: targets, pieces of evidence, proteins."""
    pieces = network.pieces
    of_member = pieces.of_set[pieces.piece]
    sizes = [t.count(";") + 1 for t in network.targets]
    target = pd.factorize(pd.Series(";".join(network.targets).split(";")))[0]
    member = np.repeat(np.arange(len(sizes)), sizes)
    out = []
    for k in range(tested.shape[1]):
        frame = pd.DataFrame({"set": of_member[member], "target": target})[tested[member, k]]
        used = pd.DataFrame({"set": of_member, "piece": pieces.piece})[counted[:, k]]
        used = used.assign(protein=pieces.protein[used["piece"]])
        every = pd.RangeIndex(pieces.n_sets)
        out.append(
            pd.DataFrame(
                {
                    "set": [f"{network.name}:{s}" for s in network.sets],
                    "kind": "kinase",
                    "n_members": network.n_members,
                    "n_seen": np.bincount(of_member[seen[:, k]], minlength=pieces.n_sets),
                    "n_measured": _distinct(frame, "target", every),
                    "n_pieces": _distinct(used, "piece", every),
                    "n_proteins": _distinct(used, "protein", every),
                }
            )
        )
    return out


def _distinct(frame: pd.DataFrame, column: str, sets: pd.RangeIndex) -> NDArray[np.int64]:
    counts = frame.groupby("set")[column].nunique().reindex(sets, fill_value=0)
    return np.asarray(counts, dtype=np.int64)
