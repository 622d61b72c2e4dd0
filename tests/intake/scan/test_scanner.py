"""The scan with its real child: verdicts, and every way in which there is none."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import rules
from frostbyte.intake.scan.scanner import Scanner
from frostbyte.intake.scan.verdict import ScanVerdict

from . import making

HEAD = "// frostbyte malware rules, version 7\n"
EICAR_RULE = 'rule test_file { strings: $a = "$EICAR-STANDARD-" condition: $a }\n'


def _scan(scanner: Scanner, data: bytes) -> ScanVerdict:
    descriptor = os.memfd_create("t")
    try:
        os.write(descriptor, data)
        return scanner.scan(descriptor, len(data))
    finally:
        os.close(descriptor)


def _own(*more: str) -> rules.RuleSet:
    return rules.parse((HEAD + EICAR_RULE + "\n".join(more)).encode(), "test")


def test_verdicts_and_the_child_is_used_again() -> None:
    with Scanner(rules.shipped()) as scanner:
        clean = _scan(scanner, b"hello\n")
        pid = scanner.pid
        assert (clean.result, clean.findings) == ("clean", ())
        assert clean.sha256 == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
        found = _scan(scanner, making.EICAR)
        assert (found.result, found.findings) == ("quarantined", ("eicar_test_file",))
        assert found.engine.startswith(f"rules {rules.shipped().version} (")
        assert _scan(scanner, b"").result == "clean"
        assert scanner.pid == pid
        assert scanner.confined
        scanner.check()
    assert scanner.pid is None


def test_the_child_holds_no_environment_and_nothing_of_the_parent_s() -> None:
    with Scanner(rules.shipped()) as scanner:
        _scan(scanner, b"x")
        names = {entry.split("=")[0] for entry in Path(f"/proc/{scanner.pid}/environ").read_text().split("\0") if entry}
        assert not {name for name in names if name.startswith(("FROSTBYTE", "XDG", "SSH", "USER"))}
        kept = [str(entry.readlink()) for entry in Path(f"/proc/{scanner.pid}/fd").iterdir()]
        assert {name.split(":")[0] for name in kept} <= {"/dev/null", "socket", "anon_inode", "/dev/urandom"}


def test_a_killed_child_is_replaced() -> None:
    with Scanner(_own()) as scanner:
        _scan(scanner, b"x")
        os.kill(scanner.pid or 0, signal.SIGKILL)
        assert _scan(scanner, making.EICAR).result == "quarantined"


@pytest.mark.parametrize(
    ("data", "rule", "why"),
    [
        (making.package(**{f"p{n}": b"" for n in range(30_001)}), "", "unpacks to more"),
        (
            b"slow" * 200_000,
            "rule slow { condition: filesize > 100 and for all i in (0..2000000000): (uint8(i % 9) != 0) }",
            "gave up|too long",
        ),
    ],
    ids=["past a bound", "past the time"],
)
def test_a_file_that_cannot_be_scanned_is_not_clean(data: bytes, rule: str, why: str) -> None:
    with Scanner(_own(rule), timeout_s=3.0) as scanner:
        with pytest.raises(ScanFailed, match=why) as caught:
            _scan(scanner, data)
        assert caught.value.about_file
        assert caught.value.contract_code == "SERVICE_UNAVAILABLE"
        assert _scan(scanner, b"next\n").result == "clean"


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Scanner(rules.parse((HEAD + "rule x {").encode(), "test")),
        lambda: Scanner(rules.parse(HEAD.encode(), "test")),
        lambda: Scanner(_own(), memory_bytes=1_000_000, timeout_s=1.0),
    ],
    ids=["rules that do not compile", "no rules", "no memory"],
)
def test_a_scanner_that_does_not_start_is_no_verdict(broken: Callable[[], Scanner]) -> None:
    with broken() as scanner, pytest.raises(ScanFailed) as caught:
        _scan(scanner, b"hello\n")
    assert not caught.value.about_file


def test_rules_that_miss_the_test_file_are_a_broken_scanner() -> None:
    with (
        Scanner(rules.parse((HEAD + "rule x { condition: false }").encode(), "test")) as scanner,
        pytest.raises(ScanFailed, match="does not tell"),
    ):
        scanner.check()


def test_a_program_that_cannot_be_started_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.intake.scan.scanner.words", lambda *_: ["/nonexistent"])
    with Scanner(_own()) as scanner, pytest.raises(ScanFailed, match="could not be started"):
        _scan(scanner, b"x")


@pytest.mark.parametrize("answer", ["{}", '{"found": "none"}', '{"found": ["a b"]}', '{"found": [1]}', "[]", "x"])
def test_an_answer_that_is_none_is_no_verdict(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was taken over says what it likes."""
    program = (
        "import os, socket, struct\n"
        "s = socket.socket(fileno=0)\n"
        "def tell(t): s.sendall(struct.pack('>I', len(t)) + t)\n"
        "socket.recv_fds(s, 4, 1); tell(b'{\"rules\": 1}')\n"
        f"socket.recv_fds(s, 4, 1); tell({answer.encode()!r})\n"
    )
    import sys

    monkeypatch.setattr("frostbyte.intake.scan.scanner.words", lambda *_: [sys.executable, "-c", program])
    with Scanner(_own(), timeout_s=5) as scanner, pytest.raises(ScanFailed):
        _scan(scanner, b"x")


def test_a_verdict_says_in_which_part_a_rule_holds_first() -> None:
    office = making.package(word__document_dot_xml=b"<w/>", word__embeddings__oleObject1_dot_bin=making.EICAR, z=making.EICAR)
    with Scanner(_own()) as scanner:
        found = _scan(scanner, office)
        assert (found.findings, found.places) == (("test_file",), ("word/embeddings/oleobject1.bin",))
        assert list(found.told()) == ["test_file in word/embeddings/oleobject1.bin"]
        whole = _scan(scanner, making.EICAR)
        assert (whole.places, list(whole.told())) == (("",), ["test_file"])
        named = _scan(scanner, making.package(a=b"x", Ann_Berg_dot_txt=making.EICAR))
        assert named.places == ("part 2",)


def test_a_verdict_without_places_is_told_without_them() -> None:
    assert list(ScanVerdict("quarantined", ("a", "b")).told()) == ["a", "b"]
