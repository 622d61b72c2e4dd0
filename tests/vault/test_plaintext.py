"""What a tenant's documents say is never in clear outside the RAM directory: not in a file, not in a write, not on a socket."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from frostbyte.vault import BatchRow, FileRow, RamPolicy, Vault, keys
from frostbyte.vault.disk import Disk

from .making import Place, document, draft, record

MARKER = "PLAINTEXT-MARKER-7f3a"
WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,copy_file_range,sendfile,splice,mmap,openat,creat,open,socket"


def live(vault: Vault) -> None:
    """Everything a vault does with a document, the marker in every field that takes one."""
    vault.objects.put(f"raw:{MARKER}", [f"{MARKER} ".encode() * 100_000])
    for number, chunks in ((1, 3), (2, 900), (3, 3)):
        made = document(number, chunks, word=MARKER)
        made = replace(made, row=replace(made.row, filename=MARKER, file_id=MARKER + str(number), stats={"note": MARKER}))
        with vault.transaction() as tx:
            at = made.row.received_at
            tx.put_batch(BatchRow(MARKER, "0" * 64, {"name": MARKER}, MARKER, "queued", at, at, at))
            tx.put_file(FileRow(MARKER, MARKER, 0, MARKER, "text/plain", None, 1, "0" * 64, "pending", message=MARKER))
            made.put(tx)
            tx.append_event(draft(number, note=MARKER))
    assert vault.vectors.search_text(MARKER, 5)
    assert vault.vectors.search_vector(np.ones(768, np.float32), 5)
    vault.vectors._build_indexes = lambda: vault.vectors._table().build_indexes(indexed_from=500)  # type: ignore[method-assign, union-attr]
    vault.maintain()
    assert MARKER.encode() in vault.objects.read(f"raw:{MARKER}")
    with vault.transaction() as tx:
        tx.append_event(draft(1, note=MARKER))
    assert vault.verify(deep=True).problems == ()


def hits(directory: Path) -> list[str]:
    found = []
    for path in directory.rglob("*"):
        if MARKER in path.name or (path.is_file() and MARKER.encode() in path.read_bytes()):
            found.append(str(path))
    return found


class Looking(Disk):
    """Looks at every file at rest before every step."""

    def __init__(self, at_rest: Path) -> None:
        self.at_rest, self.looks = at_rest, 0

    def reached(self, step: str) -> None:
        self.looks += 1
        assert MARKER not in step
        assert hits(self.at_rest) == [], step


def test_no_file_at_rest_holds_it_at_any_step(tmp_path: Path, ram_root: Path) -> None:
    identity, recipient = keys.generate_identity()
    place = Place(tmp_path / "northgate", identity, RamPolicy(root=ram_root))
    looking = Looking(tmp_path)
    with Vault.create(place.directory, record(), recipients=[recipient], ram=place.ram, disk=looking) as vault:
        live(vault)
        assert hits(ram_root), "the search itself must be able to find it"
    with place.open(disk=looking) as vault:
        assert vault.vectors.search_text(MARKER, 5)
    assert looking.looks > 60
    assert hits(tmp_path) == []
    assert hits(ram_root) == []


SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from vault.making import Place, record
from vault.test_plaintext import live
from frostbyte.vault import RamPolicy, Vault, keys
identity, recipient = keys.generate_identity()
ram = RamPolicy(root=Path({ram!r}))
with Vault.create(Path({home!r}), record(), recipients=[recipient], ram=ram) as vault:
    live(vault)
with Vault.open(Path({home!r}), identity=identity, ram=ram) as vault:
    vault.vectors.search_text("word", 5)
"""


def test_no_system_call_writes_it_anywhere_else(tmp_path: Path, ram_root: Path) -> None:
    """Every write of every thread, as the kernel saw it; and no socket to anywhere."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    log, home = tmp_path / "strace.log", tmp_path / "home"
    script = SCRIPT.format(tests=str(Path(__file__).parents[1]), ram=str(ram_root), home=str(home))
    command = [strace, "-f", "-y", "-s", "4000000", "-o", str(log), "-e", f"trace={WRITES}", sys.executable, "-B", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    if "ptrace" in ended.stderr or "PTRACE" in ended.stderr:
        pytest.skip("this machine forbids tracing")
    assert ended.returncode == 0, ended.stderr[-2000:]
    ram, allowed = str(ram_root), (str(home), str(tmp_path / ".home.new"), "/dev/null", "/proc/self/")
    marked_in_ram = 0
    outside: list[str] = []
    for line in log.read_text("utf-8", "replace").splitlines():
        call = re.match(r"\d+\s+(?:<\.\.\. )?(\w+)[( ]", line)
        if call is None:
            continue
        name, body = call[1], line[call.end() :]
        if name == "socket":
            outside += [line[:200]] if "AF_INET" in body else []
        elif name in ("open", "openat", "creat"):
            path = re.search(r'"([^"]*)"', body)
            writes = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE", body)
            if path and writes and not path[1].startswith((ram, *allowed)) and "ENOENT" not in body:
                outside.append(line[:200])
        elif name == "mmap":
            if "MAP_SHARED" in body and "PROT_WRITE" in body and re.search(r"\d+<(?!/dev/zero)[^>]*>", body) and ram not in body:
                outside.append(line[:200])
        elif MARKER in body:
            if re.match(rf"\d+<{re.escape(ram)}/", body):
                marked_in_ram += 1
            else:
                outside.append(line[:200])
    assert marked_in_ram > 3, "the trace must have seen it where it may be"
    assert outside == []
    assert hits(home) == []
