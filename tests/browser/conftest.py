"""One browser for all pages, and the pages it opens; skipped, loudly, where there is none."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from phosres import pipeline
from phosres.report import BROWSERS

HERE = Path(__file__).parents[1]
CONFIGS = {
    "demo": HERE.parent / "configs" / "demo.yaml",
    "griffin": HERE / "real" / "griffin" / "config.yaml",
    "haura": HERE / "real" / "haura" / "config.yaml",
}
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass
class Opened:
    """A page as the browser has it, with what it asked for and complained of.

    Parameters
    ----------
    page
        Playwright's page.
    requests
        Addresses it asked for, but the file itself and what stands in it.
    complaints
        Console errors, errors of scripts, and violations of the content-security policy.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright."""
    playwright = pytest.importorskip(
        "playwright.sync_api",
        reason="NOT RUN: the extra 'browser' (playwright) is not installed",
    )
    path = next((p for name in BROWSERS if (p := shutil.which(name))), None)
    if path is None:
        pytest.skip("NOT RUN: no Chromium is installed (Debian: apt install chromium)")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visit(browser: Any) -> Iterator[Callable[..., Opened]]:
    """Open a file; every page is watched from its first byte."""
    context = browser.new_context()
    opened: list[Opened] = []

    def _visit(path: Path, *, width: int = 1_600) -> Opened:
        page = context.new_page()
        seen = Opened(page)
        opened.append(seen)
        page.set_viewport_size({"width": width, "height": 900})

        def ask(request: Any) -> None:
            if not request.url.startswith(("data:", path.as_uri())):
                seen.requests.append(request.url)

        def hear(message: Any) -> None:
            if message.type in ("error", "warning"):
                seen.complaints.append(message.text)

        page.on("request", ask)
        page.on("console", hear)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("dialog", lambda dialog: seen.complaints.append(f"dialog {dialog.message}"))
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        return seen

    yield _visit
    for one in opened:
        one.page.close()
    context.close()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Run a configuration once and return its folder; only a few figures are drawn."""
    made: dict[str, Path] = {}

    def _run(name: str) -> Path:
        from phosres.figures import _render

        if name not in made:
            with pytest.MonkeyPatch.context() as patch:
                kept = ("map_", "lights") if name == "demo" else ("map_",)
                chosen = tuple(f for f in _render.FIGURES if f.id.startswith(kept))
                patch.setattr(_render, "FIGURES", chosen)
                folder = tmp_path_factory.mktemp(name) / "out"
                assert pipeline.write(pipeline.run(CONFIGS[name]), folder) == ()
            made[name] = folder
        return made[name]

    return _run


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real data sets."""
    folder = HERE.parents[1] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: the real tables are not at {folder}")
    return folder
