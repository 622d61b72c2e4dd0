"""Which licences the program may carry, and the ones that packages do not state in a form a program can read.

The tables are the result of reading each package's licence files; a package that is in neither its own metadata nor here stops
the build, so that nothing comes in unread.
"""

from __future__ import annotations

import re

DISTRIBUTIONS = {
    "charset-normalizer": "MIT",
    "colorlog": "MIT",
    "deprecation": "Apache-2.0",
    "duckdb": "MIT",
    "et-xmlfile": "MIT",
    "flatbuffers": "Apache-2.0",
    "lance-namespace": "Apache-2.0",
    "lancedb": "Apache-2.0",
    "lxml": "BSD-3-Clause AND MIT",  # with libxml2 and libxslt in it
    "omegaconf": "BSD-3-Clause",
    "onnxruntime": "MIT",
    "opencv-python-headless": "Apache-2.0 AND MIT",
    "openpyxl": "MIT",
    "overrides": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "pyclipper": "MIT AND BSL-1.0",  # with Clipper in it
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",  # its COPYING.txt: what it bundles may have any licence
    "pylibmagic": "BSD-3-Clause AND BSD-2-Clause",  # with libmagic in it
    "pypdfium2": "(Apache-2.0 OR BSD-3-Clause) AND BSD-3-Clause AND MIT",  # with PDFium in it
    "pyrage": "MIT",
    "python-docx": "MIT",
    "python-magic": "MIT",
    "python-stdnum": "LGPL-2.1-or-later",
    "pyyaml": "MIT",
    "six": "MIT",
    "tokenizers": "Apache-2.0",
    "tqdm": "MPL-2.0 AND MIT",
    "yara-x": "BSD-3-Clause",
}
"""By the normalised name of a distribution, where its metadata has no License-Expression. SPDX expressions."""

_GCC = "GPL-3.0-or-later WITH GCC-exception-3.1"

PARTS = {
    "brotlicommon": "MIT",
    "brotlidec": "MIT",
    "geos": "LGPL-2.1-or-later",
    "geos_c": "LGPL-2.1-or-later",
    "gfortran": _GCC,
    "jpeg": "IJG AND BSD-3-Clause",
    "libjpeg / libjpeg-turbo": "IJG AND BSD-3-Clause",
    "libgfortran": _GCC,
    "libquadmath": "LGPL-2.1-or-later",
    "libxau": "MIT",
    "lzma": "0BSD",
    "openblas-threads": "BSD-3-Clause",
    "openblasp": "BSD-3-Clause",
    "openjp2": "BSD-2-Clause",
    "openssl": "Apache-2.0",
    "png": "libpng-2.0",
    "quadmath": "LGPL-2.1-or-later",
    "scipy_openblas": "BSD-3-Clause",
    "tiff": "libtiff",
    "tinystr": "Unicode-3.0",
    "xau": "MIT",
    "xcb": "MIT",
    "zstd": "BSD-3-Clause",
}
"""Parts of distributions, by their name in lower case in an SBOM of the distribution, or of a library file without `lib`,
version and hash, where no licence is stated there."""

NOT_BUILT_IN = frozenset({"libimagequant", "libavif", "libdrm", "openssl-libs", "pil._avif", "pil._webp", "pil._imagingtk"})
"""Named in the SBOM of a distribution but not in the program: optional and not in the wheel, or taken out (appliance.spec,
slim.py). libimagequant alone is under a licence that could not be carried; a test asks Pillow whether it is there."""

SYSTEM = {
    "libbz2": "bzip2-1.0.6",
    "libc6": "LGPL-2.1-or-later",
    "libffi": "MIT",
    "libgcc": _GCC,
    "liblzma": "0BSD",
    "libssl": "OpenSSL",
    "libssl3": "Apache-2.0",
    "libstdc++": _GCC,
    "libuuid": "BSD-3-Clause",
    "libexpat": "MIT",
    "zlib": "Zlib",
}
"""Debian packages that shared libraries were taken from, by the beginning of the name; the longest that fits counts."""

_EXCEPTIONS = frozenset({"gcc-exception-3.1", "bootloader-exception", "llvm-exception", "classpath-exception-2.0"})
_REFUSED = re.compile(r"(A?GPL|SSPL|BUSL|Commons-Clause|NONE|NOASSERTION|Unknown)", re.IGNORECASE)


def may_be_carried(expression: str) -> bool:
    """Whether an SPDX expression leaves a way to carry the thing: no GPL or AGPL, but for the exceptions meant for this.

    Raises ValueError for what is no expression.
    """
    tokens = re.findall(r"[()]|[^\s()]+", expression)
    allowed, rest = _either(tokens)
    if rest or not tokens:
        raise ValueError(f"{expression!r} is not a licence expression")
    return allowed


def _either(tokens: list[str]) -> tuple[bool, list[str]]:
    allowed, rest = _both(tokens)
    while rest and rest[0].upper() == "OR":
        other, rest = _both(rest[1:])
        allowed = allowed or other
    return allowed, rest


def _both(tokens: list[str]) -> tuple[bool, list[str]]:
    allowed, rest = _one(tokens)
    while rest and rest[0].upper() == "AND":
        other, rest = _one(rest[1:])
        allowed = allowed and other
    return allowed, rest


def _one(tokens: list[str]) -> tuple[bool, list[str]]:
    if tokens and tokens[0] == "(":
        allowed, rest = _either(tokens[1:])
        if not rest or rest[0] != ")":
            raise ValueError("a bracket is not closed")
        return allowed, rest[1:]
    if not tokens or tokens[0].upper() in (")", "OR", "AND", "WITH"):
        raise ValueError("a licence is missing")
    exception = tokens[2] if len(tokens) > 2 and tokens[1].upper() == "WITH" else ""
    refused = _REFUSED.match(tokens[0]) is not None and exception.lower() not in _EXCEPTIONS
    return not refused, tokens[3:] if exception else tokens[1:]
