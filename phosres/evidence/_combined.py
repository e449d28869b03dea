"""The noun that comes out: a combined change, with every form it rests on."""

from dataclasses import dataclass

import numpy as np

from phosres import stats

AGREEMENT = 2 / 3
"""Share of the evidence that must move with an up, a down or an engagement (a two-thirds majority,
by choice)."""


@dataclass(frozen=True, slots=True)
class Form:
    """One feature behind a combined change.

    Parameters
    ----------
    feature, protein, unit
        Name, leading protein, and the unit (piece of evidence) it belongs to.
    site_ids
        Curated member sites it carries.
    sign, weight
        Direction of the site when the set is active, and its specificity (0 to 1).
    log2fc, se
        Its change and standard error; NaN if it could not be tested.
    share
        Its part in the combined change, 0 to 1; 0 if it does not count.
    note
        What is special about it.
    steps
        How each of `site_ids` was found; empty if that is not known.
    species
        Species of the peptide; ``""`` if that is not known.
    """

    feature: str
    protein: str
    unit: str
    site_ids: tuple[str, ...]
    sign: int
    weight: float
    log2fc: float
    se: float
    share: float = 0.0
    note: str = ""
    steps: tuple[str, ...] = ()
    species: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of how the feature was identified."""
        genes = list(dict.fromkeys(site_id.rsplit("_", 1)[0] for site_id in self.site_ids))
        said = []
        if self.steps and set(self.steps) == {"neighbour"}:
            said.append("named on a residue beside the site, which search engines confuse with it")
        if len(genes) > 1:
            said.append(f"one peptide of {' and '.join(genes)}, one piece of evidence")
        if self.species == "human+mouse":
            said.append("a peptide that human and mouse share, which may hold stroma")
        return tuple(said)

    @property
    def signed(self) -> float:
        """Change in the direction of an active set."""
        return self.sign * self.log2fc


@dataclass(frozen=True, slots=True)
class Combined:
    """The combined change of one readout or set, with what it rests on.

    Parameters
    ----------
    estimate, se, df
        Combined signed change (log2), its standard error and degrees of freedom; NaN if nothing
        could be estimated.
    tau
        Spread between the units (or between the forms of the only unit) beyond noise, log2.
    se_spread
        Standard error that counts the spread between units as uncertainty too: what *unchanged*
        must be shown against, because members that move in opposite ways are no standstill.
    forms
        Every feature that carries a member site, whether it counts or not.
    notes
        What a reader must know: trading forms, disagreement.
    contested
        Share of the evidence whose most phosphorylated forms do not support its direction.
    """

    estimate: float
    se: float
    df: float
    tau: float
    se_spread: float
    forms: tuple[Form, ...] = ()
    notes: tuple[str, ...] = ()
    contested: float = 0.0

    @property
    def estimable(self) -> bool:
        """True if there is a tested change."""
        return bool(np.isfinite(self.estimate) and self.se > 0)

    @property
    def p(self) -> float:
        """Two-sided p value of the change; NaN if there is none."""
        if not self.estimable:
            return float("nan")
        return float(stats.two_sided(self.estimate / self.se, self.df))

    @property
    def counted(self) -> tuple[Form, ...]:
        """Forms that take part in the change."""
        return tuple(f for f in self.forms if f.share > 0)

    @property
    def sites(self) -> tuple[str, ...]:
        """Member sites of the forms that take part, each once."""
        return tuple(dict.fromkeys(s for f in self.counted for s in f.site_ids))

    @property
    def proteins(self) -> tuple[str, ...]:
        """Proteins of the forms that take part, each once."""
        return tuple(dict.fromkeys(f.protein for f in self.counted))

    @property
    def agreement(self) -> float:
        """Share of the evidence that moves with the estimate."""
        return sum(f.share for f in self.counted if f.signed * self.estimate > 0)

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return the ``1 - alpha`` confidence interval of the change.

        Parameters
        ----------
        alpha
            1 - confidence level.
        """
        if not self.estimable:
            return float("nan"), float("nan")
        half = float(stats.quantile(1 - alpha / 2, self.df)) * self.se
        return self.estimate - half, self.estimate + half

    def listed(self, limit: int = 12) -> str:
        """List the forms that take part by their share, each with its signed change.

        Parameters
        ----------
        limit
            How many at most; the rest is counted.
        """
        ordered = sorted(self.counted, key=lambda f: -f.share)
        items = [f"{f.feature} {f.signed:+.2f}" for f in ordered[:limit]]
        more = len(ordered) - limit
        return " | ".join(items) + (f" | and {more} more" if more > 0 else "")


def nothing(forms: tuple[Form, ...] = ()) -> Combined:
    """Return the combination of no tested feature.

    Parameters
    ----------
    forms
        The features that were found, if any.
    """
    n = float("nan")
    return Combined(n, n, n, n, n, forms)


def write_p(p: float) -> str:
    """Write a p or q value for a sentence: two digits, ``<0.0001`` below that.

    Parameters
    ----------
    p
        The value.
    """
    return "<0.0001" if p < 1e-4 else f"{p:.2g}"
