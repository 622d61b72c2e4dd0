"""Folders, disks and modes, real ones; small and hardened file systems are mounted where the tests run as root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from frostbyte.host import places
from frostbyte.vault import RamPolicy

Mount = Callable[..., Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """`mount("size=4m", "noexec")`: a file system in memory with these options. Mounting needs root."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    made: list[Path] = []

    def call(*options: str) -> Path:
        place = tmp_path / f"mount-{len(made)}"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "frostbyte-test", str(place)], check=True)
        made.append(place)
        return place

    yield call
    for place in made:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_the_ram_directory_is_really_made_and_leaves_nothing(ram_root: Path) -> None:
    found = places.ram_directory(RamPolicy(root=ram_root))
    assert found.status in ("ok", "warn")
    assert str(ram_root) in found.text
    assert [path.name for path in ram_root.iterdir() if path.is_dir()] == []


def test_a_ram_directory_on_a_disk_or_of_others_is_refused(tmp_path: Path, ram_root: Path) -> None:
    on_disk = tmp_path / "ram"
    on_disk.mkdir(mode=0o700)
    found = places.ram_directory(RamPolicy(root=on_disk))
    assert found.status == "fail"
    assert "not in RAM" in found.text
    ram_root.chmod(0o755)
    assert places.ram_directory(RamPolicy(root=ram_root)).status == "fail"


@pytest.mark.parametrize(("size", "status"), [("8m", "fail"), ("64m", "warn"), ("1g", "ok")])
def test_a_small_ram_directory_is_noticed(mount: Mount, size: str, status: str) -> None:
    found = places.ram_directory(RamPolicy(root=mount(f"size={size}", "mode=0700")))
    assert found.status == status, found
    assert status == "ok" or "remount" in (found.advice or "")


def test_swap_in_clear_fails_or_warns_by_the_setting(tmp_path: Path, ram_root: Path) -> None:
    proc = tmp_path / "proc"
    (proc / "self").mkdir(parents=True)
    (proc / "self" / "mountinfo").write_text("1 0 0:1 / / rw - ext4 /dev/vda rw\n")
    (proc / "swaps").write_text("Filename\tType\tSize\tUsed\tPriority\n/dev/sda2 partition 1 0 -2\n")
    found = places.swap(RamPolicy(root=ram_root), proc, tmp_path)
    assert (found.status, "/dev/sda2" in found.text) == ("fail", True)
    assert places.swap(RamPolicy(root=ram_root, swap="warn"), proc, tmp_path).status == "warn"
    (proc / "swaps").write_text("Filename\tType\tSize\tUsed\tPriority\n")
    assert places.swap(RamPolicy(root=ram_root), proc, tmp_path).status == "ok"


def test_disk(tmp_path: Path, mount: Mount) -> None:
    assert places.disk(tmp_path / "not" / "made" / "yet").status in ("ok", "warn")
    assert places.disk(mount("size=50m") / "home").status == "fail"
    assert places.disk(mount("size=500m") / "home").status == "warn"
    assert places.disk(mount("size=3g") / "home").status == "ok"
    assert places.disk(mount("size=3g", "nr_inodes=100") / "home").status == "fail"
    read_only = places.disk(mount("size=3g", "ro") / "home")
    assert (read_only.status, "read-only" in read_only.text) == ("fail", True)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for folder in (home, home / "keys", home / "tenants", home / "tenants" / "acme"):
        folder.mkdir(mode=0o700)
    for name in ("appliance.json", "registry.age", "keys/operator.txt", "keys/signing.key.age", "keys/signing.pub"):
        (home / name).touch(mode=0o600)
    return home


def test_a_home_of_this_user_alone_is_fine(kept: Path) -> None:
    (kept / "keys" / "signing.pub").chmod(0o644)
    (kept / "appliance.json").chmod(0o644)
    assert places.home(kept).status == "ok"


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        (".", 0o750),
        ("keys", 0o755),
        ("keys/operator.txt", 0o640),
        ("keys/signing.pub", 0o666),
        ("tenants/acme", 0o701),
        ("appliance.json", 0o664),
    ],
)
def test_what_others_may_read_or_change_is_named(kept: Path, name: str, mode: int) -> None:
    (kept / name).chmod(mode)
    found = places.home(kept)
    assert found.status == "fail"
    assert f"{kept / name} has mode {mode:04o}" in found.text


def test_an_identity_elsewhere_is_looked_at_too(kept: Path, tmp_path: Path) -> None:
    identity = tmp_path / "identity.txt"
    identity.touch(mode=0o644)
    assert str(identity) in places.home(kept, identity).text
    identity.chmod(0o600)
    assert places.home(kept, identity).status == "ok"
    assert places.home(kept, tmp_path / "stick-not-plugged-in").status == "ok"


def test_a_home_of_somebody_else_is_refused(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 12345)
    found = places.home(kept)
    assert found.status == "fail"
    assert f"belongs to uid {kept.stat().st_uid}" in found.text
    assert "and 6 more" in found.text


def test_a_home_that_is_not_made_yet(tmp_path: Path, mount: Mount) -> None:
    assert places.home(tmp_path / "new" / "home").status == "ok"
    found = places.home(mount("ro") / "home")
    assert (found.status, "cannot be made" in found.text) == ("fail", True)


def test_where_the_program_may_unpack(tmp_path: Path, mount: Mount) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    candidates = {
        "noexec": mount("noexec", "size=2g", "mode=0700"),
        "read-only": mount("ro"),
        "10 MB free": mount("size=10m", "mode=0700"),
        "writable by others": open_to_all,
    }
    for why, path in candidates.items():
        found = places.unpacking([path])
        assert found.status == "warn"
        assert f"{path} ({why})" in found.text
        assert "FROSTBYTE_RUNTIME_DIR" in (found.advice or "")
    good = mount("size=2g", "mode=0700")
    assert places.unpacking([*candidates.values(), good]).text.startswith(f"usable: {good}; not: ")
    assert places.unpacking(list(candidates.values()), unpacked=good).status == "ok"
    assert places.unpacking([], unpacked=good).status == "ok"


def test_the_temporary_directory_is_only_described(tmp_path: Path, mount: Mount) -> None:
    assert places.temporary(tmp_path).status == "ok"
    assert "noexec" in places.temporary(mount("noexec")).text
    assert places.temporary(tmp_path / "absent").status == "ok"
