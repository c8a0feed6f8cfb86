"""Cuts a document into pieces that fit a teacher's context, at sentence ends, each with the headings above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from labdesk.core.documents.sentences import Sentence, sentences_of
from labdesk.core.errors import DocumentError

CountTokens = Callable[[str], int]


class Chunk(msgspec.Struct, frozen=True):
    """Part of a document: whole sentences. `start` and `end` are offsets in the original; `tokens` counts `text`."""

    number: int
    titles: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    tokens: int

    @property
    def text(self) -> str:
        """The sentences as one plain paragraph."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def start(self) -> int:
        """Offset of the first character in the original text."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Offset after the last character in the original text."""
        return self.sentences[-1].end


def chunks_of(text: str, count_tokens: CountTokens, size: int) -> tuple[Chunk, ...]:
    """Chunks of at most `size` tokens. A new heading begins a new chunk once the current one is half full.

    Raises DocumentError when the text holds no sentence.
    """
    if size < 8:
        raise ValueError("a chunk needs at least 8 tokens")
    chunks: list[Chunk] = []
    held: list[tuple[Sentence, int]] = []

    def close() -> None:
        if held:
            sentences = tuple(sentence for sentence, _ in held)
            words = " ".join(sentence.text for sentence in sentences)
            chunks.append(Chunk(len(chunks), _shared_titles(sentences), sentences, count_tokens(words)))
            held.clear()

    for sentence, tokens in _pieces(sentences_of(text), count_tokens, size):
        total = sum(count for _, count in held)
        new_heading = bool(held) and held[-1][0].titles != sentence.titles
        if total + tokens > size or (new_heading and total * 2 >= size):
            close()
        held.append((sentence, tokens))
    close()
    if not chunks:
        raise DocumentError(
            "The document holds no text to teach.", remedy="Check that it is not only headings, code or pictures."
        )
    return tuple(chunks)


def _pieces(sentences: tuple[Sentence, ...], count_tokens: CountTokens, size: int) -> Iterator[tuple[Sentence, int]]:
    """Sentences with their token counts (one more for the joining blank); one that is too long is cut at words."""
    for sentence in sentences:
        tokens = count_tokens(sentence.text) + 1
        if tokens <= size:
            yield sentence, tokens
            continue
        words = sentence.text.split(" ")
        # Tokens per word differ; keep a margin, then halve a piece that is still too long.
        step = max(1, len(words) * size * 3 // (tokens * 4))
        for first in range(0, len(words), step):
            yield from _cut(sentence, words[first : first + step], count_tokens, size)


def _cut(sentence: Sentence, words: list[str], count_tokens: CountTokens, size: int) -> Iterator[tuple[Sentence, int]]:
    text = " ".join(words)
    tokens = count_tokens(text) + 1
    if tokens <= size or (len(words) == 1 and len(text) < 2):
        yield msgspec.structs.replace(sentence, text=text), tokens
    elif len(words) > 1:
        middle = len(words) // 2
        yield from _cut(sentence, words[:middle], count_tokens, size)
        yield from _cut(sentence, words[middle:], count_tokens, size)
    else:  # one endless word: half of its letters each
        middle = len(text) // 2
        yield from _cut(sentence, [text[:middle]], count_tokens, size)
        yield from _cut(sentence, [text[middle:]], count_tokens, size)


def _shared_titles(sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
    """The headings that all sentences of a chunk stand under."""
    shared = sentences[0].titles
    for sentence in sentences[1:]:
        while shared and sentence.titles[: len(shared)] != shared:
            shared = shared[:-1]
    return shared
