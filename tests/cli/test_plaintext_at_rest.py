"""No plaintext at rest, watched while it happens: every write of every process of a whole ingest and a search is looked at.

strace shows each write with its target and its bytes. A marker word in every document may be written into the RAM directory,
into anonymous memory and between processes; never into a file on a disk. Nor is any file made outside home and RAM directory.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .. import tracing

MARKER = "ZQXMARKERWORDQZ"
# Anything longer would be cut by strace; sealed writes are at most a mebibyte, and a leak would be far shorter.
SHOWN_BYTES = 1_200_000
HARMLESS = re.compile(r"^(pipe:|socket:|anon_inode|/memfd:|/dev/(null|tty|pts/)|/proc/self/)")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / f"note {MARKER}.txt").write_text(f"The word {MARKER} stands here.\n\nAnd {MARKER} again, in a second paragraph.\n")
    (folder / "table.csv").write_text(f"item,remark\nbolt,{MARKER}\nnut,{MARKER} too\n")
    return folder


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_marker_is_never_written_to_a_disk(drop: Path, tmp_path: Path, ram_root: Path, under_test: list[str]) -> None:
    home, log = tmp_path / "home", tmp_path / "trace"
    environment = {
        **os.environ,
        "FROSTBYTE_HOME": str(home),
        "FROSTBYTE_RAM_DIR": str(ram_root),
        "TMPDIR": str(tmp_path / "nowhere"),
    }
    subprocess.run([*under_test, "init"], env=environment, check=True, capture_output=True)
    subprocess.run([*under_test, "tenant", "create", "Acme"], env=environment, check=True, capture_output=True)
    seen_in_ram = False
    for arguments in (["ingest", str(drop), "--tenant", "acme"], ["search", MARKER, "--tenant", "acme", "--json"]):
        calls = f"{tracing.WRITES},{tracing.MAKES}"
        watched = tracing.command(log, calls, [*under_test, *arguments], shown_bytes=SHOWN_BYTES)
        with (tmp_path / "out").open("wb") as out:
            ended = subprocess.run(watched, env=environment, stdout=subprocess.PIPE, stderr=out, check=False)
        assert ended.returncode == 0, (tmp_path / "out").read_text()
        if arguments[0] == "search":
            assert MARKER.encode() in ended.stdout  # the search really found it
        for line in log.read_text(errors="replace").splitlines():
            target = tracing.written(line)
            if target is not None and MARKER in line:
                in_ram = target.startswith(str(ram_root))
                seen_in_ram |= in_ram
                assert in_ram or HARMLESS.match(target), f"{arguments[0]} wrote the marker to {target}"
            made = tracing.made(line)
            if made is not None:
                assert made.startswith((str(home), str(ram_root), "/dev/", "/proc/")), f"{arguments[0]} made {made}"
        log.unlink()
    assert seen_in_ram, "the watch saw no write of the marker at all: it watches nothing"
    for path in home.rglob("*"):
        assert MARKER not in path.name
        if path.is_file():
            assert MARKER.encode() not in path.read_bytes(), path
