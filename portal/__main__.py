"""`python -m portal` is `ideabank`."""

from portal.cli import main

main()
