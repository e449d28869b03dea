"""A finished run as files: tables and record, then figures and pages made from them."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phosres.provenance import describe_action
from phosres.results import RunResult


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
    from phosres import archive, store

    started = time.perf_counter()
    files = archive.format_run(result)
    plain = json.loads(store.format_json(result.provenance))
    # What is drawn is what was written: a page made again from the folder is the same page.
    made, failed = draw(archive.read_run(files, plain))
    files |= made
    plain["seconds"] |= {"report": round(time.perf_counter() - started, 3)}
    return _describe(files, result.name, plain, failed), failed


def render_again(folder: str | Path, *, pdf: bool = False) -> tuple[str, ...]:
    """Make the figures and pages of a result folder again, from its tables alone.

    Parameters
    ----------
    folder
        A result folder; its tables stay as they are, pages and figures are replaced in one step.
    pdf
        Print each page to PDF as well, by an installed Chromium.

    Returns
    -------
    Names of report sections and figures that failed (empty if none did).

    Raises
    ------
    ConfigError
        If it is not a result folder, or if no Chromium is installed for `pdf`.
    DataError
        If its files do not fit together.
    """
    from phosres import archive, report, store

    browser = report.find_browser() if pdf else ""
    result, files = archive.read_folder(folder)
    made, failed = draw(result)
    if browser:
        pages = {n: c for n, c in made.items() if n.endswith(".html")}
        made |= report.print_pages(pages, browser)
    written = _describe(files | made, result.name, dict(result.provenance), failed)
    store.commit(Path(folder), written)
    return failed


def draw(result: RunResult) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Draw the figures of a run and render its pages.

    Parameters
    ----------
    result
        A run, as it was read back.

    Returns
    -------
    Contents by path, and what failed.
    """
    from phosres import figures, report, store

    settings = result.config.get("report") or {}
    wanted = settings.get("figures", True)
    drawn = figures.render_all(result, max_labels=settings.get("max_labels", 20)) if wanted else ()
    page = report.render(result, drawn)
    patients = report.render_patients(result)
    files = {"report.html": page.html.encode()}
    files |= {path: p.html.encode() for path, p in patients.items()}
    for figure in drawn:
        if figure.error:
            continue
        files[f"figures/{figure.id}.svg"] = figure.svg
        files[f"figures/{figure.id}.png"] = figure.png
        files[f"figures/{figure.id}.pdf"] = figure.pdf
        files[f"figures/{figure.id}.tsv"] = store.format_tsv(figure.table)
    return files, (*page.failed, *(f for p in patients.values() for f in p.failed))


def _describe(
    files: dict[str, bytes], name: str, provenance: Mapping[str, Any], failed: tuple[str, ...]
) -> dict[str, bytes]:
    """Add what the folder says of itself: ``run.json`` and the same as RO-Crate metadata."""
    from phosres import store

    said = dict(provenance) | {"failed": list(failed)}
    files[store.RUN] = store.format_json(said)
    listed = sorted(n for n in files if n not in store.OWN)
    files[store.CRATE] = store.format_json(describe_action(name, said, listed))
    return files
