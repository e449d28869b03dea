"""The steps of a run with the settings of its configuration, for every contrast at once."""

from collections.abc import Mapping, Sequence

import pandas as pd

from phosres import (
    audit,
    contrasts,
    families,
    kinases,
    noise,
    normalization,
    planning,
    protein,
    resistance,
    scoring,
)
from phosres.config import Config
from phosres.errors import DataError
from phosres.knowledge import Knowledge
from phosres.pipeline._drugs import drugs_of
from phosres.results import Audit, Calls, Contrast, Scores
from phosres.table import PhosphoTable


def compare_amounts(settings: Config, proteome: PhosphoTable | None) -> dict[str, Contrast]:
    """Make the contrasts of total proteins; none without a proteome, or with too few samples."""
    return {} if proteome is None else _try_contrasts(settings, proteome)


def compare(
    settings: Config,
    table: PhosphoTable,
    proteome: PhosphoTable | None,
    totals: Mapping[str, Contrast],
) -> dict[str, Contrast]:
    """Make the contrasts, with corrected changes where there is a proteome: first if asked for."""
    made = make_contrasts(settings, table)
    if proteome is None:
        return {name: protein.state_uncorrected(c) for name, c in made.items()}
    ratios = _try_contrasts(settings, protein.subtract(table, proteome))
    both = {n: protein.attach(c, ratios.get(n), totals.get(n)) for n, c in made.items()}
    return {n: protein.put_first(c) for n, c in both.items()} if _corrects(settings) else both


def make_contrasts(settings: Config, table: PhosphoTable) -> dict[str, Contrast]:
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


def _try_contrasts(settings: Config, table: PhosphoTable) -> dict[str, Contrast]:
    """Make the contrasts of a proteome; none where it is of too few samples to be compared.

    A noise model of phosphosites does not know the noise of proteins: pairs have their own.
    """
    own = settings.statistics.model_copy(update={"noise_model": None})
    try:
        return make_contrasts(settings.model_copy(update={"statistics": own}), table)
    except DataError:
        return {}


def score_audited(
    settings: Config,
    raw: PhosphoTable,
    made: Mapping[str, Contrast],
    knowledge: Knowledge,
    shifts: pd.DataFrame,
    chosen: normalization.Choice,
    proteome: PhosphoTable | None,
    totals: Mapping[str, Contrast],
    networks: Sequence[kinases.Placed] = (),
) -> tuple[dict[str, Scores], Audit]:
    """Score under the run's normalisation and, for the audit, under the other methods."""
    used = chosen.used.name
    by_method: dict[str, dict[str, Scores]] = {
        used: _score_all(settings, made, knowledge, networks)
    }
    if settings.normalization.audit:
        for method in chosen.others:
            other = normalization.normalize(raw, method=method, reference=chosen.stable)
            again = compare(settings, other, proteome if _corrects(settings) else None, totals)
            by_method[method.name] = _score_all(settings, again, knowledge, networks)
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
    settings: Config,
    made: Mapping[str, Contrast],
    knowledge: Knowledge,
    networks: Sequence[kinases.Placed],
) -> dict[str, Scores]:
    """Score every contrast, and the kinases of networks in it."""
    alpha = settings.statistics.alpha
    scored = {
        name: scoring.score(
            c,
            knowledge=knowledge,
            alpha=alpha,
            unchanged_fold=settings.statistics.unchanged_fold,
        )
        for name, c in made.items()
    }
    if not networks:
        return scored
    return {
        name: kinases.add_kinases(s, made[name], networks, alpha=alpha)
        for name, s in scored.items()
    }


def show_beside_proteins(
    settings: Config,
    made: Mapping[str, Contrast],
    scores: Mapping[str, Scores],
    calls: Mapping[str, Calls],
    knowledge: Knowledge,
    totals: Mapping[str, Contrast],
    networks: Sequence[kinases.Placed] = (),
) -> tuple[dict[str, Scores], dict[str, Calls]]:
    """Put what the other changes (corrected, or not) would give beside the results."""
    use = _corrects(settings)
    turn = protein.put_back if use else protein.put_first
    others = {name: turn(c) for name, c in made.items()}
    other_scores = _score_all(settings, others, knowledge, networks)
    other_calls = call_all(settings, others, other_scores, knowledge, totals)
    compared = {
        name: audit.compare_proteins(
            *((other_scores[name], s) if use else (s, other_scores[name])), c, use=use
        )
        for (name, c), s in zip(made.items(), scores.values(), strict=True)
    }
    marked = {name: audit.compare_calls(c, other_calls[name], use=use) for name, c in calls.items()}
    return compared, marked


def call_all(
    settings: Config,
    made: Mapping[str, Contrast],
    scores: Mapping[str, Scores],
    knowledge: Knowledge,
    totals: Mapping[str, Contrast],
) -> dict[str, Calls]:
    """Call every contrast."""
    return {
        name: resistance.call(
            c,
            scores[name],
            drug=drugs_of(settings, c),
            proteins=totals.get(name),
            knowledge=knowledge,
            alpha=settings.statistics.alpha,
        )
        for name, c in made.items()
    }


def state_families(
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


def _corrects(settings: Config) -> bool:
    """Tell whether the run rests on changes beyond those of the proteins."""
    return settings.statistics.protein_correction == "use"
