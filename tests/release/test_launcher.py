"""The launcher, built with sanitizers: unpacks once, whole or not at all, and only where nobody else can reach."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.release import images
from tests.release.conftest import Installed

IS_ROOT = os.geteuid() == 0


def test_the_first_run_unpacks_and_the_second_finds_it(program: Installed) -> None:
    first = program("a", "b c")
    assert (first.returncode, first.stdout, first.stderr) == (0, "ran a b c\n", "")
    (tree,) = program.trees
    before = tree.stat().st_mtime_ns, tree.stat().st_ino
    assert program("again").stdout == "ran again\n"
    assert (tree.stat().st_mtime_ns, tree.stat().st_ino) == before
    assert program.leftovers == []


def test_what_is_unpacked_is_what_was_packed_and_nobody_else_may_touch_it(program: Installed) -> None:
    program()
    (tree,) = program.trees
    for name, content in images.files().items():
        assert (tree / name).read_bytes() == content
        assert (tree / name).stat().st_mode & 0o777 == (0o500 if name == "frostbyte" else 0o400)
    assert {path.stat().st_mode & 0o777 for path in tree.rglob("*") if path.is_dir()} == {0o700}
    assert tree.name == "1.2.3-" + tree.name[6:]
    assert (tree / "MANIFEST.sha256").is_file()


def test_the_programs_exit_status_and_arguments_come_through(program: Installed) -> None:
    assert program("status", "3").returncode == 3
    assert program("", "--json", "a\nb").stdout == "ran  --json a\nb\n"


def test_the_environment_says_where_the_file_is_and_holds_no_trace_of_another_frozen_program(program: Installed) -> None:
    foreign = {"LD_LIBRARY_PATH": "/nowhere", "OPENSSL_CONF": "/nowhere/openssl.cnf", "OPENSSL_MODULES": "/nowhere"}
    said = program("environment", _PYI_ARCHIVE_FILE="/elsewhere", PYINSTALLER_RESET_ENVIRONMENT="1", KEPT="yes", **foreign).stdout
    lines = said.splitlines()
    assert f"FROSTBYTE_EXECUTABLE={program.file}" in lines
    assert "ORT_DISABLE_TELEMETRY=1" in lines
    assert "KEPT=yes" in lines
    assert "OPENSSL_CONF=/dev/null" in lines
    assert f"LD_LIBRARY_PATH={program.trees[0]}/_internal" in lines
    assert "/nowhere" not in said
    assert not [line for line in lines if line.startswith(("_PYI_", "PYINSTALLER_"))]


def test_first_runs_at_the_same_time_unpack_once(program: Installed) -> None:
    runs = [program.start("x") for _ in range(8)]
    assert [run.communicate(timeout=60)[0] for run in runs] == ["ran x\n"] * 8
    assert len(program.trees) == 1
    assert program.leftovers == []


def test_a_run_killed_at_any_moment_leaves_nothing_that_is_used_or_stays(program: Installed) -> None:
    chance = random.Random(7)
    for _ in range(25):
        shutil.rmtree(program.runtime, ignore_errors=True)
        run = program.start("x")
        time.sleep(chance.uniform(0, 0.12))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        assert len(program.trees) <= 1
        assert program("after").stdout == "ran after\n"
        assert program("verify-install").returncode == 0
        assert program.leftovers == []


def test_leftovers_of_a_killed_run_are_swept(program: Installed) -> None:
    program()
    leftover = program.runtime / ".unpack-12345"
    images.lay_out(leftover, images.files())
    (leftover / "link").symlink_to("/")
    shutil.rmtree(program.trees[0])
    assert program().returncode == 0
    assert program.leftovers == []


@pytest.mark.parametrize("part", ["payload", "index", "trailer", "digest", "cut", "grown", "empty"])
def test_a_tampered_file_is_refused_before_anything_of_it_is_run(program: Installed, part: str) -> None:
    whole = program.file.read_bytes()
    at = {"payload": whole.index(b"\x28\xb5\x2f\xfd\xe0") + 40, "index": -150, "trailer": -100, "digest": -5}
    if part == "cut":
        changed = whole[:-1]
    elif part == "grown":
        changed = whole + b"\0"
    elif part == "empty":
        changed = whole[: len(whole) - 112]
    else:
        place = at[part] % len(whole)
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    program.file.write_bytes(changed)
    ran = program("x", "--json")
    assert "ran" not in ran.stdout.split()
    assert ran.returncode == 4
    assert "is damaged: " in ran.stderr
    envelope = json.loads(ran.stdout)
    assert envelope["success"] is False
    assert envelope["error"]["code"] == "INTEGRITY_ERROR"
    assert program.trees == []
    assert not (program.file.parent / "home").exists()  # no other place is tried
    assert program.leftovers == []


def test_every_flipped_byte_of_the_payload_is_found(program: Installed) -> None:
    whole = program.file.read_bytes()
    start, end = whole.index(b"\x28\xb5\x2f\xfd\xe0"), len(whole) - 112
    chance = random.Random(3)
    for _ in range(12):
        place = chance.randrange(start, end)
        program.file.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        assert program("verify-install").returncode == 4


def test_a_folder_that_others_can_write_is_refused_and_the_next_one_taken(program: Installed) -> None:
    for mode in (0o777, 0o775, 0o1777, 0o720):
        program.runtime.mkdir(exist_ok=True)
        program.runtime.chmod(mode)
        ran = program("where", HOME=str(program.runtime.parent / "home"))
        assert ran.returncode == 0
        assert ran.stdout.splitlines()[1].startswith(str(program.runtime.parent / "home" / ".cache" / "frostbyte"))
        assert program.trees == []


def test_a_folder_below_one_that_others_can_write_is_refused(program: Installed) -> None:
    shared = program.runtime / "shared"
    shared.mkdir(parents=True)
    shared.chmod(0o777)
    refused = only_in(program, shared / "own")
    assert "a folder above it can be written by other users" in refused.stderr
    shared.chmod(0o1777)  # sticky: others cannot rename what is in it
    assert program("x", FROSTBYTE_RUNTIME_DIR=str(shared / "own")).stdout == "ran x\n"


def test_a_link_in_place_of_the_folder_is_refused(program: Installed) -> None:
    target = program.runtime.parent / "target"
    target.mkdir(mode=0o700)
    program.runtime.symlink_to(target)
    assert "is a symbolic link" in only_in(program, program.runtime).stderr
    assert list(target.iterdir()) == []


def test_a_relative_path_is_refused(program: Installed) -> None:
    assert "it is not an absolute path" in only_in(program, "here").stderr


@pytest.mark.parametrize("mark", [":", ";", "$LIB"])
def test_a_path_that_the_loader_of_libraries_would_read_otherwise_is_refused(program: Installed, mark: str) -> None:
    """The tree is where its libraries are looked for; after a colon the loader would take the working directory."""
    refused = only_in(program, f"{program.runtime}{mark}x")
    assert "its path holds a character that the loader of libraries takes for its own" in refused.stderr


def test_a_file_in_place_of_the_folder_is_refused(program: Installed) -> None:
    program.runtime.write_text("file")
    assert "it is not a folder" in only_in(program, program.runtime).stderr


if IS_ROOT:  # only root can make what belongs to another user

    def test_nothing_is_made_in_a_folder_of_another_user(program: Installed) -> None:
        theirs = program.runtime.parent / "theirs"
        theirs.mkdir(mode=0o700)
        os.chown(theirs, 4711, 4711)
        assert "a folder above it belongs to another user" in only_in(program, theirs / "cache" / "frostbyte").stderr
        assert list(theirs.iterdir()) == []

    def test_a_folder_of_another_user_is_refused(program: Installed) -> None:
        program.runtime.mkdir()
        os.chown(program.runtime, 12345, 12345)
        assert "it belongs to another user" in only_in(program, program.runtime).stderr
        inner = program.runtime / "inner"
        inner.mkdir()
        assert "a folder above it belongs to another user" in only_in(program, inner).stderr

    def test_a_tree_that_was_given_to_another_user_is_not_used(program: Installed) -> None:
        program()
        os.chown(program.trees[0], 12345, 12345)
        assert program("x").stdout == "ran x\n"
        assert program.trees[0].stat().st_uid == 0

    def test_a_user_without_a_home_finds_a_place(program: Installed) -> None:
        copy = Path("/var/tmp") / f"frostbyte-test-{os.getpid()}"
        shutil.copy(program.file, copy)
        copy.chmod(0o755)
        try:
            who = {"user": 54321, "group": 54321, "env": {"PATH": os.environ["PATH"]}}
            ran = subprocess.run([copy, "where"], capture_output=True, text=True, check=False, **who)
            assert ran.stdout.splitlines()[1].startswith("/var/tmp/frostbyte-54321/1.2.3-")
        finally:
            copy.unlink()
            shutil.rmtree("/var/tmp/frostbyte-54321", ignore_errors=True)


def isolated(program: Installed, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script where mounts are its own; /var/tmp and /dev/shm are empty there."""
    mounts = "set -e; mount -t tmpfs none /var/tmp; mount -t tmpfs none /dev/shm; "
    command = ["unshare", "--mount", *([] if IS_ROOT else ["--map-root-user"]), "sh", "-c", mounts + script]
    given = program.environment | environment
    return subprocess.run(command, capture_output=True, text=True, check=False, env=given, timeout=60)


