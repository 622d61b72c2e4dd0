"""Make the folder PyInstaller collected smaller and the same everywhere: `python packaging/slim.py FOLDER`.

Three things in it are of no use to the program and cost a quarter of its size: symbol tables, parts of libraries that no
module left in the program asks for, and the video and AVIF libraries that OpenCV is linked with. The last cannot be left out,
for OpenCV would not load; libraries of the same names and symbols take their place, in which every function aborts.
The run-time search path of a library built on the build machine names a folder of that machine, and goes.
"""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ABSENT = (
    "libmagic.so*",  # the machine's, which python-magic asks for; the program uses that of pylibmagic
    "pyarrow/include/*",
    "pyarrow/tests/*",
    "*.pyi",
    "*.pxd",
    "*/py.typed",
    "cv2/data/*",
    "*.libs/libavif-*",  # Pillow's and OpenCV's; OpenCV's gets a stand-in
    "*.libs/libaom-*",
    "*.libs/libvpx-*",
    "*.libs/libavcodec-*",
    "*.libs/libavformat-*",
    "*.libs/libavutil-*",
    "*.libs/libswscale-*",
    "*.libs/libswresample-*",
    "*.libs/libdrm-*",
    "*.libs/libssl-*",
    "*.libs/libcrypto-*",
    "rapidocr/inference_engine/pytorch/*",
    "rapidocr/inference_engine/paddle/*",
    "rapidocr/inference_engine/openvino/*",
    "rapidocr/inference_engine/tensorrt/*",
    "rapidocr/inference_engine/mnn/*",
)
"""Patterns of paths below the program's folder, as `fnmatch` takes them."""

STAND_INS = ("avcodec", "avformat", "avutil", "swscale", "swresample", "avif", "aom", "vpx", "drm", "ssl", "crypto")
"""Libraries (lib*-HASH.so.N) that get a stand-in where something that stays is linked with them."""

# Libraries that auditwheel moved into *.libs/ had their tables rewritten by patchelf; strip is known to break such files.
UNSTRIPPED = ("*.libs/*", "cv2/*")


def main(folder: Path) -> None:
    """Slim the program's folder, the one that holds the executable, in place."""
    inside = folder / "_internal"
    before = _size(folder)
    gone = _remove(inside)
    _stand_in(inside, gone)
    for path in sorted(_regular(folder)):
        if _is_elf(path):
            _rewrite(path, path.relative_to(inside).as_posix() if path.is_relative_to(inside) else path.name)
    for path in sorted(inside.rglob("*"), reverse=True):
        if path.is_symlink():  # names at the top for libraries of wheels, which find each other by their own search paths
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    print(f"slim: {before / 1e6:.0f} MB to {_size(folder) / 1e6:.0f} MB")


def _remove(inside: Path) -> set[str]:
    """Delete what is listed as absent; returns the names of the shared libraries among it."""
    gone = set()
    for path in list(_regular(inside)):
        name = path.relative_to(inside).as_posix()
        if any(fnmatch.fnmatch(name, pattern) for pattern in ABSENT):
            if ".so" in path.name:
                gone.add(name)
            path.unlink()
    return gone


def _stand_in(inside: Path, gone: set[str]) -> None:
    """Put a library of stubs at every place from which one was taken that something still loads."""
    wanted: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in sorted(_regular(inside)):
        if not _is_elf(path):
            continue
        needed = {name for name in _needed(path) if re.match(rf"lib({'|'.join(STAND_INS)})-[0-9a-f]+\.so", name)}
        places = {name: place for name in needed for place in gone if place.endswith("/" + name)}
        if not places:
            continue
        symbols = _undefined(path)
        for name, place in places.items():
            stem = re.match(r"lib([a-z]+)-", name)
            assert stem is not None
            for version, names in symbols.items():
                mine = version.startswith(f"LIB{stem[1].upper()}_") or (not version and stem[1] == "avif")
                if mine:
                    wanted[place][version] |= {s for s in names if version or s.startswith("avif")}
            wanted[place].setdefault("", set())
    for place, versions in sorted(wanted.items()):
        _build_stub(inside / place, versions)


def _build_stub(path: Path, versions: dict[str, set[str]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        source, script = Path(scratch, "stub.c"), Path(scratch, "stub.map")
        names = sorted(set().union(*versions.values()))
        source.write_text("void abort(void);\n" + "".join(f"void {n}(void) {{ abort(); }}\n" for n in names))
        blocks = [f"{v} {{ global: {' '.join(n + ';' for n in sorted(s))} }};\n" for v, s in sorted(versions.items()) if v]
        script.write_text("".join(blocks))
        command = ["gcc", "-shared", "-fPIC", "-O1", "-s", "-nostdlib", "-fno-builtin", "-w", "-Wl,--build-id=none"]
        command += [f"-Wl,-soname,{path.name}", "-o", str(path), str(source)]
        if blocks:
            command.append(f"-Wl,--version-script={script}")
        subprocess.run(command, check=True)


def _rewrite(path: Path, name: str) -> None:
    runpath = _output("patchelf", "--print-rpath", str(path)).strip()
    if runpath and not all(part.startswith("$ORIGIN") for part in runpath.split(":")):
        subprocess.run(["patchelf", "--remove-rpath", str(path)], check=True)
    if path.parent.name != "frostbyte" and not any(fnmatch.fnmatch(name, pattern) for pattern in UNSTRIPPED):
        subprocess.run(["strip", "--strip-unneeded", "--enable-deterministic-archives", str(path)], check=True)


def _needed(path: Path) -> list[str]:
    return re.findall(r"^\s*NEEDED\s+(\S+)$", _output("objdump", "-p", str(path)), re.MULTILINE)


def _undefined(path: Path) -> dict[str, set[str]]:
    """Symbols the library expects of others, by the version it wants them in ('' for none)."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _output("objdump", "-T", str(path)).splitlines():
        fields = line.split()
        if "*UND*" not in fields:
            continue
        rest = fields[fields.index("*UND*") + 2 :]
        version = rest[0].strip("()") if len(rest) > 1 and rest[0] != "Base" else ""
        found[version].add(rest[-1])
    return found


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _regular(folder: Path) -> list[Path]:
    return [Path(d, n) for d, _, names in os.walk(folder) for n in names if not Path(d, n).is_symlink()]


def _is_elf(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in _regular(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
