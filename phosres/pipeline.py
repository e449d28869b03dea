"""The order of a run, and the only place that knows it.

read -> identify -> normalize -> contrast -> score (audited) -> call -> quality -> RunResult, and
RunResult -> figures, report, tables. Everything it calls can be called by itself.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from phosres import (
    audit,
    checks,
    contrasts,
    families,
    identity,
    noise,
    normalization,
    planning,
    protein,
    quality,
    readers,
    resistance,
    scoring,
    trajectories,
)
from phosres.columns import SCHEMAS
from phosres.config import Config, load, load_input
from phosres.errors import ConfigError, DataError, KnowledgeError, Problem
from phosres.knowledge import Knowledge
from phosres.knowledge import load as load_knowledge
from phosres.provenance import Clock, Progress, collect_provenance, describe_action
from phosres.readers import sheets
from phosres.results import Audit, Calls, Contrast, RunResult, Scores
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
    return identity.identify(table, species=species)


def run(
    config: Config | str | Path, *, argv: Sequence[str] = (), progress: Progress | None = None
) -> RunResult:
    """Run everything a configuration asks for.

    Parameters
    ----------
    config
        A configuration, or the file that holds one.
    argv
        Command line, for ``run.json``.
    progress
        Called with the name of each step before it starts.

    Returns
    -------
    Tables, scores, calls and provenance of the run; nothing is written.

    Raises
    ------
    PhosresError
        If the configuration or the data cannot be used.
    """
    settings = config if isinstance(config, Config) else load(config)
    clock = Clock(progress)
    knowledge = load_knowledge()
    _require_drug(settings, knowledge)
    with clock.step("read"):
        raw = _read(settings)
        proteome = _read_proteins(settings, raw)
    with clock.step("normalize"):
        chosen = _choose(settings, raw)
        normalized = normalization.normalize(raw, method=chosen.used, reference=chosen.stable)
        shifts = normalization.compare_methods(
            raw, used=chosen.used.name, methods=chosen.shown, reference=chosen.stable
        )
    with clock.step("contrast"):
        made = _compare(settings, normalized, proteome)
    with clock.step("score"):
        scores, checked = _scores(settings, raw, made, knowledge, shifts, chosen, proteome)
    with clock.step("call"):
        calls = _call_all(settings, made, scores)
    made = _state(settings, made, scores, knowledge)
    if proteome is not None:
        with clock.step("proteins"):
            scores, calls = _beside_proteins(settings, made, scores, calls, knowledge)
            normalized = protein.note(normalized, proteome, made.values())
    with clock.step("quality"):
        lights = quality.assess(raw, shifts, made, scores)
    return RunResult(
        name=settings.name,
        config=settings.resolved(),
        raw=raw,
        normalized=normalized,
        quality=lights,
        audit=checked,
        contrasts=made,
        scores=scores,
        calls=calls,
        provenance=collect_provenance(settings, knowledge, argv, clock),
        trajectories=trajectories.follow(scores),
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found: the table as it was recognised, and the readouts in it.

    Parameters
    ----------
    text
        Lines to print.
    table
        The table as read.
    """

    text: str
    table: PhosphoTable


def check(config: Config | str | Path) -> Checked:
    """Validate configuration, sheet and table without running anything.

    Parameters
    ----------
    config
        A configuration, or the file that holds one.

    Returns
    -------
    What was recognised, what was dropped and why, and which readouts were found as which features.

    Raises
    ------
    PhosresError
        If anything cannot be used; every problem is listed.
    """
    settings = config if isinstance(config, Config) else _load_all(config)
    knowledge = load_knowledge()
    _require_drug(settings, knowledge)
    table = _read(settings)
    chosen = _choose(settings, table)
    aligned = normalization.normalize(table, method=chosen.used, reference=chosen.stable)
    proteome = _read_proteins(settings, table)
    made = _compare(settings, aligned, proteome)
    sheet = str(settings.input.samples or "")
    drug = settings.treatment.drug or ""
    text = checks.describe(table, made, knowledge, sheet=sheet, drug=drug)
    if proteome is not None:
        said = [proteome.history[0].text, *(f"warning: {w}" for w in proteome.warnings)]
        text = "\n".join([text, *(f"proteins: {line}" for line in said)])
    return Checked(text, table)


def _load_all(config: str | Path) -> Config:
    """Load a configuration; if it is wrong, say what is wrong with its sheet and table as well."""
    try:
        return load(config)
    except ConfigError as error:
        files = load_input(config)
        if files is None:
            raise
        try:
            readers.read(
                files.table, files.samples, columns=files.columns or None, fasta=files.fasta
            )
        except DataError as more:
            raise ConfigError([*error.problems, *more.problems]) from error
        raise


