"""`python -m keptword`: the same as the command `keptword`."""

from keptword.cli import run

if __name__ == "__main__":
    run()
