"""What was measured already: a benchmark that is stopped goes on where it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Notebook:
    """Results by name, a line each, in a file that is only ever appended to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text().splitlines() if path.is_file() else []
        self.known = {note["name"]: note for note in map(json.loads, lines)}

    def once(self, name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Measure unless it is noted, note it, and say it."""
        if name not in self.known:
            note = {"name": name, **measure()}
            with self.path.open("a") as stream:
                stream.write(json.dumps(note) + "\n")
            self.known[name] = note
        print(json.dumps(self.known[name]), flush=True)
        return self.known[name]