def learn_noise(config: Config | str | Path) -> noise.NoisePanel:
    """Learn the noise between the replicates of a configuration's table.

    Parameters
    ----------
    config
        A configuration, or the file that holds one; its table is read and normalised as in a run.

    Returns
    -------
    The noise model with its source, for `phosres.noise.write_noise_model`.

    Raises
    ------
    PhosresError
        If the configuration cannot be used, or its table holds no replicates.
    """
    settings = config if isinstance(config, Config) else load(config)
    table = _read(settings)
    chosen = _choose(settings, table)
    aligned = normalization.normalize(table, method=chosen.used, reference=chosen.stable)
    return noise.fit_noise_model(aligned)


def write(result: RunResult, out_dir: str | Path, *, force: bool = False) -> tuple[str, ...]:
    """Draw, render and write a result folder, all of it or nothing.

    Parameters
    ----------
    result
        A finished run.
    out_dir
        Folder of the result; a previous result in it is replaced in one step.
    force
        Accept a folder that holds other files.

    Returns
    -------
    Names of report sections and figures that failed (empty if none did).

    Raises
    ------
    ConfigError
        If the folder cannot be used.
    """
    from phosres import store

    files, failed = assemble(result)
    store.commit(Path(out_dir), files, force=force)
    return failed


def assemble(result: RunResult) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Draw and render everything a result folder holds.

    Parameters
    ----------
    result
        A finished run.

    Returns
    -------
    Contents by path relative to the folder, and the names of report sections and figures that
    failed (empty if none did).
    """
    from phosres import figures, report, store

    started = time.perf_counter()
    drawn = figures.render_all(result, max_labels=result.config["report"]["max_labels"])
    page = report.render(result, drawn)
    files: dict[str, bytes] = {"report.html": page.html.encode()}
    for name in SCHEMAS:
        files[f"tables/{name}.tsv"] = store.format_tsv(result.table(name))
    files["tables/audit.tsv"] = store.format_tsv(result.audit.readouts)
    for figure in drawn:
        if figure.error:
            continue
        files[f"figures/{figure.id}.svg"] = figure.svg
        files[f"figures/{figure.id}.png"] = figure.png
        files[f"figures/{figure.id}.tsv"] = store.format_tsv(figure.table)
    files["config.resolved.yaml"] = store.format_config(result.config)
    seconds = dict(result.provenance["seconds"]) | {
        "report": round(time.perf_counter() - started, 3)
    }
    provenance = dict(result.provenance) | {"seconds": seconds, "failed": list(page.failed)}
    files[store.RUN] = store.format_json(provenance)
    described = describe_action(result.name, provenance, sorted(files))
    files[store.CRATE] = store.format_json(described)
    return files, page.failed


def _read(settings: Config) -> PhosphoTable:
    """Read and identify the table of a configuration; tell problems of the design along with it."""
    problems = _design_problems(settings)
    try:
        table = _read_table(settings)
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


def _read_table(settings: Config) -> PhosphoTable:
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


def _choose(settings: Config, table: PhosphoTable) -> normalization.Choice:
    """Choose the normalisation, with the configuration's list of stable sites if it names one."""
    path = settings.normalization.stable_sites
    stable = normalization.find_stable(table, readers.read_site_list(path)) if path else None
    return normalization.choose_methods(table, settings.normalization.method, stable=stable)


def _contrasts(settings: Config, table: PhosphoTable) -> dict[str, Contrast]:
    """Make one contrast for each on-treatment condition."""
    made = {}
    path = settings.statistics.noise_model
    panel = noise.read_noise_model(path) if path else None
    for on in settings.design.on:
        c = contrasts.contrast(
            table,
            pre=settings.design.pre,
            on=on,
            paired=settings.design.paired,
            trend=settings.statistics.trend,
            robust=settings.statistics.robust,
            biopsy_sd=settings.statistics.biopsy_sd,
            noise_model=panel,
            covariates=settings.design.covariates,
            correlation=settings.statistics.correlation,
            replicates=settings.design.replicates,
        )
        made[c.name] = c
    return made


def _scores(
    settings: Config,
    raw: PhosphoTable,
    made: Mapping[str, Contrast],
    knowledge: Knowledge,
    shifts: pd.DataFrame,
    chosen: normalization.Choice,
    proteome: PhosphoTable | None,
) -> tuple[dict[str, Scores], Audit]:
    """Score under the run's normalisation and, for the audit, under the other methods."""
    used = chosen.used.name
    by_method: dict[str, dict[str, Scores]] = {used: _score_all(settings, made, knowledge)}
    if settings.normalization.audit:
        for method in chosen.others:
            other = normalization.normalize(raw, method=method, reference=chosen.stable)
            again = _compare(settings, other, proteome if _corrects(settings) else None)
            by_method[method.name] = _score_all(settings, again, knowledge)
    settled = {
        name: audit.settle(s, {m: by[name] for m, by in by_method.items() if m != used})
        for name, s in by_method[used].items()
    }
    table = audit.readout_table(used, by_method)
    flips = sum(int(s.readouts["normalization_dependent"].sum()) for s in settled.values())
    others = ", ".join(m.replace("_", " ") for m in by_method if m != used)
    text = (
        f"{flips} readout statuses depend on the normalisation (compared with {others})."
        if others
        else "No other normalisation was compared."
    )
    stated = {name: audit.state_uncorrected(s) for name, s in settled.items()}
    return stated, Audit(shifts, table, text)


