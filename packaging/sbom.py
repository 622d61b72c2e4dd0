"""What the program consists of: a CycloneDX SBOM and the notices its parts ask for.

    python packaging/sbom.py ANALYSIS TREE --version V --out DIR

Not the list of what is installed where it is built, but of what is in it: every file PyInstaller collected is traced to the
distribution it came from, by the record each distribution keeps of its files, or to the Debian package that owns it. A file
that belongs to nothing, a part without a licence, or one that may not be carried (licences.py) ends the build.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tomllib
import uuid
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import licences

Component = dict[str, Any]

_NOTICE = re.compile(r"(licen[sc]e|copying|notice|third.?party|copyright)", re.IGNORECASE)


def main() -> None:
    """Write SBOM.cdx.json and THIRD-PARTY.txt."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("analysis", type=Path)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    distributions, system = trace(collected(chosen.analysis, chosen.tree))
    found = [python_component(), *map(distribution_component, distributions.values()), *map(system_component, sorted(system))]
    found += [*toolchain_components(), *map(model_component, sorted(Path("models").glob("*/pack.toml")))]
    add_libraries(found, chosen.tree)
    check(found)
    found.sort(key=lambda component: (component["name"].lower(), component["version"]))
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document(found, chosen.version), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (chosen.out / "SBOM.cdx.json").write_text(text, encoding="utf-8")
    told = {**distributions, "mypyc": importlib.metadata.distribution("mypy")}
    (chosen.out / "THIRD-PARTY.txt").write_text(notices(found, told, system), encoding="utf-8")
    parts = sum(1 + len(component.get("components", ())) for component in found)
    print(f"sbom: {len(distributions)} distributions, {len(system)} packages of the system, {parts} parts in all")


def collected(analysis: Path, tree: Path) -> list[Path]:
    """The files, on the machine it is built on, that are in the program: modules, and what is still in the tree."""
    modules = [Path(path) for _, path, _ in _entries(analysis / "PYZ-00.toc") if path]
    inside = tree / "_internal"
    entries = _entries(analysis / "COLLECT-00.toc")
    files = [Path(path) for name, path, kind in entries if kind != "SYMLINK" and (inside / name).exists()]
    return sorted({path for path in [*modules, *files] if path.is_absolute() and path.is_file()})


def _entries(toc: Path) -> list[tuple[str, str, str]]:
    """The (name, path, kind) triples anywhere in one of PyInstaller's tables of contents."""
    found: list[tuple[str, str, str]] = []

    def walk(value: Any) -> None:
        if isinstance(value, tuple) and len(value) == 3 and all(isinstance(part, str) for part in value):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            for part in value:
                walk(part)

    walk(ast.literal_eval(toc.read_text(encoding="utf-8")))
    return found


def trace(paths: list[Path]) -> tuple[dict[str, importlib.metadata.Distribution], dict[str, str]]:
    """Distributions by name, and Debian packages with their version, that the files belong to. Exits where there is neither."""
    owners: dict[Path, importlib.metadata.Distribution] = {}
    for distribution in importlib.metadata.distributions():
        for file in distribution.files or ():
            owners[Path(os.path.normpath(str(distribution.locate_file(file))))] = distribution
    ours, standard = Path.cwd(), Path(sys.base_prefix).resolve()
    distributions, rest = {}, []
    for path in paths:
        owner = owners.get(path) or owners.get(path.resolve())
        if owner is not None:
            distributions[_name(owner)] = owner
        elif "site-packages" in path.parts:
            sys.exit(f"sbom: {path} belongs to no distribution")
        elif not (path.is_relative_to(ours) or path.is_relative_to(ours.parent) or path.resolve().is_relative_to(standard)):
            rest.append(path)
    system = {}
    for path in rest:
        package = _owning_package(path)
        system[package] = _run("dpkg-query", "-W", "-f", "${Version}", package)
    return dict(sorted(distributions.items())), system


