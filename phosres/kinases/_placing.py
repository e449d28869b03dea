"""A network is placed on the features of a table, once for all contrasts; what is lost is said."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem, did_you_mean
from phosres.evidence import STRETCH
from phosres.kinases._combination import Ingredients
from phosres.kinases._exports import Edges
from phosres.kinases._matching import STEPS, Matched, describe_targets, match_targets
from phosres.kinases._own import genes_of, with_shared_peptides
from phosres.kinases._pieces import Pieces, cut_pieces
from phosres.knowledge import Knowledge
from phosres.table import Loss, PhosphoTable, Step

SHOWN = 3


@dataclass(frozen=True, eq=False)
class Placed:
    """A network on the features of one table.

    Parameters
    ----------
    name, path
        Name in the tables, and file.
    min_size
        Fewest measured pieces of evidence for a test.
    features
        Names of the features it was placed on.
    sets
        Names of the kinases.
    n_members
        Different targets of each kinase, own sites that the table has included.
    pieces
        Members by piece of evidence; rows are positions in the table's features.
    targets
        Target of each member as the network spells it, ``;``-joined, in the order of `pieces`.
    by_step
        Edges found by each step.
    lost
        Edges that are no feature, by reason.
    text
        What was found, one sentence.
    """

    name: str
    path: str
    min_size: int
    features: pd.Index
    sets: tuple[str, ...]
    n_members: tuple[int, ...]
    pieces: Pieces
    targets: tuple[str, ...]
    by_step: Mapping[str, int]
    lost: Mapping[str, int]
    text: str


def place(
    edges: Edges,
    features: pd.DataFrame,
    knowledge: Knowledge,
    *,
    name: str,
    path: str = "",
    min_size: int = 3,
    other_species: bool = False,
) -> Placed:
    """Find the sites of a network among the features of a table.

    Parameters
    ----------
    edges
        The network.
    features
        Identified features of the table.
    knowledge
        Curated sites.
    name, path
        Name of the network in the tables, and its file.
    min_size
        Fewest measured pieces of evidence for a kinase to be tested.
    other_species
        Whether gene and number count across species.

    Returns
    -------
    The network on the table.

    Raises
    ------
    DataError
        If no target is a feature; with spellings of both, and the nearest ones.
    """
    table = edges.table
    targets = describe_targets(table)
    matched = match_targets(targets, features, knowledge, other_species=other_species)
    if matched.pairs.empty:
        raise _nothing(targets, features, matched, path)
    code, names = pd.factorize(table["source"])
    members = table.assign(set=code).merge(matched.pairs, on="target")
    members = members[["set", "row", "target", "weight"]].assign(own=False)
    own = _own_members(pd.Index(names), features, knowledge)
    members = pd.concat([own, members], ignore_index=True)
    kept = _locate(_settle(members), features)
    pieces = cut_pieces(kept, stretch=STRETCH, n_sets=len(names))
    step = matched.pairs.drop_duplicates("target").set_index("target")["step"]
    found = table["target"].map(step)
    by_step = {s: int((found == s).sum()) for s in STEPS if (found == s).any()}
    lost = dict(edges.dropped) | Counter(table["target"].map(dict(matched.lost)).dropna())
    return Placed(
        name=name,
        path=path,
        min_size=min_size,
        features=features.index,
        sets=tuple(str(n) for n in names),
        n_members=_count(table.assign(set=code), own, len(names)),
        pieces=pieces,
        targets=tuple(kept["target"]),
        by_step=by_step,
        lost=lost,
        text=_describe(name, len(table), by_step, lost, pieces, min_size),
    )


def note(table: PhosphoTable, networks: Iterable[Placed]) -> PhosphoTable:
    """Return the table with what became of each network in its history and losses.

    Parameters
    ----------
    table
        Normalised values of sites.
    networks
        Networks as they were placed.
    """
    steps = [
        Step("network", n.text, table.n_features, table.n_features, {"file": n.path})
        for n in networks
    ]
    losses = [
        Loss(n.path, f"network {n.name}", reason, count)
        for n in networks
        for reason, count in n.lost.items()
    ]
    return replace(table, history=(*table.history, *steps), losses=(*table.losses, *losses))


def _own_members(sets: pd.Index, features: pd.DataFrame, knowledge: Knowledge) -> pd.DataFrame:
    """Find the kinases' own activating sites, matched as targets are.

    Identification gives a peptide that kinases share to each of them; where it does not know the
    site, another name of the peptide stands in for the kinase's own.
    """
    of_set = pd.DataFrame({"kinase": genes_of(sets), "set": range(len(sets))})
    sites = with_shared_peptides().merge(of_set, on="kinase")
    sites["target"] = sites["gene"] + "_" + sites["site"]
    described = sites.rename(columns={"uniprot": "accession"}).assign(species="human")
    found = match_targets(describe_targets(described), features, knowledge).pairs
    members = sites.merge(found, on="target").sort_values(["set", "own", "shared", "row"])
    members = members[~members["shared"] | ~members.duplicated(["set", "own"])]
    weight = members["effect"] * Ingredients().own_sites
    return members[["set", "row", "target"]].assign(weight=weight, own=True)


def _settle(members: pd.DataFrame) -> pd.DataFrame:
    """Keep each feature of a set once: an own site before a substrate, and no contradictions."""
    keys = ["set", "row"]
    own = members.groupby(keys)["own"].transform("any")
    members = members[members["own"] | ~own]
    sign = np.sign(members["weight"])
    groups = members.assign(sign=sign, weight=members["weight"].abs()).groupby(keys)
    settled = groups.agg(
        sign=("sign", "mean"),
        weight=("weight", "max"),
        own=("own", "any"),
        target=("target", lambda t: ";".join(dict.fromkeys(t))),
    ).reset_index()
    return settled[settled["sign"].abs() == 1]


def _locate(members: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Add protein and first position of every member, in the order of pieces."""
    named = features["protein"].where(features["protein"] != "", features["gene"])
    position = pd.to_numeric(features["sites"].str.extract(r"(\d+)", expand=False)).fillna(0)
    rows = members["row"].to_numpy()
    located = members.assign(
        protein=pd.factorize(named)[0][rows], position=position.to_numpy()[rows]
    )
    return located.sort_values(["set", "protein", "position", "row"], ignore_index=True)


