"""What a configuration names, read: table with sites identified, proteins, method, drug."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pandas as pd

from phosres import contrasts, identity, kinases, normalization, protein, readers
from phosres import knowledge as knowledge_base
from phosres.config import Config, Network, load_names
from phosres.errors import ConfigError, DataError, KnowledgeError, Problem
from phosres.knowledge import Knowledge
from phosres.pseudonyms import Names, warn_of_ids
from phosres.readers import sheets
from phosres.table import PhosphoTable


def read(
    path: str | Path,
    samples: str | Path | pd.DataFrame | None = None,
    *,
    format: str = "auto",  # noqa: A002 - the name the configuration uses
    species: str = "auto",
    columns: Mapping[str, str] | None = None,
    scale: Literal["auto", "linear", "log2"] = "auto",
    values: Literal["auto", "intensity", "ratio", "change"] = "auto",
    missing: Sequence[str] = (),
    localization_min: float = 0.75,
    fasta: str | Path | None = None,
    knowledge: Knowledge | None = None,
) -> PhosphoTable:
    """Read a phosphosite table with its sample sheet and identify the curated sites in it.

    Parameters
    ----------
    path
        Table as the search engine wrote it.
    samples
        Sample sheet: a file, or a frame with the columns sample, subject and condition. None for a
        table of changes: each of its columns is a sample, named as its condition.
    format
        ``auto`` or the name of a format.
    species
        ``auto``, ``human``, ``mouse``, ``rat`` or ``human+mouse`` (a xenograft).
    columns
        For generic tables: role -> header of the id columns.
    scale, values, missing
        What the values are, where it must be said; and further spellings of missing.
    localization_min
        Least localisation probability of a site.
    fasta
        FASTA file of the search, for tables of peptides without positions in proteins.
    knowledge
        Curated sites; the package's own by default.

    Returns
    -------
    Log2 values, features and samples.

    Raises
    ------
    DataError
        If the table or the sheet cannot be used; every problem is listed.
    """
    table = readers.read(
        path,
        samples,
        format=format,
        columns=columns,
        scale=scale,
        values=values,
        missing=missing,
        localization_min=localization_min,
        fasta=fasta,
    )
    return identity.identify(table, species=species, knowledge=knowledge)


def load_knowledge(settings: Config) -> Knowledge:
    """Load the knowledge base with the tables of a configuration over it."""
    return knowledge_base.load(settings.knowledge.tables())


def read_configured(settings: Config, knowledge: Knowledge) -> PhosphoTable:
    """Read and identify the table of a configuration; tell problems of the design along with it."""
    names = load_names(settings)
    try:
        with names.hiding():
            table = _read_checked(settings, knowledge)
    except DataError as error:
        raise DataError(names.hide(error.problems, _offered(settings, names))) from error.__cause__
    return _note_ids(settings, names.rename(table, keep=settings.design.covariates), names)


def _offered(settings: Config, names: Names) -> tuple[str, ...]:
    """Return what the table calls its samples: a message may quote one that no sheet lists."""
    if not names:
        return ()
    try:
        return readers.recognise(settings.input.table).samples
    except DataError:
        return ()


def _note_ids(settings: Config, table: PhosphoTable, names: Names) -> PhosphoTable:
    """Say that ids were replaced, and warn of those that should be."""
    ids = {"subject": table.samples["subject"], "sample": table.samples.index}
    warnings = (*names.warnings, *warn_of_ids({**ids, "run": [settings.name]}))
    text = " Subjects and samples bear pseudonyms." if names else ""
    if not text and not warnings:
        return table
    first, *rest = table.history
    noted = replace(first, text=first.text + text, warnings=(*first.warnings, *warnings))
    if names:  # a header may hold an id too short to be told from other words
        places = [[f"column {k}" for k in at] for at in first.parameters.get("sample_places", ())]
        noted = replace(noted, parameters={**noted.parameters, "sample_columns": places})
    return replace(table, history=(noted, *rest))


def _read_checked(settings: Config, knowledge: Knowledge) -> PhosphoTable:
    """Read the table; tell problems of the design along with its own."""
    problems = _design_problems(settings)
    try:
        table = _read_table(settings, knowledge)
    except DataError as error:
        raise DataError([*error.problems, *problems]) from error
    if problems:
        raise DataError(problems)
    if settings.design.pre is None and table.scale != "log2_change":
        raise ConfigError(contrasts.explain_pre(table))
    if settings.input.samples is None and table.n_samples == len(settings.design.on) == 1:
        # One column of changes and one condition: the user's name for it stands.
        table = replace(table, samples=table.samples.assign(condition=settings.design.on[0]))
    return table


def _read_table(settings: Config, knowledge: Knowledge) -> PhosphoTable:
    return read(
        settings.input.table,
        settings.input.samples,
        format=settings.input.format,
        species=settings.input.species,
        columns=settings.input.columns or None,
        scale=settings.input.scale,
        values=settings.input.values,
        missing=settings.input.missing,
        localization_min=settings.filters.localization_min,
        fasta=settings.input.fasta,
        knowledge=knowledge,
    )


def _design_problems(settings: Config) -> list[Problem]:
    """Return what is wrong with the design as far as the sample sheet tells, without the table."""
    if settings.input.samples is None or settings.design.pre is None:
        return []
    try:
        annotation = sheets.open_sheet(settings.input.samples)
        if not annotation.is_own:  # it may describe more samples than the table has
            return []
        sheet = sheets.settle(annotation)
    except DataError:  # told when the table is read
        return []
    problems: list[Problem] = []
    for on in settings.design.on:
        try:
            contrasts.require_design(
                sheet.frame,
                sheet.path,
                pre=settings.design.pre,
                on=on,
                paired=settings.design.paired,
                correlation=settings.statistics.correlation,
                covariates=settings.design.covariates,
            )
        except DataError as error:
            problems += error.problems
    return list(dict.fromkeys(problems))


def choose_normalization(
    settings: Config, table: PhosphoTable, knowledge: Knowledge
) -> normalization.Choice:
    """Choose the normalisation, with the configuration's list of stable sites if it names one."""
    path = settings.normalization.stable_sites
    stable = None
    if path:
        listed = readers.read_site_list(path)
        stable = normalization.find_stable(table, listed, knowledge=knowledge)
    return normalization.choose_methods(table, settings.normalization.method, stable=stable)