def _owning_package(path: Path) -> str:
    """The Debian package of a file. Since /usr was merged, dpkg may know it under either path."""
    for candidate in (path, path.resolve(), Path(*path.parts[2:]), Path("/usr", *path.parts[1:])):
        name = str(candidate) if candidate.is_absolute() else f"/{candidate}"
        answer = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.split(":")[0]
    sys.exit(f"sbom: {path} belongs to no package of the system")


def distribution_component(distribution: importlib.metadata.Distribution) -> Component:
    """A distribution, with the parts that its own SBOMs (PEP 770) name."""
    name = _name(distribution)
    stated = distribution.metadata.get("License-Expression")
    expression = stated or licences.DISTRIBUTIONS.get(name, "")
    component = _component(name, distribution.version, expression, f"pkg:pypi/{name}@{distribution.version}")
    parts: dict[tuple[str, str], Component] = {}
    for file in distribution.files or ():
        if ".dist-info/sboms/" in file.as_posix() and file.suffix == ".json":
            stored = json.loads(Path(str(distribution.locate_file(file))).read_text(encoding="utf-8"))
            for part in stored.get("components", ()):
                if _is_part(part, name):
                    made = _part(part)
                    parts[made["name"], made["version"]] = made
    if parts:
        component["components"] = [parts[key] for key in sorted(parts)]
    return component


def _is_part(part: Component, owner: str) -> bool:
    named = part["name"].lower()
    return part.get("scope") != "excluded" and named not in licences.NOT_BUILT_IN and named.replace("_", "-") != owner


def _part(part: Component) -> Component:
    stated_in = [entry.get("license", entry) for entry in part.get("licenses", ())]
    texts = [entry.get("expression") or entry.get("id") or entry.get("name") for entry in stated_in]
    texts = [text for text in texts if text and text != "Unknown"]
    stated = texts[0] if len(texts) == 1 else " AND ".join(f"({text})" if " " in text else text for text in texts)
    expression = stated or licences.PARTS.get(part["name"].lower(), "")
    purl = part.get("purl", "").split("?")[0]
    return _component(part["name"], part.get("version") or "unknown", " ".join(expression.split()), purl)


def add_libraries(found: list[Component], tree: Path) -> None:
    """Shared libraries in the `.libs` folders of wheels, as parts of the distribution, where its SBOM did not name them."""
    by_name = {component["name"].replace("-", "_"): component for component in found}
    for path in sorted((tree / "_internal").glob("*.libs/*.so*")):
        if path.stat().st_size < 100_000 and b"abort" in path.read_bytes():
            continue  # one of slim.py's
        owner = by_name[path.parent.name.removesuffix(".libs")]
        stem = re.match(r"lib([A-Za-z_+]+?)\d*_?-", path.name)
        if stem is None:
            sys.exit(f"sbom: {path.name} is not the name of a library of a wheel")
        parts = owner.setdefault("components", [])
        spoken = {part["name"].lower().removeprefix("lib").replace(" ", "") for part in parts}
        if any(stem[1].lower() in name for name in spoken):
            continue
        version = path.name.partition(".so.")[2] or "unknown"
        parts.append(_component(f"lib{stem[1]}", version, licences.PARTS.get(stem[1].lower(), ""), ""))


def system_component(package: str) -> Component:
    """A Debian package of which a shared library is in the program."""
    version = _run("dpkg-query", "-W", "-f", "${Version}", package)
    fitting = [key for key in licences.SYSTEM if package.startswith(key)]
    expression = licences.SYSTEM[max(fitting, key=len)] if fitting else ""
    return _component(package, version, expression, f"pkg:deb/debian/{package}@{version}")


def python_component() -> Component:
    """The interpreter and its standard library."""
    return _component("cpython", platform.python_version(), "PSF-2.0", f"pkg:generic/python@{platform.python_version()}")


