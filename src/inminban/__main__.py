"""`python -m inminban` is the command line."""

from inminban.cli import main

main()
