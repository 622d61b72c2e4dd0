"""Every word the program can give as a reason has an explanation and a remedy, found in the source itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from frostbyte.pipeline.remedies import NOTHING, explain, explained

# Places that give reasons: readers, gates, intake, and the stages around them.
SOURCES = ("parse/**/*.py", "policy/judge.py", "policy/pii/__init__.py", "intake/admit.py", "embed/embedder.py", "pipeline/*.py")

# Words in capitals that are no reasons. A new one has to be entered here, or be explained.
OTHER = {
    *("PNG", "TIFF", "RGB", "RGBA", "LA", "PA", "FFFFFF", "TRUE", "FALSE", "NFC", "NFKC"),  # formats, colours, cell values
    *("FPDF_PAGEOBJ_", "IMAGE", "TEXT", "FORM", "PATH"),  # PDF page objects
    *("HOME", "LANG", "LIBDIR", "INSTSONAME", "SC_PAGESIZE"),  # the environment and the interpreter
    *("MALLOC_ARENA_MAX", "OPENBLAS_NUM_THREADS", "OPENSSL_CONF", "ORT_DISABLE_TELEMETRY"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONNOUSERSITE", "PYTHONPATH", "PYTHONSAFEPATH"),
    *("SSN", "DOB", "EMAIL", "PHONE", "NAME", "ADDRESS", "MEDICAL_RECORD", "FINANCIAL_ACCOUNT"),  # kinds of personal data
    *("PASSPORT", "DRIVERS_LICENSE"),
    *("STORAGE_QUOTA_EXCEEDED",),  # refuses a batch whole, with a hint of its own
}


def words(root: Path) -> Iterator[tuple[str, str]]:
    """(word in capitals, file it stands in)."""
    for pattern in SOURCES:
        for path in root.glob(pattern):
            if path.name == "remedies.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {id(part) for node in tree.body if _names_itself(node) for part in ast.walk(node)}
            for node in ast.walk(tree):
                if id(node) in names:
                    continue
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch("[A-Z][A-Z0-9_]+", node.value):
                    yield node.value, path.relative_to(root).as_posix()


def _names_itself(node: ast.stmt) -> bool:
    """True for `__all__ = [...]`, which holds names and no reasons."""
    return isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)


def test_every_reason_the_source_can_give_is_explained(repository: Path) -> None:
    found = dict(words(repository / "frostbyte"))
    assert {"NOT_A_PDF", "ENCODING_GUESSED", "HIDDEN_SHEET", "DIMENSION_MISMATCH", "PII_BLOCK_POLICY", "CRASH"} <= found.keys()
    unexplained = {word: place for word, place in found.items() if word not in explained() | OTHER}
    assert not unexplained


def test_nothing_is_explained_that_nobody_gives(repository: Path) -> None:
    assert explained() - {word for word, _ in words(repository / "frostbyte")} <= {
        *("EMBEDDING_FAILED", "INDEX_FAILED", "POLICY_FAILED"),  # codes of errors, and of the contract's dead letters
    }


@pytest.mark.parametrize("code", sorted({*explained(), "KeyError"}))
def test_an_explanation_is_a_phrase_and_a_remedy_something_to_do(code: str) -> None:
    what, do = explain(code)
    assert what
    assert do
    assert code not in what + do
    for text in (what, do):
        assert text == text.strip()
        assert not text.endswith(".")
        assert "see the reason" not in text


def test_a_remedy_begins_with_what_to_do() -> None:
    acts = {
        *(
            "ask",
            "accept",
            "check",
            "clean",
            "compare",
            "copy",
            "look",
            "mend",
            "open",
            "print",
            "put",
            "remove",
            "review",
            "save",
        ),
        *("scan", "send", "show", "split", "state", "write", "where it matters, send"),
    }
    idle = {code: do for code in explained() if (do := explain(code)[1]) != NOTHING and not do.startswith(tuple(acts))}
    assert not idle


def test_what_is_sent_again_is_sent_in_a_new_batch() -> None:
    """A batch that has ended stays as it is: no remedy may end in sending something without saying so."""
    for code in explained():
        do = explain(code)[1]
        if do != NOTHING and re.search(r"new file_id|take the file in again", do):
            assert "new batch_id" in do, code
