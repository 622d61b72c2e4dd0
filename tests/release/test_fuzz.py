"""The reader of images, fed with broken ones under sanitizers: it refuses or keeps its promises, and never missteps."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest

from tests.release import images

ROUNDS = 60_000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_broken_image_makes_the_reader_misstep(tools: Path, tmp_path: Path, seed: int) -> None:
    folder = images.lay_out(tmp_path / "tree", images.files({f"_internal/{n:03}.py": b"x" * n for n in range(20)}))
    image = images.packed(folder, b"launcher")
    payload, payload_size = struct.unpack("<QQ", image[-96:-80])
    corpus = tmp_path / "corpus"
    corpus.write_bytes(image[payload + payload_size :])
    ran = subprocess.run(
        [tools / "fuzz", str(seed), str(ROUNDS), corpus], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    counted = re.fullmatch(r"accepted (\d+) refused (\d+)\n", ran.stdout)
    assert counted is not None
    accepted, refused = map(int, counted.groups())
    # Both ways are taken: a fuzzer that only ever sees one of them tests little.
    assert accepted > ROUNDS // 20
    assert refused > ROUNDS // 20
