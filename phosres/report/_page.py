"""Puts the sections together into one HTML file."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from phosres.report import (
    activities,
    answer,
    calls,
    cohort,
    methods,
    quality,
    readouts,
    sites,
    wording,
)
from phosres.report.sections import Figure, Figures, Part, Section, Tone
from phosres.results import Rendered, RunResult

if TYPE_CHECKING:
    from jinja2 import Template

MAX_SVG = 300_000
"""Bytes of SVG that are embedded; a larger figure is embedded as PNG, to keep the page small."""

MAX_PAGE = 2_950_000
"""Characters of a page; figures that would make it longer stay in their files, with a notice."""

NOT_DRAWN = "not drawn"
"""How the error of a figure begins that does not apply to the data: a note, not a failure."""

Build = Callable[[RunResult, Figures], list[Part]]

SECTIONS: tuple[tuple[str, str, Build], ...] = (
    ("answer", "The answer", answer.build),
    ("state", "The state of mTOR", cohort.build_states),
    ("calls", "Calls and their evidence", calls.build),
    ("readouts", "Readouts", readouts.build),
    ("activities", "Complexes, pathways and kinases", activities.build),
    ("cohort", "Across subjects and times", cohort.build_cohort),
    ("sites", "Sites that rise and fall", sites.build),
    ("quality", "Quality", quality.build_quality),
    ("normalization", "Normalisation audit", quality.build_normalization),
    ("losses", "Rows that were lost", quality.build_losses),
    ("methods", "Methods, parameters and versions", methods.build_methods),
    ("references", "References", methods.build_references),
)
"""Id, title and builder of each section, in the order of the page."""

# Figures name their section by what they are about; the page opens with the summary as the answer.
_HOMES = {"summary": "answer"}


@dataclass(frozen=True, slots=True)
class Page:
    """A report.

    Parameters
    ----------
    html
        The whole page, one file without anything outside it.
    failed
        Sections and figures that could not be made, each with the reason; empty if all were.
    """

    html: str
    failed: tuple[str, ...] = ()


def render(result: RunResult, figures: Sequence[Rendered]) -> Page:
    """Make the report of a run as one self-contained HTML page.

    The same result and figures give the same bytes. A section or figure that fails becomes a box
    with the reason, and the rest of the page is made all the same.

    Parameters
    ----------
    result
        The run.
    figures
        Figures, drawn.

    Returns
    -------
    The page, and what failed in it.
    """
    shown = _by_section(figures)
    made = [_section(*entry, result=result, figures=shown) for entry in SECTIONS]
    sections = [s for s in made if s.parts or s.failed]
    failed = [f"section {s.id}: {s.failed}" for s in sections if s.failed]
    failed += [f"figure {r.id}: {r.error}" for r in figures if r.error and not _is_idle(r.error)]
    title = (result.config.get("report") or {}).get("title") or result.name
    html = compose(title, sections)
    if len(html) > MAX_PAGE:
        html = compose(title, _thin(sections, len(html) - MAX_PAGE))
    return Page(html, tuple(failed))


def _section(id_: str, title: str, build: Build, *, result: RunResult, figures: Figures) -> Section:
    """Build one section; whatever goes wrong stays inside it."""
    try:
        return Section(id_, title, tuple(build(result, figures)))
    except Exception as error:  # noqa: BLE001 - the other sections must still reach the reader
        reason = f"{type(error).__name__}: {error}"
        return Section(id_, title, figures.get(id_, ()), failed=wording.clean(reason))


def _by_section(figures: Sequence[Rendered]) -> dict[str, tuple[Figure, ...]]:
    """Sort the figures by section; those of a section the page does not have go to the sites."""
    known = {id_ for id_, _, _ in SECTIONS}
    found: dict[str, tuple[Figure, ...]] = {}
    for drawn in figures:
        home = _HOMES.get(drawn.section, drawn.section)
        home = home if home in known else "sites"
        found[home] = (*found.get(home, ()), embed(drawn))
    return found


def _thin(sections: Sequence[Section], surplus: int) -> list[Section]:
    """Leave out figures of a page that is too long, the last ones first; say so."""
    dropped: set[str] = set()
    for part in reversed([p for s in sections for p in s.parts]):
        if surplus > 0 and isinstance(part, Figure) and part.uri:
            dropped.add(part.id)
            surplus -= len(part.uri)

    def thin(part: Part) -> Part:
        if not isinstance(part, Figure) or part.id not in dropped:
            return part
        said = f"left out to keep this page small, see figures/{part.id}.svg"
        return replace(part, uri="", error=said, tone="warn")

    return [replace(s, parts=tuple(thin(p) for p in s.parts)) for s in sections]


def _is_idle(error: str) -> bool:
    """Tell a figure that does not apply to the data (``not drawn: ...``) from one that failed."""
    return error.startswith(NOT_DRAWN)


def embed(drawn: Rendered, *, source: str = "") -> Figure:
    """Turn a drawn figure into a data URI: SVG if it is small, else PNG.

    Parameters
    ----------
    drawn
        The figure.
    source
        File with its numbers; by default the one of the same name in ``figures``.
    """
    use_svg = bool(drawn.svg) and (len(drawn.svg) <= MAX_SVG or not drawn.png)
    kind, data = ("svg+xml", drawn.svg) if use_svg else ("png", drawn.png)
    uri = f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}" if data else ""
    error = drawn.error or ("" if uri else "nothing was drawn")
    tone: Tone = "note" if _is_idle(error) else "fail"
    uri = "" if error else uri
    source = source or f"figures/{drawn.id}.tsv"
    return Figure(drawn.id, drawn.title, drawn.caption, drawn.alt, uri, error, tone, source)


def compose(
    title: str, sections: Sequence[Section], *, kind: str = "run", root: str = "", above: str = ""
) -> str:
    """Fill the template of a page.

    Parameters
    ----------
    title
        Heading of the page.
    sections
        Its sections, in order; the first one is where the page begins.
    kind
        What it is a page of: ``run``, ``patient`` or ``batch``; for the style sheet.
    root
        Path from the page to the folder that its links are relative to, empty for the same one.
    above
        Name of the report it belongs to; empty for a page of its own.

    Returns
    -------
    The page, one file without anything outside it.
    """
    from markupsafe import Markup

    style, script = _asset("style.css"), _asset("table.js")
    return _template().render(
        title=title,
        sections=sections,
        kind=kind,
        root=root,
        above=above,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        glyphs=wording.GLYPHS,
    )


@lru_cache(maxsize=1)
def _template() -> "Template":
    """Read and compile the template, once for all pages of a process."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Autoescape is switched on outright: select_autoescape() would skip names ending in .j2.
    environment = Environment(
        loader=PackageLoader("phosres.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_harmless,
    )
    environment.filters["words"] = wording.words
    return environment.get_template("page.html.j2")


def _harmless(value: object) -> object:
    """Take control and direction characters out of every text that goes into the page."""
    return wording.clean(value, isolates=True) if type(value) is str else value


def _asset(file: str) -> str:
    """Read the style sheet or the script."""
    return files("phosres.report").joinpath("templates", file).read_text("utf-8")


def _hash(text: str) -> str:
    """Return the hash of an inline script or style for the content-security policy."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
