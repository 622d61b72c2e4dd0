"""An extractive answer: sentences of the retrieved chunks, word for word, each with its citation. Nothing is made up because
nothing is made: a sentence that is in no chunk cannot be in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from frostbyte.contract.retrieval import Generation, RetrievedChunk

SENTENCES_MAX = 3
LEAST_OVERLAP = 0.5
"""Share of the question's words a sentence must hold to count as an answer to it."""

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_STOP = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "shall",
        "should",
        "so",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    }
)


def answer(question: str, chunks: Sequence[RetrievedChunk], *, suppress_ungrounded: bool) -> Generation:
    """The sentences that share most with the question, in the order of the chunks. Without any, the answer is withheld."""
    wanted = _words(question)
    scored: list[tuple[float, int, int, str, str]] = []
    for place, chunk in enumerate(chunks):
        for at, match in enumerate(_SENTENCE.finditer(chunk.text)):
            sentence = match.group().strip()
            overlap = len(wanted & _words(sentence)) / len(wanted) if wanted else 0.0
            if sentence and overlap >= LEAST_OVERLAP:
                scored.append((-overlap, place, at, sentence, chunk.chunk_id))
    best = sorted(sorted(scored)[:SENTENCES_MAX], key=lambda entry: entry[1:3])
    if not best:
        return Generation(answer=None, cited_chunks=[], ungrounded_claims=[], suppressed=suppress_ungrounded)
    text = " ".join(f"{sentence} [{chunk_id}]" for _, _, _, sentence, chunk_id in best)
    return Generation(
        answer=text, cited_chunks=list(dict.fromkeys(entry[4] for entry in best)), ungrounded_claims=[], suppressed=False
    )


def _words(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.casefold()) if word not in _STOP}


def _stem(word: str) -> str:
    # Plural and third person only: enough to meet "invoices" with "invoice", never so much that two words become one.
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
