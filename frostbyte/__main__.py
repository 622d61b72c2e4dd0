"""`python -m frostbyte` and the binary: the command line, or one of the hidden commands that are processes of their own."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command and leave with its exit status."""
    # A host's OpenSSL may be told to load engines and providers; where the keys are, only the program's own libraries run.
    os.environ["OPENSSL_CONF"] = "/dev/null"
    if sys.argv[1:2] == ["parse-worker"]:
        from frostbyte.parse.worker import serve

        sys.exit(serve())
    if sys.argv[1:2] == ["scan-worker"]:
        from frostbyte.intake.scan.child import serve as scan
        from frostbyte.parse import fences
        from frostbyte.parse.worker import confine

        sys.exit(scan(sys.argv[2:], lambda memory_bytes: fences.confined(confine(memory_bytes))))
    if sys.argv[1:2] == ["open-vault"]:
        from frostbyte.benchmark.opening import serve as open_vault

        sys.exit(open_vault(sys.argv[2:]))
    from frostbyte.cli.main import run

    sys.exit(run(sys.argv[1:], last=True))


if __name__ == "__main__":
    main()
