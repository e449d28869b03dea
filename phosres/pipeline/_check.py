"""What can be told without a run: whether the files fit, and what noise their replicates have."""

from dataclasses import dataclass
from pathlib import Path

from phosres import checks, noise, normalization, readers
from phosres.config import Config, load, load_input, load_names
from phosres.errors import ConfigError, DataError
from phosres.pipeline._drugs import check_drugs, describe_drugs
from phosres.pipeline._inputs import (
    choose_normalization,
    load_knowledge,
    place_networks,
    read_configured,
    read_networks,
    read_proteome,
    require_drug,
)
from phosres.pipeline._steps import compare, compare_amounts
from phosres.table import PhosphoTable


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
    knowledge = load_knowledge(settings)
    require_drug(settings, knowledge)
    edges = read_networks(settings)
    table = read_configured(settings, knowledge)
    networks = place_networks(edges, table, knowledge)
    check_drugs(settings, table, knowledge)
    chosen = choose_normalization(settings, table, knowledge)
    aligned = normalization.normalize(table, method=chosen.used, reference=chosen.stable)
    proteome = read_proteome(settings, table)
    made = compare(settings, aligned, proteome, compare_amounts(settings, proteome))
    sheet = load_names(settings).redact(str(settings.input.samples or ""))
    drug, by_subject = describe_drugs(settings, made)
    found = [n.text for n in networks]
    text = checks.describe(table, made, knowledge, sheet=sheet, drug=drug, networks=found)
    text = "\n".join([text, *by_subject])
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
    knowledge = load_knowledge(settings)
    table = read_configured(settings, knowledge)
    chosen = choose_normalization(settings, table, knowledge)
    aligned = normalization.normalize(table, method=chosen.used, reference=chosen.stable)
    return noise.fit_noise_model(aligned)
