"""How is the command started without being installed? `python -m cairn`."""

from cairn.cli.main import run

if __name__ == "__main__":
    run()
