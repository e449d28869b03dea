"""Write the golden file anew: ``python -m tests.bad_input.regenerate``, then review its diff."""

from tests.bad_input.corpus import write_golden

if __name__ == "__main__":
    write_golden()
