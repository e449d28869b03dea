"""The values of a configuration as a run compares them, without the comparison."""

from dataclasses import dataclass

from phosres import normalization
from phosres.config import Config, load_names
from phosres.pipeline._inputs import (
    choose_normalization,
    load_knowledge,
    read_configured,
    read_proteome,
)
from phosres.table import PhosphoTable


@dataclass(frozen=True, eq=False)
class Measured:
    """What a configuration's files hold.

    Parameters
    ----------
    raw, normalized
        The table as read and after the normalisation that a run would use.
    proteome
        The protein table of the same samples, aligned; None if the configuration names none.
    """

    raw: PhosphoTable
    normalized: PhosphoTable
    proteome: PhosphoTable | None


def measure(settings: Config) -> Measured:
    """Read and normalise the tables of a configuration, as `phosres.run` does.

    Parameters
    ----------
    settings
        The configuration.

    Raises
    ------
    PhosresError
        If the configuration or the data cannot be used.
    """
    with load_names(settings).hiding():
        knowledge = load_knowledge(settings)
        raw = read_configured(settings, knowledge)
        proteome = read_proteome(settings, raw)
        chosen = choose_normalization(settings, raw, knowledge)
        normalized = normalization.normalize(raw, method=chosen.used, reference=chosen.stable)
    return Measured(raw, normalized, proteome)
