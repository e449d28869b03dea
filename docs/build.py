"""Build the pages: ``python docs/build.py [FOLDER]``; every warning is an error, no network.

Needs the extra ``docs``. The reference pages are written from the code first, see `docs.pages`.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(folder: Path) -> int:
    """Build all pages.

    Parameters
    ----------
    folder
        Where the site goes.
    """
    from sphinx.cmd.build import build_main

    doctrees = str(folder.with_name(f"{folder.name}-doctrees"))
    options = ["-W", "--keep-going", "-q", "-b", "html", "-d", doctrees]
    return int(build_main([*options, str(HERE), str(folder)]))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "_build" / "html"))
