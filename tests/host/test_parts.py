from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from frostbyte.embed.head import shipped_head_dir
from frostbyte.embed.pack import default_pack_dir
from frostbyte.embed.tagger import default_tagger_dir
from frostbyte.errors import HostRefused
from frostbyte.host import parts


def test_libmagic_is_asked() -> None:
    assert parts.magic().status == "ok"


@pytest.mark.parametrize("way", ["absent", "without its database"])
def test_a_broken_libmagic_is_noticed(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    def broken(head: bytes) -> str:
        if way == "absent":
            raise HostRefused("tried to load the bundled libmagic and failed")
        return "application/octet-stream"

    monkeypatch.setattr("frostbyte.intake.libmagic.sniff", broken)
    found = parts.magic()
    assert found.status == "fail"
    assert "verify-install" in (found.advice or "")


def test_the_model_pack_is_read_to_its_last_byte(tmp_path: Path) -> None:
    assert parts.model(default_pack_dir()).status == "ok"
    assert parts.model(tmp_path).status == "fail"
    pack = shutil.copytree(default_pack_dir(), tmp_path / "pack")
    with (pack / "tokenizer.json").open("ab") as stream:
        stream.write(b" ")
    found = parts.model(pack)
    assert found.status == "fail"
    assert "tokenizer.json" in found.text


def test_the_models_of_the_gates_are_read_to_their_last_byte(tmp_path: Path) -> None:
    for folder, check in (
        (default_tagger_dir(), parts.tagger),
        (shipped_head_dir("classes-1"), parts.head),
        (shipped_head_dir("injection-1"), parts.head),
    ):
        assert folder.name in check(folder).text
        assert check(folder).status == "ok"
        missing = check(tmp_path / "absent")
        assert missing.status == "fail"
        assert "verify-install" in (missing.advice or "")
        broken = shutil.copytree(folder, tmp_path / folder.name)
        file = next(path for path in broken.iterdir() if path.name != "pack.toml")
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        assert check(broken).status == "fail"
        assert file.name in check(broken).text