def read_proteome(settings: Config, raw: PhosphoTable) -> PhosphoTable | None:
    """Read and align the protein table of a configuration, if it names one."""
    path = settings.input.protein_table
    if path is None:
        return None
    if raw.scale == "log2_change":
        hint = "leave the protein table out, or correct the changes before"
        message = "input.protein_table: a table of changes has no samples to compare proteins with"
        raise ConfigError(Problem(message, hint=hint))
    names = load_names(settings)
    with names.hiding():
        proteome = readers.read_proteins(path, names.restore(raw.samples))
    measured = protein.keep_measured(names.rename(proteome, keep=settings.design.covariates))
    fewest = int(measured.values.notna().sum().min())
    method = "median_of_ratios" if fewest >= normalization.MIN_COMMON else "none"
    return protein.fill_up(normalization.normalize(measured, method=method), raw.samples)


def read_networks(settings: Config) -> tuple[tuple[Network, kinases.Edges], ...]:
    """Read the networks of a configuration; every problem of all of them is told at once."""
    found: list[tuple[Network, kinases.Edges]] = []
    problems: list[Problem] = []
    for network in settings.networks:
        try:
            edges = kinases.read_edges(
                network.path, format_=network.format, columns=network.columns
            )
            found.append((network, edges))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(found)


def place_networks(
    networks: Sequence[tuple[Network, kinases.Edges]], table: PhosphoTable, knowledge: Knowledge
) -> tuple[kinases.Placed, ...]:
    """Find the sites of the networks in the table; a network without any is an error."""
    placed: list[kinases.Placed] = []
    problems: list[Problem] = []
    for network, edges in networks:
        try:
            placed.append(
                kinases.place(
                    edges,
                    table.features,
                    knowledge,
                    name=network.title,
                    path=str(network.path),
                    min_size=network.min_size,
                    other_species=network.other_species,
                )
            )
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(placed)


def require_drug(settings: Config, knowledge: Knowledge) -> str:
    """Resolve the drug before anything is read; a wrong name is a configuration problem."""
    if settings.treatment.drug is None:
        return ""
    try:
        return knowledge.find_drug(settings.treatment.drug).name
    except KnowledgeError as error:
        problems = [Problem(f"treatment.drug: {p.message}", hint=p.hint) for p in error.problems]
        raise ConfigError(problems) from error
