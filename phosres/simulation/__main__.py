"""Write the example data: ``python -m phosres.simulation DIRECTORY``."""

import sys

from phosres.simulation import simulate, write


def main(arguments: list[str]) -> None:
    """Write the default cohort to the directory named.

    Parameters
    ----------
    arguments
        The command line without the program: the directory.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.exit("usage: python -m phosres.simulation DIRECTORY")
    write(simulate(), arguments[0])


if __name__ == "__main__":
    main(sys.argv[1:])
