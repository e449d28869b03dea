"""Which normalisation a table gets, and which others it is audited against."""

from dataclasses import dataclass

from phosres.normalization._methods import CENTRED, METHODS, Method
from phosres.table import PhosphoTable


@dataclass(frozen=True, slots=True)
class Choice:
    """The normalisation of a table.

    Parameters
    ----------
    used
        Method of the run.
    others
        Methods that the result is compared with.
    shown
        Methods whose shifts are kept for the audit.
    """

    used: Method
    others: tuple[Method, ...]
    shown: tuple[Method, ...]


def choose_methods(table: PhosphoTable, name: str = "auto") -> Choice:
    """Choose the normalisation of a table and the methods that the result is compared with.

    Changes are relative to their own baseline already, and the panel of an antibody array is chosen
    for what drugs move, so that its median is no standstill: `auto` leaves both as they are.
    Changes are compared with changes centred on their median. A method that rests on more features
    than the table has is left out of the comparison.

    Parameters
    ----------
    table
        Log2 values before normalisation.
    name
        ``auto`` or the name of a method in `METHODS`.
    """
    known = {m.name: m for m in METHODS}
    if name == "auto":
        as_given = table.scale == "log2_change" or table.source.normalized
        name = "none" if as_given else METHODS[0].name
    used = known[name]
    tried = (CENTRED,) if table.scale == "log2_change" else METHODS
    fewest = int(table.values.notna().sum().min())
    others = tuple(m for m in tried if m not in (used, known["none"]) and fewest >= m.least)
    shown = METHODS if table.scale != "log2_change" else (used, *others)
    return Choice(used, others, shown)
