"""Names, ids and passages that were made to repaint a terminal, turn a line round or run in a browser."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
BATCH = "batch `C` <img src=x onerror=alert(1)> \u202e|x"
NAME = "<script>alert(1)</script>' onload='x\" `b` \u202etxt.\x1b[31m\x9b[&amp;.txt"
PASSAGE = "The excavator \u202edna\u202c its \u2066operator\u2069 wait\x1b]0;title\x07 at the \x9b31mnorthern gate.\n"
ATTRIBUTES = {"lang", "charset", "content", "name", "http-equiv", "scope", "class", "id", "open", "href", "dir"}


@pytest.fixture
def taken_in(appliance: Run, tmp_path: Path, home: Path, kept: Path) -> Run:
    if kept.exists():
        shutil.rmtree(home)
        shutil.copytree(kept, home)
        return appliance
    drop = tmp_path / "drop"
    drop.mkdir()
    entries = []
    for number, (name, data) in enumerate({NAME: PASSAGE.encode(), "gone" + NAME: None, "x" + NAME: b"<?php 1;\n"}.items()):
        if data is not None:
            (drop / name.replace("/", "\\")).write_bytes(data)
        digest = hashlib.sha256(data or b"").hexdigest()
        entry = {"file_id": f"f{number}", "filename": name.replace("/", "\\"), "mime_type": "text/plain"}
        entries.append({**entry, "size_bytes": len(data or b""), "sha256": digest})
    manifest = {"batch_id": BATCH, "tenant_id": "northgate", "file_count": len(entries), "files": entries}
    (drop / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for _ in range(2):
        ran = appliance("ingest", drop, "--tenant", "northgate")
        assert ran.status == 3, ran.err
        _is_shown(ran.out + ran.err)
        assert "\\u202e|x" in ran.out
    shutil.copytree(home, kept)
    return appliance


def _is_shown(text: str) -> None:
    assert [line for line in text.split("\n") if not line.isprintable()] == []


def test_a_report_for_people_shows_hostile_text_as_text(taken_in: Run) -> None:
    for form in ("text", "json", "markdown"):
        ran = taken_in("report", BATCH, "--tenant", "northgate", "--format", form)
        _is_shown(ran.out)
        assert "u202e" in ran.out
    shown = NAME.replace("/", "\\").replace("\u202e", "\\u202e").replace("\x1b", "\\x1b").replace("\x9b", "\\x9b")
    assert f"### ``{shown}``\n" in ran.out
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", ran.out)
    assert "<" not in bare.replace("\\<", "")


def test_a_report_as_a_page_is_text_and_nothing_else(taken_in: Run) -> None:
    ran = taken_in("report", BATCH, "--tenant", "northgate", "--format", "html")
    _is_shown(ran.out)
    tags: list[tuple[str, list[tuple[str, str | None]]]] = []
    texts: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.append((tag, attrs))  # type: ignore[method-assign]
    reader.handle_data = texts.append  # type: ignore[method-assign]
    reader.feed(ran.out)
    assert "script" not in {tag for tag, _ in tags}
    assert {name for _, attrs in tags for name, _ in attrs} <= ATTRIBUTES
    assert all(re.fullmatch(r"#file-\d+", value or "") for _, attrs in tags for name, value in attrs if name == "href")
    page = "".join(texts)
    assert BATCH.replace("\u202e", "\\u202e") in page
    assert NAME.replace("/", "\\").replace("\u202e", "\\u202e").replace("\x1b", "\\x1b").replace("\x9b", "\\x9b") in page


def test_a_found_passage_is_shown_as_text(taken_in: Run) -> None:
    found = taken_in(
        "search", "the excavator at the northern gate", "--tenant", "northgate", "--answer", "--verify", "--mode", "text"
    )
    assert found.status == 0, found.err
    _is_shown(found.out)
    assert "\\u202edna\\u202c" in found.out
    assert "\\u202etxt" in found.out
    chunk = taken_in("search", "excavator", "--tenant", "northgate", "--json")
    _is_shown(chunk.out)
    best = chunk.data["chunks"][0]
    assert "\u202e" in best["text"]
    for command in (("chunk", "show", best["chunk_id"]), ("document", "show", best["doc_id"])):
        for extra in ((), ("--json",)):
            shown = taken_in(*command, "--tenant", "northgate", *extra)
            _is_shown(shown.out)
            assert "excavator" in shown.out
