"""Which normalisation a table gets, and which others it is audited against."""

from dataclasses import dataclass

from phosres.normalization._methods import CENTRED, METHODS, Method, Transform
from phosres.normalization._stable import Stable
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
    stable
        Stable features, if there is a list of them.
    """

    used: Method | Transform
    others: tuple[Method | Transform, ...]
    shown: tuple[Method | Transform, ...]
    stable: Stable | None = None


def choose_methods(
    table: PhosphoTable, name: str = "auto", *, stable: Stable | None = None
) -> Choice:
    """Choose the normalisation of a table and the methods that the result is compared with.

    Changes are relative to their own baseline already, and the panel of an antibody array is chosen
    for what drugs move, so that its median is no standstill: `auto` leaves both as they are.
    Changes are compared with changes centred on their median, other tables with the audited
    methods; with stable sites only if there is a list of them (derived from the table they follow
    the majority as the default does). A method that rests on more features than the table has is
    left out of the comparison.

    Parameters
    ----------
    table
        Log2 values before normalisation.
    name
        ``auto`` or the name of a method in `METHODS`.
    stable
        Stable features, if there is a list of them.
    """
    known = {m.name: m for m in METHODS}
    changes = table.scale == "log2_change"
    if name == "auto":
        name = "none" if changes or table.source.normalized else METHODS[0].name
    used = known[name]
    at_hand = [m for m in METHODS if stable is not None or m.name != "stable_sites"]
    tried = (CENTRED,) if changes else tuple(m for m in at_hand if m.audited)
    fewest = int(table.values.notna().sum().min())
    others = tuple(m for m in tried if m is not used and fewest >= m.least)
    if changes:
        return Choice(used, others, (used, *others), stable)
    shown = tuple(m for m in METHODS if m is used or (m in at_hand and isinstance(m, Method)))
    return Choice(used, others, shown, stable)
