"""The launcher, built with sanitizers, and images for it. Needs gcc, make and zstd's header (libzstd-dev)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.release import images


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A folder with `launcher-sanitized` and `fuzz`."""
    missing = [name for name in ("gcc", "make") if shutil.which(name) is None]
    if missing or not Path("/usr/include/zstd.h").is_file():
        pytest.skip(f"the launcher cannot be built here: {', '.join(missing) or 'zstd.h'} is missing (gcc, make, libzstd-dev)")
    out = tmp_path_factory.mktemp("launcher")
    command = ["make", "--silent", "-j2", f"--directory={repository / 'packaging' / 'launcher'}", f"OUT={out}", "sanitized"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return out


@dataclass
class Installed:
    """An image as a file, the folder its launcher unpacks into, and the environment it is started with."""

    file: Path
    runtime: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.file), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment | environment,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen([str(self.file), *arguments], text=True, env=self.environment, **pipes)

    @property
    def trees(self) -> list[Path]:
        return sorted(path for path in self.runtime.glob("*") if not path.name.startswith("."))

    @property
    def leftovers(self) -> list[Path]:
        return sorted(self.runtime.glob(".unpack-*"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder that only its owner may write, all the way down from one that is sticky."""
    tmp_path.chmod(0o700)
    yield tmp_path
    for folder, folders, _ in os.walk(tmp_path):
        for name in folders:
            Path(folder, name).chmod(0o700)


@pytest.fixture
def install(tools: Path, place: Path) -> Callable[..., Installed]:
    """`install(files, version)`: packs the files behind the sanitized launcher."""
    launcher = (tools / "launcher-sanitized").read_bytes()

    def make(content: dict[str, bytes] | None = None, version: str = "1.2.3") -> Installed:
        folder = images.lay_out(place / f"tree-{version}", content if content is not None else images.files())
        file = place / f"program-{version}"
        file.write_bytes(images.packed(folder, launcher, version))
        file.chmod(0o755)
        runtime = place / "runtime"
        environment = {"PATH": os.environ["PATH"], "FROSTBYTE_RUNTIME_DIR": str(runtime), "HOME": str(place / "home")}
        return Installed(file, runtime, environment)

    return make


@pytest.fixture
def program(install: Callable[..., Installed]) -> Installed:
    """A small program, not unpacked yet."""
    return install()
