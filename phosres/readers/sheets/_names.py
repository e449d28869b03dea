"""One spelling for the names that programs give one run."""

import re
from collections.abc import Iterable

from phosres.readers._format import normalise
from phosres.readers.formats._parsing import RUN_FILE

_FOLDER = re.compile(r"^.*[\\/](?=[^\\/])")
_ENDING = re.compile(rf"{RUN_FILE}$|_(?:un)?calibrated$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\[\d+\]\s*")
_R_PREFIX = re.compile(r"^x(?=\d)")


def name_plainly(name: str) -> str:
    r"""Return the name of a run without number, folder and ending, otherwise as it stands.

    Parameters
    ----------
    name
        ``[3] D:\data\P1_pre_uncalibrated.mzML`` gives ``P1_pre``.
    """
    return _ENDING.sub("", _FOLDER.sub("", _NUMBERED.sub("", name.strip())))


def spell_loosely(name: str) -> str:
    """Return the spelling in which names of samples are compared.

    Case, the marks between words, R's ``X`` before a digit, the folder and the ending do not count.

    Parameters
    ----------
    name
        Name of a sample or run.
    """
    return _R_PREFIX.sub("", normalise(name_plainly(name)))


def group_loosely(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the distinct names of each loose spelling.

    Parameters
    ----------
    names
        Names.
    """
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        found.setdefault(spell_loosely(name), []).append(name)
    return found
