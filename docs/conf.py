"""How Sphinx builds the pages: ``python docs/build.py``, warnings are errors, no network."""

import sys
from pathlib import Path
from typing import Any

from phosres import __version__

sys.path.insert(0, str(Path(__file__).parents[1]))  # for docs.pages

project = "phosres"
author = "The phosres developers"
copyright = "The phosres developers, Apache-2.0"  # noqa: A001 - the name Sphinx asks for
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath", "deflist"]
exclude_patterns = ["_build"]

napoleon_numpy_docstring = True
napoleon_google_docstring = False
autodoc_typehints = "none"  # the signature has them
autodoc_member_order = "bysource"
default_role = "code"

html_theme = "sphinx_book_theme"
html_title = f"phosres {version}"
html_theme_options = {"show_toc_level": 2, "use_download_button": False}
html_copy_source = False


def setup(app: Any) -> None:
    """Write the reference pages before any page is read."""
    from docs.pages import HERE, write_pages

    app.connect("builder-inited", lambda _: write_pages(HERE))
    app.connect("source-read", _leave_out_empty)


def _leave_out_empty(app: Any, page: str, source: list[str]) -> None:
    """Leave out patterns of the index that match nothing: chapters a version may not have."""
    if page == "index":
        lines = source[0].splitlines()
        kept = [x for x in lines if not x.endswith("*") or any(Path(app.srcdir).glob(f"{x}.md"))]
        source[0] = "\n".join(kept)
