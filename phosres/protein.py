"""Sites beyond their proteins: what is left of a change once that of the protein is taken off.

The slope is fixed at 1 (`phosres.stats.protein`). Where site and protein were measured in the same
samples the difference is taken sample by sample and goes through the site's own model, noise and
all; where only their changes can be estimated, the standard errors add up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from phosres import stats
from phosres.results import Contrast
from phosres.table import PhosphoTable, Step

UNCORRECTED = "not protein-corrected"
"""What stands where the change of a protein is not known."""

SAME_SAMPLES = "protein of the same samples"
SEPARATE = "separate estimates of site and protein"

_NUMBERS = ("log2fc", "se", "df", "p")


def keep_measured(proteins: PhosphoTable) -> PhosphoTable:
    """Return the samples of a protein table that have any value.

    Parameters
    ----------
    proteins
        One row a protein group.
    """
    seen = proteins.values.columns[proteins.values.notna().any()]
    return replace(proteins, values=proteins.values[seen], samples=proteins.samples.loc[seen])


def fill_up(proteins: PhosphoTable, samples: pd.DataFrame) -> PhosphoTable:
    """Return a protein table with a column for every sample, NaN where there is no proteome.

    Parameters
    ----------
    proteins
        One row a protein group.
    samples
        All samples, in order.
    """
    values = proteins.values.reindex(columns=samples.index)
    return replace(proteins, values=values, samples=samples)


def match_proteins(features: pd.DataFrame, proteins: pd.DataFrame) -> np.ndarray:
    """Find the protein group of each feature.

    By accession with its isoform, by accession without it, then by gene. Of several groups that
    hold an accession the one it leads is taken, then the first.

    Parameters
    ----------
    features
        Features with columns protein and gene.
    proteins
        Protein groups with columns proteins and gene.

    Returns
    -------
    Row of each feature's group, -1 where there is none.
    """
    exact, plain, genes = (_index(proteins, *how) for how in _KEYS)
    protein = features["protein"].str.upper()
    gene = features["gene"].str.split(";").str[0].str.upper()
    rows = protein.map(exact)
    rows = rows.fillna(protein.str.split("-").str[0].map(plain)).fillna(gene.map(genes))
    return np.asarray(rows.fillna(-1).to_numpy(dtype=float).astype(np.int64))


_KEYS = (("proteins", False), ("proteins", True), ("gene", False))


def _index(proteins: pd.DataFrame, column: str, isoforms_alike: bool) -> Mapping[str, int]:  # noqa: FBT001
    """Map every name in a column of lists to its row, leading names first."""
    names = proteins[column].str.upper().str.split(";")
    rows = pd.DataFrame({"name": names.to_numpy(), "row": np.arange(len(names))}).explode("name")
    if isoforms_alike:
        rows["name"] = rows["name"].str.split("-").str[0]
    rows["rank"] = rows.groupby("row").cumcount()
    rows = rows[rows["name"] != ""].sort_values(["rank", "row"], kind="stable")
    first = rows.drop_duplicates("name")
    return dict(zip(first["name"], first["row"], strict=True))


def subtract(table: PhosphoTable, proteins: PhosphoTable) -> PhosphoTable:
    """Take the protein of the same sample off every value.

    Parameters
    ----------
    table
        Normalised values of sites.
    proteins
        Normalised values of protein groups in the same samples.

    Returns
    -------
    Site minus protein (a ratio), NaN where either was not measured.
    """
    at = match_proteins(table.features, proteins.features)
    values = stats.subtract_protein(table.values.to_numpy(), proteins.values.to_numpy(), at)
    frame = pd.DataFrame(values, index=table.values.index, columns=table.values.columns)
    known = int(np.isfinite(values).any(axis=1).sum())
    text = (
        f"{known:,} of {table.n_features:,} features have a value of their protein in the same "
        "sample, which was taken off (slope 1)."
    )
    step = Step("protein", text, table.n_features, known)
    return table.step(step, values=frame, scale="log2_ratio")


def attach(contrast: Contrast, corrected: Contrast | None, proteins: Contrast | None) -> Contrast:
    """Put the corrected changes beside the uncorrected ones.

    Parameters
    ----------
    contrast
        Of the sites.
    corrected
        The same comparison of `subtract`; None if the proteome is of too few samples for it.
    proteins
        The same comparison of the protein groups, or None.

    Returns
    -------
    The contrast; the tables of its effects have the columns log2fc_corrected, se_corrected,
    df_corrected, p_corrected, the same of ``_uncorrected``, protein_log2fc and protein_correction.
    """
    at = np.full(len(contrast.data.features), -1)
    if proteins is not None:
        at = match_proteins(contrast.data.features, proteins.data.features)
    ratios, totals = (
        {(e.level, e.subject): e.table for e in ([] if c is None else c.effects)}
        for c in (corrected, proteins)
    )
    effects = []
    for effect in contrast.effects:
        key = (effect.level, effect.subject)
        unknown = pd.DataFrame(np.nan, index=effect.table.index, columns=list(_NUMBERS))
        rows = at if key in totals else np.full(len(at), -1)
        beside = _correct(effect.table, ratios.get(key, unknown), totals.get(key, unknown), rows)
        effects.append(replace(effect, table=effect.table.assign(**beside)))
    return replace(contrast, effects=tuple(effects))


def _correct(
    site: pd.DataFrame, ratio: pd.DataFrame, total: pd.DataFrame, at: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the columns of the corrected change of one level and subject."""
    known = at >= 0
    own = {
        k: np.where(known, total[k].to_numpy(dtype=float)[at], np.nan)
        for k in ("log2fc", "se", "df")
    }
    apart = stats.correct_for_protein(
        site["log2fc"], site["se"], site["df"], own["log2fc"], own["se"], own["df"]
    )
    paired = np.isfinite(ratio["log2fc"].to_numpy(dtype=float))
    columns = {
        f"{k}_corrected": np.where(paired, ratio[k].to_numpy(dtype=float), getattr(apart, k))
        for k in _NUMBERS
    }
    how = np.where(np.isfinite(apart.log2fc), SEPARATE, UNCORRECTED)
    columns |= {f"{k}_uncorrected": site[k].to_numpy(dtype=float) for k in _NUMBERS}
    columns["protein_log2fc"] = own["log2fc"]
    columns["protein_correction"] = np.where(paired, SAME_SAMPLES, how)
    return columns


