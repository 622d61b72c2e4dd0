from __future__ import annotations

import pytest

from frostbyte.policy import signals, stray

MAIL = (
    "Dear Ms Novak, the invoice for the pallets was paid on Friday. The carrier confirmed delivery to Rotterdam, and the customs"
    " papers are filed."
)
TABLE = (
    "| Port | Pallets | Carrier |\n| Rotterdam | 14 | Maersk |\n| Gdynia | 9 | Unifeeder |\n| Bilbao | 22 | Evergreen |\n"
    "| Ghent | 4 | Samskip |\n| Genova | 7 | Grimaldi |"
)
CODE = (
    "def total(pallets, weight, ceiling):\n    for crate in sorted(pallets):\n        weight += crate.mass\n"
    "    if weight > ceiling:\n        raise Overload(weight, harbour=crate.harbour)\n    logger.info(weight)\n"
)
REQUESTS = [
    "What is the tallest mountain in Peru?",
    "Who painted the Night Watch?",
    "How do bees make honey?",
    "Explain how vaccines work.",
    "Write a poem about autumn leaves.",
    "Translate 'good morning' into Korean.",
    "Replace every second vowel with a star.",
    "Could you show me a short Rust program to sort numbers?",
    "Schreib mir ein Gedicht über den Herbst.",
    "Quelle est la capitale du Pérou ?",
    "¿Quién escribió Don Quijote?",
    "Spiega come funziona un motore diesel.",
    "Escreva um poema sobre montanhas.",
    "Wat is de hoofdstad van Peru?",
    "Napisz wiersz o jesieni.",
]


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("around", [MAIL, TABLE, CODE])
def test_a_request_out_of_place_is_seen_at_the_beginning_and_the_end(request_: str, around: str) -> None:
    assert stray.stray(f"{request_}\n{around}")
    assert stray.stray(f"{around}\n{request_}")
    assert not stray.stray(around)
    assert signals.detect(f"{around}\n{request_}") == signals.Verdict("flag", ("stray_request",))


@pytest.mark.parametrize(
    "text",
    [
        "What is the tallest mountain in Peru?",  # alone it is a question, and stands nowhere
        "What is a carrier?\nA carrier is a firm that moves pallets for the shipper and is liable for their loss at sea.",
        f"{MAIL} What do we owe the carrier?",
        f"{MAIL} Could you send me the papers by Monday?",
        f"{MAIL} What is the status of the customs papers?",
        "1. Write a report about the incident.\n2. Describe the cause.\n3. Explain the find.\n4. List the parts.\n5. Sign.",
        "Who is the ruler of Spain?\nHow do bees make honey?\nWhy is the sky blue?\nWho drew Guernica?\nHand the paper in.",
    ],
)
def test_what_belongs_where_it_stands_is_let_through(text: str) -> None:
    assert not stray.stray(text)


def test_what_stands_in_the_chunks_beside_counts_as_around() -> None:
    heading = f"{MAIL}\nHow do bees make honey?"
    assert stray.stray(heading)
    assert not stray.stray(heading, "Bees make honey from nectar.")
    assert [verdict.action for verdict in signals.look([heading, "Bees make honey from nectar."])] == ["pass", "pass"]
