"""Pages: the report of a run and the index over many, each one self-contained HTML file."""

from phosres.report._index import render_index
from phosres.report._page import Page, render
from phosres.report._printing import BROWSERS, find_browser, print_pages
from phosres.report.patients import render_patients

__all__ = [
    "BROWSERS",
    "Page",
    "find_browser",
    "print_pages",
    "render",
    "render_index",
    "render_patients",
]
