"""A run as the files of its folder, and back: pages and figures are made from what is read back.

A run that has just ended and one that is opened again years later pass through the same reading, so
that their pages cannot differ, and nothing reaches a page that is not in a table or the record.
"""

from phosres.archive._reading import PAGES, read_folder, read_run
from phosres.archive._record import RECORD, format_run

__all__ = ["PAGES", "RECORD", "format_run", "read_folder", "read_run"]
