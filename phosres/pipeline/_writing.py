"""A finished run as files: figures, page, tables, provenance."""

import time
from pathlib import Path

from phosres.columns import SCHEMAS
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
    from phosres import figures, report, store

    started = time.perf_counter()
    shown = result.config["report"]
    drawn = figures.render_all(result, max_labels=shown["max_labels"]) if shown["figures"] else ()
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
