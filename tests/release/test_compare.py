"""Two programs that hold the same are told from two that do not, though one packs its large files in another way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.release import images
from tests.release.images import pack

LARGE = "_internal/large.bin"


def other(content: bytes) -> bytes:
    """Another frame of the same content: an empty raw block before its first (RFC 8878, 3.1.1.2)."""
    frame = images.stored(content)
    return frame[:13] + bytes(3) + frame[13:]


def written(folder: Path, more: dict[str, bytes] | None = None, compress: Callable[[bytes], bytes] = images.stored) -> Path:
    tree = images.lay_out(folder / "tree", images.files(more))
    file = folder / "program"
    file.write_bytes(b"".join(pack.image(b"launcher", pack.members(tree), "1.2.3", compress)))
    return file


def compared(first: Path, second: Path) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, images.ROOT / "packaging" / "compare.py", first, second], capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_large_file_may_be_packed_in_another_way(tmp_path: Path) -> None:
    first = written(tmp_path / "a")
    second = written(tmp_path / "b", compress=pack.by_size(images.stored, other))
    assert len(images.files()[LARGE]) >= pack.LARGE
    assert first.read_bytes() != second.read_bytes()
    assert compared(first, second) == (0, "compare: 5 files the same, 4 of them as packed\n")


def test_a_small_file_may_not(tmp_path: Path) -> None:
    status, said = compared(written(tmp_path / "a"), written(tmp_path / "b", compress=pack.by_size(other, images.stored)))
    assert status == 1
    assert "compare: frostbyte: the same file, packed differently" in said
    assert LARGE not in said


def test_what_is_not_the_same_is_named(tmp_path: Path) -> None:
    first = written(tmp_path / "a", {"more": b""})
    changed = images.files()[LARGE][:-1] + b"!"
    second = written(tmp_path / "b", {LARGE: changed})
    (tmp_path / "b" / "tree" / "_internal" / "empty").chmod(0o755)
    second.write_bytes(b"".join(pack.image(b"another", pack.members(tmp_path / "b" / "tree"), "1.2.4", images.stored)))
    status, said = compared(first, second)
    assert status == 1
    assert said.splitlines() == [
        "compare: the launcher differs",
        "compare: the version differs",
        "compare: MANIFEST.sha256: differs",
        "compare: _internal/empty: differs",
        f"compare: {LARGE}: differs",
        "compare: more: in one of them only",
    ]


def test_a_program_that_is_not_what_its_digests_say_is_not_compared(tmp_path: Path) -> None:
    sound = written(tmp_path / "a")
    content = sound.read_bytes()
    broken = tmp_path / "broken"
    for place in (0, 20, len(content) - pack.TRAILER.size - 1, len(content) - 1, len(content) - pack.TRAILER.size):
        broken.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        for pair in ((sound, broken), (broken, sound)):
            status, said = compared(*pair)
            assert status == 1
            assert re.fullmatch(r"compare: .* (is damaged|is no program)( at .*)?\n", said), place
    for short in (b"", content[:-1], content[50:]):
        broken.write_bytes(short)
        assert compared(sound, broken)[0] == 1
