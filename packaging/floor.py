"""The oldest C library a program's folder runs with: `python packaging/floor.py FOLDER [--at-most 2.31]`.

Reads which versions of glibc's symbols the libraries in the folder ask for, as the linker wrote them there. Exit status 1, and
the libraries to blame, when that is newer than allowed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

_VERSION = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


def needs(folder: Path) -> dict[Path, tuple[int, int]]:
    """The newest glibc version each ELF file below the folder asks for; files that ask for none are left out."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        with path.open("rb") as stream:
            if stream.read(4) != b"\x7fELF":
                continue
        # `objdump -p` prints the version references (what is asked for) before the definitions are of any interest.
        printed = subprocess.run(["objdump", "-p", str(path)], check=True, stdout=subprocess.PIPE, text=True).stdout
        references = printed.partition("Version References:")[2]
        versions = [(int(major), int(minor)) for major, minor in _VERSION.findall(references)]
        if versions:
            found[path] = max(versions)
    return found


def main() -> None:
    """Print the floor; compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at-most", default="2.31")
    chosen = parser.parse_args()
    found = needs(chosen.folder)
    if not found:
        sys.exit(f"floor: nothing in {chosen.folder} is linked with glibc")
    major, minor = map(int, chosen.at_most.split("."))
    floor = max(found.values())
    print(f"floor: glibc {floor[0]}.{floor[1]} ({len(found)} libraries looked at)")
    above = [path for path, version in found.items() if version > (major, minor)]
    if above:
        sys.exit("\n".join(f"floor: {path.relative_to(chosen.folder)} needs {found[path]}" for path in above))


if __name__ == "__main__":
    main()
