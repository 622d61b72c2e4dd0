"""Compile the geometry of pages with mypyc, beside its sources: `python packaging/compile_modules.py FOLDER`.

FOLDER holds the package `frostbyte`. It is a copy that a program is frozen from, never a checkout: Python takes what is compiled
before a source that was edited since. Needs mypy, setuptools, a C compiler and the headers of Python. The same sources, Python
and compiler give the same bytes where PYTHONHASHSEED is set.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

MODULES = ("hyphens", "layout", "lines", "pdf_tables", "running_titles", "table_rules", "table_text")
"""Modules of `frostbyte.parse` without a library or I/O, in which a page's time goes.

So that compiled ones say the same, they do not ask for the identity of a tuple, which is unpacked and made anew, nor let a
function call itself without a bound: only the end of the stack would stop it.
"""
GROUP = "frostbyte.parse.geometry"
"""What is compiled lies in one library, GROUP__mypyc; what bears a module's name leads into it."""


def main(folder: Path) -> None:
    """Write the library and the extension modules into the folder."""
    from mypyc.build import mypycify  # a program that is only asked what is compiled does without

    if (folder / ".git").exists():
        sys.exit("compile_modules: this is a checkout; what is compiled there would be loaded in place of its sources")
    os.chdir(folder)  # the paths that tracebacks name
    suffix, headers = sysconfig.get_config_var("EXT_SUFFIX"), sysconfig.get_path("include")
    with tempfile.TemporaryDirectory() as scratch:
        options = ["--config-file=", "--cache-dir=/dev/null", "--no-sqlite-cache"]  # nothing of elsewhere, nothing kept
        options += ["--follow-imports=silent", "--ignore-missing-imports"]
        files = [f"frostbyte/parse/{name}.py" for name in MODULES]
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):  # what it would do better if the source were other than it is
                parts = mypycify([*options, *files], target_dir=scratch, group_name=GROUP, opt_level="2", debug_level="0")
        except SystemExit:
            sys.exit(f"compile_modules: mypyc refuses the sources\n{said.getvalue()}")
        for made in parts:
            command = [os.environ.get("CC", "cc"), "-std=c11", "-DNDEBUG", "-fwrapv", "-fPIC", "-shared", "-s", "-w"]
            command += ["-fno-semantic-interposition", *made.extra_compile_args, f"-ffile-prefix-map={scratch}=."]
            command += ["-Wl,--build-id=none", "-Wl,-z,relro,-z,now,-z,noexecstack"]
            command += [f"-I{place}" for place in (headers, *made.include_dirs)]
            subprocess.run([*command, "-o", made.name.replace(".", "/") + suffix, *made.sources], check=True)


def imports() -> list[str]:
    """What the compiled modules import, and their library: an analysis of imports does not see into them."""
    sources = Path(__file__).resolve().parents[1] / "frostbyte" / "parse"
    found = {f"{GROUP}__mypyc"}
    for name in MODULES:
        for node in ast.walk(ast.parse((sources / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
                found.add(node.module)
    return sorted(found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
