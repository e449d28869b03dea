"""What follows from a run's calls: responses, frequencies, what each call looks at."""

from collections.abc import Mapping

import pandas as pd

from phosres import patterns, resistance, response, scoring, trace, trajectories
from phosres.config import Config
from phosres.errors import DataError, KnowledgeError
from phosres.knowledge import Knowledge
from phosres.pipeline._drugs import drugs_of
from phosres.pipeline._steps import make_contrasts
from phosres.results import Calls, Contrast, Scores
from phosres.table import PhosphoTable

_READING = (
    *("format", "separator", "header_row", "columns", "scale", "values", "localization_min"),
)
"""Parameters of reading that `phosres explain` shows."""


def describe_reading(table: PhosphoTable) -> dict[str, dict[str, object]]:
    """Return how a table was read, for ``run.json``: format, row of the header, columns by role."""
    known = table.history[0].parameters if table.history else {}
    return {"reading": {name: known[name] for name in _READING if name in known}}


def follow(
    settings: Config,
    table: PhosphoTable,
    made: Mapping[str, Contrast],
    scores: Mapping[str, Scores],
    calls: Mapping[str, Calls],
    knowledge: Knowledge,
) -> tuple[dict[str, Calls], dict[str, pd.DataFrame]]:
    """Follow subjects over several times: calls that need them, trajectories and patterns.

    Returns
    -------
    The calls, those over time added to the last contrast, and the tables.
    """
    if len(made) < 2:
        return dict(calls), {}
    alpha, last = settings.statistics.alpha, list(made)[-1]
    steps = _compare_times(settings, table, made, knowledge)
    drug = drugs_of(settings, made[last])
    added = resistance.call_over_time(
        made, scores, calls, steps, drug=drug, knowledge=knowledge, alpha=alpha
    )
    given = resistance.resolve(drug, made[last], knowledge)
    drugs = {who: each.drug for who, each in given.items()}
    found = patterns.find_patterns(scores, steps, drugs, knowledge, alpha=alpha)
    tables = {"trajectories": trajectories.follow(scores), "patterns": found}
    return {**calls, last: added}, tables


def _compare_times(
    settings: Config, table: PhosphoTable, made: Mapping[str, Contrast], knowledge: Knowledge
) -> dict[str, Scores]:
    """Score the last time on treatment against every earlier one, where samples allow it.

    Tables of changes have no samples to compare; changes beyond those of proteins are not followed.
    """
    *before, last = made
    given = any(c.design == "given" for c in made.values())
    if given or settings.statistics.protein_correction == "use":
        return {}
    found = {}
    for early in before:
        design = settings.design.model_copy(update={"pre": (early,), "on": (last,)})
        try:
            again = make_contrasts(settings.model_copy(update={"design": design}), table)
        except DataError:
            continue
        found[early] = scoring.score(
            next(iter(again.values())),
            knowledge=knowledge,
            alpha=settings.statistics.alpha,
            unchanged_fold=settings.statistics.unchanged_fold,
        )
    return found


def summarise(
    settings: Config,
    table: PhosphoTable,
    scores: Mapping[str, Scores],
    calls: Mapping[str, Calls],
    knowledge: Knowledge,
) -> dict[str, pd.DataFrame]:
    """Return the tables over all subjects: associations with the response, frequencies, trace."""
    return {
        "associations": response.associate(scores, calls, table.samples, seed=settings.seed),
        "frequencies": response.count_calls(calls),
        "trace": trace_calls(settings, table, knowledge),
    }


def trace_calls(settings: Config, table: PhosphoTable, knowledge: Knowledge) -> pd.DataFrame:
    """List what each call looks at, for the drugs of the configuration and of the sheet."""
    own = table.samples["drug"].unique().tolist() if "drug" in table.samples else []
    named = filter(None, dict.fromkeys([settings.treatment.drug or "", *map(str, own)]))
    return trace.trace(knowledge, [drug for drug in named if _is_known(drug, knowledge)])


def _is_known(drug: str, knowledge: Knowledge) -> bool:
    try:
        knowledge.find_drug(drug)
    except KnowledgeError:
        return False
    return True
