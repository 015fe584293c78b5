"""Run keptword from a checkout: `python cli.py audit LOG`."""

from keptword.cli import run

if __name__ == "__main__":
    run()