def _score_all(
    settings: Config, made: Mapping[str, Contrast], knowledge: Knowledge
) -> dict[str, Scores]:
    """Score every contrast."""
    return {
        name: scoring.score(
            c,
            knowledge=knowledge,
            alpha=settings.statistics.alpha,
            unchanged_fold=settings.statistics.unchanged_fold,
        )
        for name, c in made.items()
    }


def _corrects(settings: Config) -> bool:
    """Tell whether the run rests on changes beyond those of the proteins."""
    return settings.statistics.protein_correction == "use"


def _read_proteins(settings: Config, raw: PhosphoTable) -> PhosphoTable | None:
    """Read and align the protein table of a configuration, if it names one."""
    path = settings.input.protein_table
    if path is None:
        return None
    if raw.scale == "log2_change":
        hint = "leave the protein table out, or correct the changes before"
        message = "input.protein_table: a table of changes has no samples to compare proteins with"
        raise ConfigError(Problem(message, hint=hint))
    measured = protein.keep_measured(readers.read_proteins(path, raw.samples))
    fewest = int(measured.values.notna().sum().min())
    method = "median_of_ratios" if fewest >= normalization.MIN_COMMON else "none"
    return protein.fill_up(normalization.normalize(measured, method=method), raw.samples)


def _try_contrasts(settings: Config, table: PhosphoTable) -> dict[str, Contrast]:
    """Make the contrasts of a proteome; none where it is of too few samples to be compared.

    A noise model of phosphosites does not know the noise of proteins: pairs have their own.
    """
    own = settings.statistics.model_copy(update={"noise_model": None})
    try:
        return _contrasts(settings.model_copy(update={"statistics": own}), table)
    except DataError:
        return {}


def _compare(
    settings: Config, table: PhosphoTable, proteome: PhosphoTable | None
) -> dict[str, Contrast]:
    """Make the contrasts, with corrected changes where there is a proteome: first if asked for."""
    made = _contrasts(settings, table)
    if proteome is None:
        return {name: protein.state_uncorrected(c) for name, c in made.items()}
    ratios = _try_contrasts(settings, protein.subtract(table, proteome))
    totals = _try_contrasts(settings, proteome)
    both = {n: protein.attach(c, ratios.get(n), totals.get(n)) for n, c in made.items()}
    return {n: protein.put_first(c) for n, c in both.items()} if _corrects(settings) else both


def _beside_proteins(
    settings: Config,
    made: Mapping[str, Contrast],
    scores: Mapping[str, Scores],
    calls: Mapping[str, Calls],
    knowledge: Knowledge,
) -> tuple[dict[str, Scores], dict[str, Calls]]:
    """Put what the other changes (corrected, or not) would give beside the results."""
    use = _corrects(settings)
    turn = protein.put_back if use else protein.put_first
    others = {name: turn(c) for name, c in made.items()}
    other_scores = _score_all(settings, others, knowledge)
    other_calls = _call_all(settings, others, other_scores)
    compared = {
        name: audit.compare_proteins(
            *((other_scores[name], s) if use else (s, other_scores[name])), c, use=use
        )
        for (name, c), s in zip(made.items(), scores.values(), strict=True)
    }
    marked = {name: audit.compare_calls(c, other_calls[name], use=use) for name, c in calls.items()}
    return compared, marked


def _state(
    settings: Config,
    made: Mapping[str, Contrast],
    scores: Mapping[str, Scores],
    knowledge: Knowledge,
) -> dict[str, Contrast]:
    """Say what every q is adjusted over, and what a cohort with this noise would need."""
    alpha, panel = settings.statistics.alpha, len(knowledge.readouts)
    return {
        name: planning.state_plan(
            families.state_families(c, scores[name], knowledge=knowledge, alpha=alpha),
            tests=panel,
            alpha=alpha,
        )
        for name, c in made.items()
    }


def _call_all(
    settings: Config, made: Mapping[str, Contrast], scores: Mapping[str, Scores]
) -> dict[str, Calls]:
    """Call every contrast."""
    return {
        name: resistance.call(
            c, scores[name], drug=settings.treatment.drug, alpha=settings.statistics.alpha
        )
        for name, c in made.items()
    }


def _require_drug(settings: Config, knowledge: Knowledge) -> str:
    """Resolve the drug before anything is read; a wrong name is a configuration problem."""
    if settings.treatment.drug is None:
        return ""
    try:
        return knowledge.find_drug(settings.treatment.drug).name
    except KnowledgeError as error:
        problems = [Problem(f"treatment.drug: {p.message}", hint=p.hint) for p in error.problems]
        raise ConfigError(problems) from error
