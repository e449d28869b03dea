"""Matching by species: a tumour and, in a xenograft, its stroma."""

from dataclasses import dataclass

import pandas as pd

from phosres.identity._species import BOTH, Settled
from phosres.knowledge import Knowledge
from phosres.knowledge.matching import match
from phosres.knowledge.windows import LENGTH


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Curated sites of the features of a table.

    Parameters
    ----------
    tumour
        Matches that count for readouts.
    stroma
        Matches of the mouse features of a xenograft.
    contradictions
        Numbers that windows contradict.
    shared
        Features with curated sites whose peptide mouse has too.
    """

    tumour: pd.DataFrame
    stroma: pd.DataFrame
    contradictions: pd.DataFrame
    shared: tuple[str, ...] = ()


def find_sites(features: pd.DataFrame, knowledge: Knowledge, settled: Settled) -> Found:
    """Find the curated sites of a table of one species, or of a xenograft.

    In a xenograft features of mouse proteins only are stroma. A peptide of both species counts with
    the tumour, and is marked: by what the table lists, or, where no row lists proteins of both, by
    a window that is the same in mouse.
    """
    if settled.species != BOTH:
        one = match(features, knowledge, species=settled.species)
        return Found(one.matches, one.matches.iloc[:0], one.contradictions)
    of_mouse = settled.rows.to_numpy() == "mouse"
    of_both = settled.rows.str.contains(";", regex=False).to_numpy()
    human = match(features[~of_mouse], knowledge)
    left = of_both & ~features.index.isin(human.matches["feature"])
    shared = match(features[left], knowledge, species="mouse")
    stroma = match(features[of_mouse], knowledge, species="mouse")
    tumour = pd.concat([human.matches, shared.matches], ignore_index=True)
    both = tumour["feature"].isin(features.index[of_both])
    if not of_both.any():
        same = {s.site_id for s in knowledge.sites.values() if s.mouse_identity == LENGTH}
        both = tumour["site_id"].isin(same)
    note = "human and mouse share the peptide"
    tumour["note"] = tumour["note"].mask(both, _join(tumour["note"], note))
    against = [part.contradictions for part in (human, stroma)]
    shared_features = tuple(dict.fromkeys(tumour.loc[both, "feature"]))
    return Found(tumour, stroma.matches, pd.concat(against, ignore_index=True), shared_features)


def _join(notes: "pd.Series[str]", more: str) -> "pd.Series[str]":
    return notes.where(notes == "", notes + "; ") + more