def only_in(program: Installed, runtime: Path | str) -> subprocess.CompletedProcess[str]:
    """A run in which no place but the one named is left, and that one refuses too; each is named with its reason."""
    barred = "mount -o remount,noexec /var/tmp; mount -o remount,ro /dev/shm; "
    ran = isolated(program, f"{barred} exec '{program.file}' x", FROSTBYTE_RUNTIME_DIR=str(runtime), HOME="none")
    assert ran.returncode == 1, ran
    assert "ran" not in ran.stdout.split()
    assert "mounted noexec" in ran.stderr
    assert "the file system is read-only" in ran.stderr
    assert "hint: set FROSTBYTE_RUNTIME_DIR" in ran.stderr
    return ran


def test_a_full_file_system_is_left_for_the_next_place(program: Installed) -> None:
    small = f"mkdir -m 700 '{program.runtime}'; mount -t tmpfs -o size=1m,mode=700 none '{program.runtime}'; "
    ran = isolated(program, f"{small} exec '{program.file}' where")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[1].startswith(str(program.runtime.parent / "home"))


def test_a_tree_of_an_earlier_boot_is_compared_once_and_then_trusted(program: Installed) -> None:
    program()
    mark = program.trees[0] / ".complete"
    boot = mark.read_text()
    assert boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    mark.write_text("another boot")
    assert program("x").stdout == "ran x\n"
    assert mark.read_text() == "checked"