def _count(table: pd.DataFrame, own: pd.DataFrame, n_sets: int) -> tuple[int, ...]:
    """Count the targets of each set, and the own sites the table has that are not among them."""
    both = pd.concat([table[["set", "target"]], own[["set", "target"]]]).drop_duplicates()
    return tuple(np.bincount(both["set"], minlength=n_sets).tolist())


def _describe(
    name: str,
    n_edges: int,
    by_step: Mapping[str, int],
    lost: Mapping[str, int],
    pieces: Pieces,
    min_size: int,
) -> str:
    """Say what was found."""
    steps = ", ".join(f"{count:,} by {step}" for step, count in by_step.items())
    size = np.bincount(pieces.of_set, minlength=pieces.n_sets)
    text = (
        f"network {name}: {sum(by_step.values()):,} of {n_edges:,} edges are in the table ({steps})"
        f"; {int((size > 0).sum())} of {pieces.n_sets} kinases have a site in it, "
        f"{int((size >= min_size).sum())} have {min_size} peptide stretches or more"
    )
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in lost.items())
    return f"{text}. Not used: {reasons}." if reasons else f"{text}."


def _nothing(
    targets: pd.DataFrame, features: pd.DataFrame, matched: Matched, path: str
) -> DataError:
    """Say that a network and a table have nothing in common, and how both spell their sites."""
    theirs = [str(t) for t in targets.index[:SHOWN]]
    ours = [str(f) for f in features.index]
    reasons = Counter(matched.lost.values())
    why = ", ".join(f"{n:,} {r}" for r, n in reasons.most_common())
    near = [hint for t in theirs if "did you mean" in (hint := did_you_mean(t, ours, 1))]
    return DataError(
        Problem(
            "no target of the network is a feature of the table: targets like "
            f"{', '.join(map(repr, theirs))}; features like {', '.join(map(repr, ours[:SHOWN]))} "
            f"({why})",
            path,
            hint=near[0] if near else "the spellings that are understood are in docs/kinases.md",
        )
    )
