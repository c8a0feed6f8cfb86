"""Sentences: abbreviations do not end one, lists and tables become some, and every one knows its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.documents.plain import BlockKind
from labdesk.core.documents.sentences import sentences_of, split_sentences

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "foreign"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Mr. Smith met Dr. J. R. Cole. He left.", ["Mr. Smith met Dr. J. R. Cole.", "He left."]),
        ("It costs 3.50 pounds. See No. 5 or p. 7.", ["It costs 3.50 pounds.", "See No. 5 or p. 7."]),
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        (
            "We met at 9 a.m. and left at 5 p.m. Nobody saw us.",
            ["We met at 9 a.m. and left at 5 p.m.", "Nobody saw us."],
        ),
        ("Bring tea, e.g. mint, i.e. no coffee.", ["Bring tea, e.g. mint, i.e. no coffee."]),
        ("“Stop!” he said. “Why?” She ran.", ["“Stop!” he said.", "“Why?”", "She ran."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("He came (at last). It rained.", ["He came (at last).", "It rained."]),
        ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == expected


MARKDOWN = """---
title: hidden
---
The *Great* March
=================

It was in [1783](https://example.com). **Nobody**
knows why. <!-- not
this --> Frogs & storks &amp; cats.

## The shop

It sells:

- apples
- red
  pears

| Ward | Beds | Nurse |
|:-----|-----:|-------|
| Alder | 12 | Holm |
| Birch | 9 | |

> quoted over
> two lines

```python
print("Not this.")
```

### Deeper ###
1. First. Second
## Shop hours
End
"""


def test_markdown_becomes_plain_sentences_under_their_headings() -> None:
    top, shop = ("The Great March",), ("The Great March", "The shop")
    assert [(one.text, one.titles) for one in sentences_of(MARKDOWN)] == [
        ("It was in 1783.", top),
        ("Nobody knows why.", top),
        ("Frogs & storks & cats.", top),
        ("It sells: apples.", shop),
        ("It sells: red pears.", shop),
        ("Ward Alder: Beds 12, Nurse Holm.", shop),
        ("Ward Birch: Beds 9.", shop),
        ("quoted over two lines", shop),
        ("First.", (*shop, "Deeper")),
        ("Second.", (*shop, "Deeper")),
        ("End", ("The Great March", "Shop hours")),
    ]


def test_offsets_point_into_the_original() -> None:
    by_text = {one.text: one for one in sentences_of(MARKDOWN)}
    for text, original in (
        ("It was in 1783.", "It was in [1783](https://example.com)."),
        ("Nobody knows why.", "Nobody**\nknows why."),
        ("It sells: red pears.", "red\n  pears"),
        ("Ward Alder: Beds 12, Nurse Holm.", "Alder | 12 | Holm"),
    ):
        one = by_text[text]
        assert MARKDOWN[one.start : one.end] == original
    assert by_text["Ward Birch: Beds 9."].kind is BlockKind.ROW


NAMES = {
    "pelham_street_bakery": ("Gertrude", "Moonloaf"),
    "great_frog_march": ("Agnes Thorn", "40,000", "Cheeses", "212"),
    "orsk_island": ("Vinnet", "Dunnelby", "2,900", "718"),
    "velka_6_garden_lighter": ("Ottoline Prask", "QT-58", "violet", "190"),
}


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/taxonomy/**/document.md")), ids=lambda path: path.parent.name)
def test_real_documents_lose_no_words(path: Path) -> None:
    text = path.read_text("utf-8")
    words = " ".join(one.text for one in sentences_of(text))
    for name in NAMES[path.parent.name]:
        assert name in words
    assert "**" not in words and "|" not in words and "# " not in words


@given(st.text(alphabet="ab .!?\n#-*|_`>[]()<&;:1=~é\t\\", max_size=200))
def test_any_text_is_read_and_places_are_in_order(text: str) -> None:
    last = 0
    for one in sentences_of(text):
        assert 0 <= one.start < one.end <= len(text)
        assert one.text.strip() and one.start >= last
        last = one.start


def test_hostile_text_is_quick() -> None:
    for text in ("[" * 20_000, "<!--" * 20_000, "*a" * 20_000, "|" * 20_000 + "\n|-|\n", "> " * 20_000, "a." * 20_000):
        list(sentences_of(text))
