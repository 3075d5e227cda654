"""The command line, where no script of it is on the path: ``python -m bcf_eval.cli``."""

from bcf_eval.cli import main

main()
