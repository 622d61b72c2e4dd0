"""A release is whole, small enough, of one version, and signed so that a change is noticed: release.sh on a copy of dist/."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import frostbyte as package


@pytest.fixture
def release(binary: Path, tmp_path: Path) -> Path:
    """What was built, with the public half of a key in `key.pub`; signed with the secret half, which has no passphrase."""
    if shutil.which("minisign") is None:
        pytest.skip("minisign is not installed")
    folder = tmp_path / "release"
    folder.mkdir()
    for name in ("frostbyte", "SBOM.cdx.json", "THIRD-PARTY.txt"):
        shutil.copy2(binary.parent / name, folder)
    subprocess.run(["minisign", "-G", "-W", "-p", "key.pub", "-s", tmp_path / "key"], cwd=folder, check=True, capture_output=True)
    return folder


def sign(release: Path, repository: Path) -> subprocess.CompletedProcess[str]:
    line = ["bash", repository / "packaging" / "release.sh", "--key", release.parent / "key", release]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def check(release: Path) -> bool:
    """As whoever downloads does."""
    verify, compare = ["minisign", "-V", "-p", "key.pub", "-m", "SHA256SUMS"], ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    return all(subprocess.run(line, cwd=release, capture_output=True, check=False).returncode == 0 for line in (verify, compare))


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        old = stream.read(1)
        stream.seek(at)
        stream.write(bytes([old[0] ^ 1]))


def test_a_release_is_checked_and_signed(release: Path, repository: Path) -> None:
    made = sign(release, repository)
    assert made.returncode == 0, made.stderr
    assert f"frostbyte {package.__version__}" in made.stdout
    assert (release / "SHA256SUMS.minisig").read_text().splitlines()[2] == f"trusted comment: frostbyte {package.__version__}"
    assert check(release)
    for name in ("frostbyte", "SBOM.cdx.json", "THIRD-PARTY.txt", "SHA256SUMS"):
        flip(release / name, 40)
        assert not check(release), name
        flip(release / name, 40)
    assert check(release)


def test_a_damaged_program_is_not_released(release: Path, repository: Path) -> None:
    flip(release / "frostbyte", 100_000_000)
    made = sign(release, repository)
    assert made.returncode == 1
    assert not (release / "SHA256SUMS").exists()
