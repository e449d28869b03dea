"""Pages as PDF, printed by a Chromium that is installed; phosres brings none."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from phosres.errors import ConfigError, Problem

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""Names under which Chromium is installed, in the order they are looked for."""

SECONDS = 120
"""Longest time for one page; a page of 3 MB takes about three."""

# No profile of the user, no network, no first-run pages; --no-sandbox is needed where one is root.
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-extensions", "--no-pdf-header-footer"),
)


def find_browser() -> str:
    """Return the path of an installed Chromium.

    Raises
    ------
    ConfigError
        If there is none.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise ConfigError(
            Problem(
                f"--pdf needs Chromium, and none of {', '.join(BROWSERS)} is installed",
                hint="install it (Debian: apt install chromium), or open report.html in any "
                "browser and print it to PDF",
            )
        )
    return found


def print_pages(pages: Mapping[str, bytes], browser: str) -> dict[str, bytes]:
    """Print pages to PDF.

    Parameters
    ----------
    pages
        HTML by path.
    browser
        Path of Chromium, as from `find_browser`.

    Returns
    -------
    PDF by path.

    Raises
    ------
    ConfigError
        If the browser does not print.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return {
            f"{path.removesuffix('.html')}.pdf": _print(html, path, browser, folder)
            for path, html in pages.items()
        }


def _print(html: bytes, path: str, browser: str, folder: Path) -> bytes:
    """Print one page."""
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_bytes(html)
    target.unlink(missing_ok=True)
    command = [
        browser,
        *_OPTIONS,
        f"--user-data-dir={folder / 'profile'}",
        f"--print-to-pdf={target}",
        source.as_uri(),
    ]
    try:
        said = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        what = f"ended with code {said.returncode}"
    except (OSError, subprocess.TimeoutExpired) as error:
        what = f"did not print it ({error})"
    if not target.is_file():
        raise ConfigError(
            Problem(
                f"'{browser}' {what} for {path}",
                hint="the pages are untouched: print them to PDF from any browser",
            )
        )
    return target.read_bytes()
