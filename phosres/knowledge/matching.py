"""Which curated site is a row of a table? By window, then accession, then gene.

Numbers drift (isoforms, rodents, the initiator methionine), sequences do not: a window decides
wherever there is one, an accession or a gene symbol with a number only where there is none, and a
number of the literature (S6K1 T389 is T412) only where the canonical number means nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from phosres.errors import KnowledgeError, Problem, did_you_mean
from phosres.knowledge.base import Knowledge
from phosres.knowledge.lookup import explode, targets
from phosres.knowledge.paralogs import add_twins
from phosres.knowledge.steps import by_near_window, by_number, by_window, confront

STEPS = (
    "window",
    "partial window",
    "isoform window",
    "ortholog window",
    "accession",
    "gene",
    "literature number",
    "neighbour",
)
"""In order of trust; `phosres.knowledge.match_sites` says what each means."""
SPECIES = ("human", "mouse", "rat")
COLUMNS = ["feature", "site_id", "step", "exact", "site", "note"]
_TRUST = {step: i for i, step in enumerate(STEPS)}


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """What matching found, and what it did not believe.

    Parameters
    ----------
    matches
        As `match_sites` gives them.
    contradictions
        As `find_contradictions` gives them.
    """

    matches: pd.DataFrame
    contradictions: pd.DataFrame


@dataclass(frozen=True, slots=True)
class MatchSummary:
    """How many features were matched, and on which step.

    Parameters
    ----------
    n_features
        Features looked at.
    n_matched
        Features with at least one curated site.
    n_sites
        Curated sites seen.
    by_step
        Features by the first step that matched them; steps that matched none are left out.
    n_neighbours
        Features matched only through a tolerated neighbour.
    n_contradicted
        Features whose number says a curated site and whose window says it is not.
    """

    n_features: int
    n_matched: int
    n_sites: int
    by_step: Mapping[str, int]
    n_neighbours: int
    n_contradicted: int

    def __str__(self) -> str:
        steps = ", ".join(f"{count} by {step}" for step, count in self.by_step.items())
        return (
            f"{self.n_matched} of {self.n_features} features are curated sites "
            f"({self.n_sites} different sites; {steps})"
        )


def match_sites(
    features: pd.DataFrame, knowledge: Knowledge, *, species: str = "human"
) -> pd.DataFrame:
    """Find the curated sites among the features of a table.

    Parameters
    ----------
    features
        Indexed by feature id. Text columns, all optional: `gene` and `proteins` (``;``-joined),
        `protein` (leading accession, with or without isoform), `entry_name` (UniProt), `sites`
        (``S235;S236``), `window` (aligned with `sites`, any odd length, ``?`` for residues the
        table does not show). A name may stand in any of the columns of names.
    knowledge
        The knowledge base.
    species
        ``human``, ``mouse`` or ``rat``; rodent numbers are compared with rodent positions only.

    Returns
    -------
    One row a feature and curated site: `feature`, `site_id`, `step`, `exact` (False through a
    mislocalised neighbour), `site` (as the row gives it), `note`. The steps, the first that fits
    wins:

    - ``window``: at least 11 characters around the site are those of the site;
    - ``partial window``: at least 6 are, the others are not shown, and the row names the gene;
    - ``isoform window``: in human tables, at least 11 of 15 are, in the same gene;
    - ``ortholog window``: in mouse and rat, at least 9 of 15 are, in the same gene;
    - ``accession``: the leading protein is the canonical one and the number is the site's;
    - ``gene``: the row names the gene and the number is the site's;
    - ``literature number``: the number is the site's in a numbering of `Knowledge.numbering`;
    - ``neighbour``: window or number are those of a residue on the same peptide that search
      engines name in place of the site (`Knowledge.neighbours`).

    A peptide that several curated paralogs share carries the sites of all the row names.

    Raises
    ------
    KnowledgeError
        If the species is unknown.
    """
    return match(features, knowledge, species=species).matches


def find_contradictions(
    features: pd.DataFrame, knowledge: Knowledge, *, species: str = "human"
) -> pd.DataFrame:
    """Find features whose number names a curated site that their window excludes.

    Parameters
    ----------
    features, knowledge, species
        As for `match_sites`.

    Returns
    -------
    The columns of `match_sites`; `step` is the step the window overruled.
    """
    return match(features, knowledge, species=species).contradictions


def match_summary(
    features: pd.DataFrame, knowledge: Knowledge, *, species: str = "human"
) -> MatchSummary:
    """Count what `match_sites` finds.

    Parameters
    ----------
    features, knowledge, species
        As for `match_sites`.

    Returns
    -------
    The counts.
    """
    found = match(features, knowledge, species=species)
    matches, contradicted = found.matches, found.contradictions
    order = matches["step"].map(_TRUST)
    first = order.groupby(matches["feature"]).min()
    exact = matches.groupby("feature")["exact"].any()
    return MatchSummary(
        n_features=len(features),
        n_matched=int(first.size),
        n_sites=int(matches["site_id"].nunique()),
        by_step={s: int((first == i).sum()) for s, i in _TRUST.items() if (first == i).any()},
        n_neighbours=int((~exact.astype(bool)).sum()),
        n_contradicted=int(contradicted["feature"].nunique()),
    )


def match(features: pd.DataFrame, knowledge: Knowledge, *, species: str = "human") -> Matching:
    """Find the curated sites of features, and the numbers that windows contradict, in one go.

    Parameters
    ----------
    features, knowledge, species
        As for `match_sites`.

    Raises
    ------
    KnowledgeError
        If the species is unknown.
    """
    if species not in SPECIES:
        hint = did_you_mean(species, SPECIES)
        raise KnowledgeError(Problem(f"the species '{species}' is not supported", hint=hint))
    known = targets(knowledge, species)
    rows = explode(features, knowledge)
    decided = by_window(rows, known, knowledge)
    near = by_near_window(rows, known, decided, species)
    decided = pd.concat([decided, near], ignore_index=True)
    numbered, contradicted = confront(by_number(rows, known, species), decided, species)
    found = add_twins(pd.concat([decided, numbered], ignore_index=True), knowledge)
    return Matching(_collect(found, features), _collect(contradicted, features))


def _collect(found: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Keep each feature and site once, the best evidence first, in the order of the features."""
    near = found["kind"] == "neighbour"
    found = found.assign(step=found["step"].mask(near, "neighbour"), exact=~near)
    found["order"] = found["step"].map(_TRUST).astype("int64")
    found = found.sort_values(["row", "order", "site_id"], kind="stable")
    found = found.drop_duplicates(["row", "site_id"])
    result = found.assign(feature=features.index.to_numpy()[found["row"].to_numpy(dtype="int64")])
    result["exact"] = result["exact"].astype(bool)
    return result[COLUMNS].reset_index(drop=True)
