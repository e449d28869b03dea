"""What a rule may look at: one contrast at one level and subject, and what a rule returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from phosres.evidence import View, write_p
from phosres.knowledge import DrugMatch, Knowledge
from phosres.results import Contrast, SiteEffects
from phosres.stats import Pairing

ScoredRow = Mapping[str, Any]
"""One row of the readouts or activities, by column."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule.

    Parameters
    ----------
    status
        ``yes``, ``no`` or ``not_assessable``.
    reason
        Why, one sentence with the numbers.
    grade
        ``strong``, ``moderate`` or ``weak`` for a yes or a no.
    sites
        Features the finding rests on, with their change.
    hypothesis
        What it is consistent with; empty unless the status is yes.
    """

    status: str
    reason: str
    grade: str = ""
    sites: str = ""
    hypothesis: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """Change of the amount of a protein: log2, its standard error and degrees of freedom."""

    log2fc: float
    se: float
    df: float


@dataclass(frozen=True, eq=False)
class Context:
    """Everything a rule may look at.

    Parameters
    ----------
    contrast, effects
        The contrast, and its effects at the level and subject the rule speaks of.
    readouts, activities
        Rows of that level and subject, by readout and by set.
    drug
        The drug as it was resolved; None without drug context.
    knowledge
        Prior knowledge.
    alpha, margin
        Level of the tests, and the largest change (log2) that counts as unchanged.
    view
        Curated features as the level and subject sees them.
    proteins
        Changes of the amounts of proteins, by gene; empty without a proteome.
    undrugged
        Why `drug` is None, a few words.
    pairs
        How the pairs of the contrast resemble each other; None where there are none to compare.
    findings
        Findings of the rules that ran before, by call id: gates and engagement.
    """

    contrast: Contrast
    effects: SiteEffects
    readouts: Mapping[str, ScoredRow]
    activities: Mapping[str, ScoredRow]
    drug: DrugMatch | None
    knowledge: Knowledge
    alpha: float
    margin: float
    view: View
    proteins: Mapping[str, Amount] = field(default_factory=dict)
    undrugged: str = "no drug was named"
    pairs: Pairing | None = None
    findings: Mapping[str, Finding] = field(default_factory=dict)

    def activity(self, name: str) -> ScoredRow | None:
        """Return the row of one set, None if it was not scored.

        Parameters
        ----------
        name
            Id of the set.
        """
        return self.activities.get(name)


@dataclass(frozen=True, slots=True)
class CallRule:
    """One rule: what it calls, and the function that decides.

    Parameters
    ----------
    id
        Id of the call.
    kind
        ``engagement``, ``compensation``, ``resistance`` or ``quality``.
    title
        What it asks, a few words.
    source
        Rule numbers and literature.
    decide
        The function; its docstring is the rule's documentation.
    ischemia
        What a shift of stress sites does to the call: ``block``, ``warn`` or ``no``.
    """

    id: str
    kind: str
    title: str
    source: str
    decide: Callable[[Context], Finding]
    ischemia: str = "no"


def grade(proteins: int, sites: int, q: float, *, n_of_one: bool) -> str:
    """Grade the evidence of one activity or target set.

    *strong*: replicates, at least two proteins and three features' worth of sites, q below 0.01.
    *moderate*: at least two proteins. *weak*: one protein, whatever its p value. A single pair is
    never better than moderate, because its noise is not told from the change between biopsies.

    Parameters
    ----------
    proteins, sites
        How many of each it rests on.
    q
        Its adjusted p value.
    n_of_one
        True for a single pair.
    """
    if proteins < 2:
        return "weak"
    if n_of_one or sites < 3 or not q < 0.01:
        return "moderate"
    return "strong"


def describe(row: ScoredRow) -> str:
    """Write the numbers of an activity: score, interval, q and coverage.

    Parameters
    ----------
    row
        Row of the activity table.
    """
    return (
        f"{row['set']} {row['score']:+.2f} log2 ({row['ci_low']:+.2f} to {row['ci_high']:+.2f}, "
        f"q {write_p(row['q'])}, {row['n_measured']} of {row['n_members']} sites, proteins: "
        f"{row['n_proteins']})"
    )
