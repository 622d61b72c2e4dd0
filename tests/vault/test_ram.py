"""The RAM directory is private, in RAM, wiped by whoever comes next, and never swapped or dumped in clear."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from frostbyte.errors import HostRefused
from frostbyte.vault import RamPolicy
from frostbyte.vault.ram import RamDirectory, check_swap, forbid_core_dumps, scratch

SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
MOUNTS = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:24 / /dev/shm rw,nosuid - tmpfs tmpfs rw{options}\n"


def host(tmp_path: Path, *areas: str, options: str = "") -> tuple[Path, Path]:
    """A /proc and a /sys with these swap areas."""
    proc, sys_root = tmp_path / "proc", tmp_path / "sys"
    (proc / "self").mkdir(parents=True)
    (sys_root / "class" / "block").mkdir(parents=True)
    (proc / "swaps").write_text(SWAPS + "".join(f"{area} partition 1000 0 -2\n" for area in areas))
    (proc / "self" / "mountinfo").write_text(MOUNTS.format(options=options))
    return proc, sys_root


def block(
    sys_root: Path, name: str, *, uuid: str | None = None, backing: str | None = None, slaves: tuple[str, ...] = ()
) -> None:
    directory = sys_root / "class" / "block" / name
    (directory / "slaves").mkdir(parents=True)
    for slave in slaves:
        (directory / "slaves" / slave).mkdir()
    if uuid is not None:
        (directory / "dm").mkdir()
        (directory / "dm" / "uuid").write_text(uuid)
    if backing is not None:
        (directory / "backing_dev").write_text(backing)


def test_swap_in_clear_is_refused_and_named(tmp_path: Path) -> None:
    proc, sys_root = host(tmp_path, "/dev/sda2", "/swapfile")
    block(sys_root, "sda2")
    with pytest.raises(HostRefused, match="/dev/sda2, /swapfile") as caught:
        check_swap(RamPolicy(), proc=proc, sys=sys_root)
    assert caught.value.hint


def test_swap_in_clear_is_a_warning_where_the_operator_said_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    proc, sys_root = host(tmp_path, "/dev/sda2")
    assert check_swap(RamPolicy(swap="warn"), proc=proc, sys=sys_root) == ["/dev/sda2"]
    assert "not encrypted: /dev/sda2" in caplog.text


def test_no_swap_is_fine(tmp_path: Path) -> None:
    proc, sys_root = host(tmp_path)
    assert check_swap(RamPolicy(), proc=proc, sys=sys_root) == []
    (proc / "swaps").unlink()
    assert check_swap(RamPolicy(), proc=proc, sys=sys_root) == []


def test_encrypted_and_compressed_swap_is_fine(tmp_path: Path) -> None:
    proc, sys_root = host(tmp_path, "/dev/dm-0", "/dev/dm-1", "/dev/zram0", "/dev/zram1")
    block(sys_root, "dm-0", uuid="CRYPT-PLAIN-swap")
    block(sys_root, "dm-1", uuid="LVM-abc", slaves=("dm-2",))
    block(sys_root, "dm-2", uuid="CRYPT-LUKS2-abc")
    block(sys_root, "zram0", backing="none\n")
    block(sys_root, "zram1")
    assert check_swap(RamPolicy(), proc=proc, sys=sys_root) == []


CLEAR = [("dm-1", {"uuid": "LVM-abc", "slaves": ("sda3",)}), ("zram0", {"backing": "/dev/sda4"})]


@pytest.mark.parametrize(("name", "how"), CLEAR)
def test_lvm_in_clear_and_zram_with_a_backing_device_are_refused(tmp_path: Path, name: str, how: dict[str, str]) -> None:
    proc, sys_root = host(tmp_path, f"/dev/{name}")
    block(sys_root, "sda3")
    block(sys_root, name, **how)  # type: ignore[arg-type]
    with pytest.raises(HostRefused):
        check_swap(RamPolicy(), proc=proc, sys=sys_root)


def test_a_mount_that_is_never_swapped_may_have_any_swap_beside_it(tmp_path: Path) -> None:
    proc, sys_root = host(tmp_path, "/dev/sda2", options=",noswap")
    assert check_swap(RamPolicy(), proc=proc, sys=sys_root) == []


def test_a_directory_is_private_and_gone_after_use(ram_root: Path) -> None:
    policy = RamPolicy(root=ram_root / "new" / "root")
    directory = RamDirectory(policy, "vault-1")
    (directory.path / "secret").write_text("secret")
    assert directory.path.stat().st_mode & 0o777 == 0o700
    assert (ram_root / "new" / "root").stat().st_mode & 0o777 == 0o700
    directory.remove()
    directory.remove()
    assert not directory.path.exists()


def test_temporary_files_go_to_ram_while_a_directory_is_open_and_back_afterwards(ram_root: Path) -> None:
    before = tempfile.gettempdir(), os.environ.get("TMPDIR")
    policy = RamPolicy(root=ram_root)
    first, second = RamDirectory(policy, "one"), RamDirectory(policy, "two")
    assert Path(tempfile.gettempdir()).is_relative_to(ram_root)
    first.remove()
    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).is_relative_to(ram_root)
    assert Path(os.environ["TMPDIR"]).is_relative_to(ram_root)
    second.remove()
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == before


def test_what_a_killed_process_left_is_wiped(ram_root: Path) -> None:
    script = (
        "import os, signal; from pathlib import Path; from frostbyte.vault.ram import RamDirectory, RamPolicy;"
        f"d = RamDirectory(RamPolicy(root=Path({str(ram_root)!r})), 'vault-x'); (d.path / 'secret').write_text('secret');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert (ram_root / "vault-x" / "secret").exists()
    (ram_root / "half-made").mkdir()
    directory = RamDirectory(RamPolicy(root=ram_root), "vault-y")
    assert sorted(path.name for path in ram_root.iterdir()) == [".lock", f"tmp-{os.getpid()}", "vault-y"]
    directory.remove()


def test_what_a_living_process_holds_is_left_alone(ram_root: Path) -> None:
    policy = RamPolicy(root=ram_root)
    one = RamDirectory(policy, "vault-1")
    (one.path / "secret").write_text("secret")
    two = RamDirectory(policy, "vault-2")
    assert (one.path / "secret").exists()
    with pytest.raises(HostRefused, match="in use"):
        RamDirectory(policy, "vault-1")
    one.remove()
    two.remove()


def test_an_orderly_end_wipes_without_a_close(ram_root: Path) -> None:
    script = (
        "from pathlib import Path; from frostbyte.vault.ram import RamDirectory, RamPolicy;"
        f"d = RamDirectory(RamPolicy(root=Path({str(ram_root)!r})), 'vault-x'); raise SystemExit(3)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2]).returncode == 3
    assert [path.name for path in ram_root.iterdir()] == [".lock"]


def test_a_place_that_is_not_in_ram_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostRefused, match="not in RAM"):
        RamDirectory(RamPolicy(root=tmp_path / "ram"), "vault-1")
    assert not (tmp_path / "ram").exists()


def test_a_root_that_others_may_read_or_that_is_a_link_is_refused(ram_root: Path) -> None:
    (ram_root / "open").mkdir()
    (ram_root / "open").chmod(0o755)
    (ram_root / "link").symlink_to(ram_root)
    for name in ("open", "link"):
        with pytest.raises(HostRefused, match="of this user alone"):
            RamDirectory(RamPolicy(root=ram_root / name), "vault-1")


def test_a_root_that_cannot_be_made_is_refused(ram_root: Path) -> None:
    (ram_root / "file").write_text("")
    with pytest.raises(HostRefused):
        RamDirectory(RamPolicy(root=ram_root / "file" / "root"), "vault-1")


def test_core_dumps_are_off() -> None:
    forbid_core_dumps()
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    import ctypes

    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0  # PR_GET_DUMPABLE


def test_scratch_is_wiped(ram_root: Path) -> None:
    with scratch(RamPolicy(root=ram_root)) as place:
        assert place.is_relative_to(ram_root)
        (place / "a").write_text("a")
    assert not place.exists()


def test_a_signal_in_the_middle_of_a_wipe_waits_for_its_end(ram_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = RamDirectory(RamPolicy(root=ram_root), "vault-1")
    for number in range(3):
        (directory.path / f"{number}.txt").write_text("text of a document")
    real, calls = os.rmdir, []

    def interrupted(*arguments: object, **how: object) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        real(*arguments, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rmdir", interrupted)
    with pytest.raises(KeyboardInterrupt):
        directory.remove()
    assert [path.name for path in ram_root.iterdir() if path.is_dir()] == []
