"""All peptidoforms of a cohort: curated sites, chains, background, decoys, contaminants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.simulation._background import Background, invent_background
from phosres.simulation._biology import PATHWAYS, Cohort, read_forms
from phosres.simulation._occupancy import CHAINS, Chain, occupy
from phosres.simulation._sequence import CuratedSite, digest, patch_sequences

MEDIAN = 22.5
"""Log2 intensity of the median peptidoform before missing values (label-free data: 2e6 to 2e7)."""

# One form in 150 each is a decoy (a site FDR of 1 % leaves about as many) or a contaminant; they
# come on top. Decoys are weak.
_EXTRA = 150
_DECOY_LEVEL = -1.5

Shared = tuple[tuple[str, str, tuple[int, ...]], ...]


@dataclass(frozen=True, eq=False)
class Peptidoforms:
    """Peptidoforms with their noise-free abundance.

    Parameters
    ----------
    table
        One row a peptidoform: kind, gene, protein, positions, start, end, shared, level.
    change
        Log2 abundance relative to `level`, peptidoforms x subjects x (pre, on).
    sequences
        Sequence by accession.
    """

    table: pd.DataFrame
    change: NDArray[np.float64]
    sequences: Mapping[str, str]


def gather_peptidoforms(
    sites: Sequence[CuratedSite],
    cohort: Cohort,
    n_forms: int,
    seed: np.random.SeedSequence,
    chains: Sequence[Chain] = CHAINS,
) -> Peptidoforms:
    """Put together what is in the samples before any noise.

    Parameters
    ----------
    sites
        Curated sites of the knowledge base.
    cohort
        Patients and the activities of their pathways.
    n_forms
        Peptidoforms of human proteins in all; decoys and contaminants come on top.
    seed
        Seed of this part.
    chains
        Proteins whose sites are filled in order.
    """
    streams = [np.random.Generator(np.random.PCG64(s)) for s in seed.spawn(3)]
    sequences = patch_sequences(sites)
    curated, changes = _gather_curated(sites, sequences, cohort, chains)
    extra = n_forms // _EXTRA
    invented = (
        invent_background(n_forms - len(curated), streams[0]),
        invent_background(extra, streams[1], prefix="REV__SIM", kind="decoy"),
        invent_background(extra, streams[2], prefix="CON__SIM", kind="contaminant"),
    )
    invented[1].forms["level"] += _DECOY_LEVEL
    for part in invented:
        sequences |= part.sequences
    change = [changes, *(_drive(part.weights, cohort) for part in invented)]
    table = pd.concat([curated, *(_unshared(part) for part in invented)], ignore_index=True)
    return Peptidoforms(table, np.concatenate(change), sequences)


def _drive(weights: NDArray[np.float64], cohort: Cohort) -> NDArray[np.float64]:
    return np.asarray(np.tensordot(weights, cohort.activity, axes=1))


def _unshared(part: Background) -> pd.DataFrame:
    return part.forms.assign(shared=part.forms["gene"].map(lambda _: ()))


def _gather_curated(
    sites: Sequence[CuratedSite],
    sequences: Mapping[str, str],
    cohort: Cohort,
    chains: Sequence[Chain],
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    by_id = {site.site_id: site for site in sites}
    single = read_forms()
    rows = [
        _place(_members(text, by_id), _shared(other, by_id), sequences, level)
        for text, other, level in single[["sites", "shared_with", "level"]].itertuples(
            index=False, name=None
        )
    ]
    changes = [_drive(single[list(PATHWAYS)].to_numpy(), cohort)]
    accession = {site.gene: site.uniprot for site in sites}
    for chain in chains:
        protein = accession[chain.gene]
        for form in occupy(chain, cohort.activity):
            rows.append((chain.gene, protein, form.positions, *form.peptide, (), form.level))
            changes.append(form.change[None])
    columns = ["gene", "protein", "positions", "start", "end", "shared", "level"]
    table = pd.DataFrame(rows, columns=columns).assign(kind="curated")
    return table, np.concatenate(changes)


def _members(text: str, by_id: Mapping[str, CuratedSite]) -> list[CuratedSite]:
    return [by_id[site_id] for site_id in text.split("+")]


def _shared(text: str, by_id: Mapping[str, CuratedSite]) -> Shared:
    paralogs = [_members(part, by_id) for part in text.split(";") if part]
    return tuple((p[0].gene, p[0].uniprot, tuple(s.position for s in p)) for p in paralogs)


def _place(
    members: Sequence[CuratedSite], shared: Shared, sequences: Mapping[str, str], level: float
) -> tuple[object, ...]:
    positions = tuple(sorted(site.position for site in members))
    protein = members[0].uniprot
    start, end = digest(sequences[protein], positions[0], positions[-1])
    return members[0].gene, protein, positions, start, end, shared, level
