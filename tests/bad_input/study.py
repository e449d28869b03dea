"""A tiny study that runs as it is, and that each case spoils in one way."""

import gzip
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

CURATED = [
    *(("RPS6", "S235"), ("RPS6", "S240"), ("EIF4EBP1", "T37"), ("EIF4EBP1", "S65")),
    *(("AKT1S1", "T246"), ("TSC2", "T1462"), ("GSK3B", "S9"), ("MAPK1", "Y187")),
]
FEATURES = 70


@dataclass
class Study:
    """Files of a study; change what should be wrong, then `write`.

    Parameters
    ----------
    folder
        Folder of the files, the current one during a test.
    table
        Table of sites, linear intensities.
    sheet
        Sample sheet.
    config
        Sections and keys of the configuration; a value of None takes the key away.
    """

    folder: Path
    table: pd.DataFrame
    sheet: pd.DataFrame
    config: dict[str, dict[str, str | None]] = field(default_factory=dict)

    @property
    def samples(self) -> list[str]:
        """Sample columns of the table."""
        return [c for c in self.table.columns if c not in ("Gene", "Site")]

    def set(self, section: str, **values: str | None) -> None:
        """Change keys of the configuration."""
        self.config.setdefault(section, {}).update(values)

    def write(self) -> None:
        """Write all files that are not there yet."""
        self._table("table.tsv", self.table)
        self._table("samples.tsv", self.sheet)
        path = self.folder / "config.yaml"
        if not path.exists():
            path.write_text("name: study\n" + "".join(map(self._section, self.config)), "utf-8")

    def put(self, name: str, content: bytes) -> None:
        """Write one file, which `write` then leaves alone."""
        (self.folder / name).write_bytes(content)

    def text(self) -> bytes:
        """Return the table as it would be written."""
        return self.table.to_csv(sep="\t", index=False).encode()

    def zipped(self) -> bytes:
        """Return the table compressed."""
        return gzip.compress(self.text())

    def _table(self, name: str, frame: pd.DataFrame) -> None:
        path = self.folder / name
        if not path.exists():
            frame.to_csv(path, sep="\t", index=False)

    def _section(self, name: str) -> str:
        keys = [f"  {k}: {v}\n" for k, v in self.config[name].items() if v is not None]
        return f"{name}:\n{''.join(keys)}" if keys else ""


def make_study(folder: Path) -> Study:
    """Three subjects before and on treatment, 70 features, everything in order."""
    rng = np.random.default_rng(4)
    names = [f"{s}_{c}" for s in "ABC" for c in ("pre", "on")]
    log2 = rng.normal(24, 2, (FEATURES, 1)) + rng.normal(0, 0.3, (FEATURES, len(names)))
    table = pd.DataFrame((2**log2).round(0), columns=names)
    rest = FEATURES - len(CURATED)
    table.insert(0, "Gene", [g for g, _ in CURATED] + [f"GENE{i}" for i in range(rest)])
    table.insert(1, "Site", [s for _, s in CURATED] + [f"S{10 + i}" for i in range(rest)])
    sheet = pd.DataFrame(
        {
            "sample": names,
            "subject": [n[0] for n in names],
            "condition": [n[2:] for n in names],
        }
    )
    made = Study(folder, table, sheet)
    made.set("input", table="table.tsv", samples="samples.tsv")
    made.set("design", pre="pre", on="on")
    return made


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}
