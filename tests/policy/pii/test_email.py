from __future__ import annotations

import pytest

from policy.pii.finds import finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bob@example.org", "bob@example.org"),
        ("Mail <Bob.O'Hara+x@mail.example.co.uk>.", "Bob.O'Hara+x@mail.example.co.uk"),
        ("mailto:bob@example.org?subject=x", "bob@example.org"),
        ("josé@exämple.de,", "josé@exämple.de"),
        ("bob@xn--bcher-kva.example;", "bob@xn--bcher-kva.example"),
        ("bob@[192.0.2.1]", "bob@[192.0.2.1]"),
        ("bob [at] example [dot] org", "bob [at] example [dot] org"),
        ("bob＠example．org", "bob＠example．org"),
        ("bob\u200b@example.org", "bob\u200b@example.org"),
    ],
)
def test_addresses(text: str, found: str) -> None:
    assert finds(text, "EMAIL") == [found]


@pytest.mark.parametrize(
    "text", ["@handle", "bob@localhost", "left-pad@1.3.0", "a @ b.com", "5 @ 3.20", "x@-a.org", "meet at noon (at) home"]
)
def test_what_is_no_address(text: str) -> None:
    assert finds(text, "EMAIL") == []


def test_each_of_many_is_found() -> None:
    assert finds("a@x.org,b@x.org;c@x.org", "EMAIL") == ["a@x.org", "b@x.org", "c@x.org"]