@pytest.mark.parametrize("mark", ["another boot", ""])
def test_a_tree_that_lost_bytes_with_the_power_is_made_anew(program: Installed, mark: str) -> None:
    program()
    tree = program.trees[0]
    (tree / ".complete").write_text(mark)
    broken = tree / "_internal" / "large.bin"
    broken.chmod(0o600)
    broken.write_bytes(b"\0" * len(images.files()["_internal/large.bin"]))
    assert program("x").stdout == "ran x\n"
    assert broken.read_bytes() == images.files()["_internal/large.bin"]
    assert program("verify-install").returncode == 0


def test_verify_install_names_what_differs(program: Installed) -> None:
    sound = program("verify-install", "--json")
    assert sound.returncode == 0
    report = json.loads(sound.stdout)
    assert report["problems"] == []
    assert report["files"] == len(images.files()) + 1
    assert report["executable"] == str(program.file)
    tree = Path(report["unpacked"])
    assert tree == program.trees[0]
    changed = tree / "_internal" / "large.bin"
    changed.chmod(0o600)
    changed.write_bytes(b"x" + changed.read_bytes()[1:])
    (tree / "_internal" / "empty").unlink()
    (tree / "_internal" / 'strange"name').touch()
    (tree / "_internal" / "deep").chmod(0o777)
    (tree / "frostbyte").chmod(0o400)
    found = program("verify-install", "--json")
    assert found.returncode == 4
    assert {(problem["where"], problem["what"]) for problem in json.loads(found.stdout)["problems"]} == {
        ("unpacked:_internal/large.bin", "changed"),
        ("unpacked:_internal/empty", "missing"),
        ('unpacked:_internal/strange"name', "not part of the program"),
        ("unpacked:_internal/deep", "a folder that other users can write"),
        ("unpacked:frostbyte", "cannot be executed"),
    }
    plain = program("verify-install")
    assert "unpacked: _internal/empty: missing" in plain.stdout
    assert "the next start unpacks it again" in plain.stderr
    shutil.rmtree(tree)
    assert program("verify-install").returncode == 0


