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
# Ends at a mark that white space follows (so not inside 1.5) or at a blank line. The alternatives share no first character
# in the same place, so matching is linear.
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s|$)|\n(?![^\S\n]*\n))+[.!?]?")
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
    # The same sentence in several chunks is said once and cited from each.
    found: dict[str, tuple[float, int, list[str]]] = {}
    for place, chunk in enumerate(chunks):
        for match in _SENTENCE.finditer(chunk.text):
            sentence = " ".join(match.group().split())
            overlap = len(wanted & _words(sentence)) / len(wanted) if wanted else 0.0
            if sentence and overlap >= LEAST_OVERLAP:
                cited = found.setdefault(sentence, (overlap, place, []))[2]
                if chunk.chunk_id not in cited:
                    cited.append(chunk.chunk_id)
    best = sorted(found.items(), key=lambda entry: (-entry[1][0], entry[1][1]))[:SENTENCES_MAX]
    if not best:
        return Generation(answer=None, cited_chunks=[], ungrounded_claims=[], suppressed=suppress_ungrounded)
    best.sort(key=lambda entry: entry[1][1])
    text = " ".join(f"{sentence} {' '.join(f'[{c}]' for c in cited)}" for sentence, (_, _, cited) in best)
    cited_chunks = list(dict.fromkeys(chunk_id for _, (_, _, cited) in best for chunk_id in cited))
    return Generation(answer=text, cited_chunks=cited_chunks, ungrounded_claims=[], suppressed=False)


def _words(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.casefold()) if word not in _STOP}


def _stem(word: str) -> str:
    # Plural and third person only: enough to meet "invoices" with "invoice", never so much that two words become one.
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
