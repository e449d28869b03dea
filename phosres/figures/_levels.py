"""Who the panels of a figure speak of: the cohort, a few subjects, or all subjects as points."""

from dataclasses import dataclass

import pandas as pd

from phosres.columns import LEVELS
from phosres.results import Contrast, Level

FEW = 4
"""Most subjects that get a panel of their own beside each other."""


@dataclass(frozen=True, slots=True)
class Panels:
    """Panels by level, and whether the subjects are shown as points behind them.

    Parameters
    ----------
    subjects
        Subject of each panel, ``""`` for the cohort.
    points
        Show every subject as a grey point.
    notice
        Sentence for the caption; empty if nothing was left out.
    """

    subjects: tuple[str, ...]
    points: bool
    notice: str = ""

    def title(self, subject: str) -> str:
        """Return the title of a panel."""
        return subject or "cohort"


def choose_panels(contrast: Contrast) -> Panels:
    """Choose the panels of figures with a row a feature or set.

    Parameters
    ----------
    contrast
        The contrast.

    Returns
    -------
    The cohort with its subjects as points; without a cohort the first subjects side by side.
    """
    subjects = contrast.subjects
    if contrast.cohort is not None:
        return Panels(("",), points=len(subjects) > 0)
    if len(subjects) <= FEW:
        return Panels(subjects, points=False)
    notice = f" The first {FEW} of {len(subjects)} subjects are drawn; the tables hold all."
    return Panels(subjects[:FEW], points=False, notice=notice)


def confidence(parameters: object) -> str:
    """Say the confidence level of the scoring's intervals, e.g. ``95 %``.

    Parameters
    ----------
    parameters
        Parameters of the scores.
    """
    alpha = parameters.get("alpha", 0.05) if isinstance(parameters, dict) else 0.05
    return f"{100 * (1 - float(alpha)):g} %"


def note_vague(drawn: pd.DataFrame) -> str:
    """Explain the dotted lines of a figure; empty if there are none.

    Parameters
    ----------
    drawn
        Rows that are drawn, with log2fc and status.
    """
    vague = drawn["log2fc"].isna() & (drawn["status"] != "not_measured")
    return " Dotted: seen, but no change could be estimated." if vague.any() else ""


def describe_test(contrast: Contrast, *levels: Level, subject: str = "") -> str:
    """Name n and the test behind a contrast's numbers.

    Parameters
    ----------
    contrast
        The contrast.
    levels
        Levels shown; all levels of the contrast by default.
    subject
        The one subject that is shown; empty if all are.
    """
    arms = contrast.arms
    if subject:
        arms = arms[arms["subject"] == subject]
    counts = arms["arm"].value_counts()
    methods: dict[str, str] = {}
    for effects in contrast.effects:
        if effects.level in (levels or LEVELS):
            methods.setdefault(effects.level, effects.method)
    n = arms["subject"].nunique()
    tests = "; ".join(f"{'subjects' if k == 'subject' else k}: {m}" for k, m in methods.items())
    subjects = f"{n} subject" if n == 1 else f"{n} subjects"
    size = f"n = {counts.get('pre', 0)} pre, {counts.get('on', 0)} on, {subjects}"
    if contrast.design == "given":
        size = f"n = {counts.get('on', 0)} columns of changes"
    return f"{size}. Test, {tests}" if tests else size


def select(frame: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return the rows of the cohort (``""``) or of one subject.

    Parameters
    ----------
    frame
        Table with level and subject.
    subject
        Subject, ``""`` for the cohort.
    """
    level = "subject" if subject else "cohort"
    return frame[(frame["level"] == level) & (frame["subject"] == subject)]
