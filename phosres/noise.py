"""A noise model on its way between two tables: learnt from replicates, kept in a file, applied.

`fit_noise_model` learns it from any table with replicates; the file says what it was learnt from,
and a pair that is judged by it says how well the two fit together.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from phosres import stats
from phosres.errors import DataError, Problem
from phosres.table import PhosphoTable

TITLE = "# phosres noise model 1"
COLUMNS = ("quantile", "intensity", "s0")
_TEXTS = ("scale", "source", "sha256", "normalization")
_COUNTS = ("rows", "samples", "conditions")

DEPTH = 2.0
"""Ratio of numbers of sites from which two runs see differently deep (stated estimate)."""
SPREAD = 1.5
"""Ratio of interquartile ranges of intensity, or of noise, from which panel and pair do not look
alike (stated estimate)."""


@dataclass(frozen=True, eq=False)
class NoisePanel:
    """A noise model with what it was learnt from.

    Parameters
    ----------
    model
        Noise by intensity.
    scale
        ``log2_intensity`` or ``log2_ratio``: the kind of table it was learnt from and is for.
    samples, conditions
        Samples with a replicate, and in how many conditions.
    source
        Name of the file it was learnt from.
    sha256
        Hash of that file's bytes.
    normalization
        How the samples were made comparable, one sentence.
    """

    model: stats.NoiseModel
    scale: str
    samples: int
    conditions: int
    source: str
    sha256: str
    normalization: str

    @property
    def text(self) -> str:
        """What it was learnt from, for a sentence."""
        return (
            f"{self.model.n:,} features of {self.samples} replicates of {self.conditions} "
            f"conditions in {self.source or 'a table'}"
        )


def fit_noise_model(table: PhosphoTable) -> NoisePanel:
    """Learn the noise between replicates of a table, for single pairs of the same laboratory.

    Samples of one subject, condition and time point are replicates.

    Parameters
    ----------
    table
        Normalised log2 values.

    Returns
    -------
    The noise model with its source.

    Raises
    ------
    DataError
        If no subject has two samples of one condition, or too few features have two values.
    """
    keys = table.samples[["subject", "condition", "timepoint"]].astype(str).agg("\t".join, axis=1)
    repeated = keys[keys.duplicated(keep=False)]
    if repeated.empty:
        message = (
            "no subject has two samples of one condition: there are no replicates to learn from"
        )
        hint = "give replicates the same subject and condition in the sample sheet"
        raise DataError(Problem(message, file=table.source.path, hint=hint))
    codes = repeated.astype("category").cat.codes.to_numpy()
    try:
        model = stats.fit_noise_model(
            table.values[repeated.index].to_numpy(), codes, trend=table.scale == "log2_intensity"
        )
    except ValueError as error:
        raise DataError(Problem(str(error), file=table.source.path)) from error
    steps = [s.text for s in table.history if s.name == "normalize"]
    return NoisePanel(
        model=model,
        scale=table.scale,
        samples=len(repeated),
        conditions=int(repeated.nunique()),
        source=Path(table.source.path).name,
        sha256=table.source.sha256,
        normalization=" ".join(" ".join(steps).split()) or "none",
    )


def apply_panel(
    panel: NoisePanel, table: PhosphoTable, intensity: np.ndarray, biopsy_sd: float
) -> stats.PairNoise:
    """Return the noise of a pair of single samples as a panel sees it.

    Parameters
    ----------
    panel
        Noise model of replicates.
    table
        The table of the pair, for its scale and name.
    intensity
        Mean log2 value of each feature on both sides, NaN where not measured on both.
    biopsy_sd
        Standard deviation between untreated biopsies; 0 if unknown.

    Raises
    ------
    DataError
        If one is of intensities and the other of ratios.
    """
    if panel.scale != table.scale:
        kinds = {"log2_intensity": "intensities", "log2_ratio": "ratios"}
        message = (
            f"the noise model is for {kinds[panel.scale]}, but the table holds {kinds[table.scale]}"
        )
        hint = "learn the noise from replicates of the same kind of table"
        raise DataError(Problem(message, file=table.source.path, hint=hint))
    aligned = stats.align_intensity(panel.model, intensity)
    return stats.apply_noise_model(panel.model, aligned, biopsy_sd=biopsy_sd)


def find_mismatches(
    panel: NoisePanel, intensity: np.ndarray, noise: stats.PairNoise, own: stats.PairNoise
) -> tuple[str, ...]:
    """Say where a pair does not look like the panel its noise was taken from.

    Parameters
    ----------
    panel
        Noise model of replicates.
    intensity
        Mean log2 value of each feature of the pair, NaN where not measured on both sides.
    noise
        The pair's noise by the panel.
    own
        The pair's own spread.

    Returns
    -------
    Sentences, empty if nothing stands out.
    """
    known = intensity[np.isfinite(intensity)]
    found = []
    if panel.model.intensity.size > 2:
        quartiles = np.interp(
            [0.25, 0.75], np.linspace(0, 1, len(panel.model.intensity)), panel.model.intensity
        )
        ratio = float(np.ptp(np.quantile(known, [0.25, 0.75])) / np.ptp(quartiles))
        if not 1 / SPREAD <= ratio <= SPREAD:
            found.append(f"intensities spread {ratio:.2g} times as widely as in the panel")
    depth = known.size / panel.model.n
    if not 1 / DEPTH <= depth <= DEPTH:
        found.append(f"{known.size:,} features against {panel.model.n:,} in the panel")
    wider = float(np.nanmedian(own.scale) / np.nanmedian(noise.scale))
    if wider > SPREAD:
        found.append(
            f"the two samples differ {wider:.2g} times as much as replicates of the panel do"
        )
    return tuple(found)


def write_noise_model(panel: NoisePanel) -> str:
    """Write a noise model as the text of its file.

    Parameters
    ----------
    panel
        The model.
    """
    said = {
        "d0": repr(panel.model.d0),
        "scale": panel.scale,
        "rows": panel.model.n,
        "samples": panel.samples,
        "conditions": panel.conditions,
        "source": panel.source,
        "sha256": panel.sha256,
        "normalization": panel.normalization,
    }
    quantiles = np.linspace(0, 1, panel.model.intensity.size)
    knots = zip(quantiles, panel.model.intensity, panel.model.s0, strict=True)
    lines = [TITLE, *(f"# {k}: {v}" for k, v in said.items()), "\t".join(COLUMNS)]
    lines += ["\t".join(f"{x:.10g}" for x in knot) for knot in knots]
    return "\n".join(lines) + "\n"


def read_noise_model(path: str | Path) -> NoisePanel:
    """Read a noise model from its file.

    Parameters
    ----------
    path
        File that `phosres noise` wrote.

    Raises
    ------
    DataError
        If it is not such a file; every problem is listed with its line.
    """
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            Problem(f"the noise model cannot be read: {error}", file=str(path))
        ) from error
    hint = "write it with `phosres noise CONFIG --out FILE`"
    if not lines or lines[0].strip() != TITLE:
        message = f"this is no noise model: the first line is not {TITLE!r}"
        raise DataError(Problem(message, file=str(path), line=1, hint=hint))
    head, knots, problems = _parse(lines, str(path))
    missing = [k for k in ("d0", *_COUNTS, *_TEXTS) if k not in head]
    problems += [
        Problem(f"the line '# {k}: ...' is missing", file=str(path), hint=hint) for k in missing
    ]
    if not problems:
        try:
            model = stats.NoiseModel(
                np.array([k[1] for k in knots]),
                np.array([k[2] for k in knots]),
                _number(head["d0"]),
                int(head["rows"]),
            )
            samples, conditions = int(head["samples"]), int(head["conditions"])
        except ValueError as error:
            problems.append(
                Problem(f"the noise model cannot be used: {error}", file=str(path), hint=hint)
            )
    if not problems and head["scale"] not in ("log2_intensity", "log2_ratio"):
        message = f"found the scale {head['scale']!r}, expected log2_intensity or log2_ratio"
        problems.append(Problem(message, file=str(path), hint=hint))
    if problems:
        raise DataError(problems)
    texts = {k: head[k] for k in _TEXTS}
    return NoisePanel(model, samples=samples, conditions=conditions, **texts)


def _parse(
    lines: list[str], path: str
) -> tuple[dict[str, str], list[tuple[float, ...]], list[Problem]]:
    """Take apart the lines of a file: what is said, the knots, and what is wrong."""
    head: dict[str, str] = {}
    knots: list[tuple[float, ...]] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.strip().split("\t")
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            head[key.strip()] = value.strip()
        elif line.strip() and tuple(cells) != COLUMNS:
            knot = tuple(_numbers(cells))
            if len(knot) == len(cells) == len(COLUMNS):
                knots.append(knot)
            else:
                message = (
                    f"found {line.strip()[:60]!r}, expected three numbers: {', '.join(COLUMNS)}"
                )
                problems.append(Problem(message, file=path, line=number))
    return head, knots, problems


def _numbers(cells: list[str]) -> Iterator[float]:
    """Yield the numbers among the cells."""
    for cell in cells:
        try:
            yield _number(cell)
        except ValueError:
            return


def _number(text: str) -> float:
    """Read a number that is not NaN."""
    value = float(text)
    if math.isnan(value):
        raise ValueError(f"{text!r} is not a number")
    return value
