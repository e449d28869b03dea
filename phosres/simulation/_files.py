"""Write a simulated cohort to files."""

from importlib import resources
from pathlib import Path

import pandas as pd

from phosres.simulation._cohort import Simulated

SITE_TABLE = "Phospho (STY)Sites.txt"


def write(simulated: Simulated, directory: str | Path) -> tuple[Path, ...]:
    """Write a cohort: MaxQuant's site table, the sample sheet, the truth and a README.

    Parameters
    ----------
    simulated
        The cohort.
    directory
        Folder to write to; it is made if need be, files of the same names are replaced.

    Returns
    -------
    The files: ``Phospho (STY)Sites.txt``, ``samples.tsv``, ``truth.tsv``, ``README.md``.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        SITE_TABLE: _spell(simulated.sites),
        "samples.tsv": _spell(simulated.samples),
        "truth.tsv": _spell(simulated.truth),
        "README.md": _explain(simulated),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return tuple(folder / name for name in texts)


def _spell(table: pd.DataFrame) -> str:
    return str(table.to_csv(sep="\t", index=False, lineterminator="\n"))


def _explain(simulated: Simulated) -> str:
    template = resources.files("phosres.simulation").joinpath("README.template.md")
    arguments = ", ".join(f"{name}={value!r}" for name, value in simulated.parameters.items())
    return template.read_text("utf-8").replace("{arguments}", arguments)
