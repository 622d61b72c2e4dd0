"""A pack is refused whole when any of it is not what pack.toml promises."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frostbyte.embed import default_pack_dir, install, load, verify
from frostbyte.embed.pack import read
from frostbyte.errors import AlreadyExists, Damaged, NotFound, StorageFailed

Rewrite = Callable[[str, str], Path]
FILES = ("model.onnx", "tokenizer.json")


def test_default_pack_is_sound_and_states_its_licence() -> None:
    info = verify(default_pack_dir())
    assert (info.name, info.dimensions) == ("minilm-l6-768", 768)
    pack = read(default_pack_dir())
    assert pack.licence == "Apache-2.0"
    assert "all-MiniLM-L6-v2" in pack.origin
    assert "Apache License" in (default_pack_dir() / "LICENSE.txt").read_text(encoding="utf-8")


def test_the_default_pack_lies_in_the_bundle_when_frozen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert default_pack_dir() == tmp_path / "models" / "minilm-l6-768"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_refused(pack_dir: Path, data: st.DataObject) -> None:
    path = pack_dir / data.draw(st.sampled_from(FILES))
    original = path.read_bytes()
    at = data.draw(st.integers(0, len(original) - 1))
    changed = bytearray(original)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(changed))
    try:
        with pytest.raises(Damaged, match=path.name):
            load(pack_dir)
        with pytest.raises(Damaged, match=path.name):
            verify(pack_dir)
    finally:
        path.write_bytes(original)
    verify(pack_dir)


def test_a_changed_byte_of_the_default_model_is_refused(tmp_path: Path) -> None:
    for path in default_pack_dir().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "model.onnx").open("r+b") as file:
        file.seek(20_000_000)
        byte = file.read(1)
        file.seek(20_000_000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(Damaged, match=r"model\.onnx"):
        load(tmp_path)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["missing", "empty", "short", "long", "link", "folder", "pipe"])
def test_a_file_that_is_not_whole_and_plain_is_refused(pack_dir: Path, tmp_path: Path, name: str, change: str) -> None:
    path = pack_dir / name
    data = path.read_bytes()
    path.unlink()
    if change == "empty":
        path.touch()
    elif change == "short":
        path.write_bytes(data[:-1])
    elif change == "long":
        path.write_bytes(data + b"\n")
    elif change == "link":
        (tmp_path / "elsewhere").write_bytes(data)
        path.symlink_to(tmp_path / "elsewhere")
    elif change == "folder":
        path.mkdir()
    elif change == "pipe":
        os.mkfifo(path)  # would block for ever if it were opened in good faith
    with pytest.raises(Damaged, match=name):
        load(pack_dir)
    with pytest.raises(Damaged, match=name):
        verify(pack_dir)


def test_a_file_nobody_named_is_refused(pack_dir: Path) -> None:
    (pack_dir / "extra.bin").write_bytes(b"x")
    for door in (load, verify):
        with pytest.raises(Damaged, match=r"extra\.bin"):
            door(pack_dir)


def test_no_pack_is_not_found(tmp_path: Path) -> None:
    for door in (load, verify):
        with pytest.raises(NotFound, match="no model pack"):
            door(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("dimensions = 768", "dimensions = 384", "384 dimensions"),
        ("dimensions = 768", "dimensions = 768.0", "not a whole number"),
        ("dimensions = 768", "dimensions = true", "not a whole number"),
        ("max_tokens = 8192", "max_tokens = 0", "makes no sense"),
        ("window = 8192", "window = 8193", "makes no sense"),
        ('name = "nomic-shaped"', 'name = "../vault"', "folder's name"),
        ('name = "nomic-shaped"', "name = 5", "not a string"),
        ('version = "1"', 'version = ""', "may not be empty"),
        ('version = "1"\n', "", "'version'"),
        ('version = "1"', 'version = "1"\nscript = "x"', "'script'"),
        ("frostbyte-model-pack/1", "frostbyte-model-pack/2", "format"),
        ('pooling = "mean"', 'pooling = "sum"', "pooling 'sum'"),
        ('model = "model.onnx"', 'model = "other.onnx"', "'other.onnx' is not among its files"),
        ('"model.onnx" = {', '"../model.onnx" = {', "cannot be a file"),
        ('"model.onnx" = {', '"pack.toml" = {', "cannot be a file"),
        ('sha256 = "', 'sha256 = "z', "digest"),
        ("bytes = ", "bytes = -", "size"),
        ("bytes = ", "length = ", "wants 'bytes'"),
        ("[files]", "[files", "not TOML"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(rewrite: Rewrite, old: str, new: str, said: str) -> None:
    folder = rewrite(old, new)
    for door in (load, verify):
        with pytest.raises(Damaged, match=said):
            door(folder)


def test_files_must_be_a_table(rewrite: Rewrite, pack_dir: Path) -> None:
    path = pack_dir / "pack.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text("files = 3\n" + text[: text.index("[files]")], encoding="utf-8")
    with pytest.raises(Damaged, match="not a table"):
        verify(pack_dir)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 70_000], ids=["not-utf8", "endless"])
def test_a_manifest_that_cannot_be_read_is_refused(pack_dir: Path, content: bytes) -> None:
    (pack_dir / "pack.toml").write_bytes(content)
    with pytest.raises(Damaged, match=r"pack\.toml"):
        verify(pack_dir)


def test_the_digest_covers_all_that_a_vector_depends_on_and_nothing_else(rewrite: Rewrite, pack_dir: Path) -> None:
    first = read(pack_dir).digest
    assert first.startswith("sha256:")
    rewrite('origin = "random numbers"', 'origin = "dice"')
    assert read(pack_dir).digest == first
    rewrite('query_prefix = "search_query: "', 'query_prefix = "question: "')
    assert read(pack_dir).digest != first


def test_install_copies_a_pack_that_loads(pack_dir: Path, tmp_path: Path) -> None:
    placed = install(pack_dir, tmp_path / "home" / "models")
    assert placed == tmp_path / "home" / "models" / "nomic-shaped"
    assert verify(placed) == verify(pack_dir)
    assert {path.name for path in placed.iterdir()} == {path.name for path in pack_dir.iterdir()}
    assert [path.name for path in placed.parent.iterdir()] == ["nomic-shaped"]
    assert install(pack_dir, placed.parent) == placed  # again: nothing to do


def test_install_leaves_nothing_of_a_damaged_pack(pack_dir: Path, tmp_path: Path) -> None:
    (pack_dir / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(Damaged):
        install(pack_dir, tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_install_never_replaces_another_pack_of_the_name(pack_dir: Path, rewrite: Rewrite, tmp_path: Path) -> None:
    placed = install(pack_dir, tmp_path / "models")
    before = (placed / "pack.toml").read_bytes()
    rewrite('version = "1"', 'version = "2"')
    with pytest.raises(AlreadyExists) as caught:
        install(pack_dir, tmp_path / "models")
    assert caught.value.hint is not None
    assert (placed / "pack.toml").read_bytes() == before


def test_install_into_an_unwritable_place_says_so(pack_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed, match="cannot install"):
        install(pack_dir, tmp_path / "models")
