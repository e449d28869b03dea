"""Which drug each subject was given: the sheet's column ``drug`` before the configuration's."""

from collections import Counter
from collections.abc import Mapping

from phosres.config import Config
from phosres.errors import DataError, KnowledgeError, Problem
from phosres.knowledge import Knowledge
from phosres.results import Contrast
from phosres.table import PhosphoTable

NO_DRUG = frozenset(
    {"-", "control", "dmso", "n/a", "na", "no", "none", "pbs", "placebo", "untreated", "vehicle"}
)
"""What a sheet writes, in any case, for a subject that was given nothing that acts."""


def check_drugs(settings: Config, table: PhosphoTable, knowledge: Knowledge) -> None:
    """Check the drugs of the samples on treatment before anything is computed.

    Parameters
    ----------
    settings
        Conditions on treatment, and whether the sheet's column counts.
    table
        Samples as the sheet describes them.
    knowledge
        Drugs and classes.

    Raises
    ------
    DataError
        If a drug is not known, with the nearest names, or if the samples of one subject and
        condition were given different ones; everything at once.
    """
    if not _has_drugs(settings, table):
        return
    samples = table.samples[table.samples["condition"].isin(settings.design.on)]
    file, problems = str(settings.input.samples or ""), []
    for name, rows in samples.groupby("drug", sort=False):
        text = str(name).strip()
        if _is_drug(text):
            try:
                knowledge.find_drug(text)
            except KnowledgeError as error:
                named = ", ".join(map(str, rows.index[:3])) + (" ..." if len(rows) > 3 else "")
                problems += [
                    Problem(
                        f"{p.message} (samples {named})",
                        file,
                        column="drug",
                        hint=f"{p.hint}; treatment.from_sheet: false leaves the column out",
                    )
                    for p in error.problems
                ]
    for (subject, condition), drugs in samples.groupby(["subject", "condition"])["drug"]:
        given = sorted({d for d in drugs.astype(str).str.strip() if d})
        if len(given) > 1:
            listed = " and ".join(f"'{d}'" for d in given)
            message = f"subject '{subject}' was given {listed} in the condition '{condition}'"
            hint = "write a combination as one text, 'dabrafenib + trametinib', in every sample"
            problems.append(Problem(message, file, column="drug", hint=hint))
    if problems:
        raise DataError(problems)


def drugs_of(settings: Config, contrast: Contrast) -> str | Mapping[str, str] | None:
    """Return the drug of a contrast: one for all, or one a subject.

    Parameters
    ----------
    settings
        The configuration's drug stands where the sheet's cell is blank.
    contrast
        Its samples on treatment say the drug of their subject.

    Returns
    -------
    As `phosres.resistance.call` takes it.
    """
    if not _has_drugs(settings, contrast.data):
        return settings.treatment.drug
    on = contrast.arms[contrast.arms["arm"] == "on"]
    given = contrast.data.samples["drug"].reindex(on.index).astype(str).str.strip()
    drugs = dict.fromkeys(on["subject"], settings.treatment.drug or "")
    for subject, text in zip(on["subject"], given, strict=True):
        if text:
            drugs[subject] = text if _is_drug(text) else ""
    shared = set(drugs.values())
    return (shared.pop() or None) if len(shared) == 1 else drugs


def describe_drugs(settings: Config, made: Mapping[str, Contrast]) -> tuple[str, list[str]]:
    """Say which drugs a run would be called for.

    Parameters
    ----------
    settings, made
        The configuration, and its contrasts by name.

    Returns
    -------
    All drugs as one combination, and a line for each contrast whose subjects had different ones.
    """
    texts: dict[str, None] = {}
    lines = []
    for name, contrast in made.items():
        drugs = drugs_of(settings, contrast)
        if not isinstance(drugs, Mapping):
            texts |= {drugs: None} if drugs else {}
            continue
        texts |= dict.fromkeys(d for d in drugs.values() if d)
        tally = Counter(d or "no drug" for d in drugs.values())
        listed = ", ".join(f"{d}: {n}" for d, n in tally.items())
        lines.append(f"drugs of {name} by subject: {listed}; different classes are not mixed")
    return " + ".join(texts), lines


def _has_drugs(settings: Config, table: PhosphoTable) -> bool:
    """Return whether the sheet has a column of drugs that counts."""
    return settings.treatment.from_sheet and "drug" in table.samples.columns


def _is_drug(text: str) -> bool:
    """Return whether a cell names a drug, and not that there was none."""
    return bool(text) and text.casefold() not in NO_DRUG
