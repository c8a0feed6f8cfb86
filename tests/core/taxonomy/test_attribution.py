"""attribution.txt: several works, loose spelling, and advice for a contribution upstream."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.taxonomy.attribution import (
    LICENCES,
    Attribution,
    check_attribution,
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
