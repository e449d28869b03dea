"""The figures of a run by name, for notebooks and scripts: ``phosres.draw(result).volcano()``."""

from typing import TYPE_CHECKING, Any

from phosres.display import Shown, View
from phosres.errors import ConfigError, Problem, did_you_mean
from phosres.results import RunResult

if TYPE_CHECKING:
    from phosres.figures import FigureRecord

_CONTRAST = "_{contrast}"


class Drawer:
    """Draws one kind of figure of a run.

    Parameters
    ----------
    record
        The kind of figure.
    result
        The run.
    """

    def __init__(self, record: "FigureRecord", result: RunResult) -> None:
        self._record, self._result = record, result
        self.__doc__ = record.function.__doc__

    def __call__(self, contrast: str = "", *, ax: Any = None, **options: Any) -> Any:
        """Draw it.

        Parameters
        ----------
        contrast
            Which contrast, for figures of one; the first by default.
        ax
            matplotlib Axes to draw into; a new figure by default.
        options
            Further options of the figure, such as ``max_labels``.

        Returns
        -------
        A matplotlib figure; nothing is shown or saved.

        Raises
        ------
        ConfigError
            If there is no such contrast.
        NotDrawnError
            If the figure does not apply to these data; the message says why.
        """
        from phosres.figures import sample_arms

        result = self._result
        nouns: dict[str, Any] = {}
        if self._record.per_contrast:
            name = contrast or next(iter(result.contrasts), "")
            if name not in result.contrasts:
                hint = did_you_mean(name, list(result.contrasts))
                raise ConfigError(Problem(f"there is no contrast '{name}'", hint=hint))
            nouns = {"contrast": result.contrasts[name], "scores": result.scores.get(name)}
        whole = {"raw": result.raw, "normalized": result.normalized, "audit": result.audit}
        nouns |= whole | {"quality": result.quality, "trajectories": result.trajectories}
        nouns |= {"arms": sample_arms(result)}
        needed = [nouns[n] for n in self._record.needs]
        return self._record.function(*needed, ax=ax, **options)


class Gallery(Shown):
    """The figures that there are of a run, each an attribute that draws it.

    Parameters
    ----------
    result
        The run.
    """

    def __init__(self, result: RunResult) -> None:
        from phosres.figures import FIGURES

        self._result = result
        self._records = {record.id.removesuffix(_CONTRAST): record for record in FIGURES}

    def __dir__(self) -> list[str]:
        return sorted(self._records)

    def __getattr__(self, name: str) -> Drawer:
        records = self.__dict__.get("_records", {})
        if name not in records:
            raise AttributeError(
                f"there is no figure {name!r}: {did_you_mean(name, list(records))}"
            )
        return Drawer(records[name], self._result)

    def _view(self) -> View:
        import pandas as pd

        rows = [(name, r.title.replace(": {contrast}", "")) for name, r in self._records.items()]
        text = f"{len(rows)} figures; call one to draw it"
        title = f"Figures of {self._result.name}"
        return View(title, text, pd.DataFrame(rows, columns=["figure", "title"]))


def draw(result: RunResult) -> Gallery:
    """Return the figures of a run by name.

    Parameters
    ----------
    result
        A finished run, from `phosres.run`.

    Returns
    -------
    One attribute a figure: ``draw(result).forest()``, ``draw(result).volcano("on")``.
    """
    return Gallery(result)