def test_verify_install_without_a_place_is_one_object_that_says_it_could_not_look(program: Installed) -> None:
    program.runtime.write_text("a file in its place")
    nowhere = {"HOME": "/proc/self/nowhere", "XDG_CACHE_HOME": "/proc/self/nowhere", "FROSTBYTE_RUNTIME_DIR": "here"}
    full = "mount -t tmpfs -o size=1m none /var/tmp; mount -t tmpfs -o size=1m none /dev/shm; "
    unplaced = isolated(program, f"{full} exec '{program.file}' verify-install --json", **nowhere)
    assert unplaced.returncode == 1, unplaced.stderr
    problems = json.loads(unplaced.stdout)["problems"]
    assert [problem["where"] for problem in problems] == ["unpacked:"]
    assert "it is not an absolute path" in problems[0]["what"]


def test_a_limit_on_file_sizes_is_told_and_does_not_kill(program: Installed) -> None:
    ran = isolated(program, f"ulimit -f 1; exec '{program.file}' where")
    assert ran.returncode == 1, ran
    assert "File too large" in ran.stderr
    assert program.trees == []


def test_verify_install_finds_a_damaged_launcher(program: Installed) -> None:
    whole = bytearray(program.file.read_bytes())
    note = whole.index(b"cannot read itself; is /proc mounted?")
    whole[note] ^= 0x20
    program.file.write_bytes(bytes(whole))
    found = program("verify-install")
    assert found.returncode == 4
    assert "executable: launcher: changed" in found.stdout


def test_its_own_commands_refuse_what_they_do_not_know_and_have_help(program: Installed) -> None:
    assert program("verify-install", "--deep").returncode == 2
    assert json.loads(program("prune-install", "--json", "x").stdout)["error"]["code"] == "VALIDATION_ERROR"
    assert program("verify-install", "--home", "/x", "--json").returncode == 0
    for name in ("verify-install", "prune-install"):
        helped = program(name, "--help")
        assert helped.returncode == 0
        assert helped.stdout.startswith(f"Usage: frostbyte {name}")


def test_old_versions_are_pruned_on_request_but_for_those_in_use(install: Callable[..., Installed]) -> None:
    old, used, current = install(version="1.0.0"), install(version="1.1.0"), install(version="1.2.0")
    old()
    running = used.start("wait")
    assert running.stdout is not None
    while running.stdout.readline() != "waiting\n":
        pass
    current()
    (current.runtime / "a-stranger").mkdir()
    assert len(current.trees) == 4
    report = json.loads(current("prune-install", "--json").stdout)
    assert [Path(path).name[:5] for path in report["removed"]] == ["1.0.0"]
    assert [Path(path).name[:5] for path in report["in_use"]] == ["1.1.0"]
    running.communicate("\n")
    assert current("prune-install").stdout.startswith("removed ")
    assert [path.name[:5] for path in current.trees] == ["1.2.0", "a-str"]


def test_standard_streams_that_are_closed_are_not_taken_for_files(program: Installed) -> None:
    closed = subprocess.run(
        ["sh", "-c", f"exec '{program.file}' x <&- >&- 2>&-"], check=False, env=program.environment, timeout=60
    )
    for some in ("<&-", ">&-", "<&- >&-"):
        line = f"exec '{program.file}' x {some}"
        assert subprocess.run(["sh", "-c", line], check=False, env=program.environment, timeout=60).returncode in (0, 1, 2)
    assert closed.returncode in (0, 1, 2)  # the script's echo may complain; the tree must be whole
    assert program("verify-install").returncode == 0


@pytest.mark.parametrize("home", ["/" + "x" * 5000, "/x/" * 1500, "\udcff\udcfe", "/proc/self", "/dev/null", ""])
def test_a_strange_home_does_no_harm(program: Installed, home: str) -> None:
    ran = isolated(program, f"exec '{program.file}' where", HOME=home, FROSTBYTE_RUNTIME_DIR="/" + "y" * 4090)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[1].startswith("/var/tmp/frostbyte-")


def test_sha256_is_that_of_the_standard_with_and_without_the_processors_help(
    tools: Path, repository: Path, tmp_path: Path
) -> None:
    source = repository / "packaging" / "launcher"
    check = tmp_path / "check"
    own = Path(__file__).with_name("sha256_check.c")
    flags = ["-O2", "-Wall", "-Werror", "-fsanitize=address,undefined", f"-I{source}"]
    subprocess.run(["gcc", *flags, "-o", check, own, source / "sha256.c"], check=True)
    for size in (*range(0, 130, 7), 55, 56, 63, 64, 65, 119, 120, 127, 128, 4096, 100_003):
        content = random.Random(size).randbytes(size)
        printed = subprocess.run([check], input=content, capture_output=True, check=True).stdout.split()
        assert printed == [hashlib.sha256(content).hexdigest().encode()] * 2
