"""Readers: a file to a PhosphoTable; what is known of the formats; sample sheets."""

from phosres.readers._companions import list_companions
from phosres.readers._format import ROLES, Format
from phosres.readers._proteins import PROTEIN_SAMPLE, read_proteins
from phosres.readers._reading import Recognised, read, recognise
from phosres.readers._references import read_site_list
from phosres.readers._samples import read_samples, sketch_samples
from phosres.readers.formats import FORMATS

__all__ = [
    "FORMATS",
    "PROTEIN_SAMPLE",
    "ROLES",
    "Format",
    "Recognised",
    "list_companions",
    "read",
    "read_proteins",
    "read_samples",
    "read_site_list",
    "recognise",
    "sketch_samples",
]
