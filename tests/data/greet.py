"""Run by a test of the launcher: says what it was given, and ends with 7."""

import os
import sys

if __name__ == "__main__":
    print(f"{os.environ['GREETING']}: {' '.join(sys.argv[1:])}")  # noqa: T201
    sys.exit(7)
