"""Lets `python -m kemai` do what the `kemai` command does."""

from kemai.doors.cli.main import main

if __name__ == "__main__":
    main()
