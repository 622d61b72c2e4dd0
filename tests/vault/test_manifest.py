"""A manifest comes back equal, and one that could lead outside the working files is refused."""

from __future__ import annotations

import json
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.errors import Damaged
from frostbyte.vault.manifest import Head, Manifest, Piece, Stream, read_manifest

GOOD = Manifest(
    kind="pack",
    commit=7,
    previous="0" * 64,
    removed=("vectors/chunks.lance/data/old.lance",),
    pieces=(Piece("catalog.db.wal", 100, 20), Piece("vectors/chunks.lance/data/a.lance", 0, 9, "s-1.fbs", "1" * 64)),
    head=Head(3, "2" * 64, 5, 9),
)


def test_a_manifest_comes_back_and_leaves_the_stream_at_its_pieces() -> None:
    stream = Stream(iter([GOOD.encode() + b"pie", b"ces"]))
    assert read_manifest("p-0000000007.fbs", stream) == GOOD
    assert b"".join(stream.rest()) == b"pieces"


OUTSIDE = ["../lock", "vectors/../../lock", "/etc/passwd", "vectors", "other", "", "catalog.db/x", "spill/x"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("where", ["files", "removed"])
def test_a_path_outside_the_working_files_is_refused(path: str, where: str) -> None:
    said = json.loads(GOOD.encode()[4:])
    said[where] = [path] if where == "removed" else [{**said["files"][0], "path": path}]
    with pytest.raises(Damaged, match="working file that is none"):
        read_manifest("p-0000000007.fbs", forged(said))


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"commit": 8}, {"kind": "base"}, {"kind": "x"}, {"files": [{"path": "a"}]}, {"files": 1}, {"head": None}],
)
def test_a_manifest_that_is_not_of_its_file_or_not_whole_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Damaged):
        read_manifest("p-0000000007.fbs", forged({**json.loads(GOOD.encode()[4:]), **change}))


NOTHING = [b"", b"abc", b"\0\0\0\x05{", b"\xff\xff\xff\xff{}", b"\0\0\0\x02[]", b"\0\0\0\x02{}"]


@pytest.mark.parametrize("data", NOTHING)
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged, match="no readable manifest"):
        read_manifest("p-0000000007.fbs", Stream(iter([data])))


@given(data=st.binary(max_size=60), cuts=st.lists(st.integers(0, 60)), sizes=st.lists(st.integers(0, 25)))
def test_exact_runs_are_taken_from_blocks_of_any_size(data: bytes, cuts: list[int], sizes: list[int]) -> None:
    edges = [0, *sorted(cuts), len(data)]
    blocks = [block for start, end in pairwise(edges) if (block := data[start:end])]
    stream = Stream(iter(blocks))
    taken = [b"".join(stream.take(size)) for size in sizes]
    rest = b"".join(stream.rest())
    assert b"".join(taken) + rest == data
    at = 0
    for size, part in zip(sizes, taken, strict=True):
        assert part == data[at : at + size]
        at += size


def forged(said: dict[str, object]) -> Stream:
    text = json.dumps(said).encode()
    return Stream(iter([struct.pack(">I", len(text)) + text]))