def toolchain_components() -> list[Component]:
    """What the launcher, PyInstaller's start code and the compiled modules leave in the program."""
    pyinstaller, mypy = importlib.metadata.version("pyinstaller"), importlib.metadata.version("mypy")
    musl = _run("dpkg-query", "-W", "-f", "${Version}", "musl-dev")
    return [
        _component("pyinstaller", pyinstaller, licences.DISTRIBUTIONS["pyinstaller"], f"pkg:pypi/pyinstaller@{pyinstaller}"),
        _component("mypyc", mypy, "MIT", f"pkg:pypi/mypy@{mypy}"),
        _component("musl", musl, "MIT", f"pkg:deb/debian/musl@{musl}"),
        _component("zstd", "1.5.7", "BSD-3-Clause", "pkg:generic/zstd@1.5.7"),
    ]


def model_component(manifest: Path) -> Component:
    """A model pack that comes with the program."""
    pack = tomllib.loads(manifest.read_text(encoding="utf-8"))
    return _component(pack["name"], str(pack["version"]), pack["licence"], "", kind="machine-learning-model")


def check(found: list[Component]) -> None:
    """Exit, naming all of them, where parts have no licence or one that may not be carried."""
    wrong = []
    for component in found:
        for part in (component, *component.get("components", ())):
            expression = part["licenses"][0]["expression"]
            where = part["name"] if part is component else f"{part['name']} in {component['name']}"
            if not expression:
                wrong.append(f"{where} {part['version']} has no licence: read it, then name it in packaging/licences.py")
            elif not licences.may_be_carried(expression):
                wrong.append(f"{where} {part['version']} may not be carried: {expression}")
    if wrong:
        sys.exit("sbom: " + "\nsbom: ".join(wrong))


def document(found: list[Component], version: str) -> dict[str, Any]:
    """The CycloneDX document. Its serial number follows from its content, its time from SOURCE_DATE_EPOCH."""
    made = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    digest = hashlib.sha256(json.dumps([version, found], sort_keys=True).encode("utf-8")).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": _component("frostbyte", version, "Apache-2.0", f"pkg:generic/frostbyte@{version}", kind="application"),
        },
        "components": found,
    }


def notices(found: list[Component], distributions: dict[str, importlib.metadata.Distribution], system: dict[str, str]) -> str:
    """The list of parts with their licences, then the texts, each once, with the parts that ask for it."""
    lines = ["Frostbyte contains the following works of others, each under the licence named with it.", ""]
    for component in found:
        lines.append(f"{component['name']} {component['version']}: {component['licenses'][0]['expression']}")
        for part in component.get("components", ()):
            lines.append(f"    {part['name']} {part['version']}: {part['licenses'][0]['expression']}")
    texts: dict[str, list[str]] = defaultdict(list)
    for name, distribution in distributions.items():
        for file in sorted(distribution.files or (), key=str):
            if _NOTICE.search(file.name) and not file.name.endswith((".py", ".pyc", ".json", ".pyi", ".so")):
                path = Path(str(distribution.locate_file(file)))
                texts[path.read_text(encoding="utf-8", errors="replace").strip()].append(f"{name}: {file.name}")
    for package in [*system, "musl-dev"]:
        path = Path("/usr/share/doc", package, "copyright")
        if path.is_file():
            texts[path.read_text(encoding="utf-8", errors="replace").strip()].append(f"{package}: copyright")
    licence = Path(sys.base_prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "LICENSE.txt")
    if licence.is_file():
        texts[licence.read_text(encoding="utf-8").strip()].append("cpython: LICENSE.txt")
    for text, names in sorted(texts.items(), key=lambda item: sorted(item[1])):
        lines += ["", "=" * 100, *sorted(set(names)), "=" * 100, "", text]
    return "\n".join(lines) + "\n"


def _component(name: str, version: str, expression: str, purl: str, kind: str = "library") -> Component:
    component: Component = {"type": kind, "name": name, "version": version, "licenses": [{"expression": expression}]}
    if purl:
        component["purl"] = purl
    return component


def _name(distribution: importlib.metadata.Distribution) -> str:
    return re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    main()
