"""The order of a run."""

from collections.abc import Sequence
from pathlib import Path

from phosres import kinases, normalization, protein, quality, states
from phosres.config import Config, load, load_names
from phosres.pipeline._drugs import check_drugs
from phosres.pipeline._following import describe_reading, follow, summarise
from phosres.pipeline._inputs import (
    choose_normalization,
    load_knowledge,
    place_networks,
    read_configured,
    read_networks,
    read_proteome,
    require_drug,
)
from phosres.pipeline._steps import (
    call_all,
    compare,
    compare_amounts,
    score_audited,
    show_beside_proteins,
    state_families,
)
from phosres.provenance import Clock, Progress, collect_provenance
from phosres.pseudonyms import Names
from phosres.results import RunResult


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
    names = load_names(settings)
    with names.hiding():
        return _run(settings, names, argv, Clock(progress))


def _run(settings: Config, names: Names, argv: Sequence[str], clock: Clock) -> RunResult:
    """Take the steps in their order; what leaves them holds pseudonyms, where there are any."""
    knowledge = load_knowledge(settings)
    require_drug(settings, knowledge)
    with clock.step("read"):
        edges = read_networks(settings)
        raw = read_configured(settings, knowledge)
        networks = place_networks(edges, raw, knowledge)
        proteome = read_proteome(settings, raw)
    check_drugs(settings, raw, knowledge)
    with clock.step("normalize"):
        chosen = choose_normalization(settings, raw, knowledge)
        normalized = normalization.normalize(raw, method=chosen.used, reference=chosen.stable)
        shifts = normalization.compare_methods(
            raw, used=chosen.used.name, methods=chosen.shown, reference=chosen.stable
        )
    with clock.step("contrast"):
        totals = compare_amounts(settings, proteome)
        made = compare(settings, normalized, proteome, totals)
    with clock.step("score"):
        scores, checked = score_audited(
            settings, raw, made, knowledge, shifts, chosen, proteome, totals, networks
        )
    with clock.step("call"):
        calls = call_all(settings, made, scores, knowledge, totals)
    made = state_families(settings, made, scores, knowledge)
    if proteome is not None:
        with clock.step("proteins"):
            scores, calls = show_beside_proteins(
                settings, made, scores, calls, knowledge, totals, networks
            )
            normalized = protein.note(normalized, proteome, made.values())
    with clock.step("states"):
        scores = {
            name: states.infer_states(made[name], s, knowledge=knowledge)
            for name, s in scores.items()
        }
    normalized = kinases.note(normalized, networks) if networks else normalized
    with clock.step("times"):
        calls, followed = follow(settings, normalized, made, scores, calls, knowledge)
    with clock.step("quality"):
        lights = quality.assess(raw, shifts, made, scores, knowledge)
    return RunResult(
        name=settings.name,
        config=names.clean(settings.resolved()),
        raw=raw,
        normalized=normalized,
        quality=lights,
        audit=checked,
        contrasts=made,
        scores=scores,
        calls=calls,
        provenance=names.clean(
            collect_provenance(settings, knowledge, argv, clock) | describe_reading(raw)
        ),
        **followed,
        **summarise(settings, raw, scores, calls, knowledge),
    )
