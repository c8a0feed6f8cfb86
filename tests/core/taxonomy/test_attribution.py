"""attribution.txt: several works, loose spelling, and advice for a contribution upstream."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.taxonomy.attribution import (
    LICENCES,
    Attribution,
    check_attribution,
    edit_attribution,
    read_attribution,
    write_attribution,
)
from labdesk.core.taxonomy.names import safe_name

TEXT = """\
Title of work: Frogs
Link to work: https://example.com/a:b
Revision: 3
License of the work: CC-BY-SA-4.0
Creator names: A. Webb, B. Thorn

title of work: Storks
licence of the work: CC BY-NC-SA 4.0
A line that means nothing
"""


def test_several_works_are_read() -> None:
    frogs, storks = read_attribution(TEXT.encode())
    assert frogs == Attribution("Frogs", "https://example.com/a:b", "3", "CC-BY-SA-4.0", "A. Webb, B. Thorn")
    assert storks == Attribution(title="Storks", licence="CC BY-NC-SA 4.0")
    problems = check_attribution((frogs, storks))
    assert [problem.where for problem in problems] == ["attribution[1].creators", "attribution[1].licence"]
    assert all(name in problems[1].message for name in LICENCES)
    assert check_attribution(())[0].where == "attribution"


words = st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=20)


@given(st.lists(st.builds(Attribution, title=words, link=words, revision=words, licence=words, creators=words)))
def test_what_is_written_reads_the_same(works: list[Attribution]) -> None:
    assert read_attribution(write_attribution(tuple(works)).encode()) == tuple(works)


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    read_attribution(data)


@given(st.text(max_size=200))
def test_a_safe_name_is_safe_everywhere(wish: str) -> None:
    name = safe_name(wish)
    assert name and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_") and len(name) <= 105
    assert safe_name(name) == name and name not in ("con", "nul")


def test_names_people_type() -> None:
    assert safe_name("Marrowby Light!") == "marrowby_light"
    assert safe_name("CON") == "con_leaf"
    assert safe_name("日本") == "untitled"


LINES = (
    "Title of work: The Light\n",
    "license of the work:MIT\r\n",
    "A note of mine\n",
    "Creator names : Ada\r",
    "\n",
    "x\u2028y\n",
)


@given(
    lines=st.lists(st.sampled_from(LINES), max_size=8),
    tail=st.sampled_from((b"", b"no end", b"caf\xe9\n", b"Revision:")),
)
def test_an_edit_changes_its_own_line_alone(lines: list[str], tail: bytes) -> None:
    data = "".join(lines).encode() + tail
    assert edit_attribution(data, {}) == data
    edited = edit_attribution(data, {"title": "Another  light"})
    assert read_attribution(edited)[0].title == "Another light"
    kept = [line for line in re.split(rb"\r\n|\r|\n", data) if line and not line.lower().startswith(b"title of work")]
    now = [line for line in re.split(rb"\r\n|\r|\n", edited) if line and not line.lower().startswith(b"title of work")]
    assert now == kept


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        (b"", {"licence": "MIT"}, b"License of the work: MIT\n"),
        (b"Title of work: x", {"licence": "MIT"}, b"Title of work: x\nLicense of the work: MIT\n"),
        (b"\xef\xbb\xbfTitle of work: x\r\n", {"title": "y"}, b"\xef\xbb\xbfTitle of work: y\r\n"),
        (b"Title of work: x\nRevision: 1\n", {"revision": ""}, b"Title of work: x\nRevision:\n"),
        (b"Title of work: x\n\nTitle of work: z\n", {"title": "y"}, b"Title of work: y\n\nTitle of work: z\n"),
        (b"Made by caf\xe9\n", {"title": "y"}, b"Title of work: y\n\nMade by caf\xe9\n"),
    ],
)
def test_edits(before: bytes, changes: dict[str, str], after: bytes) -> None:
    assert edit_attribution(before, changes) == after
