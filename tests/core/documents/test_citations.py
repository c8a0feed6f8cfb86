"""Quotations are found though blanks and marks differ, and the share of a document that is cited is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.documents.citations import Quotable, Span, coverage, find_quote, merge

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
