"""`python -m frostbyte` and the binary: the command line, or the hidden parser worker."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command and leave with its exit status."""
    if sys.argv[1:2] == ["parse-worker"]:
        from frostbyte.parse.worker import serve

        sys.exit(serve())
    from frostbyte.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
