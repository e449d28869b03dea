"""Results for other programs: what they need, in their words, and what was lost on the way.

Matrices (GCT, h5ad, h5mu, decoupler) are made of a `Matrix`; tables (parquet, xlsx) are those of a
result folder. ``phosres export`` and `export` write files; the ``format_`` functions return bytes.
"""

from phosres.exports._dataset import write_dataset
from phosres.exports._decoupler import format_decoupler, list_network
from phosres.exports._excel import format_xlsx
from phosres.exports._export import FORMATS, Exported, Format, export
from phosres.exports._gct import format_gct
from phosres.exports._hdf5 import format_h5ad, format_h5mu, to_anndata
from phosres.exports._matrix import Matrix, show_changes, show_measured
from phosres.exports._site_rows import RULE, to_sites
from phosres.exports._tables import format_parquet, read_table, read_tables

__all__ = [
    "FORMATS",
    "RULE",
    "Exported",
    "Format",
    "Matrix",
    "export",
    "format_decoupler",
    "format_gct",
    "format_h5ad",
    "format_h5mu",
    "format_parquet",
    "format_xlsx",
    "list_network",
    "read_table",
    "read_tables",
    "show_changes",
    "show_measured",
    "to_anndata",
    "to_sites",
    "write_dataset",
]
