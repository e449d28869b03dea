"""Words of sample names: before treatment, times, states, replicates."""

import re

_UNIT = r"(?:s|sec|m|mins?|minutes?|hr?s?|hours?|d|days?|wk?s?|weeks?|mo|months?)"
_TIME = re.compile(
    rf"(?:c\d+d\d+|(?:day|week|month|hour|cycle|visit|min|d|w|h|t|v)_?-?\d+(?:\.\d+)?|"
    rf"\d+(?:\.\d+)?{_UNIT})",
    re.IGNORECASE,
)
# The visit of the first dose, C1D1, counts as before: biopsies are taken ahead of the dose.
_BEFORE = re.compile(
    r"(?:pre(?:[ _-]?(?:tx|treat(?:ment)?|dose))?|baseline|bl|screening|scr|before|diagnosis|"
    r"untreated|untr|unstim(?:ulated)?|ctrls?|controls?|con|ctl|dmso|vehicle|veh|mock|ns|basal|none|"
    r"healthy|normal|nat|parental|naive|c1d1|c0d\d+|(?:t|d|day|h|hour|w|week|wt)_?0(?:h|d|min)?|"
    rf"0(?:\.0)?(?:[ _]?{_UNIT})?)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:on|on[ _-]?(?:tx|treat(?:ment)?)|during|post(?:[ _-]?(?:tx|treat(?:ment)?|dose))?|after|"
    r"treated|treat|trt|tx|stim(?:ulated)?|prog(?:ression)?|pd|eot|relapse|recurren(?:t|ce)|"
    r"resistant|tumou?r|primary|metastasis|met)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:rep(?:licate)?|r|br|tr|tech(?:rep)?|n)_?\d{1,2}", re.IGNORECASE)
_SHORT = re.compile(r"\d{1,2}|[a-zA-Z]")
_GROUP = re.compile(
    r"(?:wt|ko|kd|oe|ev|het|hom|tg|mut(?:ant)?|wildtype|wild|sgctrl|shctrl)", re.IGNORECASE
)


def is_before(word: str) -> bool:
    """Tell whether a word usually means: no treatment yet.

    Parameters
    ----------
    word
        Part of a name, or a condition.
    """
    return bool(_BEFORE.fullmatch(word))


def is_state(word: str) -> bool:
    """Tell whether a word says that a sample is before or on treatment.

    Parameters
    ----------
    word
        Part of a name.
    """
    return is_before(word) or bool(_AFTER.fullmatch(word))


def is_time(word: str) -> bool:
    """Tell whether a word is a time or visit with a number.

    Parameters
    ----------
    word
        Part of a name.
    """
    return bool(_TIME.fullmatch(word))


def is_replicate(word: str, *, named: bool = False) -> bool:
    """Tell whether a word may number a replicate.

    Parameters
    ----------
    word
        Part of a name.
    named
        Whether it must say so (``rep1``), since a bare number may be anything.
    """
    return bool(_NUMBERED.fullmatch(word)) or (not named and bool(_SHORT.fullmatch(word)))


def is_group(word: str) -> bool:
    """Tell whether a word names a genotype, which is a group of subjects and never one.

    Parameters
    ----------
    word
        Part of a name.
    """
    return bool(_GROUP.fullmatch(word))
