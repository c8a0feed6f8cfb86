"""Chunks hold whole sentences and never exceed their size; quotations are found though blanks and marks differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.documents.chunks import chunks_of
from labdesk.core.documents.citations import Quotable, Span, coverage, find_quote, merge
from labdesk.core.errors import DocumentError

TEXT = """# Top

One two three. Four five six.

## Inner

Seven eight nine ten. Eleven twelve.

## Last

End here.
"""


def _words(text: str) -> int:
    return len(text.split())


def test_chunks_break_at_headings_and_know_their_place() -> None:
    chunks = chunks_of(TEXT, _words, 12)
    assert [(one.titles, one.text) for one in chunks] == [
        (("Top",), "One two three. Four five six."),
        (("Top", "Inner"), "Seven eight nine ten. Eleven twelve."),
        (("Top", "Last"), "End here."),
    ]
    assert [one.number for one in chunks] == [0, 1, 2]
    assert TEXT[chunks[1].start : chunks[1].end] == "Seven eight nine ten. Eleven twelve."
    assert len(chunks_of(TEXT, _words, 100)) == 1
    assert chunks_of(TEXT, _words, 100)[0].titles == ("Top",)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=20), st.integers(8, 40))
def test_no_chunk_is_too_large_and_no_word_is_lost(lengths: list[int], size: int) -> None:
    sentences = (" ".join(f"W{number}x{place}" for place in range(length)) for number, length in enumerate(lengths))
    text = ". ".join(sentences) + "."
    chunks = chunks_of(text, _words, size)
    assert all(one.tokens <= size for one in chunks)
    assert " ".join(one.text for one in chunks).split() == text.split()


def test_an_endless_word_is_cut_and_nothing_is_an_error() -> None:
    chunks = chunks_of("x" * 100, len, 20)
    assert all(one.tokens <= 20 for one in chunks) and "".join(one.text for one in chunks) == "x" * 100
    with pytest.raises(DocumentError):
        chunks_of("# Only a heading\n", _words, 20)


DOCUMENT = "# Frogs\n\nThe **great** march — it’s said —\nbegan in *1783*.  It lasted nine days.\n\n* One drum.\n"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The great march - it's said - began in 1783.", "The **great** march — it’s said —\nbegan in *1783*."),
        ("  began in\n1783. It lasted ", "began in *1783*.  It lasted"),
        ("IT LASTED NINE DAYS", "It lasted nine days"),
        ("One drum.", "One drum."),
        ("two drums", None),
        ("  ", None),
    ],
)
def test_a_quotation_is_found(quote: str, found: str | None) -> None:
    span = find_quote(DOCUMENT, quote)
    assert (DOCUMENT[span.start : span.end] if span else None) == found


def test_a_shortened_quotation_is_found_in_parts() -> None:
    text = "The first sentence stands here. Something left out. The second sentence follows it."
    parts = Quotable(text).find_parts("The first sentence stands here. The second sentence follows it.")
    assert [text[one.start : one.end] for one in parts] == [
        "The first sentence stands here.",
        "The second sentence follows it.",
    ]


def test_coverage_counts_visible_characters_once() -> None:
    spans, share = coverage("aaaa bbbb cccc dddd", ["aaaa bbbb", "bbbb cccc"])
    assert spans == (Span(0, 14),) and share == 0.75
    assert coverage("", ["x"]) == ((), 0.0)
    assert merge([Span(5, 8), Span(0, 2), Span(2, 3)]) == (Span(0, 3), Span(5, 8))


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_what_is_quoted_word_for_word_is_found(before: str, middle: str, after: str) -> None:
    quote = f"word {middle} word"
    document = f"{before} {quote} {after}"
    if find_quote(quote, quote) is None:
        return  # nothing but marks
    span = find_quote(document, quote)
    assert span is not None and document[span.start : span.end].split()
