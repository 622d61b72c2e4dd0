"""An extractive answer holds nothing but sentences of the passages, cited."""

from __future__ import annotations

from frostbyte.contract.retrieval import RetrievedChunk
from frostbyte.retrieve.answer import answer


def chunk(number: int, text: str) -> RetrievedChunk:
    return RetrievedChunk(
        chunk_id=f"chk_{number:012x}",
        doc_id="doc_000000000001",
        original_filename="a.txt",
        text=text,
        page=1,
        start_char=0,
        end_char=len(text),
        similarity_score=0.5,
        classification="other",
        embed_model="m",
        embed_version="1",
        source_sha256="0" * 64,
    )


def test_the_answer_is_word_for_word_and_cites_its_chunk() -> None:
    chunks = [chunk(1, "We sell bolts. Invoices fall due 30 days after receipt. Thank you."), chunk(2, "Nothing here.")]
    found = answer("when do invoices fall due", chunks, suppress_ungrounded=True)
    assert found.answer == "Invoices fall due 30 days after receipt. [chk_000000000001]"
    assert found.cited_chunks == ["chk_000000000001"]
    assert not found.suppressed


def test_without_a_sentence_that_answers_the_answer_is_withheld() -> None:
    found = answer("what is the capital of France", [chunk(1, "We sell bolts.")], suppress_ungrounded=True)
    assert found.answer is None
    assert found.cited_chunks == []
    assert found.suppressed


def test_every_citation_is_a_retrieved_chunk() -> None:
    chunks = [chunk(n, f"The delivery of part {n} was late. It rained.") for n in range(1, 6)]
    found = answer("why was the delivery late", chunks, suppress_ungrounded=True)
    assert found.answer is not None
    assert set(found.cited_chunks) <= {c.chunk_id for c in chunks}
    for sentence in found.answer.split("]")[:-1]:
        text, _, cited = sentence.strip().rpartition(" [")
        assert any(text in c.text for c in chunks if c.chunk_id == cited)


def test_a_sentence_of_two_chunks_is_said_once_and_cited_twice() -> None:
    chunks = [chunk(1, "Invoices fall due 30 days\nafter receipt."), chunk(2, "Invoices fall due 30 days\nafter receipt.")]
    found = answer("when do invoices fall due", chunks, suppress_ungrounded=True)
    assert found.answer == "Invoices fall due 30 days after receipt. [chk_000000000001] [chk_000000000002]"
    assert found.cited_chunks == ["chk_000000000001", "chk_000000000002"]


def test_a_number_with_a_point_is_not_the_end_of_a_sentence() -> None:
    found = answer(
        "what interest do late amounts bear",
        [chunk(1, "Late amounts bear interest of 1.5 percent. More.")],
        suppress_ungrounded=True,
    )
    assert found.answer == "Late amounts bear interest of 1.5 percent. [chk_000000000001]"
