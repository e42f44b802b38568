"""`python -m worker.cli` is `wiredesk`."""

from worker.cli.main import main

main()
