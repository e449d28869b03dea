"""What may be printed on a terminal."""


def printable(text: str) -> str:
    """Keep names from steering the terminal: control characters become spaces, breaks stay.

    Parameters
    ----------
    text
        What is to be printed.
    """
    return "".join(c if c == "\n" or c.isprintable() else " " for c in text)
