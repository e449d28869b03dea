"""``python -m phosres`` and the ``phosres`` command."""

import sys

from phosres.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
