"""Pseudonyms in the place of the ids of people, from the moment a sample sheet is read.

Whatever leaves a run (names of folders, tables, pages, records, messages) goes through `Names`.
"""

from phosres.pseudonyms._names import NOBODY, Names
from phosres.pseudonyms._personal import find_personal, warn_of_ids
from phosres.pseudonyms._sources import open_names

__all__ = ["NOBODY", "Names", "find_personal", "open_names", "warn_of_ids"]