def put_first(contrast: Contrast) -> Contrast:
    """Return the contrast with the corrected changes as its changes, where there are any.

    Parameters
    ----------
    contrast
        As `attach` gives it.
    """
    return _turn(contrast, "_corrected", "; corrected for the protein where it is known")


def put_back(contrast: Contrast) -> Contrast:
    """Return the contrast with the uncorrected changes as its changes.

    Parameters
    ----------
    contrast
        As `attach` or `put_first` gives it.
    """
    return _turn(contrast, "_uncorrected", "; not corrected for the protein")


def _turn(contrast: Contrast, suffix: str, said: str) -> Contrast:
    """Replace the changes by those of one kind, where there are any."""
    effects = []
    for effect in contrast.effects:
        table = effect.table
        use = np.isfinite(table[f"log2fc{suffix}"].to_numpy(dtype=float))
        changed = {k: np.where(use, table[f"{k}{suffix}"], table[k]) for k in _NUMBERS}
        with np.errstate(divide="ignore", invalid="ignore"):
            changed["t"] = changed["log2fc"] / changed["se"]
        changed["q"] = stats.benjamini_hochberg(changed["p"])
        effects.append(
            replace(effect, table=table.assign(**changed), method=f"{effect.method}{said}")
        )
    return replace(contrast, effects=tuple(effects))


def note(
    table: PhosphoTable, proteins: PhosphoTable, contrasts: Iterable[Contrast]
) -> PhosphoTable:
    """Return the table with the history and losses of the protein table added to its own.

    Parameters
    ----------
    table
        Normalised values of sites.
    proteins
        Normalised values of protein groups.
    contrasts
        As `attach` gives them.
    """
    tables = [e.table["protein_correction"] for c in contrasts for e in c.effects]
    none = all((t == UNCORRECTED).all() for t in tables)
    warning = (
        "the protein table corrects nothing: too few samples of a comparison have a proteome, or "
        "its proteins are not those of the sites"
    )
    known = int((match_proteins(table.features, proteins.features) >= 0).sum())
    text = f"{known:,} of {table.n_features:,} features have their protein in that table."
    step = Step(
        "protein",
        text,
        table.n_features,
        table.n_features,
        warnings=(warning,) if none else (),
    )
    return replace(
        table,
        history=(*table.history, *proteins.history, step),
        losses=(*table.losses, *proteins.losses),
    )


def state_uncorrected(contrast: Contrast) -> Contrast:
    """Say in every row of a contrast without protein table that nothing was corrected.

    Parameters
    ----------
    contrast
        Of the sites.
    """
    effects = tuple(
        replace(e, table=e.table.assign(protein_correction=UNCORRECTED)) for e in contrast.effects
    )
    return replace(contrast, effects=effects)
