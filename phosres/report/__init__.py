"""The report of a run: one self-contained HTML page, made from the results alone."""

from phosres.report._page import Page, render

__all__ = ["Page", "render"]
