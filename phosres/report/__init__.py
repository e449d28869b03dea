"""Pages: the report of a run and the index over many, each one self-contained HTML file."""

from phosres.report._index import render_index
from phosres.report._page import Page, render

__all__ = ["Page", "render", "render_index"]
